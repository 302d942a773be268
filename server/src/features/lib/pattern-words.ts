import { type Automaton, searched } from '../../regex/automaton.ts'
import { matcherOf } from '../../regex/execute.ts'
import { wordsOf } from '../../regex/language.ts'
import type { Pattern } from '../../regex/tree.ts'
import { code } from './markdown.ts'

/** The groups of a pattern, one a line of a list; `sign` stands before a number (`$1`, `%1`). */
export function groupsOf(pattern: Pattern, sign: '$' | '%' = '$'): string | undefined {
  if (pattern.groups.length === 0) return undefined
  return pattern.groups
    .map(({ number, name, start, end }) => {
      const names = [`${sign}${number}`, ...(name === undefined ? [] : [`$${name}`])].map((each) => code(each)).join(' ')
      return `- ${names} gets ${code(pattern.source.slice(start, end))}`
    })
    .join('\n')
}

/** A short text in which a pattern finds something, within the texts that there can be; undefined where none was found that surely does. */
export function exampleOf(pattern: Pattern, within?: Automaton): string | undefined {
  const automaton = searched(pattern.tree)
  const matches = automaton && matcherOf(pattern)
  if (!matches) return undefined
  const words = wordsOf(within ? [{ automaton }, { automaton: within }] : [{ automaton }], 4)
  if (words === 'unknown') return undefined
  const found = words.find((word) => /^[\x20-\x7e]+$/.test(word) && matches(word) !== undefined)
  return found
}
