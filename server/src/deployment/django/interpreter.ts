import { dirname, join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type DotenvEntry, parseDotenv } from './dotenv.ts'
import type { PythonSource } from './python-source.ts'
import { knownText, oneOf, type Place, type Unknown, unknown, type Value } from './values.ts'

/** One reading of a settings module with all that it imports. */
export interface Run {
  readonly snapshot: Snapshot
  /** Folders on `sys.path` in which the project's own modules are looked for. */
  readonly roots: readonly string[]
  /** Environment variables that are known for certain. */
  readonly variables: ReadonlyMap<string, string>
  readonly modules: Map<string, Module>
  /** All files that were read. */
  readonly files: Set<string>
  /** `.env` files that the source names. */
  readonly envFiles: string[]
  /** How many nodes may still be evaluated. */
  steps: number
  /** How deeply evaluation is nested at the moment. */
  depth: number
  /** How many imports were met that might fail on the server. */
  uncertainImports: number
}

/** A module while and after it is read. */
export interface Module {
  readonly path: string
  /** Its name in `import`, where known. */
  readonly dotted: string | undefined
  names: Map<string, Value>
  readonly assignments: Map<string, Assignment[]>
  /** What makes it uncertain that a name which was not seen is not set. */
  readonly gaps: Gap[]
  syntaxErrorAt: Place | undefined
}

/** Something that may set any name: a star import that cannot be followed, `globals().update(…)`. */
export interface Gap {
  readonly at: Place
  /** Completes "Other values may be set, because …". */
  readonly why: string
}

export interface Assignment {
  /** The whole statement. */
  readonly statement: Place
  /** The name or the target as written (`DATABASES["default"]["HOST"]`). */
  readonly target: Place
  /** The value of the name after the statement. */
  readonly value: Value
}

/** The names that a piece of code sees. */
export interface Frame {
  readonly run: Run
  readonly source: PythonSource
  readonly module: Module
  names: Map<string, Value>
  /** The frame around a function's own; undefined at module level. */
  readonly outer: Frame | undefined
  /** What the function returns, by each `return` met. */
  readonly returned: Value[]
}

const MOST_STEPS = 400_000
const DEEPEST = 160

export const startRun = (snapshot: Snapshot, roots: readonly string[], variables: ReadonlyMap<string, string>): Run => ({
  snapshot,
  roots,
  variables,
  modules: new Map(),
  files: new Set(),
  envFiles: [],
  steps: MOST_STEPS,
  depth: 0,
  uncertainImports: 0,
})

/** Does a piece of the evaluation, unless there has been too much of it. */
export function nested<T>(run: Run, levels: number, tooMuch: T, work: () => T): T {
  if (run.steps <= 0 || run.depth > DEEPEST) return tooMuch
  run.steps--
  run.depth += levels
  const result = work()
  run.depth -= levels
  return result
}

export function lookUp(frame: Frame, name: string): Value | undefined {
  return frame.names.get(name) ?? (frame.outer ? lookUp(frame.outer, name) : undefined)
}

/** From here on every name may have another value. */
export function loseTrack(frame: Frame, at: Place, why: string): void {
  const doubt: Unknown = unknown(why)
  for (let one: Frame | undefined = frame; one; one = one.outer) {
    for (const [name, value] of one.names) if (!isDefinition(value)) one.names.set(name, oneOf([value, doubt]))
  }
  frame.module.gaps.push({ at, why })
}

const isDefinition = (value: Value): boolean =>
  value.state === 'known' && (value.value.kind === 'function' || value.value.kind === 'symbol' || value.value.kind === 'module' || value.value.kind === 'env')

/** The names of both ways through the source; where they differ, one of the two. */
export function mergeNames(a: Map<string, Value>, b: Map<string, Value>, missing: Value): Map<string, Value> {
  const merged = new Map<string, Value>()
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const left = a.get(name) ?? missing
    const right = b.get(name) ?? missing
    merged.set(name, left === right ? left : oneOf([left, right]))
  }
  return merged
}

export type EnvironmentValue = { readonly from: 'given'; readonly text: string } | { readonly from: '.env'; readonly text: string; readonly at: Place }

/** An environment variable: given for certain, or from a `.env` file that is named, beside the settings, in BASE_DIR or at the import root. */
export function environmentVariable(frame: Frame, name: string): EnvironmentValue | undefined {
  const { run, source } = frame
  const given = run.variables.get(name)
  if (given !== undefined) return { from: 'given', text: given }
  const base = knownText(lookUp(frame, 'BASE_DIR'))
  const folders = [dirname(source.path), ...(base === undefined ? [] : [base]), ...run.roots]
  for (const path of new Set([...run.envFiles, ...folders.map((folder) => join(folder, '.env'))])) {
    const entry = dotenvOf(run, path)?.get(name)
    if (entry) return { from: '.env', text: entry.text, at: entry.at }
  }
  return undefined
}

const LONGEST_DOTENV = 200_000

function dotenvOf(run: Run, path: string): ReadonlyMap<string, DotenvEntry> | undefined {
  const content = run.snapshot.content(path)
  if (content.state !== 'content' || content.value.binary || content.value.text.length > LONGEST_DOTENV) return undefined
  run.files.add(path)
  return parseDotenv(path, content.value.text)
}
