import { parseAddress } from '../../catalog/nginx/address.ts'
import { directivesNamed } from '../../configuration/placed.ts'
import { choose } from '../choices.ts'
import { isKnown, readable } from '../unknown.ts'
import type { Action } from './content.ts'
import { type ContentHandler, note, type Run } from './run.ts'
import { evaluate } from './script.ts'
import { argumentAt, argumentsOf, directiveIn, flagIn, levelIn, type Scope, valueIn } from './settings.ts'
import { escapeUri } from './uri.ts'

/** Where a request is handed on to. */
interface Target {
  /** `127.0.0.1:9001`, `unix:/path`; undefined where a name has no address here. */
  readonly address: string | undefined
  /** What `$proxy_host` says. */
  readonly host: string
  readonly port: string
  /** What follows the host in `proxy_pass`. */
  readonly uri: string
}

/** `proxy_pass` (`ngx_http_proxy_handler`). */
export function proxyPass(run: Run, { directive, scope }: ContentHandler): Action {
  const written = argumentAt(directive, 0) ?? ''
  const hasVariables = written.includes('$')
  const url = evaluate(run, written)
  const target = isKnown(url) ? targetOf(run, url, hasVariables) : undefined
  if (!target) {
    note(run, 'content', `${url} is no address that is known`, directive)
    if (isKnown(url)) return 500
    return sent(run)
  }
  run.variables.set(' proxy_host', target.host)
  run.variables.set(' proxy_port', target.port)
  const body = bodyMissing(run)
  if (body) return body
  if (target.address === undefined) {
    note(run, 'content', `no address is known for ${target.host}`, directive)
    return 502
  }
  const uri = uriSentOn(run, target.uri, hasVariables, scope)
  if (uri === '') return 500
  const outcome = run.outcome
  outcome.upstream = target.address
  outcome.upstreamUri = isKnown(uri) ? uri : undefined
  outcome.upstreamHeaders = headersSentOn(run)
  outcome.file = undefined
  note(run, 'content', `handed on to ${target.address} as ${requestMethod(run)} ${uri}`, directive)
  return answered(run, 'proxy')
}

const requestMethod = (run: Run): string => {
  const method = valueIn(run.scope, run.settings, 'proxy_method')
  return method === undefined ? run.method : evaluate(run, method)
}

/** The target of the request line that the upstream gets (`ngx_http_proxy_create_request`). */
function uriSentOn(run: Run, uri: string, hasVariables: boolean, scope: Scope): string {
  if (hasVariables && uri !== '') return uri
  if (uri === '' && run.validUnparsedUri) return run.unparsedUri
  const cut = run.validLocation && uri !== '' ? locationLength(scope) : 0
  const rest = run.uri.slice(cut)
  const written = run.quotedUri || run.internal ? escapeUri(rest, 'uri') : rest
  return (run.validLocation ? uri : '') + written + (run.args === '' ? '' : `?${run.args}`)
}

/** Only the name of a plain location is taken off. */
const locationLength = ({ kind, modifier, name }: Scope): number =>
  kind === 'location' && (modifier === '' || modifier === '^~' || modifier === '=') ? name.length : 0

function targetOf(run: Run, url: string, hasVariables: boolean): Target | undefined {
  const parts = /^(https?):\/\//i.exec(url)
  if (!parts) return undefined
  const defaultPort = parts[1]?.toLowerCase() === 'https' ? 443 : 80
  const rest = url.slice(parts[0].length)
  const parsed = parseAddress(rest, { uriPart: true, defaultPort })
  if (typeof parsed === 'string') return undefined
  const uri = hasVariables && parsed.uri.startsWith('?') ? `/${parsed.uri}` : parsed.uri
  if (parsed.family === 'unix') return { address: `unix:${parsed.host}`, host: 'localhost', port: '', uri }
  const named = parsed.noPort || parsed.port === defaultPort
  const host = named ? parsed.host : `${parsed.host}:${parsed.port}`
  return { address: addressOf(run, parsed.host, parsed.noPort ? defaultPort : parsed.port, parsed.noPort, hasVariables), host, port: String(parsed.port), uri }
}

/** The address behind a host: of an upstream's first server that is not down, or of the host itself. */
function addressOf(run: Run, host: string, port: number, noPort: boolean, hasVariables: boolean): string | undefined {
  const group = directivesNamed(run.settings.configuration, 'upstream').find((each) => argumentAt(each, 0)?.toLowerCase() === host.toLowerCase())
  if (group && noPort) {
    const servers = group.children.filter((each) => each.name === 'server' && each.presence !== 'absent').map((each) => argumentsOf(each))
    const up = servers.filter((words) => !words.includes('down'))
    const live = up.some((words) => !words.includes('backup')) ? up.filter((words) => !words.includes('backup')) : up
    const addresses = live.flatMap(([address]) => plainAddress(address ?? '', 80) ?? [])
    if (addresses.length === 0) return live.length > 0 ? `one of ${host}` : undefined
    if (addresses.length === 1) return addresses[0]
    return heaviest(live, addresses)
  }
  const address = plainAddress(`${host}:${port}`, port)
  // A name in a variable is asked of a resolver at the time of the request.
  if (address !== undefined && hasVariables && host.toLowerCase() === 'localhost') return undefined
  return address ?? (hasVariables ? undefined : `${host}:${port}`)
}

