import { apacheDirectives } from '../../catalog/apache/catalog.ts'
import { isSpace } from '../../syntax/apache/words.ts'
import { forEachItem, type Items } from '../../syntax/items.ts'
import { type Block, type ConfigFile, type Directive, nameOf } from '../../syntax/tree.ts'
import { beginLine, deepestNesting, indentation, keepsMargin, type Layout, lineFeeds, setGap } from './layout.ts'
import { type Cell, type Row, setRows } from './rows.ts'

/** Lays out a file of Apache whose sections are all closed. */
export function layOutApache(layout: Layout, file: ConfigFile): void {
  layOutItems(layout, file.items, 0, 0)
  const { text } = layout
  const tail = file.items.width
  // A backslash at the very end continues nothing; before a line end it would.
  if (isBlankFrom(text, tail, file.width) && text.charCodeAt(tail - 1) !== backslash)
    setGap(layout, tail, file.width, file.items.count === 0 ? '' : layout.lineEnd)
}

function layOutItems(layout: Layout, items: Items, start: number, depth: number): void {
  const { text } = layout
  if (depth > deepestNesting) {
    layout.isTooDeep = true
    return
  }
  let rows: Row[] = []
  let afterBlankLine = false
  const flush = (): void => {
    setRows(layout, rows, depth)
    rows = []
  }
  forEachItem(items, start, (item, at) => {
    if (item.kind === 'code') return
    const begin = at + leadOf(item.text)
    if (lineFeeds(text, at, begin) > 1) afterBlankLine = true
    if (item.kind === 'comment') {
      if (item.hole !== 'value') beginLogicalLine(layout, at, begin, item.hole !== undefined && keepsMargin(text, begin) ? 0 : depth)
      return
    }
    beginLogicalLine(layout, at, begin, depth)
    if (item.kind !== 'directive') return
    const row = rowOf(layout, item, at, rows.length > 0 && !afterBlankLine)
    afterBlankLine = false
    if (!item.block) {
      if (row) rows.push(row)
      return
    }
    flush()
    if (row) setRows(layout, [row], depth)
    layOutBlock(layout, item.block, at + item.text.length, depth)
  })
  flush()
}

function layOutBlock(layout: Layout, block: Block, start: number, depth: number): void {
  if (block.holds === 'directives') layOutItems(layout, block.items, start, depth + 1)
  const close = start + block.items.width
  const begin = close + leadOf(block.close)
  const isEmpty = block.items.count === 0 && layout.text.charCodeAt(close - 1) !== backslash && isBlankFrom(layout.text, close, begin)
  if (isEmpty) setGap(layout, close, begin, layout.lineEnd + indentation(layout, depth))
  else beginLogicalLine(layout, close, begin, depth)
}

/**
 * Makes a logical line begin with its indentation. Before it may stand the end of a continued line that holds nothing else: a
 * backslash, which stays as it is.
 */
function beginLogicalLine(layout: Layout, from: number, to: number, depth: number): void {
  const { text } = layout
  if (!(from > 0 && text.charCodeAt(from - 1) === backslash) && isBlankFrom(text, from, to)) beginLine(layout, from, to, depth)
  else {
    // White space behind a backslash keeps it from continuing its line.
    const line = text.lastIndexOf('\n', to - 1) + 1
    setGap(layout, Math.max(line, from), to, indentation(layout, depth))
  }
}

