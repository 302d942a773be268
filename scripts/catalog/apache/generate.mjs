// Makes server/src/catalog/data/apache.json from the declarations of httpd and of modules.
//
//   node scripts/catalog/apache/generate.mjs --source DIR[@COMMIT] [--source …] [--out DIR]
//
// Each DIR is a checkout, or a git repository with the commit to read: of httpd (with its documentation and its release tags, from which versions
// are read, then perhaps of its next version), of mod_wsgi (likewise), or of a module. They are told apart by what is in them.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { applyOverrides, moduleName, writeData } from './assemble.mjs'
import { prepare, readModules } from './c-tables.mjs'
import { refusals } from './contexts.mjs'
import { documentation, pageOf, readDocumentation } from './docs.mjs'
import { goneFrom, keyOf, readHistory, sinceOf } from './history.mjs'
import { pagespeedRows } from './pagespeed.mjs'
import { compareVersions, describeSource, hasReleases, parseSource, readCommit, readFiles } from './read-source.mjs'
import { removedFromHttpd, removedFromWsgi, withReplacements } from './removed.mjs'

const here = dirname(fileURLToPath(import.meta.url))

/** What httpd's main line will be; a second source of httpd is taken for it. */
const nextVersion = '2.5'

const { sources, out } = readArguments(process.argv.slice(2))
/** @type {import('./assemble.mjs').Overrides & { removed: import('./removed.mjs').RemovedOverrides }} */
const overrides = JSON.parse(readFileSync(join(here, 'overrides.json'), 'utf8'))
/** @type {import('./assemble.mjs').Module[]} */
const modules = []
/** @type {{ name: string, commit?: string, date?: string, modules: number, directives: number, releases?: number, pages?: number, version?: string }[]} */
const read = []
/** @type {string[]} */
const unclear = []
/** @type {import('./docs.mjs').Page[]} */
const pages = []
/** @type {import('./removed.mjs').Removed[]} */
const removed = []
/** @type {string[]} the repository of httpd, for what older versions had */
const old = []
/** @type {import('./assemble.mjs').Module[]} what httpd's next version adds */
const next = []

for (const source of sources) {
  const about = describeSource(source)
  const files = readFiles(source)
  const kind = files.some(({ path }) => path.endsWith('server/core.c'))
    ? 'core'
    : files.some(({ path }) => path.endsWith('mod_wsgi.c'))
      ? 'wsgi'
      : 'third-party'
  const prepared = prepare(files)
  const tree = readModules(prepared)
  for (const problem of tree.problems) console.error(`${about.name}: ${problem}`)
  const refuses = refusals(prepared)
  /** @type {Record<string, number | string>} */
  const more = kind === 'core' && read.some((each) => each.name === about.name) ? { version: nextVersion } : {}
  for (const { identifier, file, rows } of tree.modules) {
    const name = moduleName(identifier, file)
    const second = kind === 'core' && read.some((each) => each.name === about.name)
    if (!second && modules.some((module) => module.name === name)) continue
    const entries = rows.map((row) => {
      const forbidden = refuses(row.handler, row.file)
      if (forbidden === 'unclear') unclear.push(`${name} ${row.name} (${row.handler})`)
      return { ...row, ...(Array.isArray(forbidden) ? { forbidden } : {}) }
    })
    if (name === 'mod_instaweb') entries.push(...pagespeedRows(files, tree.loose))
    else for (const table of rows.length === 0 ? [] : tree.loose.keys()) console.error(`${about.name}: no module has the table ${table}`)
    if (kind === 'third-party' && entries.length === 0) continue
    const rowsOf = kind === 'third-party' ? mergeBranches(entries) : entries
    ;(second ? next : modules).push({ name, identifier, file, source: kind, from: about.name, rows: rowsOf })
  }
  if (kind !== 'third-party') {
    const found = readDocumentation(readFiles(source, documentation, true))
    pages.push(...found)
    more.pages = found.length
    if (hasReleases(source) && !read.some((each) => each.name === about.name)) more.releases = addHistory(source.folder, kind)
  }
  read.push({ ...about, modules: tree.modules.length, directives: tree.modules.reduce((sum, { rows }) => sum + rows.length, 0), ...more })
}

