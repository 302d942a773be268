import type { Configuration, Inclusion, PlacedDirective } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'

/** The inclusions of a configuration by the path of the file that was read. */
export const inclusionsOf = (path: string, configuration: Configuration): readonly Inclusion[] => index(configuration).byFile.get(path) ?? []

/** The inclusions of a configuration by the path of the file that the directive stands in. */
export const inclusionsFrom = (path: string, configuration: Configuration): readonly Inclusion[] => index(configuration).byIncluder.get(path) ?? []

/** The files that an include reads itself, in the server's order. */
export const filesReadBy = (include: PlacedDirective, configuration: Configuration): readonly string[] => [
  ...new Set(inclusionsFrom(include.source.path, configuration).flatMap(({ directive, file }) => (directive === include ? [file.path] : []))),
]

const index = derived((configuration: Configuration) => {
  const byFile = new Map<string, Inclusion[]>()
  const byIncluder = new Map<string, Inclusion[]>()
  for (const inclusion of configuration.inclusions) {
    append(byFile, inclusion.file.path, inclusion)
    append(byIncluder, inclusion.directive.source.path, inclusion)
  }
  return { byFile, byIncluder }
})

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
