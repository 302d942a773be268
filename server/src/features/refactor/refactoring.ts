import type { Edit } from '../../problem/problem.ts'
import type { TextRange } from '../../syntax/tree.ts'
import type { DocumentView } from '../lib/view.ts'

/** A change to a configuration that a person may ask for. */
export interface Refactoring {
  /** `extract-include`; the file's name. */
  readonly id: string
  /** The protocol's kind of code action: `refactor.extract`, `refactor.inline`, `refactor.rewrite`, `source.generate`. */
  readonly kind: string
  /** What can be done with a selection, or at a cursor where it is empty: quick, as it is asked at each move. */
  offers(view: DocumentView, selection: TextRange): readonly Offer[]
}

export interface Offer {
  /** Begins with a verb; what changes in meaning is said. */
  readonly title: string
  /** The edits, made when the person has chosen. */
  edits(): readonly Edit[]
}
