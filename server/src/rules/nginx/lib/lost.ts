import type { Configuration, PlacedDirective } from '../../../configuration/placed.ts'
import { indentOf, placeOfDirective, placeOfWhole } from '../../../configuration/placed.ts'
import { mayHoldUnread, outwards, ownOf } from '../../../site/nginx/blocks.ts'
import { insertBefore } from '../../lib/edits.ts'
import type { FindingFix } from '../../rule.ts'

/** What a block loses of the directives around it because it has one of its own. */
export interface Lost {
  readonly block: PlacedDirective
  readonly own: readonly PlacedDirective[]
  readonly lost: readonly PlacedDirective[]
}

/**
 * What the block of a directive loses: nginx takes such directives from the nearest level that has any. Answers once a block, for its first directive
 * of the name. `keyOf` says which of them set the same thing. Undefined where nothing is lost, or where it cannot be known.
 */
export function lostBy(directive: PlacedDirective, configuration: Configuration, keyOf: (each: PlacedDirective) => string): Lost | undefined {
  const block = directive.parent
  if (!block || directive.presence !== 'present') return undefined
  const own = ownOf(block, configuration, directive.name)
  if (own[0] !== directive) return undefined
  const around = levelOutside(block, configuration, directive.name)
  if (!around || mayHoldUnread(block, configuration, directive.name)) return undefined
  const kept = new Set(own.map(keyOf))
  const lost = around.filter((each) => each.presence === 'present' && !kept.has(keyOf(each)))
  return lost.length > 0 ? { block, own, lost } : undefined
}

/** The directives of a name that a block would inherit; undefined where none are seen. */
export function levelOutside(block: PlacedDirective, configuration: Configuration, name: string): readonly PlacedDirective[] | undefined {
  for (const each of outwards(block.parent)) {
    const own = ownOf(each, configuration, name)
    if (own.length > 0) return own
  }
  return undefined
}

/** Repeats lost directives, as they are written, before the block's own. */
export function repeatLost({ own, lost }: Lost, what: string): FindingFix[] {
  const first = own[0]
  if (!first || lost.some((each) => each.source.templated)) return []
  const lines = lost.map((each) => {
    const { start, end } = placeOfWhole(each)
    return each.source.text.slice(start, end).replaceAll('\n', `\n${indentOf(first)}`)
  })
  return [{ title: `Repeat ${what}`, safe: false, edits: [insertBefore(first, lines)] }]
}

/** Where lost directives stand, for `related`. */
export const placesOfLost = ({ lost }: Lost): { at: ReturnType<typeof placeOfDirective>; message: string }[] =>
  lost.map((each) => ({ at: placeOfDirective(each), message: 'not in effect in the inner block' }))

/** Names for a message: `"A", "B" and "C"`. */
export function listed(names: readonly string[]): string {
  const each = [...new Set(names)].map((name) => `"${name}"`)
  return each.length < 2 ? (each[0] ?? '') : `${each.slice(0, -1).join(', ')} and ${each.at(-1)}`
}
