import { allBytes, type ByteSet, bytesIn, bytesOf, complement, foldCase, intersection, noBytes, toByteText, union } from './bytes.ts'
import type { CapturingGroup, Pattern, RegexNode } from './tree.ts'

/**
 * Reads a pattern as PCRE2 does without UTF; undefined where it cannot be read. Whether PCRE2 would take it is not
 * asked here (`compilePattern` is for that): what is wrong in it may be read all the same.
 */
export function parsePattern(source: string, caseless = false): Pattern | undefined {
  const key = `${caseless ? 'i' : ''}/${source}`
  const known = parsed.get(key)
  if (known !== undefined) return known ?? undefined
  let pattern: Pattern | undefined
  try {
    pattern = makeParser(source, caseless).pattern()
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
  }
  if (parsed.size >= mostKept) parsed.clear()
  parsed.set(key, pattern ?? null)
  return pattern
}

/** Reading has no effect but its answer, so that answers may be kept. */
const parsed = new Map<string, Pattern | null>()
const mostKept = 2000
const deepest = 200

class Unreadable extends Error {}

interface Flags {
  readonly i: boolean
  readonly m: boolean
  readonly s: boolean
  readonly x: boolean
  readonly n: boolean
  readonly U: boolean
}

const digits = bytesIn([48, 57])
const wordBytes = bytesIn([48, 57], [65, 90], [95, 95], [97, 122])
const spaces = bytesIn([9, 13], [32, 32])
const horizontal = bytesIn([9, 9], [32, 32], [160, 160])
const vertical = bytesIn([10, 13], [133, 133])
const newline = bytesIn([10, 10])

const classEscapes: Readonly<Record<string, ByteSet>> = {
  d: digits,
  D: complement(digits),
  w: wordBytes,
  W: complement(wordBytes),
  s: spaces,
  S: complement(spaces),
  h: horizontal,
  H: complement(horizontal),
  v: vertical,
  V: complement(vertical),
  N: complement(newline),
}

const characterEscapes: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 }

const posix: Readonly<Record<string, ByteSet>> = {
  alnum: bytesIn([48, 57], [65, 90], [97, 122]),
  alpha: bytesIn([65, 90], [97, 122]),
  ascii: bytesIn([0, 127]),
  blank: bytesOf(' \t'),
  cntrl: bytesIn([0, 31], [127, 127]),
  digit: digits,
  graph: bytesIn([33, 126]),
  lower: bytesIn([97, 122]),
  print: bytesIn([32, 126]),
  punct: bytesIn([33, 47], [58, 64], [91, 96], [123, 126]),
  space: spaces,
  upper: bytesIn([65, 90]),
  word: wordBytes,
  xdigit: bytesIn([48, 57], [65, 70], [97, 102]),
}

