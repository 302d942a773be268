import type { Source } from '../configuration/placed.ts'
import type { Place } from '../problem/place.ts'
import type { WorkspacePart } from './lib/view.ts'
import { definitionsIn } from './names/index.ts'
import type { NameKind } from './names/name-use.ts'

/** A name that is defined somewhere in the workspace. */
export interface WorkspaceName {
  readonly kind: NameKind
  /** As written. */
  readonly text: string
  readonly place: Place
}

/** The editor filters further as more is typed. */
const most = 500

/** The defined names that have the letters of a query in their order. */
export function workspaceNames(query: string, parts: readonly WorkspacePart[]): WorkspaceName[] {
  const wanted = query.toLowerCase().replace(/[\s$@]/g, '')
  const found = new Map<string, WorkspaceName>()
  const seen = new Set<Source>()
  for (const { configuration } of parts.flatMap(({ understanding }) => understanding.configurations)) {
    for (const source of configuration.sources) {
      if (seen.has(source)) continue
      seen.add(source)
      for (const { kind, name, place } of definitionsIn(source)) {
        if (kind === 'module' || kind === 'macro parameter' || !hasInOrder(name.toLowerCase(), wanted)) continue
        found.set(`${place.path}:${place.start}`, { kind, text: source.text.slice(place.start, place.end), place })
        if (found.size >= most) return [...found.values()]
      }
    }
  }
  return [...found.values()]
}

function hasInOrder(text: string, letters: string): boolean {
  let at = 0
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}
