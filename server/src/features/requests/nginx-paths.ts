import type { PlacedDirective } from '../../configuration/placed.ts'
import { bytesRepeated, concatenated, exactly, searched } from '../../regex/automaton.ts'
import { allBytes, toByteText } from '../../regex/bytes.ts'
import type { Constraint } from '../../regex/language.ts'
import { isExact } from '../../regex/tree.ts'
import { type Location, locationOf, locationsIn } from '../../site/nginx/locations.ts'
import { regexesOf } from '../../site/nginx/regexes.ts'
import { pathsOfPattern } from './paths.ts'

/** Paths that may lead to a location, the likeliest first: which of them do is for the caller to try. */
export function pathsToLocation(directive: PlacedDirective): readonly string[] {
  const location = locationOf(directive)
  if (!location?.argument.known) return []
  // Nobody gets there from outside.
  if (directive.children.some(({ name, presence }) => name === 'internal' && presence !== 'absent')) return []
  if (location.modifier === '@') return pathsToNamed(location)
  if (location.modifier !== '~' && location.modifier !== '~*') {
    const path = toByteText(location.path)
    if (!path.startsWith('/')) return []
    // A prefix that others share, or that is sent on to itself with a slash, is reached by what is longer.
    return location.modifier === '=' ? [path] : [path, `${path}${path.endsWith('/') ? '' : '/'}a`, `${path}a`]
  }
  const [regex] = regexesOf(directive)
  if (!regex) return []
  const around = prefixAround(directive)
  const earlier = patternsBefore(location)
  return [...pathsOfPattern(regex.pattern, [...around, ...earlier]), ...pathsOfPattern(regex.pattern, around)]
}

/** A location in another gets only what the other gets. */
function prefixAround({ parent }: PlacedDirective): readonly Constraint[] {
  const outer = parent && locationOf(parent)
  if (!outer) return []
  if (outer.modifier === '~' || outer.modifier === '~*') {
    const automaton = regexesOf(outer.directive)[0]?.pattern
    const language = automaton && searched(automaton.tree)
    return language ? [{ automaton: language }] : []
  }
  const language = concatenated([exactly(toByteText(outer.path)), bytesRepeated(allBytes)])
  return language ? [{ automaton: language }] : []
}

/** The first pattern that fits wins, and none is asked behind a `^~`. */
function patternsBefore({ directive }: Location): readonly Constraint[] {
  const level = directive.parent ? locationsIn(directive.parent) : []
  const before = level.slice(
    0,
    level.findIndex((each) => each.directive === directive),
  )
  const patterns = before.flatMap((each) => regexesOf(each.directive)).flatMap(({ pattern }) => (isExact(pattern.tree) ? (searched(pattern.tree) ?? []) : []))
  const closed = level
    .filter(({ modifier }) => modifier === '^~')
    .flatMap(({ path }) => concatenated([exactly(toByteText(path)), bytesRepeated(allBytes)]) ?? [])
  return [...patterns, ...closed].map((automaton) => ({ automaton, not: true }))
}

/** A named location is reached from where its name stands: `try_files … @app`, `error_page 404 @app`. */
function pathsToNamed({ directive, path }: Location): readonly string[] {
  const { parent } = directive
  if (!parent) return []
  const users = [parent, ...locationsIn(parent).map((each) => each.directive)].filter((block) =>
    block.children.some(({ name, args, presence }) => presence !== 'absent' && leading.has(name) && args.some(({ value }) => value === path)),
  )
  const paths = users.flatMap((block) => (block === parent ? ['/', '/a'] : block === directive ? [] : pathsToLocation(block)))
  return [...new Set(paths)]
}

const leading = new Set(['try_files', 'error_page'])
