import { forEachItem, type Items } from '../../syntax/items.ts'
import { isSpace } from '../../syntax/nginx/characters.ts'
import { type Block, type Comment, type ConfigFile, type Directive, type Item, nameOf, type TextRange, type Word } from '../../syntax/tree.ts'
import { beginLine, deepestNesting, indentation, keepsMargin, type Layout, lineFeeds, setGap, widestBlockOnOneLine } from './layout.ts'
import { type Cell, goesOn, type Row, setRows } from './rows.ts'

/** Lays out a file of nginx without faults. */
export function layOutNginx(layout: Layout, file: ConfigFile): void {
  layOutItems(layout, file.items, 0, 0, 'directives')
  // A backslash at the very end, in a template, would take a line end into its word.
  if (layout.text.charCodeAt(file.items.width - 1) !== 92) setGap(layout, file.items.width, file.width, file.items.count === 0 ? '' : layout.lineEnd)
}

/** A simple directive, or a block on one line, that waits for the rest of its table. */
interface Waiting {
  readonly item: Directive
  readonly at: number
  readonly name: string | undefined
  readonly follows: boolean
  comment: Cell | undefined
  below: Cell[] | undefined
}

function layOutItems(layout: Layout, items: Items, start: number, depth: number, holds: Block['holds']): void {
  const { text } = layout
  if (depth > deepestNesting) {
    layout.isTooDeep = true
    return
  }
  let waiting: Waiting[] = []
  /** Something among what waits has more to it than words with single spaces between. */
  let needed = layout.options.align
  /** What the line read last belongs to. */
  let last: Waiting | undefined
  let afterBlankLine = false
  /** The line has a tag of a template outside any directive: what stands beside it stays there. */
  let onTagLine = false
  const flush = (): void => {
    if (needed) setRows(layout, waiting.map(asRow), depth)
    needed = layout.options.align
    waiting = []
    last = undefined
  }
  const asRow = (each: Waiting): Row => rowOf(layout, each, depth)
  const layOutComment = (item: Comment, at: number, begin: number, feeds: number): void => {
    if (item.hole !== undefined) {
      onTagLine = true
      last = undefined
      if (item.hole !== 'value' && (feeds > 0 || at === 0)) beginLine(layout, at, begin, keepsMargin(text, begin) ? 0 : depth)
      return
    }
    const cell = { from: at, start: begin, end: at + item.width }
    trimEnd(layout, cell)
    if (onTagLine) return
    if (feeds === 0 && at > 0) {
      if (last && !last.comment) {
        last.comment = cell
        needed = true
      } else setGap(layout, at, begin, ' ')
    } else if (last?.comment && goesOn(layout, last.comment, cell)) {
      last.below ??= []
      last.below.push(cell)
    } else {
      beginLine(layout, at, begin, depth)
      if (feeds > 1) last = undefined
    }
  }
  forEachItem(items, start, (item, at) => {
    const begin = contentOf(text, at, at + item.width)
    const feeds = lineFeeds(text, at, begin)
    if (feeds > 0) onTagLine = false
    if (feeds > 1) afterBlankLine = true
    if (item.kind === 'comment') layOutComment(item, at, begin, feeds)
    if (item.kind !== 'directive') return
    if (!onTagLine) beginLine(layout, at, begin, depth)
    const { block } = item
    const onOneLine = block !== undefined && isOnOneLine(item, depth * layout.step)
    const before = waiting[waiting.length - 1]
    const follows = before !== undefined && !afterBlankLine && (block === undefined) === (before.item.block === undefined)
    afterBlankLine = false
    const own: Waiting = { item, at, name: holds === 'entries' ? undefined : nameOf(item), follows, comment: undefined, below: undefined }
    const isPlain = isSpacedPlainly(text, item, at)
    if (block && onOneLine) layOutOnOneLine(layout, block, at + item.text.length)
    if (onTagLine || (block && !onOneLine)) {
      flush()
      if (!isPlain) setRows(layout, [asRow(own)], depth)
      if (block && !onOneLine) layOutBlock(layout, block, at + item.text.length, depth)
      return
    }
    if (!isPlain) needed = true
    waiting.push(own)
    last = own
  })
  flush()
}

