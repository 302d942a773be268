// The declarations of one source file, unresolved.
import { arraysOf, functionBody, preprocessorBranches, readDefines, rowsOf, splitTopLevel, stringValue, stripComments, structuresOf } from './c-text.mjs'

/** @typedef {{ table: string, name: string, flags: string, setter: string, conf: string, offset: string, post: string }} RawCommand */
/** @typedef {{ table: string, name: string, flags: string, stream: boolean }} RawVariable */
/** @typedef {{ name: string, commands: string, kind: string, context: string }} RawModule */
/** @typedef {{ check: string, low: string, high: string, text: string }} RawPost */
/**
 * @typedef {{
 *   path: string, text: string, defines: Map<string, string>, commands: RawCommand[], variables: RawVariable[], modules: RawModule[],
 *   names: Map<string, string[]>, posts: Map<string, RawPost>, problems: string[],
 *   branches: string[], functions: Map<string, string | undefined>,
 * }} ParsedFile
 */

const worthReading =
  /ngx_command_t|ngx_conf_enum_t|ngx_conf_bitmask_t|ngx_conf_num_bounds_t|ngx_conf_post_t|ngx_(?:http|stream)_variable_t|_add_variable|ngx_module_t|is duplicate/

/**
 * Parses a file; undefined when nothing in it concerns the catalog.
 * @param {string} path @param {string} source @param {(name: string) => string | undefined} include the text of an included file, by its base name
 * @param {(name: string) => string | undefined} outerDefine macros of the other files
 * @returns {ParsedFile | undefined}
 */
export function parseFile(path, source, include, outerDefine) {
  if (!worthReading.test(source)) return undefined
  const text = inlineTables(stripComments(source), include)
  const defines = readDefines(text)
  const define = (/** @type {string} */ name) => defines.get(name) ?? outerDefine(name)
  /** @type {ParsedFile} */
  const file = {
    path,
    text,
    defines,
    commands: [],
    variables: [],
    modules: [],
    names: new Map(),
    posts: new Map(),
    problems: [],
    branches: preprocessorBranches(text),
    functions: new Map(),
  }
  for (const branch of file.branches) readBranch(branch, define, file)
  return file
}

/** The first definition of a function in the file, whichever branch holds it. @param {ParsedFile} file @param {string} name */
export function functionOf(file, name) {
  if (!file.functions.has(name)) {
    const body = file.text.includes(name) ? file.branches.map((branch) => functionBody(branch, name)).find((found) => found !== undefined) : undefined
    file.functions.set(name, body)
  }
  return file.functions.get(name)
}

/** @param {string} text @param {(name: string) => string | undefined} define @param {ParsedFile} file */
function readBranch(text, define, file) {
  for (const { name: table, body } of arraysOf(text, 'ngx_command_t')) {
    for (const row of rowsOf(body, define)) addCommand(table, row, define, file)
  }
  for (const type of ['ngx_conf_enum_t', 'ngx_conf_bitmask_t']) {
    for (const { name, body } of arraysOf(text, type)) {
      const values = rowsOf(body, define).flatMap((row) => stringValue(row[0] ?? '', define) ?? [])
      const known = file.names.get(name) ?? []
      file.names.set(name, [...known, ...values.filter((value) => !known.includes(value))])
    }
  }
  for (const type of ['ngx_conf_num_bounds_t', 'ngx_conf_post_t', 'ngx_conf_deprecated_t']) {
    for (const { name, body } of structuresOf(text, type)) {
      const [check = '', low = '', high = ''] = splitTopLevel(body)
      if (!file.posts.has(name)) file.posts.set(name, { check, low, high, text: body })
    }
  }
  for (const [, name = '', check = ''] of text.matchAll(/\bngx_conf_post_handler_pt\s+(\w+)\s*=\s*(\w+)\s*;/g)) {
    if (!file.posts.has(name)) file.posts.set(name, { check, low: '', high: '', text: check })
  }
  for (const { name, body } of structuresOf(text, 'ngx_module_t')) {
    const [, context = '', commands = '', kind = ''] = splitTopLevel(body)
    if (!file.modules.some((known) => known.name === name)) file.modules.push({ name, context: word(context), commands: word(commands), kind: word(kind) })
  }
  readVariables(text, define, file)
}

