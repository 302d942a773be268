import type { Place } from '../../problem/place.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import type { CommandWord } from '../processes/command-words.ts'
import { splitCommand } from '../processes/command-words.ts'

export interface Dockerfile {
  readonly path: string
  readonly text: string
  readonly stages: readonly DockerStage[]
}

export interface DockerStage {
  readonly name: string | undefined
  /** `python:3.11-slim`; undefined where a variable without a default names it. */
  readonly base: string | undefined
  readonly baseAt: Place
  readonly instructions: readonly DockerInstruction[]
}

export interface DockerInstruction {
  /** In capitals. */
  readonly name: string
  /** Everything behind the name, as written. */
  readonly text: string
  readonly at: Place
  /** Where `text` begins. */
  readonly textStart: number
  /** The words: of a list in JSON its items, else as a shell splits them. */
  readonly words: readonly CommandWord[]
  /** Written as a list in JSON: no shell runs it. */
  readonly exec: boolean
}

const longest = 200_000

/** Reads a Dockerfile as the builder does: continued lines, comments between them, `ARG` before `FROM`. */
export function readDockerfile(snapshot: Snapshot, path: string): Dockerfile | undefined {
  const content = snapshot.content(path)
  if (content.state !== 'content' || content.value.binary || content.value.text.length > longest) return undefined
  const { text } = content.value
  const variables = new Map<string, string>()
  const stages: { name: string | undefined; base: string | undefined; baseAt: Place; instructions: DockerInstruction[] }[] = []
  for (const instruction of instructionsOf(path, text)) {
    if (instruction.name === 'ARG' && stages.length === 0) {
      const match = /^\s*(\w+)=(.*)$/.exec(instruction.text)
      if (match?.[1] !== undefined) variables.set(match[1], (match[2] ?? '').trim().replace(/^(["'])(.*)\1$/, '$2'))
    } else if (instruction.name === 'FROM') {
      const words = splitCommand(instruction.text, instruction.textStart, variables).filter((word) => !word.value.startsWith('--'))
      const [base, as, name] = words
      if (!base) continue
      stages.push({
        name: as?.value.toLowerCase() === 'as' ? name?.value : undefined,
        base: base.known ? base.value : filled(base.value),
        baseAt: { path, start: base.start, end: base.end },
        instructions: [],
      })
    } else stages.at(-1)?.instructions.push(instruction)
  }
  return { path, text, stages }
}

/** `${VERSION:-3.11}`: the default counts where nothing else is known. */
function filled(text: string): string | undefined {
  const result = text.replace(/\$\{\w+:-([^}]*)\}/g, '$1')
  return result.includes('$') ? undefined : result
}

function* instructionsOf(path: string, text: string): Generator<DockerInstruction> {
  const lines = text.split('\n')
  let offset = 0
  for (let i = 0; i < lines.length; i++) {
    const first = lines[i] ?? ''
    const start = offset
    offset += first.length + 1
    if (/^\s*(#|$)/.test(first)) continue
    let last = first
    // A line that ends with a backslash goes on; comments and empty lines between do not end it.
    while (/\\\s*$/.test(last) && i + 1 < lines.length) {
      let next = lines[++i] ?? ''
      offset += next.length + 1
      while (/^\s*#/.test(next) && i + 1 < lines.length) {
        next = lines[++i] ?? ''
        offset += next.length + 1
      }
      last = next
    }
    const heredoc = /<<-?\s*["']?(\w+)["']?/.exec(first)
    if (heredoc && /^\s*(RUN|COPY|ADD)\b/i.test(first)) {
      while (i + 1 < lines.length) {
        const next = lines[++i] ?? ''
        offset += next.length + 1
        if (next.trim() === heredoc[1]) break
      }
    }
    const end = Math.min(offset - 1, text.length)
    const match = /^\s*([A-Za-z]+)\s*/.exec(text.slice(start, end))
    if (!match?.[1]) continue
    const textStart = start + match[0].length
    const written = text.slice(textStart, end).replace(/\s+$/, '')
    const list = jsonWords(written, textStart)
    yield {
      name: match[1].toUpperCase(),
      text: written,
      at: { path, start: start + (/^\s*/.exec(first)?.[0].length ?? 0), end: textStart + written.length },
      textStart,
      words:
        list ??
        splitCommand(
          written.replace(/\\\r?\n/g, (each) => ' '.repeat(each.length)),
          textStart,
        ),
      exec: list !== undefined,
    }
  }
}

/** The items of a list in JSON with their places (quotes included); undefined where it is none. */
function jsonWords(text: string, offset: number): CommandWord[] | undefined {
  const options = /^(?:--\S+\s+)*/.exec(text)?.[0].length ?? 0
  const body = text.slice(options)
  if (!body.startsWith('[') || !body.endsWith(']')) return undefined
  const words: CommandWord[] = []
  for (const match of body.matchAll(/"((?:[^"\\]|\\.)*)"/g)) {
    const start = offset + options + match.index
    words.push({ value: (match[1] ?? '').replace(/\\(.)/g, '$1'), start: start + 1, end: start + match[0].length - 1, known: true })
  }
  return words
}

/** A stage's instructions with those of the stages that it is made of, in order. */
export function allInstructions(file: Dockerfile, stage: DockerStage): readonly DockerInstruction[] {
  const own = file.stages.indexOf(stage)
  const parent = file.stages.slice(0, own).find((each) => each.name !== undefined && each.name === stage.base)
  return parent ? [...allInstructions(file, parent), ...stage.instructions] : stage.instructions
}

/** The image outside of the file on which a stage rests. */
export function rootImage(file: Dockerfile, stage: DockerStage): string | undefined {
  const own = file.stages.indexOf(stage)
  const parent = file.stages.slice(0, own).find((each) => each.name !== undefined && each.name === stage.base)
  return parent ? rootImage(file, parent) : stage.base
}

/** The folder in which the image's processes start, as far as it is written out. */
export function workingFolder(instructions: readonly DockerInstruction[]): string | undefined {
  let folder: string | undefined
  for (const { name, words } of instructions) {
    const [word] = words
    if (name !== 'WORKDIR' || !word) continue
    if (!word.known) folder = undefined
    else if (word.value.startsWith('/')) folder = word.value.replace(/(?<=.)\/+$/, '')
    else folder = folder === undefined ? undefined : `${folder}/${word.value}`
  }
  return folder
}
