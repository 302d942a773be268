import { parseNumber, parseTime } from '../../catalog/nginx/values.ts'
import type { PlacedDirective } from '../../configuration/placed.ts'
import { isKnown } from '../unknown.ts'
import type { Action } from './content.ts'
import { note, type Run } from './run.ts'
import { evaluate } from './script.ts'
import { argumentsOf, directiveIn, flagIn, levelIn, valueIn } from './settings.ts'
import { splitArgs } from './uri.ts'

/** Sends the header of the response as it is now (`ngx_http_send_header` and the filters behind it). */
export function sendHeader(run: Run): void {
  const { response, outcome, scope, settings } = run
  if (run.errStatus > 0) response.status = run.errStatus
  outcome.status = response.status
  outcome.withHeaders = run.version >= 1000
  if (!outcome.withHeaders) return
  const headers: { name: string; value: string }[] = []
  if (response.status === 204) response.contentType = ''
  addConfigured(run)
  const charset = charsetOf(run)
  // Never for these two, for a browser of long ago that took it for the next page's.
  if (charset !== undefined) response.charset = response.status === 301 || response.status === 302 ? '' : charset
  if (response.contentType !== '') {
    headers.push({ name: 'content-type', value: response.charset === '' ? response.contentType : `${response.contentType}; charset=${response.charset}` })
  }
  if (response.authenticate !== undefined) headers.push({ name: 'www-authenticate', value: response.authenticate })
  headers.push(...response.headers)
  outcome.headers = headers
  outcome.location = response.location
  if (response.location?.startsWith('/') && flagIn(scope, settings, 'absolute_redirect', true)) {
    const host = flagIn(scope, settings, 'server_name_in_redirect', false) ? run.server.name : run.host || run.request.connect.address
    const { connect, tls } = run.request
    const shownPort = connect.port !== (tls ? 443 : 80) && flagIn(scope, settings, 'port_in_redirect', true) ? `:${connect.port}` : ''
    outcome.location = `${tls ? 'https' : 'http'}://${host}${shownPort}${response.location}`
  }
}

const safeStatuses: ReadonlySet<number> = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308])

/** `expires` and `add_header` (`ngx_http_headers_filter`). */
function addConfigured(run: Run): void {
  const { response, scope, settings } = run
  const isSafe = safeStatuses.has(response.status)
  const expires = directiveIn(scope, settings, 'expires')
  const control = isSafe ? cacheControlOf(run, expires) : undefined
  if (control !== undefined) {
    note(run, 'headers', `Cache-Control: ${control}`, expires, 'passed')
    const others = response.headers.filter(({ name }) => name.toLowerCase() !== 'cache-control')
    response.headers = [...others, { name: 'Cache-Control', value: control }]
  }
  for (const directive of levelIn(scope, settings, 'add_header')) {
    const [name = '', text = '', always] = argumentsOf(directive)
    if (!isSafe && always !== 'always') {
      note(run, 'headers', `${name} is not added to a ${response.status}`, directive, 'lost')
      continue
    }
    const value = evaluate(run, text)
    if (value === '') continue
    note(run, 'headers', `${name}: ${value}`, directive, 'passed')
    const sole = /^(?:etag|last-modified)$/i.test(name)
    if (sole) response.headers = response.headers.filter((header) => header.name.toLowerCase() !== name.toLowerCase())
    response.headers.push({ name, value })
  }
}

/** What `expires` makes of Cache-Control; undefined where it does nothing. */
function cacheControlOf(run: Run, directive: PlacedDirective | undefined): string | undefined {
  if (!directive) return undefined
  const words = argumentsOf(directive)
  const modified = words[0] === 'modified'
  const value = evaluate(run, words[modified ? 1 : 0] ?? '')
  if (value === 'off' || !isKnown(value)) return undefined
  if (value === 'epoch') return 'no-cache'
  if (value === 'max') return 'max-age=315360000'
  const sign = /^[+@-]/.exec(value)?.[0] ?? ''
  const time = parseTime(value.slice(sign.length), 'seconds')
  if (time === undefined) return undefined
  // The time of day and the file's own time are not known.
  if (sign === '@' || (modified && time !== 0)) return undefined
  if (sign === '-' && time > 0) return 'no-cache'
  return `max-age=${time}`
}

const charsetTypes = ['text/html', 'text/xml', 'text/plain', 'text/vnd.wap.wml', 'application/javascript', 'application/rss+xml']

/** The charset that `charset` puts behind the type. */
function charsetOf(run: Run): string | undefined {
  const { response, scope, settings } = run
  const written = valueIn(scope, settings, 'charset')
  if (written === undefined || written === 'off' || response.contentType === '') return undefined
  if (response.charset !== '' && !flagIn(scope, settings, 'override_charset', false)) return undefined
  const given = levelIn(scope, settings, 'charset_types').flatMap(argumentsOf)
  const types = given.length === 0 ? charsetTypes : ['text/html', ...given]
  const type = response.contentType.toLowerCase()
  if (response.contentType.includes(';')) return undefined
  if (response.charset === '' && !types.includes('*') && !types.includes(type)) return undefined
  const charset = evaluate(run, written)
  const source = valueIn(scope, settings, 'source_charset')
  // What nginx would have to recode and has no table for stays as it is.
  if (source !== undefined && source !== 'off' && source.toLowerCase() !== charset.toLowerCase()) return undefined
  return charset === '' ? undefined : charset
}

/** Statuses for which nginx has a page of its own. */
const ownPages: ReadonlySet<number> = new Set([
  301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 421, 429, 494, 495, 496, 497, 498, 500, 501, 502,
  503, 504, 505, 507,
])

/** Answers with an error page, of the configuration or nginx's own (`ngx_http_special_response_handler`). */
export function specialResponse(run: Run, status: number): Action {
  run.errStatus = status
  run.response.contentType = ''
  if (!run.errorPage && run.uriChanges !== 0) {
    const pages = levelIn(run.scope, run.settings, 'error_page')
    if (pages.length > 0 && !flagIn(run.scope, run.settings, 'recursive_error_pages', false)) run.errorPage = true
    for (const directive of pages) {
      const words = argumentsOf(directive)
      const page = words.at(-1) ?? ''
      const overwriting = words.at(-2)?.startsWith('=') ? words.at(-2) : undefined
      const statuses = words.slice(0, overwriting === undefined ? -1 : -2)
      if (statuses.some((each) => parseNumber(each) === status)) return errorPage(run, status, page, overwriting, directive)
    }
  }
  if (ownPages.has(status)) {
    run.response.contentType = 'text/html'
    run.response.charset = ''
  }
  if ([494, 495, 496, 497].includes(status)) run.errStatus = 400
  return { type: 'send' }
}

function errorPage(run: Run, status: number, page: string, overwriting: string | undefined, directive: PlacedDirective): Action {
  const overwrite =
    overwriting === undefined ? ([494, 495, 496, 497].includes(status) ? 400 : -1) : overwriting.length > 1 ? (parseNumber(overwriting.slice(1)) ?? 0) : 0
  if (overwrite >= 0) run.errStatus = overwrite
  const target = evaluate(run, page)
  note(run, 'error_page', `${status}: ${target}`, directive)
  if (target.startsWith('/')) {
    if (run.method !== 'HEAD') run.method = 'GET'
    return { type: 'redirect', ...splitArgs(target) }
  }
  if (target.startsWith('@')) return { type: 'named', name: target }
  if (![301, 302, 303, 307, 308].includes(overwrite)) run.errStatus = 302
  run.response.location = target
  run.response.contentType = 'text/html'
  return { type: 'send' }
}
