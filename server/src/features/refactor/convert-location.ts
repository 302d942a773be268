import type { PlacedDirective } from '../../configuration/placed.ts'
import { mayHoldUnread } from '../../site/nginx/blocks.ts'
import { type Location, locationOf, locationsIn, passingDirectives } from '../../site/nginx/locations.ts'
import { cursorAt } from '../lib/cursor.ts'
import { placementsOf } from '../lib/view.ts'
import { replace } from './lib/edits.ts'
import type { Refactoring } from './refactoring.ts'

/** Writes a location with another modifier. What nginx then chooses differently is said in the title. */
export const convertLocation: Refactoring = {
  id: 'convert-location',
  kind: 'refactor.rewrite',
  offers(view, { start }) {
    const { source } = view
    if (!view.current || source.tree.dialect !== 'nginx') return []
    const { at } = cursorAt(source.tree, source.text, start)
    if ((at.kind !== 'name' && at.kind !== 'argument') || at.directive?.node.words[0]?.value !== 'location') return []
    const [placement, ...others] = placementsOf(view, at.directive)
    const location = placement && locationOf(placement.directive)
    const server = placement?.directive.parent
    if (!location || !server || server.name !== 'server' || others.length > 0) return []
    const [first] = location.directive.args
    const last = location.directive.args.at(-1)
    if (!first || !last || [first, last].some((each) => !each.known || each.quote)) return []
    const siblings = locationsIn(server).filter((each) => each.directive !== location.directive)
    const unread = mayHoldUnread(server, placement.configuration.configuration, 'location')
    return conversionsOf(location, siblings, unread).flatMap(({ to, but }) =>
      siblings.some((each) => each.modifier === to.modifier && each.path === to.path) || isTaken(to, siblings)
        ? []
        : [
            {
              title: `Convert to "location ${shown(to)}"${but === undefined ? '' : `: ${but}`}`,
              edits: () => [replace(source, first.start, last.end, shown(to))],
            },
          ],
    )
  },
}

interface Written {
  readonly modifier: Location['modifier']
  readonly path: string
}

interface Conversion {
  readonly to: Written
  /** What is different then; undefined where the same requests come to it. */
  readonly but?: string | undefined
}

const shown = ({ modifier, path }: Written): string => (modifier === '' ? path : `${modifier} ${path}`)

/** nginx takes `/x` and `^~ /x` for one location. */
const isTaken = (to: Written, siblings: readonly Location[]): boolean =>
  (to.modifier === '' || to.modifier === '^~') && siblings.some((each) => (each.modifier === '' || each.modifier === '^~') && each.path === to.path)

function conversionsOf({ directive, modifier, path }: Location, siblings: readonly Location[], unread: boolean): Conversion[] {
  // What is not seen may hold some.
  const patterns = unread || siblings.some((each) => each.modifier === '~' || each.modifier === '~*')
  const longer = siblings.some(
    (each) => (each.modifier === '' || each.modifier === '^~') && each.path !== path && each.path.startsWith(literalOf(path) ?? path),
  )
  switch (modifier) {
    case '':
      return [
        { to: { modifier: '^~', path }, but: patterns ? 'the regular expressions of this server are no longer tried below it' : undefined },
        ...(directive.children.some((each) => each.name === 'location')
          ? []
          : [{ to: { modifier: '=' as const, path }, but: 'for this path alone, not for those below it' }]),
      ]
    case '^~':
      return [
        { to: { modifier: '', path }, but: patterns ? 'the regular expressions of this server come before it' : undefined },
        ...(mayBeExpression(directive) && isPlain(path)
          ? [
              {
                to: { modifier: '~' as const, path: `^${escapePath(path)}` },
                but: patterns || longer ? 'it is then tried in the order of the regular expressions' : undefined,
              },
            ]
          : []),
      ]
    case '=':
      return [{ to: { modifier: '', path }, but: 'for the paths below it too' }]
    case '~': {
      const literal = literalOf(path)
      if (literal === undefined || changesAlias(directive)) return []
      const guarded = siblings.some((each) => each.modifier === '^~' && literal.startsWith(each.path))
      const others = patterns || guarded ? 'it is then chosen before the regular expressions' : undefined
      return path.endsWith('$')
        ? [{ to: { modifier: '=', path: literal }, but: others }]
        : [{ to: { modifier: '^~', path: literal }, but: others ?? (longer ? 'longer prefixes are then chosen before it' : undefined) }]
    }
    default:
      return []
  }
}

/** The path that a pattern `^/path/` or `^/path$` stands for; undefined for any other pattern. */
function literalOf(pattern: string): string | undefined {
  const inside = /^\^(\/(?:[\w/-]|\\[.\-/])*)\$?$/.exec(pattern)?.[1]
  return inside?.replace(/\\(.)/g, '$1')
}

const isPlain = (path: string): boolean => /^\/[\w/.-]*$/.test(path)
const escapePath = (path: string): string => path.replaceAll('.', '\\.')

/** A location of a pattern takes no `alias` of a prefix and no `proxy_pass` with a path. */
const mayBeExpression = (directive: PlacedDirective): boolean =>
  !directive.children.some(
    (each) => each.name === 'alias' || each.name === 'location' || (passingDirectives.has(each.name) && /^\w+:\/\/[^/]+\//.test(each.args[0]?.value ?? '')),
  )

/** What an alias means depends on it, and what is nested must lie within it. */
const changesAlias = (directive: PlacedDirective): boolean => directive.children.some((each) => each.name === 'alias' || each.name === 'location')
