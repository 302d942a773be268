// One source tree: its files' declarations put together, setters and tables resolved.
import { argumentCounts, contextsOf, evaluateFlags, isBlock, isFlag, moduleKind } from './flags.mjs'
import { functionOf, parseFile } from './parse-file.mjs'
import { readRust } from './rust.mjs'

/** @typedef {import('./parse-file.mjs').ParsedFile} ParsedFile */
/** @typedef {import('./parse-file.mjs').RawCommand} RawCommand */
/** @typedef {import('./flags.mjs').ModuleKind} ModuleKind */
/**
 * A directive as one source tree declares it.
 * @typedef {{
 *   name: string, module: string, kind: ModuleKind, contexts: string[], counts?: number[], min?: number, flag?: true, block?: true,
 *   setter: string, value: string, values?: string[], bounds?: [number, number | null], post?: string, deprecated?: string | true,
 *   slot?: string, level?: string, repeat: string, defines?: true,
 * }} Declared
 */
/** @typedef {{ name: string, module: string, stream: boolean, prefix?: true, changeable?: true }} DeclaredVariable */
/** @typedef {{ directives: Declared[], variables: DeclaredVariable[], problems: string[] }} Tree */

/** nginx's own setters, and what the argument is to them. */
export const slotSetters = new Map(
  Object.entries({
    ngx_conf_set_flag_slot: 'flag',
    ngx_conf_set_size_slot: 'size',
    ngx_conf_set_off_slot: 'off',
    ngx_conf_set_msec_slot: 'msec',
    ngx_conf_set_sec_slot: 'sec',
    ngx_conf_set_num_slot: 'num',
    ngx_conf_set_str_slot: 'str',
    ngx_conf_set_enum_slot: 'enum',
    ngx_conf_set_bitmask_slot: 'bitmask',
    ngx_conf_set_str_array_slot: 'str_array',
    ngx_conf_set_keyval_slot: 'keyval',
    ngx_conf_set_bufs_slot: 'bufs',
    ngx_conf_set_access_slot: 'access',
    ngx_conf_set_path_slot: 'path',
    ngx_http_set_complex_value_slot: 'complex',
    ngx_http_set_complex_value_zero_slot: 'complex',
    ngx_http_set_complex_value_size_slot: 'complex-size',
    ngx_http_set_predicate_slot: 'predicate',
    ngx_stream_set_complex_value_slot: 'complex',
    ngx_stream_set_complex_value_zero_slot: 'complex',
    ngx_stream_set_complex_value_size_slot: 'complex-size',
    ngx_http_types_slot: 'types',
  }),
)

/** Tables that a block's own handler reads: their rows carry no context flag (nginx-otel: setExporter). */
const innerTables = new Map([['gExporterCommands', 'otel_exporter']])

const accumulating = new Set(['str_array', 'keyval', 'bitmask', 'types', 'predicate'])

/**
 * Reads a tree. @param {{ path: string, text: string }[]} sources @param {string} label the name of the tree, for messages
 * @param {Map<string, ParsedFile | undefined>} [cache] parsed files by content, kept between trees of one project @returns {Tree}
 */
