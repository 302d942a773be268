import { nginxDirectives } from '../../catalog/nginx/catalog.ts'
import { plainArguments } from '../../configuration/builder.ts'
import type { Argument, Configuration, PlacedDirective, Source } from '../../configuration/placed.ts'
import { forEachItem, type Items } from '../../syntax/items.ts'
import { type Directive, nameOf, type Word } from '../../syntax/tree.ts'
import { derived } from '../../workspace/derived.ts'
import { isPlainName, type NameKind, type NameRole, type NameUse, type OwnName, whole, writtenPart } from './name-use.ts'

/** The names in a file, in the order in which they stand. What surrounds the file is not looked at. */
export function nginxNames(source: Source): NameUse[] {
  const uses: NameUse[] = []
  walk(source.tree.items, 0, { block: '', protocol: undefined, server: undefined }, { source, uses })
  return uses
}

interface Around {
  /** The name of the block; empty at the top of the file. */
  readonly block: string
  readonly protocol: NameUse['protocol']
  readonly server: number | undefined
}

interface Walk {
  readonly source: Source
  readonly uses: NameUse[]
}

const protocols: ReadonlySet<string> = new Set(['http', 'stream', 'mail'])
/** Blocks whose lines are data without variables. */
const plainData: ReadonlySet<string> = new Set(['geo', 'split_clients', 'types', 'charset_map'])

function walk(items: Items, base: number, around: Around, to: Walk): void {
  forEachItem(items, base, (item, start) => {
    if (item.kind === 'code') {
      codeNames(item.text, start, around, to)
      return
    }
    if (item.kind !== 'directive') return
    if (!plainData.has(around.block)) directiveNames(item, start, around, to)
    if (!item.block) return
    const name = nameOf(item)
    walk(
      item.block.items,
      start + item.text.length,
      {
        block: name,
        protocol: around.block === '' && protocols.has(name) ? (name as NameUse['protocol']) : around.protocol,
        server: name === 'server' ? start : around.server,
      },
      to,
    )
  })
}

/** Lua: `ngx.var.name`, `ngx.shared.name`. */
function codeNames(text: string, start: number, around: Around, { source, uses }: Walk): void {
  for (const match of text.matchAll(/\bngx\.(var|shared)\.([A-Za-z_]\w*)/g)) {
    const name = match[2] ?? ''
    const end = start + match.index + match[0].length
    uses.push({
      kind: match[1] === 'var' ? 'variable' : 'zone',
      name: match[1] === 'var' ? name.toLowerCase() : name,
      role: 'reference',
      place: { path: source.path, start: end - name.length, end },
      written: true,
      directive: start,
      protocol: around.protocol,
      owner: around.server,
    })
  }
}

function directiveNames(node: Directive, start: number, around: Around, to: Walk): void {
  const { source, uses } = to
  const [first] = node.words
  if (!first) return
  const name = first.value
  const named = (kind: NameKind, role: NameRole, from: number, end: number, text: string): void => {
    uses.push({
      kind,
      name: kind === 'variable' || kind === 'upstream' ? text.toLowerCase() : text,
      role,
      place: { path: source.path, start: from, end },
      written: true,
      directive: start,
      protocol: around.protocol,
      owner: around.server,
    })
  }
  const variables = (word: Word): void => {
    if (!word.value.includes('$')) return
    const raw = node.text.slice(word.start, word.end)
    for (const match of raw.matchAll(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g)) {
      const text = match[1] ?? match[2] ?? ''
      const at = word.start + match.index + (match[1] === undefined ? 1 : 2)
      // A name that a template writes, or goes on writing.
      if (word.holes?.some((hole) => hole.start <= at + text.length && at <= hole.end)) continue
      named('variable', 'reference', start + at, start + at + text.length, text)
    }
  }
  const groups = (word: Word): void => {
    if (!word.value.includes('(?')) return
    const raw = node.text.slice(word.start, word.end)
    for (const match of raw.matchAll(/(?<!\\)\(\?(?:P?<|')([A-Za-z_]\w*)(?=[>'])/g)) {
      const text = match[1] ?? ''
      const at = word.start + match.index + match[0].length - text.length
      if (!word.holes?.some((hole) => hole.start <= at + text.length && at <= hole.end))
        named('variable', 'definition', start + at, start + at + text.length, text)
    }
  }
  if (around.block === 'map') {
    if (first.value.startsWith('~')) groups(first)
    for (const word of node.words.slice(1)) variables(word)
    return
  }
  if (first.value.startsWith('$')) {
    // `$variable source=… country iso_code;` in a `geoip2` block.
    named('variable', 'definition', start + first.start + 1, start + first.end, first.value.slice(1))
  } else if (first.value.startsWith('~')) groups(first)

  const args = naming.has(name) || definesVariable(name) ? plainArguments(node, start) : undefined
  const own = args && namesOfDirective(name, args, around)
  for (const { kind, role, argument, from, end } of own ?? []) {
    const text = argument.value.slice(from, end)
    const place = isPlainName(text) ? writtenPart(source, argument, { from, to: end }) : undefined
    if (place) named(kind, role, place.start, place.end, text)
  }

  if (literal.has(name)) {
    if (name === 'location' || name === 'server_name') for (const word of node.words.slice(1)) groups(word)
    return
  }
  if (!node.text.includes('$') && !node.text.includes('(?')) return
  const defined = own?.find((each) => each.kind === 'variable')?.argument.start
  let pattern = name === 'rewrite'
  for (const word of node.words.slice(1)) {
    if (pattern || (word.value.startsWith('~') && withPatterns.has(name))) groups(word)
    else if (start + word.start !== defined) variables(word)
    pattern = name === 'if' && /^!?~\*?$/.test(word.value)
  }
}

