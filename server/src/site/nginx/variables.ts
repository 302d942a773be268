import type { Automaton } from '../../regex/automaton.ts'
import { textsOf } from '../../regex/questions.ts'

/** What a variable of nginx's own can be. */
export interface BuiltIn {
  readonly language: Automaton
  /** Whoever sends the request chooses it freely, within its language. */
  readonly chosen: boolean
}

/** The texts of a variable of nginx's own; undefined where they are not known here. The name is without `$` and in small letters. */
export function builtIn(name: string): BuiltIn | undefined {
  const known = made.get(name)
  if (known !== undefined) return known ?? undefined
  const found = sources.get(name) ?? prefixes.find(([prefix]) => name.startsWith(prefix))?.[1]
  const language = found && textsOf(found.texts)
  const result = language && { language, chosen: found.chosen }
  made.set(name, result ?? null)
  return result
}

const made = new Map<string, BuiltIn | null>()

interface Texts {
  readonly texts: string
  readonly chosen: boolean
}

const chosen = (texts: string): Texts => ({ texts, chosen: true })
const given = (texts: string): Texts => ({ texts, chosen: false })

/**
 * A path as nginx hands it on: escapes decoded, so that it may hold line breaks and spaces, and no segment `.`, `..` or empty
 * (`ngx_http_parse_complex_uri`).
 */
const segment = '(?:[^/.\\0][^/\\0]*|\\.(?:[^/.\\0][^/\\0]*)|\\.\\.[^/\\0]+)'
const decodedPath = chosen(`/(?:${segment}(?:/${segment})*/?)?`)
/** Control characters and spaces are refused in the request line (`ngx_http_parse_request_line`). */
const rawQuery = chosen('[^\\x00-\\x20\\x7f]*')
const headerValue = chosen('[^\\x00-\\x08\\x0a-\\x1f\\x7f]*')
const number = given('[0-9]+')
const address = given('[0-9a-f.:]+')

const sources: ReadonlyMap<string, Texts> = new Map([
  ['uri', decodedPath],
  ['document_uri', decodedPath],
  ['request_uri', chosen('/[^\\x00-\\x20\\x7f]*')],
  ['args', rawQuery],
  ['query_string', rawQuery],
  // nginx refuses a Host with a slash or two dots in a row (`ngx_http_validate_host`).
  ['http_host', chosen('(?:[^\\x00-\\x20\\x7f/.]+(?:\\.[^\\x00-\\x20\\x7f/.]+)*\\.?)?')],
  ['is_args', given('\\??')],
  ['scheme', given('https?')],
  ['https', given('(?:on)?')],
  ['host', given('[^\\x00-\\x20/A-Z\\x7f]*')],
  ['server_name', given('[^\\x00-\\x20/\\x7f]*')],
  ['hostname', given('[A-Za-z0-9.-]*')],
  ['server_port', number],
  ['remote_port', number],
  ['server_addr', address],
  ['remote_addr', address],
  ['realip_remote_addr', address],
  ['binary_remote_addr', given('(?s).{4}(?:.{12})?')],
  ['request_method', given('[A-Z_-]+')],
  ['server_protocol', given('HTTP/[0-9.]+')],
  ['request_id', given('[0-9a-f]{32}')],
  ['status', number],
  ['msec', given('[0-9.]+')],
  ['pid', number],
  ['connection', number],
  ['content_length', given('[0-9]*')],
  ['nginx_version', given('[0-9.]+')],
])

const prefixes: readonly (readonly [string, Texts])[] = [
  ['arg_', chosen('[^\\x00-\\x20\\x7f&]*')],
  ['http_', headerValue],
  ['cookie_', chosen('[^\\x00-\\x20\\x7f;]*')],
]
