import { makeLineIndex } from '../syntax/line-index.ts'
import type { Edit, Fix } from './problem.ts'
import type { FileReport } from './report.ts'

/** A new text in place of a part of one text: offsets in UTF-16 units, `end` excluded. */
export interface Replacement {
  readonly start: number
  readonly end: number
  readonly newText: string
}

/** A text after edits to it; undefined where they overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string | undefined {
  const lines = makeLineIndex(text)
  const placed = edits.map((edit) => ({ start: lines.offsetAt(edit.range.start), end: lines.offsetAt(edit.range.end), newText: edit.newText }))
  placed.sort((a, b) => a.start - b.start || a.end - b.end)
  return applyReplacements(text, placed)
}

/** A text after replacements in their order; undefined where they overlap. */
export function applyReplacements(text: string, replacements: readonly Replacement[]): string | undefined {
  const parts: string[] = []
  let at = 0
  for (const { start, end, newText } of replacements) {
    if (start < at) return undefined
    parts.push(text.slice(at, start), newText)
    at = end
  }
  parts.push(text.slice(at))
  return parts.join('')
}

/** The first safe fix of each problem, in order, without those that touch what an earlier one touches. */
export function compatibleFixes(reports: readonly FileReport[]): Fix[] {
  const taken = new Map<string, Edit[]>()
  const chosen: Fix[] = []
  for (const problem of reports.flatMap((report) => report.problems)) {
    const fix = problem.fixes?.find((each) => each.safe && each.edits.length > 0)
    if (!fix || fix.edits.some((edit) => (taken.get(edit.path) ?? []).some((other) => touch(edit, other)))) continue
    for (const edit of fix.edits) taken.set(edit.path, [...(taken.get(edit.path) ?? []), edit])
    chosen.push(fix)
  }
  return chosen
}

function touch(a: Edit, b: Edit): boolean {
  const before = (x: Edit['range']['start'], y: Edit['range']['start']): boolean => x.line < y.line || (x.line === y.line && x.character < y.character)
  return !before(a.range.end, b.range.start) && !before(b.range.end, a.range.start)
}
