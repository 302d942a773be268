import { eachItem, type Items } from '../../server/src/syntax/items.ts'
import { parse } from '../../server/src/syntax/parse.ts'
import type { Dialect, Hole } from '../../server/src/syntax/tree.ts'

/** What a server reads of a file, item by item: each word as it is written, where blocks begin and end, comments, and code to the letter. */
export function showSource(text: string, dialect: Dialect, holes: readonly Hole[]): string {
  const lines: string[] = []
  show(parse(text, dialect, holes).items, lines)
  return lines.join('\n')
}

function show(items: Items, lines: string[]): void {
  for (const item of eachItem(items)) {
    if (item.kind !== 'directive') {
      lines.push(`${item.kind} ${withoutLead(item.text)}`)
      continue
    }
    const words = item.words.map(({ start, end, value }) => `${JSON.stringify(item.text.slice(start, end))}=${JSON.stringify(value)}`)
    const comments = (item.comments ?? []).map(({ start, end }) => item.text.slice(start, end).trimEnd())
    lines.push(`directive ${[...words, ...comments].join(' ')}${item.terminated ? '' : ' unterminated'}`)
    if (!item.block) continue
    lines.push(`begin ${item.block.holds}`)
    show(item.block.items, lines)
    // An empty continued line before the closing one is white space too.
    lines.push(`end ${withoutLead(item.block.close)}`)
  }
}

const withoutLead = (text: string): string => text.replace(/^(\\\r?\n|\s)+/, '').trimEnd()
