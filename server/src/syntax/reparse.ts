import { eachItem, type Items, makeItems } from './items.ts'
import { parse } from './parse.ts'
import { countLines } from './text.ts'
import type { Block, ConfigFile, Dialect, Directive, Item } from './tree.ts'

/**
 * What `parse` makes of a text without holes, quicker: only the items that differ from `before`, of which `old` is the tree, are read again,
 * in the innermost block that holds all of the difference. Where either text has a syntax error in reach, everything is parsed.
 */
export function reparse(old: ConfigFile, before: string, after: string): ConfigFile {
  if (old.faults.length > 0 || old.nestingUnknown || after.charCodeAt(0) === 0xfeff) return parse(after, old.dialect)
  const change = changeOf(before, after, old.dialect)
  if (!change) return old
  const inside = reparseItems({ old, before, after, change, items: old.items, start: 0, close: before.length })
  if (!inside) return parse(after, old.dialect)
  const { items, rest } = inside
  return { ...old, items, tail: rest, width: after.length, lines: items.lines + countLines(rest) }
}

/** The lines that differ, as offsets in the old text, and by how much the text behind them has moved. */
interface Change {
  readonly start: number
  readonly end: number
  readonly shift: number
}

/** What stands between the braces of a block, or in the whole file. */
interface Level {
  readonly old: ConfigFile
  readonly before: string
  readonly after: string
  readonly change: Change
  readonly items: Items
  /** Where the items begin. */
  readonly start: number
  /** Where the mark stands that ends the block, or the end of the text. */
  readonly close: number
}

/** The items of a level and the white space behind the last; undefined where they cannot be told from the level alone. */
function reparseItems(level: Level): { items: Items; rest: string } | undefined {
  const { change } = level
  const all: Item[] = [...eachItem(level.items)]
  let at = level.start
  let first = all.length
  let last = -1
  let firstStart = 0
  let lastEnd = 0
  for (const [i, item] of all.entries()) {
    const end = at + item.width
    // Also what only adjoins the change: a comment goes on, white space belongs to what follows.
    if (end >= change.start && at <= change.end) {
      if (last < 0) {
        first = i
        firstStart = at
      }
      last = i
      lastEnd = end
      const inner = first === i ? reparseInside(level, item, at) : undefined
      if (inner === 'whole') return undefined
      if (inner) {
        all[i] = inner
        return { items: makeItems(all), rest: level.before.slice(endOfItems(level), level.close) }
      }
    } else if (at > change.end) break
    at = end
  }
  if (last < 0) {
    first = all.length
    firstStart = endOfItems(level)
  }
  // The change reaches into the white space before what ends the level: that is read too.
  const toClose = last < 0 || change.end > lastEnd || last === all.length - 1
  const end = (toClose ? level.close : lastEnd) + change.shift
  const slice = level.after.slice(firstStart, end)
  // The line behind would be joined to the last.
  if (level.old.dialect === 'apache' && /\\\r?\n?[ \t]*$/.test(slice)) return undefined
  const read = parse(slice, level.old.dialect)
  if (read.faults.length > 0 || read.nestingUnknown || (!toClose && read.tail !== '')) return undefined
  const made = [...eachItem(read.items)]
  // A comment would have gone on to the end of its line.
  if (made.at(-1)?.kind === 'comment' && read.tail === '' && !/^(?:\r?\n|$)/.test(level.after.slice(end, end + 2))) return undefined
  return {
    items: makeItems([...all.slice(0, first), ...made, ...(toClose ? [] : all.slice(last + 1))]),
    rest: toClose ? read.tail : level.before.slice(endOfItems(level), level.close),
  }
}

const endOfItems = ({ items, start }: Level): number => start + items.width

/** The directive with the change made inside of its block; undefined where it is not all inside. */
function reparseInside(level: Level, item: Item, start: number): Directive | 'whole' | undefined {
  if (item.kind !== 'directive' || item.block?.holds !== 'directives' || item.block.close === '') return undefined
  const { change } = level
  const { block } = item
  const inside = start + item.text.length
  const close = inside + block.items.width + (block.close.length - block.close.trimStart().length)
  if (change.start < inside || change.end > close) return undefined
  const read = reparseItems({ ...level, items: block.items, start: inside, close })
  if (!read) return 'whole'
  const closing = read.rest + block.close.trimStart()
  const made: Block = {
    ...block,
    items: read.items,
    close: closing,
    width: read.items.width + closing.length,
    lines: read.items.lines + countLines(closing),
  }
  return { ...item, block: made, width: item.text.length + made.width, lines: item.lines - block.lines + made.lines }
}

/** Undefined where the texts are the same. */
function changeOf(before: string, after: string, dialect: Dialect): Change | undefined {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  const step = 4096
  while (start + step <= shorter && before.slice(start, start + step) === after.slice(start, start + step)) start += step
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++
  if (start === before.length && start === after.length) return undefined
  let same = 0
  const most = shorter - start
  const tails = (length: number): boolean =>
    before.slice(before.length - same - length, before.length - same) === after.slice(after.length - same - length, after.length - same)
  while (same + step <= most && tails(step)) same += step
  while (same < most && before.charCodeAt(before.length - same - 1) === after.charCodeAt(after.length - same - 1)) same++
  // Whole lines: in Apache a line is what is read, and its end belongs to what follows.
  let lineStart = before.lastIndexOf('\n', start - 1)
  // A line may go on the one before it, also where that goes on an empty one so far.
  while (dialect === 'apache' && lineStart > 0 && /\\\r?$/.test(before.slice(Math.max(0, lineStart - 2), lineStart))) {
    lineStart = before.lastIndexOf('\n', lineStart - 1)
  }
  const lineEnd = before.indexOf('\n', before.length - same)
  return { start: start === 0 ? 0 : Math.max(0, lineStart), end: lineEnd < 0 ? before.length : lineEnd, shift: after.length - before.length }
}
