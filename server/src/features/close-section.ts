import type { Source } from '../configuration/placed.ts'
import { parse } from '../syntax/parse.ts'
import { nameOf } from '../syntax/tree.ts'
import { cursorAt } from './lib/cursor.ts'

/** What ends a section that was just opened. */
export interface SectionEnd {
  /** Where it is put in: the cursor stays before it. */
  readonly offset: number
  /** `</Directory>`. */
  readonly close: string
  /** A line break, the section's indentation and its end. */
  readonly newText: string
}

/**
 * The end of the section whose opening bracket closes right before an offset (`<Directory /x>‸`); undefined where it has one, where more stands
 * on the line, and where the file would not be better for it.
 */
export function closingOf({ text, tree }: Source, offset: number): SectionEnd | undefined {
  if (tree.dialect !== 'apache' || text.charAt(offset - 1) !== '>') return undefined
  const lineEnd = text.indexOf('\n', offset)
  if (text.slice(offset, lineEnd < 0 ? text.length : lineEnd).trim() !== '') return undefined
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const { at } = cursorAt(tree, text, text.indexOf('<', lineStart) + 1)
  if (at.kind !== 'name' || !at.directive?.node.block || at.directive.start + at.directive.node.text.length !== offset) return undefined
  const name = nameOf(at.directive.node)
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? ''
  const close = `</${name}>`
  const newText = `${text.includes('\r\n') ? '\r\n' : '\n'}${indent}${close}`
  if (pairingFaults(parse(`${text.slice(0, offset)}${newText}${text.slice(offset)}`, 'apache')) >= pairingFaults(tree)) return undefined
  return { offset, close, newText }
}

const pairingFaults = ({ faults }: Source['tree']): number =>
  faults.filter(({ kind }) => kind === 'unclosed-section' || kind === 'mismatched-close' || kind === 'stray-close').length
