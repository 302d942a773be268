import type { Location } from 'vscode-languageserver'
import type { Place } from '../problem/place.ts'
import type { Range } from '../syntax/position.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { textsIn } from '../workspace/texts.ts'
import type { ProtocolContext } from './to-protocol.ts'
import { uriOfPath } from './uri.ts'

/** Turns places of one answer into ranges and locations. A place in a file that cannot be read is at its top. */
export interface Locator {
  range(place: Place): Range
  location(place: Place): Location
  text(place: Place): string
}

export function makeLocator(snapshot: Snapshot, context: ProtocolContext): Locator {
  const texts = textsIn(snapshot)
  return {
    range: texts.range,
    location: (place) => ({ uri: uriOfPath(place.path, context.like), range: place.start === place.end && place.start === 0 ? top : texts.range(place) }),
    text: ({ path, start, end }) => texts.text(path).slice(start, end),
  }
}

const top: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }
