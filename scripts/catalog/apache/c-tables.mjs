// Finds the `command_rec` tables and the `module` structures in C files and reads their rows, macros expanded.
import { arraysOf, bracedText, preprocessorBranches, readDefines, splitTopLevel, stripComments } from '../nginx/c-text.mjs'

/** @typedef {import('./read-source.mjs').SourceFile} SourceFile */
/** @typedef {{ name: string, handler: string, data?: string, overrides: string[], onRead: boolean, args: string, help?: string, file: string }} Row */
/** @typedef {{ identifier: string, file: string, perDirectory: boolean, rows: Row[] }} Module */

/** `enum cmd_how`, and what `AP_INIT_NO_ARGS` makes of it (`http_config.h` declares that one RAW_ARGS). */
const kinds = new Map([
  ['RAW_ARGS', 'raw'],
  ['TAKE1', 'take1'],
  ['TAKE2', 'take2'],
  ['TAKE3', 'take3'],
  ['TAKE12', 'take12'],
  ['TAKE13', 'take13'],
  ['TAKE23', 'take23'],
  ['TAKE123', 'take123'],
  ['ITERATE', 'iterate'],
  ['ITERATE2', 'iterate2'],
  ['FLAG', 'flag'],
  ['NO_ARGS', 'none'],
  ['TAKE_ARGV', 'argv'],
])

const bits = new Map([
  ['RSRC_CONF', ['server']],
  ['ACCESS_CONF', ['access']],
  ['PROXY_CONF', ['proxy']],
  ['OR_LIMIT', ['limit']],
  ['OR_OPTIONS', ['options']],
  ['OR_FILEINFO', ['fileinfo']],
  ['OR_AUTHCFG', ['authconfig']],
  ['OR_INDEXES', ['indexes']],
  ['OR_ALL', ['limit', 'options', 'fileinfo', 'authconfig', 'indexes']],
  ['OR_NONE', []],
  ['EXEC_ON_READ', ['exec']],
])
const bitOrder = ['server', 'access', 'proxy', 'limit', 'options', 'fileinfo', 'authconfig', 'indexes']

const kept = /^(?:AP_INIT_\w+|NULL|RSRC_CONF|ACCESS_CONF|PROXY_CONF|OR_\w+|EXEC_ON_READ|TAKE\w+|ITERATE2?|FLAG|RAW_ARGS|NO_ARGS)$/

/** @typedef {{ path: string, branches: string[], defines: Map<string, string>, constants: Map<string, string> }} Prepared */

/** @param {SourceFile[]} files @returns {Prepared[]} */
export function prepare(files) {
  const byName = new Map(files.map((file) => [file.path.split('/').at(-1), file]))
  return files.map(({ path, text }) => {
    // A table may be another file, included between the braces (mod_passenger).
    const whole = text.replace(/^[ \t]*#[ \t]*include[ \t]+"([\w./-]+\.(?:c|cpp|inc))"/gm, (line, name) => {
      const found = byName.get(String(name).split('/').at(-1))
      return found && found.path !== path && !/command_rec\s+\w+\s*\[/.test(found.text) ? found.text : line
    })
    const bare = stripComments(whole)
    const defines = readDefines(bare)
    const constants = readConstants(bare)
    for (const [name, value] of constants) if (!defines.has(name)) defines.set(name, value)
    return { path, branches: preprocessorBranches(bare), defines, constants }
  })
}

/** The modules that files declare, with the rows of their tables. @param {Prepared[]} files @returns {{ modules: Module[], loose: Map<string, Row[]>, problems: string[] }} `loose` are tables that no module structure names */
export function readModules(files) {
  /** @type {string[]} */
  const problems = []
  const shared = new Map()
  for (const { path, defines, constants } of files) {
    for (const [name, value] of /\.(?:h|hpp)$/.test(path) ? defines : constants) if (!shared.has(name)) shared.set(name, value)
  }
  const tables = files.map((file) => ({ path: file.path, tables: tablesOf(file, shared, problems) }))
  /** @type {Module[]} */
  const modules = []
  /** @type {Set<string>} */
  const used = new Set()
  for (const { path, branches } of files) {
    for (const { identifier, fields } of branches.flatMap(moduleStructures)) {
      const names = fields.map((field) => /(\w+)\s*$/.exec(field)?.[1] ?? '')
      const own = tables.find((each) => each.path === path)?.tables ?? new Map()
      const found = names.find((name) => own.has(name))
      const other = found === undefined ? tables.find((each) => names.some((name) => each.tables.has(name))) : undefined
      const table = found === undefined ? names.find((name) => other?.tables.has(name)) : found
      const rows = table === undefined ? [] : ((found === undefined ? other?.tables : own)?.get(table) ?? [])
      const key = `${found === undefined ? other?.path : path} ${table}`
      const known = modules.find((module) => module.identifier === identifier && module.file === path)
      // A module may be written twice, for two versions of httpd.
      if (known && !used.has(key)) known.rows = [...rows, ...known.rows]
      if (table !== undefined) used.add(key)
      if (!known) modules.push({ identifier, file: path, perDirectory: names[1] !== 'NULL' && names[1] !== '0', rows })
    }
  }
  const loose = new Map(tables.flatMap(({ path, tables }) => [...tables].filter(([name, rows]) => rows.length > 0 && !used.has(`${path} ${name}`))))
  return { modules, loose, problems }
}

