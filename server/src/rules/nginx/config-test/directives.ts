import { compareNginxVersions, isAllowedIn, isInNginxVersion, type NginxContext, type NginxEntry, nginxDirectives } from '../../../catalog/nginx/catalog.ts'
import { oldestVersion } from './state.ts'

/** What nginx makes of a name in a context (`ngx_conf_handler`). */
export type Lookup =
  | { readonly kind: 'allowed'; readonly entries: readonly NginxEntry[] }
  /** Some module has it, for other contexts. */
  | { readonly kind: 'misplaced'; readonly entries: readonly NginxEntry[] }
  /** No module of this version has it; `entries` are those of other versions. */
  | { readonly kind: 'unknown'; readonly entries: readonly NginxEntry[] }

/** Looks names up, remembering each answer. */
export function makeLookup(version: string | undefined): (name: string, context: NginxContext) => Lookup {
  const known = new Map<NginxContext, Map<string, Lookup>>()
  return (name, context) => {
    let names = known.get(context)
    if (!names) {
      names = new Map()
      known.set(context, names)
    }
    let found = names.get(name)
    if (!found) {
      found = lookUp(name, context, version)
      names.set(name, found)
    }
    return found
  }
}

function lookUp(name: string, context: NginxContext, version: string | undefined): Lookup {
  const all = nginxDirectives(name)
  const entries = all.filter((entry) => isInSomeVersion(entry, version))
  if (entries.length === 0) return { kind: 'unknown', entries: all }
  const allowed = entries.filter((entry) => isAllowedIn(entry, context))
  return allowed.length > 0 ? { kind: 'allowed', entries: newestFirst(allowed) } : { kind: 'misplaced', entries }
}

/** With a version, exactly that one; else any from the oldest that counts. */
function isInSomeVersion(entry: NginxEntry, version: string | undefined): boolean {
  if (version !== undefined) return isInNginxVersion(entry, version)
  return entry.source !== 'core' || entry.until === undefined || compareNginxVersions(entry.until, oldestVersion) > 0
}

/** nginx's own rows before those of other modules, the row that still is before the one that went. */
function newestFirst(entries: readonly NginxEntry[]): NginxEntry[] {
  const rank = (entry: NginxEntry): number => (entry.source === 'core' ? (entry.until === undefined ? 0 : 1) : entry.source === 'debian' ? 2 : 3)
  return [...entries].sort((one, other) => rank(one) - rank(other))
}
