// Puts what the sources declare, what the documentation adds and the overrides together, and writes it compactly.
import { compareVersions } from './read-source.mjs'

/** @typedef {import('./link.mjs').Declared} Declared */
/** @typedef {import('./link.mjs').DeclaredVariable} DeclaredVariable */
/** @typedef {import('./docs.mjs').DocumentedDirective} DocumentedDirective */
/** @typedef {import('./docs.mjs').DocumentedVariable} DocumentedVariable */
/** @typedef {import('./masks.mjs').Masked} Masked */
/** @typedef {Declared & { since?: string, until?: string, backported?: string[], default?: string, syntax?: string[], opens?: string }} Entry */
/** @typedef {DeclaredVariable & { since?: string, until?: string, backported?: string[] }} VariableEntry */
/** @typedef {{ name: string, source: string, from: string, directives: Entry[], variables: VariableEntry[] }} Module */
/**
 * @typedef {{
 *   debian: { folders: string[], why: string },
 *   set: { name: string, module?: string, kind?: string, values: Partial<Entry>, why: string }[],
 *   add: { source: string, module: string, directives?: Entry[], variables?: VariableEntry[], why: string }[],
 * }} Overrides
 */

/** Adds a tree's declarations to the catalog; what an earlier tree gave under the same module is not repeated. @param {Module[]} modules @param {{ directives: Entry[], variables: VariableEntry[] }} tree @param {string} source @param {string} from */
export function addTree(modules, tree, source, from) {
  const moduleFor = (/** @type {string} */ name) => {
    const found = modules.find((module) => module.name === name && module.from === from)
    if (found) return found
    /** @type {Module} */
    const made = { name, source, from, directives: [], variables: [] }
    modules.push(made)
    return made
  }
  const earlier = modules.filter((module) => module.from !== from)
  for (const entry of tree.directives) {
    const known = earlier.some(({ name, directives }) => name === entry.module && directives.some((other) => sameUse(other, entry)))
    if (!known && entry.contexts.length > 0) moduleFor(entry.module).directives.push(entry)
  }
  for (const variable of tree.variables) {
    const known = earlier.some(
      ({ name, variables }) => name === variable.module && variables.some((other) => other.name === variable.name && other.stream === variable.stream),
    )
    if (!known) moduleFor(variable.module).variables.push(variable)
  }
}

/** Adds syntax, default and, for nginx itself, the version of the first appearance. @param {Module[]} modules @param {DocumentedDirective[]} documented @param {DocumentedVariable[]} variables */
export function addDocumentation(modules, documented, variables) {
  for (const module of modules) {
    const numbered = module.source === 'core' || module.source === 'plus'
    for (const entry of module.directives) {
      const page = pageOf(entry, numbered, documented)
      if (!page) continue
      if (numbered && page.since && !entry.since && earliest(module, entry)) entry.since = page.since
      if (entry.until && module.directives.some((other) => other.name === entry.name && !other.until)) continue
      if (page.syntax.length > 0) entry.syntax = page.syntax
      if (page.default !== undefined) entry.default = page.default
    }
    for (const variable of module.variables) {
      const page = variables.find((each) => each.name === variable.name && each.stream === variable.stream && each.since)
      if (numbered && page?.since && !variable.since && compareVersions(page.since, '1.18.0') <= 0) variable.since = page.since
    }
  }
}

