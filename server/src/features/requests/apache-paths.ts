import type { PlacedDirective } from '../../configuration/placed.ts'
import { toByteText } from '../../regex/bytes.ts'
import { parsePattern } from '../../regex/parse.ts'
import { pathsOfPattern } from './paths.ts'

/** Directives whose first argument is the beginning of a URL's path, or a pattern for it. */
export const byPath: ReadonlySet<string> = new Set([
  'alias',
  'scriptalias',
  'wsgiscriptalias',
  'redirect',
  'redirectpermanent',
  'redirecttemp',
  'proxypass',
  'location',
  'aliasmatch',
  'scriptaliasmatch',
  'wsgiscriptaliasmatch',
  'redirectmatch',
  'proxypassmatch',
  'locationmatch',
])

/** Paths that may lead to a section or a mapping, the likeliest first: which of them do is for the caller to try. */
export function pathsToMapping(directive: PlacedDirective): readonly string[] {
  const { name, args } = directive
  if (!byPath.has(name)) return []
  // Within <Location> the section has the path.
  if (args.length === 1 && directive.parent?.name.startsWith('location')) return pathsToMapping(directive.parent)
  // `Redirect permanent /a /b`, `<Location ~ "pattern">`
  const words = args.filter(({ value }, i) => i > 0 || !/^(?:permanent|temp|seeother|gone|\d{3}|~)$/i.test(value))
  const isPattern = name.endsWith('match') || (name === 'location' && args[0]?.value === '~')
  const [first] = words
  if (!first?.known) return []
  if (isPattern) {
    const pattern = parsePattern(toByteText(first.value), false)
    return pattern ? pathsOfPattern(pattern) : []
  }
  if (!first.value.startsWith('/') || /[*?[]/.test(first.value)) return []
  const path = toByteText(first.value)
  return [path, `${path}${path.endsWith('/') ? '' : '/'}a`]
}
