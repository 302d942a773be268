import { isSpace } from './words.ts'

/** One logical line: physical lines joined where a backslash stands right before the line break. */
export interface LogicalLine {
  /** Without continuations, and without white space at either end. */
  readonly text: string
  /** Where `text` begins and ends in the file. */
  readonly start: number
  readonly end: number
  /** Where the next logical line begins in the file. */
  readonly next: number
  /** True where physical lines were joined. */
  readonly joined: boolean
  /** The file's offset of an offset in `text`. */
  toFile(offset: number): number
}

/** Reads the logical line that begins at `from` (`server/util.c: ap_cfg_getline_core`, `cfg_trim_line`). */
export function readLine(file: string, from: number): LogicalLine {
  let lineEnd = file.indexOf('\n', from)
  if (lineEnd < 0) lineEnd = file.length
  if (!isContinued(file, from, lineEnd)) {
    let start = from
    let end = lineEnd
    while (start < end && isSpace(file.charCodeAt(start))) start++
    while (end > start && isSpace(file.charCodeAt(end - 1))) end--
    return new PlainLine(file.slice(start, end), start, end, Math.min(lineEnd + 1, file.length))
  }
  return readJoinedLine(file, from)
}

/** A line that is one physical line, as nearly all are. */
class PlainLine implements LogicalLine {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly next: number
  readonly joined = false

  constructor(text: string, start: number, end: number, next: number) {
    this.text = text
    this.start = start
    this.end = end
    this.next = next
  }

  toFile(offset: number): number {
    return this.start + offset
  }
}

function readJoinedLine(file: string, from: number): LogicalLine {
  const pieces: { from: number; to: number; at: number }[] = []
  let text = ''
  let at = from
  let next = from
  for (;;) {
    let lineEnd = file.indexOf('\n', at)
    if (lineEnd < 0) lineEnd = file.length
    const continued = isContinued(file, at, lineEnd)
    const to = continued ? backslashBefore(file, lineEnd) : lineEnd
    pieces.push({ from: at, to, at: text.length })
    text += file.slice(at, to)
    next = Math.min(lineEnd + 1, file.length)
    if (!continued || next >= file.length) break
    at = next
  }
  let lead = 0
  while (lead < text.length && isSpace(text.charCodeAt(lead))) lead++
  let tail = text.length
  while (tail > lead && isSpace(text.charCodeAt(tail - 1))) tail--
  const inFile = (offset: number, isEnd: boolean): number => {
    // The last piece that begins before the offset; lines of thousands of pieces have as many words.
    let low = 0
    let high = pieces.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      const at = pieces[middle]?.at ?? 0
      if (isEnd ? at < offset : at <= offset) low = middle
      else high = middle
    }
    const piece = pieces[low]
    return piece ? Math.min(piece.from + (offset - piece.at), piece.to) : from
  }
  return {
    text: text.slice(lead, tail),
    start: inFile(lead, false),
    end: tail === lead ? next : inFile(tail, true),
    next,
    joined: true,
    toFile: (offset) => inFile(lead + offset, offset > 0 && lead + offset >= tail),
  }
}

/** A backslash right before LF or CRLF continues the line, escaped or not; at the very end of the file it does not. */
function isContinued(file: string, from: number, lineEnd: number): boolean {
  if (lineEnd >= file.length) return false
  const at = backslashBefore(file, lineEnd)
  return at >= from && file.charCodeAt(at) === 92
}

const backslashBefore = (file: string, lineEnd: number): number => (file.charCodeAt(lineEnd - 1) === 13 ? lineEnd - 2 : lineEnd - 1)