/** Adds what only NGINX Plus and App Protect take. @param {Module[]} modules @param {Masked[]} masks @param {DocumentedDirective[]} documented @param {DocumentedVariable[]} variables */
export function addPlus(modules, masks, documented, variables) {
  const core = modules.filter(({ source }) => source === 'core').flatMap(({ directives }) => directives)
  /** @type {Entry[]} */
  const added = []
  for (const { family, ...mask } of masks) {
    for (const part of splitInner(mask)) {
      if ([...core, ...added].some((entry) => covers(entry, part))) continue
      const page = documented.find((each) => each.name === part.name && pageTakes(each, part.contexts))
      const module = page?.module ?? (family === 'plus' ? (part.contexts[0] === 'mgmt' ? 'ngx_mgmt_module' : 'nginx-plus') : 'ngx_http_app_protect_module')
      added.push({ ...part, module, setter: '', value: part.flag ? 'flag' : 'custom', repeat: 'unknown', ...(page?.since ? { since: page.since } : {}) })
    }
  }
  const missing = documented.filter(
    ({ name, module, commercial }) => commercial && ![...core, ...added].some((entry) => entry.name === name && entry.module === module),
  )
  const open = new Set(modules.filter(({ source }) => source === 'core').flatMap((module) => module.variables.map(({ name, stream }) => `${stream} ${name}`)))
  const plusVariables = variables
    .filter(({ name, stream, module, commercial }) => !open.has(`${stream} ${name}`) && (commercial || name === 'upstream_queue_time') && module)
    .map(({ name, module, stream, prefix, since }) => ({ name, module, stream, ...(prefix ? { prefix } : {}), ...(since ? { since } : {}) }))
  addTree(modules, { directives: added, variables: plusVariables }, 'plus', 'NGINX Plus')
  return missing.map(({ name, module }) => `${module}: ${name}`)
}

/** Applies the overrides; each must still find something to change. @param {Module[]} modules @param {Overrides} overrides @returns {string[]} those that found nothing */
export function applyOverrides(modules, overrides) {
  const idle = []
  for (const { source, module, directives = [], variables = [] } of overrides.add) {
    addTree(
      modules,
      { directives: directives.map((entry) => ({ ...entry, module })), variables: variables.map((entry) => ({ ...entry, module })) },
      source,
      'overrides',
    )
  }
  for (const { name, module, kind, values } of overrides.set) {
    const found = modules
      .flatMap(({ directives }) => directives)
      .filter(
        (entry) =>
          (name.startsWith('*') ? entry.name.endsWith(name.slice(1)) : entry.name === name) &&
          (module ?? entry.module) === entry.module &&
          (kind ?? entry.kind) === entry.kind,
      )
    for (const entry of found) if (!values.opens || entry.block) Object.assign(entry, values)
    if (found.length === 0) idle.push(`${name} ${module ?? ''}`)
  }
  return idle
}

/** The data file: one line a directive, so that a change of the sources shows as a change of lines. @param {Module[]} modules */
export function writeData(modules) {
  const lines = modules
    .filter(({ directives, variables }) => directives.length + variables.length > 0)
    .map(({ name, source, from, directives, variables }) => {
      const rows = [...directives].sort(byName).map((entry) => `\n${JSON.stringify(directiveRow(entry))}`)
      const variableRows = [...variables].sort(byName).map((entry) => `\n${JSON.stringify(variableRow(entry))}`)
      return `{"name":${JSON.stringify(name)},"source":${JSON.stringify(source)},"from":${JSON.stringify(from)},\n"directives":[${rows}],\n"variables":[${variableRows}]}`
    })
  return `{"modules":[\n${lines.join(',\n')}\n]}\n`
}

/** `[name, kind, contexts, arguments, value, repeat, more]`; arguments as "1", "1-3", "1,3", "2+" and a letter for block or flag. @param {Entry} entry */
function directiveRow(entry) {
  const { name, kind, contexts, counts, min, flag, block, value, repeat } = entry
  const numbers = counts ?? []
  const first = numbers[0] ?? 0
  const isRange = numbers.length > 1 && numbers.every((count, index) => count === first + index)
  const arity = counts === undefined ? `${min ?? 0}+` : isRange ? `${first}-${numbers.at(-1)}` : numbers.join(',')
  /** @type {Record<string, unknown>} */
  const more = {}
  if (entry.setter && !isStandard(entry.setter)) more.setter = entry.setter
  for (const key of /** @type {const} */ ([
    'level',
    'slot',
    'values',
    'bounds',
    'post',
    'defines',
    'deprecated',
    'since',
    'until',
    'backported',
    'opens',
    'default',
    'syntax',
  ])) {
    if (entry[key] !== undefined) more[key] = entry[key]
  }
  return [name, kind, contexts.join(' '), `${arity}${block ? 'b' : ''}${flag ? 'f' : ''}`, value, repeat, more]
}

