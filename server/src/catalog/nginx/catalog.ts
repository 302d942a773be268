import data from '../data/nginx.json' with { type: 'json' }
import { type CatalogData, type DirectiveRow, decodeDirective, decodeVariable, type ModuleData } from './decode.ts'
import type { NginxContext, NginxEntry, NginxVariable } from './entry.ts'

export type { NginxContext, NginxEntry, NginxModuleKind, NginxSource, NginxValueKind, NginxVariable } from './entry.ts'

/** Rows are made into entries when their name is asked for. */
interface Index {
  readonly rows: ReadonlyMap<string, readonly Row[]>
  readonly entries: Map<string, readonly NginxEntry[]>
  readonly variables: ReadonlyMap<string, readonly NginxVariable[]>
  /** Longest first. */
  readonly prefixes: readonly NginxVariable[]
}

const none: readonly NginxEntry[] = []
type Row = readonly [ModuleData, DirectiveRow]

const index = once(buildIndex)

/**
 * The entries of a directive, those of nginx itself first; empty when no module has it. There may be several: of different
 * modules (`server` of http, upstream, stream, mail) and of one module for different versions. Names are case-sensitive.
 */
export function nginxDirectives(name: string): readonly NginxEntry[] {
  const { rows, entries } = index()
  const known = entries.get(name)
  if (known) return known
  const made = rows.get(name)?.map(([module, row]) => decodeDirective(module, row))
  if (!made) return none
  entries.set(name, made)
  return made
}

/** Whether any module, in any version, has the directive. */
export function isKnownNginxDirective(name: string): boolean {
  return index().rows.has(name)
}

/** All entries, name by name. */
export function* eachNginxDirective(): Generator<NginxEntry> {
  for (const name of index().rows.keys()) yield* nginxDirectives(name)
}

/**
 * The variable of that name (without `$`), else the prefix variable that covers it (`http_user` → `http_`), else undefined.
 * As in nginx the name is taken in lower case (ngx_http_script.c). Without `protocol` that of http comes first.
 */
export function nginxVariable(name: string, protocol?: NginxVariable['protocol']): NginxVariable | undefined {
  const { variables, prefixes } = index()
  const lower = name.toLowerCase()
  const fits = (variable: NginxVariable): boolean => protocol === undefined || variable.protocol === protocol
  return (
    variables.get(lower)?.find((variable) => !variable.prefix && fits(variable)) ??
    prefixes.find((variable) => lower.startsWith(variable.name) && fits(variable))
  )
}

/** All variables that modules declare. */
export function* eachNginxVariable(): Generator<NginxVariable> {
  for (const variables of index().variables.values()) yield* variables
}

/** Whether nginx `version` (`1.24.0`) has the entry; true for modules that are not nginx's and for NGINX Plus, whose versions are their own. */
export function isInNginxVersion(
  entry: Pick<NginxEntry, 'source' | 'since' | 'until'> & { readonly backported?: readonly string[] },
  version: string,
): boolean {
  if (entry.source !== 'core') return true
  if (entry.backported?.some((first) => branchOf(first) === branchOf(version) && compareNginxVersions(first, version) <= 0)) return true
  if (entry.since !== undefined && compareNginxVersions(version, entry.since) < 0) return false
  return entry.until === undefined || compareNginxVersions(version, entry.until) < 0
}

/** Orders versions: negative when `one` is the earlier. */
export function compareNginxVersions(one: string, other: string): number {
  const left = one.split('.').map(Number)
  const right = other.split('.').map(Number)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Whether the entry may stand in a context. */
export function isAllowedIn(entry: NginxEntry, context: NginxContext): boolean {
  return entry.contexts.includes(context) || entry.contexts.includes('any')
}

/** Whether the entry takes so many arguments (`ngx_conf_handler`). */
export function takesCount(entry: NginxEntry, count: number): boolean {
  if (entry.counts) return entry.counts.includes(count)
  return count >= entry.args.min && (entry.args.max === undefined || count <= entry.args.max)
}

/** The context inside the entry's block standing in `outer`; `data` or `lua` where it holds no directives, undefined where unknown. */
export function contextInside(entry: NginxEntry, outer: NginxContext): NginxContext | 'data' | 'lua' | undefined {
  if (entry.opens !== 'if') return entry.opens
  if (outer === 'server') return 'if-in-server'
  return outer === 'location' ? 'if-in-location' : undefined
}

function buildIndex(): Index {
  const rows = new Map<string, Row[]>()
  const variables = new Map<string, NginxVariable[]>()
  const prefixes: NginxVariable[] = []
  for (const module of (data as unknown as CatalogData).modules) {
    for (const row of module.directives) append(rows, row[0], [module, row])
    for (const row of module.variables) {
      const variable = decodeVariable(module, row)
      append(variables, variable.name, variable)
      if (variable.prefix) prefixes.push(variable)
    }
  }
  prefixes.sort((one, other) => other.name.length - one.name.length)
  return { rows, entries: new Map(), variables, prefixes }
}

function append<T>(map: Map<string, T[]>, name: string, value: T): void {
  const known = map.get(name)
  if (known) known.push(value)
  else map.set(name, [value])
}

function branchOf(version: string): string {
  return version.split('.').slice(0, 2).join('.')
}

/** The data is decoded on first use: a host that never meets nginx does not pay for it. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
