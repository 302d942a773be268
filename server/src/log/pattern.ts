import type { Cause, Look } from './look.ts'

/** What a kind of message means, and where what caused it is found. */
export interface LogPattern {
  /** `nginx/connection-refused`. */
  readonly id: string
  /** Looked for in the message; its named groups and the entry's fields are what was `Found`. */
  readonly match: RegExp
  /** Only in messages about a request (they name a client), or only in others. */
  readonly at?: 'request' | 'start'
  /** What happened, in one or two sentences; `{name}` stands for what was found. */
  readonly meaning: string
  /** What to look at, most likely first. */
  readonly checks: readonly string[]
  /** Goes to the lines that caused it; empty where they are not in the workspace or not certain. */
  readonly causes?: (found: Found, look: Look) => readonly Cause[]
}

/** Values of a message by name. */
export type Found = Readonly<Record<string, string | undefined>>