/** `[name, protocol, flags, more]`; flags: p prefix, c changeable. @param {VariableEntry} entry */
function variableRow({ name, stream, prefix, changeable, since, until, backported }) {
  const more = { ...(since ? { since } : {}), ...(until ? { until } : {}), ...(backported ? { backported } : {}) }
  const row = [name, stream ? 'stream' : 'http', `${prefix ? 'p' : ''}${changeable ? 'c' : ''}`]
  return Object.keys(more).length > 0 ? [...row, more] : row
}

/** @param {string} setter */
function isStandard(setter) {
  return /^ngx_conf_set_\w+_slot$|^ngx_(?:http|stream)_set_(?:complex_value|predicate)\w*_slot$|^ngx_http_types_slot$/.test(setter)
}

/** @param {{ name: string, since?: string }} one @param {{ name: string, since?: string }} other */
function byName(one, other) {
  return one.name === other.name ? compareVersions(one.since ?? '0', other.since ?? '0') : one.name < other.name ? -1 : 1
}

/** @param {Entry} one @param {Entry} other */
function sameUse(one, other) {
  return (
    one.name === other.name &&
    one.kind === other.kind &&
    String(one.contexts) === String(other.contexts) &&
    String([one.counts, one.min]) === String([other.counts, other.min])
  )
}

/** Contexts inside a block of its own (`oidc_provider`, `mgmt`) make an entry of their own. @template {{ contexts: string[] }} T @param {T} mask @returns {T[]} */
function splitInner(mask) {
  const inner = mask.contexts.filter((context) => ['oidc_provider', 'mgmt'].includes(context))
  const outer = mask.contexts.filter((context) => !inner.includes(context))
  return [outer, ...inner.map((context) => [context])].filter((contexts) => contexts.length > 0).map((contexts) => ({ ...mask, contexts }))
}

/** @param {Entry} entry @param {Omit<Masked, 'family'>} mask */
function covers(entry, mask) {
  if (entry.name !== mask.name || entry.kind !== mask.kind || !mask.contexts.every((context) => entry.contexts.includes(context))) return false
  if (entry.min !== undefined) return mask.min === undefined ? (mask.counts ?? []).every((count) => count >= (entry.min ?? 0)) : mask.min >= entry.min
  return mask.min === undefined && (mask.counts ?? []).every((count) => entry.counts?.includes(count))
}

/** @param {DocumentedDirective} page @param {string[]} contexts */
function pageTakes(page, contexts) {
  const kind = kindOfPage(page)
  if (contexts[0] === 'mgmt') return page.module === 'ngx_mgmt_module'
  if (contexts[0] === 'oidc_provider') return page.module === 'ngx_http_oidc_module'
  if (contexts[0] === 'main') return kind === 'core' && page.contexts.includes('main')
  return kind === (contexts[0]?.startsWith('stream') ? 'stream' : contexts[0]?.startsWith('mail') ? 'mail' : contexts[0] === 'events' ? 'core' : 'http')
}

/** @param {{ module: string }} page */
function kindOfPage({ module }) {
  return /^ngx_(http|stream|mail)_/.exec(module)?.[1] ?? 'core'
}

/** Some modules are described on the page of another (`keepalive` under the upstream module, the event modules under the core). @param {Entry} entry @param {boolean} numbered @param {DocumentedDirective[]} documented */
function pageOf(entry, numbered, documented) {
  const pages = documented.filter(({ name }) => name === entry.name)
  const own = pages.find(({ module }) => module === entry.module)
  if (own || !numbered) return own
  const kind = ['event', 'conf'].includes(entry.kind) ? 'core' : entry.kind
  return pages.find((page) => kindOfPage(page) === kind && page.module !== 'ngx_mgmt_module') ?? pages.find(({ module }) => module === 'ngx_core_module')
}

/** @param {Module} module @param {Entry} entry */
function earliest(module, entry) {
  return module.directives.every((other) => other === entry || other.name !== entry.name || other.since !== undefined || other.kind !== entry.kind)
}
