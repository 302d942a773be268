import { type Address, parseAddress } from '../../../catalog/nginx/address.ts'
import { parseIpv6, parseNumber, parseSize, parseTime } from '../../../catalog/nginx/values.ts'
import { indentOf, placeOfDirective } from '../../../configuration/placed.ts'
import { removeDirective } from '../../lib/edits.ts'
import { nearest } from '../../lib/names.ts'
import type { Listener } from './listeners.ts'
import type { Reading, Setter } from './reading.ts'
import { removeArgument, replace } from './slots.ts'
import { belongTogether, mayHave, type ProtocolState, type TestState } from './state.ts'

/** What the parameters of one `listen` ask for. */
interface Options {
  readonly seen: Set<string>
  /** Something about the socket itself is set (`lsopt.set`). */
  set: boolean
}

/** `ngx_http_core_listen` */
export const httpListen: Setter = (reading) => {
  const address = listenAddress(reading, { listen: true, defaultPort: 80 })
  if (!address) return
  reading.block.slots.set('listen', reading.directive)
  const options = readParameters(reading, httpParameters(reading), (value) => `invalid parameter "${value}"`)
  if (!options) {
    addListeners(reading, address, '', { seen: new Set(), set: false })
    return
  }
  if (options.seen.has('quic') && !checkQuic(reading, options)) return
  if (options.seen.has('ssl')) reading.block.slots.set('listen ssl', reading.directive)
  if (options.seen.has('http2')) warnOfHttp2(reading)
  addListeners(reading, address, options.seen.has('quic') ? 'udp ' : '', options)
}

/** `ngx_stream_core_listen` */
export const streamListen: Setter = (reading) => {
  const address = listenAddress(reading, { listen: true })
  if (!address) return
  reading.block.slots.set('listen', reading.directive)
  const options = readParameters(reading, streamParameters, (value) => `the invalid "${value}" parameter`)
  if (!options) return undefined
  if (options.seen.has('ssl')) reading.block.slots.set('listen ssl', reading.directive)
  const udp = options.seen.has('udp')
  if (udp)
    for (const each of ['backlog', 'ssl', 'so_keepalive', 'proxy_protocol', 'fastopen'])
      if (options.seen.has(each)) return `"${each}" parameter is incompatible with "udp"`
  // Since 1.25.5 several servers may share an address, told apart by server_name.
  if (!mayHave(reading.state, '1.25.5')) addPair(reading, address, udp ? 'udp ' : '')
  return undefined
}

/** `ngx_mail_core_listen` */
export const mailListen: Setter = (reading) => {
  const address = listenAddress(reading, { listen: true })
  if (!address) return
  reading.block.slots.set('listen', reading.directive)
  const protocol = { 25: 'smtp', 587: 'smtp', 465: 'smtp', 110: 'pop3', 995: 'pop3', 143: 'imap', 993: 'imap' }[address.port]
  if (protocol !== undefined) reading.block.slots.set('protocol of port', reading.directive)
  const options = readParameters(reading, mailParameters, (value) => `the invalid "${value}" parameter`)
  if (!options) return
  if (options.seen.has('ssl')) reading.block.slots.set('listen ssl', reading.directive)
  addPair(reading, address, '')
}

/** The listener that a `server` without `listen` gets (`ngx_http_core_server`). */
export function defaultListener(reading: Reading): void {
  const address = parseAddress('*:80', { listen: true })
  if (typeof address !== 'string') addHttpListener(reading, address, '', { seen: new Set(), set: false })
}

function listenAddress(reading: Reading, options: { listen: true; defaultPort?: number }): Address | undefined {
  const text = reading.values[1] ?? ''
  const address = parseAddress(text, options)
  if (typeof address === 'string') {
    const known = nearest(text, [...parameterNames])
    reading.emerg('nginx/invalid-address', `${address} in "${text}" of the "listen" directive`, {
      at: 1,
      words: known
        ? `"listen" begins with an address or port; "${text}" is none.`
        : `nginx cannot listen on "${text}" (${address}): write a port, address:port, [IPv6]:port or unix:/path.`,
    })
    return undefined
  }
  return address
}

/** What a parameter's value must be: `true` where the name alone is the parameter. */
type Parameters = Readonly<Record<string, true | ((value: string) => boolean)>>

const isNumber = (value: string): boolean => parseNumber(value) !== undefined
const isSize = (value: string): boolean => parseSize(value) !== undefined
const isBacklog = (value: string): boolean => (parseNumber(value) ?? 0) !== 0
const isKeepalive = (value: string): boolean => {
  if (value === 'on' || value === 'off') return true
  const [idle = '', interval = '', ...count] = value.split(':')
  const last = count.join(':')
  const times = [idle, interval].map((time) => (time === '' ? 0 : parseTime(time, 'seconds')))
  const number = last === '' ? 0 : parseNumber(last)
  return !times.includes(undefined) && number !== undefined && (times.some((time) => time !== 0) || number !== 0)
}
const isOnOff = (value: string): boolean => value === 'on' || value === 'off'

