import { type Argument, type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../../../configuration/placed.ts'
import type { Place } from '../../../problem/place.ts'

/** A host to which a configuration passes requests. */
export interface Pass {
  readonly directive: PlacedDirective
  readonly argument: Argument
  readonly host: string
  /** Where the host is written. */
  readonly hostAt: Place
  readonly port: number
  /** Where the port is written; undefined: the default of the protocol. */
  readonly portAt: Place | undefined
  readonly protocol: 'http' | 'uwsgi' | 'other'
}

/** Every host and port that is written out in a configuration's directives that pass requests on. */
export function passesOf(configuration: Configuration): Pass[] {
  return configuration.dialect === 'nginx' ? nginxPasses(configuration) : apachePasses(configuration)
}

function nginxPasses(configuration: Configuration): Pass[] {
  const upstreams = new Map(directivesNamed(configuration, 'upstream').map((each) => [each.args[0]?.value ?? '', each]))
  const found: Pass[] = []
  const protocols = new Map<string, Set<Pass['protocol']>>()
  for (const directive of directivesNamed(configuration, 'proxy_pass', 'uwsgi_pass', 'fastcgi_pass', 'scgi_pass', 'grpc_pass')) {
    const argument = directive.args[0]
    if (directive.presence !== 'present' || !argument?.known || enclosing(directive, 'stream')) continue
    const match = /^(?:([a-z]+):\/\/)?([^/:$\s]+)(?::(\d+))?(?=[/?#]|$)/i.exec(argument.value)
    if (!match || match[2] === undefined || match[2] === 'unix') continue
    const protocol = directive.name === 'proxy_pass' ? 'http' : directive.name === 'uwsgi_pass' ? 'uwsgi' : 'other'
    if (upstreams.has(match[2])) {
      protocols.set(match[2], (protocols.get(match[2]) ?? new Set()).add(protocol))
      continue
    }
    const secure = match[1] === 'https'
    if (match[3] === undefined && directive.name !== 'proxy_pass') continue
    found.push(passAt(directive, argument, match[2], match[3], secure ? 443 : 80, secure ? 'other' : protocol))
  }
  for (const [name, upstream] of upstreams) {
    const used = protocols.get(name)
    const [protocol, ...others] = used ?? []
    for (const directive of upstream.children) {
      const argument = directive.args[0]
      if (directive.name !== 'server' || directive.presence !== 'present' || !argument?.known) continue
      const match = /^([^/:$\s]+)(?::(\d+))?$/.exec(argument.value)
      if (match?.[1] === undefined || match[1] === 'unix') continue
      found.push(passAt(directive, argument, match[1], match[2], 80, protocol !== undefined && others.length === 0 ? protocol : 'other'))
    }
  }
  return found
}

function apachePasses(configuration: Configuration): Pass[] {
  const found: Pass[] = []
  for (const directive of directivesNamed(configuration, 'proxypass', 'proxypassmatch', 'balancermember')) {
    if (directive.presence !== 'present') continue
    const argument = directive.args.find((each) => each.known && /^(?:https?|uwsgi|fcgi|scgi|ajp|wss?|h2c?):\/\//i.test(each.value))
    const match = argument && /^([a-z0-9]+):\/\/([^/:$|\s]+)(?::(\d+))?/i.exec(argument.value)
    if (!argument || !match || match[2] === undefined) continue
    const scheme = (match[1] ?? '').toLowerCase()
    const port = { http: 80, ws: 80, https: 443, wss: 443, uwsgi: 3031, fcgi: 8000, scgi: 4000, ajp: 8009 }[scheme]
    if (port === undefined) continue
    found.push(passAt(directive, argument, match[2], match[3], port, scheme === 'http' || scheme === 'ws' ? 'http' : scheme === 'uwsgi' ? 'uwsgi' : 'other'))
  }
  return found
}

function passAt(directive: PlacedDirective, argument: Argument, host: string, port: string | undefined, defaultPort: number, protocol: Pass['protocol']): Pass {
  const { path, text } = directive.source
  const start =
    argument.start +
    Math.max(
      0,
      text.slice(argument.start, argument.end).indexOf(host, protocol === 'other' || argument.value.includes('://') ? argument.value.indexOf('://') + 1 : 0),
    )
  const end = start + host.length
  return {
    directive,
    argument,
    host,
    hostAt: { path, start, end },
    port: port === undefined ? defaultPort : Number(port),
    portAt: port === undefined ? undefined : { path, start: end + 1, end: end + 1 + port.length },
    protocol,
  }
}
