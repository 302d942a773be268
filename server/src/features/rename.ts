import { nginxVariable } from '../catalog/nginx/catalog.ts'
import { type Configuration, directivesNamed, type Source } from '../configuration/placed.ts'
import type { Place } from '../problem/place.ts'
import type { Edit } from '../problem/problem.ts'
import type { DocumentView } from './lib/view.ts'
import { type NameEverywhere, nameAt, nameEverywhere, namesIn, sameName, usesOfName } from './names/index.ts'
import { isDefinition, type NameKind, type NameUse } from './names/name-use.ts'

/** Why a name is not renamed, in words for the person. */
export interface Refusal {
  readonly refused: string
}

/** The name at the cursor as it is written there, where it can be renamed; undefined where there is no name. */
export function prepareRename(view: DocumentView, offset: number): { readonly place: Place; readonly text: string } | Refusal | undefined {
  const use = view.current ? nameAt(view.source, offset) : undefined
  if (!use) return undefined
  const found = nameEverywhere(use, view.part.understanding.configurations)
  const why = whyNot(use, found, view)
  return why === undefined ? { place: use.place, text: view.source.text.slice(use.place.start, use.place.end) } : { refused: why }
}

/** The edits that give the name at the cursor another text in all files of all configurations that share it. */
export function rename(view: DocumentView, offset: number, wanted: string): readonly Edit[] | Refusal {
  const use = view.current ? nameAt(view.source, offset) : undefined
  if (!use) return { refused: 'There is no name here.' }
  const found = nameEverywhere(use, view.part.understanding.configurations)
  const text = withSigns(use, wanted.trim(), view.source)
  const why = whyNot(use, found, view) ?? whyInvalid(use, text) ?? whyTaken(use, text, found)
  if (why !== undefined) return { refused: why }
  const sources = new Map<string, Source>(
    found.configurations.flatMap((configuration) => configuration.sources.map((source) => [source.path, source] as const)),
  )
  return found.uses.flatMap(({ place, inCapitals }) => {
    const source = sources.get(place.path)
    const newText = inCapitals ? text.toUpperCase() : text
    if (!source || source.text.slice(place.start, place.end) === newText) return []
    return [{ path: place.path, range: { start: source.lines.positionAt(place.start), end: source.lines.positionAt(place.end) }, newText }]
  })
}

/** The new text as it stands in the name's place: a person may or may not have typed the sign before it. */
function withSigns({ kind, place }: NameUse, text: string, source: Source): string {
  if (kind === 'variable') return text.replace(/^\$\{?([^{}]*)\}?$/, '$1')
  if (kind === 'named location') return text.startsWith('@') ? text : `@${text}`
  if (kind === 'define') return text.replace(/^\$\{([^{}]*)\}$/, '$1')
  if (kind === 'macro parameter') {
    const old = source.text.slice(place.start, place.end)
    const sign = /^[$%@]/.exec(old)?.[0] ?? ''
    if (text.startsWith(sign)) return text
    return old.endsWith('}') ? `${sign}{${text}}` : sign + text
  }
  return text
}

// ---- reasons against it, whatever the new name

function whyNot(use: NameUse, { uses, configurations }: NameEverywhere, view: DocumentView): string | undefined {
  const shown = view.source.text.slice(use.place.start, use.place.end)
  const builtIn = builtInWords(use)
  if (builtIn !== undefined) return builtIn
  if (!uses.some(isDefinition)) {
    return use.kind === 'upstream'
      ? `No upstream "${shown}" is defined in the files that were read: it is the name of a host.`
      : `What defines the ${use.kind} "${shown}" is in none of the files that were read.`
  }
  const made = uses.find((each) => !each.written)
  if (made) return `The name "${shown}" is also made by "${writtenAt(made.place, configurations)}" in ${nameOfFile(made.place)}: rename it there by hand.`
  for (const configuration of configurations) {
    const why = whyNotIn(use, configuration)
    if (why !== undefined) return why
  }
  const given = use.kind === 'define' && view.part.input.settings.apache.defines.some((each) => each.split('=')[0] === use.name)
  return given ? `"${shown}" is also given in webconf's settings (apache.defines).` : undefined
}

