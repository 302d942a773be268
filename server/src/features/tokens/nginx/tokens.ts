import { nginxDirectives } from '../../../catalog/nginx/catalog.ts'
import type { Word } from '../../../syntax/tree.ts'
import { regexTokens } from '../regex.ts'
import { addParameter, type Coloured, contentOf } from '../token.ts'
import type { KnownNames } from './names.ts'

/** The tokens of a directive of nginx, or of an entry of `map` and the like. */
export function nginxTokens(coloured: Coloured, names: KnownNames): void {
  const { node, parent } = coloured
  const [nameWord, ...args] = node.words
  if (!nameWord) return
  const name = nameWord.value
  const isEntry = dataBlocks.has(parent)
  if (isEntry) {
    if (parent === 'map' && name.startsWith('~')) addRegex(nameWord, coloured)
    if (parent === 'map') for (const word of args) addVariables(word, coloured, names, undefined)
    return
  }
  const declared = declares(name, args)
  for (const [i, word] of args.entries()) {
    if (isRegex(name, args, i)) {
      addRegex(word, coloured)
      continue
    }
    if (withParameters.has(name)) {
      const parameter = addParameter(word, coloured)
      if (parameter && /^(?:keys_)?zone$/.test(parameter.name)) {
        const zone = /^[^:$]+/.exec(parameter.value)?.[0] ?? ''
        if (zone !== '') {
          const isDefinition = /_zone$|_path$/.test(name)
          coloured.add({
            start: parameter.valueStart,
            end: parameter.valueStart + zone.length,
            type: 'type',
            modifier: isDefinition ? 'declaration' : undefined,
          })
        }
      }
    }
    if (i === 0) addNamed(name, word, coloured, names)
    if (word.value.startsWith('@') && takesNamedLocation.has(name)) {
      const content = contentOf(word, coloured)
      if (content) coloured.add({ start: content.start, end: content.end, type: 'function', modifier: name === 'location' ? 'declaration' : undefined })
    }
    addVariables(word, coloured, names, name, word === declared)
  }
}

const dataBlocks: ReadonlySet<string> = new Set(['map', 'geo', 'types', 'split_clients', 'charset_map', 'geoip2', 'match'])

/** The word that names a variable which the directive makes. */
function declares(name: string, args: readonly Word[]): Word | undefined {
  if (name === 'geo') return args.at(-1)
  if (name === 'map' || name === 'split_clients') return args[1]
  return nginxDirectives(name).some((entry) => entry.definesVariable) ? args.find((word) => word.value.startsWith('$')) : undefined
}

function isRegex(name: string, args: readonly Word[], index: number): boolean {
  const value = args[index]?.value ?? ''
  const before = args[index - 1]?.value ?? ''
  switch (name) {
    case 'location':
      return index === 1 ? before === '~' || before === '~*' : args.length === 1 && value.startsWith('~')
    case 'rewrite':
      return index === 0
    case 'if':
      return /^!?~\*?$/.test(before)
    case 'server_name':
    case 'valid_referers':
      return value.startsWith('~')
    case 'proxy_redirect':
    case 'proxy_cookie_domain':
    case 'proxy_cookie_path':
      return index === 0 && value.startsWith('~')
    default:
      return false
  }
}

function addRegex(word: Word, coloured: Coloured): void {
  const content = contentOf(word, coloured)
  if (!content) return
  const mark = /^~\*?/.exec(content.text)?.[0].length ?? 0
  // The bracket that ends a condition stands at the last word, outside of its quotes.
  const end = coloured.node.words[0]?.value === 'if' && !word.quote && content.text.endsWith(')') ? content.text.length - 1 : content.text.length
  regexTokens(content.text.slice(mark, end), content.start + mark, coloured.add)
}

/** What an argument in the first place names: an upstream or a zone. */
function addNamed(name: string, word: Word, coloured: Coloured, names: KnownNames): void {
  const content = contentOf(word, coloured)
  if (!content) return
  const put = (at: number, length: number, type: 'namespace' | 'type', modifier?: 'declaration'): void =>
    coloured.add({ start: content.start + at, end: content.start + at + length, type, modifier })
  if (name === 'upstream') put(0, content.text.length, 'namespace', 'declaration')
  else if (/_pass$/.test(name)) {
    const match = /^([a-z]+:\/\/)?([^/:$]+)(?=[/:$]|$)/.exec(content.text)
    if (match?.[2] && names.isUpstream(match[2])) put(match[1]?.length ?? 0, match[2].length, 'namespace')
  } else if (/_cache$|^limit_conn$/.test(name) && names.isZone(content.text)) put(0, content.text.length, 'type')
  else if (name === 'zone') put(0, content.text.length, 'type', 'declaration')
}

/** `name`: the directive; undefined for a value of a map. */
function addVariables(word: Word, coloured: Coloured, names: KnownNames, name: string | undefined, isDeclared = false): void {
  if (!word.value.includes('$')) return
  const content = contentOf(word, coloured)
  if (!content) return
  for (const match of content.text.matchAll(/\$(?:\{(\w+)\}|(\w+))/g)) {
    const variable = match[1] ?? match[2] ?? ''
    const at = { start: content.start + match.index, end: content.start + match.index + match[0].length }
    if (/^\d$/.test(match[2]?.charAt(0) ?? '')) {
      coloured.add({ start: at.start, end: at.start + 2, type: 'parameter' })
      continue
    }
    if (isDeclared) {
      coloured.add({ ...at, type: 'variable', modifier: 'declaration' })
      continue
    }
    const known = names.variable(variable)
    if (known === 'undefined' && !(name !== undefined && takesVariables(name))) continue
    coloured.add({ ...at, type: 'variable', modifier: known === 'own' ? 'defaultLibrary' : known === 'undefined' ? 'undefined' : undefined })
  }
}

/** Whether a `$` in the arguments of a directive is a variable beyond doubt. */
const takesVariables = (name: string): boolean => scripts.has(name) || nginxDirectives(name).some(({ value }) => value === 'complex' || value === 'predicate')

const scripts: ReadonlySet<string> = new Set([
  'add_header',
  'alias',
  'fastcgi_param',
  'if',
  'proxy_pass',
  'proxy_set_header',
  'return',
  'rewrite',
  'root',
  'scgi_param',
  'set',
  'try_files',
  'uwsgi_param',
])

const takesNamedLocation: ReadonlySet<string> = new Set(['location', 'try_files', 'error_page', 'post_action'])

/** Directives whose arguments are options of the form `name=value`. */
const withParameters: ReadonlySet<string> = new Set([
  'listen',
  'server',
  'limit_req',
  'limit_req_zone',
  'limit_conn_zone',
  'proxy_cache_path',
  'fastcgi_cache_path',
  'uwsgi_cache_path',
  'scgi_cache_path',
  'access_log',
  'open_file_cache',
  'open_log_file_cache',
  'resolver',
  'sticky',
  'health_check',
  'keepalive_timeout',
  'gzip_static',
  'http2_push_preload',
  'js_shared_dict_zone',
])
