import { derived } from '../../workspace/derived.ts'
import type { Endpoint } from '../request.ts'
import { lowerCase, sameIgnoringCase } from './bytes.ts'
import { dirConfig } from './dir-config.ts'
import { type Exchange, note } from './exchange.ts'
import { fitsIgnoringCase } from './fnmatch.ts'
import type { Server, Servers } from './servers.ts'

/** The virtual hosts of an address, in order; the first is the default. None: the main server answers. */
interface AddressHosts {
  readonly hosts: readonly Server[]
  /** The address by which they were chosen: the server's own, or `*`. */
  readonly by: string
  /** The first host that has each name, as its number in `hosts`; names in small letters. */
  readonly named: ReadonlyMap<string, number>
  /** The hosts that have patterns of names. */
  readonly wild: readonly number[]
}

/** More that have another name are not told one by one. */
const mostTold = 20

/** `ap_update_vhost_given_ip`: who answers on an address and port. An address of its own comes before `*`, a port of its own before any. */
export function hostsAt(servers: Servers, { address, port }: Endpoint): AddressHosts {
  const all = addressesOf(servers)
  for (const host of [lowerCase(address), '*']) {
    for (const wanted of [port, 0]) {
      const found = all.get(`${host} ${wanted}`)
      if (found) return found
    }
  }
  return { hosts: [], by: '', named: new Map(), wild: [] }
}

const addressesOf = derived((servers: Servers): ReadonlyMap<string, AddressHosts> => {
  const groups = new Map<string, { by: string; hosts: Server[] }>()
  for (const server of servers.hosts) {
    for (const { host, port } of server.addresses) {
      const key = `${host} ${port}`
      const group = groups.get(key)
      if (!group) groups.set(key, { by: `${host}:${port === 0 ? '*' : port}`, hosts: [server] })
      else if (group.hosts.at(-1) !== server) group.hosts.push(server)
    }
  }
  return new Map([...groups].map(([key, { by, hosts }]) => [key, { by, hosts, ...namesOf(hosts) }]))
})

function namesOf(hosts: readonly Server[]): Pick<AddressHosts, 'named' | 'wild'> {
  const named = new Map<string, number>()
  const wild: number[] = []
  for (const [i, { name, aliases }] of hosts.entries()) {
    for (const each of [name, ...aliases.flatMap((alias) => (alias.isWild ? [] : [alias.name]))]) {
      const key = lowerCase(each)
      if (!named.has(key)) named.set(key, i)
    }
    if (aliases.some(({ isWild }) => isWild)) wild.push(i)
  }
  return { named, wild }
}

/** The first host that has a name. */
function hostNamed({ hosts, named, wild }: AddressHosts, name: string): Server | undefined {
  const exact = named.get(lowerCase(name)) ?? hosts.length
  return hosts[wild.find((i) => i < exact && namesMatch(hosts[i] as Server, name)) ?? exact]
}

/** `update_server_from_aliases` and `check_serverpath`: the host by its name, among those of the address. */
export function chooseByName(r: Exchange, at: AddressHosts): boolean {
  const { hosts, by } = at
  const name = r.hostname
  if (hosts.length === 0) {
    note(r, 'server', 'decided', 'no virtual host is for this address: the main server answers', r.server.serverName)
    return name !== undefined && namesMatch(r.server, name) !== undefined
  }
  const [first] = hosts
  if (name === undefined) {
    const byPath = hosts.find(
      ({ path }) => path !== undefined && r.uri.startsWith(path) && /^(?:\/|$)/.test(path.endsWith('/') ? '/' : r.uri.slice(path.length)),
    )
    const chosen = byPath ?? first
    if (chosen) r.server = chosen
    note(
      r,
      'server',
      'decided',
      byPath ? `ServerPath ${byPath.path} is the beginning of ${r.uri}` : `no name is asked for: the first virtual host of ${by}`,
      chosen?.at,
    )
    return false
  }
  const host = hostNamed(at, name)
  const before = host ? hosts.indexOf(host) : hosts.length
  for (const other of hosts.slice(0, Math.min(before, mostTold))) {
    note(r, 'server', 'lost', `${other.name || 'a virtual host'} has another name than ${name}`, other.serverName ?? other.at)
  }
  if (before > mostTold) note(r, 'server', 'lost', `${before - mostTold} more have other names`)
  const found = host && namesMatch(host, name)
  if (host && found) {
    r.server = host
    note(r, 'server', 'decided', `${found.kind} ${found.name} is the name asked for, ${name}`, found.at ?? host.at)
    return true
  }
  const byAddress = hosts.find((host) => host.addresses.some(({ written }) => sameIgnoringCase(written, name)))
  const chosen = byAddress ?? first
  if (chosen) r.server = chosen
  note(r, 'server', 'decided', byAddress ? `${name} is an address of it` : `no virtual host has the name ${name}: the first of ${by} answers`, chosen?.at)
  return byAddress !== undefined
}

/** `matches_aliases` */
function namesMatch(server: Server, name: string) {
  if (sameIgnoringCase(server.name, name)) return { kind: 'ServerName', name: server.name, at: server.serverName }
  const alias =
    server.aliases.find((each) => !each.isWild && sameIgnoringCase(each.name, name)) ??
    server.aliases.find((each) => each.isWild && fitsIgnoringCase(each.name, name))
  return alias && { kind: 'ServerAlias', name: alias.name, at: alias.at }
}

/** `ap_matches_request_vhost`: whether a name and port are those of the server that answers. */
export function matchesVirtualHost(r: Exchange, host: string, port: number): boolean {
  const { server } = r
  if (server.addresses.some((each) => (each.port === 0 || each.port === port) && sameIgnoringCase(each.written, host))) return true
  return port === server.port && namesMatch(server, host) !== undefined
}

/** What holds for a server before anything is known of the request. */
export const defaultsOf = (server: Server) => dirConfig(server.defaults.sections)
