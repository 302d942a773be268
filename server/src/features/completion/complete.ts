import { cursorAt } from '../lib/cursor.ts'
import type { DocumentView } from '../lib/view.ts'
import { completeApache } from './apache/complete.ts'
import { completeNginx } from './nginx/complete.ts'
import { type Proposal, withoutDoubles } from './proposal.ts'

/**
 * What can stand at the cursor, of half-typed lines too. `trigger` is the character that was just typed, where the editor asks because of it: then
 * nothing is said where the character is only part of a text.
 */
export function complete(view: DocumentView, offset: number, trigger?: string): readonly Proposal[] {
  const { source } = view
  if (source.tree.nestingUnknown) return []
  const cursor = cursorAt(source.tree, source.text, offset)
  // The indentation of a new line asks for nothing.
  if ((trigger === ' ' || trigger === '\t') && cursor.at.kind !== 'argument') return []
  if (cursor.at.kind === 'comment') return []
  const proposals = source.tree.dialect === 'nginx' ? completeNginx(view, cursor) : completeApache(view, cursor)
  // A text over several lines is not replaced as a whole.
  return withoutDoubles(proposals.filter(({ start }) => !source.text.slice(start, offset).includes('\n')))
}
