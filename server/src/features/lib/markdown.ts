import type { PlacedDirective, Source } from '../../configuration/placed.ts'
import { isInside, relativeTo } from '../../workspace/path.ts'
import type { DocumentView } from './view.ts'

/** A text as a code span, on one line, whatever backticks it has; cut where it is long. */
export function code(text: string, longest = 80): string {
  const plain = text.replace(/\s+/g, ' ').trim()
  const shown = plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain
  if (shown === '') return '(empty)'
  return shown.includes('`') ? `\`\` ${shown} \`\`` : `\`${shown}\``
}

/** A block of code. */
export const fenced = (language: string, lines: readonly string[]): string => `\`\`\`${language}\n${lines.join('\n')}\n\`\`\``

/** `a`, `a and b`, `a, b and c`; behind so many it says how many more there are. */
export function listed(items: readonly string[], most = 4, word: 'and' | 'or' = 'and'): string {
  if (items.length > most) return `${items.slice(0, most).join(', ')} ${word} ${items.length - most} more`
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`
}

/** Paragraphs, those that say nothing left out. */
export const paragraphs = (...parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined && part !== '').join('\n\n')

/** Where something is written, as seen from the document: `line 4`, or `conf.d/a.conf:4`. */
export function whereIs(view: DocumentView, source: Source, offset: number): string {
  const line = source.lines.lineAt(offset) + 1
  return source.path === view.source.path ? `line ${line}` : `${shownPath(view, source.path)}:${line}`
}

export const whereIsDirective = (view: DocumentView, directive: PlacedDirective): string =>
  whereIs(view, directive.source, directive.start + (directive.node.words[0]?.start ?? 0))

/** A path of the workspace, from its folder on. */
export function shownPath(view: DocumentView, path: string): string {
  const folder = view.part.input.folders.find((each) => isInside(path, each))
  return folder === undefined ? path : relativeTo(path, folder)
}

/** `1 file`, `3 files`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** `1st`, `2nd`, `3rd`, `11th`. */
export function ordinal(number: number): string {
  const teen = number % 100 > 10 && number % 100 < 14
  return `${number}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')}`
}