export function linkTree(sources, label, cache = new Map()) {
  const byName = new Map(sources.map((source) => [source.path.split('/').at(-1) ?? '', source.text]))
  /** @type {Map<string, string>} */
  const shared = new Map()
  /** @type {ParsedFile[]} */
  const files = []
  const define = (/** @type {string} */ name) => shared.get(name)
  for (const { path, text } of sources) {
    if (!path.endsWith('.h')) continue
    for (const match of text.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+((?:\\\r?\n|[^\n])+)/gm)) {
      if (!shared.has(match[1] ?? ''))
        shared.set(
          match[1] ?? '',
          (match[2] ?? '')
            .replace(/\\\r?\n/g, ' ')
            .replace(/\/\*.*?\*\/|\/\/.*$/g, '')
            .trim(),
        )
    }
  }
  /** @type {Tree} */
  const tree = { directives: [], variables: [], problems: [] }
  for (const { path, text } of sources) {
    if (path.endsWith('.rs')) {
      readRust(text, tree)
      continue
    }
    const key = `${path}\0${text}`
    if (!cache.has(key))
      cache.set(
        key,
        parseFile(path, text, (name) => byName.get(name), define),
      )
    const file = cache.get(key)
    if (file) files.push(file)
  }
  for (const file of files) {
    tree.problems.push(...file.problems)
    for (const command of file.commands) resolveCommand(command, file, files, define, label, tree)
    for (const variable of file.variables) {
      const module = file.modules[0]?.name ?? homeOfVariables(file, files, variable.stream)
      const flags = variable.flags
      if (tree.variables.some((known) => known.name === variable.name && known.stream === variable.stream)) continue
      tree.variables.push({
        name: variable.name,
        module: nameOfModule(module),
        stream: variable.stream,
        ...(/VAR_PREFIX/.test(flags) ? { prefix: true } : {}),
        ...(/VAR_CHANGEABLE/.test(flags) ? { changeable: true } : {}),
      })
    }
  }
  return tree
}

/** @param {RawCommand} command @param {ParsedFile} file @param {ParsedFile[]} files @param {(name: string) => string | undefined} define @param {string} label @param {Tree} tree */
function resolveCommand(command, file, files, define, label, tree) {
  const module = moduleOfTable(command.table, file, files)
  const { mask, unknown } = evaluateFlags(command.flags, (name) => file.defines.get(name) ?? define(name))
  if (unknown.length > 0) tree.problems.push(`${label}: ${command.name}: unknown flags ${unknown.join(' ')}`)
  const kind = moduleKind(module?.kind ?? '') ?? kindOfFlags(command.flags)
  const inner = innerTables.get(command.table)
  if (!module && !inner) tree.problems.push(`${label}: ${command.name}: no module holds the table ${command.table}`)
  const contexts = inner ? [inner] : contextsOf(mask, kind)
  const arity = argumentCounts(mask)
  /** @type {Declared} */
  const declared = {
    name: command.name,
    module: nameOfModule(module?.name ?? command.table),
    kind,
    contexts,
    ...arity,
    ...(isFlag(mask) ? { flag: true } : {}),
    ...(isBlock(mask) ? { block: true } : {}),
    setter: command.setter,
    ...readValue(command, file, files, define),
  }
  const offset = slotOf(command.offset)
  if (offset) declared.slot = offset
  const level = /_(MAIN|SRV|LOC|APP)_CONF_OFFSET$/.exec(command.conf)?.[1]
  if (level && level !== 'APP') declared.level = level.toLowerCase()
  if (!tree.directives.some((known) => sameDeclaration(known, declared))) tree.directives.push(declared)
}

/** @param {RawCommand} command @param {ParsedFile} file @param {ParsedFile[]} files @param {(name: string) => string | undefined} define */
function readValue(command, file, files, define) {
  /** @type {Pick<Declared, 'value' | 'repeat' | 'values' | 'bounds' | 'post' | 'deprecated' | 'defines'>} */
  const result = { value: slotSetters.get(command.setter) ?? 'custom', repeat: 'unknown' }
  if (result.value === 'custom') {
    const body = findFunction(command.setter, file, files)
    const wrapped = body === undefined ? undefined : plainWrapper(body)
    if (wrapped) result.value = wrapped
    else if (body !== undefined) {
      const find = (/** @type {string} */ name) => findFunction(name, file, files)
      result.repeat = repeatOf(body, find)
      if (addsVariable(body, find)) result.defines = true
    } else if (command.setter.startsWith('ndk_set_var_')) Object.assign(result, { repeat: 'accumulate', defines: true })
  }
  if (/_(?:obsolete|deprecated)$/.test(command.setter)) result.deprecated = true
  if (result.value !== 'custom') result.repeat = accumulating.has(result.value) ? 'accumulate' : 'error'
  if (command.post && command.post !== 'NULL') {
    const values = lookUp(command.post, file, files, (each) => each.names)
    const post = lookUp(command.post, file, files, (each) => each.posts)
    if (values) {
      if (result.value === 'enum' || result.value === 'bitmask') result.values = values
    } else if (post?.check === 'ngx_conf_check_num_bounds') {
      const low = numberOf(post.low, (name) => file.defines.get(name) ?? define(name))
      const high = numberOf(post.high, (name) => file.defines.get(name) ?? define(name))
      if (low !== undefined && high !== undefined) result.bounds = [low, high === -1 ? null : high]
    } else if (post?.check === 'ngx_conf_deprecated') result.deprecated = /"((?:[^"\\]|\\.)*)"/.exec(post.high)?.[1]?.replace(/\\(.)/g, '$1') ?? true
    else if (post && post.check !== 'NULL') result.post = post.check
  }
  return result
}

