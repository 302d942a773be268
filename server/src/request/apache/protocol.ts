import type { Request } from '../request.ts'
import { leadingInteger, lowerCase, sameIgnoringCase } from './bytes.ts'
import { httpScheme } from './core.ts'
import { word } from './dir-config.ts'
import { type Exchange, note } from './exchange.ts'
import { serverEntry } from './servers.ts'
import { hostPort, parseAddressPort, parseUri } from './uri.ts'

/** HTTP's own methods and those of WebDAV and Delta-V (`modules/http/http_protocol.c`). */
const builtIn: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'PUT',
  'POST',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'PROPFIND',
  'PROPPATCH',
  'MKCOL',
  'COPY',
  'MOVE',
  'LOCK',
  'UNLOCK',
  'VERSION-CONTROL',
  'CHECKOUT',
  'UNCHECKOUT',
  'CHECKIN',
  'UPDATE',
  'LABEL',
  'REPORT',
  'MKWORKSPACE',
  'MKACTIVITY',
  'BASELINE-CONTROL',
  'MERGE',
])

/** Whether a method is one that somebody has registered. */
export const isRegistered = (r: Exchange, method: string): boolean =>
  builtIn.has(method) ||
  [...r.server.main.entries].some(({ directive }) => directive.name === 'registerhttpmethod' && directive.args.some(({ value }) => value === method))

interface Settings {
  readonly strict: boolean
  readonly registeredOnly: boolean
  readonly allows09: boolean
}

/** `HttpProtocolOptions` */
function settingsOf(r: Exchange): Settings {
  const said = serverEntry(r.server, 'httpprotocoloptions')?.directive.args.map(({ value }) => lowerCase(value)) ?? []
  return { strict: !said.includes('unsafe'), registeredOnly: said.includes('registeredmethods'), allows09: !said.includes('require1.0') }
}

const limit = (r: Exchange, name: string, fallback: number): number => {
  const entry = serverEntry(r.server, name)
  return entry ? leadingInteger(word(entry.directive, 0)) : fallback
}

