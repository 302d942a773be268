import data from '../data/apache.json' with { type: 'json' }
import { type CatalogData, type DirectiveRow, decodeDirective, type ModuleData } from './decode.ts'
import type { ApacheEntry, ApacheModule, ApacheRemovedDirective } from './entry.ts'

export type {
  ApacheArguments,
  ApacheContext,
  ApacheEntry,
  ApacheForbidden,
  ApacheModule,
  ApacheOverride,
  ApacheRemovedDirective,
  ApacheSource,
} from './entry.ts'

/** Rows are made into entries when their name is asked for. */
interface Index {
  /** By name in lower case, without the bracket of a section. */
  readonly rows: ReadonlyMap<string, readonly Row[]>
  readonly entries: Map<string, readonly ApacheEntry[]>
  readonly modules: readonly ApacheModule[]
  readonly removed: ReadonlyMap<string, ApacheRemovedDirective>
}

/** Of httpd's main line, whose directives are in the catalog already. */
const nextVersion = '2.5'
const none: readonly ApacheEntry[] = []
type Row = readonly [ModuleData, DirectiveRow]

const index = once(buildIndex)

/**
 * The entries of a directive, in any letter case and without `<`; those of httpd itself first, then mod_wsgi's, then those of other modules; empty when
 * no module has it. Several modules may have one name (`Listen` of each MPM), and a section and a plain directive may share one: `section` tells them apart.
 */
export function apacheDirectives(name: string): readonly ApacheEntry[] {
  const { rows, entries } = index()
  const lower = name.toLowerCase()
  const known = entries.get(lower)
  if (known) return known
  const made = rows.get(lower)?.map(([module, row]) => decodeDirective(module, row))
  if (!made) return none
  // One that left or is yet to come does not stand before the one of today.
  const sorted = made.length === 1 ? made : [...made].sort((left, right) => rank(left) - rank(right))
  entries.set(lower, sorted)
  return sorted
}

/** Whether any module has the directive or section, in any version. */
export function isKnownApacheDirective(name: string): boolean {
  return index().rows.has(name.toLowerCase())
}

/** All entries, name by name. */
export function* eachApacheDirective(): Generator<ApacheEntry> {
  for (const name of index().rows.keys()) yield* apacheDirectives(name)
}

/** All modules, those without directives too; httpd's own first. */
export function apacheModules(): readonly ApacheModule[] {
  return index().modules
}

/** What became of a directive that Apache 2.0 or 2.2, or an older version of a module, had; undefined where it never was or still is. */
export function apacheRemovedDirective(name: string): ApacheRemovedDirective | undefined {
  return index().removed.get(name.toLowerCase())
}

/** Whether httpd `version` (`2.4.57`) has the entry; true for modules that are not httpd's, whose versions are their own. */
export function isInApacheVersion({ source, since, until }: Pick<ApacheEntry, 'source' | 'since' | 'until'>, version: string): boolean {
  if (source !== 'core') return true
  if (since !== undefined && compareApacheVersions(version, since) < 0) return false
  return until === undefined || compareApacheVersions(version, until) < 0
}

/** Orders versions: negative when `one` is the earlier. */
export function compareApacheVersions(one: string, other: string): number {
  const left = one.split('.').map(Number)
  const right = other.split('.').map(Number)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function rank({ source, until, since }: ApacheEntry): number {
  return ['core', 'wsgi', 'third-party'].indexOf(source) * 2 + (until !== undefined || since === nextVersion ? 1 : 0)
}

function buildIndex(): Index {
  const { modules, removed } = data as unknown as CatalogData
  const rows = new Map<string, Row[]>()
  for (const module of modules) {
    for (const row of module.directives) {
      const key = (row[0].startsWith('<') ? row[0].slice(1) : row[0]).toLowerCase()
      const known = rows.get(key)
      if (known) known.push([module, row])
      else rows.set(key, [[module, row]])
    }
  }
  return {
    rows,
    entries: new Map(),
    modules: modules.map(({ name, identifier, file, source, debian }) => ({ name, identifier, file, source, debian: debian === true })),
    removed: new Map(removed.map(([name, module, until, replacement]) => [name.toLowerCase(), { name, module, until, replacement }])),
  }
}

/** The data is decoded on first use: a host that never meets Apache does not pay for it. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
