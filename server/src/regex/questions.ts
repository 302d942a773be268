import { type Automaton, automatonOf, searched } from './automaton.ts'
import { matcherOf } from './execute.ts'
import { accepts, type Constraint, isWithin, wordsOf } from './language.ts'
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

/** A text in which a pattern finds something, and what one of its groups then has. */
export interface TextWithGroup {
  readonly text: string
  readonly group: string
}

/**
 * A short text in which a pattern finds something and gives a group what is wanted (a pattern that searches what the group has),
 * within the texts that there can be. Undefined where there is none, or none was found.
 */
export const textWithGroup = (pattern: Pattern, group: number, wanted: string | Automaton, within?: Automaton): TextWithGroup | undefined =>
  textsWithGroup(pattern, group, wanted, within ? [{ automaton: within }] : [], 12)[0]

/** Such texts that also fulfil constraints, out of the `most` shortest; group 0 is the whole match. */
export function textsWithGroup(
  pattern: Pattern,
  group: number,
  wanted: string | Automaton,
  within: readonly Constraint[],
  most: number,
): readonly TextWithGroup[] {
  const automaton = typeof wanted === 'string' ? searching(wanted) : wanted
  const subjects = automaton && searched(pattern.tree, group === 0 ? { anchors: true } : { anchors: true, group: { number: group, wanted: automaton } })
  if (!subjects || !automaton) return []
  const words = wordsOf([{ automaton: subjects }, ...within], most)
  const matcher = matcherOf(pattern)
  if (words === 'unknown' || !matcher) return []
  // Which of several ways to match is taken only the matcher itself knows.
  return words.flatMap((text) => {
    const got = matcher(text)?.[group]
    return got !== undefined && accepts(automaton, got) ? [{ text, group: got }] : []
  })
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
