import type { DocumentSymbol } from 'vscode-languageserver-types'
import { forEachItem, type Items } from '../syntax/items.ts'
import type { Directive } from '../syntax/tree.ts'
import { derived } from '../workspace/derived.ts'
import type { DocumentView } from './lib/view.ts'
import { apacheSymbol } from './symbols/apache/names.ts'
import { ofNode } from './symbols/named.ts'
import { nginxSymbol } from './symbols/nginx/names.ts'

/** The outline of a document: its blocks and sections, and what it includes and names. */
export const documentSymbols = (view: DocumentView): DocumentSymbol[] => symbolsOf(view.source)

const symbolsOf = derived(({ tree, lines }: DocumentView['source']): DocumentSymbol[] => {
  const rangeOf = (start: number, end: number): DocumentSymbol['range'] => ({ start: lines.positionAt(start), end: lines.positionAt(end) })
  const inside = (items: Items, at: number): DocumentSymbol[] => {
    const symbols: DocumentSymbol[] = []
    forEachItem(items, at, (item, start) => {
      if (item.kind !== 'directive') return
      const nameable = ofNode(item, tree.dialect)
      const symbol = tree.dialect === 'nginx' ? nginxSymbol(nameable, item.block !== undefined) : apacheSymbol(nameable, item.block !== undefined)
      if (!symbol) return
      const { block, words } = item
      const first = start + beginOf(item)
      const selected = rangeOf(first, start + (words.at(-1)?.end ?? item.text.length))
      symbols.push({
        ...symbol,
        range: rangeOf(first, start + item.width),
        selectionRange: selected,
        ...(block?.holds === 'directives' ? { children: inside(block.items, start + item.text.length) } : {}),
      })
    })
    return symbols
  }
  return inside(tree.items, 0)
})

/** Where a directive begins in its own text: at its bracket or its first word. */
const beginOf = ({ text }: Directive): number => text.length - text.trimStart().length
