import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'
import { dirname } from '../../workspace/path.ts'
import type { DocumentView } from '../lib/view.ts'

/** A configuration in which a file is read, and the block that its include stands in. */
export interface FilePlace {
  readonly configuration: Configuration
  /** Undefined: at the top. */
  readonly parent: PlacedDirective | undefined
}

/** Each place in which the document is read; of a file without directives those of the files beside it. */
export function placesOfFile({ configurations, source }: DocumentView): readonly FilePlace[] {
  const found = new Map<string, FilePlace>()
  const folder = dirname(source.path)
  for (const own of [true, false]) {
    for (const { configuration } of configurations) {
      for (const [path, parents] of parentsOfFiles(configuration)) {
        if (own ? path !== source.path : dirname(path) !== folder || configuration.root.path === source.path) continue
        for (const parent of parents) found.set(`${configuration.root.path} ${parent?.order ?? ''}`, { configuration, parent })
      }
    }
    if (found.size > 0) return [...found.values()]
  }
  return configurations
    .filter(({ configuration }) => configuration.root.path === source.path)
    .map(({ configuration }) => ({ configuration, parent: undefined }))
}

/** For each file the blocks of other files in which its directives stand. */
const parentsOfFiles = derived((configuration: Configuration): ReadonlyMap<string, ReadonlySet<PlacedDirective | undefined>> => {
  const files = new Map<string, Set<PlacedDirective | undefined>>()
  for (const { parent, source } of configuration.all) {
    if (parent?.source === source) continue
    const known = files.get(source.path)
    if (known) known.add(parent)
    else files.set(source.path, new Set([parent]))
  }
  return files
})
