/** What `ngx_http_parse_request_line` reads of a request line. */
export interface RequestLine {
  readonly method: string
  /** The target as written, from its path on: `/` where an absolute one has none, `?…` where it has only a query. */
  readonly unparsed: string
  /** The host of an absolute target. */
  readonly host: string | undefined
  /** Major times 1000 plus minor: 1001; 9 without a version. */
  readonly version: number
  /** As written: `HTTP/1.1`; empty without one. */
  readonly protocol: string
}

/** The status of a request line that nginx refuses, and its words for the log. */
export interface RefusedLine {
  readonly status: 400 | 505
  readonly why: string
  /** The version that is known by then; without one the answer has no headers. */
  readonly version: number
}

/** Reads `METHOD TARGET HTTP/VERSION`, the line break left out. */
export function readRequestLine(line: string): RequestLine | RefusedLine {
  const start = /^([A-Z_-]+) +/.exec(line)
  if (!start) return { status: 400, why: 'client sent invalid method', version: 1000 }
  const method = start[1] ?? ''
  const invalid: RefusedLine = { status: 400, why: 'client sent invalid request', version: 1000 }
  let rest = line.slice(start[0].length)
  let host: string | undefined
  let unparsed: string
  if (!rest.startsWith('/')) {
    const absolute = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([A-Za-z0-9.-]*|\[[A-Za-z0-9:._~!$&'()*+,;=-]*\])(?::\d*)?(?=[/? ])/.exec(rest)
    if (!absolute) return invalid
    host = absolute[1] ?? ''
    rest = rest.slice(absolute[0].length)
  }
  if (rest.startsWith(' ')) unparsed = '/'
  else {
    unparsed = /^[^ ]*/.exec(rest)?.[0] ?? ''
    if (hasControl(unparsed)) return invalid
    rest = rest.slice(unparsed.length)
  }
  rest = rest.replace(/^ +/, '')
  if (rest === '')
    return method === 'GET'
      ? { method, unparsed, host, version: 9, protocol: '' }
      : { status: 400, why: 'client sent invalid method in HTTP/0.9 request', version: 9 }
  const version = /^HTTP\/([1-9]\d*)(\.?)(\d*)( *)$/.exec(rest)
  if (/^HTTP\/(?:[2-9]|1\d)/.test(rest)) return { status: 505, why: 'client sent invalid version', version: 1000 }
  if (!version || version[2] === '' || version[3] === '' || Number(version[3]) > 999 || (version[3]?.length ?? 0) > 3) return invalid
  return { method, unparsed, host, version: Number(version[1]) * 1000 + Number(version[3]), protocol: `HTTP/${version[1]}.${version[3]}` }
}

/** Control characters are refused anywhere in a target. */
function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20 || text.charCodeAt(i) === 0x7f) return true
  return false
}

/** A header of the request as nginx keeps it. */
export interface RequestHeader {
  readonly name: string
  readonly lower: string
  readonly value: string
}

/** What `ngx_http_parse_header_line` makes of a header: kept, ignored for its name (`ignore_invalid_headers`), or the whole request refused. */
export function readHeader(name: string, value: string, underscores: boolean): RequestHeader | 'ignored' | 'refused' {
  if (name === '' || hasControl(name) || name.includes(' ') || value.includes('\0')) return 'refused'
  const header = { name, lower: name.toLowerCase(), value: value.replace(/^ +| +$/g, '') }
  const valid = underscores ? /^[A-Za-z0-9_-]+$/ : /^[A-Za-z0-9-]+$/
  return valid.test(name) ? header : 'ignored'
}

/** Headers that may come once (`ngx_http_process_unique_header_line`). */
export const uniqueHeaders: ReadonlySet<string> = new Set([
  'if-modified-since',
  'if-unmodified-since',
  'if-match',
  'if-none-match',
  'content-length',
  'content-range',
  'if-range',
  'transfer-encoding',
  'expect',
  'authorization',
])

/** The name in a Host header or absolute target, in small letters and without port and last dot; undefined where nginx refuses it (`ngx_http_validate_host`). */
export function validHost(text: string): string | undefined {
  let dot = text.length
  let end = text.length
  let state: 'usual' | 'literal' | 'rest' = 'usual'
  for (let i = 0; i < text.length; i++) {
    const ch = text.charAt(i)
    const code = text.charCodeAt(i)
    if (ch === '.') {
      if (dot === i - 1) return undefined
      dot = i
    } else if (ch === ':') {
      if (state !== 'usual') continue
      end = i
      state = 'rest'
    } else if (ch === '[') {
      if (i === 0) state = 'literal'
    } else if (ch === ']') {
      if (state !== 'literal') continue
      end = i + 1
      state = 'rest'
    } else if (ch === '/' || code <= 0x20 || code === 0x7f) return undefined
  }
  if (dot === end - 1) end--
  return end === 0 ? undefined : text.slice(0, end).replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