/** The names that a directive itself says, apart from variables in its texts. */
function namesOfDirective(name: string, args: readonly Argument[], around: Around): readonly OwnName[] {
  const [first, second] = args
  const behind = (kind: NameKind, role: NameRole, key: string): OwnName[] =>
    args.flatMap((argument) => {
      if (!argument.value.startsWith(key)) return []
      const colon = argument.value.indexOf(':', key.length)
      return [{ kind, role, argument, from: key.length, end: colon < 0 ? argument.value.length : colon }]
    })
  switch (name) {
    case 'upstream':
      return whole('upstream', 'definition', first)
    case 'location':
      return first?.value.startsWith('@') ? whole('named location', 'definition', first) : []
    case 'try_files':
    case 'error_page':
    case 'post_action':
    case 'echo_exec':
      return args.flatMap((argument) => (argument.value.startsWith('@') ? whole('named location', 'reference', argument) : []))
    case 'log_format':
      return whole('log format', 'definition', first)
    case 'access_log':
      return second && !second.value.includes('=') && !second.value.includes('$') ? whole('log format', 'reference', second) : []
    case 'limit_req_zone':
    case 'limit_conn_zone':
    case 'js_shared_dict_zone':
    case 'keyval_zone':
      return behind('zone', 'definition', 'zone=')
    case 'lua_shared_dict':
      return whole('zone', 'definition', first)
    case 'limit_req':
      return behind('zone', 'reference', 'zone=')
    case 'keyval':
      return [...(second?.value.startsWith('$') ? whole('variable', 'definition', second, 1) : []), ...behind('zone', 'reference', 'zone=')]
    case 'limit_conn':
      return whole('zone', 'reference', first)
    case 'ssl_session_cache':
    case 'ssl_ocsp_cache':
      return behind('zone', 'both', 'shared:')
    case 'zone':
      return around.block === 'upstream' || around.block === '' ? whole('zone', 'both', first) : []
    case 'proxy_cache_path':
    case 'fastcgi_cache_path':
    case 'uwsgi_cache_path':
    case 'scgi_cache_path':
      return behind('cache', 'definition', 'keys_zone=')
    case 'proxy_cache':
    case 'fastcgi_cache':
    case 'uwsgi_cache':
    case 'scgi_cache':
      return first?.value === 'off' || first?.value.includes('$') ? [] : whole('cache', 'reference', first)
    case 'proxy_cache_purge':
    case 'fastcgi_cache_purge':
    case 'uwsgi_cache_purge':
    case 'scgi_cache_purge':
      // `zone key` of ngx_cache_purge; `PURGE from all` and conditions name no zone.
      return second === undefined || second.value === 'from' || first?.value.includes('$') ? [] : whole('cache', 'reference', first)
    case 'thread_pool':
      return whole('thread pool', 'definition', first)
    case 'aio':
      return behind('thread pool', 'reference', 'threads=')
    case 'map':
    case 'geo':
    case 'split_clients': {
      const last = args.at(-1)
      return last?.value.startsWith('$') ? whole('variable', 'definition', last, 1) : []
    }
    case 'proxy_redirect':
      return /^https?:\/\//i.test(first?.value ?? '') ? upstreamIn(first) : []
    default: {
      if (passing.has(name)) return upstreamIn(first)
      const variable = args.find((argument) => argument.value.startsWith('$'))
      return whole('variable', 'definition', variable, 1)
    }
  }
}

