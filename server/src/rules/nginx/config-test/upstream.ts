import { type Address, parseAddress } from '../../../catalog/nginx/address.ts'
import { parseNumber, parseTime } from '../../../catalog/nginx/values.ts'
import { placeOfDirective } from '../../../configuration/placed.ts'
import { nearest } from '../../lib/names.ts'
import { type Reading, rest, type Setter } from './reading.ts'
import { compileScript, compileValue, hasVariables } from './script.ts'
import { replace } from './slots.ts'
import { belongTogether, mayHave, type Upstream } from './state.ts'

/** `ngx_http_upstream`, `ngx_stream_upstream`: the block's head. */
export const upstreamBlock: Setter = (reading) => {
  const name = reading.values[1] ?? ''
  const { protocol, directive, state } = reading
  const known = (protocol.upstreams.get(name.toLowerCase()) ?? []).filter((each) => belongTogether(state, each.directive, directive))
  const created = known.find((each) => each.block)
  if (created?.block) {
    reading.emerg('nginx/duplicate', `duplicate upstream "${name}"`, {
      at: 1,
      words: `There is an upstream "${name}" already: rename one, or put all servers into one block.`,
      related: [{ at: placeOfDirective(created.block), message: 'the first' }],
    })
    return
  }
  const withPort = known.find((each) => !each.noPort)
  if (withPort) {
    const line = withPort.directive.source.lines.lineAt(withPort.directive.start + withPort.directive.node.text.length - 1) + 1
    reading.emerg('nginx/conflict', `upstream "${name}" may not have port ${withPort.port} in ${withPort.directive.source.path}:${line}`, {
      at: 1,
      noLine: true,
      words: `"${name}" is the name of this upstream and was used with port ${withPort.port} above: an upstream's name takes no port.`,
      related: [{ at: placeOfDirective(withPort.directive), message: 'used with a port here' }],
    })
  }
  remember(reading, { block: directive, directive, port: 0, noPort: true, host: name, isSocket: false })
}

function remember(reading: Reading, upstream: Upstream): void {
  const key = upstream.host.toLowerCase()
  const list = reading.protocol.upstreams.get(key)
  if (list) list.push(upstream)
  else reading.protocol.upstreams.set(key, [upstream])
}

/** `ngx_http_upstream_server` */
export const upstreamServer: Setter = (reading) => readUpstreamServer(reading, { defaultPort: 80 })
/** `ngx_stream_upstream_server` */
export const streamUpstreamServer: Setter = (reading) => readUpstreamServer(reading, {})

function readUpstreamServer(reading: Reading, options: { defaultPort?: number }): void {
  reading.block.servers++
  if (!readServerParameters(reading)) return
  const text = reading.values[1] ?? ''
  const address = parseAddress(text, options)
  if (typeof address === 'string') {
    reading.emerg('nginx/invalid-address', `${address} in upstream "${text}"`, { at: 1, words: addressWords(text, address), fixes: schemeFix(reading, text) })
    return
  }
  if (options.defaultPort === undefined && address.noPort && address.family !== 'unix') {
    reading.emerg('nginx/invalid-address', `no port in upstream "${text}"`, { at: 1, words: `"${text}" needs a port: in "stream" there is no default.` })
  }
}

function schemeFix(reading: Reading, text: string) {
  const host = /^https?:\/\/([^/]+)\/?$/i.exec(text)?.[1]
  return host ? [replace(reading, 1, host)] : []
}

const addressWords = (text: string, fault: string): string =>
  /^https?:\/\//i.test(text)
    ? `A server of an upstream is host:port, without scheme and path: those stand in "proxy_pass".`
    : `"${text}" is no address (${fault}): write host, host:port, [IPv6]:port or unix:/path.`

type Check = (value: string) => boolean
const isNumber: Check = (value) => parseNumber(value) !== undefined
const withValue: Readonly<Record<string, Check>> = {
  weight: (value) => (parseNumber(value) ?? 0) !== 0,
  max_conns: isNumber,
  max_fails: isNumber,
  fail_timeout: (value) => parseTime(value, 'seconds') !== undefined,
  // Of later versions or of NGINX Plus.
  route: () => true,
  service: () => true,
  slow_start: () => true,
}
const alone = ['backup', 'down', 'resolve', 'drain']
const newer = new Set(['route', 'service', 'slow_start', 'resolve', 'drain'])

