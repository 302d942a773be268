import { isAddressWithPort } from '../../catalog/nginx/address.ts'
import { type Configuration, directivesNamed, type PlacedDirective } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'

/** The host of what a request is passed to, without scheme, port and path; undefined for sockets. */
export function hostOfTarget(target: string): string | undefined {
  const rest = target.replace(/^(?:[a-z][a-z0-9+.-]*|\$\w+|\$\{\w+\}):\/\//i, '')
  if (/^unix:/i.test(rest)) return undefined
  return /^(?:\[[^\]]*\]|(?:\$\{\w+\}|[^/?#:])+)/.exec(rest)?.[0]
}

/** Names that `upstream` blocks define, in small letters. */
export const upstreamNames = derived(
  (configuration: Configuration): ReadonlySet<string> =>
    new Set(directivesNamed(configuration, 'upstream').flatMap((each) => (each.presence === 'absent' ? [] : (each.args[0]?.value.toLowerCase() ?? [])))),
)

/**
 * How a host's address is found: `address` is one; `local` needs no server for names to be trusted or asked again; `internal` is a name of a network
 * of one's own (a container, a cluster); `public` one of the Internet.
 */
export function kindOfHost(host: string): 'address' | 'local' | 'internal' | 'public' {
  const name = host.toLowerCase().replace(/\.$/, '')
  if (isAddressWithPort(name) || name.startsWith('[')) return 'address'
  if (name === 'localhost' || name.endsWith('.localhost') || name === 'ip6-localhost') return 'local'
  return !name.includes('.') || internal.test(name) ? 'internal' : 'public'
}

const internal =
  /\.(?:test|example|invalid|local|arpa|onion|internal|intranet|private|corp|home|lan|localdomain|docker|svc|pod|consul|mesos|nomad|vault|novalocal|openstacklocal)$/

/** The texts that a variable can have, where all of them are written out in `set` and `map`; undefined where something else may give it. */
export function textsOfVariable(name: string, configuration: Configuration): readonly string[] | undefined {
  return writtenTexts(configuration).get(name.toLowerCase())
}

const writtenTexts = derived((configuration: Configuration): ReadonlyMap<string, readonly string[]> => {
  const texts = new Map<string, string[] | undefined>()
  const add = (name: string, value: string | undefined): void => {
    const key = name.replace(/^\$/, '').toLowerCase()
    const list = texts.has(key) ? texts.get(key) : []
    if (list && value !== undefined && !value.includes('$')) texts.set(key, [...list, value])
    else texts.set(key, undefined)
  }
  for (const each of directivesNamed(configuration, 'set')) if (each.args[0] && each.args[1]) add(each.args[0].value, knownText(each, 1))
  for (const map of directivesNamed(configuration, 'map')) {
    const name = map.args[1]?.value ?? ''
    for (const entry of map.children) if (entry.args[0]) add(name, entry.name === 'include' ? undefined : knownText(entry, 0))
  }
  return new Map([...texts].flatMap(([name, list]) => (list ? [[name, list] as const] : [])))
})

const knownText = (directive: PlacedDirective, at: number): string | undefined => {
  const argument = directive.args[at]
  return argument?.known ? argument.value : undefined
}

/** Hosts that some directive passes requests to without a variable: nginx knows their addresses from the start, and finds them again by their names. */
export const fixedHosts = derived(
  (configuration: Configuration): ReadonlySet<string> =>
    new Set(
      directivesNamed(configuration, 'proxy_pass', 'grpc_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass').flatMap((each) => {
        const target = each.args[0]?.value ?? '$'
        return target.includes('$') ? [] : (hostOfTarget(target) ?? [])
      }),
    ),
)
