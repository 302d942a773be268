import type { Range } from '../syntax/position.ts'

/** `error`: the server will not start, or a request certainly fails. `warning`: works, but not as written or not safely. */
export type Severity = 'error' | 'warning' | 'info' | 'hint'

/** Something that is wrong, in one file, with what mends it. The command prints it as it is (see the contract in `docs/check.schema.json`). */
export interface Problem {
  /** `family/name-of-the-bad-pattern`. */
  readonly rule: string
  readonly severity: Severity
  /** What is wrong, why it matters and what to do, with the user's own names and values. */
  readonly message: string
  readonly range: Range
  readonly related?: readonly Related[]
  readonly fixes?: readonly Fix[]
  readonly configTest?: ConfigTest
}

export interface Related {
  readonly path: string
  readonly range: Range
  readonly message: string
}

/** What the server's own configuration test would say, were this its first mistake. */
export interface ConfigTest {
  readonly level: 'emerg' | 'alert' | 'crit' | 'error' | 'warn' | 'notice'
  /** Word for word, without file and line. */
  readonly message: string
  /** 1-based; where the server names another line than the one that we mark. */
  readonly line?: number
}

export interface Fix {
  /** Begins with a verb. */
  readonly title: string
  /** The meaning is kept, or plainly intended. */
  readonly safe: boolean
  readonly edits: readonly Edit[]
  /** Text for a person to copy; webconf never runs it. */
  readonly commands?: readonly string[]
}

export interface Edit {
  readonly path: string
  readonly range: Range
  readonly newText: string
  /** A file created by this edit is to be executable. */
  readonly executable?: boolean
}
