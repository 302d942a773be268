import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { ownOf } from './blocks.ts'

/** The level of which a directive is in effect in a block, and the directives there. */
export interface Level {
  /** The block that has them; undefined for the outside of a piece, or the top of the configuration. */
  readonly block: PlacedDirective | undefined
  readonly directives: readonly PlacedDirective[]
}

/**
 * The nearest level that has directives of one of these names, from a block outwards: nginx takes all of them from there and none from
 * further out (`ngx_http_merge_servers`, `ngx_http_merge_locations` and the modules' own merge functions). Undefined where no level here has any.
 */
export function levelInEffect(block: PlacedDirective | undefined, configuration: Configuration, ...names: readonly string[]): Level | undefined {
  for (let at = block; at; at = at.parent) {
    const directives = named(at, configuration, names)
    if (directives) return { block: at, directives }
  }
  const directives = named(undefined, configuration, names)
  return directives && { block: undefined, directives }
}

/** What a block, or the top of a configuration, has under some names, in the order of reading; undefined where it has nothing. */
function named(block: PlacedDirective | undefined, configuration: Configuration, names: readonly string[]): readonly PlacedDirective[] | undefined {
  if (names.length === 1) {
    const found = ownOf(block, configuration, names[0] ?? '')
    return found.length > 0 ? found : undefined
  }
  let found: readonly PlacedDirective[] | undefined
  for (const name of names) {
    const own = ownOf(block, configuration, name)
    if (own.length > 0) found = found ? [...found, ...own].sort((a, b) => a.order - b.order) : own
  }
  return found
}

/** The level in effect outside of a block: what its own directives of these names take the place of. */
export const levelAround = (block: PlacedDirective, configuration: Configuration, ...names: readonly string[]): Level | undefined =>
  levelInEffect(block.parent, configuration, ...names)

/**
 * Whether something of which nothing is seen here may be in effect around a block: the configuration is a piece of another,
 * or something that belongs to it could not be read.
 */
export const mayInheritUnseen = (configuration: Configuration): boolean => configuration.open || configuration.unread

/** The block of the http, stream or mail module that something stands in. */
export type Protocol = 'http' | 'stream' | 'mail'

/** The protocol of a block or directive, from what is around it or from the context of the piece; `http` where neither tells. */
export function protocolOf(directive: PlacedDirective, configuration: Configuration): Protocol {
  for (let at: PlacedDirective | undefined = directive; at; at = at.parent) {
    if (at.name === 'http' || at.name === 'stream' || at.name === 'mail') return at.name
  }
  const [outer] = configuration.context.split(',')
  return outer === 'stream' || outer === 'mail' ? outer : 'http'
}