/**
 * A setter that first of all hands its argument to one of nginx's own setters takes what that one takes.
 * One that looks at the argument before may take more (`off`, `auto`), and is left alone.
 * @param {string} body
 */
function plainWrapper(body) {
  const call = /\b(ngx_(?:conf_set|http_set|stream_set)_\w+_slot)\s*\(\s*cf\s*,\s*cmd\s*,\s*(\w+)\s*\)/.exec(body)
  if (!call) return undefined
  const before = body.slice(0, call.index)
  if (/\b(?:if|while|for|switch)\b/.test(before)) return undefined
  return slotSetters.get(call[1] ?? '')
}

/**
 * Whether a setter refuses a second use. Only a check of "already set" that comes first, outside loops and other conditions, refuses
 * every second use; where a check is conditional (`proxy_redirect off` twice) nothing is claimed.
 * @param {string} body @param {(name: string) => string | undefined} find @param {number} [depth] @returns {string}
 */
function repeatOf(body, find, depth = 0) {
  const at = body.search(/"is duplicate"/)
  if (at >= 0) {
    const before = body.slice(0, at)
    const condition = /\bif\s*\(((?:[^{};]|\n)*)\)\s*\{?\s*return\s*(?:\([^)]*\)\s*)?$/.exec(before)
    if (!condition || /==/.test(condition[1] ?? '')) return 'unknown'
    const earlier = before.slice(0, condition.index)
    const nesting = (earlier.match(/\{/g)?.length ?? 0) - (earlier.match(/\}/g)?.length ?? 0)
    return nesting > 0 || /\b(?:for|while|switch)\b/.test(earlier) ? 'unknown' : 'error'
  }
  if (/duplicate|_slot\s*\(/.test(body)) return 'unknown'
  for (const [, name] of body.matchAll(/\b(ngx_\w+)\s*\(\s*cf\s*,\s*(?:cmd|conf|\w+)\s*[,)]/g)) {
    const called = depth < 3 && name ? find(name) : undefined
    if (called !== undefined && /duplicate|_slot\s*\(/.test(called)) {
      const inner = repeatOf(called, find, depth + 1)
      if (inner !== 'accumulate') return inner === 'error' && /\breturn\s+\w+\s*\(\s*cf\s*,\s*cmd/.test(body) ? 'error' : 'unknown'
    }
  }
  return 'accumulate'
}

/** Whether a setter makes a variable of a name that it is given (`set $x`, `map … $x`). @param {string} body @param {(name: string) => string | undefined} find @param {number} [depth] @returns {boolean} */
function addsVariable(body, find, depth = 0) {
  if (/\bngx_(?:http|stream)_add_variable\s*\(|\bndk_set_var_\w+\s*\(/.test(body)) return true
  if (depth >= 3) return false
  for (const [, name] of body.matchAll(/\b(ngx_\w+)\s*\(\s*cf\s*,\s*cmd\s*,/g)) {
    const called = name ? find(name) : undefined
    if (called !== undefined && addsVariable(called, find, depth + 1)) return true
  }
  return false
}

/** A function by its name: in the file that uses it first. @param {string} name @param {ParsedFile} file @param {ParsedFile[]} files */
function findFunction(name, file, files) {
  if (!name || name === 'NULL') return undefined
  for (const each of [file, ...files]) {
    const body = functionOf(each, name)
    if (body !== undefined) return body
  }
  return undefined
}

/** @template T @param {string} name @param {ParsedFile} file @param {ParsedFile[]} files @param {(file: ParsedFile) => Map<string, T>} table */
function lookUp(name, file, files, table) {
  for (const each of [file, ...files]) {
    const found = table(each).get(name)
    if (found !== undefined) return found
  }
  return undefined
}

/** @param {string} table @param {ParsedFile} file @param {ParsedFile[]} files */
function moduleOfTable(table, file, files) {
  for (const each of [file, ...files]) {
    const module = each.modules.find(({ commands }) => commands === table)
    if (module) return module
  }
  return undefined
}

/** @param {string} text @param {(name: string) => string | undefined} define @returns {number | undefined} */
function numberOf(text, define) {
  const plain = text.replace(/[()\s]/g, '')
  if (/^-?\d+$/.test(plain)) return Number(plain)
  const product = /^(\d+)\*(\d+)$/.exec(plain)
  if (product) return Number(product[1]) * Number(product[2])
  if (plain === 'NGX_MAX_INT_T_VALUE' || plain === 'NGX_MAX_INT32_VALUE') return -1
  const expanded = /^\w+$/.test(plain) ? define(plain) : undefined
  return expanded === undefined || expanded === text ? undefined : numberOf(expanded, define)
}

/** @param {string} offset */
function slotOf(offset) {
  const parts = [...offset.matchAll(/offsetof\s*\(\s*(\w+)\s*,\s*([\w.[\]]+)\s*\)/g)]
  return parts.length === 0 ? undefined : parts.map(([, type, field]) => `${String(type).replace(/^ngx_|_t$/g, '')}.${field}`).join('+')
}

/** @param {string} flags @returns {ModuleKind} */
function kindOfFlags(flags) {
  if (flags.includes('NGX_STREAM_')) return 'stream'
  if (flags.includes('NGX_MAIL_')) return 'mail'
  if (flags.includes('NGX_RTMP_')) return 'rtmp'
  if (flags.includes('NGX_EVENT_')) return 'event'
  if (flags.includes('NGX_HTTP_')) return 'http'
  return 'core'
}

/** Modules whose name in the source is not the one they are known by. @param {string} name */
function nameOfModule(name) {
  if (['gHttpModule', 'gCommands', 'gExporterCommands'].includes(name)) return 'ngx_otel_module'
  return name === 'ps_commands' || name === 'ps_ngx_module' ? 'ngx_pagespeed' : name
}

/** @param {Declared} one @param {Declared} other */
function sameDeclaration(one, other) {
  return (
    one.name === other.name && one.module === other.module && String(one.contexts) === String(other.contexts) && String(one.counts) === String(other.counts)
  )
}

/** Variables declared in a file without a module belong to the core of the protocol, in a module's source to the module with the most similar name. @param {ParsedFile} file @param {ParsedFile[]} files @param {boolean} stream */
function homeOfVariables(file, files, stream) {
  const name = baseName(file.path)
  const modules = files.flatMap((each) => each.modules.map((module) => module.name))
  const core = `ngx_${stream ? 'stream' : 'http'}_core_module`
  if (modules.includes(core)) return core
  const shared = (/** @type {string} */ other) => [...other].findIndex((letter, index) => letter !== name[index])
  return modules.sort((one, other) => shared(other) - shared(one))[0] ?? name
}

/** @param {string} path */
function baseName(path) {
  return (path.split('/').at(-1) ?? '').replace(/\.\w+$/, '')
}
