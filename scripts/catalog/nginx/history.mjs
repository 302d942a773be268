// When each directive and variable of nginx appeared, changed and left, from the tables of every release.
import { compareVersions } from './read-source.mjs'

/** @typedef {import('./link.mjs').Declared} Declared */
/** @typedef {import('./link.mjs').DeclaredVariable} DeclaredVariable */
/** @typedef {{ version: string, directives: Declared[], variables: DeclaredVariable[] }} Release */
/** @template T @typedef {T & { since?: string, until?: string, backported?: string[] }} Dated */

/**
 * Directives with the releases that have them: one entry for each stretch in which what a configuration may say stayed the same.
 * @param {Release[]} releases oldest first @returns {Dated<Declared>[]}
 */
export function dateDirectives(releases) {
  return dateAll(
    releases,
    (release) => release.directives,
    (entry) => `${entry.kind}\0${entry.module}\0${entry.name}`,
    factsOf,
  )
}

/** The same for variables. @param {Release[]} releases oldest first @returns {Dated<DeclaredVariable>[]} */
export function dateVariables(releases) {
  return dateAll(
    releases,
    (release) => release.variables,
    (entry) => `${entry.stream}\0${entry.name}`,
    (entry) => String(entry.prefix === true),
  )
}

/** What a user can tell: the name of a setter or of a field of a structure is not part of it. @param {Declared} entry */
function factsOf(entry) {
  const { contexts, counts, min, block, values, bounds, deprecated } = entry
  const value = ['custom', 'enum', 'str', 'complex'].includes(entry.value) && !values ? 'text' : entry.value
  return JSON.stringify([contexts, counts, min, block, value, values, bounds, deprecated])
}

/**
 * @template {object} T @param {Release[]} releases @param {(release: Release) => T[]} entriesOf @param {(entry: T) => string} keyOf @param {(entry: T) => string} facts
 * @returns {Dated<T>[]}
 */
function dateAll(releases, entriesOf, keyOf, facts) {
  const line = releases.filter(({ version }) => isOnMainLine(version))
  /** @type {Map<string, { entry: T, facts: string, from: number, to: number }[]>} */
  const stretches = new Map()
  for (const [index, release] of line.entries()) {
    for (const [key, entry] of groupFacts(entriesOf(release), keyOf)) {
      const known = stretches.get(key) ?? []
      const now = facts(entry)
      const open = known.findLast((stretch) => stretch.facts === now && stretch.to === index - 1)
      if (open) {
        open.to = index
        open.entry = entry
      } else known.push({ entry, facts: now, from: index, to: index })
      stretches.set(key, known)
    }
  }
  const dated = []
  for (const [key, list] of stretches) {
    for (const { entry, from, to, facts: now } of list) {
      const since = from === 0 ? undefined : line[from]?.version
      const until = to === line.length - 1 ? undefined : line[to + 1]?.version
      const backported =
        since === undefined
          ? []
          : backportsOf(releases, since, (release) => groupFacts(entriesOf(release), keyOf).some(([other, found]) => other === key && facts(found) === now))
      dated.push({ ...entry, ...(since ? { since } : {}), ...(until ? { until } : {}), ...(backported.length > 0 ? { backported } : {}) })
    }
  }
  return dated
}

/** Stable branches that got the same later on: the first release of each. @param {Release[]} releases @param {string} since @param {(release: Release) => boolean} has */
function backportsOf(releases, since, has) {
  /** @type {Map<string, string>} */
  const first = new Map()
  for (const release of releases) {
    if (isOnMainLine(release.version) || compareVersions(release.version, since) > 0) continue
    const branch = release.version.split('.').slice(0, 2).join('.')
    if (!first.has(branch) && has(release)) first.set(branch, release.version)
  }
  return [...first.values()]
}

/** Entries by key; several with one key (a name twice in one table) are told apart by their place. @template T @param {T[]} entries @param {(entry: T) => string} keyOf @returns {[string, T][]} */
function groupFacts(entries, keyOf) {
  /** @type {Map<string, number>} */
  const seen = new Map()
  return entries.map((entry) => {
    const key = keyOf(entry)
    const place = seen.get(key) ?? 0
    seen.set(key, place + 1)
    return [`${key}\0${place}`, entry]
  })
}

/** Development goes from odd minor to odd minor; the first release of a stable branch lies on that line, the later ones beside it. @param {string} version */
function isOnMainLine(version) {
  const [, minor = 0, patch = 0] = version.split('.').map(Number)
  return minor % 2 === 1 || patch === 0
}
