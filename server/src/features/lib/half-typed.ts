import { isKnownNginxDirective } from '../../catalog/nginx/catalog.ts'
import type { Directive, Word } from '../../syntax/tree.ts'
import type { CursorPlace } from './cursor.ts'

type Argument = Extract<CursorPlace, { kind: 'argument' }>

/**
 * nginx: where a line without its `;` stands before the cursor's line, the words of both are one directive. If the cursor's line begins with the
 * name of a directive, that is what is being typed: the argument as one of it.
 */
export function ofOwnLine(at: Argument, text: string, offset: number): Argument {
  const { node, start } = at.directive
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const first = node.words.findIndex((word) => start + word.start >= lineStart)
  const name = node.words[first]
  if (first <= 0 || name === undefined || start + name.end >= offset || name.quote !== undefined || !isKnownNginxDirective(name.value)) return at
  if (text.slice(lineStart, start + name.start).trim() !== '') return at
  const move = (word: Word): Word => ({
    ...word,
    start: word.start - name.start,
    end: word.end - name.start,
    brace: word.brace === undefined ? undefined : word.brace - name.start,
    holes: word.holes?.map((hole) => ({ start: hole.start - name.start, end: hole.end - name.start })),
  })
  const own: Directive = { ...node, text: node.text.slice(name.start), words: node.words.slice(first).map(move) }
  return { ...at, directive: { node: own, start: start + name.start }, index: at.index - first, word: at.word && move(at.word) }
}
