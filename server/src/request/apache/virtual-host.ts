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
}

/** `ap_update_vhost_given_ip`: who answers on an address and port. An address of its own comes before `*`, a port of its own before any. */
export function hostsAt(servers: Servers, { address, port }: Endpoint): AddressHosts {
  const known = knownHosts(servers)
  const key = `${address} ${port}`
  const found = known.get(key)
  if (found) return found
  const made = findHosts(servers, lowerCase(address), port)
  known.set(key, made)
  return made
}

/** A connection's hosts are asked for several times in each request. */
const knownHosts = derived((_: Servers): Map<string, AddressHosts> => new Map())

function findHosts(servers: Servers, address: string, port: number): AddressHosts {
  for (const host of [address, '*']) {
    for (const wanted of [port, 0]) {
      const hosts = servers.hosts.filter((server) => server.addresses.some((each) => each.host === host && each.port === wanted))
      if (hosts.length > 0) return { hosts, by: `${host}:${wanted === 0 ? '*' : wanted}` }
    }
  }
  return { hosts: [], by: '' }
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
  for (const host of hosts) {
    const found = namesMatch(host, name)
    if (found) {
      r.server = host
      note(r, 'server', 'decided', `${found.kind} ${found.name} is the name asked for, ${name}`, found.at ?? host.at)
      return true
    }
    note(r, 'server', 'lost', `${host.name || 'a virtual host'} has another name than ${name}`, host.serverName ?? host.at)
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
