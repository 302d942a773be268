/** The parts of a URL, absent where it has none; a host may be empty. */
export interface ParsedUrl {
  readonly scheme?: string
  readonly user?: string
  readonly host?: string
  readonly portText?: string
  readonly path?: string
  readonly query?: string
  readonly fragment?: string
}

/** apr-util's `apr_uri_parse`; undefined for what it does not take. */
export function parseUrl(url: string): ParsedUrl | undefined {
  let at = 0
  let scheme: string | undefined
  if (!url.startsWith('/')) {
    scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]
    at = scheme === undefined ? 0 : scheme.length + 1
    // Without a scheme, a colon may not stand before the first slash.
    if (scheme === undefined && /^[^/]*:/.test(url)) return undefined
  }
  const withScheme = scheme === undefined ? {} : { scheme }
  if (!url.startsWith('//', at)) return { ...withScheme, ...restOf(url.slice(at)) }
  const [authority = ''] = /^[^/?#]*/.exec(url.slice(at + 2)) ?? []
  const rest = restOf(url.slice(at + 2 + authority.length))
  const atSign = authority.lastIndexOf('@')
  const user = atSign < 0 ? {} : { user: authority.slice(0, atSign) }
  const hostAndPort = authority.slice(atSign + 1)
  const match = hostAndPort.startsWith('[') ? /^\[([^\]]*)\](?::(.*))?/.exec(hostAndPort) : /^([^:]*)(?::(.*))?$/.exec(hostAndPort)
  if (!match) return undefined
  const [, host = '', portText] = match
  if (portText !== undefined && portText !== '' && !/^\s*[+-]?\d+$/.test(portText)) return undefined
  return { ...withScheme, ...user, host, ...(portText === undefined ? {} : { portText }), ...rest }
}

function restOf(text: string): Pick<ParsedUrl, 'path' | 'query' | 'fragment'> {
  const match = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text)
  const [, path = '', query, fragment] = match ?? []
  return { ...(path === '' ? {} : { path }), ...(query === undefined ? {} : { query }), ...(fragment === undefined ? {} : { fragment }) }
}

/** `apr_uri_port_of_scheme`, and those that `proxy_util.c: ap_proxy_port_of_scheme` adds. */
const ports: Readonly<Record<string, number>> = {
  ftp: 21,
  http: 80,
  https: 443,
  ldap: 389,
  fcgi: 8000,
  ajp: 8009,
  scgi: 4000,
  h2c: 80,
  h2: 443,
  ws: 80,
  wss: 443,
}

/** What comes behind `unix:…|`, with a host added where it has none; undefined where it is no URL (`mod_proxy.c: ap_proxy_de_socketfy`). */
export function withoutSocket(url: string): string | undefined {
  const bar = /^unix:/i.test(url) ? url.indexOf('|', 5) : -1
  if (bar < 0) return url
  const rest = url.slice(bar + 1)
  const colon = rest.indexOf(':')
  if (colon < 0) return undefined
  const behind = rest.slice(colon + 1)
  return behind === '' ? `${rest}//localhost` : behind === '//' ? `${rest}localhost` : rest
}

/** A worker as `proxy_util.c: ap_proxy_define_worker_ex` would name it, or what it says of the URL. */
export function workerOf(url: string, match: boolean): { readonly name: string; readonly socket?: string } | { readonly fault: string } {
  const bar = /^unix:/i.test(url) ? url.indexOf('|', 5) : -1
  const unix = bar < 0 ? undefined : parseUrl(url.slice(0, bar))
  let own = unix ? url.slice(bar + 1) : url
  let references = ''
  if (match) {
    // References in the port (`host:80$1`) are put before the path.
    const found = /^(.*?:\/\/[^:/]*:(?:(?!\$\d)[^/])*)(\$\d[^/]*)(.*)$/s.exec(own)
    if (found) {
      own = `${found[1]}${found[3]}`
      references = found[2] ?? ''
    }
  }
  const parsed = parseUrl(own)
  if (!parsed) return { fault: `Unable to parse URL: ${url}` }
  if (parsed.scheme === undefined || (!parsed.host && !unix)) return { fault: `URL must be absolute!: ${url}` }
  const scheme = parsed.scheme.toLowerCase()
  const host = (parsed.host || 'localhost').toLowerCase()
  if (host.length >= 256) return { fault: `worker hostname (${host}) too long` }
  const socket = unix?.path
  if (socket?.startsWith('/') && socket.length >= 96) return { fault: `worker uds path (${socket}) too long` }
  const port = parsed.portText === undefined || parsed.portText === '' ? undefined : Number(parsed.portText)
  const shownPort = port === undefined || port === 0 || port === ports[scheme] ? '' : `:${parsed.portText}`
  const user = parsed.user === undefined ? '' : `${parsed.user}@`
  const shownHost = host.includes(':') ? `[${host}]` : host
  const query = parsed.query === undefined ? '' : `?${parsed.query}`
  const fragment = parsed.fragment === undefined ? '' : `#${parsed.fragment}`
  const name = `${scheme}://${user}${shownHost}${shownPort}${references}${parsed.path ?? ''}${query}${fragment}`
  return socket === undefined ? { name } : { name, socket }
}

/** Whether a URL is that of a balancer. */
export const isBalancer = (url: string): boolean => /^balancer:/i.test(url.slice(0, 9))

/** A balancer's name in lower case without its path, or what `proxy_util.c: ap_proxy_define_balancer` says of it. */
export function balancerOf(url: string): { readonly name: string } | { readonly fault: string } {
  const match = /^([^:]*:\/\/[^/]?[^/]*)/.exec(url)
  const colon = url.indexOf(':')
  if (!match || colon < 0 || url.length <= colon + 3 || !url.startsWith('//', colon + 1)) return { fault: `Bad syntax for a balancer name (${url})` }
  const slash = url.indexOf('/', colon + 3)
  const name = (slash < 0 ? url : url.slice(0, slash)).toLowerCase()
  return name.length >= 96 ? { fault: `balancer name (${name}) too long` } : { name }
}