function readServerParameters(reading: Reading): boolean {
  for (let at = 2; at < reading.values.length; at++) {
    const value = reading.values[at] ?? ''
    const equals = value.indexOf('=')
    const name = equals < 0 ? value : value.slice(0, equals)
    const check = equals < 0 ? undefined : Object.hasOwn(withValue, name) ? withValue[name] : undefined
    const known = (check !== undefined || (equals < 0 && alone.includes(value))) && (!newer.has(name) || mayHave(reading.state, '1.27.3'))
    if (known && reading.block.unsupported.has(name)) {
      reading.emerg('nginx/conflict', `balancing method does not support parameter "${value}"`, {
        at,
        words: `The balancing method of this upstream has no "${name}".`,
      })
      return false
    }
    if (known && (!check || check(value.slice(equals + 1)))) continue
    const meant = nearest(value, alone) ?? nearest(name, Object.keys(withValue))
    reading.emerg('nginx/invalid-parameter', `invalid parameter "${value}"`, {
      at,
      words: known
        ? `"${value.slice(equals + 1)}" is no value of "${name}".`
        : `"${value}" is no parameter of a server of an upstream${meant ? `; "${meant}" is` : ''}.`,
    })
    return false
  }
  return true
}

/** What a balancing method leaves of the parameters of servers (`uscf->flags`). */
export const balancing =
  (unsupported: readonly string[]): Setter =>
  (reading) => {
    const { block, directive } = reading
    const earlier = block.slots.get('balancing')
    if (earlier) {
      reading.warn('nginx/ignored', 'load balancing method redefined', {
        words: `This upstream has a balancing method already ("${earlier.name}"): the last one counts.`,
        related: [{ at: placeOfDirective(earlier), message: 'the first' }],
      })
    }
    block.slots.set('balancing', directive)
    for (const each of unsupported) block.unsupported.add(each)
    return undefined
  }

/** `ngx_http_upstream_hash`: `hash key [consistent]` */
export const hash: Setter = (reading) => {
  balancing(['backup'])(reading)
  if (!compileValue(reading, 1)) return
  if (reading.values.length > 2 && reading.values[2] !== 'consistent') {
    reading.emerg('nginx/invalid-parameter', `invalid parameter "${reading.values[2]}"`, { at: 2, words: '"hash" takes a key and, if wanted, "consistent".' })
  }
}

/** `ngx_http_upstream_random`: `random [two [least_conn]]` */
export const random: Setter = (reading) => {
  balancing(['backup'])(reading)
  const { values } = reading
  if (values.length === 1) return
  if (values[1] !== 'two') {
    reading.emerg('nginx/invalid-parameter', `invalid parameter "${values[1]}"`, { at: 1, words: '"random" takes "two" and a method.' })
  } else if (values.length > 2 && !/^least_(conn|time=.*)$/.test(values[2] ?? '')) {
    reading.emerg('nginx/invalid-parameter', `invalid parameter "${values[2]}"`, { at: 2, words: '"random two" takes "least_conn".' })
  }
}

/** `ngx_http_upstream_keepalive` */
export const keepalive: Setter = (reading) => {
  if (reading.block.slots.get('keepalive')) return 'is duplicate'
  reading.block.slots.set('keepalive', reading.directive)
  const value = reading.values[1] ?? ''
  const number = parseNumber(value)
  if (number === undefined || number === 0) {
    reading.emerg('nginx/invalid-value', `invalid value "${value}" in "keepalive" directive`, {
      at: 1,
      words: '"keepalive" takes how many idle connections to keep, at least 1.',
    })
  }
  return undefined
}

