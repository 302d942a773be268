import type { Automaton } from '../../regex/automaton.ts'
import { textsOf } from '../../regex/questions.ts'

/** What a variable of mod_rewrite (`%{NAME}`) holds. */
export interface Variable {
  /** Where it comes from: `path` and `query` are in a link, a `header` is not; `other` is not chosen by whoever sends the request. */
  readonly from: 'path' | 'query' | 'header' | 'other'
  /** The name of the header. */
  readonly header: string | undefined
  /** Texts that a client can certainly make it hold; undefined where nothing is known of them. */
  readonly language: Automaton | undefined
}

/** The variable of a name as mod_rewrite looks it up (`mod_rewrite.c: lookup_variable`); undefined where it has none and puts nothing. */
export function variableOf(name: string): Variable | undefined {
  const key = name.toUpperCase()
  const known = made.get(key)
  if (known !== undefined) return known ?? undefined
  const variable = makeVariable(name, key)
  if (made.size < mostKept) made.set(key, variable ?? null)
  return variable
}

const made = new Map<string, Variable | null>()
const mostKept = 1000

function makeVariable(name: string, key: string): Variable | undefined {
  if (name.length < 4) return undefined
  if (name.charAt(3) === ':') return name.length > 4 && /^(?:ENV|SSL)$/.test(key.slice(0, 3)) ? other : undefined
  if (name.charAt(4) === ':') {
    if (name.length < 6) return undefined
    const kind = key.slice(0, 4)
    if (kind === 'HTTP') return ofHeader(name.slice(5))
    if (kind === 'LA-U' || kind === 'LA-F') return variableOf(name.slice(5)) && other
    return undefined
  }
  const header = headers.get(key)
  if (header !== undefined) return ofHeader(header)
  if (key === 'REQUEST_URI') return { from: 'path', header: undefined, language: pathLanguage('whole') }
  if (key === 'QUERY_STRING') return { from: 'query', header: undefined, language: textsOf(queryTexts) }
  return others.has(key) ? other : undefined
}

const other: Variable = { from: 'other', header: undefined, language: undefined }

/** The Host of the strict rules, which are the default (`server/vhost.c: fix_hostname`); in a header else any text may stand. */
const ofHeader = (header: string): Variable => ({
  from: 'header',
  header,
  language: textsOf(header.toLowerCase() === 'host' ? '[a-z0-9-]+(?:\\.[a-z0-9-]+)*(?::[0-9]{1,4})?' : '(?:[\\x21-\\x7e](?:[\\x20-\\x7e]*[\\x21-\\x7e])?)?'),
})

/**
 * A segment of a path that Apache hands on as it is: decoded, no `.` or `..`, not empty (`server/util.c: ap_normalize_path`). No question mark, for which
 * mod_rewrite answers 403, and no control characters.
 */
const segment = '(?:[^/.?\\x00-\\x1f\\x7f][^/?\\x00-\\x1f\\x7f]*|\\.[^/.?\\x00-\\x1f\\x7f][^/?\\x00-\\x1f\\x7f]*|\\.\\.[^/?\\x00-\\x1f\\x7f]+)'

/** The paths that patterns meet: `whole`, from the slash on, or `relative`, behind the folder. */
export function pathLanguage(subject: 'whole' | 'relative'): Automaton | undefined {
  languages[subject] ??= textsOf(subject === 'whole' ? `/${relativeTexts}` : relativeTexts)
  return languages[subject]
}

const languages: { whole?: Automaton | undefined; relative?: Automaton | undefined } = {}

const relativeTexts = `(?:${segment}(?:/${segment})*/?)?`

const queryTexts = '[!$-;=?-~]*'

const headers: ReadonlyMap<string, string> = new Map([
  ['HTTP_HOST', 'Host'],
  ['HTTP_ACCEPT', 'Accept'],
  ['HTTP_COOKIE', 'Cookie'],
  ['HTTP_REFERER', 'Referer'],
  ['HTTP_FORWARDED', 'Forwarded'],
  ['HTTP_USER_AGENT', 'User-Agent'],
  ['HTTP_PROXY_CONNECTION', 'Proxy-Connection'],
])

const others: ReadonlySet<string> = new Set(
  `TIME IPV6 HTTPS TIME_DAY TIME_SEC TIME_MIN TIME_MON TIME_WDAY TIME_YEAR TIME_HOUR IS_SUBREQ PATH_INFO AUTH_TYPE SERVER_NAME REMOTE_ADDR SERVER_ADDR THE_REQUEST
  API_VERSION SERVER_PORT REMOTE_HOST REMOTE_PORT REMOTE_USER SCRIPT_USER SCRIPT_GROUP REMOTE_IDENT SERVER_ADMIN DOCUMENT_ROOT CONTEXT_PREFIX REQUEST_METHOD
  REQUEST_SCHEME SCRIPT_FILENAME SERVER_PROTOCOL SERVER_SOFTWARE CONN_REMOTE_ADDR REQUEST_FILENAME CONTEXT_DOCUMENT_ROOT`.split(/\s+/),
)

/** The names without a colon, for those who look for a near one. */
export const variableNames: readonly string[] = [...headers.keys(), 'REQUEST_URI', 'QUERY_STRING', ...others]
