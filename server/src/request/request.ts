import type { Place } from '../problem/place.ts'

/** An address and a port as a connection has them: `127.0.0.1` and `80`. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** A request as it is sent, before any server has looked at it. */
export interface Request {
  /** As sent, in any case. */
  readonly method: string
  /** The request target, byte for byte: not normalised; may be `*`, a whole URL, or nonsense. One character is one byte. */
  readonly target: string
  /** `1.1`, `1.0`, `0.9` (without headers), or what else was sent. */
  readonly version: string
  /** All that was sent besides `Connection: close`, in order; without a `Host` none was sent. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The server's end of the connection. */
  readonly connect: Endpoint
  /** The client's address. */
  readonly client: string
  /** The client speaks TLS, and names the host that it asks for in its greeting. */
  readonly tls: boolean
}

/** What the server does with a request. */
export interface Answer {
  /** The status that is sent; undefined where it depends on what cannot be known. */
  readonly status: number | undefined
  /** The `Location` header, exactly as sent. */
  readonly location: string | undefined
  /** nginx: the first name of the server that answers. Apache: the ServerName of the virtual host, else of the main server. */
  readonly server: string | undefined
  /** nginx: the location in which the request ends, as its debug log writes it (`=/exact`, `/prefix`, a pattern, `@named`, `''` for none). */
  readonly matched: string | undefined
  /** The file or folder that it comes down to, whether it is there or not. */
  readonly file: string | undefined
  /** The request target as an HTTP upstream gets it. */
  readonly upstreamUri: string | undefined
  readonly authz: Authorization | undefined
  /** Response headers that the configuration sets, with their names in lower case; repeated ones are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** Where it is handed on to: `127.0.0.1:9001`, `unix:/path`. */
  readonly upstream: string | undefined
  /** Request headers that the upstream gets, with their names in lower case. */
  readonly upstreamHeaders: Readonly<Record<string, string>> | undefined
  /** Apache: `r->handler`. */
  readonly handler: string | undefined
  /** How it came to this, in the server's order. */
  readonly steps: readonly Step[]
  /** Fields (`location`, `file`, `header.x-request-id`) that have a value which cannot be known. */
  readonly notKnown?: ReadonlySet<string>
  /** What the answer depends on and cannot be known, in words; each with the answer were it otherwise. Empty where all is known. */
  readonly branches: readonly Branch[]
}

/** An answer of which nothing is known, or that has nothing: what an interpreter fills in. */
export const emptyAnswer: Answer = {
  status: undefined,
  location: undefined,
  server: undefined,
  matched: undefined,
  file: undefined,
  upstreamUri: undefined,
  authz: undefined,
  headers: {},
  upstream: undefined,
  upstreamHeaders: undefined,
  handler: undefined,
  steps: [],
  branches: [],
}

export type Authorization = 'denied' | 'granted' | 'n/a'

/** Something that cannot be known from the configuration, and what would follow. */
export interface Branch {
  /** `the file /srv/www/a.css is there` */
  readonly condition: string
  readonly answer: Answer
}

/** One step on the way: what decided, what was tried and lost, and the value of what mattered. */
export interface Step {
  /** The server's own name for the part of its work: `server`, `rewrite`, `location`, `access`, `content`, `log`, `translate`, `authz` … */
  readonly phase: string
  /** `decided`: it determined what follows; `passed`: it was looked at and let the request go on; `lost`: another was chosen. */
  readonly outcome: 'decided' | 'passed' | 'lost'
  /** One sentence that names the user's own names and values. */
  readonly message: string
  /** The directive that did it. */
  readonly at: Place | undefined
}

/** Reads the answer of a contract's reader: what is not known or not there is null. */
export const answerToJson = (answer: Answer): Record<string, unknown> => ({
  status: answer.status ?? null,
  location: answer.location ?? null,
  server: answer.server ?? null,
  matched: answer.matched ?? null,
  file: answer.file ?? null,
  upstreamUri: answer.upstreamUri ?? null,
  authz: answer.authz ?? null,
  headers: answer.headers,
  upstream: answer.upstream ?? null,
  upstreamHeaders: answer.upstreamHeaders ?? null,
  handler: answer.handler ?? null,
})