/** `proxy_pass` and the like: the upstream that an address names (`ngx_http_upstream_add`). Undefined where nginx refuses it. */
export function passTo(reading: Reading, at: number, text: string, options: { defaultPort?: number; uriPart?: boolean }): Address | undefined {
  const address = parseAddress(text, options)
  if (typeof address === 'string') {
    reading.emerg('nginx/invalid-address', `${address} in upstream "${text}"`, { at, words: `nginx cannot reach "${text}" (${address}).` })
    return undefined
  }
  const { protocol, directive, state } = reading
  const created = (protocol.upstreams.get(address.host.toLowerCase()) ?? []).find((each) => each.block && belongTogether(state, each.block, directive))
  if (created?.block && !address.noPort && address.family !== 'unix') {
    reading.emerg('nginx/conflict', `upstream "${address.host}" may not have port ${address.port}`, {
      at,
      words: `"${address.host}" is an upstream, and an upstream's name takes no port: its servers have theirs.`,
      related: [{ at: placeOfDirective(created.block), message: 'the upstream' }],
    })
    return undefined
  }
  if (created) return address
  const isSocket = address.family === 'unix'
  const missing = address.noPort && address.port === 0 && address.numeric && !isSocket
  // An address is no upstream's name: its port is missing whatever else there is.
  if (missing)
    reading.emerg('nginx/invalid-address', `no port in upstream "${address.host}"`, {
      at,
      words: `"${address.host}" needs a port here: "${reading.values[0]}" has no default one.`,
    })
  else remember(reading, { block: undefined, directive, port: address.port, noPort: address.noPort && !isSocket, host: address.host, isSocket })
  return address
}

/** `ngx_http_proxy_pass` */
export const proxyPass: Setter = (reading) => {
  if (alreadySet(reading)) return 'is duplicate'
  const url = reading.values[1] ?? ''
  if (hasVariables(url)) {
    reading.block.slots.set('proxy_pass variables', reading.directive)
    return void compileScript(reading, 1, url)
  }
  const scheme = /^(https?):\/\//i.exec(url)
  if (!scheme) {
    reading.emerg('nginx/invalid-address', 'invalid URL prefix', {
      at: 1,
      words: `"proxy_pass" takes a URL that begins with http:// or https://; "${url}" does not.`,
      fixes: /^[\w.:[\]-]+(\/|$)/.test(url) ? [replace(reading, 1, `http://${url}`)] : [],
    })
    return
  }
  const secure = scheme[1]?.toLowerCase() === 'https'
  const address = passTo(reading, 1, url.slice(scheme[0].length), { defaultPort: secure ? 443 : 80, uriPart: true })
  if (!address) return
  const kind = reading.block.location?.kind
  if (address.uri !== '' && (kind === 'named' || kind === 'regex' || kind === 'if' || kind === 'limit_except')) {
    const where = { named: 'a named location', regex: 'a location given by a regular expression', if: 'an "if"', limit_except: '"limit_except"' }[kind]
    reading.emerg(
      'nginx/proxy-pass-uri',
      '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block',
      {
        at: 1,
        words: `In ${where} nginx knows no prefix that "${address.uri}" could replace, so "proxy_pass" takes no path here: leave it out, or rewrite the URI before.`,
        fixes: [
          replace(reading, 1, url.slice(0, url.length - address.uri.length), `Write "${url.slice(0, url.length - address.uri.length)}"`, address.uri === '/'),
        ],
      },
    )
  }
  return undefined
}

/** `fastcgi_pass`, `uwsgi_pass`, `scgi_pass`, `grpc_pass`, `memcached_pass`: the schemes that each may begin with. */
export const pass =
  (schemes: RegExp | undefined): Setter =>
  (reading) => {
    if (alreadySet(reading)) return 'is duplicate'
    const url = reading.values[1] ?? ''
    if (hasVariables(url)) return void compileScript(reading, 1, url)
    const scheme = schemes?.exec(url)?.[0] ?? ''
    passTo(reading, 1, url.slice(scheme.length), {})
    return undefined
  }

function alreadySet(reading: Reading): boolean {
  const name = reading.values[0] ?? ''
  if (reading.block.slots.has(name)) return true
  reading.block.slots.set(name, reading.directive)
  return false
}

/** `auth_http` of mail: `rest` of the URL behind its scheme. */
export const authHttp: Setter = (reading) => {
  const url = reading.values[1] ?? ''
  const text = rest('http://', url) ?? url
  const address = parseAddress(text, { defaultPort: 80, uriPart: true })
  reading.block.slots.set('auth_http', reading.directive)
  if (typeof address === 'string')
    reading.emerg('nginx/invalid-address', `${address} in auth_http "${text}"`, { at: 1, words: `nginx cannot reach "${url}" (${address}).` })
}
