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
  readonly comment: Cell | undefined
  /** Comments on lines of their own that go on with `comment` in its column. */
  readonly below: readonly Cell[]
}

/** Lays out rows of one block. */
export function setRows(layout: Layout, rows: readonly Row[], depth: number): void {
  if (rows.length === 0) return
  const ends = rows.map((row) => (row.cells[0] ? row.cells[0].end - row.cells[0].start : 0))
  const starts = rows.map((): number[] => [0])
  let wide = rows.map((_, i) => i)
  for (let k = 1; wide.length > 0; k++) {
    const members: Member[] = []
    wide = wide.filter((i) => {
      const cell = rows[i]?.cells[k]
      if (cell) members.push({ index: i, cell, end: ends[i] as number })
      return cell !== undefined
    })
    const widths = layout.options.align ? alignedWidths(members, isWithLast(rows, members, k)) : keptWidths(layout, members, joinsOf(layout.text, rows, k))
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
 * The width of each gap. Cells that stand below each other in the source, with more than a space before one of them, have been put so by a
 * person: they are put below each other again, as close as the narrowest gap was. What `joins` such a run and has room is put there too.
 * Everything else has one space. Laid out anew, the result is the same: whatever comes to stand in a run's column has the gap that it would be given.
 */
function keptWidths(layout: Layout, members: readonly Member[], joins: (index: number, neighbour: number, cell: Cell) => boolean): number[] {
  const columns: (number | undefined)[] = []
  forRuns(
    members,
    (i) => isBelow(layout.text, members[i - 1]?.cell, members[i]?.cell),
    (run) => {
      const gaps = run.map(({ cell }) => widthOf(layout.text, cell))
      const column = lastEnd(run) + smallest(gaps)
      // Where all come out with one space there is no table to see.
      const byHand = gaps.some((gap) => gap > 1) && run.some(({ end }) => column - end > 1)
      for (const _ of run) columns.push(run.length > 1 && byHand ? column : undefined)
    },
  )
  const join = (i: number, neighbour: number): void => {
    const { index, end, cell } = members[i] as Member
    const column = columns[neighbour]
    if (columns[i] !== undefined || column === undefined || end >= column) return
    if (end + 1 === column || joins(index, members[neighbour]?.index ?? index, cell)) columns[i] = column
  }
  for (let i = 1; i < members.length; i++) join(i, i - 1)
  for (let i = members.length - 2; i >= 0; i--) join(i, i + 1)
  return members.map(({ end }, i) => (columns[i] ?? end + 1) - end)
}

/** One long name does not push the values of all its neighbours out of sight. */
const widestTable = 100

/** The width of each gap where neighbours are to stand below each other. */
function alignedWidths(members: readonly Member[], isWithLast: (i: number) => boolean): number[] {
  const widths: number[] = []
  forRuns(members, isWithLast, (run) => {
    const column = lastEnd(run) + 1
    for (const { end } of run) widths.push(column <= widestTable ? column - end : 1)
  })
  return widths
}

function forRuns(members: readonly Member[], isWithLast: (i: number) => boolean, use: (run: readonly Member[]) => void): void {
  for (let at = 0, to = 1; at < members.length; at = to, to++) {
    while (to < members.length && isWithLast(to)) to++
    use(members.slice(at, to))
  }
}

const lastEnd = (run: readonly Member[]): number => run.reduce((most, { end }) => Math.max(most, end), 0)
const smallest = (numbers: readonly number[]): number => numbers.reduce((least, each) => Math.min(least, each))

/** How wide the gap before a cell is shown. */
function widthOf(text: string, { from, start }: Cell): number {
  for (let i = from; i < start; i++) if (text.charCodeAt(i) === 9) return columnAt(text, start, 8) - columnAt(text, from, 8)
  return start - from
}

/** Whether two cells stand in one column, however wide the tabs before them are shown. */
function isBelow(text: string, upper: Cell | undefined, lower: Cell | undefined): boolean {
  if (!upper || !lower) return false
  return [8, 4].some((tabWidth) => columnAt(text, upper.start, tabWidth) === columnAt(text, lower.start, tabWidth))
}

/** Values of one group stand below each other: the first in all its rows, further ones where the name is the same. */
const isWithLast =
  (rows: readonly Row[], members: readonly Member[], k: number) =>
  (i: number): boolean => {
    const row = rows[members[i]?.index ?? 0]
    const before = members[i - 1]
    if (!row?.follows || before === undefined || before.index !== (members[i]?.index ?? 0) - 1) return false
    return k === 1 || (row.name !== undefined && rows[before.index]?.name === row.name)
  }

/** What belongs into a table that a person has made: entries of data, and the same directive; another directive where someone has tried. */
const joinsOf =
  (text: string, rows: readonly Row[], k: number) =>
  (index: number, neighbour: number, cell: Cell): boolean => {
    if (Math.abs(index - neighbour) !== 1) return false
    const wide = widthOf(text, cell) > 1
    const follows = rows[Math.max(index, neighbour)]?.follows === true
    const name = rows[index]?.name
    if (name === rows[neighbour]?.name && (k > 1 || name === undefined)) return wide || follows
    return k === 1 && wide && follows
  }

function setComments(layout: Layout, rows: readonly Row[], ends: readonly number[], depth: number): void {
  const members: Member[] = []
  for (const [index, row] of rows.entries()) {
    if (!row.comment) continue
    if (row.rest === undefined) {
      setGap(layout, row.comment.from, row.comment.start, ' ')
      for (const { from, start } of row.below) setGap(layout, from, start, layout.lineEnd + indentation(layout, depth))
    } else members.push({ index, cell: row.comment, end: (ends[index] as number) + row.rest })
  }
  const widths = keptWidths(layout, members, () => false)
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

/** Whether a comment on a line of its own goes on with one that stands behind a directive. */
export const goesOn = (layout: Layout, behind: Cell, cell: Cell): boolean =>
  lineFeeds(layout.text, cell.from, cell.start) === 1 && isBelow(layout.text, behind, cell)
