import { type Configuration, directivesNamed, enclosing, type PlacedDirective, placeOfArgument } from '../configuration/placed.ts'
import { type Address, tcpAddress, unixAddress } from '../deployment/processes/address.ts'
import type { Place } from '../problem/place.ts'
import { derived } from '../workspace/derived.ts'

/** A place that a directive sends requests to. */
export interface Target {
  readonly protocol: 'http' | 'https' | 'uwsgi' | 'fastcgi' | 'scgi' | 'ajp' | 'grpc' | 'ws' | 'other'
  readonly address: Address
  /** The directive that names the address: the passing one, a `server` of an upstream, a `BalancerMember`. */
  readonly named: PlacedDirective
  /** The word that holds the address, and the address in it as written (`127.0.0.1:8000`, `/run/site.sock`). */
  readonly word: Place
  readonly text: string
  readonly at: Place
}

/** Where a passing directive of nginx or Apache sends requests; empty where variables decide or nothing is said. */
export function targetsOf(directive: PlacedDirective, configuration: Configuration): Target[] {
  return configuration.dialect === 'nginx' ? nginxTargets(directive, configuration) : apacheTargets(directive, configuration)
}

const nginxProtocols: Readonly<Record<string, Target['protocol']>> = {
  proxy_pass: 'http',
  uwsgi_pass: 'uwsgi',
  fastcgi_pass: 'fastcgi',
  scgi_pass: 'scgi',
  grpc_pass: 'grpc',
}

function nginxTargets(directive: PlacedDirective, configuration: Configuration): Target[] {
  const argument = directive.args[0]
  const own = nginxProtocols[directive.name]
  if (!argument?.known || own === undefined || argument.value.includes('$')) return []
  const scheme = /^(https?|uwsgi|suwsgi|grpcs?):\/\//i.exec(argument.value)
  const protocol = scheme?.[1]?.toLowerCase() === 'https' ? 'https' : own
  const rest = argument.value.slice(scheme?.[0].length ?? 0)
  const socket = /^unix:([^:]+)/.exec(rest)
  if (socket) return [...unixTarget(directive, placeOfArgument(directive, argument), protocol, socket[1] ?? '')]
  const authority = rest.split('/')[0] ?? ''
  const upstream = upstreamsOf(configuration).get(authority)
  if (upstream) {
    return upstream.children.flatMap((server) => {
      const address = server.args[0]
      if (server.name !== 'server' || server.presence === 'absent' || !address?.known) return []
      const path = /^unix:(.+)$/.exec(address.value)
      if (path) return [...unixTarget(server, placeOfArgument(server, address), protocol, path[1] ?? '')]
      return [...tcpTarget(server, placeOfArgument(server, address), protocol, address.value, 80)]
    })
  }
  return [...tcpTarget(directive, placeOfArgument(directive, argument), protocol, authority, protocol === 'https' ? 443 : protocol === 'http' ? 80 : undefined)]
}

/** The upstreams by name; the last of a name counts. */
const upstreamsOf = derived(
  (configuration: Configuration): ReadonlyMap<string, PlacedDirective> =>
    new Map(
      directivesNamed(configuration, 'upstream').flatMap((each) => (each.presence === 'absent' || !each.args[0] ? [] : [[each.args[0].value, each] as const])),
    ),
)

function* unixTarget(named: PlacedDirective, word: Place, protocol: Target['protocol'], path: string): Generator<Target> {
  const address = unixAddress(path, undefined)
  if (address) yield { protocol, address, named, word, text: path, at: within(named, word, path) }
}

function* tcpTarget(named: PlacedDirective, word: Place, protocol: Target['protocol'], text: string, defaultPort: number | undefined): Generator<Target> {
  const address = tcpAddress(text, defaultPort)
  if (address?.kind === 'tcp' && address.host !== '') yield { protocol, address, named, word, text, at: within(named, word, text) }
}

/** Where a text stands in a word as it is written; the whole word where it is written otherwise. */
function within(directive: PlacedDirective, word: Place, text: string): Place {
  const at = directive.source.text.slice(word.start, word.end).lastIndexOf(text)
  return at < 0 ? word : { path: word.path, start: word.start + at, end: word.start + at + text.length }
}

function apacheTargets(directive: PlacedDirective, configuration: Configuration): Target[] {
  const inLocation = enclosing(directive, 'location', 'locationmatch') !== undefined
  const argument = directive.args[inLocation ? 0 : 1]
  if (!argument?.known || argument.value === '!' || argument.value.includes('%{')) return []
  const balancer = /^balancer:\/\/([^/]+)/i.exec(argument.value)?.[1]?.toLowerCase()
  if (balancer === undefined) return [...apacheTarget(directive, placeOfArgument(directive, argument), argument.value)]
  return directivesNamed(configuration, 'balancermember').flatMap((member) => {
    const group = enclosing(member, 'proxy')?.args[0]?.value ?? member.args[0]?.value ?? ''
    const url = member.args[enclosing(member, 'proxy') ? 0 : 1]
    const name = /^balancer:\/\/([^/>]+)/i.exec(group)?.[1]?.toLowerCase()
    return name === balancer && url?.known && member.presence !== 'absent' ? [...apacheTarget(member, placeOfArgument(member, url), url.value)] : []
  })
}

/** `http://127.0.0.1:8000/x`, `unix:/run/site.sock|http://localhost/` (`proxy_util.c: ap_proxy_de_socketfy`). */
function* apacheTarget(named: PlacedDirective, word: Place, url: string): Generator<Target> {
  const socket = /^unix:([^|]+)\|(.*)$/i.exec(url)
  const match = /^([a-z][a-z\d+]*):\/\/([^/?]*)/i.exec(socket?.[2] ?? url)
  const scheme = match?.[1]?.toLowerCase()
  const protocol = apacheProtocols[scheme ?? ''] ?? 'other'
  if (socket) yield* unixTarget(named, word, protocol, socket[1] ?? '')
  else if (match) yield* tcpTarget(named, word, protocol, match[2] ?? '', defaultPorts[scheme ?? ''])
}

const apacheProtocols: Readonly<Record<string, Target['protocol']>> = {
  http: 'http',
  https: 'https',
  h2: 'https',
  h2c: 'http',
  ws: 'ws',
  wss: 'ws',
  uwsgi: 'uwsgi',
  fcgi: 'fastcgi',
  scgi: 'scgi',
  ajp: 'ajp',
}

/** `mod_proxy_*.c` and `apr_uri.c: apr_uri_port_of_scheme`. */
const defaultPorts: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  h2: 443,
  h2c: 80,
  ws: 80,
  wss: 443,
  uwsgi: 3031,
  fcgi: 8000,
  scgi: 4000,
  ajp: 8009,
}
