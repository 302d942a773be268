import type { Configuration, PlacedDirective } from '../configuration/placed.ts'
import { directivesNamed } from '../configuration/placed.ts'
import type { Endpoint } from '../request/request.ts'
import { httpServersOf, isTls } from '../site/nginx/servers.ts'
import { derived } from '../workspace/derived.ts'

/** Who answers in a configuration, as far as it takes to send a request there. */
export interface AnsweringServer {
  /** The server block or `<VirtualHost>`; undefined for Apache's main server. */
  readonly block: PlacedDirective | undefined
  /** The first name that a request can ask for. */
  readonly host: string
  /** All plain names, in lower case. */
  readonly names: readonly string[]
  /** Where it can be reached, in its order; never empty. */
  readonly listens: readonly ListeningAt[]
}

export interface ListeningAt extends Endpoint {
  /** Any address of the machine will do. */
  readonly isAny: boolean
  readonly tls: boolean
}

/** The servers of a configuration, in its order; the one that answers where no other is asked for comes first. */
export const answeringServers: (configuration: Configuration) => readonly AnsweringServer[] = derived((configuration: Configuration) =>
  configuration.dialect === 'nginx' ? serversOfNginx(configuration) : serversOfApache(configuration),
)

function serversOfNginx(configuration: Configuration): AnsweringServer[] {
  const servers = httpServersOf(configuration).map((server) => {
    const known = server.names.flatMap(({ name, argument }) => (argument.known ? [name] : []))
    const listens = server.listens.flatMap((listen): ListeningAt[] => {
      const { address, parameters } = listen
      return address.family === 'unix' || parameters.includes('quic') ? [] : [listeningAt(address.host, address.port, isTls(listen))]
    })
    return {
      block: server.directive,
      host: hostOfNames(known) ?? 'localhost',
      names: known,
      listens: listens.length > 0 ? listens : [listeningAt('', 80, false)],
      isDefault: server.listens.some(({ parameters }) => parameters.includes('default_server') || parameters.includes('default')),
    }
  })
  return [...servers.filter(({ isDefault }) => isDefault), ...servers.filter(({ isDefault }) => !isDefault)]
}

/** A name that the first of these stands for: patterns of the simple kind by an example, regular expressions not at all. */
function hostOfNames(names: readonly string[]): string | undefined {
  const real = names.find((name) => name !== '' && name !== '_' && !name.startsWith('~') && !name.includes('$'))
  return real?.replace(/^\./, '').replace(/^\*\./, 'www.').replace(/\.\*$/, '.test') ?? names.find((name) => name === '_')
}

function serversOfApache(configuration: Configuration): AnsweringServer[] {
  const isThere = (directive: PlacedDirective): boolean => directive.presence !== 'absent'
  const valueIn = (directives: readonly PlacedDirective[], name: string): string | undefined => {
    const argument = directives.findLast((each) => each.name === name && isThere(each))?.args[0]
    return argument?.known ? argument.value : undefined
  }
  const ports = directivesNamed(configuration, 'listen').flatMap(({ presence, args }) => {
    const port = presence === 'absent' ? undefined : /(?:^|:)(\d{1,5})$/.exec(args[0]?.value ?? '')?.[1]
    return port === undefined ? [] : [Number(port)]
  })
  const plainName = (written: string | undefined): string | undefined => written?.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/:\d+$/, '')
  const mainName = plainName(valueIn(configuration.top, 'servername'))
  const mainTls = /^(?:on|optional)$/i.test(valueIn(configuration.top, 'sslengine') ?? '')
  const hosts = directivesNamed(configuration, 'virtualhost')
    .filter((each) => isThere(each) && each.node.block)
    .map((block): AnsweringServer => {
      const ownTls = valueIn(block.children, 'sslengine')
      const tls = ownTls === undefined ? mainTls : /^(?:on|optional)$/i.test(ownTls)
      const aliases = block.children.flatMap((each) =>
        each.name === 'serveralias' && isThere(each) ? each.args.flatMap(({ known, value }) => (known ? [value] : [])) : [],
      )
      const name = plainName(valueIn(block.children, 'servername'))
      const own = [...(name === undefined ? [] : [name]), ...aliases.filter((alias) => !/[*?]/.test(alias))].map((each) => each.toLowerCase())
      const listens = block.args.flatMap(({ known, value }): ListeningAt[] => {
        const [, bracketed, simple = '', digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+|\*))?$/.exec(value) ?? []
        const port = digits === undefined || digits === '*' ? (ports[0] ?? 80) : Number(digits)
        return known ? [listeningAt(simple === '_default_' ? '*' : (bracketed ?? simple), port, tls)] : []
      })
      return { block, host: own[0] ?? mainName ?? 'localhost', names: own, listens: listens.length > 0 ? listens : [listeningAt('*', ports[0] ?? 80, tls)] }
    })
  const mainListens = (ports.length > 0 ? ports : [80]).map((port) => listeningAt('*', port, mainTls))
  const main = { block: undefined, host: mainName ?? 'localhost', names: mainName === undefined ? [] : [mainName.toLowerCase()], listens: mainListens }
  return [...hosts, main]
}

function listeningAt(host: string, port: number, tls: boolean): ListeningAt {
  const plain = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (plain === '' || plain === '*' || plain === '0.0.0.0') return { address: '127.0.0.1', port, isAny: true, tls }
  if (plain === '::') return { address: '::1', port, isAny: true, tls }
  return { address: plain === 'localhost' ? '127.0.0.1' : plain, port, isAny: false, tls }
}

/** The server's end of a connection to a host's port, as the host's name would lead there. */
export function endpointFor(configuration: Configuration, host: string, port: number): Endpoint {
  const servers = answeringServers(configuration)
  const at = (server: AnsweringServer): readonly ListeningAt[] => server.listens.filter((listen) => listen.port === port)
  const named = servers.filter(({ names }) => names.includes(host.toLowerCase())).flatMap(at)
  const found = named[0] ?? servers.flatMap(at).find(({ isAny, address }) => isAny || address === '127.0.0.1')
  return { address: found?.address ?? '127.0.0.1', port }
}
