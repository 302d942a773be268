import { basename, normalize, segmentsOf } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import type { ApplicationCommand, Told } from './command-line.ts'
import type { ApplicationProcess, TextAt } from './process.ts'
import type { Unit } from './unit-file.ts'

/** What starts a process, as its manager's file says. */
export interface Start {
  readonly manager: ApplicationProcess['manager']
  readonly name: string
  readonly path: string
  readonly command: ApplicationCommand
  readonly commandPath: string
  readonly folder: TextAt | undefined
  readonly user: TextAt | undefined
  readonly group: TextAt | undefined
  readonly environment: ReadonlyMap<string, TextAt>
  /** Variables may come from a file that is not read. */
  readonly environmentOpen: boolean
  readonly unit: Unit | undefined
  readonly socketUnit: Unit | undefined
}

/** A word of the command with its place. */
export const textAt = (start: Start, option: Told): TextAt => ({ value: option.value, at: { path: start.commandPath, start: option.start, end: option.end } })

/** An integer as Python reads it from a command line: `0o7`, `0x1f`, `007`, `7`. */
export function numberOf(text: string): number | undefined {
  if (/^0o?[0-7]+$/i.test(text)) return Number.parseInt(text.replace(/^0o?/i, ''), 8)
  return /^\d+$/.test(text) ? Number(text) : undefined
}

/** The text of a file that is read as a configuration of a process. */
export function textOf(snapshot: Snapshot, path: string): string | undefined {
  const content = snapshot.content(path)
  return content.state === 'content' && !content.value.binary && content.value.text.length < 200_000 ? content.value.text : undefined
}

/** The file of the workspace that a path of the server most likely means: the one whose end agrees best, if only one does. */
export function workspaceFile(path: string, files: readonly string[]): string | undefined {
  const wanted = segmentsOf(normalize(path))
  let best: string | undefined
  let most = 0
  let tie = false
  for (const file of files) {
    if (basename(file) !== wanted.at(-1)) continue
    const segments = segmentsOf(file)
    let common = 0
    while (common < wanted.length && wanted.at(-1 - common) === segments.at(-1 - common)) common++
    if (common === most) tie = true
    else if (common > most) {
      best = file
      most = common
      tie = false
    }
  }
  return tie ? undefined : best
}
