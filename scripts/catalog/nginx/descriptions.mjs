// Makes server/src/catalog/data/nginx-descriptions.json: what each directive and variable does, in one sentence.
//
//   npm pack @nginx/reference-lib && tar xzf nginx-reference-lib-*.tgz
//   node scripts/catalog/nginx/descriptions.mjs --package DIR [--out DIR]
//
// DIR is the unpacked package, whose texts are nginx.org's. Of each description the first sentence is kept, without links and the versions in
// parentheses. What own-descriptions.json has is in our own words (`module/name` for one module) and takes its place: where the first sentence says
// too little, and for modules that the package does not have.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const { folder, out } = readArguments(process.argv.slice(2))
const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
const reference = await import(pathToFileURL(join(folder, about.main)).href)
/** @type {{ directives: Record<string, string>, variables: Record<string, string> }} */
const own = JSON.parse(readFileSync(join(here, 'own-descriptions.json'), 'utf8'))

/** The package also has what nginx had before the oldest release that the catalog knows. @type {{ modules: { directives: [string][], variables: [string][] }[] }} */
const catalog = JSON.parse(readFileSync(join(here, '../../../server/src/catalog/data/nginx.json'), 'utf8'))
const namesOf = (/** @type {'directives' | 'variables'} */ kind) => new Set(catalog.modules.flatMap((module) => module[kind].map(([name]) => name)))

const directives = group(reference.getDirectives(reference.Format.Markdown), namesOf('directives'), (name) => name)
const variables = group(reference.getVariables(reference.Format.Markdown), namesOf('variables'), (name) => name.replace(/^\$/, '').replace(/(?<=_)NAME$/, ''))
let replaced = override(directives, own.directives)
replaced += override(variables, own.variables)

writeFileSync(
  join(out, 'nginx-descriptions.json'),
  write({ directives, variables, own: { directives: unmet(own.directives, directives), variables: unmet(own.variables, variables) } }),
)
writeFileSync(
  join(out, 'nginx-descriptions.manifest.json'),
  `${JSON.stringify(
    {
      source: about.name,
      version: about.version,
      license: about.license,
      repository: about.repository.url.replace(/^git\+/, ''),
      changes: 'Of each description the first sentence, without links and version marks; some are in our own words instead.',
      directives: count(directives),
      variables: count(variables),
      replaced,
    },
    undefined,
    2,
  )}\n`,
)
console.log(`${count(directives)} directives, ${count(variables)} variables, ${replaced} of them in own words`)

/** The words for what the package does not have. @param {Record<string, string>} words @param {Record<string, Record<string, string>>} modules */
function unmet(words, modules) {
  const met = new Set(Object.entries(modules).flatMap(([module, rows]) => Object.keys(rows).flatMap((name) => [name, `${module}/${name}`])))
  return Object.fromEntries(Object.entries(words).filter(([name]) => !met.has(name)))
}

/**
 * By module, as the catalog names it.
 * @param {{ name: string, module: string, description: string }[]} rows @param {Set<string>} known @param {(name: string) => string} nameOf
 */
function group(rows, known, nameOf) {
  /** @type {Record<string, Record<string, string>>} */
  const modules = {}
  for (const { name, module, description } of rows) {
    const sentence = firstSentence(description)
    if (sentence === '' || !known.has(nameOf(name))) continue
    const key = module === 'Core functionality' ? 'ngx_core_module' : module
    modules[key] ??= {}
    modules[key][nameOf(name)] = sentence
  }
  return modules
}

/** @param {Record<string, Record<string, string>>} modules @param {Record<string, string>} words */
function override(modules, words) {
  let found = 0
  for (const [module, rows] of Object.entries(modules)) {
    for (const name of Object.keys(rows)) {
      const text = words[`${module}/${name}`] ?? words[name]
      if (text === undefined) continue
      rows[name] = text
      found++
    }
  }
  return found
}

/** The first sentence of the first paragraph that is no note, code or list. @param {string} markdown */
function firstSentence(markdown) {
  const paragraph = markdown.split(/\n\s*\n|\n(?=```|- |> )/).find((each) => each.trim() !== '' && !/^\s*(?:>|```|- )/.test(each)) ?? ''
  const text = paragraph
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*`([^`]*)`\*/g, '`$1`')
    .replace(/“(`[^`]*`)”/g, '$1')
    .replace(/“([^”]*)”/g, '"$1"')
    .replace(/’/g, "'")
    .replace(/``/g, '')
    .replace(/ ?\((?:\d+\.\d+\.\d+(?:, )?)+\)/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:returns|keeps) /, '')
  const sentence = (/^.*?(?<!e\.g|i\.e|etc|vs)\.(?=\s|$)/.exec(text)?.[0] ?? text).replace(/(?:,? (?:for example|e\.g))?[:;,.]*$/, '')
  return sentence === '' ? '' : `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`
}

/** @param {Record<string, Record<string, string>>} modules */
function count(modules) {
  return Object.values(modules).reduce((sum, rows) => sum + Object.keys(rows).length, 0)
}

/** One line a name, so that changes can be read. @param {{ [kind: string]: Record<string, unknown> }} data */
function write(data) {
  return `${JSON.stringify(data, undefined, 1).replace(/^ +/gm, '')}\n`
}

/** @param {string[]} args */
function readArguments(args) {
  const option = (/** @type {string} */ name) => {
    const at = args.indexOf(name)
    return at < 0 ? undefined : args[at + 1]
  }
  const folder = option('--package')
  if (folder === undefined) throw new Error('usage: descriptions.mjs --package DIR [--out DIR]')
  return { folder: resolve(folder), out: resolve(option('--out') ?? join(here, '../../../server/src/catalog/data')) }
}
