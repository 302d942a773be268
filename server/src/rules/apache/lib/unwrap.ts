import { type PlacedDirective, placeOfDirective, placeOfWhole } from '../../../configuration/placed.ts'
import type { FindingEdit } from '../../rule.ts'

/** Takes a section's opening and closing lines away and leaves what stands between them. */
export function unwrap(section: PlacedDirective): FindingEdit[] {
  const { path, text } = section.source
  const { block } = section.node
  if (!block || block.close.trim() === '') return []
  const opening = placeOfDirective(section)
  const whole = placeOfWhole(section)
  const lineStart = text.lastIndexOf('\n', opening.start - 1) + 1
  const close = block.close.length - block.close.trimStart().length
  const closeStart = whole.end - block.close.length
  if (close === 0 || text.charAt(opening.end) !== '\n') return []
  return [
    { path, start: text.slice(lineStart, opening.start).trim() === '' ? lineStart : opening.start, end: opening.end + 1, newText: '' },
    { path, start: Math.max(closeStart, opening.end + 1), end: whole.end, newText: '' },
  ]
}
