import type { Location } from 'vscode-languageserver'
import type { Place } from '../problem/place.ts'
import { type LineIndex, makeLineIndex } from '../syntax/line-index.ts'
import type { Range } from '../syntax/position.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import type { ProtocolContext } from './to-protocol.ts'
import { uriOfPath } from './uri.ts'

/** Turns places of one answer into ranges and locations. A place in a file that cannot be read is at its top. */
export interface Locator {
  range(place: Place): Range
  location(place: Place): Location
  text(place: Place): string
}

export function makeLocator(snapshot: Snapshot, context: ProtocolContext): Locator {
  const known = new Map<string, { readonly text: string; readonly lines: LineIndex }>()
  const read = (path: string): { readonly text: string; readonly lines: LineIndex } => {
    let found = known.get(path)
    if (!found) {
      const content = snapshot.content(path)
      const text = content.state === 'content' ? content.value.text : ''
      found = { text, lines: makeLineIndex(text) }
      known.set(path, found)
    }
    return found
  }
  const range = ({ path, start, end }: Place): Range => {
    const { lines } = read(path)
    return { start: lines.positionAt(start), end: lines.positionAt(end) }
  }
  return {
    range,
    location: (place) => ({ uri: uriOfPath(place.path, context.like), range: place.start === place.end && place.start === 0 ? top : range(place) }),
    text: ({ path, start, end }) => read(path).text.slice(start, end),
  }
}

const top: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }
