import type { Token, TokenType } from './token.ts'

/** The parts of a pattern, as PCRE2 reads them. It is read without regard for mistakes: each has its own problem. */
export function regexTokens(pattern: string, start: number, add: (token: Token) => void): void {
  let literal = 0
  let at = 0
  const put = (length: number, type: TokenType): void => {
    if (at > literal) add({ start: start + literal, end: start + at, type: 'regexp' })
    add({ start: start + at, end: start + at + length, type })
    at += length
    literal = at
  }
  while (at < pattern.length) {
    const rest = pattern.slice(at, at + longest)
    const ch = rest.charAt(0)
    if (ch === '\\') put(escaped.exec(rest)?.[0].length ?? 1, 'characterClass')
    else if (ch === '.') put(1, 'characterClass')
    else if (ch === '[') put(classLength(pattern, at), 'characterClass')
    else if (ch === '(') {
      const named = /^\(\?(?:P?<|')(?![=!])(\w+)[>']/.exec(rest)
      if (named?.[1]) {
        const before = named[0].indexOf(named[1])
        put(before, 'operator')
        if (at > literal) continue
        add({ start: start + at, end: start + at + named[1].length, type: 'variable', modifier: 'declaration' })
        at += named[1].length
        literal = at
        put(1, 'operator')
      } else put(/^\((?:\?(?:[:|>=!]|<[=!]|[a-zA-Z-]*[:)]?)|\*[A-Z_]+\))?/.exec(rest)?.[0].length ?? 1, 'operator')
    } else if (/[)^$|]/.test(ch)) put(1, 'operator')
    else {
      const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})[+?]?/.exec(rest)
      if (quantifier) put(quantifier[0].length, 'operator')
      else at++
    }
  }
  if (at > literal) add({ start: start + literal, end: start + at, type: 'regexp' })
}

/** How far a group's head, an escape or a quantifier is looked for. */
const longest = 80
const escaped = /^\\(?:[pPxko]\{[^}]*\}|[pP][A-Z]|x[\da-fA-F]{1,2}|c.|k<\w+>|k'\w+'|\d+|[\s\S])/

/** The length of a character class with its brackets: a bracket that comes first is one of its characters. */
function classLength(pattern: string, start: number): number {
  let at = start + 1
  if (pattern.charAt(at) === '^') at++
  if (pattern.charAt(at) === ']') at++
  while (at < pattern.length && pattern.charAt(at) !== ']') {
    const posix = pattern.startsWith('[:', at) ? pattern.indexOf(':]', at) : -1
    if (posix > 0) at = posix + 2
    else at += pattern.charAt(at) === '\\' ? 2 : 1
  }
  return Math.min(at + 1, pattern.length) - start
}
