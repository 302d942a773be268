// The words of an expression, as `server/util_expr_scan.l` finds them: the longest that a rule of the state takes, and of equally long ones the first rule's.
import { byteText } from './log-text.ts'

/** A word of an expression. */
export interface Token {
  /** Its name in the grammar: `T_ID`, `'('`, `$end`; `jammed` where no rule of the scanner takes what is there, on which the server ends at once. */
  readonly symbol: string
  /** A name, a number, the characters of a string, a pattern. */
  readonly text: string
  readonly start: number
  readonly end: number
  /** What is wrong, of a `T_ERROR`. */
  readonly error?: string
}

/** Hands out the words of an expression one after the other, without end; the text of a string expression is the inside of a string. */
export function makeScanner(text: string, isString: boolean): () => Token {
  let at = 0
  let started = false
  let state: State = isString ? 'string' : 'plain'
  /** The states to come back to behind `}`. */
  const outer: State[] = []
  let delimiter = ''
  let held = ''
  let heldBytes = 0
  let heldStart = 0

  const token = (symbol: string, length: number, value = ''): Token => {
    const start = at
    at += length
    return { symbol, text: value, start, end: at }
  }
  const fail = (error: string, length: number): Token => ({ ...token('T_ERROR', length), error })

  /** Adds to the string; says so where that makes it too long for the server's buffer. */
  const hold = (value: string, bytes: number, length: number): Token | undefined => {
    if (held === '') heldStart = at
    held += value
    heldBytes += bytes
    if (heldBytes >= bufferSize) return fail('String too long', length)
    at += length
    return undefined
  }
  /** What the string has so far; what ended it is read again. It ends at a NUL, as texts do in C. */
  const takeHeld = (): Token => {
    const start = held === '' ? at : heldStart
    const nul = held.indexOf('\0')
    const value = nul < 0 ? held : held.slice(0, nul)
    held = ''
    heldBytes = 0
    return { symbol: 'T_STRING', text: value, start, end: at }
  }
  const openVariable = (): Token => {
    outer.push(state)
    state = 'variable'
    return token('T_VAR_BEGIN', 2)
  }

  const plain = (): Token | undefined => {
    const space = matchAt(spaces, text, at)
    if (space) {
      at += space.length
      return undefined
    }
    if (at >= text.length) return token('$end', 0)
    const ch = text.charAt(at)
    if (ch === '"' || ch === "'") {
      delimiter = ch
      state = 'string'
      return token('T_STR_BEGIN', 1)
    }
    if (text.startsWith('%{', at)) return openVariable()
    if (isBackReference(text, at)) return token('T_REGEX_BACKREF', 2, text.charAt(at + 1))
    const word = matchAt(words, text, at)
    if (ch === '/') return pattern(1)
    // `m_x` is a name, but `m_` is the beginning of a pattern.
    if (ch === 'm' && patternDelimiters.includes(text.charAt(at + 1)) && at + 1 < text.length && (word?.length ?? 0) <= 2) return pattern(2)
    if (word) return token(keywords.get(word) ?? 'T_ID', word.length, word)
    const number = matchAt(numbers, text, at)
    if (number) return token('T_DIGIT', number.length, number)
    const dashed = matchAt(dashedWords, text, at)
    if (dashed) return token(keywords.get(dashed) ?? (dashed.length === 2 ? 'T_OP_UNARY' : 'T_OP_BINARY'), dashed.length, dashed.slice(1))
    const operator = matchAt(operators, text, at)
    if (operator) return token(keywords.get(operator) ?? `'${operator}'`, operator.length)
    return fail(`Parse error near '${byteAt(text, at)}'`, characterLength(text, at))
  }

  /** A regular expression and the `i` behind it. */
  const pattern = (opening: number): Token => {
    const start = at
    const from = at + opening
    const end = text.indexOf(text.charAt(from - 1), from)
    const inside = text.slice(from, end < 0 ? text.length : end)
    if (inside.length * 3 >= bufferSize && byteLength(inside) >= bufferSize) return fail('Regexp too long', text.length - at)
    // A pattern without an end is not told apart from the end of the text.
    if (end < 0) {
      at = text.length
      return token('$end', 0)
    }
    const ignoresCase = text.charAt(end + 1) === 'i'
    at = end + (ignoresCase ? 2 : 1)
    return { symbol: ignoresCase ? 'T_REGEX_I' : 'T_REGEX', text: inside, start, end: at }
  }

  const string = (): Token | undefined => {
    if (at >= text.length) {
      if (!isString) return fail('Unterminated string or variable', 0)
      state = 'plain'
      return takeHeld()
    }
    const ch = text.charAt(at)
    if (ch === delimiter) {
      if (held !== '') return takeHeld()
      state = 'plain'
      return token('T_STR_END', 1)
    }
    return ch === '"' || ch === "'" ? hold(ch, 1, 1) : inString()
  }

  /** What strings and the arguments of functions have in common. */
  const inString = (): Token | undefined => {
    const ch = text.charAt(at)
    if (ch === '\n') return fail('Unterminated string or variable', 1)
    if (ch === '\\') return escaped()
    if (text.startsWith('%{', at)) return held === '' ? openVariable() : takeHeld()
    if (isBackReference(text, at)) return held === '' ? token('T_REGEX_BACKREF', 2, text.charAt(at + 1)) : takeHeld()
    const run = matchAt(literals, text, at) ?? ch
    return hold(run, run.length * 3 + heldBytes >= bufferSize ? byteLength(run) : run.length, run.length)
  }

  const escaped = (): Token | undefined => {
    const digits = matchAt(escapedDigits, text, at)
    if (digits !== undefined) {
      if (!/^\\[0-7]{1,3}$/.test(digits)) return fail('Bad escape sequence', digits.length)
      const byte = Number.parseInt(digits.slice(1), 8)
      return byte > 0xff ? fail('Escape sequence out of bound', digits.length) : hold(String.fromCharCode(byte), 1, digits.length)
    }
    if (at + 1 >= text.length) return token('jammed', 1)
    const length = characterLength(text, at + 1)
    const character = text.slice(at + 1, at + 1 + length)
    return hold(escapes.get(character) ?? character, byteLength(character), length + 1)
  }

  const variable = (): Token | undefined => {
    if (at >= text.length) return fail('Unterminated string or variable', 0)
    const name = matchAt(words, text, at)
    if (name) return token('T_ID', name.length, name)
    const ch = text.charAt(at)
    if (ch === '}') return closeVariable()
    if (ch === ':') {
      state = 'argument'
      return token("':'", 1)
    }
    return ch === '\n'
      ? fail('Unterminated string or variable', 1)
      : fail(`Invalid character in variable name '${byteAt(text, at)}'`, characterLength(text, at))
  }

  const argument = (): Token | undefined => {
    if (at >= text.length) return fail('Unterminated string or variable', 0)
    const ch = text.charAt(at)
    if (ch === '}') return held === '' ? closeVariable() : takeHeld()
    return ch === '"' || ch === "'" ? token('jammed', 1) : inString()
  }

  const closeVariable = (): Token => {
    state = outer.pop() ?? 'plain'
    return token('T_VAR_END', 1)
  }

  const scan = { plain, string, variable, argument }
  return () => {
    if (!started) {
      started = true
      return token(isString ? 'T_EXPR_STRING' : 'T_EXPR_BOOL', 0)
    }
    for (;;) {
      const found = scan[state]()
      if (found) return found
    }
  }
}

