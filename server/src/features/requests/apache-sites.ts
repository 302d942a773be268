import { type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../../configuration/placed.ts'
import { fitsIgnoringCase } from '../../request/apache/fnmatch.ts'
import { derived } from '../../workspace/derived.ts'
import { hostOfAddress, hostOfName, type Site } from './site.ts'

/** The virtual hosts of Apache, and behind them the main server. A `.htaccess` or a folder's section is no site. */
export const apacheSites: (configuration: Configuration) => readonly Site[] = derived((configuration: Configuration) => {
  if (configuration.context !== 'server' && configuration.context !== 'virtualhost') return []
  const listens = listensOf(configuration)
  const hosts = directivesNamed(configuration, 'virtualhost').filter(({ presence, node }) => presence !== 'absent' && node.block)
  return [...hosts.map((host) => siteOf(host, host.children, addressesOf(host, listens))), siteOf(undefined, configuration.top, mainEndpoints(listens))]
})

interface Listen {
  readonly address: string
  readonly port: number
  readonly tls: boolean
}

const here = '127.0.0.1'

function siteOf(directive: PlacedDirective | undefined, own: readonly PlacedDirective[], addresses: readonly Listen[]): Site {
  const all = own.filter(({ presence }) => presence !== 'absent')
  const named = all.filter(({ name }) => name === 'servername')
  const aliases = all.filter(({ name }) => name === 'serveralias')
  const server = named.at(-1)?.args[0]
  // `https://www.example.org:8443` is a ServerName too.
  const main = server?.known ? server.value.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\//, '').replace(/:\d+$/, '') : undefined
  const names = [...(main === undefined ? [] : [main]), ...aliases.flatMap(({ args }) => args.flatMap(({ known, value }) => (known ? [value] : [])))]
  const tls = all.some(({ name, args }) => name === 'sslengine' && /^(?:on|optional)$/i.test(args[0]?.value ?? ''))
  const endpoints = addresses.map((each) => ({ ...each, tls: each.tls || tls })).sort((a, b) => Number(b.tls) - Number(a.tls))
  const unnamed = endpoints.map(({ address }) => (address === here || address === '::1' ? 'localhost' : hostOfAddress(address)))
  return {
    directive,
    endpoints,
    hosts: () => [...new Set([...names.flatMap((name) => hostOfName(name) ?? []), ...unnamed])],
    isCalled: (host) => names.some((name) => fitsIgnoringCase(name, host)),
    chosenBy: [...(directive ? [directive] : []), ...named, ...aliases],
  }
}

/** The addresses of a virtual host; one without a port of its own is reached where Apache listens. */
function addressesOf(host: PlacedDirective, listens: readonly Listen[]): readonly Listen[] {
  const found = host.args.flatMap(({ value, known }): Listen[] => {
    const [, bracketed, simple = '', port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+|\*))?$/.exec(value) ?? []
    if (!known || (bracketed ?? simple) === '') return []
    const written = (bracketed ?? simple).toLowerCase()
    const address = ['*', '_default_', '0.0.0.0', 'localhost'].includes(written) ? here : written === '::' ? '::1' : written
    const own = port !== undefined && port !== '*' ? [Number(port)] : (listens.length > 0 ? listens : noListens).map((each) => each.port)
    return own.map((each) => ({ address, port: each, tls: listens.some((listen) => listen.port === each && listen.tls) }))
  })
  return found
}

const noListens: readonly Listen[] = [{ address: here, port: 80, tls: false }]

const mainEndpoints = (listens: readonly Listen[]): readonly Listen[] => (listens.length > 0 ? listens : noListens)

/** `Listen [address:]port [protocol]`; without a protocol, port 443 speaks TLS only where something switches it on. */
const listensOf = (configuration: Configuration): readonly Listen[] =>
  directivesNamed(configuration, 'listen').flatMap((directive): Listen[] => {
    const [first, protocol] = directive.args
    const [, bracketed, simple, port] = /^(?:(?:\[([^\]]*)\]|([^:]*)):)?(\d+)$/.exec(first?.value ?? '') ?? []
    if (directive.presence === 'absent' || !first?.known || port === undefined || enclosing(directive, 'virtualhost')) return []
    const written = bracketed ?? simple ?? ''
    const address = written === '' || written === '*' || written === '0.0.0.0' ? here : written === '::' ? '::1' : written
    return [{ address, port: Number(port), tls: protocol?.value.toLowerCase() === 'https' }]
  })
