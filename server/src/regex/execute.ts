import { hasByte } from './bytes.ts'
import { type Pattern, type RegexNode, someNode } from './tree.ts'

/** What each group has of a text in which the pattern finds something, the whole match first; undefined where it finds nothing. */
export type Matcher = (text: string) => readonly (string | undefined)[] | undefined

/**
 * Runs a pattern, with PCRE2's preferences among several ways to match, on a text of bytes. Undefined where JavaScript's own
 * regular expressions have nothing that means the same.
 */
export function matcherOf(pattern: Pattern): Matcher | undefined {
  const known = made.get(pattern)
  if (known !== undefined) return known ?? undefined
  const matcher = makeMatcher(pattern)
  made.set(pattern, matcher ?? null)
  return matcher
}

const made = new WeakMap<Pattern, Matcher | null>()

function makeMatcher({ tree, understood, groups }: Pattern): Matcher | undefined {
  if (!understood || groups.some((group, i) => group.number !== i + 1)) return undefined
  // A group that is tried again keeps what it had in PCRE2 and not in JavaScript.
  if (someNode(tree, ({ type }) => type === 'back-reference') && someNode(tree, ({ type }) => type === 'quantifier')) return undefined
  try {
    const expression = new RegExp(written(tree), 's')
    return (text) => expression.exec(text) ?? undefined
  } catch {
    return undefined
  }
}

function written(node: RegexNode): string {
  switch (node.type) {
    case 'class': {
      let members = ''
      for (let byte = 0; byte < 256; byte++) {
        if (!hasByte(node.set, byte)) continue
        let last = byte
        while (last < 255 && hasByte(node.set, last + 1)) last++
        members += last > byte ? `${hex(byte)}-${hex(last)}` : hex(byte)
        byte = last
      }
      return `[${members}]`
    }
    case 'sequence':
      return node.items.map(written).join('')
    case 'alternation':
      return `(?:${node.branches.map(written).join('|')})`
    case 'group':
      // What an atomic group has taken it keeps; a lookahead does so too, but its groups would be counted.
      if (node.atomic) return missing()
      return `${node.capture === undefined ? '(?:' : '('}${written(node.body)})`
    case 'quantifier': {
      const range = node.max === Infinity ? `{${node.min},}` : `{${node.min},${node.max}}`
      return node.mode === 'possessive' ? missing() : `(?:${written(node.body)})${range}${node.mode === 'lazy' ? '?' : ''}`
    }
    case 'anchor':
      return anchors[node.kind]
    case 'look':
      return `(?${node.behind ? '<' : ''}${node.negative ? '!' : '='}${written(node.body)})`
    case 'back-reference':
      return typeof node.to === 'number' ? `(?:\\${node.to})` : missing()
    case 'opaque':
      return missing()
  }
}

const missing = (): never => {
  throw new SyntaxError('JavaScript has nothing like it')
}

const hex = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`

const anchors = {
  start: '^',
  end: '(?=\\n?$)',
  'very-end': '$',
  'line-start': '(?<![^\\n])',
  'line-end': '(?![^\\n])',
  'word-boundary': '\\b',
  'no-word-boundary': '\\B',
} as const
