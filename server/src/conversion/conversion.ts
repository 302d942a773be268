import type { PlacedDirective } from '../configuration/placed.ts'
import type { Place } from '../problem/place.ts'
import type { Dialect } from '../syntax/tree.ts'

/** What became of a directive that another server does not take as it is. */
export interface Remark {
  readonly at: Place
  /** The directive as written, on one line. */
  readonly directive: string
  /**
   * `kept`: carried over, though not as a directive of the same meaning; `differs`: carried over with the difference that the message names; `left`:
   * not carried over, and the message says what to do about it.
   */
  readonly outcome: 'kept' | 'differs' | 'left'
  /** One or two sentences. */
  readonly message: string
}

/** A configuration in the language of the other server. */
export interface Conversion {
  readonly to: Dialect
  /** Laid out; every directive that was left stands in it as a comment. */
  readonly text: string
  /** In the order of the source. */
  readonly remarks: readonly Remark[]
}

/** How many characters of a directive a remark or a comment shows. */
const longest = 160

/** A directive on one line, as it was written; of a section the opening line. */
export function shown({ node, argumentText }: PlacedDirective): string {
  const written = node.words.length === 0 ? argumentText : node.text
  const line = written
    .replace(/\\\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\s*[;{]$/, '')
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}