for (const name of applyOverrides(modules, overrides)) console.error(`an override finds nothing: ${name}`)
addNext()
const known = new Set(modules.flatMap(({ rows }) => rows.map(({ name }) => name.replace(/^<|>$/g, '').toLowerCase())))
for (const folder of old) removed.push(...removedFromHttpd(folder, known))
const gone = withReplacements(removed, overrides.removed, known)
for (const name of gone.idle) console.error(`a removed directive that is not there: ${name}`)
addDocumentation()
for (const each of unclear) console.error(`checks its context, but not first or not always: ${each}`)
const data = writeData(modules, gone.removed)
writeFileSync(join(out, 'apache.json'), data)
writeFileSync(join(out, 'apache.manifest.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`)
console.log(`${modules.flatMap(({ rows }) => rows).length} directives of ${modules.length} modules, ${data.length} bytes`)

/** Adds when each directive appeared, and those that left while the line of versions went on. @param {string} folder @param {'core' | 'wsgi'} kind */
function addHistory(folder, kind) {
  const releases = readHistory(folder, (version) => kind === 'wsgi' || version === '2.2.34' || (version.startsWith('2.4.') && version !== '2.4.0'))
  const own = modules.filter((module) => module.source === kind)
  for (const { rows } of own) {
    for (const row of rows) {
      const since = sinceOf(releases, row.name)
      if (since !== undefined) row.since = since
    }
  }
  const present = new Set(own.flatMap(({ identifier, rows }) => rows.map(({ name }) => keyOf(identifier, name))))
  const left = goneFrom(releases, present)
  if (kind === 'wsgi') removed.push(...removedFromWsgi(left))
  else old.push(folder)
  for (const { row, module, until, tag } of left) {
    const home = own.find(({ identifier }) => identifier === module.identifier)
    if (!home || until === undefined || compareVersions(until, kind === 'wsgi' ? '4' : '2.4.1') <= 0) continue
    const forbidden = refusals(prepare(readCommit(folder, tag, /\.[ch]$/, new Map())))(row.handler, row.file)
    const since = sinceOf(releases, row.name)
    home.rows.push({ ...row, ...(Array.isArray(forbidden) ? { forbidden } : {}), ...(since === undefined ? {} : { since }), until })
  }
  return releases.length
}

/** Where a module is built either way, one row stands for both branches of a condition. @param {import('./assemble.mjs').Entry[]} rows */
function mergeBranches(rows) {
  /** @type {Map<string, import('./assemble.mjs').Entry>} */
  const merged = new Map()
  for (const row of rows) {
    const key = row.name.replace(/>$/, '').toLowerCase()
    const first = merged.get(key)
    if (first) first.overrides = [...new Set([...first.overrides, ...row.overrides])]
    else merged.set(key, { ...row })
  }
  return [...merged.values()]
}

/** What only the next version has; its own changes of what 2.4 has are not of interest yet. */
function addNext() {
  for (const module of next) {
    const home = modules.find(({ name }) => name === module.name)
    const here = home?.rows ?? modules.filter(({ source }) => source === 'core').flatMap(({ rows }) => rows)
    const dropped = overrides.drop.filter((each) => each.module === module.name).map(({ name }) => name)
    const fresh = module.rows.filter((row) => !dropped.includes(row.name) && !here.some((other) => other.name.toLowerCase() === row.name.toLowerCase()))
    const dated = fresh.map((row) => ({ ...row, since: nextVersion }))
    if (home) home.rows.push(...dated)
    else if (dated.length > 0) modules.push({ ...module, rows: dated, debian: false })
  }
}

function addDocumentation() {
  for (const module of modules) {
    if (module.source === 'third-party') continue
    for (const row of module.rows) {
      const section = row.name.startsWith('<')
      const page = pageOf(pages, { name: row.name.replace(/^</, ''), module: module.name, section })
      if (!page) continue
      row.syntax = page.syntax
      row.contexts = page.contexts
      if (page.default !== undefined) row.default = page.default
    }
  }
}

function manifest() {
  const count = (/** @type {string} */ source) => modules.filter((module) => module.source === source).reduce((sum, { rows }) => sum + rows.length, 0)
  return {
    newestRelease: overrides.installed,
    nextVersion,
    counts: {
      modules: modules.length,
      directives: Object.fromEntries(['core', 'wsgi', 'third-party'].map((source) => [source, count(source)])),
      names: known.size,
      removed: gone.removed.length,
    },
    sources: read,
  }
}

/** @param {string[]} args */
function readArguments(args) {
  const sources = []
  let out = join(here, '../../../server/src/catalog/data')
  for (let i = 0; i < args.length; i += 2) {
    const value = args[i + 1]
    if (args[i] === '--source' && value) sources.push(parseSource(resolve(value)))
    else if (args[i] === '--out' && value) out = resolve(value)
    else wrongUsage(`not understood: ${args[i]}`)
  }
  if (sources.length === 0) wrongUsage('no --source: a checkout of httpd, of mod_wsgi or of a module; those of the last run are in apache.manifest.json')
  return { sources, out }
}

/** @param {string} why @returns {never} */
function wrongUsage(why) {
  console.error(`usage: npm run catalog:apache -- --source DIR[@COMMIT] [--source …] [--out DIR]\n${why}`)
  process.exit(2)
}
