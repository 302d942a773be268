import { mediaTypes, methods, requestFields, responseFields, statuses } from '../../../catalog/http.ts'
import { compareNginxVersions, isAllowedIn, isInNginxVersion, type NginxEntry, nginxDirectives } from '../../../catalog/nginx/catalog.ts'
import { eachItem } from '../../../syntax/items.ts'
import { type Directive, nameOf } from '../../../syntax/tree.ts'
import { dirname } from '../../../workspace/path.ts'
import { type Choice, choiceOfKey, parametersAfter, parseForm } from '../../lib/notation.ts'
import type { TypedArgument } from '../argument.ts'
import { pathProposals, servedByDjango } from '../paths.ts'
import { type Proposal, proposal, type Span, words } from '../proposal.ts'
import { type NginxNames, namesOf } from './names.ts'
import type { NginxPlace } from './place.ts'
import { type VariableScope, variableProposals } from './variables.ts'

/** An argument of nginx's that is being typed. */
export interface NginxArgument extends TypedArgument {
  /** Of the directive: what is around it. */
  readonly place: NginxPlace
  readonly around: readonly Directive[]
  readonly version: string | undefined
}

/** What may stand as an argument of a directive, or as a line's value in a block of data. */
export function argumentProposals(argument: NginxArgument): Proposal[] {
  const { directive, place, typed, span } = argument
  const name = nameOf(directive)
  const variable = /\$(\{?)\w*$/.exec(typed)
  if (place.data !== undefined) return entryProposals(argument, variable)
  const entries = entriesOf(argument)
  if (entries.length === 0) return []
  if (variable) {
    if (!takesVariables(name, argument.index, entries)) return []
    const at = { start: span.start + (variable.index ?? 0), end: span.end }
    return variableProposals(scopeOf(argument), at, 1, variable[1] === '{')
  }
  const key = /^([A-Za-z_][\w-]*)=(.*)$/s.exec(typed)
  if (key?.[1] !== undefined) {
    const from = { start: span.start + key[1].length + 1, end: span.end }
    const of = valuesOfKey(argument, entries, key[1], key[2] ?? '', from)
    if (of) return of
  }
  const found: Proposal[] = []
  const special = specials[name] ?? familyOf(name)
  if (special) found.push(...special(argument))
  for (const entry of entries) found.push(...ofEntry(argument, entry, special !== undefined))
  return found
}

/** The rows of the catalog that the directive may be where it stands. */
function entriesOf({ directive, place, version }: NginxArgument): readonly NginxEntry[] {
  const all = nginxDirectives(nameOf(directive))
  const here = all.filter((entry) => place.contexts.some((context) => isAllowedIn(entry, context)))
  const fitting = (here.length > 0 ? here : all).filter((entry) => (version === undefined ? entry.until === undefined : isInNginxVersion(entry, version)))
  const own = fitting.filter((entry) => entry.source === 'core')
  return own.length > 0 ? own : fitting
}

const scopeOf = ({ place, around, directive, version }: NginxArgument): VariableScope => ({ place, around, directive, version })

/** Closed sets of words end with the directive: what is chosen may be followed by its `;`. */
const ends = { commit: [';'] }

function ofEntry(argument: NginxArgument, entry: NginxEntry, known: boolean): Proposal[] {
  const { index, span, before, behind } = argument
  if (entry.args.max !== undefined && index >= entry.args.max) return []
  if (entry.value === 'flag') return index === 0 ? words(span, 'word', entry.default === 'on' ? ['off', 'on'] : ['on', 'off'], 1, ends) : []
  if (entry.value === 'enum' && entry.values) return index === 0 ? words(span, 'word', entry.values, 1, entry.values.length > 0 ? ends : {}) : []
  const given = [...before, ...behind]
  if (entry.value === 'bitmask' && entry.values) {
    const set = new Set(given)
    const free = entry.values.filter((value) => !set.has(value))
    // Versions of a protocol stand oldest first in the catalog; what is wanted is the newest.
    return words(span, 'word', entry.name.endsWith('_protocols') ? free.reverse() : free, 1, ends)
  }
  const found: Proposal[] = []
  const isThere = (word: string): boolean =>
    !doubtful.has(`${entry.name} ${word}`) &&
    (argument.version === undefined || compareNginxVersions(argument.version, newer[`${entry.name} ${word}`] ?? '0') >= 0)
  for (const written of entry.syntax) {
    const form = parseForm(written, 'nginx')
    for (const at of parametersAfter(form, before, given)) {
      for (const choice of form.parameters[at]?.choices ?? []) {
        if (choice.kind !== 'word' || isThere(choice.text)) found.push(...ofChoice(choice, argument, given))
      }
    }
  }
  if (entry.value === 'types') {
    // The first type of the default is always among them: nginx warns where it is named.
    const [always] = entry.default?.split(' ') ?? []
    return found.concat(mediaTypeProposals(span, given)).filter(({ label }) => label !== always)
  }
  if (!known && (entry.value === 'complex' || entry.value === 'predicate')) found.push(...variableProposals(scopeOf(argument), span, 5))
  return found
}

/** Words of the newest documentation that older versions refuse (nginx's CHANGES). */
const newer: Readonly<Record<string, string>> = {
  'listen quic': '1.25.0',
  'listen multipath': '1.29.0',
  'proxy_http_version 2': '1.29.4',
  'server_tokens build': '1.11.10',
  'ssl_ocsp leaf': '1.19.0',
}

/** Words of the documentation of which it is not known which nginx takes them. */
const doubtful: ReadonlySet<string> = new Set(['error_log json'])

function ofChoice(choice: Choice, argument: NginxArgument, given: readonly string[]): Proposal[] {
  const { span } = argument
  if (choice.kind === 'word') return given.includes(choice.text) ? [] : [proposal(span, 'word', choice.text, 2.5, ends)]
  if (choice.kind === 'key') {
    if (given.some((word) => word.startsWith(`${choice.key}=`))) return []
    return [
      proposal(span, 'parameter', `${choice.key}=`, 3, { detail: choice.values.map((value) => (value.kind === 'key' ? value.key : value.text)).join(' | ') }),
    ]
  }
  return ofValue(choice.text, argument)
}

/** What the documentation's name of a value says. */
function ofValue(kind: string, argument: NginxArgument): Proposal[] {
  const { span, view, typed } = argument
  switch (kind) {
    case 'mime-type':
      return mediaTypeProposals(span, argument.before)
    case 'method':
      // The methods of events and of load balancing have the same name in the documentation.
      if (argument.directive.words[0]?.value === 'use' || argument.directive.words[0]?.value === 'random') return []
      return words(
        span,
        'value',
        methods.filter((method) => ![...argument.before, ...argument.behind].includes(method)),
        2,
      )
    case 'code':
      return statusProposals(span)
    case 'charset':
      return words(span, 'value', ['utf-8', 'iso-8859-1', 'windows-1251', 'koi8-r'], 2)
    case 'file':
    case 'path':
    case 'directory':
      return typed.includes('/') || kind === 'file'
        ? pathProposals(view, typed, span.start, span.end, { files: kind !== 'directory', base: baseOf(argument) })
        : []
    default:
      return []
  }
}

/** Relative paths begin where nginx's main file lies. */
const baseOf = ({ place, view }: NginxArgument): string => dirname(place.files[0]?.configuration.root.path ?? view.source.path)

function valuesOfKey(argument: NginxArgument, entries: readonly NginxEntry[], key: string, typed: string, span: Span): Proposal[] | undefined {
  const name = nameOf(argument.directive)
  if (key === 'zone' && name === 'limit_req') return zoneProposals(argument, 'limit_req_zone', span)
  if (key === 'if' && name === 'access_log') return variableProposals(scopeOf(argument), span, 1)
  if (name === 'aio' && key === 'threads') return nameProposals(argument, 'threadPools', span)
  for (const entry of entries) {
    for (const written of entry.syntax) {
      const choice = choiceOfKey(parseForm(written, 'nginx'), key)
      if (!choice) continue
      const literal = choice.values.flatMap((value) => (value.kind === 'word' ? [value.text] : []))
      return typed.includes(':') ? [] : words(span, 'word', literal, 1, ends)
    }
  }
  return undefined
}

const statusProposals = (span: Span, only: (status: number) => boolean = () => true): Proposal[] =>
  [...statuses].filter(([status]) => only(status)).map(([status, reason]) => proposal(span, 'value', String(status), 2, { detail: reason }))

const mediaTypeProposals = (span: Span, given: readonly string[]): Proposal[] =>
  words(
    span,
    'value',
    mediaTypes.filter((type) => !given.includes(type)),
    2,
  )

function nameProposals(argument: NginxArgument, kind: 'upstreams' | 'logFormats' | 'threadPools', span = argument.span, rank = 1): Proposal[] {
  return eachName(argument, (names) => names[kind]).map(([name, detail]) => proposal(span, 'name', name, rank, { detail }))
}

function zoneProposals(argument: NginxArgument, maker: string, span = argument.span): Proposal[] {
  return eachName(argument, (names) => names.zones.get(maker)).map(([name, detail]) => proposal(span, 'name', name, 1, { detail, ...ends }))
}

function eachName(
  { place }: NginxArgument,
  of: (names: NginxNames) => ReadonlyMap<string, { readonly name: string; readonly source: { readonly path: string } }> | undefined,
): (readonly [string, string])[] {
  const found = new Map<string, string>()
  for (const { configuration } of place.files) {
    for (const [name, by] of of(namesOf(configuration, place.protocol)) ?? [])
      if (!found.has(name)) found.set(name, `${by.name} in ${by.source.path.slice(by.source.path.lastIndexOf('/') + 1)}`)
  }
  return [...found]
}

/** The named locations of the server around. */
function namedLocations({ around, place }: NginxArgument): string[] {
  const found = new Set<string>()
  const server = around.find((block) => nameOf(block) === 'server')
  for (const item of server?.block ? eachItem(server.block.items) : []) {
    const name = item.kind === 'directive' && nameOf(item) === 'location' ? item.words[1]?.value : undefined
    if (name?.startsWith('@')) found.add(name)
  }
  for (const { parent } of place.files) {
    for (let at = parent; at; at = at.parent) {
      if (at.name !== 'server') continue
      for (const child of at.children) if (child.name === 'location' && child.args[0]?.value.startsWith('@')) found.add(child.args[0].value)
    }
  }
  return [...found]
}

type Special = (argument: NginxArgument) => Proposal[]

const at =
  (index: number, special: Special): Special =>
  (argument) =>
    argument.index === index ? special(argument) : []

const each =
  (...specials: readonly Special[]): Special =>
  (argument) =>
    specials.flatMap((special) => special(argument))

const texts =
  (...labels: readonly string[]): Special =>
  (argument) =>
    words(argument.span, 'value', labels, 2)

const variables: Special = (argument) => variableProposals(scopeOf(argument), argument.span, 4)
const named: Special = (argument) => words(argument.span, 'name', namedLocations(argument), 1, { detail: 'named location' })

const paths =
  (files: boolean, only?: RegExp): Special =>
  (argument) =>
    pathProposals(argument.view, argument.typed, argument.span.start, argument.span.end, { files, base: baseOf(argument), ...(only ? { only } : {}) })

/** Folders that Django has its files collected in; `alias` and `root` take them. */
const djangoFolders: Special = (argument) => {
  const location = argument.around.findLast((block) => nameOf(block) === 'location')
  const prefix = location?.words.at(-1)?.value ?? ''
  const alias = nameOf(argument.directive) === 'alias'
  return servedByDjango(argument.view).flatMap(({ kind, url, root }) => {
    const fits = prefix === url
    if (alias) return [proposal(argument.span, 'folder', `${root}/`, fits ? 0 : 1, { detail: `${kind}_ROOT` })]
    // `root` is put before the URL: it fits where the folder ends as the URL does.
    return root.endsWith(url.slice(0, -1))
      ? [proposal(argument.span, 'folder', root.slice(0, -(url.length - 1)) || '/', fits ? 0 : 1, { detail: `${kind}_ROOT at ${url}` })]
      : []
  })
}

const header =
  (fields: readonly string[]): Special =>
  ({ span }) =>
    words(span, 'value', fields, 2)

const fieldValues: Special = (argument) => {
  const name = (argument.before[0] ?? '').toLowerCase()
  const known = [...responseFields].find(([field]) => field.toLowerCase() === name)?.[1] ?? []
  return known.map((value, i) =>
    proposal(argument.span, 'value', value, 1 + i / 100, { text: argument.quote !== undefined || /^[\w./-]+$/.test(value) ? value : quoted(value) }),
  )
}

const quoted = (value: string): string => (value.includes('"') ? `'${value}'` : `"${value}"`)

/** What fields of a request to an upstream usually get. */
const passedValues: Readonly<Record<string, readonly string[]>> = {
  host: ['$host', '$http_host', '$proxy_host', '$server_name'],
  'x-real-ip': ['$remote_addr'],
  'x-forwarded-for': ['$proxy_add_x_forwarded_for', '$remote_addr'],
  'x-forwarded-proto': ['$scheme'],
  'x-forwarded-host': ['$host', '$http_host'],
  'x-forwarded-port': ['$server_port'],
  upgrade: ['$http_upgrade'],
  connection: ['"upgrade"', '""', '$connection_upgrade'],
  'accept-encoding': ['""'],
  'x-request-id': ['$request_id'],
  authorization: ['$http_authorization', '""'],
  'early-data': ['$ssl_early_data'],
  'x-ssl-client-verify': ['$ssl_client_verify'],
  'x-ssl-client-cert': ['$ssl_client_escaped_cert'],
  'x-remote-user': ['$remote_user'],
  'x-script-name': ['/'],
  proxy: ['""'],
}

const passedField: Special = (argument) => {
  const { before, place, span, quote } = argument
  const defined = new Set(place.files.flatMap(({ configuration }) => [...namesOf(configuration, 'http').variables.keys()]))
  const values = (passedValues[(before[0] ?? '').toLowerCase()] ?? []).filter((value) => value !== '$connection_upgrade' || defined.has('connection_upgrade'))
  return [
    ...words(span, 'value', quote === undefined ? values : values.map((value) => value.replaceAll('"', '')).filter((value) => value !== ''), 0),
    ...variables(argument),
  ]
}

const parameters = (names: string): Special => header(names.split(/\s+/))

const cgiParameters = parameters(
  `SCRIPT_FILENAME QUERY_STRING REQUEST_METHOD CONTENT_TYPE CONTENT_LENGTH SCRIPT_NAME REQUEST_URI DOCUMENT_URI DOCUMENT_ROOT SERVER_PROTOCOL REQUEST_SCHEME HTTPS
   GATEWAY_INTERFACE SERVER_SOFTWARE REMOTE_ADDR REMOTE_PORT REMOTE_USER SERVER_ADDR SERVER_PORT SERVER_NAME PATH_INFO PATH_TRANSLATED REDIRECT_STATUS HTTP_PROXY
   UWSGI_SCHEME`,
)

const cgiValues: Readonly<Record<string, readonly string[]>> = {
  script_filename: ['$document_root$fastcgi_script_name', '$request_filename'],
  query_string: ['$query_string'],
  request_method: ['$request_method'],
  content_type: ['$content_type'],
  content_length: ['$content_length'],
  script_name: ['$fastcgi_script_name', '""'],
  request_uri: ['$request_uri'],
  document_uri: ['$document_uri'],
  document_root: ['$document_root', '$realpath_root'],
  server_protocol: ['$server_protocol'],
  request_scheme: ['$scheme'],
  https: ['$https'],
  gateway_interface: ['CGI/1.1'],
  server_software: ['nginx/$nginx_version'],
  remote_addr: ['$remote_addr'],
  remote_port: ['$remote_port'],
  remote_user: ['$remote_user'],
  server_addr: ['$server_addr'],
  server_port: ['$server_port'],
  server_name: ['$server_name', '$host'],
  path_info: ['$fastcgi_path_info', '$document_uri'],
  path_translated: ['$document_root$fastcgi_path_info'],
  redirect_status: ['200'],
  http_proxy: ['""'],
}

const cgiParameter = each(
  at(0, cgiParameters),
  at(1, (argument) => [...words(argument.span, 'value', cgiValues[(argument.before[0] ?? '').toLowerCase()] ?? [], 0), ...variables(argument)]),
)

const pass =
  (...schemes: readonly string[]): Special =>
  (argument) => {
    if (argument.index !== 0) return []
    const { typed, span } = argument
    const scheme = schemes.find((each) => typed.startsWith(each))
    const from: Span = scheme === undefined ? span : { start: span.start + scheme.length, end: span.end }
    const upstreams = nameProposals(argument, 'upstreams', from)
    if (scheme !== undefined) return [...upstreams, ...words(from, 'value', ['127.0.0.1:', 'unix:/'], 3)]
    const [first = ''] = schemes
    return [
      ...upstreams.map((each) => (first === '' ? each : { ...each, text: `${first}${each.label}`, filter: `${first}${each.label}` })),
      ...words(
        span,
        'value',
        schemes.filter((each) => each !== ''),
        3,
      ),
      ...(first === '' ? words(span, 'value', ['unix:/', '127.0.0.1:'], 3) : []),
    ]
  }

const logLevels = texts('debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg')

const uris: Special = (argument) => words(argument.span, 'value', ['/'], 3)

const djangoUrls: Special = ({ view, span }) => servedByDjango(view).map(({ url, kind }) => proposal(span, 'value', url, 1, { detail: `${kind}_URL` }))

/** What follows in the condition of an `if`. */
const condition: Special = (argument) => {
  const { index, typed, span, before } = argument
  if (index === 0) {
    if (typed === '')
      return variableProposals(scopeOf(argument), span, 2).map((each) => ({
        ...each,
        text: `(${each.label}`,
        filter: `(${each.label}`,
        snippet: `(\\${each.label}$1)`,
      }))
    if (typed !== '(') return []
    const inside = { start: span.start + 1, end: span.end }
    return [...variableProposals(scopeOf(argument), inside, 2), ...words(inside, 'word', ['-f', '!-f', '-d', '!-d', '-e', '!-e', '-x', '!-x'], 3)]
  }
  if (/^\(!?-[fdex]$/.test(before[0] ?? '')) return variables(argument)
  return index === 1 ? words(span, 'word', ['=', '!=', '~', '~*', '!~', '!~*'], 1) : []
}

const specials: Readonly<Record<string, Special>> = {
  access_log: each(
    at(0, each(texts('off'), paths(true))),
    at(1, (argument) => [...nameProposals(argument, 'logFormats'), ...(argument.place.protocol === 'http' ? texts('combined')(argument) : [])]),
  ),
  error_log: each(at(0, each(texts('stderr', 'syslog:server=', '/dev/null'), paths(true))), at(1, logLevels)),
  add_header: each(at(0, header([...responseFields.keys()])), at(1, each(fieldValues, variables))),
  add_trailer: each(at(0, header([...responseFields.keys()])), at(1, each(fieldValues, variables))),
  proxy_set_header: each(at(0, header(requestFields)), at(1, passedField)),
  grpc_set_header: each(at(0, header(requestFields)), at(1, passedField)),
  proxy_hide_header: at(0, header([...responseFields.keys()])),
  proxy_pass_header: at(0, header([...responseFields.keys(), 'Date', 'X-Accel-Redirect', 'X-Accel-Expires'])),
  fastcgi_hide_header: at(0, header([...responseFields.keys()])),
  uwsgi_hide_header: at(0, header([...responseFields.keys()])),
  fastcgi_param: cgiParameter,
  uwsgi_param: cgiParameter,
  scgi_param: cgiParameter,
  proxy_pass: (argument) => (argument.place.protocol === 'stream' ? pass('') : pass('http://', 'https://'))(argument),
  grpc_pass: pass('grpc://', 'grpcs://'),
  uwsgi_pass: pass(''),
  fastcgi_pass: pass(''),
  scgi_pass: pass(''),
  memcached_pass: pass(''),
  limit_conn: at(0, (argument) => zoneProposals(argument, 'limit_conn_zone')),
  limit_req_zone: at(0, each(texts('$binary_remote_addr'), variables)),
  limit_conn_zone: at(0, each(texts('$binary_remote_addr', '$server_name'), variables)),
  log_format: (argument) => (argument.index > 0 ? variables(argument) : []),
  map: at(0, variables),
  split_clients: at(0, variables),
  set: at(1, variables),
  return: each(
    at(0, ({ span }) => statusProposals(span)),
    at(1, variables),
  ),
  rewrite: each(
    at(1, variables),
    at(2, ({ span }) => words(span, 'word', ['last', 'break', 'redirect', 'permanent'], 1, ends)),
  ),
  error_page: each(named, uris, ({ span, index }) => statusProposals(span, (status) => status >= 300).map((each) => ({ ...each, rank: index === 0 ? 1 : 3 }))),
  try_files: each(named, texts('$uri', '$uri/', '=404', '/index.html'), variables),
  location: each(
    at(
      0,
      each(({ span }) => words(span, 'word', ['=', '~', '~*', '^~'], 2), uris, djangoUrls),
    ),
    at(1, each(uris, djangoUrls)),
  ),
  auth_request: at(0, uris),
  root: at(0, each(djangoFolders, paths(false))),
  alias: at(0, each(djangoFolders, paths(true))),
  include: at(0, paths(true)),
  load_module: at(0, each(paths(true, /\.so$/))),
  ssl_certificate: at(0, paths(true)),
  ssl_certificate_key: at(0, paths(true)),
  ssl_trusted_certificate: at(0, paths(true)),
  ssl_client_certificate: at(0, paths(true)),
  ssl_dhparam: at(0, paths(true)),
  auth_basic_user_file: at(0, paths(true)),
  listen: at(0, (argument) =>
    argument.place.protocol === 'http' ? words(argument.span, 'value', ['80', '443', '[::]:80', '[::]:443', '127.0.0.1:', 'unix:/'], 1) : [],
  ),
  server_name: (argument) => words(argument.span, 'value', ['_', ...eachServerName(argument)], 2),
  server: (argument) =>
    argument.index === 0 ? words(argument.span, 'value', ['127.0.0.1:', 'unix:/'], 2) : argument.place.protocol === 'mail' ? [] : serverParameters(argument),
  limit_except: ({ span, before, behind }) =>
    words(
      span,
      'word',
      limitedMethods.filter((method) => ![...before, ...behind].includes(method)),
      1,
    ),
  expires: at(0, texts('30d', '1h', '1y', '-1')),
  proxy_cache_valid: each(
    at(
      0,
      each(texts('any', '10m', '1h'), ({ span }) => statusProposals(span)),
    ),
    (argument) => (argument.index === 0 ? [] : [...statusProposals(argument.span), ...texts('10m', '1h', '1d')(argument)]),
  ),
  user: at(0, texts('www-data', 'nginx', 'nobody')),
  use: at(0, texts('epoll', 'kqueue', 'poll', 'select')),
  default_type: at(0, ({ span }) => mediaTypeProposals(span, [])),
  if: condition,
  proxy_http_version: at(0, ({ span }) => words(span, 'word', ['1.1', '1.0'], 1, ends)),
  proxy_redirect: at(0, each(texts('off', 'default'), variables)),
  proxy_cookie_flags: (argument) =>
    argument.index === 0
      ? []
      : words(argument.span, 'word', ['secure', 'httponly', 'samesite=strict', 'samesite=lax', 'samesite=none', 'nosecure', 'nohttponly', 'nosamesite'], 1),
  proxy_method: at(0, ({ span }) => words(span, 'value', methods, 2)),
  auth_basic: at(0, texts('off', '"Restricted"')),
  ssl_session_cache: texts('shared:SSL:10m', 'none', 'off'),
  real_ip_header: at(0, texts('X-Forwarded-For', 'X-Real-IP', 'proxy_protocol', 'CF-Connecting-IP')),
  set_real_ip_from: at(0, texts('127.0.0.1', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'unix:')),
  allow: at(0, texts('all', '127.0.0.1', '10.0.0.0/8', '192.168.0.0/16')),
  deny: at(0, texts('all')),
  index: texts('index.html', 'index.htm', 'index.php'),
}

/** Families of directives that each gateway has. */
function familyOf(name: string): Special | undefined {
  const cache = /^(proxy|fastcgi|uwsgi|scgi)_cache$/.exec(name)?.[1]
  if (cache !== undefined) return at(0, (argument) => [...zoneProposals(argument, `${cache}_cache_path`), ...texts('off')(argument)])
  if (/^(fastcgi|uwsgi|scgi)_cache_valid$/.test(name)) return specials.proxy_cache_valid
  if (/_cache_key$/.test(name)) return at(0, variables)
  return undefined
}

/** `limit_except` names what stays allowed; GET brings HEAD. */
const limitedMethods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'MKCOL', 'COPY', 'MOVE', 'PROPFIND', 'PROPPATCH', 'LOCK', 'UNLOCK']

function serverParameters({ span, before, behind, place }: NginxArgument): Proposal[] {
  const upstream = place.contexts.some((context) => context.endsWith('upstream'))
  if (!upstream) return []
  const given = [...before, ...behind]
  const keys = ['weight=', 'max_fails=', 'fail_timeout=', 'max_conns=']
  const flags = ['backup', 'down']
  return [
    ...words(
      span,
      'parameter',
      keys.filter((key) => !given.some((word) => word.startsWith(key))),
      1,
    ),
    ...words(
      span,
      'word',
      flags.filter((flag) => !given.includes(flag)),
      2,
      ends,
    ),
  ]
}

const eachServerName = ({ place, before, behind }: NginxArgument): string[] =>
  [...new Set(place.files.flatMap(({ configuration }) => namesOf(configuration, place.protocol).serverNames))].filter(
    (name) => !before.includes(name) && !behind.includes(name),
  )

/** A line of `map`, `geo`, `types` … : its value. */
function entryProposals(argument: NginxArgument, variable: RegExpExecArray | null): Proposal[] {
  const { place, span, index, around, directive } = argument
  switch (place.data) {
    case 'map':
    case 'split_clients':
    case 'geo': {
      if (index !== 0 || nameOf(directive) === 'hostnames' || nameOf(directive) === 'volatile') return []
      if (nameOf(directive) === 'include') return paths(true)(argument)
      if (variable)
        return place.data === 'geo' ? [] : variableProposals(scopeOf(argument), { start: span.start + variable.index, end: span.end }, 1, variable[1] === '{')
      const used = new Set<string>()
      const block = around.at(-1)?.block
      for (const item of block ? eachItem(block.items) : []) {
        const value = item.kind === 'directive' && item !== directive ? item.words[1]?.value : undefined
        if (value !== undefined && /^[\w./:-]+$/.test(value)) used.add(value)
      }
      return [
        ...words(span, 'value', [...used].slice(0, 50), 1, { ...ends, detail: 'used in this block' }),
        ...(place.data === 'geo' ? [] : variables(argument)),
      ]
    }
    case 'types':
      return nameOf(directive) === 'include' ? paths(true)(argument) : []
    default:
      return []
  }
}

/** Whether an argument is a text in which variables count. */
function takesVariables(name: string, index: number, entries: readonly NginxEntry[]): boolean {
  if (fixed.has(name) || name.endsWith('_cache_path') || name.endsWith('_temp_path')) return false
  if (name === 'rewrite') return index === 1
  return entries.some(
    ({ value }) =>
      value === 'complex' ||
      value === 'complex-size' ||
      value === 'predicate' ||
      value === 'custom' ||
      value === 'str_array' ||
      value === 'keyval' ||
      name.endsWith('_log'),
  )
}

/** Directives with a setter of their own in which a `$` is nothing. */
const fixed: ReadonlySet<string> = new Set(
  `listen include load_module user worker_processes worker_cpu_affinity env error_log upstream server zone keepalive resolver allow deny limit_except types events http
   stream mail use worker_connections server_names_hash_max_size set_real_ip_from open_file_cache ssl_session_cache ssl_session_ticket_key ssl_certificate_cache
   thread_pool limit_req limit_conn upstream_conf keepalive_disable random least_time gzip_disable charset_map ssl_engine debug_connection geoip_country geoip_city
   geoip_org limit_rate_zone`.split(/\s+/),
)
