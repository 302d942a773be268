import { type DocumentHighlight, DocumentHighlightKind } from 'vscode-languageserver-types'
import type { DocumentView } from './lib/view.ts'
import { nameAt, sameName } from './names/index.ts'
import { isDefinition, type NameUse } from './names/name-use.ts'

/** The places of the name at the cursor in its own file. */
export function highlightsAt(view: DocumentView, offset: number): DocumentHighlight[] {
  const use = view.current ? nameAt(view.source, offset) : undefined
  if (!use) return []
  const { lines, path } = view.source
  const found = new Map<number, NameUse>()
  for (const { configuration } of view.configurations) {
    for (const each of sameName(use, configuration)) if (each.place.path === path && each.written) found.set(each.place.start, each)
  }
  return [...found.values()].map((each) => ({
    range: { start: lines.positionAt(each.place.start), end: lines.positionAt(each.place.end) },
    kind: isDefinition(each) ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }))
}
