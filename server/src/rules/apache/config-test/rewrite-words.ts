import { isSpace } from '../../../syntax/apache/words.ts'

/** A word as mod_rewrite reads it: a backslash only keeps the space behind it, and stays. */
export interface RewriteWord {
  readonly value: string
  /** Where it begins in the text, its quote included. */
  readonly start: number
}

export interface ArgumentLine {
  readonly first: RewriteWord
  readonly second: RewriteWord
  readonly third: RewriteWord | undefined
}

/** The arguments of RewriteRule and RewriteCond; undefined where the first is all there is (`mod_rewrite.c: parseargline`). */
export function parseArgumentLine(text: string): ArgumentLine | undefined {
  const first = readWord(text, 0)
  if (!first.ended) return undefined
  const second = readWord(text, first.next)
  const start = second.ended ? skipSpaces(text, second.next) : text.length
  return { first, second, third: start < text.length ? readWord(text, start) : undefined }
}

/** `ended`: something ends the word, a space or its quote; the end of the text does not. */
function readWord(text: string, from: number): RewriteWord & { ended: boolean; next: number } {
  const start = skipSpaces(text, from)
  const first = text.charAt(start)
  const quote = first === '"' || first === "'" ? first : undefined
  const begin = quote ? start + 1 : start
  let i = begin
  for (; i < text.length; i++) {
    const ch = text.charAt(i)
    if (quote ? ch === quote : isSpace(ch.charCodeAt(0))) break
    if (ch === '\\' && i + 1 < text.length && isSpace(text.charCodeAt(i + 1))) i++
  }
  return { value: text.slice(begin, i), start, ended: i < text.length, next: i + 1 }
}

function skipSpaces(text: string, from: number): number {
  let i = from
  while (i < text.length && isSpace(text.charCodeAt(i))) i++
  return i
}
