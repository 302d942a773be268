import type { NginxContext, NginxEntry, NginxVariable } from '../../../catalog/nginx/catalog.ts'
import { compareNginxVersions, isInNginxVersion } from '../../../catalog/nginx/catalog.ts'
import type { Configuration, PlacedDirective } from '../../../configuration/placed.ts'
import type { Listener } from './listeners.ts'
import type { Location } from './locations.ts'

/** What is remembered while a configuration is gone through in nginx's order: what nginx keeps in `cf->cycle`. */
export interface TestState {
  readonly configuration: Configuration
  /** The version that is asked for; undefined for any since 1.18. */
  readonly version: string | undefined
  readonly http: ProtocolState
  readonly stream: ProtocolState
  readonly mail: ProtocolState
  /** Shared memory zones of all protocols, by name (`cf->cycle->shared_memory`). */
  readonly zones: Map<string, Zone>
  /** Temporary and cache folders (`cf->cycle->paths`), by path. */
  readonly paths: Map<string, { readonly levels: string; readonly use: string; readonly directive: PlacedDirective }>
  readonly threadPools: Map<string, PlacedDirective>
  /** By context and name: the directive that an unknown one was perhaps meant to be. */
  readonly guesses: Map<string, string | undefined>
  /** A directive of the core configuration other than load_module was read. */
  modulesBound: boolean
}

/** What `http`, `stream` and `mail` each keep for themselves. */
export interface ProtocolState {
  /** By host in lower case. */
  readonly upstreams: Map<string, Upstream[]>
  /** By name as written. */
  readonly logFormats: Map<string, PlacedDirective>
  /** Names in lower case that the configuration makes, and the first directive that does. */
  readonly variables: Map<string, PlacedDirective>
  /** Names in lower case that are used, and where first, in the order of their first use. */
  readonly uses: Map<string, Use>
  /** By family, address and port; several where files do not belong together. */
  readonly listeners: Map<string, Listener[]>
  /** Files of access logs with a buffer, and the buffer's parameters. */
  readonly logBuffers: Map<string, string>
  readonly charsetMaps: Set<string>
  /** Names made by directives of modules that the catalog knows only by name: any name may be one of them. */
  opaque: boolean
}

/** A use of a name: the directive and the number of the argument (1 is the first). */
export interface Use {
  readonly directive: PlacedDirective
  readonly at: number
}

export interface Zone {
  /** What it is for: the module that nginx tags it with. */
  readonly use: string
  readonly directive: PlacedDirective
  /** In bytes; 0 where it is only used. */
  size: number
  /** The key that a limit zone is bound to. */
  readonly key?: string
}

export interface Upstream {
  /** The `upstream` block; undefined where only a `…_pass` names it. */
  readonly block: PlacedDirective | undefined
  readonly directive: PlacedDirective
  readonly port: number
  readonly noPort: boolean
  readonly host: string
  /** `unix:` */
  readonly isSocket: boolean
}

/** A block that is being read, with what nginx keeps in its configuration structures. */
export interface Block {
  /** Undefined for the top of what is tested. */
  readonly directive: PlacedDirective | undefined
  readonly context: NginxContext
  readonly outer: Block | undefined
  /** By slot (`http_core_loc_conf.root`) or a setter's own name for one: the directive that has set it. */
  readonly slots: Map<string, PlacedDirective>
  /** Of a location, an `if` or a `limit_except`. */
  readonly location: Location | undefined
  /** The locations directly inside that have a name of their own, by kind and name. */
  readonly locations: Map<string, Location>
  /** Of an upstream: which parameters of servers its balancing method takes away. */
  readonly unsupported: Set<string>
  /** Servers inside an upstream. */
  servers: number
}

const nothing = new Set<string>()

export const makeBlock = (directive: PlacedDirective | undefined, context: NginxContext, outer: Block | undefined, location?: Location): Block => ({
  directive,
  context,
  outer,
  slots: new Map(),
  location,
  locations: new Map(),
  unsupported: context === 'upstream' || context === 'stream-upstream' ? new Set() : nothing,
  servers: 0,
})

const makeProtocol = (): ProtocolState => ({
  upstreams: new Map(),
  logFormats: new Map(),
  variables: new Map(),
  uses: new Map(),
  listeners: new Map(),
  logBuffers: new Map(),
  charsetMaps: new Set(),
  opaque: false,
})

export const makeState = (configuration: Configuration, version: string | undefined): TestState => ({
  configuration,
  version,
  http: makeProtocol(),
  stream: makeProtocol(),
  mail: makeProtocol(),
  zones: new Map(),
  paths: new Map(),
  threadPools: new Map(),
  guesses: new Map(),
  modulesBound: false,
})

/** Whether two directives certainly come together in one server: not so those of two orphan files of one folder, or under a template's condition. */
export function belongTogether(state: TestState, one: PlacedDirective, other: PlacedDirective): boolean {
  if (one.presence !== 'present' || other.presence !== 'present') return false
  return state.configuration.context === 'main' || rootOf(one) === rootOf(other)
}

const rootOf = (directive: PlacedDirective): string => (directive.includedBy[0] ?? directive).source.path

/** Whether the server may be one that has what appeared in `since` and went in `until`. */
export function mayHave(state: TestState, since: string, until?: string): boolean {
  if (state.version === undefined) return until === undefined || compareNginxVersions(until, oldestVersion) > 0
  return compareNginxVersions(state.version, since) >= 0 && (until === undefined || compareNginxVersions(state.version, until) < 0)
}

/** Where no version is set, what any since this one takes is right. */
export const oldestVersion = '1.18.0'

/** The state of the protocol that an entry's module belongs to. */
export function protocolOf(state: TestState, entry: Pick<NginxEntry, 'kind'>): ProtocolState {
  return entry.kind === 'stream' ? state.stream : entry.kind === 'mail' ? state.mail : state.http
}

/** Whether the server may have a variable of the catalog. */
export function mayHaveVariable(state: TestState, variable: NginxVariable): boolean {
  return state.version === undefined || variable.source !== 'core' || isInNginxVersion(variable, state.version)
}
