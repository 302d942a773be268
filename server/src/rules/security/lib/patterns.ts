import { type ByteSet, overlap } from '../../../regex/bytes.ts'
import { type CapturingGroup, childrenOf, type RegexNode } from '../../../regex/tree.ts'
import type { PlacedRegex } from '../../../site/nginx/regexes.ts'
import type { FindingEdit } from '../../rule.ts'

/** Writes another pattern in the place of one; undefined where it is not written letter by letter, or would need quotes. */
export function replacePattern(regex: PlacedRegex, pattern: string): FindingEdit | undefined {
  const { path, start, end } = regex.at
  const written = regex.directive.source.text.slice(start, end)
  const { source } = regex.pattern
  if (/[^\x20-\x7e]/.test(source)) return undefined
  const quoted = /^["']/.test(written)
  if (quoted ? pattern.includes(written.charAt(0)) : /[\s;{}"']/.test(pattern)) return undefined
  // nginx takes two backslashes for one, and one that is before most characters for itself.
  for (const form of [(text: string) => text, (text: string) => text.replaceAll('\\', '\\\\')]) {
    const from = form(source)
    const at = written.indexOf(from)
    if (at >= 0 && !written.includes(from, at + 1)) return { path, start: start + at, end: start + at + from.length, newText: form(pattern) }
  }
  return undefined
}

/** The pattern with classes of a group changed so that they leave some bytes out; undefined where that cannot be written simply. */
export function leavingOut(source: string, group: CapturingGroup, bytes: ByteSet, written: string): string | undefined {
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = []
  const visit = (node: RegexNode): boolean => {
    if (node.type !== 'class') return childrenOf(node).every(visit)
    if (!overlap(node.set, bytes)) return true
    const text = source.slice(node.start, node.end)
    const made = text === '.' ? `[^${written}]` : text.startsWith('[^') ? `${text.slice(0, -1)}${written}]` : undefined
    if (made !== undefined) edits.push({ start: node.start, end: node.end, text: made })
    return made !== undefined
  }
  if (!visit(group.body) || edits.length === 0) return undefined
  let made = source
  for (const { start, end, text } of edits.reverse()) made = made.slice(0, start) + text + made.slice(end)
  return made
}
