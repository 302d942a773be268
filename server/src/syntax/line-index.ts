import type { Position } from './position.ts'

/** Converts between offsets (UTF-16) and zero-based lines and characters of one text. */
export interface LineIndex {
  readonly lineCount: number
  positionAt(offset: number): Position
  offsetAt(position: Position): number
  /** The zero-based line of an offset. */
  lineAt(offset: number): number
  /** The offset at which a zero-based line begins; the end of the text where there is no such line. */
  lineStart(line: number): number
}

/** Lines end at LF, CRLF or a lone CR, as in the Language Server Protocol. */
export function makeLineIndex(text: string): LineIndex {
  let starts: number[] | undefined
  const lineStarts = (): number[] => {
    if (starts) return starts
    starts = [0]
    for (let i = 0; i < text.length; i++) {
      const ch = text.charCodeAt(i)
      if (ch === 10 || (ch === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1)
    }
    return starts
  }
  const lineAt = (offset: number): number => {
    const all = lineStarts()
    let low = 0
    let high = all.length
    while (low + 1 < high) {
      const middle = (low + high) >> 1
      if ((all[middle] as number) <= offset) low = middle
      else high = middle
    }
    return low
  }
  const lineStart = (line: number): number => lineStarts()[line] ?? text.length
  return {
    get lineCount() {
      return lineStarts().length
    },
    lineAt,
    lineStart,
    positionAt(offset) {
      const inside = Math.max(0, Math.min(offset, text.length))
      const line = lineAt(inside)
      return { line, character: inside - lineStart(line) }
    },
    offsetAt({ line, character }) {
      if (line >= lineStarts().length) return text.length
      return Math.min(lineStart(line) + character, lineStart(line + 1))
    },
  }
}
