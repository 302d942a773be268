import { itemAt } from '../../syntax/items.ts'
import type { Block, ConfigFile, Directive, Item, Word } from '../../syntax/tree.ts'
import type { NodeAt } from './view.ts'

/** Where a cursor stands in a file. All offsets are UTF-16 units of the file. */
export interface Cursor {
  readonly offset: number
  /** The blocks and sections around it, outermost first. */
  readonly around: readonly NodeAt[]
  readonly at: CursorPlace
}

export type CursorPlace =
  /** On the name of a directive, or (`directive` undefined) where one would begin. */
  | { readonly kind: 'name'; readonly directive: NodeAt | undefined; readonly start: number; readonly end: number }
  /** In an argument, or (`word` undefined) between arguments where one would begin; `index` 0 is the first. */
  | {
      readonly kind: 'argument'
      readonly directive: NodeAt
      readonly index: number
      readonly word: Word | undefined
      readonly start: number
      readonly end: number
      /** It is the first thing on its line, and the directive began on an earlier one: perhaps a new directive is meant. */
      readonly beginsLine: boolean
    }
  /** On what closes a block (`}`, `</Directory>`). */
  | { readonly kind: 'close'; readonly directive: NodeAt }
  | { readonly kind: 'comment'; readonly start: number; readonly end: number }
  /** In code of another language, or in text that is no directive. */
  | { readonly kind: 'other' }

/**
 * What stands at an offset. Between two things (`a|;`) the one that ends there counts: it is what was just typed.
 */
export function cursorAt(tree: ConfigFile, text: string, offset: number): Cursor {
  const around: NodeAt[] = []
  let items = tree.items
  let base = 0
  let holds: Block['holds'] = 'directives'
  for (;;) {
    // An item's white space stands before it: what ends at the cursor is the item of the character before.
    const found = itemEndingAt(items, offset - base) ?? itemAt(items, offset - base)
    if (!found) break
    const { item } = found
    const start = base + found.start
    if (item.kind === 'directive') {
      const headEnd = start + item.text.length
      if (offset < headEnd || (offset === headEnd && !endsHead(item, tree.dialect, text.charAt(headEnd - 1))))
        return { offset, around, at: placeInHead({ node: item, start }, text, offset) }
      if (!item.block) break
      const closeStart = headEnd + item.block.items.width
      const close = closeStart + leadOf(item.block.close)
      around.push({ node: item, start })
      if (item.block.close.length > leadOf(item.block.close) && offset > close && offset <= closeStart + item.block.close.length) {
        if (offset < closeStart + item.block.close.length || item.block.close.trimStart().startsWith('</')) {
          return { offset, around, at: { kind: 'close', directive: { node: item, start } } }
        }
        around.pop()
        break
      }
      holds = item.block.holds
      if (holds === 'code') return { offset, around, at: { kind: 'other' } }
      items = item.block.items
      base = headEnd
      continue
    }
    const lead = start + leadOf(item.text)
    if (item.kind === 'code') return { offset, around, at: { kind: 'other' } }
    if (offset <= lead && !(offset === lead && item.kind === 'unparsed')) break
    if (item.kind === 'comment') {
      if (offset <= start + item.width && !text.slice(lead, offset).includes('\n'))
        return { offset, around, at: { kind: 'comment', start: lead, end: start + item.width } }
      break
    }
    return { offset, around, at: { kind: 'other' } }
  }
  return { offset, around, at: behindDirective(tree, text, offset) ?? { kind: 'name', directive: undefined, start: offset, end: offset } }
}

/** Behind the blanks that follow a directive which has not ended, its next argument begins. */
function behindDirective(tree: ConfigFile, text: string, offset: number): CursorPlace | undefined {
  let end = offset
  while (end > 0 && /[ \t]/.test(text.charAt(end - 1))) end--
  if (end === offset || end === 0 || text.charAt(end - 1) === '\n') return undefined
  const { at } = cursorAt(tree, text, end)
  if ((at.kind !== 'name' && at.kind !== 'argument') || !at.directive) return undefined
  return {
    kind: 'argument',
    directive: at.directive,
    index: at.kind === 'name' ? 0 : at.index + 1,
    word: undefined,
    start: offset,
    end: offset,
    beginsLine: false,
  }
}

/** The name of the innermost block around the cursor, as written. */
export const blockAround = ({ around }: Cursor): Directive | undefined => around.at(-1)?.node

function itemEndingAt(items: ConfigFile['items'], offset: number): { item: Item; start: number } | undefined {
  return offset > 0 ? itemAt(items, offset - 1) : undefined
}

/** Whether the last character of a directive's head is what ends it: behind it something else begins. */
const endsHead = (directive: Directive, dialect: ConfigFile['dialect'], last: string): boolean =>
  dialect === 'nginx' ? directive.terminated && /[;{]/.test(last) : last === '\n' || (directive.block !== undefined && last === '>')

const leadOf = (text: string): number => text.length - text.trimStart().length

function placeInHead(directive: NodeAt, text: string, offset: number): CursorPlace {
  const { node, start } = directive
  const [name] = node.words
  const inNode = offset - start
  const comment = node.comments?.find((each) => inNode > each.start && inNode <= each.end)
  if (comment) return { kind: 'comment', start: start + comment.start, end: start + comment.end }
  // A section's bracket belongs to its name.
  const nameStart = name ? name.start - (text.charAt(start + name.start - 1) === '<' ? 1 : 0) : 0
  if (!name || inNode < nameStart) return { kind: 'name', directive: undefined, start: offset, end: offset }
  if (inNode <= name.end) return { kind: 'name', directive, start: start + name.start, end: start + name.end }
  let index = 0
  for (const word of node.words.slice(1)) {
    if (inNode < word.start) break
    if (inNode <= word.end) {
      return {
        kind: 'argument',
        directive,
        index,
        word,
        start: start + word.start,
        end: start + word.end,
        beginsLine: beginsLine(text, start + name.end, start + word.start),
      }
    }
    index++
  }
  return { kind: 'argument', directive, index, word: undefined, start: offset, end: offset, beginsLine: beginsLine(text, start + name.end, offset) }
}

/** Whether nothing but white space stands on its line before an offset, and `after` stands on an earlier line. */
function beginsLine(text: string, after: number, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  return lineStart > after && text.slice(lineStart, offset).trim() === '' && text.charAt(text.lastIndexOf('\n', offset - 1) - 1) !== '\\'
}
