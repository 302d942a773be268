import type { Place } from '../problem/place.ts'

/** A request with what the server is expected to do with it, as someone wrote it down. */
export interface Expectation {
  /** What a problem marks: the comment, or the entry of a file. */
  readonly at: Place
  /** How it is named in messages and lists: `GET /static/app.css`. */
  readonly title: string
  /** What someone calls it, in a file of requests. */
  readonly name: string | undefined
  readonly asked: Asked
  /** At least one. */
  readonly facts: readonly Fact[]
}

/** The request as far as it is written: what is left out depends on where it stands. */
export interface Asked {
  readonly method: string
  /** A path, a whole URL, or `*`. */
  readonly target: string
  /** The host (with port, if given) where the target is a path. */
  readonly host: string | undefined
  /** In their order; a `Host` among them goes before all others. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The client's address. */
  readonly client: string | undefined
  /** `ADDRESS:PORT` of the server. */
  readonly connect: string | undefined
  /** `1.1` where it is left out. */
  readonly version: string | undefined
}

/** One thing that is expected of the answer. */
export interface Fact {
  readonly field: FieldName
  /** The header's name in lower case, of `header` and `upstreamHeader`. */
  readonly header: string | undefined
  /** Undefined: there is none. */
  readonly value: string | undefined
  readonly at: Place
  /** Where the value is written, and how another is written in its place. */
  readonly valueAt: Place
  readonly writing: Writing
}

/** How a value is written: as a word of a comment, as a scalar of YAML, in JSON's way; `fixed` where nothing can be put in its place. */
export type Writing = 'comment' | 'yaml' | 'json' | 'fixed'

export type FieldName = keyof typeof fields

/** What can be expected of an answer. The words are for people: completion, documentation, the schema. */
export const fields = {
  status: 'The status code that is sent.',
  location: 'The Location header, exactly as it is sent.',
  server: 'nginx: the first name of the server block that answers. Apache: the ServerName of the virtual host that answers.',
  matched: 'nginx: the location in which the request ends: =/exact, /prefix, a pattern without its ~, @named.',
  file: 'The file or folder that it comes down to, as a path on the server; a slash at the end does not matter.',
  upstream: 'Where it is handed on to: 127.0.0.1:8000, unix:/run/app.sock.',
  upstreamUri: 'The request target as an HTTP upstream gets it.',
  authz: 'denied, granted, or n/a where access is not asked about.',
  handler: 'Apache: the handler of the answer.',
  header: 'A header of the answer that the configuration sets.',
  upstreamHeader: 'A header of the request as the upstream gets it.',
} as const

export const fieldNames = Object.keys(fields) as readonly FieldName[]

export const isFieldName = (name: string): name is FieldName => Object.hasOwn(fields, name)

/** Fields that name a header behind a point: `header.Cache-Control`. */
export const isHeaderField = (field: FieldName): boolean => field === 'header' || field === 'upstreamHeader'

/** `file`, `header.cache-control`. */
export const factName = ({ field, header }: Pick<Fact, 'field' | 'header'>): string => (header === undefined ? field : `${field}.${header}`)

/** What is wrong with a value of a field; undefined where it will do. */
export function valueMistake(field: FieldName, value: string | undefined): string | undefined {
  if (field === 'status') return value !== undefined && /^[1-9]\d\d$/.test(value) ? undefined : `a status is a number of three digits, not ${quoted(value)}`
  if (field === 'authz' && !['denied', 'granted', 'n/a'].includes(value ?? '')) return `authz is denied, granted or n/a, not ${quoted(value)}`
  return undefined
}

const quoted = (value: string | undefined): string => (value === undefined ? 'none' : `"${value}"`)

/** Something that stands where an expectation is meant, and cannot be read. */
export interface Unreadable {
  readonly at: Place
  readonly message: string
}
