import type { Items } from '../syntax/items.ts'
import { type Item, nameOf, type TextRange } from '../syntax/tree.ts'
import type { DocumentView } from './lib/view.ts'
import { apacheTokens } from './tokens/apache/tokens.ts'
import { knownNames } from './tokens/nginx/names.ts'
import { nginxTokens } from './tokens/nginx/tokens.ts'
import type { Token } from './tokens/token.ts'

/**
 * What a grammar cannot tell of a document: which variables are nginx's own, defined, or defined nowhere; parts of patterns; names of upstreams,
 * zones and process groups; parameters. In order, without overlap and none over a line break. `within`: only the items that touch it.
 */
export function semanticTokens(view: DocumentView, within: TextRange = { start: 0, end: view.source.text.length }): Token[] {
  const { text, tree } = view.source
  const configurations = view.configurations.map(({ configuration }) => configuration)
  const names = knownNames(configurations)
  const tokens: Token[] = []
  const walk = (items: Items, at: number, parent: string, macro: readonly string[]): void => {
    forEachWithin(items, at, within, (item, start) => {
      if (item.kind !== 'directive') return
      const from = tokens.length
      const coloured = { node: item, start, text, parent, add: (token: Token) => tokens.push(token) }
      if (start + item.text.length >= within.start) {
        if (tree.dialect === 'nginx') nginxTokens(coloured, names)
        else apacheTokens(coloured, macro)
        putInOrder(tokens, from, text)
      }
      const { block } = item
      if (!block || block.holds === 'code') return
      const name = nameOf(item)
      const inner = tree.dialect === 'apache' && name.toLowerCase() === 'macro' ? item.words.slice(2).map((word) => word.value) : macro
      walk(block.items, start + item.text.length, name, inner)
    })
  }
  walk(tree.items, 0, '', [])
  return tokens
}

/** Visits the items that touch a range; chunks outside of it are passed over. */
function forEachWithin(items: Items, start: number, within: TextRange, visit: (item: Item, start: number) => void): void {
  let at = start
  for (const part of items.chunks ?? items.leaves) {
    if (at > within.end) return
    if (at + part.width >= within.start) {
      if ('kind' in part) visit(part, at)
      else forEachWithin(part, at, within, visit)
    }
    at += part.width
  }
}

/** Sorts the tokens of one directive, leaves out what overlaps one before it, and cuts at line breaks. */
function putInOrder(tokens: Token[], from: number, text: string): void {
  if (tokens.length === from) return
  const own = tokens.splice(from).sort((a, b) => a.start - b.start || b.end - a.end)
  let end = 0
  for (const token of own) {
    if (token.start < end || token.end <= token.start) continue
    end = token.end
    let start = token.start
    for (const line of text.slice(token.start, token.end).split(/\r\n|\n|\r/)) {
      const at = text.indexOf(line, start)
      if (line !== '') tokens.push({ ...token, start: at, end: at + line.length })
      start = at + line.length
    }
  }
}
