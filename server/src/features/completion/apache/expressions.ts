import { requestFields } from '../../../catalog/http.ts'
import data from '../../../syntax/apache/expression/data/expression.json' with { type: 'json' }
import { type Proposal, proposal, type Span, words } from '../proposal.ts'

/** Variables of mod_rewrite (`mod_rewrite.c: lookup_variable`). */
const rewriteVariables =
  `HTTP_HOST HTTP_USER_AGENT HTTP_REFERER HTTP_COOKIE HTTP_FORWARDED HTTP_PROXY_CONNECTION HTTP_ACCEPT REQUEST_URI REQUEST_FILENAME QUERY_STRING
  REQUEST_METHOD REQUEST_SCHEME THE_REQUEST HTTPS SERVER_NAME SERVER_PORT SERVER_ADDR SERVER_PROTOCOL SERVER_SOFTWARE SERVER_ADMIN REMOTE_ADDR REMOTE_HOST REMOTE_PORT
  REMOTE_USER REMOTE_IDENT DOCUMENT_ROOT CONTEXT_PREFIX CONTEXT_DOCUMENT_ROOT PATH_INFO AUTH_TYPE SCRIPT_FILENAME SCRIPT_USER SCRIPT_GROUP IS_SUBREQ IPV6 API_VERSION
  CONN_REMOTE_ADDR TIME TIME_YEAR TIME_MON TIME_DAY TIME_HOUR TIME_MIN TIME_SEC TIME_WDAY`.split(/\s+/)

const families: Readonly<Record<string, string>> = {
  ENV: 'environment variable',
  HTTP: 'field of the request',
  SSL: 'variable of mod_ssl',
  'LA-U': 'looked up ahead by the URL',
  'LA-F': 'looked up ahead by the file',
}

/** `%{NAME}` of mod_rewrite. `span` begins at the percent sign. */
export function rewriteVariableProposals(span: Span, environment: readonly string[]): Proposal[] {
  return [
    ...rewriteVariables.map((name, i) => variable(span, name, 2 + i / 1000)),
    ...environment.map((name) => proposal(span, 'variable', `%{ENV:${name}}`, 2.5, { detail: 'set here' })),
    ...['X-Forwarded-Proto', 'X-Forwarded-For', 'Upgrade', 'Authorization', 'Accept-Encoding'].map((name) =>
      proposal(span, 'variable', `%{HTTP:${name}}`, 2.6, { detail: 'field of the request' }),
    ),
    ...Object.entries(families).map(([family, detail]) =>
      proposal(span, 'variable', `%{${family}:…}`, 3, { text: `%{${family}:`, snippet: `%{${family}:\${1:name}\\}`, filter: `%{${family}:`, detail }),
    ),
  ]
}

const variable = (span: Span, name: string, rank: number): Proposal => proposal(span, 'variable', `%{${name}}`, rank, { variable: { name } })

/** What each function of expressions gives (`server/util_expr_eval.c`). */
const functions: Readonly<Record<string, string>> = {
  osenv: 'variable of the process environment',
  env: 'variable: of the request, note or environment',
  resp: 'field of the response',
  req: 'field of the request; adds it to Vary',
  http: 'field of the request; adds it to Vary',
  note: 'note of the request',
  reqenv: 'environment variable of the request',
  req_novary: 'field of the request, without Vary',
  tolower: 'in small letters',
  toupper: 'in capitals',
  escape: 'with percent signs for what a URL cannot have',
  unescape: 'percent signs resolved',
  file: 'content of a file',
  filesize: 'size of a file',
  base64: 'in base64',
  unbase64: 'read from base64',
  sha1: 'SHA-1 sum',
  md5: 'MD5 sum',
  ldap: 'escaped for LDAP',
}

const unaryOperators: Readonly<Record<string, string>> = {
  n: 'not empty',
  z: 'empty',
  R: 'the client is in this network',
  T: 'not empty, "0", "off", "false" or "no"',
  d: 'a folder',
  e: 'a file or folder',
  f: 'a file',
  s: 'a file that is not empty',
  L: 'a symbolic link',
  h: 'a symbolic link',
  x: 'a file that can be run',
  F: 'a file that the client may have',
  U: 'a URL that the client may have',
  A: 'a URL that the client may have',
}

const binaryOperators: Readonly<Record<string, string>> = {
  '==': 'the same text',
  '!=': 'another text',
  '=~': 'fits the pattern',
  '!~': 'does not fit the pattern',
  '-ipmatch': 'address in a network',
  '-fnmatch': 'fits the wildcard, with slashes apart',
  '-strmatch': 'fits the wildcard',
  '-strcmatch': 'fits the wildcard, letter case aside',
  '-eq': 'the same number',
  '-ne': 'another number',
  '-lt': 'a smaller number',
  '-gt': 'a greater number',
  in: 'one of a list',
}

