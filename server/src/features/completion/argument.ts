import type { Directive } from '../../syntax/tree.ts'
import type { DocumentView } from '../lib/view.ts'
import type { Span } from './proposal.ts'

/** An argument that is being typed. */
export interface TypedArgument {
  readonly view: DocumentView
  readonly directive: Directive
  /** 0 is the first argument. */
  readonly index: number
  /** What stands before the cursor in the word, without its quote. */
  readonly typed: string
  /** The word's quote, where it has one. */
  readonly quote: '"' | "'" | undefined
  /** What is replaced: the word, without its quotes. */
  readonly span: Span
  /** The values of the other arguments, those before the cursor and those behind it. */
  readonly before: readonly string[]
  readonly behind: readonly string[]
}
