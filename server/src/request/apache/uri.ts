/** The parts of a URI as written; what is not there is undefined, as in `apr_uri_t`. */
interface Uri {
  readonly scheme: string | undefined
  /** Everything between `//` and the path, as written. */
  readonly hostinfo: string | undefined
  readonly user: string | undefined
  readonly hostname: string | undefined
  readonly portText: string | undefined
  readonly port: number
  readonly path: string | undefined
  readonly query: string | undefined
  readonly fragment: string | undefined
}

const none: Uri = {
  scheme: undefined,
  hostinfo: undefined,
  user: undefined,
  hostname: undefined,
  portText: undefined,
  port: 0,
  path: undefined,
  query: undefined,
  fragment: undefined,
}

/** APR's `apr_uri_parse`; undefined for what it refuses. */
export function parseUri(text: string): Uri | undefined {
  if (text.startsWith('/')) {
    // Two slashes begin an authority only where a scheme may have been left out.
    if (text.startsWith('//')) return withAuthority(none, text.slice(2))
    return { ...none, ...pathOf(text) }
  }
  const scheme = /^[A-Za-z][A-Za-z0-9+\-.]*(?=:)/.exec(text)?.[0]
  if (scheme === undefined) return { ...none, ...pathOf(text) }
  const rest = text.slice(scheme.length + 1)
  if (!rest.startsWith('//')) return { ...none, scheme, ...pathOf(rest) }
  return withAuthority({ ...none, scheme }, rest.slice(2))
}

function withAuthority(uri: Uri, text: string): Uri | undefined {
  const end = text.search(/[/?#]/)
  const hostinfo = end < 0 ? text : text.slice(0, end)
  const rest = end < 0 ? '' : text.slice(end)
  const at = hostinfo.lastIndexOf('@')
  const host = hostPort(hostinfo.slice(at + 1))
  return host && { ...uri, hostinfo, user: at < 0 ? undefined : hostinfo.slice(0, at), ...host, ...(rest === '' ? {} : pathOf(rest)) }
}

/** `host:port` (`apr_uri_parse_hostinfo` and the end of `apr_uri_parse`); undefined where the port is no number. */
export function hostPort(text: string): Pick<Uri, 'hostname' | 'portText' | 'port'> | undefined {
  let hostname: string
  let portText: string | undefined
  if (text.startsWith('[')) {
    const bracket = text.indexOf(']')
    if (bracket < 0) return undefined
    hostname = text.slice(1, bracket)
    const rest = text.slice(bracket + 1)
    if (rest !== '' && !rest.startsWith(':')) return undefined
    portText = rest === '' ? undefined : rest.slice(1)
  } else {
    const colon = text.indexOf(':')
    hostname = colon < 0 ? text : text.slice(0, colon)
    portText = colon < 0 ? undefined : text.slice(colon + 1)
  }
  if (portText === undefined || portText === '') return { hostname, portText, port: 0 }
  if (!/^\d+$/.test(portText) || Number(portText) > 65535) return undefined
  return { hostname, portText, port: Number(portText) }
}

/** `apr_parse_addr_port`: a name or address with or without a port (0); undefined for what is none. */
export function parseAddressPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, digits] = /:(\d*)$/.exec(text) ?? []
  const colon = text.lastIndexOf(':')
  if (/^\d+$/.test(text)) return undefined
  let host = text
  let port = 0
  // A number behind the last colon is a port; a colon with nothing behind it is an error.
  if (digits !== undefined && !text.endsWith(']')) {
    if (digits === '' || Number(digits) < 1 || Number(digits) > 65535) return undefined
    host = text.slice(0, colon)
    port = Number(digits)
  }
  if (host === '') return undefined
  if (host.startsWith('[')) {
    if (!host.endsWith(']') || !/^\[[0-9a-fA-F:.]+\]$/.test(host)) return undefined
    return { host: host.slice(1, -1), port }
  }
  return host.includes('[') || host.includes(']') ? undefined : { host, port }
}

function pathOf(text: string): Pick<Uri, 'path' | 'query' | 'fragment'> {
  const hash = text.indexOf('#')
  const question = text.indexOf('?')
  const hasQuery = question >= 0 && (hash < 0 || question < hash)
  const end = hasQuery ? question : hash < 0 ? text.length : hash
  return {
    path: end === 0 ? undefined : text.slice(0, end),
    query: hasQuery ? text.slice(question + 1, hash < 0 ? undefined : hash) : undefined,
    fragment: hash < 0 ? undefined : text.slice(hash + 1),
  }
}

/** `apr_uri_unparse` with `APR_URI_UNP_OMITQUERY`: without query and fragment, and without the port that is the scheme's own. */
export function unparseWithoutQuery(uri: Uri): string {
  let text = ''
  if (uri.hostname !== undefined) {
    const bracketed = uri.hostname.includes(':') ? `[${uri.hostname}]` : uri.hostname
    const isDefault = uri.portText === undefined || uri.portText === '' || uri.port === 0 || uri.port === defaultPortOf(uri.scheme)
    text = `${uri.user === undefined ? '' : `${uri.user}@`}${bracketed}${isDefault ? '' : `:${uri.portText}`}`
    text = `${uri.scheme === undefined ? '' : `${uri.scheme}:`}//${text}`
  } else if (uri.scheme !== undefined) text = `${uri.scheme}:`
  return text + (uri.path ?? '')
}

const ports: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ftp: 21,
  gopher: 70,
  ldap: 389,
  nntp: 119,
  snews: 563,
  nfs: 2049,
  tip: 3372,
  sip: 5060,
  pop: 110,
  wais: 210,
  prospero: 191,
}

/** `apr_uri_port_of_scheme` */
export const defaultPortOf = (scheme: string | undefined): number => ports[scheme?.toLowerCase() ?? ''] ?? 0

/** `server/util.c: ap_is_url`: a scheme and a colon. */
export const isUrl = (text: string): boolean => /^[A-Za-z0-9+\-.]+:/.test(text)