/** The host of `http://name/path`, where all of it is written. */
function upstreamIn(argument: Argument | undefined): OwnName[] {
  if (!argument) return []
  const from = /^[a-z]+:\/\//i.exec(argument.value)?.[0].length ?? 0
  const rest = argument.value.slice(from)
  if (/^unix:|^\[/i.test(rest)) return []
  const host = /^[^/:$?]*/.exec(rest)?.[0] ?? ''
  const next = rest.slice(host.length)
  // Behind it a variable may go on with the name, unless it holds a path.
  if (host === '' || (next.startsWith('$') && !/^\$\{?(request_uri|uri|document_uri)\b/i.test(next)) || /^\d+(\.\d+){3}$/.test(host)) return []
  return [{ kind: 'upstream', role: 'reference', argument, from, end: from + host.length }]
}

const passing: ReadonlySet<string> = new Set([
  'proxy_pass',
  'fastcgi_pass',
  'uwsgi_pass',
  'scgi_pass',
  'grpc_pass',
  'memcached_pass',
  'redis_pass',
  'redis2_pass',
  'postgres_pass',
  'drizzle_pass',
])

/** Directives of which `namesOfDirective` knows the names. */
const naming: ReadonlySet<string> = new Set([
  ...passing,
  'upstream',
  'location',
  'try_files',
  'error_page',
  'post_action',
  'echo_exec',
  'log_format',
  'access_log',
  'limit_req_zone',
  'limit_conn_zone',
  'js_shared_dict_zone',
  'keyval_zone',
  'lua_shared_dict',
  'limit_req',
  'keyval',
  'limit_conn',
  'ssl_session_cache',
  'ssl_ocsp_cache',
  'zone',
  'proxy_cache_path',
  'fastcgi_cache_path',
  'uwsgi_cache_path',
  'scgi_cache_path',
  'proxy_cache',
  'fastcgi_cache',
  'uwsgi_cache',
  'scgi_cache',
  'proxy_cache_purge',
  'fastcgi_cache_purge',
  'uwsgi_cache_purge',
  'scgi_cache_purge',
  'thread_pool',
  'aio',
  'map',
  'geo',
  'split_clients',
  'proxy_redirect',
])

/** Directives whose arguments nginx takes as they are: a `$` in them is a dollar sign, or ends a pattern. */
const literal: ReadonlySet<string> = new Set([
  'location',
  'server_name',
  'upstream',
  'include',
  'error_log',
  'env',
  'user',
  'pid',
  'listen',
  'load_module',
  'resolver',
  'fastcgi_split_path_info',
  'valid_referers',
  'proxy_cache_path',
  'fastcgi_cache_path',
  'uwsgi_cache_path',
  'scgi_cache_path',
  'proxy_temp_path',
  'client_body_temp_path',
])

/** Where an argument that begins with `~` is a pattern whose groups are variables. */
const withPatterns: ReadonlySet<string> = new Set(['proxy_redirect', 'proxy_cookie_domain', 'proxy_cookie_path'])

/** Whether the first argument with a `$` names a variable that the directive makes. */
function definesVariable(name: string): boolean {
  let known = defining.get(name)
  if (known === undefined) {
    known =
      !plainData.has(name) &&
      (/^(set|perl_set|js_set|js_var|auth_request_set)$|^set_by_lua|^(geoip2|auth_jwt_claim_set|auth_jwt_header_set)$/.test(name) ||
        nginxDirectives(name).some((entry) => entry.definesVariable))
    if (defining.size < 5000) defining.set(name, known)
  }
  return known
}

const defining = new Map<string, boolean>()

// ---- what surrounds a file

/** In which blocks a file is read. */
interface Surroundings {
  readonly protocols: Set<string>
  /** The `server` blocks, by path and start. */
  readonly servers: Set<string>
}

/** What a name counts within: names of one kind and text are the same only where they share such a part of the configuration. */
export function nginxScopes(use: NameUse, configuration: Configuration): readonly string[] {
  switch (use.kind) {
    case 'variable':
    case 'upstream':
    case 'log format': {
      if (use.protocol) return [use.protocol]
      const protocolsAround = surroundingsOf(configuration).get(use.place.path)?.protocols
      return protocolsAround ? [...protocolsAround] : [protocolOfTop(configuration)]
    }
    case 'named location':
      return nginxServersOf(use, configuration)
    default:
      return everywhere
  }
}

const everywhere = [''] as const

/** The `server` blocks in which a name stands, as texts that tell one from another; `''` outside of any. */
export const nginxServersOf = (use: NameUse, configuration: Configuration): readonly string[] =>
  use.owner === undefined ? [...(surroundingsOf(configuration).get(use.place.path)?.servers ?? everywhere)] : [`${use.place.path}:${use.owner}`]

const protocolOfTop = ({ context }: Configuration): string => (context.startsWith('stream') ? 'stream' : context.startsWith('mail') ? 'mail' : 'http')

const surroundingsOf = derived((configuration: Configuration): ReadonlyMap<string, Surroundings> => {
  const all = new Map<string, Surroundings>()
  let last: readonly PlacedDirective[] | undefined
  let lastSource: Source | undefined
  for (const directive of configuration.all) {
    if (directive.includedBy === last && directive.source === lastSource) continue
    last = directive.includedBy
    lastSource = directive.source
    let own = all.get(directive.source.path)
    if (!own) {
      own = { protocols: new Set(), servers: new Set() }
      all.set(directive.source.path, own)
    }
    const include = directive.includedBy.at(-1)
    let protocol = protocolOfTop(configuration)
    let server = ''
    for (let at = include?.parent; at; at = at.parent) {
      if (at.name === 'server' && server === '') server = `${at.source.path}:${at.start}`
      if (!at.parent && protocols.has(at.name)) protocol = at.name
    }
    own.protocols.add(protocol)
    own.servers.add(server)
  }
  return all
})
