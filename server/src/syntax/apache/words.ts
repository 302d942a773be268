import type { TextRange } from '../tree.ts'

/** A word of a logical line, as offsets in that line. */
export interface LogicalWord extends TextRange {
  readonly value: string
  readonly quote: '"' | "'" | undefined
  /** False where the opening quote has no partner: the word then runs to the end of the line. */
  readonly closed: boolean
}

/** The next word from `from` (`server/util.c: ap_getword_conf`); undefined at the end of the line. */
export function nextWord(line: string, from: number, end: number = line.length): LogicalWord | undefined {
  let start = from
  while (start < end && isSpace(line.charCodeAt(start))) start++
  if (start >= end) return undefined
  const first = line.charAt(start)
  if (first === '"' || first === "'") {
    let value = ''
    let i = start + 1
    while (i < end && line.charAt(i) !== first) {
      // Inside quotes only the backslash itself and the quote can be escaped.
      const next = line.charAt(i + 1)
      if (line.charAt(i) === '\\' && i + 1 < end && (next === '\\' || next === first)) i++
      value += line.charAt(i)
      i++
    }
    const closed = i < end
    return { start, end: closed ? i + 1 : end, value, quote: first, closed }
  }
  let i = start
  while (i < end && !isSpace(line.charCodeAt(i))) i++
  const raw = line.slice(start, i)
  return { start, end: i, value: raw.includes('\\\\') ? raw.replaceAll('\\\\', '\\') : raw, quote: undefined, closed: true }
}

/** All words from `from`. */
export function splitWords(line: string, from: number, end: number = line.length): LogicalWord[] {
  const words: LogicalWord[] = []
  for (let word = nextWord(line, from, end); word; word = nextWord(line, word.end, end)) words.push(word)
  return words
}

/** C's `isspace` in the "C" locale. */
export const isSpace = (ch: number): boolean => ch === 32 || (ch >= 9 && ch <= 13)