/** What can stand at the end of an expression (`ap_expr`) that is typed so far. `from` is where it begins in the document, `end` what is replaced up to. */
export function expressionProposals(typed: string, from: number, end: number, environment: readonly string[]): Proposal[] {
  const inVariable = /%\{[\w:-]*$/.exec(typed)
  if (inVariable) {
    const span = { start: from + inVariable.index, end }
    return [
      ...data.names.variables.map((name, i) => variable(span, name, (usualVariables.has(name) ? 1 : 2) + i / 1000)),
      ...Object.entries(functions).map(([name, detail]) =>
        proposal(span, 'function', `%{${name}:…}`, 3, { text: `%{${name}:`, snippet: `%{${name}:\${1:name}\\}`, filter: `%{${name}:`, detail }),
      ),
      ...requestFields.slice(0, 12).map((name) => proposal(span, 'variable', `%{req:${name}}`, 4, { detail: 'field of the request' })),
      ...environment.map((name) => proposal(span, 'variable', `%{reqenv:${name}}`, 2.5, { detail: 'set here' })),
    ]
  }
  // Inside of a text or a pattern nothing is said.
  if (/(?:^|[^\\])'[^']*$/.test(typed.replace(/'[^']*'/g, '')) || /=~\s*[m/][^/]*$/.test(typed)) return []
  const word = /[\w-]*$/.exec(typed)?.[0] ?? ''
  const before = typed.slice(0, typed.length - word.length)
  const span = { start: from + before.length, end }
  const behindValue = /(?:\}|'|\)|\d|\w)\s+$/.test(before) && !/(?:&&|\|\||[=~<>!(]|\s-\w+|\bin)\s*$/.test(before)
  if (behindValue)
    return [
      ...Object.entries(binaryOperators).map(([name, detail], i) => proposal(span, 'word', name, 1 + i / 100, { detail })),
      ...words(span, 'word', ['&&', '||'], 3),
    ]
  if (before !== '' && !/[\s(!]$/.test(before)) return []
  return [
    ...data.names.variables.filter((name) => usualVariables.has(name)).map((name) => variable(span, name, 1)),
    ...Object.entries(functions).map(([name, detail]) =>
      proposal(span, 'function', `${name}()`, 2, { text: `${name}(`, snippet: `${name}('\${1:name}')`, filter: name, detail }),
    ),
    ...Object.entries(unaryOperators).map(([name, detail]) => proposal(span, 'word', `-${name}`, 3, { detail })),
  ]
}

const usualVariables: ReadonlySet<string> = new Set([
  'HTTP_HOST',
  'HTTP_USER_AGENT',
  'HTTP_REFERER',
  'REQUEST_METHOD',
  'REQUEST_URI',
  'REQUEST_SCHEME',
  'REQUEST_STATUS',
  'QUERY_STRING',
  'REMOTE_ADDR',
  'REMOTE_USER',
  'SERVER_NAME',
  'SERVER_PORT',
  'HTTPS',
  'CONTENT_TYPE',
  'THE_REQUEST',
])

/** What the letters of LogFormat and CustomLog say (`mod_log_config.c`, mod_logio, mod_ssl). */
const logItems: Readonly<Record<string, string>> = {
  '%h': 'client: host or address',
  '%a': 'client address',
  '%{c}a': 'address of the connection',
  '%l': 'name by identd',
  '%u': 'user that signed in',
  '%t': 'time',
  '%{%Y-%m-%dT%H:%M:%S}t': 'time in a format',
  '%r': 'request line',
  '%m': 'method',
  '%U': 'path of the URL',
  '%q': 'query with its question mark',
  '%H': 'protocol',
  '%s': 'status',
  '%>s': 'status, of the last answer',
  '%b': 'bytes of the body, - for none',
  '%B': 'bytes of the body',
  '%O': 'bytes sent',
  '%I': 'bytes received',
  '%D': 'microseconds taken',
  '%T': 'seconds taken',
  '%{ms}T': 'milliseconds taken',
  '%{Referer}i': 'field of the request',
  '%{User-Agent}i': 'field of the request',
  '%{Host}i': 'field of the request',
  '%{X-Forwarded-For}i': 'field of the request',
  '%{Content-Type}o': 'field of the response',
  '%{NAME}e': 'environment variable',
  '%{NAME}n': 'note of another module',
  '%{NAME}C': 'cookie',
  '%v': 'ServerName',
  '%V': 'name by UseCanonicalName',
  '%p': 'port of the server',
  '%A': 'address of the server',
  '%P': 'process',
  '%X': 'state of the connection',
  '%L': 'number in the error log',
  '%k': 'requests on this connection',
  '%f': 'file',
  '%R': 'handler',
  '%{SSL_PROTOCOL}x': 'variable of mod_ssl',
  '%%': 'a percent sign',
}

const errorLogItems: Readonly<Record<string, string>> = {
  '%t': 'time',
  '%{cu}t': 'time with microseconds, compact',
  '%m': 'module',
  '%l': 'level',
  '%P': 'process',
  '%T': 'thread',
  '%a': 'client address and port',
  '%M': 'the message',
  '%E': 'error of the system',
  '%F': 'source file and line',
  '%L': 'number of the request or connection',
  '%v': 'ServerName',
  '%{Referer}i': 'field of the request',
  '%%': 'a percent sign',
}

const headerItems: Readonly<Record<string, string>> = {
  '%D': 'microseconds since the request came',
  '%t': 'time when the request came',
  '%{NAME}e': 'environment variable',
  '%{SSL_PROTOCOL}s': 'variable of mod_ssl',
  '%l': 'load of the machine',
  '%i': 'share of idle workers',
  '%b': 'share of busy workers',
  '%%': 'a percent sign',
}

/** Items of a format behind a percent sign; undefined where none is being typed. */
export function formatProposals(kind: 'log' | 'error log' | 'header', typed: string, from: number, end: number): Proposal[] | undefined {
  const begun = /%(?:[<>!\d,]*\{?[\w-]*)$/.exec(typed)
  // A second percent sign makes a plain one.
  if (!begun || /(?:^|[^%])(?:%%)+$/.test(typed)) return undefined
  const items = kind === 'log' ? logItems : kind === 'error log' ? errorLogItems : headerItems
  const span = { start: from + begun.index, end }
  return Object.entries(items).map(([label, detail], i) => proposal(span, 'variable', label, 1 + i / 100, { detail }))
}