/** `ap_parse_request_line`: reads the request line; the status where it is no good. */
export function parseRequestLine(r: Exchange, request: Request): number {
  const settings = settingsOf(r)
  const is09 = request.version === '0.9'
  const line = `${request.method} ${request.target}${is09 ? '' : ` HTTP/${request.version}`}`
  r.theRequest = line
  if (line.length > limit(r, 'limitrequestline', 8190)) return refuse(r, 414, 'the request line is longer than LimitRequestLine')
  const bad = requestLineFault(line, settings, is09)
  // Each of the parts is looked at as a server that reads on does, so that an error page knows them.
  const [method = '', target = ''] = line.trim().split(/[ \t\n\v\f\r]+/)
  r.method = method
  r.isForeignMethod = !isRegistered(r, method)
  const uriStatus = readTarget(r, target)
  if (bad !== undefined) return refuse(r, 400, bad)
  if (is09) {
    if (!settings.allows09) return refuse(r, 400, 'HTTP/0.9 is not taken here')
    if (settings.strict && method !== 'GET') return refuse(r, 400, 'HTTP/0.9 knows GET alone')
  }
  if (settings.registeredOnly && r.isForeignMethod) return refuse(r, 501, `the method ${method} is not registered`)
  if (uriStatus !== 200) return refuse(r, uriStatus, `"${target}" is no target of a request`)
  if (settings.strict && /#/.test(target)) return refuse(r, 400, 'the target has a fragment')
  if (settings.strict && userOf(target)) return refuse(r, 400, 'the target has a user name')
  return 0
}

const userOf = (target: string): boolean => parseUri(target.replace(/^\/{2,}/, '/'))?.user !== undefined

function requestLineFault(line: string, { strict }: Settings, is09: boolean): string | undefined {
  const [, method = '', gap = '', rest = ''] = /^([^ \t\n\v\f\r]*)([ \t\n\v\f\r]*)(.*)$/s.exec(line) ?? []
  if (method === '') return 'white space before the method'
  if (strict ? !/^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/.test(method) : /[\0-\x20\x7f]/.test(method)) return 'the method is no token'
  if (gap === '' || rest === '') return 'the target is missing'
  if (strict ? gap !== ' ' : /[^ ]/.test(gap)) return 'more than a space behind the method'
  const [, target = '', second = '', protocol = ''] = /^([^ \t\n\v\f\r]*)([ \t\n\v\f\r]*)(.*)$/s.exec(rest) ?? []
  if (/[\0-\x20\x7f]/.test(target)) return 'the target has a control character'
  if (strict ? second.length > 1 : false) return 'more than a space behind the target'
  if (/[^ ]/.test(second)) return 'other white space than a space behind the target'
  if (protocol === '') return is09 ? undefined : 'the protocol is missing'
  if (!/^HTTP\/[1-9]\.\d$/.test(protocol)) {
    if (!strict && /^http\/[1-9]\.\d$/i.test(protocol)) return undefined
    return `"${protocol}" is no protocol that Apache knows`
  }
  return undefined
}

/** `ap_parse_uri` and the checks behind it: 200, or the status. */
export function readTarget(r: Exchange, target: string): number {
  r.unparsedUri = target
  const plain = target.replace(/^\/+(?=\/)/, '')
  if (r.method === 'CONNECT') {
    const found = /^[^:]+:\d+$/.test(plain) ? hostPort(plain) : undefined
    r.uri = found ? '/' : plain
    r.args = undefined
    r.hostname = found?.hostname
    r.hasPath = false
    return found ? 200 : 400
  }
  const uri = parseUri(plain)
  if (!uri) {
    r.uri = plain
    r.args = undefined
    r.hasPath = true
    return 400
  }
  r.scheme = uri.scheme
  if (uri.scheme !== undefined && sameIgnoringCase(uri.scheme, httpScheme(r))) r.hostname = uri.hostname
  if (uri.portText !== undefined && uri.portText !== '') r.hostPort = uri.port
  r.args = uri.query
  r.hasPath = uri.path !== undefined
  r.uri = uri.path ?? (r.method === 'OPTIONS' ? '*' : '/')
  return uri.path !== undefined && !uri.path.startsWith('/') && !(r.method === 'OPTIONS' && uri.path === '*') ? 400 : 200
}

/** The headers, as they are read: their number, length and names, and the few that Apache looks at by itself. */
export function readHeaders(r: Exchange): number {
  const { strict } = settingsOf(r)
  const most = limit(r, 'limitrequestfields', 100)
  const longest = limit(r, 'limitrequestfieldsize', 8190)
  const headers = r.headersIn.entries
  if (most > 0 && headers.length > most) return refuse(r, 400, `more header lines than LimitRequestFields allows, ${most}`)
  for (const [name, value] of headers) {
    if (name.length + value.length + 2 > longest) return refuse(r, 400, `the header ${name} is longer than LimitRequestFieldSize`)
    if (strict && !/^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/.test(name)) return refuse(r, 400, `"${name}" is no name of a header`)
    if (/[\0\n\r]/.test(value) || (strict && /[\0-\x08\x0a-\x1f\x7f]/.test(value))) return refuse(r, 400, `the header ${name} has a control character in it`)
  }
  const length = r.headersIn.get('Content-Length')
  if (length !== undefined && !/^\d+$/.test(length)) return refuse(r, 400, `"${length}" is no Content-Length`)
  const coding = r.headersIn.get('Transfer-Encoding')
  if (coding !== undefined) {
    if (!/(?:^|,)\s*chunked\s*$/i.test(coding)) return refuse(r, 400, `Transfer-Encoding "${coding}" does not end with chunked`)
    r.headersIn.unset('Content-Length')
  }
  return 0
}

/** `fix_hostname`: the name that is asked for, from the target or the `Host` header; the status where it is none. */
export function readHost(r: Exchange): number {
  const { strict } = settingsOf(r)
  const header = r.headersIn.get('Host')
  const fromTarget = r.hostname !== undefined
  const written = fromTarget ? r.hostname : header
  if (written === undefined || written === '') {
    if (written === '' && !fromTarget) r.hostname = undefined
    return 0
  }
  const bad = (): number => refuse(r, 400, `"${written}" is no name of a host`)
  if (/^\d+$/.test(written)) {
    if (strict) return bad()
    r.hostname = written
    return 0
  }
  let host = written
  let isV6 = written.includes(':') && fromTarget
  if (!fromTarget) {
    const parsed = parseAddressPort(written)
    if (!parsed) return bad()
    host = parsed.host
    if (parsed.port > 0) r.hostPort = parsed.port
    isV6 = written.startsWith('[')
  }
  if (isV6) {
    if (!/^[0-9a-fA-F:.]*$/.test(host) || /::.*::|:\.|\.[:.]/.test(host)) return bad()
    host = lowerCase(host)
  } else {
    if (/\.\.|[/\\]/.test(host)) return bad()
    host = lowerCase(host).replace(/\.$/, '')
    if (strict && !isStrictName(host)) return bad()
  }
  r.hostname = host
  if (fromTarget && strict && header !== undefined) {
    const bracketed = isV6 ? `[${host}]` : host
    r.headersIn.set('Host', r.hostPort === undefined ? bracketed : `${bracketed}:${r.hostPort}`)
  }
  return 0
}

/** `strict_hostname_check` */
function isStrictName(host: string): boolean {
  if (!/^[A-Za-z0-9\-_.]*$/.test(host)) return false
  if (!/[A-Za-z\-_]/.test(host)) return /^(?:(?:0|[1-9]\d*)\.){3}(?:0|[1-9]\d*)$/.test(host)
  const last = host.slice(host.lastIndexOf('.') + 1)
  return !host.includes('.') || last === '' || /^[A-Za-z]/.test(last)
}

/** `ap_check_request_header`, behind the choice of the server. */
export function checkHost(r: Exchange): number {
  if ((r.hostname === undefined && r.version >= 1001) || (r.version === 1001 && !r.headersIn.has('Host'))) return refuse(r, 400, 'HTTP/1.1 needs a Host header')
  const expect = r.headersIn.get('Expect')
  if (expect !== undefined && expect !== '' && !sameIgnoringCase(expect, '100-continue')) return refuse(r, 417, `Expect "${expect}" cannot be met`)
  return 0
}

/** The version as a number, `1.1` as 1001. */
export const versionNumber = (version: string): number => {
  const [, major = '0', minor = '9'] = /^(\d)\.(\d)$/.exec(version) ?? []
  return Number(major) * 1000 + Number(minor)
}

/** Names of methods in capitals as Apache compares them: case matters. */
export const isGet = (r: Exchange): boolean => r.method === 'GET' || r.method === 'HEAD'

function refuse(r: Exchange, status: number, why: string): number {
  note(r, 'read', 'decided', `${why}: ${status}`)
  return status
}
