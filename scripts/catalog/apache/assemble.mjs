// Puts what the sources declare, what the documentation adds and the overrides together, and writes it compactly.

/** @typedef {import('./c-tables.mjs').Row} Row */
/** @typedef {Row & { forbidden?: string[], since?: string, until?: string, syntax?: string, default?: string, contexts?: string[], only?: string }} Entry */
/** @typedef {{ name: string, identifier: string, file: string, source: string, from: string, debian?: boolean, rows: Entry[] }} Module */
/**
 * @typedef {{
 *   installed: string,
 *   notInDebian: string[],
 *   drop: { module: string, name: string, handler?: string, help?: string, why: string }[],
 *   set: { module: string, names: string[], values: Partial<Entry>, why: string }[],
 *   add: { module: string, also?: string[], rows: Entry[], why: string }[],
 *   modules: { module: string, identifier: string, file: string, from: string, rows: [name: string, args: string, ...overrides: string[]][], why: string }[],
 * }} Overrides
 */

/** Letters of the data file. */
const letters = new Map([
  ['server', 's'],
  ['access', 'a'],
  ['proxy', 'p'],
  ['limit', 'l'],
  ['options', 'o'],
  ['fileinfo', 'f'],
  ['authconfig', 'u'],
  ['indexes', 'i'],
])
const forbiddenLetters = new Map([
  ['virtualhost', 'v'],
  ['limit', 'l'],
  ['directory', 'd'],
  ['location', 'o'],
  ['files', 'f'],
  ['htaccess', 'h'],
  ['proxy', 'p'],
])

const contextLetters = new Map([
  ['server config', 's'],
  ['virtual host', 'v'],
  ['directory', 'd'],
  ['.htaccess', 'h'],
  ['proxy section', 'p'],
])

/** How the documentation names the module: after its file where that says it, else after its identifier. @param {string} identifier @param {string} file */
export function moduleName(identifier, file) {
  const stem = (file.split('/').at(-1) ?? '').replace(/\.\w+$/, '')
  if (stem.startsWith('mod_') || /^(?:core|http_core|event|worker|prefork|mpm_winnt|mpm_netware|mpmt_os2)$/.test(stem)) return stem
  return `mod_${identifier.replace(/_module$/, '')}`
}

/** Applies the overrides; each must still find something to change. @param {Module[]} modules @param {Overrides} overrides @returns {string[]} those that found nothing */
export function applyOverrides(modules, overrides) {
  const idle = []
  for (const { module, name, handler, help } of overrides.drop) {
    const found = modules.find((each) => each.name === module)
    const rows = found?.rows.filter((row) => !(row.name === name && (handler ?? row.handler) === row.handler && (help ?? row.help) === row.help))
    if (!found || !rows || rows.length === found.rows.length) idle.push(`${module} ${name}`)
    else found.rows = rows
  }
  for (const { module, names, values } of overrides.set) {
    for (const name of names) {
      const rows = modules.filter((each) => each.name === module).flatMap((each) => each.rows.filter((row) => name === '*' || row.name === name))
      for (const row of rows) Object.assign(row, values)
      if (rows.length === 0) idle.push(`${module} ${name}`)
    }
  }
  for (const { module, also = [], rows } of overrides.add) {
    for (const name of [module, ...also]) {
      const found = modules.find((each) => each.name === name)
      for (const row of rows) {
        if (!found || found.rows.some((other) => other.name === row.name)) idle.push(`${name} ${row.name}`)
        else found.rows.push({ ...row })
      }
    }
  }
  for (const { module, identifier, file, from, rows } of overrides.modules) {
    if (modules.some((each) => each.name === module)) idle.push(module)
    else {
      const made = rows.map(([name, args, ...words]) => ({ name, handler: '', overrides: words, onRead: false, args, file }))
      modules.push({ name: module, identifier, file, source: 'third-party', from, rows: made })
    }
  }
  for (const module of modules) if (module.source === 'core') module.debian = !overrides.notInDebian.includes(module.name)
  return idle
}

/** The data file: httpd's own modules first; one line a directive, so that a change of the sources shows as a change of lines. @param {Module[]} modules @param {object[]} removed */
export function writeData(modules, removed) {
  const order = ['core', 'wsgi', 'third-party']
  const sorted = [...modules].sort((one, other) => order.indexOf(one.source) - order.indexOf(other.source))
  const lines = sorted.map(({ rows, name, identifier, file, source, from, debian }) => {
    const head = JSON.stringify({ name, identifier, file: file.split('/').at(-1), source, from, ...(debian ? { debian } : {}) }).slice(1, -1)
    return `{${head},"directives":[${[...rows].sort(byName).map((row) => `\n${JSON.stringify(compact(row))}`)}]}`
  })
  return `{"modules":[\n${lines.join(',\n')}\n],\n"removed":[${removed.map((each) => `\n${JSON.stringify(each)}`)}]}\n`
}

/** `[name, arguments, overrides, forbidden, handler, help, more]`; a section keeps its bracket, an `r` among the overrides is EXEC_ON_READ. @param {Entry} row */
function compact(row) {
  /** @type {Record<string, unknown>} */
  const more = {}
  for (const key of /** @type {const} */ (['data', 'since', 'until', 'only', 'syntax', 'default'])) if (row[key] !== undefined) more[key] = row[key]
  if (row.contexts) more.contexts = row.contexts.map((each) => contextLetters.get(each) ?? '').join('')
  const overrides = row.overrides.map((each) => letters.get(each)).join('') + (row.onRead ? 'r' : '')
  const forbidden = (row.forbidden ?? []).map((each) => forbiddenLetters.get(each)).join('')
  const fields = [row.name.replace(/^(<.+)>$/, '$1'), row.args, overrides, forbidden, row.handler, row.help ?? '']
  return Object.keys(more).length > 0 ? [...fields, more] : fields
}

/** @param {{ name: string }} one @param {{ name: string }} other */
function byName(one, other) {
  const left = one.name.toLowerCase()
  const right = other.name.toLowerCase()
  return left === right ? 0 : left < right ? -1 : 1
}
