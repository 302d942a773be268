import { type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../../configuration/placed.ts'
import { lowerCase, toBytes } from './bytes.ts'
import { type DirConfig, dirConfig } from './dir-config.ts'
import { type Entry, type IsThere, outerSection, type Section, sectionOf } from './sections.ts'

/** The main server, or a virtual host. */
export interface Server {
  /** `<VirtualHost>`; undefined for the main server. */
  readonly at: PlacedDirective | undefined
  readonly name: string
  /** Of `ServerName`; 0 where it gives none. */
  readonly port: number
  readonly scheme: string
  readonly serverName: PlacedDirective | undefined
  readonly aliases: readonly Alias[]
  /** `ServerPath` */
  readonly path: string | undefined
  readonly addresses: readonly Address[]
  /** Outermost lines: those of the main server, for a virtual host with its own behind them. */
  readonly defaults: DirConfig
  /** Its own outermost lines alone. */
  readonly own: Section
  readonly main: Section
  /** `<Directory>` of both, as they are walked. */
  readonly folders: readonly Section[]
  readonly locations: readonly Section[]
  readonly proxies: readonly Section[]
}

export interface Alias {
  readonly name: string
  readonly isWild: boolean
  readonly at: PlacedDirective
}

/** An address of `<VirtualHost>`. */
export interface Address {
  /** As written, without its port. */
  readonly written: string
  /** `*` for any. */
  readonly host: string
  /** 0 for any. */
  readonly port: number
}

export interface Servers {
  readonly main: Server
  readonly hosts: readonly Server[]
}

/** The servers of a configuration, in its order. */
export function serversOf(configuration: Configuration, isThere: IsThere): Servers {
  const known = read.get(configuration)
  if (known) return known
  const made = readServers(configuration, isThere)
  read.set(configuration, made)
  return made
}

const read = new WeakMap<Configuration, Servers>()

function readServers(configuration: Configuration, isThere: IsThere): Servers {
  const main = outerSection('server', configuration.top, undefined, isThere)
  const groups = sectionsByHost(configuration, isThere)
  const own = (host: PlacedDirective | undefined, kind: Section['kind']): readonly Section[] =>
    (groups.get(host) ?? []).filter((section) => section.kind === kind)
  const ofMain = nameOf(main.named.get('servername')?.at(-1))
  const make = (at: PlacedDirective | undefined): Server => {
    const section = at ? outerSection('server', at.children, undefined, isThere) : main
    const named = nameOf(section.named.get('servername')?.at(-1))
    // What a virtual host starts with is what the main server has at that line.
    const portBefore = at && ofMain.serverName && ofMain.serverName.order < at.order ? ofMain.port : 0
    const addresses = at ? at.args.map((argument) => addressOf(toBytes(argument.value), portBefore)) : []
    const both = (kind: Section['kind']): readonly Section[] => [...own(undefined, kind), ...(at ? own(at, kind) : [])]
    return {
      at,
      ...(named.serverName || !at ? named : unnamed(addresses, ofMain, portBefore)),
      aliases: (section.named.get('serveralias') ?? []).flatMap(({ directive }) =>
        directive.args.map((argument) => ({ name: toBytes(argument.value), isWild: /[*?]/.test(argument.value), at: directive })),
      ),
      path: section.named.get('serverpath')?.at(-1)?.directive.args[0]?.value,
      addresses,
      defaults: dirConfig(at ? [main, section] : [main]),
      own: section,
      main,
      folders: sorted(both('directory')),
      locations: both('location'),
      proxies: both('proxy'),
    }
  }
  const hosts = directivesNamed(configuration, 'virtualhost').filter((each) => isThere(each) && each.node.block)
  return { main: make(undefined), hosts: hosts.map(make) }
}

function sectionsByHost(configuration: Configuration, isThere: IsThere): ReadonlyMap<PlacedDirective | undefined, readonly Section[]> {
  const groups = new Map<PlacedDirective | undefined, Section[]>()
  const names = ['directory', 'directorymatch', 'location', 'locationmatch', 'proxy', 'proxymatch']
  for (const directive of directivesNamed(configuration, ...names)) {
    if (!isThere(directive)) continue
    const host = enclosing(directive, 'virtualhost')
    const group = groups.get(host)
    if (group) group.push(sectionOf(directive, isThere))
    else groups.set(host, [sectionOf(directive, isThere)])
  }
  return groups
}

/** Patterns behind plain paths, then by the number of slashes, else as written (`server/core.c: reorder_sorter`). */
const sorted = (folders: readonly Section[]): readonly Section[] =>
  [...folders].sort((a, b) => Number(a.pattern !== undefined) - Number(b.pattern !== undefined) || a.depth - b.depth)

type Named = Pick<Server, 'name' | 'port' | 'scheme' | 'serverName'>

function nameOf(entry: Entry | undefined): Named {
  const written = toBytes(entry?.directive.args[0]?.value ?? '')
  const [, scheme, rest = written] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/.exec(written) ?? []
  const port = /:(\d+)$/.exec(rest)
  return {
    name: port ? rest.slice(0, port.index) : rest,
    port: port ? Number(port[1]) : 0,
    scheme: lowerCase(scheme ?? ''),
    serverName: entry?.directive,
  }
}

/** What a virtual host without `ServerName` is called (`server/vhost.c: ap_fini_vhost_config`), as far as no name server is asked. */
function unnamed(addresses: readonly Address[], main: Named, portBefore: number): Named {
  const [first] = addresses
  const name = addresses.some(({ host }) => host === '*') ? main.name : first?.host === '127.0.0.1' ? 'localhost' : (first?.host ?? '')
  return { name, port: first?.port || portBefore, scheme: '', serverName: undefined }
}

/** `server/vhost.c: get_addresses`, with names as far as they are known: `localhost` is 127.0.0.1. */
function addressOf(written: string, defaultPort: number): Address {
  const anyPort = written === '*' || written.endsWith(':*')
  const plain = anyPort && written.length > 1 ? written.slice(0, -2) : written
  const [, bracketed, simple, digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(plain) ?? []
  const host = lowerCase(bracketed ?? simple ?? plain)
  const isAny = host === '_default_' || host === '*' || host === '0.0.0.0' || host === '::'
  return {
    written: host,
    host: isAny ? '*' : host === 'localhost' ? '127.0.0.1' : host,
    port: digits === undefined ? (anyPort ? 0 : defaultPort) : Number(digits),
  }
}

/** The directives of some names that hold for a whole server: its own, then those of the main server. */
export function serverEntries(server: Server, ...names: readonly string[]): { readonly own: readonly Entry[]; readonly inherited: readonly Entry[] } {
  const pick = (section: Section): readonly Entry[] => section.entries.filter((entry) => names.includes(entry.directive.name))
  return { own: pick(server.own), inherited: server.at ? pick(server.main) : [] }
}

/** The last that a server has of a directive, else that of the main server. */
export function serverEntry(server: Server, name: string): Entry | undefined {
  return server.own.named.get(name)?.at(-1) ?? server.main.named.get(name)?.at(-1)
}
