import type { Configuration, PlacedDirective, Source } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'

/** A file and the include directive that read it. One directive may read many files. */
export interface Inclusion {
  readonly directive: PlacedDirective
  readonly file: Source
}

/** The inclusions of a configuration by the path of the file that was read. */
export const inclusionsOf = (path: string, configuration: Configuration): readonly Inclusion[] => index(configuration).byFile.get(path) ?? []

/** The inclusions of a configuration by the path of the file that the directive stands in. */
export const inclusionsFrom = (path: string, configuration: Configuration): readonly Inclusion[] => index(configuration).byIncluder.get(path) ?? []

const index = derived((configuration: Configuration) => {
  const byFile = new Map<string, Inclusion[]>()
  const byIncluder = new Map<string, Inclusion[]>()
  const seen = new Map<PlacedDirective, Set<Source>>()
  let last: readonly PlacedDirective[] | undefined
  for (const { includedBy, source } of configuration.all) {
    // What came in together shares its list.
    if (includedBy === last) continue
    last = includedBy
    const directive = includedBy.at(-1)
    if (!directive || directive.name === 'use') continue
    const files = seen.get(directive) ?? new Set()
    seen.set(directive, files)
    if (files.has(source)) continue
    files.add(source)
    append(byFile, source.path, { directive, file: source })
    append(byIncluder, directive.source.path, { directive, file: source })
  }
  return { byFile, byIncluder }
})

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
