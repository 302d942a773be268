import type { Argument, PlacedDirective } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'
import { regexMatcher } from '../regex.ts'

/** A `location` as nginx chooses among them. */
export interface Location {
  readonly directive: PlacedDirective
  readonly modifier: '' | '=' | '^~' | '~' | '~*' | '@'
  /** The prefix or pattern. */
  readonly path: string
  readonly argument: Argument
}

/** A location's modifier and path, glued ones (`^~/x`, `=/x`) taken apart as nginx does; undefined where it has neither. */
export const locationOf = (directive: PlacedDirective): Location | undefined => (directive.name === 'location' ? readLocation(directive) : undefined)

const readLocation = derived((directive: PlacedDirective): Location | undefined => {
  const [first, second] = directive.args
  if (!first) return undefined
  if (second) {
    const modifier = modifiers.find((each) => each === first.value)
    return modifier ? { directive, modifier, path: second.value, argument: second } : undefined
  }
  const glued = modifiers.find((each) => first.value.startsWith(each))
  if (first.value.startsWith('@')) return { directive, modifier: '@', path: first.value, argument: first }
  return { directive, modifier: glued ?? '', path: first.value.slice(glued?.length ?? 0), argument: first }
})

const modifiers = ['~*', '~', '^~', '='] as const

/** The locations directly inside a server or location. */
export const locationsIn: (block: PlacedDirective) => readonly Location[] = derived((block: PlacedDirective) =>
  block.children.flatMap((child) => (child.name === 'location' ? (locationOf(child) ?? []) : [])),
)

/**
 * The location that nginx chooses for a URI (`ngx_http_core_find_location`): an exact one, else the longest prefix,
 * unless a regular expression fits. `unknown` where a pattern cannot be read here; `none` where none fits.
 */
export function locationFor(block: PlacedDirective, uri: string): Location | 'none' | 'unknown' {
  const locations = locationsIn(block)
  const exact = locations.find((each) => each.modifier === '=' && each.path === uri)
  if (exact) return exact
  const prefixes = locations.filter((each) => (each.modifier === '' || each.modifier === '^~') && uri.startsWith(each.path))
  const longest = prefixes.reduce<Location | undefined>((best, each) => (best && best.path.length >= each.path.length ? best : each), undefined)
  const nested = longest ? locationFor(longest.directive, uri) : 'none'
  if (nested === 'unknown') return 'unknown'
  if (nested !== 'none' && (nested.modifier === '~' || nested.modifier === '~*' || nested.modifier === '=')) return nested
  const chosen = nested === 'none' ? longest : nested
  // Only the `^~` of the location found at this level keeps its regular expressions out, not that of one nested in it.
  if (longest?.modifier !== '^~') {
    for (const each of locations) {
      if (each.modifier !== '~' && each.modifier !== '~*') continue
      const matches = regexMatcher(each.path, each.modifier === '~*' ? 'i' : '')
      if (!matches) return 'unknown'
      if (matches(uri)) return each
    }
  }
  return chosen ?? 'none'
}

/** The file that a location serves for a URI, as `root` or `alias` maps it; undefined where variables or captures decide. */
export function fileOf(location: Location, uri: string): { readonly path: string; readonly by: PlacedDirective } | undefined {
  const alias = location.directive.children.find((each) => each.name === 'alias')
  if (alias) {
    const target = alias.args[0]
    if (!target?.known || target.value.includes('$') || location.modifier === '~' || location.modifier === '~*') return undefined
    return { path: target.value + uri.slice(location.path.length), by: alias }
  }
  // An alias around it is inherited, with the prefix of the location that has it: not followed here.
  const root = effective(location.directive, 'root', 'alias')
  const folder = root?.args[0]
  if (root?.name !== 'root' || !folder?.known || folder.value.includes('$')) return undefined
  return { path: folder.value.replace(/\/$/, '') + uri, by: root }
}

/** The directive of one of these names that is in effect in a block: its own, or the nearest around it. */
export function effective(block: PlacedDirective, ...names: readonly string[]): PlacedDirective | undefined {
  for (let at: PlacedDirective | undefined = block; at; at = at.parent) {
    const own = at.children.findLast((each) => names.includes(each.name))
    if (own) return own
  }
  return undefined
}

/** Directives that hand a request on to another process. */
export const passingDirectives: ReadonlySet<string> = new Set(['proxy_pass', 'uwsgi_pass', 'fastcgi_pass', 'scgi_pass', 'grpc_pass'])

/** What a location passes requests to, if it does. */
export const passOf = (location: Location): PlacedDirective | undefined => location.directive.children.find((each) => passingDirectives.has(each.name))

/** Whether a location passes some requests on, be it under a condition: `if (!-f $request_filename) { proxy_pass …; }`. */
export const mayPass = (location: Location): boolean =>
  location.directive.children.some(
    (each) => passingDirectives.has(each.name) || (each.name === 'if' && each.children.some(({ name }) => passingDirectives.has(name))),
  )
