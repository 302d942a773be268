import type { SyntaxNode } from '@lezer/common'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { childrenOf, parsePython, textOfNode } from './python-source.ts'
import type { Place } from './values.ts'

/** A text to put at a place in a Python file. */
export interface PythonEdit extends Place {
  readonly newText: string
}

/** Puts a string behind the last item of a list, tuple or set that is written out; undefined where the item does not stand in one. */
export function appendBehind(item: Place, value: string, snapshot: Snapshot): PythonEdit | undefined {
  const node = nodeAt(item, snapshot)
  const list = node?.node.parent
  if (!node || !list || !/^(Array|Tuple|Set)Expression$/.test(list.name)) return undefined
  const { text } = node.source
  const written = text.slice(item.start, item.end)
  const quote = /^[A-Za-z]*'/.test(written) ? "'" : '"'
  const line = text.slice(text.lastIndexOf('\n', item.start - 1) + 1, item.start)
  const separator = /^[ \t]+$/.test(line) && list.from < item.start - line.length ? `,\n${line}` : ', '
  return { path: item.path, start: item.end, end: item.end, newText: `${separator}${quote}${value}${quote}` }
}

/** Puts a string as the only item into `[]`, `()` or `list()`. */
export function fillEmpty(list: Place, value: string, snapshot: Snapshot): PythonEdit | undefined {
  const content = snapshot.content(list.path)
  if (content.state !== 'content') return undefined
  const written = content.value.text.slice(list.start, list.end)
  return /^(\[\s*\]|\(\s*\)|(list|tuple|set)\(\s*\))$/.test(written) ? { ...list, newText: `["${value}"]` } : undefined
}

/** Takes an item out of a list that is written out, with the comma that belongs to it. */
export function removeItem(item: Place, snapshot: Snapshot): PythonEdit | undefined {
  const found = nodeAt(item, snapshot)
  const list = found?.node.parent
  if (!found || !list || !/^(Array|Set)Expression$/.test(list.name)) return undefined
  const children = childrenOf(list)
  const at = children.findIndex((child) => child.from === item.start && child.to === item.end)
  const [before, after] = [children[at - 1], children[at + 1]]
  if (after?.name === ',') {
    const next = children[at + 2]
    const end = next && !/^[\])}]$/.test(next.name) ? next.from : after.to
    return { path: item.path, start: item.start, end, newText: '' }
  }
  return before?.name === ',' ? { path: item.path, start: before.from, end: item.end, newText: '' } : { ...item, newText: '' }
}

/** Whether a place is a plain string literal, so that another can be written in its place. */
export function isStringLiteral(place: Place, snapshot: Snapshot): boolean {
  const found = nodeAt(place, snapshot)
  return found !== undefined && found.node.name === 'String' && /^["'](?!["'])/.test(textOfNode(found.node, found.source))
}

function nodeAt(place: Place, snapshot: Snapshot): { readonly node: SyntaxNode; readonly source: ReturnType<typeof parsePython> } | undefined {
  const content = snapshot.content(place.path)
  if (content.state !== 'content' || content.value.binary) return undefined
  const source = parsePython(place.path, content.value.text)
  let node: SyntaxNode | null = source.tree.resolveInner(place.start, 1)
  while (node && node.to < place.end) node = node.parent
  while (node?.parent && node.parent.from === place.start && node.parent.to === place.end) node = node.parent
  return node && node.from === place.start && node.to === place.end ? { node, source } : undefined
}
