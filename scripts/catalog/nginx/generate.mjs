// Makes server/src/catalog/data/nginx.json from nginx's own declarations and those of modules.
//
//   node scripts/catalog/nginx/generate.mjs --source DIR [--source DIR …] [--out DIR]
//
// Each DIR is a checkout: of nginx (with its release tags, from which the versions are read), of a module, of the reference documentation
// (nginx/nginx.org) or of crossplane's tables (nginxinc/nginx-go-crossplane), told apart by what is in them.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addDocumentation, addPlus, addTree, applyOverrides, writeData } from './assemble.mjs'
import { isDocumentation, readDocumentation } from './docs.mjs'
import { dateDirectives, dateVariables } from './history.mjs'
import { linkTree } from './link.mjs'
import { isMaskTables, readMasks } from './masks.mjs'
import { compareVersions, describeFolder, nginxVersion, readFolder, readTag, releasesOf } from './read-source.mjs'

const here = dirname(fileURLToPath(import.meta.url))

/** The oldest release that webconf knows; see "Versions" in the architecture. */
const oldestRelease = '1.18.0'

const { sources, out } = readArguments(process.argv.slice(2))
/** @type {import('./assemble.mjs').Overrides} */
const overrides = JSON.parse(readFileSync(join(here, 'overrides.json'), 'utf8'))
/** @type {import('./assemble.mjs').Module[]} */
const modules = []
/** @type {{ name: string, version?: string, commit?: string, date?: string, releases?: number, directives?: number, variables?: number }[]} */
const read = []
/** @type {import('./docs.mjs').DocumentedDirective[]} */
const documented = []
/** @type {import('./docs.mjs').DocumentedVariable[]} */
const documentedVariables = []
/** @type {import('./masks.mjs').Masked[]} */
const masks = []

for (const folder of sources) {
  const about = describeFolder(folder)
  if (isDocumentation(folder)) {
    const docs = readDocumentation(folder)
    documented.push(...docs.directives)
    documentedVariables.push(...docs.variables)
    read.push({ ...about, directives: docs.directives.length, variables: docs.variables.length })
  } else if (isMaskTables(folder)) {
    const rows = readMasks(folder)
    masks.push(...rows)
    read.push({ ...about, directives: rows.length })
  } else {
    const files = readFolder(folder)
    const version = nginxVersion(files)
    if (version) read.push({ ...about, ...readNginx(folder, files, version) })
    else {
      const tree = linkTree(files, about.name)
      for (const problem of tree.problems) console.error(problem)
      addTree(modules, tree, overrides.debian.folders.includes(about.name) ? 'debian' : 'third-party', about.name)
      read.push({ ...about, directives: tree.directives.length, variables: tree.variables.length })
    }
  }
}

for (const name of addPlus(modules, masks, documented, documentedVariables)) console.error(`no mask for ${name}`)
for (const name of applyOverrides(modules, overrides)) console.error(`an override finds nothing: ${name}`)
addDocumentation(modules, documented, documentedVariables)
const data = writeData(modules)
writeFileSync(join(out, 'nginx.json'), data)
writeFileSync(join(out, 'nginx.manifest.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`)
console.log(`${modules.flatMap(({ directives }) => directives).length} directives of ${modules.length} modules, ${data.length} bytes`)

/** @param {string} folder @param {import('./read-source.mjs').SourceFile[]} files @param {string} version */
function readNginx(folder, files, version) {
  const cache = new Map()
  const texts = new Map()
  const releases = releasesOf(folder, oldestRelease).map((release) => ({
    ...linkTree(readTag(folder, release.tag, texts), release.tag, cache),
    version: release.version,
  }))
  const head = {
    ...linkTree(
      files.filter(({ path }) => path.startsWith('src/')).map(({ path, text }) => ({ path: path.slice(4), text })),
      `nginx ${version}`,
      cache,
    ),
    version,
  }
  const newest = releases.at(-1)
  if (!newest || compareVersions(newest.version, version) < 0) releases.push(head)
  for (const problem of head.problems) console.error(problem)
  const tree = { directives: dateDirectives(releases), variables: dateVariables(releases) }
  addTree(modules, tree, 'core', 'nginx')
  return { version, releases: releases.length, directives: head.directives.length, variables: head.variables.length }
}

function manifest() {
  const count = (/** @type {string} */ source) =>
    modules.filter((module) => module.source === source).reduce((sum, { directives }) => sum + directives.length, 0)
  return {
    oldestRelease,
    newestRelease: read.find(({ version }) => version)?.version,
    counts: {
      modules: modules.length,
      directives: Object.fromEntries(['core', 'debian', 'third-party', 'plus'].map((source) => [source, count(source)])),
      names: new Set(modules.flatMap(({ directives }) => directives.map(({ name }) => name))).size,
      variables: modules.reduce((sum, { variables }) => sum + variables.length, 0),
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
    if (args[i] === '--source' && value) sources.push(resolve(value))
    else if (args[i] === '--out' && value) out = resolve(value)
    else wrongUsage(`not understood: ${args[i]}`)
  }
  if (sources.length === 0) wrongUsage('no --source: a checkout of nginx, of a module or of nginx.org; those of the last run are in nginx.manifest.json')
  return { sources, out }
}

/** @param {string} why @returns {never} */
function wrongUsage(why) {
  console.error(`usage: npm run catalog:nginx -- --source DIR [--source DIR …] [--out DIR]\n${why}`)
  process.exit(2)
}
