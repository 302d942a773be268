import type { ApacheForbidden, ApacheOverride } from '../../../catalog/apache/catalog.ts'
import type { PlacedDirective } from '../../../configuration/placed.ts'

/** What Apache keeps in `cmd_parms` while it walks a section. */
export interface Section {
  /** The section's own directive; undefined at the top, and for a section that surrounds what is tested and is not here. */
  readonly directive: PlacedDirective | undefined
  /** In lower case: `virtualhost`, `directory` …; `server` or `htaccess` at the top, `unknown` where it may be any. */
  readonly name: string
  /** As Apache shows it: `VirtualHost`. */
  readonly title: string
  readonly outer: Section | undefined
  /** `cmd->override` */
  readonly overrides: number
  /** `cmd->server->is_virtual` */
  readonly virtual: boolean
  /** `cmd->path != NULL`: inside a section that applies to requests, or in `.htaccess`. */
  readonly path: boolean
  /** `cmd->limited != -1` */
  readonly limited: boolean
  readonly htaccess: boolean
  /** Where directives of any context may stand, for nothing is known of what is around. */
  readonly open: boolean
  /** Which of the kinds that a handler may refuse are around it, as bits of `refusals`. */
  readonly around: number
  /** What its directives have set, by name. */
  readonly set: Map<string, PlacedDirective>
}

const bits: Readonly<Record<ApacheOverride, number>> = { limit: 1, options: 2, fileinfo: 4, authconfig: 8, indexes: 16, access: 64, server: 128, proxy: 2048 }
const everyOverride = bits.limit | bits.options | bits.fileinfo | bits.authconfig | bits.indexes

/** `server/config.c: process_command_config`: what may stand outside of sections. */
export const serverOverrides = bits.server | bits.options | bits.fileinfo | bits.indexes
/** `server/core.c: dirsection` */
export const sectionOverrides = everyOverride | bits.access
/** `mod_proxy.c: proxysection` */
export const proxyOverrides = sectionOverrides | bits.proxy
/** `AllowOverride All` */
export const htaccessOverrides = everyOverride
const anyOverrides = everyOverride | bits.access | bits.server | bits.proxy

/** `NOT_IN_VIRTUALHOST` … of `http_config.h`; `path` for those that refuse directories, locations and files together. */
const refusals: Readonly<Record<ApacheForbidden | 'path', number>> = {
  virtualhost: 1,
  limit: 2,
  directory: 4,
  location: 8,
  files: 16,
  if: 16,
  htaccess: 32,
  proxy: 64,
  path: 128,
}

/** What a handler refuses, as bits of `Section.around`. */
export function refusedBy(forbidden: readonly ApacheForbidden[]): number {
  const bitsOfAll = forbidden.reduce((sum, each) => sum | refusals[each], 0)
  const folders = refusals.directory | refusals.location | refusals.files
  return (bitsOfAll & folders) === folders ? bitsOfAll | refusals.path : bitsOfAll
}

/** `req_override` as bits. */
export const maskOf = (overrides: readonly ApacheOverride[]): number => overrides.reduce((sum, each) => sum | bits[each], 0)

/** A section inside another: what is not said is as outside. */
export function inside(outer: Section, directive: PlacedDirective | undefined, title: string, change: Partial<Section> = {}): Section {
  const name = title.toLowerCase()
  const { virtual, path, limited } = { ...outer, ...change }
  const own = kinds.find(([, names]) => names.includes(name))?.[0]
  const around =
    outer.around | (virtual ? refusals.virtualhost : 0) | (limited ? refusals.limit : 0) | (path ? refusals.path : 0) | (own === undefined ? 0 : refusals[own])
  return { ...outer, directive, name, title, outer, around, set: new Map(), ...change }
}

/** The top of a configuration whose root stands in a context. */
export function topSection(context: string, overrides = htaccessOverrides): Section {
  const server: Section = {
    directive: undefined,
    name: 'server',
    title: '',
    outer: undefined,
    overrides: serverOverrides,
    virtual: false,
    path: false,
    limited: false,
    htaccess: false,
    open: false,
    around: 0,
    set: new Map(),
  }
  switch (context) {
    case 'virtualhost':
      return inside(server, undefined, 'VirtualHost', { virtual: true })
    case 'directory':
      return inside(server, undefined, 'Directory', { path: true, overrides: sectionOverrides })
    case 'location':
      return inside(server, undefined, 'Location', { path: true, overrides: sectionOverrides })
    case 'htaccess':
      return { ...server, name: 'htaccess', path: true, htaccess: true, around: refusals.htaccess | refusals.path, overrides }
    case 'unknown':
      return { ...server, name: 'unknown', open: true, overrides: anyOverrides }
    default:
      return server
  }
}

/** The nearest section around of one of these names (in lower case), the given one included (`server/util_cfgtree.c`, `find_parent`). */
export function findSection(section: Section, ...names: readonly string[]): Section | undefined {
  for (let at: Section | undefined = section; at; at = at.outer) if (names.includes(at.name)) return at
  return undefined
}

/** The server or virtual host that a section belongs to: its topmost section but for a `<VirtualHost>`. */
export function serverOf(section: Section): Section {
  let at = section
  while (at.outer && at.name !== 'virtualhost') at = at.outer
  return at
}

const kinds: readonly (readonly [ApacheForbidden, readonly string[]])[] = [
  ['directory', ['directory', 'directorymatch']],
  ['location', ['location', 'locationmatch']],
  ['files', ['files', 'filesmatch', 'if', 'elseif', 'else']],
  ['proxy', ['proxy', 'proxymatch']],
]

/** What a handler says that refuses to work in some sections (`server/core.c: ap_check_cmd_context`). */
export function forbiddenHere(section: Section, name: string, onRead: boolean, forbidden: readonly ApacheForbidden[]): string | undefined {
  if (forbidden.length === 0) return undefined
  const has = (kind: ApacheForbidden): boolean => forbidden.includes(kind)
  if (has('virtualhost') && section.virtual) return `${name} cannot occur within <VirtualHost> section`
  if (has('limit') && section.limited) return `${name} cannot occur within <Limit> or <LimitExcept> section`
  if (has('htaccess') && section.htaccess) return `${name} cannot occur within htaccess files`
  if (has('directory') && has('location') && has('files')) {
    if (section.path) return `${name} cannot occur within directory context`
    if (onRead) return undefined
  }
  for (const [kind, names] of kinds) {
    if (!has(kind)) continue
    const found = findSection(section, ...names)
    if (found) return `${name} cannot occur within <${found.title}> section`
  }
  return undefined
}
