import { type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { type CompiledMatcher, compileMatcher } from '../../regex/match.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type Choices, choose } from '../choices.ts'
import type { Request, Step } from '../request.ts'
import { isKnown, readable } from '../unknown.ts'
import type { RequestHeader } from './request-line.ts'
import type { Scope, Settings } from './settings.ts'

/** What functions of nginx return beside the statuses of HTTP. */
export const ok = 0
export const declined = -5

/** A content handler that a scope set, and the scope that set it. */
export interface ContentHandler {
  readonly directive: PlacedDirective
  readonly scope: Scope
}

/** A response as it is being made: `r->headers_out`. */
export interface Response {
  status: number
  /** The `Location` header before nginx makes it absolute. */
  location: string | undefined
  contentType: string
  /** The charset that a handler gave with its type. */
  charset: string
  /** All others, in order. */
  headers: { name: string; value: string }[]
  /** What an authentication asks for. */
  authenticate: string | undefined
}

/** What a request came down to, for the answer. */
export interface Outcome {
  /** The status that is sent (or logged, where nothing is); undefined until then. */
  status: number | undefined
  /** False for HTTP/0.9 and for a connection that is just closed. */
  withHeaders: boolean
  location: string | undefined
  headers: { name: string; value: string }[]
  /** The location whose configuration was taken last, as the debug log writes it. */
  matched: string | undefined
  file: string | undefined
  upstream: string | undefined
  upstreamUri: string | undefined
  upstreamHeaders: Record<string, string> | undefined
  /** An address rule was compared, or a password accepted. */
  checked: boolean
  refused: boolean
}

/** A request on its way through nginx's phases: `ngx_http_request_t`. */
export interface Run {
  readonly settings: Settings
  readonly snapshot: Snapshot
  readonly request: Request
  /** The value of a variable, its name in small letters and without `$`. */
  readonly variable: (run: Run, name: string) => string
  /** Undefined in the request itself, else the request that asked for this one. */
  readonly main: Run | undefined
  method: string
  version: number
  protocol: string
  requestLine: string
  headersIn: RequestHeader[]
  /** `headers_in.server`: what the client calls the server, without port. */
  host: string
  client: string
  uri: string
  args: string
  unparsedUri: string
  quotedUri: boolean
  plusInUri: boolean
  validUnparsedUri: boolean
  validLocation: boolean
  uriChanged: boolean
  uriChanges: number
  internal: boolean
  addUriToAlias: boolean
  errorPage: boolean
  errStatus: number
  contentLength: number
  chunked: boolean
  discardBody: boolean
  user: string | undefined
  server: Scope
  scope: Scope
  contentHandler: ContentHandler | undefined
  /** What the last regular expression found: its groups, the whole match first. */
  captures: readonly (string | undefined)[]
  /** `set`, captures by name, and what a map gave once. */
  readonly variables: Map<string, string>
  /** Variables being computed, against cycles. */
  readonly computing: Set<string>
  response: Response
  readonly outcome: Outcome
  readonly steps: Step[]
  readonly choices: Choices
  fastcgiSplit: { readonly script: string; readonly pathInfo: string } | undefined
  realIpSet: boolean
}

export function note(run: Run, phase: string, message: string, at?: PlacedDirective, outcome: Step['outcome'] = 'decided'): void {
  run.steps.push({ phase, outcome, message: readable(message), at: at && placeOfDirective(at) })
}

/** Runs a pattern as `ngx_http_regex_exec` does: what is found becomes `$1` … and the variables by name. `failed` is nginx's error. */
export function execute(run: Run, pattern: string, caseless: boolean, subject: string): boolean | 'failed' {
  const matcher = matcherFor(pattern, caseless)
  if (!matcher) return 'failed'
  if (!isKnown(subject)) {
    const text = readable(subject)
    const matches = choose(run.choices, [
      { condition: `"${text}" does not match ${pattern}`, value: false },
      { condition: `"${text}" matches ${pattern}`, value: true },
    ])
    if (matches) run.captures = Array.from({ length: matcher.captures + 1 }, () => subject)
    return matches
  }
  const found = matcher.run(subject)
  if (found === 'failed') return 'failed'
  if (!found) return false
  // Without groups the old captures are not copied over, but can no longer be reached.
  run.captures = found.groups
  for (const { name, group } of matcher.names) run.variables.set(name.toLowerCase(), found.groups[group] ?? '')
  return true
}

/** A pattern of the configuration; undefined where PCRE2 does not take it. */
export function matcherFor(pattern: string, caseless: boolean): CompiledMatcher | undefined {
  const key = `${caseless ? 'i' : ''}/${pattern}`
  const known = matchers.get(key)
  if (known !== undefined) return known ?? undefined
  const made = compileMatcher(pattern, { caseless })
  const matcher = 'error' in made ? undefined : made
  if (matchers.size >= mostKept) matchers.clear()
  matchers.set(key, matcher ?? null)
  return matcher
}

/** Compiling has no effect but its answer, so that answers may be kept. */
const matchers = new Map<string, CompiledMatcher | null>()
const mostKept = 4000
