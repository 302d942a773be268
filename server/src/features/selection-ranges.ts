import type { SelectionRange } from 'vscode-languageserver-types'
import type { TextRange } from '../syntax/tree.ts'
import { cursorAt } from './lib/cursor.ts'
import type { DocumentView, NodeAt } from './lib/view.ts'

/** What a growing selection takes in: a part of a word, the word, all arguments, the directive, what its block holds, the block, and so on outwards. */
export function selectionRange({ source: { tree, text, lines } }: DocumentView, offset: number): SelectionRange {
  const { around, at } = cursorAt(tree, text, offset)
  /** From the file inwards. */
  const ranges: TextRange[] = [{ start: 0, end: text.length }]
  for (const block of around) ranges.push(wholeOf(block), insideOf(block, text))
  if (at.kind === 'comment') ranges.push(at, { start: Math.min(at.end, at.start + 1), end: at.end }, ...partsOf(text, at, offset))
  else if (at.kind === 'close')
    ranges.push({ start: wholeOf(at.directive).end - (at.directive.node.block?.close.trimStart().length ?? 0), end: wholeOf(at.directive).end })
  else if ((at.kind === 'name' || at.kind === 'argument') && at.directive) {
    const { node, start } = at.directive
    const [name] = node.words
    const last = node.words.at(-1)
    ranges.push(wholeOf(at.directive), { start: wholeOf(at.directive).start, end: start + node.text.trimEnd().length })
    if (name && last) {
      ranges.push({ start: start + name.start, end: start + last.end })
      const first = node.words[1]
      if (at.kind === 'argument' && first) ranges.push({ start: start + first.start, end: start + last.end })
    }
    ranges.push(at)
    const isQuoted = at.kind === 'argument' && at.word?.quote !== undefined && at.end - at.start >= 2
    const content = isQuoted ? { start: at.start + 1, end: at.end - (text.charAt(at.end - 1) === at.word?.quote ? 1 : 0) } : at
    ranges.push(content, ...partsOf(text, content, offset))
  }
  let chain: SelectionRange | undefined
  let before: TextRange | undefined
  for (const range of ranges) {
    if (range.start > offset || range.end < offset) continue
    // Each lies within the one before it, and is smaller.
    if (before && (range.start < before.start || range.end > before.end || (range.start === before.start && range.end === before.end))) continue
    chain = { range: { start: lines.positionAt(range.start), end: lines.positionAt(range.end) }, ...(chain ? { parent: chain } : {}) }
    before = range
  }
  return chain ?? { range: { start: lines.positionAt(offset), end: lines.positionAt(offset) } }
}

/** A directive with its block, from its first word or bracket. */
function wholeOf({ node, start }: NodeAt): TextRange {
  const lead = node.text.length - node.text.trimStart().length
  const end = node.block ? start + node.width : start + node.text.trimEnd().length
  return { start: start + lead, end }
}

/** What stands between the lines that open and close a block. */
function insideOf({ node, start }: NodeAt, text: string): TextRange {
  const from = start + node.text.length
  const to = start + node.width - (node.block?.close.length ?? 0)
  const inside = text.slice(from, to)
  return {
    start: from + (inside.length - inside.trimStart().length),
    end: Math.max(from + inside.trimEnd().length, from + (inside.length - inside.trimStart().length)),
  }
}

/** The segment of a path or URL at an offset, the variable, the plain word. */
function partsOf(text: string, within: TextRange, offset: number): TextRange[] {
  const parts: TextRange[] = []
  for (const form of [
    /[^\s/?&#"']+/g,
    /\$\{[^}\s]*\}|\$\w+|%\{[^}\s]*\}|[^\s/?&#"'$%{}:=,;()|]+/g,
    /[A-Za-z0-9_\u0080-\uffff-]+/g,
    /[A-Za-z0-9\u0080-\uffff]+/g,
  ]) {
    for (const match of text.slice(within.start, within.end).matchAll(form)) {
      const start = within.start + match.index
      if (start > offset) break
      if (start + match[0].length >= offset) {
        parts.push({ start, end: start + match[0].length })
        break
      }
    }
  }
  return parts
}
