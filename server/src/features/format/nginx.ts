import { forEachItem, type Items } from '../../syntax/items.ts'
import { isSpace } from '../../syntax/nginx/characters.ts'
import { type Block, type ConfigFile, type Directive, type Item, nameOf, type TextRange } from '../../syntax/tree.ts'
import { beginLine, indentation, keepsMargin, type Layout, lineFeeds, setGap, widestBlockOnOneLine } from './layout.ts'
import { type Cell, goesOn, type Row, setRows } from './rows.ts'

/** Lays out a file of nginx without faults. */
export function layOutNginx(layout: Layout, file: ConfigFile): void {
  layOutItems(layout, file.items, 0, 0, 'directives')
  setGap(layout, file.items.width, file.width, file.items.count === 0 ? '' : layout.lineEnd)
}

function layOutItems(layout: Layout, items: Items, start: number, depth: number, holds: Block['holds']): void {
  const { text } = layout
  let rows: NginxRow[] = []
  /** The row that the line read last belongs to. */
  let row: NginxRow | undefined
  let afterBlankLine = false
  /** The line has a tag of a template outside any directive: what stands beside it stays there. */
  let onTagLine = false
  const flush = (): void => {
    setRows(layout, rows, depth)
    rows = []
    row = undefined
  }
  forEachItem(items, start, (item, at) => {
    const begin = at + leadOf(item.text)
    const feeds = lineFeeds(text, at, begin)
    if (feeds > 0) onTagLine = false
    if (feeds > 1) afterBlankLine = true
    if (item.kind === 'comment') {
      if (item.hole !== undefined) {
        onTagLine = true
        row = undefined
        if (item.hole !== 'value' && (feeds > 0 || at === 0)) beginLine(layout, at, begin, keepsMargin(text, begin) ? 0 : depth)
        return
      }
      trimEnd(layout, item.text, at)
      if (onTagLine) return
      const cell = { from: at, start: begin, end: at + item.width }
      if (feeds === 0 && at > 0) {
        if (row && !row.comment) row.comment = cell
        else setGap(layout, at, begin, ' ')
      } else if (goesOn(layout, row, cell)) row?.below.push(cell)
      else {
        beginLine(layout, at, begin, depth)
        if (feeds > 1) row = undefined
      }
      return
    }
    if (item.kind !== 'directive') return
    if (!onTagLine) beginLine(layout, at, begin, depth)
    const onOneLine = isOnOneLine(item, depth * layout.step)
    const isBlock = item.block !== undefined
    const before = rows.at(-1)
    const follows = before !== undefined && !afterBlankLine && isBlock === before.isBlock
    afterBlankLine = false
    const own = headerOf(layout, item, at, depth, holds === 'entries' ? undefined : nameOf(item), follows, onOneLine)
    if (item.block && onOneLine) layOutOnOneLine(layout, item.block, at + item.text.length)
    if (onTagLine || (item.block && !onOneLine)) {
      flush()
      setRows(layout, [own], depth)
      if (item.block && !onOneLine) layOutBlock(layout, item.block, at + item.text.length, depth)
      return
    }
    rows.push(own)
    row = own
  })
  flush()
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
    setGap(layout, at, at + leadOf(item.text), ' ')
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

/** A row that knows whether it is a block: only rows of one kind are put below each other. */
interface NginxRow extends Row {
  readonly isBlock: boolean
}

/** Lays out what stands around a directive's words; gives the row that the words themselves make. */
function headerOf(layout: Layout, item: Directive, at: number, depth: number, name: string | undefined, follows: boolean, onOneLine: boolean): NginxRow {
  const { cells, broken, ends, isWhole, isCutByComment } = partsOf(layout, item, at)
  const mark = at + item.text.length - 1
  let rest = isWhole ? 1 : undefined
  if (ends) {
    const opens = item.block !== undefined
    if (isCutByComment) setGap(layout, ends.start, ends.end, layout.lineEnd + indentation(layout, depth))
    else if (onOneLine && isWhole) {
      cells.push({ from: ends.start, start: mark, end: mark + 1 })
      rest = item.block ? widthOnOneLine(item.block) : undefined
    } else setGap(layout, ends.start, ends.end, opens ? ' ' : '')
  }
  return { name, follows, cells, rest, broken, comment: undefined, below: [], isBlock: item.block !== undefined }
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
      trimEnd(layout, item.text.slice(piece.start, piece.end), cell.start)
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

/** White space at the end of a comment that ends at the end of `text`. */
function trimEnd(layout: Layout, text: string, at: number): void {
  let end = text.length
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--
  setGap(layout, at + end, at + text.length, '')
}

/** How much white space an item's text begins with. */
function leadOf(text: string): number {
  let lead = 0
  while (lead < text.length && isSpace(text.charCodeAt(lead))) lead++
  return lead
}

function endsInTag(items: Items): boolean {
  let last: Item | undefined
  forEachItem(items, 0, (item) => {
    last = item
  })
  return last?.kind === 'comment' && last.hole !== undefined
}

const isBlank = (ch: number): boolean => ch === 32 || ch === 9
