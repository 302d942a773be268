import type { Argument, Source } from '../../configuration/placed.ts'
import type { Place } from '../../problem/place.ts'

/** What a name of a configuration stands for. */
export type NameKind =
  // nginx
  | 'upstream'
  | 'named location'
  | 'variable'
  | 'zone'
  | 'cache'
  | 'thread pool'
  // both
  | 'log format'
  // Apache
  | 'define'
  | 'macro'
  | 'macro parameter'
  | 'process group'
  | 'authentication provider'
  | 'authorization provider'
  | 'module'
  | 'rewrite map'
  | 'environment variable'
  | 'balancer'
  | 'named group'

/** `both`: where several say the same, they share it (`ssl_session_cache shared:…`). */
export type NameRole = 'definition' | 'reference' | 'both'

/** A place in which a name stands. */
export interface NameUse {
  readonly kind: NameKind
  /** As the server compares it: in small letters where letter case does not count. */
  readonly name: string
  readonly role: NameRole
  /** The name alone, without `$`, `zone=` and the like. */
  readonly place: Place
  /** False where the name is made there (by `${…}` or a macro's parameter); the place is what makes it. */
  readonly written: boolean
  /** The start of the directive's node, as `PlacedDirective.start`. */
  readonly directive: number
  /** The outermost block of the file around it, where it is of one protocol. */
  readonly protocol?: 'http' | 'stream' | 'mail' | undefined
  /** nginx: the start of the `server` around it in its file. Of a macro's parameter that of the `<Macro>`. */
  readonly owner?: number | undefined
  /** The name stands here in capitals: a group of a pattern as `MATCH_NAME`. */
  readonly inCapitals?: true
}

/** A name that a directive itself says in one of its arguments. */
export interface OwnName {
  readonly kind: NameKind
  readonly role: NameRole
  readonly argument: Argument
  /** The name in the argument's value. */
  readonly from: number
  readonly end: number
}

/** The rest of an argument from `from` on, as a name; none where nothing is left. */
export const whole = (kind: NameKind, role: NameRole, argument: Argument | undefined, from = 0): OwnName[] =>
  argument && argument.value.length > from ? [{ kind, role, argument, from, end: argument.value.length }] : []

export const isDefinition = ({ role }: NameUse): boolean => role !== 'reference'

/** A part of an argument's value: from, to. */
export interface Part {
  readonly from: number
  readonly to: number
}

/** Where a part of an argument's value is written in the source; undefined where it is made by something else. */
export function writtenPart({ path, text }: Source, argument: Argument, { from, to }: Part): Place | undefined {
  const wanted = argument.value.slice(from, to)
  const inner = argument.start + (argument.quote === undefined ? 0 : 1)
  if (text.slice(inner + from, inner + to) === wanted) return { path, start: inner + from, end: inner + to }
  // Escapes or quotes before it move it.
  const raw = text.slice(argument.start, argument.end)
  const at = raw.indexOf(wanted)
  if (at < 0 || raw.indexOf(wanted, at + 1) >= 0) return undefined
  return { path, start: argument.start + at, end: argument.start + at + wanted.length }
}

/** Whether a text can be a name: nothing in it is filled in by a template, a variable or a format. */
export const isPlainName = (text: string): boolean => /^[^\s{}<>%()$'"|\\]+$/.test(text)
