import type { Understanding, UnderstoodConfiguration } from '../../application/understand.ts'
import type { Configuration, PlacedDirective, Source } from '../../configuration/placed.ts'
import type { WorkspaceInput } from '../../rules/check-workspace.ts'
import type { Directive } from '../../syntax/tree.ts'
import { derived } from '../../workspace/derived.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'

/** A folder of the workspace and what is understood of it. */
export interface WorkspacePart {
  readonly input: WorkspaceInput
  readonly understanding: Understanding
}

/** A document in its workspace, as the features of an editor look at it. */
export interface DocumentView {
  /** The document's newest text. */
  readonly source: Source
  readonly part: WorkspacePart
  /** All folders, the document's own among them. */
  readonly parts: readonly WorkspacePart[]
  /** The configurations in which the document is read; empty where nothing is known of that. */
  readonly configurations: readonly UnderstoodConfiguration[]
  readonly snapshot: Snapshot
  /** What is understood is as new as the text. Where it is older, only names and contexts are to be taken from it, no offsets in this document. */
  readonly current: boolean
}

/** A directive's node with its offset in the document. */
export interface NodeAt {
  readonly node: Directive
  /** Where `node` begins (UTF-16 offset), as `PlacedDirective.start`. */
  readonly start: number
}

/** The places of a node in the configurations of its document; none where what is understood is older than the text. */
export const placementsOf = (view: DocumentView, { start }: NodeAt): readonly { directive: PlacedDirective; configuration: UnderstoodConfiguration }[] =>
  view.configurations.flatMap((configuration) =>
    (placedByStart(configuration.configuration).get(view.source)?.get(start) ?? []).map((directive) => ({ directive, configuration })),
  )

const placedByStart = derived((configuration: Configuration): ReadonlyMap<Source, ReadonlyMap<number, readonly PlacedDirective[]>> => {
  const bySource = new Map<Source, Map<number, PlacedDirective[]>>()
  for (const directive of configuration.all) {
    let byStart = bySource.get(directive.source)
    if (!byStart) {
      byStart = new Map()
      bySource.set(directive.source, byStart)
    }
    const list = byStart.get(directive.start)
    if (list) list.push(directive)
    else byStart.set(directive.start, [directive])
  }
  return bySource
})
