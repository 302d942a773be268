// The directives that older versions had and no module has any more.
import { moduleName } from './assemble.mjs'
import { prepare, readModules } from './c-tables.mjs'
import { goneFrom, readHistory } from './history.mjs'
import { readCommit } from './read-source.mjs'

/** @typedef {[name: string, module: string, until: string, replacement?: string]} Removed */
/** @typedef {{ replaced: Record<string, string>, also: Removed[] }} RemovedOverrides */

/** The last versions of 2.0 and 2.2, and the first of 2.0, which had some that went away soon. */
const milestones = ['2.0.35', '2.0.65', '2.2.34']
const oldBranch = 'refs/heads/1.3.x'

/** What 1.3, 2.0 and 2.2 had. @param {string} folder @param {Set<string>} known names in lower case @returns {Removed[]} */
export function removedFromHttpd(folder, known) {
  const releases = readHistory(folder, (version) => milestones.includes(version))
  const old = readModules(prepare(readCommit(folder, oldBranch, /\.[ch]$/, new Map()).filter(({ text }) => text.includes('command_rec'))))
  /** @type {Map<string, Removed>} */
  const removed = new Map()
  const add = (/** @type {string} */ name, /** @type {string} */ identifier, /** @type {string} */ file, /** @type {string} */ until) => {
    const plain = name.replace(/^<|>$/g, '')
    // The old core had the ends of sections in its table.
    if (!plain.startsWith('/') && !known.has(plain.toLowerCase())) removed.set(plain.toLowerCase(), [plain, moduleName(identifier, file), until])
  }
  for (const { identifier, file, rows } of old.modules) for (const { name } of rows) add(name, identifier, file.replace('http_core', 'core'), '2.0')
  for (const { row, module, until } of goneFrom(releases, new Set())) {
    add(row.name, module.identifier, module.file, until === '2.0.65' ? '2.0' : until === '2.2.34' ? '2.2' : '2.4')
  }
  return [...removed.values()]
}

/** What mod_wsgi had before version 4. @param {{ row: { name: string }, until: string | undefined }[]} gone @returns {Removed[]} */
export function removedFromWsgi(gone) {
  return gone.flatMap(({ row, until }) => (until !== undefined && until < '4' ? [/** @type {Removed} */ ([row.name, 'mod_wsgi', until])] : []))
}

/** Adds what takes their place, and those that no release read here had. @param {Removed[]} removed @param {RemovedOverrides} overrides @param {Set<string>} known @returns {{ removed: Removed[], idle: string[] }} */
export function withReplacements(removed, { replaced, also }, known) {
  const names = new Set(removed.map(([name]) => name))
  const idle = Object.keys(replaced).filter((name) => !names.has(name))
  const all = removed.map(
    ([name, module, until]) => /** @type {Removed} */ (replaced[name] === undefined ? [name, module, until] : [name, module, until, replaced[name]]),
  )
  for (const row of also) {
    if (names.has(row[0]) || known.has(row[0].toLowerCase())) idle.push(row[0])
    else all.push(row)
  }
  return { removed: all.sort(([one], [other]) => (one < other ? -1 : 1)), idle }
}
