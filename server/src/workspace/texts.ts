import type { Place } from '../problem/place.ts'
import { type LineIndex, makeLineIndex } from '../syntax/line-index.ts'
import type { Range } from '../syntax/position.ts'
import type { Snapshot } from './snapshot.ts'

/** The texts of files with their lines. A file that cannot be read is empty. */
export interface Texts {
  text(path: string): string
  lines(path: string): LineIndex
  /** The lines and characters of a place. */
  range(place: Place): Range
}

/**
 * The texts of a snapshot, the lines of each counted once.
 *
 * @param known those that are counted already; further ones are put to them
 */
export function textsIn(snapshot: Snapshot, known: Map<string, LineIndex> = new Map()): Texts {
  const text = (path: string): string => {
    const content = snapshot.content(path)
    return content.state === 'content' ? content.value.text : ''
  }
  const lines = (path: string): LineIndex => {
    const found = known.get(path)
    if (found) return found
    const made = makeLineIndex(text(path))
    known.set(path, made)
    return made
  }
  return {
    text,
    lines,
    range({ path, start, end }) {
      const index = lines(path)
      return { start: index.positionAt(start), end: index.positionAt(end) }
    },
  }
}
