import { type Automaton, automatonOf, searched } from './automaton.ts'
import { matcherOf } from './execute.ts'
import { accepts, isWithin, wordsOf } from './language.ts'
import { parsePattern } from './parse.ts'
import { type CapturingGroup, isExact, type Pattern } from './tree.ts'

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
export function textWithGroup(
  pattern: Pattern,
  group: number,
  wanted: string | Automaton,
  within?: Automaton,
): { readonly text: string; readonly group: string } | undefined {
  const automaton = typeof wanted === 'string' ? searching(wanted) : wanted
  const subjects = automaton && searched(pattern.tree, { anchors: true, group: { number: group, wanted: automaton } })
  if (!subjects || !automaton) return undefined
  const words = wordsOf(within ? [{ automaton: subjects }, { automaton: within }] : [{ automaton: subjects }], 12)
  if (words === 'unknown') return undefined
  const matcher = matcherOf(pattern)
  if (!matcher) return undefined
  // Which of several ways to match is taken only the matcher itself knows.
  for (const text of words) {
    const got = matcher(text)?.[group]
    if (got !== undefined && accepts(automaton, got)) return { text, group: got }
  }
  return undefined
}

/** The texts in which a pattern finds something; undefined where it cannot be read or is too large. */
export function searching(source: string, caseless = false): Automaton | undefined {
  const pattern = parsePattern(source, caseless)
  return pattern && searched(pattern.tree)
}

/** The texts that are a pattern's from end to end; undefined where it cannot be read or is too large. */
export function textsOf(source: string): Automaton | undefined {
  const pattern = parsePattern(source)
  return pattern && automatonOf(pattern.tree, { anchors: false })
}
