import type { Directive, Word } from '../../syntax/tree.ts'

/** What the colours of an editor tell apart. The names are the protocol's, but `characterClass`. */
export const tokenTypes = ['variable', 'parameter', 'regexp', 'characterClass', 'operator', 'namespace', 'type', 'function'] as const
/** `declaration` defines it; `defaultLibrary` is the server's own; `undefined` is known to be defined nowhere. */
export const tokenModifiers = ['declaration', 'defaultLibrary', 'undefined'] as const

export type TokenType = (typeof tokenTypes)[number]
type TokenModifier = (typeof tokenModifiers)[number]

/** A piece of a document, as offsets (UTF-16). */
export interface Token {
  readonly start: number
  readonly end: number
  readonly type: TokenType
  readonly modifier?: TokenModifier | undefined
}

/** A directive whose tokens are wanted. */
export interface Coloured {
  readonly node: Directive
  /** Where `node` begins. */
  readonly start: number
  /** The document's text. */
  readonly text: string
  /** The name of the block around it, as the server compares names; `''` at the top. */
  readonly parent: string
  add(token: Token): void
}

/** What a word says without its quotes, as offsets in the document; undefined where a template fills a part in. */
export function contentOf(word: Word, { start, text }: Coloured): { readonly start: number; readonly end: number; readonly text: string } | undefined {
  if (word.holes) return undefined
  const from = start + word.start + (word.quote ? 1 : 0)
  const closed = word.quote && text.charAt(start + word.end - 1) === word.quote && word.end - word.start > 1
  const to = start + word.end - (closed ? 1 : 0)
  return { start: from, end: to, text: text.slice(from, to) }
}

/** The name of a parameter with a value (`weight=5`), where a word is one. */
export function addParameter(word: Word, coloured: Coloured): { readonly name: string; readonly value: string; readonly valueStart: number } | undefined {
  const content = contentOf(word, coloured)
  const match = content && /^([A-Za-z][\w-]*)=/.exec(content.text)
  if (!content || !match?.[1]) return undefined
  coloured.add({ start: content.start, end: content.start + match[1].length, type: 'parameter' })
  return { name: match[1], value: content.text.slice(match[0].length), valueStart: content.start + match[0].length }
}
