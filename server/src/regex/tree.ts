import type { ByteSet } from './bytes.ts'

/** A pattern of PCRE2 as it was read. Offsets are those of the pattern's text. */
export interface Pattern {
  readonly source: string
  readonly caseless: boolean
  readonly tree: RegexNode
  /** Capturing groups, the first at index 0. */
  readonly groups: readonly CapturingGroup[]
  /** Nothing in it is a construct that is read without knowing what it matches (recursion, conditions, `\p`). */
  readonly understood: boolean
}

export interface CapturingGroup extends Span {
  readonly number: number
  readonly name: string | undefined
  readonly body: RegexNode
  /** The numbers of the capturing groups around it, innermost first. */
  readonly inside: readonly number[]
}

export interface Span {
  readonly start: number
  readonly end: number
}

export type RegexNode = CharacterClass | Sequence | Alternation | Group | Quantifier | Anchor | Look | BackReference | Opaque

/** One byte out of a set. */
export interface CharacterClass extends Span {
  readonly type: 'class'
  readonly set: ByteSet
  /** Written as the character itself, escaped or not. */
  readonly literal: boolean
}

export interface Sequence extends Span {
  readonly type: 'sequence'
  readonly items: readonly RegexNode[]
}

export interface Alternation extends Span {
  readonly type: 'alternation'
  readonly branches: readonly RegexNode[]
}

export interface Group extends Span {
  readonly type: 'group'
  /** Its number, where it captures. */
  readonly capture: number | undefined
  readonly atomic: boolean
  readonly body: RegexNode
}

export interface Quantifier extends Span {
  readonly type: 'quantifier'
  readonly min: number
  readonly max: number
  readonly mode: 'greedy' | 'lazy' | 'possessive'
  readonly body: RegexNode
}

export interface Anchor extends Span {
  readonly type: 'anchor'
  /** `end` also matches before a line break at the very end (`$`, `\Z`); `very-end` does not (`\z`). */
  readonly kind: 'start' | 'end' | 'very-end' | 'line-start' | 'line-end' | 'word-boundary' | 'no-word-boundary'
}

export interface Look extends Span {
  readonly type: 'look'
  readonly behind: boolean
  readonly negative: boolean
  readonly body: RegexNode
}

export interface BackReference extends Span {
  readonly type: 'back-reference'
  readonly to: number | string
}

/** Something that matches nobody here knows what. */
export interface Opaque extends Span {
  readonly type: 'opaque'
}

/** Whether some node below (or this one) fulfils a test. */
export function someNode(node: RegexNode, test: (node: RegexNode) => boolean): boolean {
  return test(node) || childrenOf(node).some((child) => someNode(child, test))
}

export function childrenOf(node: RegexNode): readonly RegexNode[] {
  switch (node.type) {
    case 'sequence':
      return node.items
    case 'alternation':
      return node.branches
    case 'group':
    case 'quantifier':
    case 'look':
      return [node.body]
    default:
      return []
  }
}

/** Whether an automaton says exactly what a node matches; where not, it allows more. */
export const isExact = (node: RegexNode): boolean =>
  !someNode(
    node,
    ({ type, ...rest }) =>
      type === 'look' ||
      type === 'back-reference' ||
      type === 'opaque' ||
      (type === 'group' && 'atomic' in rest && rest.atomic) ||
      (type === 'quantifier' && 'mode' in rest && rest.mode === 'possessive') ||
      (type === 'anchor' && 'kind' in rest && (rest.kind.startsWith('line') || rest.kind.endsWith('boundary'))),
  )