/** Names that the server, or something outside of the configuration, goes by. */
function builtInWords({ kind, name }: NameUse): string | undefined {
  switch (kind) {
    case 'variable':
      return nginxVariable(name) ? `$${name} is a variable of nginx's own.` : undefined
    case 'log format':
      return builtIn[kind]?.has(name) ? `The log format "${name}" is the server's own.` : undefined
    case 'thread pool':
      return name === 'default' ? 'The thread pool "default" is the server\'s own.' : undefined
    case 'module':
      return `"${name}" is what the module calls itself.`
    case 'environment variable':
      return ownEnvironment.test(name) ? `The environment variable ${name} means something to the server or to applications.` : undefined
    case 'authentication provider':
    case 'authorization provider':
      return builtIn[kind]?.has(name.toLowerCase()) ? `"${name}" is a provider of the server's own.` : undefined
    default:
      return undefined
  }
}

const builtIn: Readonly<Partial<Record<NameKind, ReadonlySet<string>>>> = {
  'log format': new Set(['combined', 'clf', 'off']),
  'authentication provider': new Set(['file', 'dbm', 'dbd', 'ldap', 'socache', 'anon', 'pam', 'wsgi', 'external', 'sspi']),
  'authorization provider': new Set(
    'all user group valid-user ip host local forward-dns env method expr file-owner file-group dbm-group dbm-file-group dbd-group dbd-login dbd-logout ldap-user ldap-group ldap-dn ldap-attribute ldap-filter ldap-search ssl ssl-verify-client not wsgi-group unix-group external-group claim lua'.split(
      ' ',
    ),
  ),
}

/** What modules of Apache look for in the environment, and the beginnings that CGI, WSGI and languages have. */
const ownEnvironment =
  /^(nokeepalive|force-\S+|downgrade-1\.0|no-(gzip|brotli|cache|etag)|gzip-only-text\/html|suppress-error-\S+|redirect-carefully|dont-vary|proxy-\S+|prefer-language|ssl-\S+|verbose-error-notes|https?|http_\S+|ssl_\S+|server_\S+|remote_\S+|request_\S+|script_\S+|path(_\S+)?|query_string|content_\S+|document_root|auth_type|gateway_interface|tz|lang|lc_\S+|ld_library_path|python\S*|django\S*|php\S*|perl\S*|ruby\S*|rails\S*|wsgi\S*|uwsgi\S*|redirect_\S+|unique_id|geoip_\S+|mod_\S+)$/i

/** What in a configuration may use a name of the kind in a way that cannot be read. */
function whyNotIn({ kind, name }: NameUse, configuration: Configuration): string | undefined {
  if (kind === 'variable' || kind === 'zone' || kind === 'named location') {
    const script = scripted.flatMap((each) => directivesNamed(configuration, each))[0]
    if (script) return `"${script.name}" runs a script that is not read, and may use it.`
  }
  if (kind === 'upstream') {
    const dynamic = directivesNamed(configuration, ...passing).find(({ args }) => /^(?:[a-z]+:\/\/)?[^/:]*\$/i.test(args[0]?.value ?? ''))
    const word = new RegExp(`(?:^|//)${name.replaceAll('.', '\\.')}(?=$|[:/])`, 'i')
    const chosen = dynamic && configuration.all.find((each) => isValue(each) && each.node.words.some(({ value }, i) => i > 0 && word.test(value)))
    if (dynamic && chosen) return `The upstream "${name}" is also chosen by the variable in "${dynamic.name} ${dynamic.args[0]?.value}".`
  }
  if (kind === 'environment variable') {
    if (directivesNamed(configuration, 'passenv').some(({ args }) => args.some(({ value }) => value.toLowerCase() === name)))
      return `${name} comes from the server's own environment (PassEnv).`
    if (!usesOfName(kind, name, configuration).some((each) => !isDefinition(each)))
      return `Nothing in the configuration looks at ${name}: it is set for the application.`
  }
  return undefined
}

const isValue = ({ name, parent }: Configuration['all'][number]): boolean =>
  name === 'set' || name === 'auth_request_set' || parent?.name === 'map' || parent?.name === 'split_clients' || parent?.name === 'geo'