/** Which server of several is asked first depends on their weights, and later on what was asked before. */
function heaviest(servers: readonly (readonly string[])[], addresses: readonly string[]): string | undefined {
  const weight = (words: readonly string[]): number => Number(/^weight=(\d+)$/.exec(words.find((word) => word.startsWith('weight=')) ?? '')?.[1] ?? 1)
  const most = Math.max(...servers.map(weight))
  return addresses[servers.findIndex((words) => weight(words) === most)]
}

function plainAddress(text: string, defaultPort: number): string | undefined {
  const parsed = parseAddress(text, { defaultPort })
  if (typeof parsed === 'string') return undefined
  if (parsed.family === 'unix') return `unix:${parsed.host}`
  if (parsed.host.toLowerCase() === 'localhost') return `127.0.0.1:${parsed.port}`
  return parsed.numeric ? `${parsed.host}:${parsed.port}` : undefined
}

/** A body that was announced and never comes ends the request before it is handed on. */
function bodyMissing(run: Run): Action | undefined {
  if (run.contentLength <= 0 && !run.chunked) return undefined
  if (run.discardBody) return undefined
  note(run, 'content', 'the body that was announced does not come')
  run.outcome.status = 400
  run.outcome.withHeaders = false
  return -1
}

/** Headers that nginx sets for itself unless `proxy_set_header` does. */
const defaultHeaders: readonly (readonly [string, string])[] = [
  ['Host', '$proxy_host'],
  ['Connection', 'close'],
  ['Content-Length', ''],
  ['Transfer-Encoding', ''],
  ['TE', ''],
  ['Keep-Alive', ''],
  ['Expect', ''],
  ['Upgrade', ''],
]

function headersSentOn(run: Run): Record<string, string> {
  const given = levelIn(run.scope, run.settings, 'proxy_set_header').map((directive) => {
    const [name = '', value = ''] = argumentsOf(directive)
    return [name, value] as const
  })
  const set = [...given, ...defaultHeaders.filter(([name]) => !given.some(([other]) => other.toLowerCase() === name.toLowerCase()))]
  const made: Record<string, string> = {}
  const add = (name: string, value: string): void => {
    const key = name.toLowerCase()
    if (value !== '' && isKnown(value)) made[key] = value
  }
  for (const [name, text] of set) {
    const value = name.toLowerCase() === 'content-length' && text === '' && run.contentLength >= 0 ? String(run.contentLength) : evaluate(run, text)
    add(name, value)
  }
  if (flagIn(run.scope, run.settings, 'proxy_pass_request_headers', true)) {
    for (const { name, value } of run.headersIn) if (!set.some(([other]) => other.toLowerCase() === name.toLowerCase())) add(name, value)
  }
  return made
}

/** `fastcgi_pass`, `uwsgi_pass`, `scgi_pass`, `grpc_pass`, `memcached_pass`. */
export function otherPass(run: Run, { directive }: ContentHandler): Action {
  const protocol = directive.name.slice(0, directive.name.indexOf('_'))
  const written = evaluate(run, argumentAt(directive, 0) ?? '').replace(/^(?:grpcs?|suwsgi|uwsgi|scgi):\/\//i, '')
  const body = bodyMissing(run)
  if (body) return body
  const parsed = parseAddress(written, { uriPart: true })
  const address =
    typeof parsed === 'string'
      ? written
      : parsed.family === 'unix'
        ? `unix:${parsed.host}`
        : addressOf(run, parsed.host, parsed.port, parsed.noPort, (argumentAt(directive, 0) ?? '').includes('$'))
  if (address === undefined) {
    note(run, 'content', `no address is known for ${written}`, directive)
    return 502
  }
  run.outcome.upstream = address
  run.outcome.file = undefined
  note(run, 'content', `handed on to ${readable(address)} by ${protocol}`, directive)
  if (protocol === 'memcached') return memcached(run)
  if (protocol === 'fastcgi') {
    const script = levelIn(run.scope, run.settings, 'fastcgi_param').findLast((each) => argumentAt(each, 0) === 'SCRIPT_FILENAME')
    const file = script && evaluate(run, argumentAt(script, 1) ?? '')
    if (script && file !== undefined && file !== '') {
      note(run, 'content', `SCRIPT_FILENAME is ${file}`, script, 'passed')
      run.outcome.file = file
    }
  }
  return answered(run, protocol)
}

function memcached(run: Run): Action {
  if (run.method !== 'GET' && run.method !== 'HEAD') return 405
  const found = choose(run.choices, [
    { condition: 'memcached has the key', value: true },
    { condition: 'memcached does not have the key', value: false },
  ])
  return found ? sent(run) : 404
}

/** The answer of an upstream: 200, or that it cannot be reached. */
function answered(run: Run, protocol: string): Action {
  const reached = choose(run.choices, [
    { condition: `${run.outcome.upstream ?? 'the upstream'} answers 200`, value: true },
    { condition: `${run.outcome.upstream ?? 'the upstream'} cannot be reached`, value: false },
  ])
  if (reached) return sent(run)
  note(run, 'content', `${run.outcome.upstream ?? 'the upstream'} cannot be reached`, directiveIn(run.scope, run.settings, `${protocol}_pass`))
  run.outcome.upstreamUri = undefined
  run.outcome.upstreamHeaders = undefined
  return 502
}

function sent(run: Run): Action {
  run.response.status = 200
  run.response.contentType = 'text/plain'
  return { type: 'send' }
}
