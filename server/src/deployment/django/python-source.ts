import type { SyntaxNode, Tree } from '@lezer/common'
import { parser } from '@lezer/python'
import type { Place } from './values.ts'

/** A Python file: its text and its tree, whose positions are those of the text. */
export interface PythonSource {
  readonly path: string
  readonly text: string
  readonly tree: Tree
  /** Where the first thing stands that is not Python; undefined: nowhere. */
  readonly syntaxErrorAt: Place | undefined
}

/** More than any settings file that people write (UTF-16 units). */
export const LONGEST_SOURCE = 1_000_000

export function parsePython(path: string, text: string): PythonSource {
  const tree = parser.parse(forParser(text))
  return { path, text, tree, syntaxErrorAt: firstError(path, text, tree) }
}

export const placeOf = (node: SyntaxNode, source: PythonSource): Place => ({ path: source.path, start: node.from, end: node.to })

export const textOfNode = (node: SyntaxNode, source: PythonSource): string => source.text.slice(node.from, node.to)

/** The children without comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) if (child.name !== 'Comment') children.push(child)
  return children
}

/** The statements of a script, or of the body of a compound statement. */
export const statementsOf = (node: SyntaxNode): SyntaxNode[] => childrenOf(node).filter((child) => child.name !== ':')

/**
 * The text as the parser is given it. Its grammar is that of Python 3 and lacks a few things of that
 * too. Those, and what only Python 2 has, are overwritten character for character, so that every
 * position holds and texts are still taken from the file itself.
 */
function forParser(text: string): string {
  let result = text.startsWith('\uFEFF') ? `\n${text.slice(1)}` : text
  if (!/[\r\n]$/.test(result)) result += '\n'
  for (const [present, pattern, replacement] of REWRITES) if (present.test(result)) result = result.replace(pattern, replacement)
  return result
}

const spaces = (text: string): string => ' '.repeat(text.length)

const REWRITES: readonly (readonly [RegExp, RegExp, (whole: string, first: string, second: string) => string])[] = [
  // A form feed begins a line anew.
  [/\f/, /^\f+/gm, (whole) => '\n'.repeat(whole.length)],
  // After 300 statements the parser shortens its stack (MaxLeftAssociativeReductionCount), and takes an
  // empty line or one with a comment that follows for an error. So these become the end of the line before.
  [/[\r\n]/, /(?<!\\)(?:\r\n|\r|\n)(?:[ \t]*(?:#(?![^\r\n]*(?:"""|'''))[^\r\n]*)?(?:\r\n|\r|\n))+/g, (whole) => `${spaces(whole.slice(1))}\n`],
  // `yield` without a value.
  [/yield/, /\byield(?=[ \t]*(?:[)\]}#;,\r\n]|$))/g, () => 'None '],
  // `20.`
  [/\d\.(?![\d\w.])/, /(?<![\w.])(\d+)\.(?![\w.])/g, (_, digits) => `${digits} `],
  // `print "x", y` and `exec code` become a tuple, `print >>f, x` a shift.
  [
    /\bprint\b/,
    /^([ \t]*|[^#\n]*[:;][ \t]*)print(?=[ \t]*(?:["'`]|>>)|[ \t]+\w)(?![ \t]+(?:in|is|if|and|or|for)\b)([ \t]*>>)?/gm,
    (_, before, shift) => `${before}${shift ? `_____${shift}` : '____,'}`,
  ],
  [/\bexec\b/, /^([ \t]*)exec(?=[ \t]*["'`]|[ \t]+\w)/gm, (_, before) => `${before}___,`],
  // `except E, (a, b):`
  [/except/, /^([ \t]*except\b[^\n:(]*),(?=[ \t]*\([^()\n]*\)[ \t]*:)([^\n:]*)/gm, (_, before, names) => `${before} ${spaces(names)}`],
  [/\bur["']/i, /\bu(?=r["'])/gi, () => ' '],
  [/[\da-fA-F][lL]\b/, /\b(0[xX][0-9a-fA-F]+|\d+)[lL]\b/g, (_, digits) => `${digits} `],
  // `x` in backquotes is repr(x).
  [/`/, /`([^`\n]*)`/g, (_, inside) => `(${inside})`],
]

function firstError(path: string, text: string, tree: Tree): Place | undefined {
  let found: Place | undefined
  tree.iterate({
    enter(node) {
      if (found) return false
      const wrong = node.type.isError || ((node.name === 'String' || node.name === 'FormatString') && !isClosedString(node.node, text))
      if (wrong) found = { path, start: node.from, end: node.to }
      return !found
    },
  })
  return found
}

/** A one-line string without its closing quote ends with the line, and the parser has no error node for it. */
function isClosedString(node: SyntaxNode, text: string): boolean {
  const literal = text.slice(node.from, node.to)
  const match = /^[A-Za-z]{0,2}("""|'''|"|')/.exec(literal)
  if (!match || literal.length < match[0].length + (match[1] as string).length || !literal.endsWith(match[1] as string)) return false
  return node.lastChild?.name !== 'Escape' || node.lastChild.to < node.to
}