/** The row of a directive or of the opening line of a section; undefined where nothing inside it may change. */
function rowOf(layout: Layout, item: Directive, at: number, follows: boolean): Row | undefined {
  const [name, ...args] = item.words
  if (!name || name.end === name.start) return undefined
  const { text } = layout
  const cells: Cell[] = [{ from: at + name.start, start: at + name.start - (item.block ? 1 : 0), end: at + name.end }]
  const broken: Cell[] = []
  const free = freeGaps(item)
  let before = at + name.end
  for (const [i, { start, end }] of args.entries()) {
    const cell = { from: before, start: at + start, end: at + end }
    before = cell.end
    // A backslash before a space makes the space a part of the word in RewriteRule and its like.
    if (i >= free || text.charCodeAt(cell.from - 1) === backslash) break
    let feed = cell.start - 1
    while (feed >= cell.from - 1 && text.charCodeAt(feed) !== 10) feed--
    // A word that ends right before the backslash is taken to end where the next line begins.
    if (feed >= cell.from - 1) {
      const isPlain = isBlankFrom(text, feed + 1, cell.start) && (feed < cell.from || isContinuation(text, cell.from, feed))
      if (isPlain) broken.push({ from: feed + 1, start: cell.start, end: cell.end })
      else break
    } else if (!isBlankFrom(text, cell.from, cell.start)) break
    else if (broken.length > 0) setGap(layout, cell.from, cell.start, ' ')
    else cells.push(cell)
    if (text.slice(cell.start, cell.end).includes('\n') || text.slice(cell.start, cell.end).includes('\t')) break
  }
  return { name: nameOf(item).toLowerCase(), follows, cells, rest: undefined, broken, comment: undefined, below: [] }
}

/** Directives whose whole text goes to a handler (RAW_ARGS) that splits it into words as Apache does for all others. */
const splitByWords: ReadonlySet<string> = new Set(
  `accessfilename allowoverride balancermember browsermatch browsermatchnocase directoryindex fileetag header mutex options proxypass proxypassmatch proxyset
  requestheader rewritecond rewriterule serveralias setenvif setenvifnocase ssloptions sslprotocol sslproxyprotocol use userdir wsgidaemonprocess
  wsgiimportscript wsgirestrictprocess wsgiscriptalias wsgiscriptaliasmatch`.split(/\s+/),
)

/** Kinds of `Require` that take words; the text behind another (`expr`, `ldap-group`) goes to its provider as it is written. */
const requireWords: ReadonlySet<string> = new Set(['all', 'env', 'forward-dns', 'group', 'host', 'ip', 'local', 'method', 'user', 'valid-user'])

/**
 * How many gaps between words mean nothing but that words end there. Apache skips the one behind the name; the others are for the directive to
 * read, and where it gets the text as it is written, white space can be a part of a name or an expression.
 */
function freeGaps(item: Directive): number {
  const { words, text } = item
  const name = nameOf(item).toLowerCase()
  const all = words.length - 1
  if (item.block || words.some((word) => word.holes) || /\\["']/.test(text) || words.some((word, i) => word.end === words[i + 1]?.start)) return 1
  if (name === 'require') {
    const [, kind, negated] = words
    const isNot = kind?.value.toLowerCase() === 'not'
    return requireWords.has(((isNot ? negated : kind)?.value ?? '').toLowerCase()) ? all : isNot ? 3 : 2
  }
  if (splitByWords.has(name)) return all
  const entries = apacheDirectives(name)
  return entries.length > 0 && entries.every((entry) => entry.arguments !== 'raw') ? all : 1
}

/** Whether the gap from `from` to a line feed is one backslash before the line's end, with blanks before it. */
const isContinuation = (text: string, from: number, feed: number): boolean => /^[ \t]*\\\r?$/.test(text.slice(from, feed))

function isBlankFrom(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!isSpace(text.charCodeAt(i))) return false
  return true
}

/** How much of an item's text stands before what it says: white space, and the ends of continued lines without anything else. */
function leadOf(text: string): number {
  let lead = 0
  while (lead < text.length && (isSpace(text.charCodeAt(lead)) || isEmptyContinuation(text, lead))) lead++
  return lead
}

const isEmptyContinuation = (text: string, at: number): boolean =>
  text.charCodeAt(at) === backslash && (text.charCodeAt(at + 1) === 10 || (text.charCodeAt(at + 1) === 13 && text.charCodeAt(at + 2) === 10))

const backslash = 92
