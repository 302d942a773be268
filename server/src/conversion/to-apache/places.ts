import type { PlacedDirective } from '../../configuration/placed.ts'
import { type Location, locationOf } from '../../site/nginx/locations.ts'

/** A location, or the server itself for what no location takes. */
export interface Place {
  readonly block: PlacedDirective
  readonly location: Location | undefined
  readonly kind: 'exact' | 'prefix' | 'regex'
  /** Of a prefix or an exact one. */
  readonly path: string
  /** What fits the paths of the place, as a pattern for a whole path. */
  readonly pattern: string
  /** nginx's order: of two places that fit, that with the greater rank is taken. */
  readonly rank: number
}

export const escapeRegex = (text: string): string => text.replace(/[.+*?^${}()|[\]\\]/g, '\\$&')

/** The places of a server, the least wanted first; named locations are none. */
export function placesOf(server: PlacedDirective): readonly Place[] {
  const found: Place[] = []
  let regexes = 0
  const look = (block: PlacedDirective, around: string): void => {
    for (const each of block.children) {
      const location = each.presence === 'absent' ? undefined : locationOf(each)
      if (!location || location.modifier === '@') continue
      const { modifier, path } = location
      if (modifier === '~' || modifier === '~*') {
        const pattern = `${modifier === '~*' ? '(?i)' : ''}${path}`
        // Of a location within another, both must fit; those within are asked first.
        found.push({
          block: each,
          location,
          kind: 'regex',
          path: '',
          pattern: around === '' ? pattern : `^(?=${escapeRegex(around)})${behind(pattern)}`,
          rank: (around === '' ? 1e6 : 1.5e6) - regexes++,
        })
        continue
      }
      if (modifier === '=') found.push({ block: each, location, kind: 'exact', path, pattern: `^${escapeRegex(path)}$`, rank: 3e6 })
      else found.push({ block: each, location, kind: 'prefix', path, pattern: `^${escapeRegex(path)}`, rank: (modifier === '^~' ? 2e6 : 0) + path.length })
      look(each, modifier === '=' ? around : path)
    }
  }
  look(server, '')
  if (!found.some(({ kind, path }) => kind === 'prefix' && path === '/'))
    found.push({ block: server, location: undefined, kind: 'prefix', path: '/', pattern: '^/', rank: 1 })
  return found.sort((a, b) => a.rank - b.rank)
}

/** A pattern that is searched from the beginning of a path. */
function behind(pattern: string): string {
  const [, flags = '', rest = ''] = /^(\(\?i\))?(.*)$/s.exec(pattern) ?? []
  return rest.startsWith('^') ? `${flags}${rest.slice(1)}` : `.*?${flags}(?:${rest})`
}

/** A pattern that fits the whole of a path which another finds something in: `$0` is then the path. */
export const wholePattern = (place: Place): string => (place.kind === 'exact' ? place.pattern : `^(?=${behind(place.pattern)}).*$`)

/** Whether a prefix ends at a segment, as those of Apache's sections do. */
export const endsAtSegment = ({ kind, path }: Place): boolean => kind === 'prefix' && path.endsWith('/')
