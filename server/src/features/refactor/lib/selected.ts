import { forEachItem, type Items, itemAt } from '../../../syntax/items.ts'
import type { Comment, Directive, TextRange } from '../../../syntax/tree.ts'
import type { DocumentView, NodeAt } from '../../lib/view.ts'

/** Whole directives, with the comments between them, that stand one after the other in one block. */
export interface Selected {
  readonly items: readonly (NodeAt | { readonly node: Comment; readonly start: number })[]
  readonly directives: readonly NodeAt[]
  /** The blocks around, outermost first. */
  readonly around: readonly NodeAt[]
  /** From the first word of the first to the end of the last. */
  readonly start: number
  readonly end: number
}

/** What is selected; undefined where that is not whole directives. With nothing selected it is the directive at the cursor. */
export function selectedIn({ source: { text, tree } }: DocumentView, selection: TextRange): Selected | undefined {
  const isCursor = selection.start === selection.end
  let { start, end } = selection
  if (!isCursor) {
    while (start < end && isBlank(text, start)) start++
    while (end > start && isBlank(text, end - 1)) end--
    if (start === end) return undefined
  }
  const around: NodeAt[] = []
  let items: Items = tree.items
  let base = 0
  for (;;) {
    const found = itemAt(items, start - base)
    if (found?.item.kind !== 'directive' || found.item.block?.holds !== 'directives') break
    const at = base + found.start
    const inside = at + found.item.text.length
    const close = at + found.item.width - found.item.block.close.trimStart().length
    if (start < inside || end > close || (isCursor && start >= close)) break
    around.push({ node: found.item, start: at })
    items = found.item.block.items
    base = inside
  }
  const chosen: { node: Directive | Comment; start: number }[] = []
  let isWhole = true
  forEachItem(items, base, (item, at) => {
    const first = at + item.text.length - item.text.trimStart().length
    const last = at + item.text.trimEnd().length + (item.kind === 'directive' && item.block ? item.width - item.text.trimEnd().length : 0)
    const touches = isCursor ? start >= first && start <= last && item.kind === 'directive' : first < end && last > start
    if (!touches || (chosen.length > 0 && isCursor)) return
    if (item.kind !== 'directive' && item.kind !== 'comment') isWhole = false
    else if (!isCursor && (first < start || last > end)) isWhole = false
    else if (item.kind === 'comment' && item.hole !== undefined) isWhole = false
    else chosen.push({ node: item, start: at })
  })
  const directives = chosen.filter((each): each is NodeAt => each.node.kind === 'directive')
  const [first] = chosen
  const last = chosen.at(-1)
  if (!isWhole || directives.length === 0 || !first || !last) return undefined
  const lead = first.node.text.length - first.node.text.trimStart().length
  const lastEnd = last.node.kind === 'directive' && last.node.block ? last.start + last.node.width : last.start + last.node.text.trimEnd().length
  return { items: chosen as Selected['items'], directives, around, start: first.start + lead, end: lastEnd }
}

const isBlank = (text: string, at: number): boolean => /\s/.test(text.charAt(at))

/** Whether the lines of some directives can be moved in and out: no word goes over a line, and nothing of another language is inside. */
export function canIndent(directives: readonly NodeAt[], text: string): boolean {
  const movable = (node: Directive, start: number): boolean => {
    if (node.words.some((word) => text.slice(start + word.start, start + word.end).includes('\n'))) return false
    if (node.block?.holds === 'code') return false
    let fine = true
    if (node.block)
      forEachItem(node.block.items, start + node.text.length, (item, at) => {
        if (item.kind === 'directive' && fine) fine = movable(item, at)
      })
    return fine
  }
  return directives.every(({ node, start }) => movable(node, start))
}

/** Lines moved from one indentation to another; blank ones stay empty. */
export const reindent = (text: string, from: string, to: string): string =>
  text
    .split('\n')
    .map((line, i) => (line.trim() === '' ? line.trimEnd() : i === 0 ? to + line : to + (line.startsWith(from) ? line.slice(from.length) : line.trimStart())))
    .join('\n')