/** Whether a directive has single spaces between its words, none before its terminator and one before its brace, all on one line, as it should be. */
function isSpacedPlainly(text: string, item: Directive, at: number): boolean {
  const { words } = item
  if (item.comments || !item.terminated) return false
  for (let i = 1; i < words.length; i++) {
    const from = (words[i - 1] as Word).end
    if ((words[i] as Word).start !== from + 1 || text.charCodeAt(at + from) !== 32) return false
  }
  const gap = item.text.length - 1 - (words[words.length - 1] as Word).end
  return item.block ? gap === 1 && text.charCodeAt(at + item.text.length - 2) === 32 : gap === 0
}

function layOutBlock(layout: Layout, block: Block, start: number, depth: number): void {
  const close = start + block.items.width
  if (block.holds === 'code') {
    // Only the closing brace is ours, where it stands on a line of its own.
    let blank = close
    while (blank > start && isBlank(layout.text.charCodeAt(blank - 1))) blank--
    if (layout.text.charCodeAt(blank - 1) === 10) setGap(layout, blank, close, indentation(layout, depth))
    return
  }
  layOutItems(layout, block.items, start, depth + 1, block.holds)
  const brace = close + block.close.length - 1
  const feeds = lineFeeds(layout.text, close, brace)
  if (block.items.count === 0) setGap(layout, close, brace, feeds === 0 ? '' : layout.lineEnd + indentation(layout, depth))
  else if (feeds > 0 || !endsInTag(block.items)) beginLine(layout, close, brace, depth)
}

function layOutOnOneLine(layout: Layout, block: Block, start: number): void {
  forEachItem(block.items, start, (item, at) => {
    if (item.kind !== 'directive') return
    setGap(layout, at, contentOf(layout.text, at, at + item.width), ' ')
    const { cells, ends } = partsOf(layout, item, at)
    for (const { from, start: to } of cells.slice(1)) setGap(layout, from, to, ' ')
    if (ends) setGap(layout, ends.start, ends.end, '')
  })
  const close = start + block.items.width
  setGap(layout, close, close + block.close.length - 1, block.items.count === 0 ? '' : ' ')
}

/** A block of simple directives that is written on one line stays there, if that does not make the line too long. */
function isOnOneLine(item: Directive, indent: number): boolean {
  const { block } = item
  if (!block || block.lines > 0 || block.holds === 'code' || item.comments) return false
  let width = indent + widthOf(item) + 3
  let simple = true
  forEachItem(block.items, 0, (inner) => {
    if (inner.kind !== 'directive' || inner.block || inner.comments || !inner.terminated) simple = false
    else width += widthOf(inner) + 1
  })
  return simple && width <= widestBlockOnOneLine
}

/** A directive's width with one space between its words, and its terminator or the space before its brace. */
const widthOf = ({ words }: Directive): number => words.reduce((sum, word) => sum + word.end - word.start + 1, 0)

/** The row that a directive's words make; its gaps that begin no line are set, and what stands before its end. */
function rowOf(layout: Layout, { item, at, name, follows, comment, below }: Waiting, depth: number): Row {
  const { cells, broken, ends, isWhole, isCutByComment } = partsOf(layout, item, at)
  const mark = at + item.text.length - 1
  let rest = isWhole ? 1 : undefined
  if (ends) {
    const { block } = item
    if (isCutByComment) setGap(layout, ends.start, ends.end, layout.lineEnd + indentation(layout, depth))
    else if (block && isWhole && isOnOneLine(item, depth * layout.step)) {
      cells.push({ from: ends.start, start: mark, end: mark + 1 })
      rest = widthOnOneLine(block)
    } else setGap(layout, ends.start, ends.end, block ? ' ' : '')
  }
  return { name, follows, cells, rest, broken, comment, below: below ?? [] }
}