/** @param {string} table @param {string[]} row @param {(name: string) => string | undefined} define @param {ParsedFile} file */
function addCommand(table, row, define, file) {
  const [first = '', flags = '', setter = '', conf = '', offset = '', post = ''] = row
  if (/ngx_null_string|^ngx_null_command|^\{\s*0/.test(first) || row.length < 2) return
  const name = stringValue(first, define)
  if (name === undefined || name === '') {
    file.problems.push(`${file.path}: ${table}: the name of ${first} is not a literal`)
    return
  }
  const same = file.commands.find((known) => known.table === table && known.name === name && known.flags === flags)
  if (!same) file.commands.push({ table, name, flags, setter: word(setter), conf: word(conf), offset, post: word(post) })
}

/** @param {string} text @param {(name: string) => string | undefined} define @param {ParsedFile} file */
function readVariables(text, define, file) {
  const add = (/** @type {RawVariable} */ variable) => {
    if (!file.variables.some((known) => known.name === variable.name && known.stream === variable.stream)) file.variables.push(variable)
  }
  for (const protocol of ['http', 'stream']) {
    const stream = protocol === 'stream'
    for (const { name: table, body } of arraysOf(text, `ngx_${protocol}_variable_t`)) {
      for (const row of rowsOf(body, define)) {
        const name = stringValue(row[0] ?? '', define)
        if (name) add({ table, name, flags: row[4] ?? '', stream })
      }
    }
  }
  for (const match of text.matchAll(/\b(\w*)_add_variable\s*\(\s*cf\s*,\s*&\s*(\w+)\s*[,)]([^;]*);/g)) {
    if (match[1]?.includes('rtmp')) continue
    const value = new RegExp(`ngx_str_t\\s+${match[2]}\\s*=\\s*(ngx_string\\s*\\([^;]*?\\))\\s*;`).exec(text)?.[1]
    const name = value === undefined ? undefined : stringValue(value, define)
    if (name) add({ table: match[2] ?? '', name, flags: match[3] ?? '', stream: match[1]?.includes('stream') ?? false })
  }
  if (!/\bngx_(?:http|stream)_add_variable\s*\(\s*cf\s*,\s*&\s*\w+(?:->|\.)name/.test(text)) return
  for (const match of text.matchAll(/\b(\w*variable_t)\s+\w+\s*\[/g)) {
    const type = match[1] ?? ''
    if (/^ngx_(?:http|stream|rtmp)_variable_t$/.test(type)) continue
    for (const { name: table, body } of arraysOf(text, type)) {
      for (const row of rowsOf(body, define)) {
        const name = stringValue(row[0] ?? '', define)
        if (name) add({ table, name, flags: '', stream: /\bngx_stream_add_variable\b/.test(text) })
      }
    }
  }
}

/** Tables whose rows stand in a file of their own (`#include "…"` between the braces) are read in place. @param {string} text @param {(name: string) => string | undefined} include */
function inlineTables(text, include) {
  return text.replace(/^[ \t]*#[ \t]*include[ \t]+"([^"\n]+)"[^\n]*$/gm, (line, path) => {
    const included = include(String(path).split('/').at(-1) ?? '')
    if (included === undefined || included.includes('ngx_command_t')) return line
    const stripped = stripComments(included)
    return /^\s*(?:#[^\n]*\s*)*\{\s*ngx_string\s*\(/.test(stripped) ? stripped : line
  })
}

/** @param {string} text */
function word(text) {
  return (
    /\w+(?:::\w+)*/
      .exec(text.replace(/\(\s*(?:void|char|ngx_\w+)\s*\*+\s*\)/g, '').replace(/^[&(\s]+/, ''))?.[0]
      .split('::')
      .at(-1) ?? ''
  )
}
