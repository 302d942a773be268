// When each directive appeared and left, from the tables of every release that a repository has a tag for.
import { prepare, readModules } from './c-tables.mjs'
import { readCommit, releasesOf } from './read-source.mjs'

/** @typedef {import('./c-tables.mjs').Module} Module */
/** @typedef {import('./c-tables.mjs').Row} Row */
/** @typedef {{ version: string, tag: string, modules: Module[], rows: Map<string, { row: Row, module: Module }> }} Release */

/** The tables of each release, oldest first. @param {string} folder @param {(version: string) => boolean} isWanted @returns {Release[]} */
export function readHistory(folder, isWanted) {
  const texts = new Map()
  return releasesOf(folder, isWanted).map(({ version, tag }) => {
    const files = readCommit(folder, tag, /\.[ch]$/, texts).filter(({ text }) => /command_rec|define\s+\w*COMMANDS?\b|define\s+AP_INIT_/.test(text))
    const { modules } = readModules(prepare(files))
    /** @type {Release['rows']} */
    const rows = new Map()
    for (const module of modules) for (const row of module.rows) rows.set(keyOf(module.identifier, row.name), { row, module })
    return { version, tag, modules, rows }
  })
}

/**
 * The first release with a directive, where the oldest one read has it not. A directive that went from one module to another is as old as its name.
 * @param {Release[]} releases @param {string} name
 */
export function sinceOf(releases, name) {
  const first = releases.findIndex((release) => release.modules.some(({ rows }) => rows.some((row) => row.name.toLowerCase() === name.toLowerCase())))
  return first > 0 ? releases[first]?.version : undefined
}

/** What some release has and `present` lacks: the row, its module, the first release without it, and the tag of the last one with it. @param {Release[]} releases @param {Set<string>} present keys @returns {{ row: Row, module: Module, until: string | undefined, tag: string }[]} */
export function goneFrom(releases, present) {
  /** @type {Map<string, { row: Row, module: Module, until: string | undefined, tag: string }>} */
  const gone = new Map()
  for (const [index, release] of releases.entries()) {
    for (const [key, found] of release.rows) if (!present.has(key)) gone.set(key, { ...found, until: releases[index + 1]?.version, tag: release.tag })
  }
  return [...gone.values()].sort((one, other) => (one.row.name < other.row.name ? -1 : 1))
}

/** @param {string} identifier @param {string} name */
export function keyOf(identifier, name) {
  return `${identifier} ${name.toLowerCase()}`
}
