import { type Argument, indentOf, type PlacedDirective, placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import type { FindingEdit } from '../rule.ts'

/** Writes another value in an argument's place, in the quotes that it has. */
export function replaceArgument(directive: PlacedDirective, argument: Argument, value: string): FindingEdit {
  const quote = argument.quote ?? (/\s/.test(value) ? '"' : '')
  return { path: directive.source.path, start: argument.start, end: argument.end, newText: `${quote}${value}${quote}` }
}

/** Replaces a part of an argument's text as written. */
export function replaceInArgument(directive: PlacedDirective, argument: Argument, from: string, to: string): FindingEdit | undefined {
  const written = directive.source.text.slice(argument.start, argument.end)
  const at = written.indexOf(from)
  if (at < 0) return undefined
  return { path: directive.source.path, start: argument.start + at, end: argument.start + at + from.length, newText: to }
}

/** Takes an argument away, with the white space before it. */
export function removeArgument(directive: PlacedDirective, argument: Argument): FindingEdit {
  const { text } = directive.source
  let start = argument.start
  while (start > 0 && /\s/.test(text.charAt(start - 1))) start--
  return { path: directive.source.path, start, end: argument.end, newText: '' }
}

/** Puts lines behind a directive (and its block), with its indentation. */
export function insertAfter(directive: PlacedDirective, lines: readonly string[]): FindingEdit {
  const { end } = placeOfWhole(directive)
  const indent = indentOf(directive)
  return { path: directive.source.path, start: end, end, newText: lines.map((line) => `\n${line === '' ? '' : indent + line}`).join('') }
}

/** Puts lines before a directive, with its indentation. */
export function insertBefore(directive: PlacedDirective, lines: readonly string[]): FindingEdit {
  const { start } = placeOfDirective(directive)
  const indent = indentOf(directive)
  return { path: directive.source.path, start, end: start, newText: lines.map((line) => `${line}\n${indent}`).join('') }
}

/** Puts text at the end of a directive's own line, before nothing else. */
export function appendToLine(directive: PlacedDirective, text: string): FindingEdit {
  const { end } = placeOfDirective(directive)
  return { path: directive.source.path, start: end, end, newText: text }
}

/** Puts lines as the first ones inside a section or block, one step further in than the section. */
export function insertInside(section: PlacedDirective, lines: readonly string[]): FindingEdit {
  const { end } = placeOfDirective(section)
  const first = section.children.find((child) => child.source === section.source && child.start >= section.start)
  const outer = indentOf(section)
  const indent = first && indentOf(first).length > outer.length ? indentOf(first) : first ? indentOf(first) : `${outer}    `
  return { path: section.source.path, start: end, end, newText: lines.map((line) => `\n${indent}${line}`).join('') }
}

/** Removes a directive with its block and the line break before it. */
export function removeDirective(directive: PlacedDirective): FindingEdit {
  const { start, end } = placeOfWhole(directive)
  const { text } = directive.source
  let from = start
  while (from > 0 && /[ \t]/.test(text.charAt(from - 1))) from--
  let to = end
  if (from === 0 || text.charAt(from - 1) === '\n') {
    while (to < text.length && /[ \t\r]/.test(text.charAt(to))) to++
    if (text.charAt(to) === '\n') to++
    else if (from > 0) from--
  } else from = start
  return { path: directive.source.path, start: from, end: to, newText: '' }
}

/** Puts a line at the end of a file that can be read. */
export function appendLine(path: string, line: string, snapshot: Snapshot): FindingEdit | undefined {
  const content = snapshot.content(path)
  if (content.state !== 'content' || content.value.binary) return undefined
  const { text } = content.value
  return { path, start: text.length, end: text.length, newText: `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n` }
}

/** A value as Apache wants it: in quotes where it has white space. */
export const quoted = (value: string): string => (/\s/.test(value) ? `"${value}"` : value)
