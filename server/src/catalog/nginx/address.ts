import { parseIpv4, parseIpv6, parseNumber } from './values.ts'

/** What `ngx_parse_url` makes of an address (`ngx_url_t`). */
export interface Address {
  readonly family: 'ipv4' | 'ipv6' | 'unix'
  /** As written, without port and URI; `*` and a bare port give the empty text. IPv6 with its brackets. */
  readonly host: string
  /** The host is an address and not a name to be resolved. */
  readonly numeric: boolean
  readonly port: number
  /** The end of a range of ports (`listen` only), else 0. */
  readonly lastPort: number
  /** No port was written. */
  readonly noPort: boolean
  /** What follows the host and port, from its slash or question mark. */
  readonly uri: string
}

export interface AddressOptions {
  /** The address of a `listen`: a bare number is a port, and there is no URI. */
  readonly listen?: boolean
  /** A URI may follow. */
  readonly uriPart?: boolean
  readonly defaultPort?: number
}

/** Reads an address; a text is nginx's word for what is wrong with it ("invalid port"). Names are not resolved. */
export function parseAddress(text: string, options: AddressOptions = {}): Address | string {
  if (/^unix:/i.test(text)) return parseUnix(text, options)
  return text.startsWith('[') ? parseInet6(text, options) : parseInet(text, options)
}

/** `addr:port` as `ngx_parse_addr_port` takes it: an address, with or without a port. */
export function isAddressWithPort(text: string): boolean {
  if (isPlainAddress(text) || (text.startsWith('[') && text.endsWith(']') && isPlainAddress(text.slice(1, -1)))) return true
  const colon = text.lastIndexOf(':')
  if (colon < 0) return false
  const port = parseNumber(text.slice(colon + 1))
  const host = text.slice(0, colon)
  if (port === undefined || port < 1 || port > 65535) return false
  return parseIpv4(host) !== undefined || (host.startsWith('[') && host.endsWith(']') && parseIpv6(host.slice(1, -1)) !== undefined)
}

const isPlainAddress = (text: string): boolean => parseIpv4(text) !== undefined || parseIpv6(text) !== undefined

function parseUnix(text: string, { uriPart }: AddressOptions): Address | string {
  const rest = text.slice(5)
  const colon = uriPart ? rest.indexOf(':') : -1
  const path = colon < 0 ? rest : rest.slice(0, colon)
  if (path === '') return 'no path in the unix domain socket'
  if (path.length + 1 > 108) return 'too long path in the unix domain socket'
  return { family: 'unix', host: path, numeric: true, port: 0, lastPort: 0, noPort: false, uri: colon < 0 ? '' : rest.slice(colon + 1) }
}

/** A port or a range of them; a text is what is wrong. */
function parsePorts(text: string, listen: boolean): { port: number; lastPort: number } | string {
  const dash = listen ? text.indexOf('-') : -1
  const isPort = (port: number | undefined): port is number => port !== undefined && port >= 1 && port <= 65535
  const lastPort = dash < 0 ? 0 : parseNumber(text.slice(dash + 1))
  if (dash >= 0 && !isPort(lastPort)) return 'invalid port'
  const port = parseNumber(dash < 0 ? text : text.slice(0, dash))
  if (!isPort(port)) return 'invalid port'
  if (lastPort && port > lastPort) return 'invalid port range'
  return { port, lastPort: lastPort ?? 0 }
}

function parseInet(text: string, { listen = false, uriPart = false, defaultPort = 0 }: AddressOptions): Address | string {
  const slash = text.indexOf('/')
  const query = text.indexOf('?')
  const uriAt = query >= 0 && (slash < 0 || query < slash) ? query : slash
  if (uriAt >= 0 && (listen || !uriPart)) return 'invalid host'
  const end = uriAt < 0 ? text.length : uriAt
  const uri = text.slice(end)
  const colon = text.indexOf(':')
  let host = text.slice(0, end)
  let ports = { port: defaultPort, lastPort: 0 }
  const noPort = colon < 0 || colon > end
  if (!noPort) {
    host = text.slice(0, colon)
    const found = parsePorts(text.slice(colon + 1, end), listen)
    if (typeof found === 'string') return found
    ports = found
  } else if (uriAt < 0 && listen && text.split('-').length <= 2 && text.split('-').every((part) => parseNumber(part) !== undefined)) {
    const found = parsePorts(text, true)
    if (typeof found === 'string') return found
    return { family: 'ipv4', host: '', numeric: true, ...found, noPort: false, uri: '' }
  }
  if (host === '') return 'no host'
  if (listen && host === '*') return { family: 'ipv4', host: '', numeric: true, ...ports, noPort, uri }
  return { family: 'ipv4', host, numeric: parseIpv4(host) !== undefined, ...ports, noPort, uri }
}

function parseInet6(text: string, { listen = false, uriPart = false, defaultPort = 0 }: AddressOptions): Address | string {
  const bracket = text.indexOf(']')
  if (bracket < 0) return 'invalid host'
  const slash = text.indexOf('/', bracket)
  if (slash >= 0 && (listen || !uriPart)) return 'invalid host'
  const end = slash < 0 ? text.length : slash
  const uri = text.slice(end)
  let ports = { port: defaultPort, lastPort: 0 }
  const noPort = bracket + 1 >= end
  if (!noPort) {
    if (text.charAt(bracket + 1) !== ':') return 'invalid host'
    const found = parsePorts(text.slice(bracket + 2, end), listen)
    if (typeof found === 'string') return found
    ports = found
  }
  const address = text.slice(1, bracket)
  if (address === '') return 'no host'
  if (!parseIpv6(address)) return 'invalid IPv6 address'
  return { family: 'ipv6', host: `[${address}]`, numeric: true, ...ports, noPort, uri }
}
