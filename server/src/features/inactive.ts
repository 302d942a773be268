import { type PlacedDirective, placeOfWhole } from '../configuration/placed.ts'
import type { Range } from '../syntax/position.ts'
import type { DocumentView } from './lib/view.ts'

/** A section of a document that the server passes over. */
export interface InactiveSection {
  readonly range: Range
  /** Why, in a few words. */
  readonly message: string
}

/** The outermost conditional sections whose conditions do not hold, in any configuration in which the document is read. */
export function inactiveSections(view: DocumentView): InactiveSection[] {
  if (!view.current || view.configurations.length === 0) return []
  const { source } = view
  /** By where it begins: whether it is passed over wherever it is read. */
  const sections = new Map<number, { readonly directive: PlacedDirective; holds: boolean }>()
  for (const { configuration } of view.configurations) {
    for (const [directive, { holds }] of configuration.conditions) {
      if (directive.source !== source || directive.presence === 'absent') continue
      const isActive = holds !== 'absent'
      const known = sections.get(directive.start)
      if (known) known.holds ||= isActive
      else sections.set(directive.start, { directive, holds: isActive })
    }
  }
  return [...sections.values()].flatMap(({ directive, holds }) => {
    if (holds) return []
    const { start, end } = placeOfWhole(directive)
    const range = { start: source.lines.positionAt(start), end: source.lines.positionAt(end) }
    const words = directive.node.words.map((word) => word.value).join(' ')
    return [{ range, message: `<${words}> does not hold in this configuration: Apache passes over what stands here.` }]
  })
}