function makeParser(source: string, caseless: boolean) {
  let at = 0
  let flags: Flags = { i: caseless, m: false, s: false, x: false, n: false, U: false }
  let captures = 0
  let depth = 0
  let understood = true
  const groups: CapturingGroup[] = []
  const around: number[] = []

  const fail = (): never => {
    throw new Unreadable()
  }
  const eat = (text: string): boolean => {
    if (!source.startsWith(text, at)) return false
    at += text.length
    return true
  }
  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(source)
    if (found) at += found[0].length
    return found ?? undefined
  }
  const opaque = (start: number): RegexNode => {
    understood = false
    return { type: 'opaque', start, end: at }
  }
  const oneOf = (set: ByteSet, start: number, literal = false): RegexNode => ({
    type: 'class',
    set: flags.i ? foldCase(set) : set,
    literal,
    start,
    end: at,
  })
  const literal = (text: string, start: number): RegexNode => {
    const bytes = toByteText(text)
    if (bytes.length === 1) return oneOf(bytesOf(bytes), start, true)
    return { type: 'sequence', items: Array.from(bytes, (byte) => oneOf(bytesOf(byte), start, true)), start, end: at }
  }

  function pattern(): Pattern {
    while (match(/\(\*(?:UTF8?|UCP|UTF16|UTF32|ANYCRLF|ANY|CRLF|CR|LF|NO_\w+|LIMIT_\w+=\d+|BSR_\w+|NOTEMPTY\w*)\)/y)) understood = false
    const tree = alternation()
    if (at < source.length) fail()
    return { source, caseless, tree, groups: groups.sort((a, b) => a.number - b.number), understood }
  }

  /** Up to a closing parenthesis or the end. Flags that are set inside last to its end. */
  function alternation(reset = false): RegexNode {
    const start = at
    const outer = flags
    const first = captures
    let most = captures
    const branches = [sequence()]
    while (eat('|')) {
      most = Math.max(most, captures)
      if (reset) captures = first
      branches.push(sequence())
    }
    captures = Math.max(most, captures)
    flags = outer
    return branches.length === 1 && branches[0] ? branches[0] : { type: 'alternation', branches, start, end: at }
  }

  function sequence(): RegexNode {
    const start = at
    const items: RegexNode[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      if (flags.x && match(/(?:\s+|#[^\n]*(?:\n|$))+/y)) continue
      if (match(/\(\?#[^)]*\)/y)) continue
      if (eat('\\E')) continue
      if (eat('\\Q')) {
        const end = source.indexOf('\\E', at)
        const text = source.slice(at, end < 0 ? source.length : end)
        for (const ch of text) {
          at += ch.length
          items.push(literal(ch, at - ch.length))
        }
        const last = items.pop()
        if (end >= 0) at = end + 2
        if (last) items.push(quantified(last))
        continue
      }
      const item = atom()
      if (item) items.push(quantified(item))
    }
    return items.length === 1 && items[0] ? items[0] : { type: 'sequence', items, start, end: at }
  }

  function quantified(body: RegexNode): RegexNode {
    let node = body
    for (;;) {
      if (flags.x) match(/(?:\s+|#[^\n]*(?:\n|$))+/y)
      const found = match(/[*+?]|\{\s*(?:\d+\s*(?:,\s*\d*)?|,\s*\d+)\s*\}/y)
      if (!found) return node
      const [text] = found
      const [min = 0, max = min] = text === '*' ? [0, Infinity] : text === '+' ? [1, Infinity] : text === '?' ? [0, 1] : bounds(text)
      if (min > max || Math.max(min, max === Infinity ? 0 : max) > 65535) fail()
      const mode = eat('+') ? 'possessive' : eat('?') ? (flags.U ? 'greedy' : 'lazy') : flags.U ? 'lazy' : 'greedy'
      node = { type: 'quantifier', min, max, mode, body: node, start: body.start, end: at }
    }
  }

  function bounds(text: string): readonly [number, number] {
    const [low = '', high] = text.slice(1, -1).replaceAll(/\s/g, '').split(',')
    return [Number(low), high === undefined ? Number(low) : high === '' ? Infinity : Number(high)]
  }

  function atom(): RegexNode | undefined {
    const start = at
    const ch = source.charAt(at)
    switch (ch) {
      case '(':
        return group()
      case '[':
        return bracketed()
      case '\\':
        return backslash()
      case '.':
        at++
        return oneOf(flags.s ? allBytes : complement(newline), start)
      case '^':
        at++
        return { type: 'anchor', kind: flags.m ? 'line-start' : 'start', start, end: at }
      case '$':
        at++
        return { type: 'anchor', kind: flags.m ? 'line-end' : 'end', start, end: at }
      case '*':
      case '+':
      case '?':
        return fail()
      default: {
        const character = String.fromCodePoint(source.codePointAt(at) ?? 0)
        at += character.length
        return literal(character, start)
      }
    }
  }

  function group(): RegexNode | undefined {
    const start = at
    if (++depth > deepest) fail()
    at++
    try {
      if (eat('*')) {
        match(/[^)]*/y)
        if (!eat(')')) fail()
        return opaque(start)
      }
      if (!eat('?')) return flags.n ? closed(start, {}) : captured(start, undefined)
      if (eat(':')) return closed(start, {})
      if (eat('>')) return closed(start, { atomic: true })
      if (eat('|')) return closed(start, { reset: true })
      const look = match(/<?[=!]/y)
      if (look) {
        const body = alternation()
        if (!eat(')')) fail()
        return { type: 'look', behind: look[0].startsWith('<'), negative: look[0].endsWith('!'), body, start, end: at }
      }
      const name = match(/P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)'/y)
      if (name) return captured(start, name[1] ?? name[2])
      const back = match(/P=([A-Za-z_]\w*)\)/y)
      if (back) return { type: 'back-reference', to: back[1] ?? '', start, end: at }
      const set = match(/(\^?[imsxnUJ]*)(?:-([imsxnUJ]*))?([:)])/y)
      if (set) {
        const [, on = '', off = '', ending] = set
        const before = flags
        flags = changed(on, off)
        // `(?i)` lasts to the end of the group around it, which puts the flags back.
        if (ending === ')') return undefined
        const made = closed(start, {})
        flags = before
        return made
      }
      if (!match(/(?=[(R&+\-\d]|P>|C[\d)'"`])/y)) fail()
      return skipped(start)
    } finally {
      depth--
    }
  }

  function changed(on: string, off: string): Flags {
    const has = (flag: keyof Flags): boolean => (on.includes(flag) ? true : off.includes(flag) || on.startsWith('^') ? false : flags[flag])
    return { i: has('i'), m: has('m'), s: has('s'), x: has('x'), n: has('n'), U: has('U') }
  }

  function closed(start: number, { atomic = false, reset = false }): RegexNode {
    const body = alternation(reset)
    if (!eat(')')) fail()
    return { type: 'group', capture: undefined, atomic, body, start, end: at }
  }

  function captured(start: number, name: string | undefined): RegexNode {
    const number = ++captures
    const inside = [...around].reverse()
    around.push(number)
    const body = alternation()
    around.pop()
    if (!eat(')')) fail()
    groups.push({ number, name, body, inside, start, end: at })
    return { type: 'group', capture: number, atomic: false, body, start, end: at }
  }

  /** Recursion, conditions, callouts: over to the parenthesis that closes them. */
  function skipped(start: number): RegexNode {
    let open = 1
    while (open > 0) {
      if (at >= source.length) fail()
      const ch = source.charAt(at)
      if (ch === '\\') at++
      else if (ch === '(') {
        open++
        // A group in there counts for the numbers all the same.
        if (source[at + 1] !== '?' && source[at + 1] !== '*') {
          captures++
          groups.push({ number: captures, name: undefined, body: opaque(at), inside: [...around].reverse(), start: at, end: at })
        }
      } else if (ch === ')') open--
      at++
    }
    return opaque(start)
  }

  function backslash(): RegexNode | undefined {
    const start = at
    at++
    const ch = source.charAt(at)
    if (ch === '') fail()
    const set = classEscapes[ch]
    if (set) {
      at++
      return oneOf(set, start)
    }
    const anchor = anchors[ch]
    if (anchor) {
      at++
      return { type: 'anchor', kind: anchor, start, end: at }
    }
    switch (ch) {
      case 'R':
        at++
        return {
          type: 'alternation',
          branches: [{ type: 'sequence', items: [oneOf(bytesOf('\r'), start), oneOf(newline, start)], start, end: at }, oneOf(vertical, start)],
          start,
          end: at,
        }
      case 'K':
        at++
        return opaque(start)
      case 'X':
      case 'C':
        at++
        return opaque(start)
      case 'p':
      case 'P':
        at++
        match(/\{[^}]*\}|./y)
        return opaque(start)
      case 'g':
      case 'k': {
        at++
        const found = match(ch === 'g' ? /\{?(-?\d+)\}?|\{(\w+)\}/y : /<(\w+)>|'(\w+)'|\{(\w+)\}/y)
        if (!found) {
          match(/<[^>]*>|'[^']*'/y)
          return opaque(start)
        }
        const target = found.slice(1).find((each) => each !== undefined) ?? ''
        const number = Number(target)
        return {
          type: 'back-reference',
          to: Number.isNaN(number) ? target : number < 0 ? captures + 1 + number : number,
          start,
          end: at,
        }
      }
      default:
    }
    const decimal = /[1-9]\d*/y
    decimal.lastIndex = at
    const digitsFound = decimal.exec(source)?.[0]
    if (digitsFound && (digitsFound.length === 1 || Number(digitsFound) <= captures)) {
      at += digitsFound.length
      return { type: 'back-reference', to: Number(digitsFound), start, end: at }
    }
    const code = characterCode()
    if (code === undefined) return fail()
    return code > 255 ? literal(String.fromCodePoint(code), start) : literalByte(code, start)
  }

  const literalByte = (byte: number, start: number): RegexNode => oneOf(bytesIn([byte, byte]), start, true)

  /** What stands behind a backslash, where it is one character. */
  function characterCode(): number | undefined {
    const ch = source.charAt(at)
    const simple = characterEscapes[ch]
    if (simple !== undefined) {
      at++
      return simple
    }
    const hex = match(/x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{0,2})/y)
    if (hex) return Math.min(Number.parseInt(hex[1] ?? (hex[2] || '0'), 16), 0x10ffff)
    const octal = match(/o\{([0-7]+)\}|(0[0-7]{0,2}|[1-7][0-7]{1,2})/y)
    if (octal) return Number.parseInt(octal[1] ?? octal[2] ?? '0', 8) & 255
    const control = match(/c([\x20-\x7e])/y)
    if (control) return (control[1] ?? '').toUpperCase().charCodeAt(0) ^ 64
    if (/[A-Za-z]/.test(ch)) return undefined
    const character = String.fromCodePoint(source.codePointAt(at) ?? 0)
    at += character.length
    return character.codePointAt(0)
  }

  function bracketed(): RegexNode {
    const start = at
    at++
    const negated = eat('^')
    let set = noBytes
    let first = true
    let quoting = false
    for (;;) {
      if (at >= source.length) fail()
      if (quoting ? eat('\\E') : eat('\\Q')) {
        quoting = !quoting
        continue
      }
      if (!quoting && !first && eat(']')) break
      first = false
      const low = member(quoting)
      if (typeof low !== 'number') {
        set = union(set, low)
        continue
      }
      const here = at
      if (!quoting && source[at] === '-' && source[at + 1] !== ']' && at + 1 < source.length) {
        at++
        const high = member(false)
        if (typeof high === 'number') {
          if (high < low) fail()
          set = union(set, bytesIn([low, high]))
          continue
        }
        at = here
      }
      set = union(set, low > 255 ? bytesOf(toByteText(String.fromCodePoint(low))) : bytesIn([low, low]))
    }
    const made = flags.i ? foldCase(set) : set
    return { type: 'class', set: negated ? complement(made) : made, literal: false, start, end: at }
  }

  /** One member of a bracketed class: a character, or a set of them. */
  function member(quoting: boolean): number | ByteSet {
    const named = quoting ? undefined : match(/\[:(\^?)(\w+):\]/y)
    if (named) {
      const set = posix[named[2] ?? ''] ?? fail()
      return named[1] ? complement(set) : set
    }
    if (!quoting && source[at] === '\\') {
      at++
      const ch = source.charAt(at)
      const set = classEscapes[ch]
      if (set && ch !== 'N') {
        at++
        return set
      }
      if (ch === 'b') {
        at++
        return 8
      }
      if (ch === 'p' || ch === 'P') {
        at++
        match(/\{[^}]*\}|./y)
        understood = false
        return allBytes
      }
      if (/[89]/.test(ch)) return source.charCodeAt(at++)
      return characterCode() ?? fail()
    }
    const code = source.codePointAt(at) ?? fail()
    at += code > 0xffff ? 2 : 1
    return code < 128 || code > 255 ? code : union(bytesOf(toByteText(String.fromCodePoint(code))), noBytes)
  }

  return { pattern }
}

const anchors: Readonly<Record<string, 'start' | 'end' | 'very-end' | 'word-boundary' | 'no-word-boundary'>> = {
  A: 'start',
  G: 'start',
  Z: 'end',
  z: 'very-end',
  b: 'word-boundary',
  B: 'no-word-boundary',
}

export const lineBreaks = intersection(vertical, bytesIn([10, 10], [13, 13]))