/** Names of directives may be constants (`const char kName[] = "Name"`). @param {string} text @returns {Map<string, string>} */
export function readConstants(text) {
  const found = new Map()
  for (const [, name = '', value = ''] of text.matchAll(
    /\bconst\s+char\s*\*?\s*(?:const\s+)?(?:\w+::)?(\w+)\s*(?:\[\s*\])?\s*=\s*("(?:[^"\\\n]|\\.)*")\s*;/g,
  )) {
    found.set(name, value)
  }
  return found
}

/** @param {Prepared} file @param {Map<string, string>} shared @param {string[]} problems @returns {Map<string, Row[]>} */
function tablesOf({ path, branches, defines }, shared, problems) {
  /** @type {Map<string, Row[]>} */
  const tables = new Map()
  const define = (/** @type {string} */ name) => defines.get(name) ?? shared.get(name)
  for (const text of branches) {
    for (const { name, body } of arraysOf(text, 'command_rec')) {
      const rows = tables.get(name) ?? []
      tables.set(name, rows)
      for (const fields of rowsOf(expand(body, define, new Set()))) {
        const row = readRow(fields, path)
        if (typeof row === 'string') problems.push(`${path}: ${row}`)
        else if (row && !rows.some((other) => same(other, row))) rows.push(row)
      }
    }
  }
  return tables
}

/** name, handler, data, override, kind, help. @param {string} body expanded @returns {string[][]} */
function rowsOf(body) {
  const rows = []
  for (const element of splitTopLevel(body)) {
    const macro = /^AP_INIT_(\w+)\s*\(([\s\S]*)\)$/.exec(element)
    if (macro) {
      const [name = '', handler = '', data = '', override = '', help = 'NULL'] = splitTopLevel(macro[2] ?? '')
      rows.push([name, handler, data, override, macro[1] === 'NO_ARGS' ? 'RAW_ARGS' : (macro[1] ?? ''), help])
    } else if (element.startsWith('{')) rows.push(splitTopLevel(bracedText(element, 0) ?? ''))
  }
  return rows
}

/** A row, a complaint, or undefined for the end of a table. @param {string[]} fields @param {string} file @returns {Row | string | undefined} */
function readRow([nameText = '', handlerText = '', dataText = '', overrideText = '', kindText = '', helpText = 'NULL'], file) {
  if (/^\(?\s*(?:\.name\s*=\s*)?(?:NULL|0|nullptr|\(.*\)\s*(?:NULL|0))?\s*\)?$/.test(nameText)) return undefined
  const name = literal(nameText.replace(/^(?:\w+::)+/, ''))
  if (name === undefined) return `not a name: ${nameText.slice(0, 60)}`
  const args = kinds.get(kindText.trim())
  if (args === undefined) return `not a kind of arguments: ${name} ${kindText}`
  const override = overrideText.replace(/\(int\)/g, '').match(/\w+/g) ?? []
  /** @type {string[]} */
  const set = []
  for (const word of override) {
    const found = bits.get(word)
    if (!found && word !== '0') return `not an override: ${name} ${overrideText}`
    set.push(...(found ?? []))
  }
  const handler = /(\w+)\s*\)*\s*\}?$/.exec(handlerText)?.[1] ?? ''
  const data = dataText.replace(/\s+/g, ' ').replace(/^(?:\(\s*(?:const )?\w+ ?\*+\s*\) ?)+/, '')
  const help = literal(helpText)
  return {
    name,
    handler,
    ...(data && !/^(?:NULL|0|nullptr)$/.test(data) ? { data } : {}),
    overrides: bitOrder.filter((bit) => set.includes(bit)),
    onRead: set.includes('exec'),
    args,
    ...(help === undefined ? {} : { help }),
    file,
  }
}

