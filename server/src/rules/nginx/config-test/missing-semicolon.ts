import { type PlacedDirective, placeOfDirective } from '../../../configuration/placed.ts'
import type { Word } from '../../../syntax/tree.ts'
import type { Finding } from '../../rule.ts'

/**
 * Where a directive runs on over a line that begins with another directive's name, a `;` is missing before that line: nginx
 * names the later line and speaks of arguments. Undefined where nothing speaks for it.
 */
export function swallowedDirective(directive: PlacedDirective, isDirective: (name: string, at: number) => boolean): Omit<Finding, 'configTest'> | undefined {
  const at = firstSwallowed(directive, isDirective)
  if (at === undefined) return undefined
  const { words } = directive.node
  const before = words[at - 1] as Word
  const start = placeOfDirective(directive).start
  const end = directive.start + before.end
  const { path } = directive.source
  return {
    at: { path, start, end },
    severity: 'error',
    message: `"${words[0]?.value}" does not end: a ";" is missing here, so "${words[at]?.value}" on the next line becomes an argument of it.`,
    fixes: [{ title: 'Insert ";"', safe: true, edits: [{ path, start: end, end, newText: ';' }] }],
  }
}

/** The number of the first word that begins a line and is a directive's name. */
export function firstSwallowed({ node }: PlacedDirective, isDirective: (name: string, at: number) => boolean): number | undefined {
  const { words, text } = node
  const first = words[0]
  if (!first || !text.includes('\n', first.end)) return undefined
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as Word
    if (word.quote || word.holes) continue
    if (text.slice((words[i - 1] as Word).end, word.start).includes('\n') && isDirective(word.value, i)) return i
  }
  return undefined
}
