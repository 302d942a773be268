import type { Replacement } from '../problem/edits.ts'
import { parse } from '../syntax/parse.ts'
import type { ConfigFile, Dialect, Fault, Hole } from '../syntax/tree.ts'
import { layOutApache } from './format/apache.ts'
import { type FormatOptions, makeLayout } from './format/layout.ts'
import { layOutNginx } from './format/nginx.ts'

export type { FormatOptions }

/** What laying out a file comes to: replacements in their order, or why the file is left as it is. */
export type Formatted =
  | { readonly replacements: readonly Replacement[] }
  /** `at`: an offset, where the reason has a place. */
  | { readonly refused: string; readonly at: number | undefined }

/**
 * Lays out a file. Only white space between what the server reads is replaced, so that nothing else can be lost; strings, code of other languages and
 * what a template fills in stay as they are. A file whose blocks are not certain is left alone.
 *
 * @param holes what a template engine fills in, as offsets in `text`
 */
export function formatDocument(text: string, dialect: Dialect, holes: readonly Hole[], options: FormatOptions): Formatted {
  // The mark is no part of the first word.
  const mark = text.charCodeAt(0) === 0xfeff ? 1 : 0
  const own = mark === 0 ? text : text.slice(mark)
  const file = parse(own, dialect, mark === 0 ? holes : holes.map((hole) => ({ ...hole, start: hole.start - mark, end: hole.end - mark })))
  const refusal = refusalOf(file)
  if (refusal) return { refused: refusal.refused, at: refusal.at === undefined ? undefined : refusal.at + mark }
  const layout = makeLayout(own, options)
  if (dialect === 'nginx') layOutNginx(layout, file)
  else layOutApache(layout, file)
  if (layout.isTooDeep) return { refused: 'its blocks are nested too deep', at: undefined }
  const sorted = layout.replacements.sort((a, b) => a.start - b.start || a.end - b.end)
  return { replacements: mark === 0 ? sorted : sorted.map((each) => ({ ...each, start: each.start + mark, end: each.end + mark })) }
}

/** What laying out the whole file would change on the lines that a range touches. */
export function formatRange(
  text: string,
  dialect: Dialect,
  holes: readonly Hole[],
  options: FormatOptions,
  range: { readonly start: number; readonly end: number },
): Formatted {
  const formatted = formatDocument(text, dialect, holes, options)
  if ('refused' in formatted) return formatted
  const from = text.lastIndexOf('\n', range.start - 1) + 1
  // A selection of whole lines ends where the next one begins.
  const last = range.end > range.start && text.charCodeAt(range.end - 1) === 10 ? range.end - 1 : text.indexOf('\n', range.end)
  const to = last < 0 ? text.length : last
  return { replacements: formatted.replacements.filter(({ start, end }) => start >= from && end <= to) }
}

/** Faults with which it is not certain what stands in which block, or where a directive ends. */
const harmless: ReadonlySet<Fault['kind']> = new Set([
  'overlong-word',
  'byte-order-mark',
  'text-after-bracket',
  'text-after-close',
  'unterminated-quote-silent',
  'comment-continued',
  'overlong-line',
])

function refusalOf(file: ConfigFile): { refused: string; at: number | undefined } | undefined {
  if (file.nestingUnknown) return { refused: 'branches of its template open and close blocks unevenly', at: undefined }
  const fault = file.faults.find(({ kind }) => !harmless.has(kind))
  return fault && { refused: fault.serverMessage?.split('\n')[0] ?? 'it has a syntax error', at: fault.start }
}