const socketParameters: Parameters = {
  bind: true,
  backlog: isBacklog,
  rcvbuf: isSize,
  sndbuf: isSize,
  ipv6only: isOnOff,
  so_keepalive: isKeepalive,
}
const mailParameters: Parameters = { ...socketParameters, ssl: true, proxy_protocol: true, multipath: true }
const streamParameters: Parameters = {
  ...mailParameters,
  udp: true,
  reuseport: true,
  fastopen: isNumber,
  deferred: true,
  setfib: isNumber,
  accept_filter: () => true,
  default_server: true,
}

/** By the state of the test: they depend on the version. */
const httpParametersOf = new WeakMap<TestState, Parameters>()

function httpParameters({ state }: Reading): Parameters {
  const known = httpParametersOf.get(state)
  if (known) return known
  const made: Parameters = {
    ...socketParameters,
    default_server: true,
    default: true,
    setfib: isNumber,
    fastopen: isNumber,
    accept_filter: () => true,
    deferred: true,
    reuseport: true,
    ssl: true,
    http2: true,
    proxy_protocol: true,
    ...(mayHave(state, '1.25.0') ? { quic: true as const, http3: true as const } : {}),
    ...(mayHave(state, '1.29.0') ? { multipath: true as const } : {}),
  }
  httpParametersOf.set(state, made)
  return made
}
const parameterNames = [
  'default_server',
  'bind',
  'backlog',
  'rcvbuf',
  'sndbuf',
  'ipv6only',
  'so_keepalive',
  'ssl',
  'http2',
  'quic',
  'proxy_protocol',
  'reuseport',
  'fastopen',
  'deferred',
  'udp',
]

/** Those that say nothing about the socket. */
const notOfTheSocket = new Set(['default_server', 'default', 'ssl', 'http2', 'quic', 'proxy_protocol', 'udp'])

function readParameters(reading: Reading, known: Parameters, invalid: (value: string) => string): Options | undefined {
  const options: Options = { seen: new Set(), set: false }
  for (let at = 2; at < reading.values.length; at++) {
    const value = reading.values[at] ?? ''
    const equals = value.indexOf('=')
    const name = equals < 0 ? value : value.slice(0, equals)
    const kind = Object.hasOwn(known, name) ? known[name] : undefined
    // nginx looks for `ipv6only=o`: anything else is no parameter at all.
    const fits = kind === true ? equals < 0 : kind !== undefined && equals >= 0 && (name !== 'ipv6only' || value.startsWith('ipv6only=o'))
    if (!fits) {
      const meant =
        value === 'spdy'
          ? 'http2'
          : nearest(
              value,
              Object.keys(known).filter((each) => known[each] === true),
            )
      reading.emerg('nginx/invalid-parameter', invalid(value), {
        at,
        words: `"${value}" is no parameter of "listen"${meant ? `; "${meant}" is` : ''}.`,
        fixes: meant ? [replace(reading, at, meant)] : [],
      })
      return undefined
    }
    if (typeof kind === 'function' && !kind(value.slice(equals + 1))) {
      const server =
        name === 'ipv6only'
          ? `invalid ipv6only flags "${value.slice(9)}"`
          : name === 'so_keepalive'
            ? `invalid so_keepalive value: "${value.slice(13)}"`
            : `invalid ${name} "${value}"`
      reading.emerg('nginx/invalid-parameter', server, { at, words: `"${value.slice(equals + 1)}" is no value of "${name}" of "listen".` })
      return undefined
    }
    options.seen.add(name === 'default' ? 'default_server' : name)
    if (!notOfTheSocket.has(name)) options.set = true
  }
  return options
}

function checkQuic(reading: Reading, options: Options): boolean {
  const clash = ['ssl', 'http2', 'proxy_protocol'].find((each) => options.seen.has(each))
  if (clash === undefined) return true
  const server = `"listen" directive "${clash}" parameter is incompatible with "quic"`
  reading.emerg('nginx/conflict', server.replace('"listen" directive ', ''), { words: `A QUIC listener cannot have "${clash}".` })
  return false
}

/** `listen … http2` is deprecated since 1.25.1, where `http2 on` came. */
function warnOfHttp2(reading: Reading): void {
  const { state, directive, values } = reading
  if (!mayHave(state, '1.25.1') || state.version === undefined) return
  const at = values.indexOf('http2', 2)
  const edit = removeArgument(reading, at).edits[0]
  const server = reading.block.directive
  const has = server?.children.some((child) => child.name === 'http2')
  const place = placeOfDirective(directive)
  reading.warn('nginx/deprecated', 'the "listen ... http2" directive is deprecated, use the "http2" directive instead', {
    at,
    words: 'Since nginx 1.25.1 HTTP/2 is switched on by the directive "http2 on" and no longer by this parameter.',
    fixes: edit
      ? [
          {
            title: 'Use "http2 on;"',
            safe: true,
            edits: [edit, ...(has ? [] : [{ path: place.path, start: place.end, end: place.end, newText: `\n${indentOf(directive)}http2 on;` }])],
          },
        ]
      : [],
  })
}

