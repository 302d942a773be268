import { parseIpv6 } from '../../catalog/nginx/values.ts'
import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { type HttpServer, httpServersOf, isTls } from '../../site/nginx/servers.ts'
import { derived } from '../../workspace/derived.ts'
import type { Endpoint } from '../request.ts'
import { makeNameTable, type NameTable } from './names.ts'

/** The servers that listen on one address and port (`ngx_http_conf_addr_t`). */
export interface Listener {
  /** In the order of the configuration. */
  readonly servers: readonly HttpServer[]
  readonly default: HttpServer
  /** The `listen` that made it. */
  readonly by: PlacedDirective | undefined
  /** The `listen … default_server`, where one is. */
  readonly defaultBy: PlacedDirective | undefined
  readonly tls: boolean
  readonly names: NameTable<HttpServer>
  readonly patterns: readonly { readonly server: HttpServer; readonly pattern: string }[]
  readonly describes: string
}

interface Address {
  readonly host: string
  readonly port: number
  readonly lastPort: number
  readonly wildcard: boolean
  readonly family: 'ipv4' | 'ipv6' | 'unix'
}

const defaultListen: Address = { host: '0.0.0.0', port: 80, lastPort: 0, wildcard: true, family: 'ipv4' }

/** The listener that a connection comes to: the exact address goes before the wildcard of its port. Undefined where nothing listens. */
export function listenerFor(configuration: Configuration, { address, port }: Endpoint): Listener | undefined {
  const all = listenersOf(configuration)
  const host = plainHost(address)
  return all.get(`${host}:${port}`) ?? all.get(`${host.includes(':') ? '::' : '0.0.0.0'}:${port}`)
}

const listenersOf = derived((configuration: Configuration): ReadonlyMap<string, Listener> => {
  interface Making {
    servers: HttpServer[]
    default: HttpServer
    by: PlacedDirective | undefined
    defaultBy: PlacedDirective | undefined
    tls: boolean
  }
  const making = new Map<string, Making>()
  const add = (key: string, server: HttpServer, by: PlacedDirective | undefined, isDefault: boolean, tls: boolean): void => {
    const known = making.get(key)
    if (!known) {
      making.set(key, { servers: [server], default: server, by, defaultBy: isDefault ? by : undefined, tls })
      return
    }
    if (!known.servers.includes(server)) known.servers.push(server)
    known.tls ||= tls
    if (isDefault) {
      known.default = server
      known.defaultBy = by
    }
  }
  for (const server of httpServersOf(configuration)) {
    if (server.listens.length === 0) add('0.0.0.0:80', server, undefined, false, false)
    for (const listen of server.listens) {
      const { address, parameters, directive } = listen
      if (address.family === 'unix') continue
      const isDefault = parameters.includes('default_server') || parameters.includes('default')
      const last = address.lastPort || address.port
      for (let port = address.port; port <= last; port++) {
        const hosts = address.host === '' || address.host === '*' ? [defaultListen.host] : [plainHost(address.host)]
        for (const host of hosts) add(`${host}:${port}`, server, directive, isDefault, isTls(listen))
      }
    }
  }
  return new Map([...making].map(([key, each]) => [key, { ...each, ...namesOf(each.servers), describes: key }]))
})

/** An address as the kernel compares it. */
function plainHost(text: string): string {
  const host = text.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (host === 'localhost') return '127.0.0.1'
  const bytes = host.includes(':') ? parseIpv6(host) : undefined
  if (!bytes) return host
  const groups = Array.from({ length: 8 }, (_, i) => (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16))
  return groups.every((group) => group === '0') ? '::' : groups.join(':')
}

function namesOf(servers: readonly HttpServer[]): Pick<Listener, 'names' | 'patterns'> {
  const names = makeNameTable<HttpServer>()
  const patterns: { server: HttpServer; pattern: string }[] = []
  for (const server of servers) {
    const written = server.names.map(({ directive, argument }) => ({ directive, value: argument.value }))
    if (written.length === 0) names.add('', server)
    for (const { value } of written) {
      if (value.startsWith('~')) patterns.push({ server, pattern: value.slice(1) })
      else names.add(value, server)
    }
  }
  return { names, patterns }
}

/** `$server_name`: the first name, without a leading dot; a pattern with its `~`. */
export function primaryName(server: HttpServer): string {
  const first = server.names[0]?.argument.value ?? ''
  if (first.startsWith('~')) return first
  return first.toLowerCase().replace(/^\./, '')
}
