import type { UnderstoodConfiguration } from '../../application/understand.ts'
import type { Configuration, Source } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'
import { apacheMadeNames, apacheNames } from './apache.ts'
import { isDefinition, type NameKind, type NameUse } from './name-use.ts'
import { nginxNames, nginxScopes, nginxServersOf } from './nginx.ts'

/** The names written in a file, in the order in which they stand. */
export const namesIn = derived((source: Source): readonly NameUse[] =>
  (source.tree.dialect === 'nginx' ? nginxNames(source) : apacheNames(source)).sort((a, b) => a.place.start - b.place.start || a.place.end - b.place.end),
)

/** The name at an offset of a file, or ending there. */
export function nameAt(source: Source, offset: number): NameUse | undefined {
  const uses = namesIn(source)
  let low = 0
  let high = uses.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((uses[middle] as NameUse).place.start <= offset) low = middle + 1
    else high = middle
  }
  let best: NameUse | undefined
  // Names are short, and seldom stand within one another.
  for (let i = low - 1; i >= 0 && i >= low - 8; i--) {
    const use = uses[i] as NameUse
    if (use.place.end >= offset && (!best || use.place.end - use.place.start < best.place.end - best.place.start)) best = use
  }
  return best
}

const keyOf = (kind: NameKind, name: string): string => `${kind} ${name}`

/** Of one file: after an edit those of the others are as they were. */
const byKey = derived((source: Source): ReadonlyMap<string, readonly NameUse[]> => grouped(namesIn(source)))

const madeByKey = derived((configuration: Configuration): ReadonlyMap<string, readonly NameUse[]> => grouped(apacheMadeNames(configuration)))

function grouped(uses: readonly NameUse[]): ReadonlyMap<string, readonly NameUse[]> {
  const all = new Map<string, NameUse[]>()
  for (const use of uses) {
    const key = keyOf(use.kind, use.name)
    const list = all.get(key)
    if (list) list.push(use)
    else all.set(key, [use])
  }
  return all
}

/** Everything in a configuration that has a name of some kind, wherever the name counts. */
export function usesOfName(kind: NameKind, name: string, configuration: Configuration): readonly NameUse[] {
  const key = keyOf(kind, name)
  const found: NameUse[] = []
  for (const source of configuration.sources) for (const use of byKey(source).get(key) ?? none) found.push(use)
  if (configuration.dialect === 'apache') for (const use of madeByKey(configuration).get(key) ?? none) found.push(use)
  return found
}

const none: readonly NameUse[] = []

/** Everything that is the same name as a use in a configuration, it included, files in the order of reading. */
export function sameName(use: NameUse, configuration: Configuration): readonly NameUse[] {
  const uses = usesOfName(use.kind, use.name, configuration)
  const scoped = uses.map((each) => ({ each, scopes: scopesOf(each, configuration) }))
  const reached = new Set(scopesOf(use, configuration))
  // A snippet that is read in two servers makes what stands in both the same.
  for (let before = -1; before !== reached.size; ) {
    before = reached.size
    for (const { scopes } of scoped) if (scopes.some((scope) => reached.has(scope))) for (const scope of scopes) reached.add(scope)
  }
  return scoped.filter(({ scopes }) => scopes.some((scope) => reached.has(scope))).map(({ each }) => each)
}

const everywhere = [''] as const

function scopesOf(use: NameUse, configuration: Configuration): readonly string[] {
  if (configuration.dialect === 'nginx') return nginxScopes(use, configuration)
  return use.kind === 'macro parameter' ? [`${use.place.path}:${use.owner}`] : everywhere
}

/** A name in the configurations in which its file is read. */
export interface NameEverywhere {
  readonly uses: readonly NameUse[]
  /** The configurations that have it. */
  readonly configurations: readonly Configuration[]
}

/** The same name in all configurations that share a file in which it stands. */
export function nameEverywhere(use: NameUse, all: readonly UnderstoodConfiguration[]): NameEverywhere {
  const found = new Map<string, NameUse>()
  const configurations = new Set<Configuration>()
  const waiting = [use]
  const asked = new Map<Configuration, Set<string>>()
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const configuration of byPath(all).get(next.place.path) ?? []) {
      configurations.add(configuration)
      const scopes = scopesOf(next, configuration)
      const before = asked.get(configuration) ?? new Set()
      asked.set(configuration, before)
      if (scopes.every((scope) => before.has(scope))) continue
      for (const same of sameName(next, configuration)) {
        for (const scope of scopesOf(same, configuration)) before.add(scope)
        const key = `${same.place.path}:${same.place.start}:${same.place.end}`
        if (found.has(key)) continue
        found.set(key, same)
        waiting.push(same)
      }
    }
  }
  return { uses: [...found.values()], configurations: [...configurations] }
}

const byPath = derived((all: readonly UnderstoodConfiguration[]): ReadonlyMap<string, readonly Configuration[]> => {
  const paths = new Map<string, Configuration[]>()
  for (const { configuration } of all) {
    for (const { path } of configuration.sources) {
      const list = paths.get(path)
      if (list) list.push(configuration)
      else paths.set(path, [configuration])
    }
  }
  return paths
})

/** How many of nginx's servers some names stand in. */
export function serversWith(uses: readonly NameUse[], configurations: readonly Configuration[]): number {
  const servers = new Set<string>()
  for (const configuration of configurations) {
    if (configuration.dialect === 'nginx') for (const use of uses) for (const server of nginxServersOf(use, configuration)) servers.add(server)
  }
  servers.delete('')
  return servers.size
}

/** The definitions in a file, in the order in which they stand. */
export const definitionsIn = derived((source: Source): readonly NameUse[] => namesIn(source).filter(isDefinition))
