import type { Replacement } from '../../problem/edits.ts'

/** How a file is laid out. */
export interface FormatOptions {
  /** One step of indentation: some spaces, or a tab. */
  readonly indent: string
  /** How wide a tab is shown. */
  readonly tabWidth: number
  /** Values of neighbouring directives are put below each other. Otherwise those that are so already stay so. */
  readonly align: boolean
}

/** A text while it is laid out. Only gaps are replaced, runs of white space between what the server reads: nothing else can be lost. */
export interface Layout {
  readonly text: string
  /** The line end of the file's first line. */
  readonly lineEnd: string
  readonly options: FormatOptions
  /** The width of one step of indentation, which is also how far a tab in the indentation of the source is taken to reach. */
  readonly step: number
  readonly replacements: Replacement[]
  /** Blocks are nested deeper than anybody nests them: see `deepestNesting`. */
  isTooDeep: boolean
  /** Gaps that begin a line, by line ends and depth, as they are made. */
  readonly lineBegins: string[][]
}

/** A file full of opening braces is not laid out. */
export const deepestNesting = 200

/** Longer lines than this are not made of a block that stood on one. */
export const widestBlockOnOneLine = 120

export function makeLayout(text: string, options: FormatOptions): Layout {
  // Blank lines above the first line do not stay.
  const firstFeed = text.indexOf('\n', Math.max(0, text.search(/\S/)))
  const lineEnd = firstFeed > 0 && text.charCodeAt(firstFeed - 1) === 13 ? '\r\n' : '\n'
  return {
    text,
    lineEnd,
    options,
    step: options.indent === '\t' ? options.tabWidth : options.indent.length,
    replacements: [],
    isTooDeep: false,
    lineBegins: [[], [], []],
  }
}

/** Puts other white space in place of a gap; what is the same at its ends stays out of the replacement. */
export function setGap(layout: Layout, from: number, to: number, gap: string): void {
  const { text } = layout
  if (to - from === gap.length && text.startsWith(gap, from)) return
  let start = from
  let end = to
  let skip = 0
  while (start < end && skip < gap.length && text.charCodeAt(start) === gap.charCodeAt(skip)) {
    start++
    skip++
  }
  let keep = gap.length
  while (end > start && keep > skip && text.charCodeAt(end - 1) === gap.charCodeAt(keep - 1)) {
    end--
    keep--
  }
  if (start < end || skip < keep) layout.replacements.push({ start, end, newText: gap.slice(skip, keep) })
}

/** Makes what follows a gap begin a line, below at most one blank one. */
export function beginLine(layout: Layout, from: number, to: number, depth: number): void {
  const feeds = lineFeeds(layout.text, from, to)
  const atLineStart = from === 0 || (feeds === 0 && layout.text.charCodeAt(from - 1) === 10)
  const lineEnds = atLineStart ? 0 : Math.max(feeds, 1)
  const known = layout.lineBegins[lineEnds] as string[]
  known[depth] ??= layout.lineEnd.repeat(lineEnds) + indentation(layout, depth)
  setGap(layout, from, to, known[depth])
}

export const indentation = ({ options }: Layout, depth: number): string => options.indent.repeat(depth)

/** How many line feeds a part of a text holds; 2 stands for more. */
export function lineFeeds(text: string, from: number, to: number): 0 | 1 | 2 {
  let found: 0 | 1 = 0
  for (let i = from; i < to; i++) {
    if (text.charCodeAt(i) !== 10) continue
    if (found === 1) return 2
    found = 1
  }
  return found
}

/** The column of an offset, with tabs that reach to multiples of `tabWidth`; not a number far out on a long line, where nobody sees columns. */
export function columnAt(text: string, offset: number, tabWidth: number): number {
  let start = offset
  while (start > 0 && text.charCodeAt(start - 1) !== 10) if (offset - --start > farthestColumn) return Number.NaN
  let column = 0
  for (let i = start; i < offset; i++) column += text.charCodeAt(i) === 9 ? tabWidth - (column % tabWidth) : 1
  return column
}

const farthestColumn = 1000

/** Whether a tag of a template that stands by itself is moved: not where it stands at the margin. */
export const keepsMargin = (text: string, start: number): boolean => start === 0 || text.charCodeAt(start - 1) === 10
