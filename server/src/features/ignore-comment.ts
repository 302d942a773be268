import type { Edit, Problem } from '../problem/problem.ts'

/**
 * The edit that silences a problem by a comment above its line, with that line's indentation. Never between a
 * line that ends in a backslash and what continues it: then above the first line of the whole.
 */
export function ignoreHere(path: string, text: string, problem: Problem): Edit {
  const lines = text.split('\n')
  let line = problem.range.start.line
  while (line > 0 && /\\\r?$/.test(lines[line - 1] ?? '')) line--
  const indent = /^[ \t]*/.exec(lines[line] ?? '')?.[0] ?? ''
  const end = (lines[line] ?? '').endsWith('\r') ? '\r\n' : '\n'
  const at = { line, character: 0 }
  return { path, range: { start: at, end: at }, newText: `${indent}# webconf: ignore ${problem.rule} -- ${end}` }
}