/** From behind the opening brace to behind the closing one; undefined where that is not known. */
function widthOnOneLine(block: Block): number | undefined {
  let width: number | undefined = block.items.count === 0 ? 1 : 2
  forEachItem(block.items, 0, (inner) => {
    const known =
      inner.kind === 'directive' && inner.words.every((word, i) => !word.holes && !hasTabOrFeed(inner.text, word) && word.start !== inner.words[i - 1]?.end)
    width = known && width !== undefined ? width + widthOf(inner) + 1 : undefined
  })
  return width
}

interface Parts {
  /** The words of the first line, as far as the gaps before them may change. */
  readonly cells: Cell[]
  /** What begins further lines. */
  readonly broken: Cell[]
  /** The gap before the terminator or the opening brace, where it may change. */
  readonly ends: TextRange | undefined
  /** The cells are all that the directive has. */
  readonly isWhole: boolean
  /** A comment before the terminator: that cannot go up to the words. */
  readonly isCutByComment: boolean
}

/** Sorts a directive's words and comments by the lines that they stand on, and makes single spaces of the gaps that do not begin a line. */
function partsOf(layout: Layout, item: Directive, at: number): Parts {
  const { text } = layout
  const pieces = piecesOf(item)
  const first = pieces[0]
  const cells: Cell[] = []
  const broken: Cell[] = []
  if (!first) return { cells, broken, ends: undefined, isWhole: false, isCutByComment: false }
  cells.push({ from: at + first.start, start: at + first.start, end: at + first.end })
  // What a template puts in may need its surroundings as they are.
  const filled = item.words.some((word) => word.holes) || item.comments?.some(({ start }) => item.text.charCodeAt(start) !== 35 /* # */) === true
  let isWhole = !filled && !hasTabOrFeed(item.text, first)
  for (let i = 1; i < pieces.length && !filled; i++) {
    const from = at + (pieces[i - 1] as Piece).end
    const piece = pieces[i] as Piece
    const cell = { from, start: at + piece.start, end: at + piece.end }
    // A bracket behind a quote is a word of its own.
    if (cell.from === cell.start) isWhole = false
    else if (lineFeeds(text, cell.from, cell.start) > 0) {
      broken.push(cell)
      isWhole = false
    } else if (isWhole && !piece.isComment) cells.push(cell)
    else setGap(layout, cell.from, cell.start, ' ')
    if (piece.isComment) {
      isWhole = false
      trimEnd(layout, cell)
    } else if (hasTabOrFeed(item.text, piece)) isWhole = false
  }
  const last = pieces.at(-1)
  const ends = item.terminated && last && !filled ? { start: at + last.end, end: at + item.text.length - 1 } : undefined
  return { cells, broken, ends, isWhole, isCutByComment: last?.isComment === true }
}

interface Piece extends TextRange {
  readonly isComment: boolean
}

function piecesOf({ words, comments }: Directive): Piece[] {
  const pieces: Piece[] = words.map(({ start, end }) => ({ start, end, isComment: false }))
  if (!comments) return pieces
  pieces.push(...comments.map(({ start, end }) => ({ start, end, isComment: true })))
  return pieces.sort((a, b) => a.start - b.start)
}

/** Columns behind such a word are not known. */
const hasTabOrFeed = (text: string, { start, end }: TextRange): boolean => {
  for (let i = start; i < end; i++) if (text.charCodeAt(i) === 9 || text.charCodeAt(i) === 10) return true
  return false
}

/** White space at the end of a comment. */
function trimEnd(layout: Layout, { start, end }: TextRange): void {
  let to = end
  while (to > start && isSpace(layout.text.charCodeAt(to - 1))) to--
  if (to < end) setGap(layout, to, end, '')
}

/** Where the white space that an item begins with ends. */
function contentOf(text: string, from: number, to: number): number {
  let at = from
  while (at < to && isSpace(text.charCodeAt(at))) at++
  return at
}

function endsInTag(items: Items): boolean {
  let last: Item | undefined
  forEachItem(items, 0, (item) => {
    last = item
  })
  return last?.kind === 'comment' && last.hole !== undefined
}

const isBlank = (ch: number): boolean => ch === 32 || ch === 9