/** An address as nginx prints it (`ngx_sock_ntop`). */
function textOf(address: Address): string {
  if (address.family === 'unix') return `unix:${address.host}`
  if (address.family === 'ipv6') return `[${compressed(address.host.slice(1, -1))}]:${address.port}`
  return `${address.host || '0.0.0.0'}:${address.port}`
}

/** `ngx_inet6_ntop`: the longest run of zero groups becomes `::`. */
function compressed(text: string): string {
  const bytes = parseIpv6(text) ?? []
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0))
  let best = { start: -1, length: 1 }
  for (let i = 0; i < 8; i++) {
    let length = 0
    while (i + length < 8 && groups[i + length] === 0) length++
    if (length > best.length) best = { start: i, length }
  }
  if (best.start < 0) return groups.map((group) => group.toString(16)).join(':')
  const words = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':')
  return `${words(0, best.start)}::${words(best.start + best.length, 8)}`
}

/** Every address that the `listen` opens. What a name resolves to is not known. */
function addListeners(reading: Reading, address: Address, kind: string, options: Options): void {
  if (!address.numeric) return
  const last = Math.max(address.port, address.lastPort)
  for (let port = address.port; port <= last; port++) if (!addHttpListener(reading, { ...address, port }, kind, options)) return
}

/** `ngx_http_add_listen`, `ngx_http_add_addresses`, `ngx_http_add_server`; false where nginx refuses it. */
function addHttpListener(reading: Reading, address: Address, kind: string, options: Options): boolean {
  const { state, protocol, block, directive } = reading
  const text = textOf(address)
  const key = kind + text
  const server = block.directive
  const known = protocol.listeners.get(key)?.find((each) => belongTogether(state, each.first, directive))
  if (!known) {
    remember(protocol, key, {
      text,
      first: directive,
      servers: new Map([[server, directive]]),
      set: options.set ? directive : undefined,
      defaultServer: options.seen.has('default_server') ? directive : undefined,
      ssl: options.seen.has('ssl'),
    })
    return true
  }
  const same = known.servers.get(server)
  if (same) {
    reading.emerg('nginx/duplicate', `a duplicate listen ${text}`, {
      words: `This server listens on ${text} already: the same address may stand in a server once.`,
      related: [{ at: placeOfDirective(same), message: 'the first' }],
      fixes: [{ title: 'Remove this "listen"', safe: options.seen.size === 0, edits: [removeDirective(directive)] }],
    })
    return false
  }
  known.servers.set(server, directive)
  known.ssl ||= options.seen.has('ssl')
  if (options.set) {
    if (known.set) {
      reading.emerg('nginx/duplicate', `duplicate listen options for ${text}`, {
        words: `Options of the socket ${text} are set by another server already; they may stand in one "listen" only.`,
        related: [{ at: placeOfDirective(known.set), message: 'the options are set here' }],
      })
      return false
    }
    known.set = directive
  }
  if (options.seen.has('default_server')) {
    if (known.defaultServer) {
      const at = reading.values.findIndex((value) => value === 'default_server' || value === 'default')
      reading.emerg('nginx/duplicate', `a duplicate default server for ${text}`, {
        at,
        words: `${text} has a default server already; there can be one only.`,
        related: [{ at: placeOfDirective(known.defaultServer), message: 'the default server' }],
        fixes: [removeArgument(reading, at, 'Remove "default_server" here', false)],
      })
      return false
    }
    known.defaultServer = directive
  }
  return true
}

/** stream and mail: one server for an address. */
function addPair(reading: Reading, address: Address, kind: string): void {
  if (!address.numeric || address.lastPort > 0) return
  const text = textOf(address)
  const key = kind + text
  const known = reading.protocol.listeners.get(key)?.find((each) => belongTogether(reading.state, each.first, reading.directive))
  if (known) {
    reading.emerg('nginx/duplicate', `duplicate "${text}" address and port pair`, {
      words: `Another "listen" has ${text} already.`,
      related: [{ at: placeOfDirective(known.first), message: 'the first' }],
    })
    return
  }
  const { directive, block, protocol } = reading
  remember(protocol, key, { text, first: directive, servers: new Map([[block.directive, directive]]), set: undefined, defaultServer: undefined, ssl: false })
}

function remember({ listeners }: ProtocolState, key: string, listener: Listener): void {
  const list = listeners.get(key)
  if (list) list.push(listener)
  else listeners.set(key, [listener])
}
