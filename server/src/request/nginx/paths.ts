import type { PlacedDirective } from '../../configuration/placed.ts'
import { ownOf } from '../../site/nginx/blocks.ts'
import { locationOf } from '../../site/nginx/locations.ts'
import type { Run } from './run.ts'
import { evaluate } from './script.ts'
import { argumentAt, bytesOf, fullName, type Scope, type Settings } from './settings.ts'

/** How URIs become paths in a scope: `root`, or `alias` with how much of the URI it takes the place of. */
export interface Mapping {
  readonly root: string
  /** 0 for a root; `Infinity` for an alias in a location by a pattern, which has the whole path. */
  readonly alias: number
  readonly variable: boolean
  readonly by: PlacedDirective | undefined
}

/** `root` or `alias` of the nearest level that has one; an inherited alias keeps the prefix of its own location. */
export function mappingIn(scope: Scope, settings: Settings): Mapping {
  for (let block: PlacedDirective | undefined = scope.block; ; block = block.parent) {
    const by = ownOf(block, settings.configuration, 'root').at(-1) ?? ownOf(block, settings.configuration, 'alias').at(-1)
    const value = argumentAt(by, 0)
    if (by && value !== undefined) {
      if (by.name === 'root') {
        const trimmed = value.endsWith('/') ? value.slice(0, -1) : value
        return { root: trimmed.startsWith('$') ? trimmed : fullName(trimmed, settings), alias: 0, variable: trimmed.includes('$'), by }
      }
      const place = locationNameOf(block)
      const isPattern = place.modifier === '~' || place.modifier === '~*'
      return {
        root: value.startsWith('$') ? value : fullName(value, settings),
        alias: isPattern ? Number.POSITIVE_INFINITY : place.name.length,
        variable: isPattern || value.includes('$'),
        by,
      }
    }
    if (!block) return { root: `${settings.prefix}html`, alias: 0, variable: false, by: undefined }
  }
}

function locationNameOf(block: PlacedDirective | undefined): { readonly name: string; readonly modifier: string } {
  const location = block && locationOf(block)
  return { name: location ? bytesOf(location.directive, { ...location.argument, value: location.path }) : '', modifier: location?.modifier ?? '' }
}

/** A path, and how much of it is the root. */
export interface MappedPath {
  readonly path: string
  readonly root: number
  readonly mapping: Mapping
}

/** The path of the request's URI (`ngx_http_map_uri_to_path`); undefined where an alias is asked after the URI was rewritten. */
export function mapUri(run: Run): MappedPath | undefined {
  const mapping = mappingIn(run.scope, run.settings)
  let { alias } = mapping
  if (alias > 0 && !run.validLocation) return undefined
  let root = mapping.root
  if (mapping.variable) {
    root = fullName(evaluate(run, root), run.settings)
    if (alias === Number.POSITIVE_INFINITY) {
      if (!run.addUriToAlias) return { path: root, root: root.length, mapping }
      alias = 0
    }
  }
  return { path: root + run.uri.slice(alias), root: root.length, mapping }
}

/** `$document_root`: the root or alias itself. */
export function documentRoot(run: Run): string {
  const { root, variable } = mappingIn(run.scope, run.settings)
  return variable ? fullName(evaluate(run, root), run.settings) : root
}