type State = 'plain' | 'string' | 'variable' | 'argument'

/** `MAX_STRING_LEN` of `include/httpd.h`, in bytes. */
const bufferSize = 8192

const spaces = /[ \t\n]+/y
const words = /[a-zA-Z][a-zA-Z0-9_]*/y
const numbers = /-?[0-9]+/y
const dashedWords = /-[a-zA-Z_][a-zA-Z_0-9]*/y
const operators = /==|=~|=|!=|!~|!|<=|<|>=|>|&&|\|\||[.(){},:]/y
const literals = /[^\\\n"'%}$]+/y
const escapedDigits = /\\[0-9]+/y
const patternDelimiters = '/#$%^,;:_?|-!.\'"'

const escapes = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
])

const keywords = new Map([
  ['=', 'T_OP_STR_EQ'],
  ['==', 'T_OP_STR_EQ'],
  ['!=', 'T_OP_STR_NE'],
  ['<', 'T_OP_STR_LT'],
  ['<=', 'T_OP_STR_LE'],
  ['>', 'T_OP_STR_GT'],
  ['>=', 'T_OP_STR_GE'],
  ['=~', 'T_OP_REG'],
  ['!~', 'T_OP_NRE'],
  ['and', 'T_OP_AND'],
  ['&&', 'T_OP_AND'],
  ['or', 'T_OP_OR'],
  ['||', 'T_OP_OR'],
  ['not', 'T_OP_NOT'],
  ['!', 'T_OP_NOT'],
  ['.', 'T_OP_CONCAT'],
  ['true', 'T_TRUE'],
  ['false', 'T_FALSE'],
  ...['in', 'eq', 'ne', 'ge', 'le', 'gt', 'lt'].flatMap((name): [string, string][] => [
    [name, `T_OP_${name.toUpperCase()}`],
    [`-${name}`, `T_OP_${name.toUpperCase()}`],
  ]),
])

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function isBackReference(text: string, at: number): boolean {
  return text.charAt(at) === '$' && /^[0-9]/.test(text.charAt(at + 1))
}

/** The first byte of the character there. */
function byteAt(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0
  if (code < 0x80) return text.charAt(at)
  if (code < 0x800) return byteText(0xc0 | (code >> 6))
  return byteText(code < 0x10000 ? 0xe0 | (code >> 12) : 0xf0 | (code >> 18))
}

const characterLength = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)

/** In UTF-8. */
function byteLength(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
