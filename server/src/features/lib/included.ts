import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'

/** The files that an include reads itself, in the server's order; those without any directive are not among them. */
export const filesReadBy = (include: PlacedDirective, configuration: Configuration): readonly string[] => [
  ...(filesByInclude(configuration).get(include) ?? []),
]

const filesByInclude = derived((configuration: Configuration): ReadonlyMap<PlacedDirective, ReadonlySet<string>> => {
  const files = new Map<PlacedDirective, Set<string>>()
  for (const { includedBy, source } of configuration.all) {
    const last = includedBy.at(-1)
    if (!last) continue
    const known = files.get(last)
    if (known) known.add(source.path)
    else files.set(last, new Set([source.path]))
  }
  return files
})
