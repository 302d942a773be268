import { searched } from '../../regex/automaton.ts'
import { type Constraint, wordsOf } from '../../regex/language.ts'
import { textsOf } from '../../regex/questions.ts'
import type { Pattern } from '../../regex/tree.ts'

/** Decoded paths, in bytes, in which a pattern finds something and which fulfil constraints; those first that read like paths of people. */
export function pathsOfPattern({ tree }: Pattern, within: readonly Constraint[] = []): readonly string[] {
  const found = searched(tree)
  if (!found) return []
  const paths = new Set<string>()
  for (const shape of shapes) {
    if (paths.size >= most) break
    const language = textsOf(shape)
    const words = language ? wordsOf([{ automaton: found }, { automaton: language }, ...within], most) : 'unknown'
    if (words !== 'unknown') for (const word of words) paths.add(word)
  }
  return [...paths]
}

const shapes = ['(?:/[a-z][a-z0-9_-]*)*/[a-z][a-z0-9_-]*(?:\\.[a-z0-9]+)?/?', '/[\\x21-\\x7e]*', '/[^\\x00]*']
const most = 6

/** A path in bytes as a URL has it. */
export const escapedPath = (path: string): string =>
  path.replaceAll(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g, (ch) => `%${ch.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
