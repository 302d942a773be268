import { type Automaton, automatonOf, bytesRepeated, concatenated, either, exactly, searched } from './automaton.ts'
import { type ByteSet, intersection, noBytes, overlap, sizeOf, union } from './bytes.ts'
import { matcherOf } from './execute.ts'
import { isWithin, wordsOf } from './language.ts'
import { parsePattern } from './parse.ts'
import { type CapturingGroup, childrenOf, isExact, type Pattern, type RegexNode } from './tree.ts'

/** Whether every text in which one pattern finds something is one in which another does. */
export function isSubsumed(inner: Pattern, outer: Pattern): boolean | 'unknown' {
  if (!isExact(inner.tree) || !isExact(outer.tree)) return 'unknown'
  const [one, two] = [searched(inner.tree), searched(outer.tree)]
  return one && two ? isWithin(one, two) : 'unknown'
}

/** The group of a number, or of a name. */
export const groupOf = (pattern: Pattern, which: number | string): CapturingGroup | undefined =>
  pattern.groups.find((group) => (typeof which === 'number' ? group.number === which : group.name === which))

/** What a group can have got: its own pattern's texts, whatever is around it. */
export const groupLanguage = (group: CapturingGroup): Automaton | undefined => automatonOf(group.body, { anchors: false })

/**
 * A short text in which a pattern finds something and gives a group what is wanted (a pattern that searches what the group has),
 * within the texts that there can be. Undefined where there is none, or none was found.
 */
export function textWithGroup(pattern: Pattern, group: number, wanted: string | Automaton, within?: Automaton): string | undefined {
  const automaton = typeof wanted === 'string' ? searching(wanted) : wanted
  const subjects = automaton && searched(pattern.tree, { anchors: true, group: { number: group, wanted: automaton } })
  if (!subjects || !automaton) return undefined
  const words = wordsOf(within ? [{ automaton: subjects }, { automaton: within }] : [{ automaton: subjects }], 12)
  if (words === 'unknown') return undefined
  const matcher = matcherOf(pattern)
  if (!matcher) return isExact(pattern.tree) ? words[0] : undefined
  // Which of several ways to match is taken only the matcher itself knows.
  return words.find((word) => {
    const got = matcher(word)?.[group]
    return got !== undefined && wordsOf([{ automaton }, { automaton: exactly(got) }]).length > 0
  })
}

/** The texts in which a pattern finds something; undefined where it cannot be read or is too large. */
export function searching(source: string, caseless = false): Automaton | undefined {
  const pattern = parsePattern(source, caseless)
  return pattern && searched(pattern.tree)
}

/** The bytes of which the texts of a node are made. */
export function bytesIn(node: RegexNode): ByteSet {
  if (node.type === 'class') return node.set
  return childrenOf(node).reduce((all, child) => union(all, bytesIn(child)), noBytes)
}

/** Whether a node has a class of several bytes with one of these: what is written out letter by letter is not for a client to choose. */
export function leavesOpen(node: RegexNode, bytes: ByteSet): boolean {
  if (node.type === 'class') return overlap(node.set, bytes) && sizeOf(node.set) > 1 && !node.literal
  return node.type === 'opaque' || node.type === 'back-reference' || childrenOf(node).some((child) => leavesOpen(child, bytes))
}

export { bytesRepeated, concatenated, either, exactly, intersection }
