import type { Place } from '../../problem/place.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { shellCommands } from './shell.ts'

/** Elastic Beanstalk's `Procfile`: the processes that are started instead of the platform's own. */
export interface Procfile {
  readonly path: string
  readonly text: string
  readonly processes: readonly ProcfileProcess[]
  /** Lines that are none of the form `name: command`. */
  readonly faults: readonly Place[]
}

export interface ProcfileProcess {
  readonly name: string
  readonly at: Place
  /** The command behind the colon. */
  readonly commandAt: Place
  readonly command: string
  /** Of its last simple command, which is the one that goes on running. */
  readonly words: readonly string[]
}

export function readProcfile(snapshot: Snapshot, path: string): Procfile | undefined {
  const content = snapshot.content(path)
  if (content.state !== 'content' || content.value.binary || content.value.text.length > 100_000) return undefined
  const { text } = content.value
  const processes: ProcfileProcess[] = []
  const faults: Place[] = []
  let start = 0
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\r$/, '')
    const at = { path, start, end: start + line.length }
    // The form that the developer guide gives, as a regular expression.
    const match = /^([A-Za-z0-9_-]+):(\s*)([^\s].*)$/.exec(line)
    if (match) {
      const [, name = '', space = '', command = ''] = match
      const from = start + name.length + 1 + space.length
      processes.push({ name, at, commandAt: { path, start: from, end: at.end }, command, words: shellCommands(command).at(-1)?.words ?? [] })
    } else if (line.trim() !== '' && !line.trim().startsWith('#')) faults.push(at)
    start += raw.length + 1
  }
  return { path, text, processes, faults }
}
