import { columnAt, indentation, type Layout, lineFeeds, setGap } from './layout.ts'

/** A part of a line with the gap before it, as offsets: the gap is `from` to `start`. */
export interface Cell {
  readonly from: number
  readonly start: number
  readonly end: number
}

/** A directive as its own line shows it, and what hangs on that line. */
export interface Row {
  /** The name of a directive; undefined for an entry of data. */
  readonly name: string | undefined
  /** No blank line and no block stands between this row and the one before it. */
  readonly follows: boolean
  /** The words on the first line, as far as the gaps between them may change; the gap of the first is not among them. */
  readonly cells: readonly Cell[]
  /** From the last cell to where a comment behind it begins; undefined where the line has more than its cells. */
  readonly rest: number | undefined
  /** The parts that begin the directive's further lines; `from` stands where the gap begins, or behind the line feed that has to stay. */
  readonly broken: readonly Cell[]
  comment: Cell | undefined
  /** Comments on lines of their own that go on with `comment` in its column. */
  readonly below: Cell[]
}

/** Lays out rows of one block. */
export function setRows(layout: Layout, rows: readonly Row[], depth: number): void {
  if (rows.length === 0) return
  // Most rows have single spaces all along and are done with one look.
  const ends = rows.map((row) => (row.cells[0] ? row.cells[0].end - row.cells[0].start : 0))
  const starts = rows.map((): number[] => [0])
  const columns = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0)
  for (let k = 1; k < columns; k++) {
    const members: Member[] = []
    for (let i = 0; i < rows.length; i++) {
      const cell = rows[i]?.cells[k]
      if (cell) members.push({ index: i, cell, end: ends[i] as number })
    }
    const asked = layout.options.align ? askedRuns(rows, members, k) : undefined
    const widths = gapWidths(layout, members, asked)
    for (const [i, { index, cell, end }] of members.entries()) {
      const width = widths[i] as number
      setGap(layout, cell.from, cell.start, ' '.repeat(width))
      starts[index]?.push(end + width)
      ends[index] = end + width + cell.end - cell.start
    }
  }
  setComments(layout, rows, ends, depth)
  for (const [i, row] of rows.entries()) if (row.broken.length > 0) setBroken(layout, row, starts[i] as number[], depth)
}

/** A row's cell of the column that is being laid out. */
interface Member {
  readonly index: number
  readonly cell: Cell
  /** Where the text before it ends in the new line, from the indentation on. */
  readonly end: number
}

/**
 * The width of each gap. Cells of one column that stand below each other in the source, with more than a space before one of them, have been put
 * so by a person: they are put below each other again, as close as the narrowest gap was. Everything else has one space. Laid out anew,
 * the result is the same, as a row that comes to stand in that column has the gap that it would be given.
 */
function gapWidths(layout: Layout, members: readonly Member[], asked: readonly boolean[] | undefined): number[] {
  const widths: number[] = []
  let at = 0
  while (at < members.length) {
    let to = at + 1
    while (to < members.length && (asked ? asked[to] : isBelow(layout.text, members[to - 1]?.cell, members[to]?.cell))) to++
    const run = members.slice(at, to)
    let narrowest = Number.POSITIVE_INFINITY
    let widest = 1
    let end = 0
    for (const { cell, end: before } of run) {
      narrowest = Math.min(narrowest, cell.start - cell.from)
      widest = Math.max(widest, cell.start - cell.from)
      end = Math.max(end, before)
    }
    const together = run.length > 1 && (asked !== undefined || widest > 1)
    for (const { end: before } of run) widths.push(together ? end + (asked ? 1 : Math.max(narrowest, 1)) - before : 1)
    at = to
  }
  return widths
}

/** Whether two cells stand in one column, however wide the tabs before them are shown. */
function isBelow(text: string, upper: Cell | undefined, lower: Cell | undefined): boolean {
  if (!upper || !lower) return false
  return [8, 4].some((tabWidth) => columnAt(text, upper.start, tabWidth) === columnAt(text, lower.start, tabWidth))
}

/** Whether each member is to stand below the one before it: first values in all rows of a group, further ones where the name is the same. */
function askedRuns(rows: readonly Row[], members: readonly Member[], k: number): boolean[] {
  return members.map(({ index }, i) => {
    const row = rows[index]
    const before = members[i - 1]
    if (!row?.follows || !before || before.index !== index - 1) return false
    return k === 1 || (row.name !== undefined && rows[before.index]?.name === row.name)
  })
}

function setComments(layout: Layout, rows: readonly Row[], ends: readonly number[], depth: number): void {
  const members: Member[] = []
  for (const [index, row] of rows.entries()) {
    if (!row.comment) continue
    if (row.rest === undefined) setGap(layout, row.comment.from, row.comment.start, ' ')
    else members.push({ index, cell: row.comment, end: (ends[index] as number) + row.rest })
  }
  const widths = gapWidths(layout, members, undefined)
  for (const [i, { index, cell, end }] of members.entries()) {
    const column = end + (widths[i] as number)
    setGap(layout, cell.from, cell.start, ' '.repeat(widths[i] as number))
    for (const { from, start } of rows[index]?.below ?? []) setGap(layout, from, start, layout.lineEnd + indentation(layout, depth) + ' '.repeat(column))
  }
}

/** How far from the beginning of a word a further line may begin and still be meant to stand below it: behind a quote, behind a quote and a brace. */
const nearness = 2

/**
 * The further lines of a directive keep their places to each other. Together they stand one step in, or below the word of the first line below which
 * they stand in the source.
 */
function setBroken(layout: Layout, row: Row, starts: readonly number[], depth: number): void {
  const { text, step, options } = layout
  const first = row.cells[0]
  if (!first) return
  const columns = row.broken.map(({ start }) => columnAt(text, start, step))
  const leftmost = Math.min(...columns)
  let column = step
  if (leftmost - columnAt(text, first.start, step) !== step) {
    const k = row.cells.findLastIndex(({ start }, i) => i > 0 && columnAt(text, start, step) <= leftmost)
    const distance = k > 0 ? leftmost - columnAt(text, row.cells[k]?.start ?? 0, step) : undefined
    if (distance !== undefined && distance <= nearness) column = (starts[k] ?? 0) + distance
  }
  for (const [i, { from, start }] of row.broken.entries()) {
    const further = (columns[i] as number) - leftmost
    const inner = options.indent === '\t' ? '\t'.repeat(Math.floor(further / step)) + ' '.repeat(further % step) : ' '.repeat(further)
    const lead = column === step ? options.indent + inner : ' '.repeat(column + further)
    const lineEnd = lineFeeds(text, from, start) > 0 ? layout.lineEnd : ''
    setGap(layout, from, start, lineEnd + indentation(layout, depth) + lead)
  }
}

/** Whether a comment on a line of its own goes on with the one behind a row. */
export function goesOn(layout: Layout, row: Row | undefined, cell: Cell): boolean {
  if (!row?.comment || row.rest === undefined) return false
  return lineFeeds(layout.text, cell.from, cell.start) === 1 && isBelow(layout.text, row.comment, cell)
}
