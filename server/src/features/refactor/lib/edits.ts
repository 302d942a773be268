import type { Source } from '../../../configuration/placed.ts'
import type { Edit } from '../../../problem/problem.ts'

/** A replacement in a file, with line ends as the file has them. */
export const replace = ({ path, text, lines }: Source, start: number, end: number, newText: string): Edit => ({
  path,
  range: { start: lines.positionAt(start), end: lines.positionAt(end) },
  newText: text.includes('\r\n') ? newText.replace(/\r?\n/g, '\r\n') : newText,
})

/** The text of a file that is not there yet. */
export const create = (path: string, newText: string): Edit => ({
  path,
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  newText,
})

/** Where the line of an offset begins. */
export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

/** The white space at the beginning of the line of an offset. */
export const indentAt = (text: string, offset: number): string => /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? ''

/** One step of indentation as a file has it. */
export function unitOf(text: string): string {
  const first = /^([ \t]+)\S/m.exec(text)?.[1]
  return first === undefined ? '    ' : first.startsWith('\t') ? '\t' : first
}

/** Whether nothing else stands on the lines of a part of a text. */
export function hasOwnLines(text: string, start: number, end: number): boolean {
  const lineEnd = text.indexOf('\n', end)
  return text.slice(lineStart(text, start), start).trim() === '' && text.slice(end, lineEnd < 0 ? text.length : lineEnd).trim() === ''
}

/** Where a directive begins with the comments that stand right above it, as the beginning of a line. */
export function startWithComments(text: string, start: number): number {
  let at = lineStart(text, start)
  while (at > 0) {
    const above = lineStart(text, at - 1)
    if (!/^[ \t]*#/.test(text.slice(above, at))) break
    at = above
  }
  return at
}