const scripted = [
  'js_import',
  'js_include',
  'perl_require',
  'perl_modules',
  'lua_package_path',
  'content_by_lua_file',
  'access_by_lua_file',
  'rewrite_by_lua_file',
  'set_by_lua_file',
]
const passing = ['proxy_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'grpc_pass', 'memcached_pass']

const writtenAt = ({ path, start, end }: Place, configurations: readonly Configuration[]): string =>
  configurations.flatMap(({ sources }) => sources.find((source) => source.path === path)?.text.slice(start, end) ?? [])[0] ?? ''

const nameOfFile = ({ path }: Place): string => path.slice(path.lastIndexOf('/') + 1)

// ---- reasons against a new name

/** What needs no quotes, and means nothing else, wherever the server takes a name. */
const word = /^\w[\w.-]*$/

const forms: Readonly<Record<NameKind, RegExp>> = {
  upstream: /^[A-Za-z0-9_](?:[\w.-]*\w)?$/,
  'named location': /^@[\w.-]+$/,
  variable: /^[A-Za-z_]\w*$/,
  zone: word,
  cache: word,
  'thread pool': word,
  'log format': word,
  define: word,
  macro: word,
  'macro parameter': /^(?:[$%@]?[A-Za-z_]\w*|[$%@]\{[A-Za-z_]\w*\})$/,
  'process group': /^\w[\w.:-]*$/,
  'authentication provider': word,
  'authorization provider': word,
  module: /^\w+_module$/,
  'rewrite map': word,
  'environment variable': word,
  balancer: /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/,
  // The PCRE2 of today's servers takes 32 characters (PCRE2_MAX_NAME_SIZE).
  'named group': /^[A-Za-z_]\w{0,31}$/,
}

function whyInvalid(use: NameUse, text: string): string | undefined {
  if (!forms[use.kind].test(text)) return `"${text}" cannot be the name of ${article(use.kind)} ${use.kind}.`
  return builtInWords({ ...use, name: comparable(use, text) }) && `"${text}" is a name of the server's own.`
}

const article = (kind: NameKind): string => (/^[aeiou]/.test(kind) ? 'an' : 'a')

const caseless: ReadonlySet<NameKind> = new Set(['upstream', 'variable', 'macro', 'environment variable', 'balancer', 'named group'])

/** The new name as the server compares it. */
const comparable = ({ kind, place }: NameUse, text: string): string =>
  caseless.has(kind) || (kind === 'log format' && !place.path.includes('nginx')) ? text.toLowerCase() : text

/** Kinds that share their names. */
const shared: Readonly<Partial<Record<NameKind, readonly NameKind[]>>> = { zone: ['zone', 'cache'], cache: ['cache', 'zone'] }

function whyTaken(use: NameUse, text: string, { uses, configurations }: NameEverywhere): string | undefined {
  const name = comparable(use, text)
  if (name === use.name) return undefined
  for (const configuration of configurations) {
    for (const kind of shared[use.kind] ?? [use.kind]) {
      const [taken] = kind === use.kind ? sameName({ ...use, name }, configuration) : usesOfName(kind, name, configuration)
      if (taken) return `"${text}" is already the name of ${article(kind)} ${kind} in ${nameOfFile(taken.place)}.`
    }
    if (use.kind === 'macro parameter') {
      const why = whyTakenInMacro(use, text, configuration)
      if (why !== undefined) return why
    }
    // A long name of a group, as a variable: PCRE2's limit holds for it too.
    if (use.kind === 'variable' && text.length > 32 && uses.some((each) => isGroup(each, configuration)))
      return `A group of a pattern has a name of at most 32 characters.`
  }
  return undefined
}

const isGroup = ({ place }: NameUse, { sources }: Configuration): boolean => {
  const text = sources.find(({ path }) => path === place.path)?.text
  return text !== undefined && /[<']/.test(text.charAt(place.start - 1)) && /\(\?P?[<']$/.test(text.slice(place.start - 4, place.start))
}

/** mod_macro replaces text, wherever it stands: the new parameter must not be found where none was. */
function whyTakenInMacro(use: NameUse, text: string, { sources }: Configuration): string | undefined {
  const source = sources.find(({ path }) => path === use.place.path)
  if (!source || use.owner === undefined) return undefined
  const own = namesIn(source).filter((each) => each.kind === 'macro parameter' && each.owner === use.owner)
  const others = own.filter((each) => isDefinition(each) && each.name !== use.name)
  const clash = others.find(({ name }) => name.startsWith(text) || text.startsWith(name))
  if (clash) return `"${text}" and the parameter "${clash.name}" begin alike: mod_macro would take one for the other.`
  const rest = source.text.slice(use.owner)
  const end = rest.search(/<\/macro/i)
  const body = end < 0 ? rest : rest.slice(0, end)
  return body.includes(text) ? `"${text}" already stands in the macro.` : undefined
}
