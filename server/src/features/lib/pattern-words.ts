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

/**
 * A short text in which a pattern finds something, within the texts that there can be; undefined where none was found that surely does.
 * Generated configurations repeat their patterns in thousands of servers: each is looked at once.
 */
export function exampleOf(pattern: Pattern, within?: Automaton): string | undefined {
  const known = examples.get(within ?? examples)
  const key = `${pattern.caseless ? 'i' : ''}/${pattern.source}/${pattern.tree.start}`
  const found = known?.get(key)
  if (found !== undefined) return found ?? undefined
  const made = findExample(pattern, within)
  if (known && known.size < mostKept) known.set(key, made ?? null)
  else examples.set(within ?? examples, new Map([[key, made ?? null]]))
  return made
}

const examples = new WeakMap<object, Map<string, string | null>>()
const mostKept = 1000

function findExample(pattern: Pattern, within: Automaton | undefined): string | undefined {
  const automaton = searched(pattern.tree)
  const matches = automaton && matcherOf(pattern)
  if (!matches) return undefined
  const words = wordsOf(within ? [{ automaton }, { automaton: within }] : [{ automaton }], 4)
  if (words === 'unknown') return undefined
  return words.find((word) => /^[\x20-\x7e]*$/.test(word) && matches(word) !== undefined)
}