/** The value of string literals side by side; undefined for anything else. @param {string} text */
export function literal(text) {
  const inner = text.trim().replace(/^\(\s*(?:const\s+)?char\s*\*\s*\)\s*/, '')
  if (!/^\(?\s*(?:"(?:[^"\\]|\\[\s\S])*"\s*)+\)?$/.test(inner)) return undefined
  const escapes = new Map([
    ['n', '\n'],
    ['t', '\t'],
    ['r', '\r'],
  ])
  return (inner.match(/"(?:[^"\\]|\\[\s\S])*"/g) ?? [])
    .map((part) =>
      part
        .slice(1, -1)
        .replace(/\\\r?\n/g, '')
        .replace(/\\([\s\S])/g, (_, letter) => escapes.get(letter) ?? letter),
    )
    .join('')
}

/** @param {string} text */
function moduleStructures(text) {
  const found = []
  const pattern = /(?:AP_DECLARE_MODULE\s*\(\s*(\w+)\s*\)|\bmodule\s+(?:[A-Z_]+\s+)?(\w+))\s*=\s*\{/g
  for (const match of text.matchAll(pattern)) {
    const body = bracedText(text, match.index + match[0].length - 1)
    if (body !== undefined) found.push({ identifier: match[1] === undefined ? (match[2] ?? '') : `${match[1]}_module`, fields: splitTopLevel(body) })
  }
  return found
}

/** Text with its macros expanded. @param {string} text @param {(name: string) => string | undefined} define @param {Set<string>} active @returns {string} */
function expand(text, define, active) {
  const pattern = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|\b[A-Za-z_]\w*\b/g
  let out = ''
  let last = 0
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const name = match[0]
    if (/^["']/.test(name) || kept.test(name) || active.has(name)) continue
    const inside = new Set([...active, name])
    const macro = define(`${name}()`)
    const open = macro === undefined ? -1 : /^\s*\(/.test(text.slice(pattern.lastIndex)) ? text.indexOf('(', pattern.lastIndex) : -1
    let value = open < 0 ? define(name) : undefined
    let end = pattern.lastIndex
    if (macro !== undefined && open >= 0) {
      const close = closing(text, open)
      if (close === undefined) continue
      const args = splitTopLevel(text.slice(open + 1, close))
      value = substitute(
        macro,
        args,
        args.map((arg) => expand(arg, define, active)),
      )
      end = close + 1
    }
    if (value === undefined) continue
    out += text.slice(last, match.index) + expand(value, define, inside)
    last = end
    pattern.lastIndex = end
  }
  return out + text.slice(last)
}

/** @param {string} text @param {number} open */
function closing(text, open) {
  let depth = 0
  for (const match of text.slice(open).matchAll(/"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|[()]/g)) {
    if (match[0] === '(') depth += 1
    else if (match[0] === ')') {
      depth -= 1
      if (depth === 0) return open + match.index
    }
  }
  return undefined
}

/** As in C an argument is expanded first, except beside `#` and `##`. @param {string} macro `(a, b) body` @param {string[]} args @param {string[]} expanded */
function substitute(macro, args, expanded) {
  const parts = /^\(([^)]*)\)([\s\S]*)$/.exec(macro)
  const parameters = (parts?.[1] ?? '').split(',').map((name) => name.trim())
  const replaced = (parts?.[2] ?? '').replace(/"(?:[^"\\]|\\.)*"|##\s*(\w+)|#\s*(\w+)|\b[A-Za-z_]\w*\b(?=(\s*##)?)/g, (whole, pasted, quoted, paste) => {
    const place = parameters.indexOf(pasted ?? quoted ?? whole)
    const value = (pasted === undefined && quoted === undefined && paste === undefined ? expanded : args)[place]
    if (value === undefined) return whole
    if (pasted !== undefined) return `##${value}`
    return quoted === undefined ? value : `"${value.replace(/["\\]/g, '\\$&')}"`
  })
  return replaced.replace(/"(?:[^"\\]|\\.)*"|\s*##\s*/g, (part) => (part[0] === '"' ? part : ''))
}

/** @param {Row} one @param {Row} other */
function same(one, other) {
  return (
    one.name === other.name &&
    one.args === other.args &&
    one.help === other.help &&
    one.handler === other.handler &&
    String(one.overrides) === String(other.overrides)
  )
}
