import type { Range } from 'vscode-languageserver-types'
import { cursorAt } from './lib/cursor.ts'
import type { DocumentView, NodeAt } from './lib/view.ts'

/** The two names of the section at a place (`<Directory` and `</Directory`), to be typed as one; undefined elsewhere. */
export function linkedNames({ source: { tree, text, lines } }: DocumentView, offset: number): Range[] | undefined {
  if (tree.dialect !== 'apache') return undefined
  const { at } = cursorAt(tree, text, offset)
  const section = at.kind === 'close' ? at.directive : at.kind === 'name' ? at.directive : undefined
  const names = section && namesOf(section)
  if (!names?.some(({ start, end }) => offset >= start && offset <= end)) return undefined
  return names.map(({ start, end }) => ({ start: lines.positionAt(start), end: lines.positionAt(end) }))
}

/** Where the name of a section stands at its beginning and at its end. */
function namesOf({ node, start }: NodeAt): { start: number; end: number }[] | undefined {
  const name = node.words[0]
  const close = /^(\s*<\/)([^\s>]+)/.exec(node.block?.close ?? '')
  if (!name || !close?.[1] || !close[2] || close[2].toLowerCase() !== name.value.toLowerCase()) return undefined
  const closeStart = start + node.width - (node.block?.close.length ?? 0) + close[1].length
  return [
    { start: start + name.start, end: start + name.end },
    { start: closeStart, end: closeStart + close[2].length },
  ]
}
