import { eachNginxDirective, type NginxContext, type NginxEntry, nginxDirectives } from '../../../catalog/nginx/catalog.ts'
import type { Configuration } from '../../../configuration/placed.ts'
import { makeLookup } from '../../../rules/nginx/config-test/directives.ts'
import { nameOf } from '../../../syntax/tree.ts'
import { derived } from '../../../workspace/derived.ts'
import type { Settings } from '../../../workspace/settings.ts'
import { escapeSnippet, type Proposal, proposal, type Span } from '../proposal.ts'
import type { NginxPlace } from './place.ts'

/**
 * The directives that may stand in a place: those of the version that is set, without those that stand there already and may not again.
 * Modules that are not nginx's or Debian's count where the configuration uses them.
 *
 * @param present names of the directives in the same block
 * @param withArguments the line is empty behind: arguments and the end of the directive are put too
 */
export function directiveProposals(place: NginxPlace, span: Span, present: ReadonlySet<string>, withArguments: boolean, settings: Settings): Proposal[] {
  const found: Proposal[] = []
  const inUse = modulesInUse(place)
  const seen = new Set<string>()
  for (const context of place.contexts) {
    for (const entry of entriesIn(context, settings.nginx.version)) {
      if (seen.has(entry.name) || (present.has(entry.name) && entry.repeat === 'error')) continue
      if (!isOffered(entry, inUse, settings)) continue
      seen.add(entry.name)
      found.push(proposalOf(entry, context, span, withArguments))
    }
  }
  for (const name of settings.nginx.directives) if (!seen.has(name)) found.push(proposal(span, 'directive', name, 5, { detail: 'named in the settings' }))
  return found
}

function isOffered(entry: NginxEntry, inUse: ReadonlySet<string>, { nginx }: Settings): boolean {
  switch (entry.source) {
    case 'core':
    case 'debian':
      return true
    case 'plus':
      return nginx.edition === 'plus' || inUse.has(entry.module)
    default:
      return inUse.has(entry.module) || (nginx.edition === 'openresty' && openrestyModules.has(entry.module))
  }
}

/** Modules that OpenResty brings and Debian does not. */
const openrestyModules: ReadonlySet<string> = new Set([
  'ngx_stream_lua_module',
  'ngx_http_set_misc_module',
  'ngx_http_srcache_filter_module',
  'ngx_http_redis_module',
  'ngx_http_redis2_module',
  'ngx_http_memc_module',
  'ngx_http_encrypted_session_module',
  'ngx_http_form_input_module',
  'ngx_http_iconv_module',
  'ngx_http_array_var_module',
  'ngx_http_xss_filter_module',
  'ngx_http_rds_json_filter_module',
  'ngx_http_rds_csv_filter_module',
])

function modulesInUse({ files }: NginxPlace): ReadonlySet<string> {
  const used = new Set<string>()
  for (const { configuration } of files) for (const module of foreignModules(configuration)) used.add(module)
  return used
}

/** Modules that are none of nginx's own of which the configuration has a directive. */
const foreignModules = derived((configuration: Configuration): readonly string[] => {
  const names = new Set(configuration.all.map((directive) => directive.name))
  const modules = new Set<string>()
  for (const name of names) {
    const entries = nginxDirectives(name)
    if (entries.length > 0 && entries.every((entry) => entry.source === 'third-party' || entry.source === 'plus'))
      for (const entry of entries) modules.add(entry.module)
  }
  return [...modules]
})

/** Follows from the catalog alone: one entry a name, that which the server's own test would take. */
const known = new Map<string, readonly NginxEntry[]>()

function entriesIn(context: NginxContext, version: string | undefined): readonly NginxEntry[] {
  const key = `${context} ${version ?? ''}`
  let entries = known.get(key)
  if (!entries) {
    const lookUp = makeLookup(version)
    const names = new Set<string>()
    const made: NginxEntry[] = []
    for (const { name } of eachNginxDirective()) {
      if (names.has(name)) continue
      names.add(name)
      const found = lookUp(name, context)
      const [first] = found.kind === 'allowed' ? found.entries : []
      if (first) made.push(first)
    }
    entries = made
    known.set(key, entries)
  }
  return entries
}

function proposalOf(entry: NginxEntry, context: NginxContext, span: Span, withArguments: boolean): Proposal {
  const deprecated = entry.deprecated !== undefined || entry.until !== undefined
  const rank = deprecated ? 9 : entry.source !== 'core' ? 4 : usual(context).has(entry.name) ? 1 : 2
  const snippet = withArguments ? snippetOf(entry) : undefined
  return proposal(span, entry.block ? 'block' : 'directive', entry.name, rank, {
    ...(snippet === undefined ? {} : { snippet }),
    // Without snippets a directive with arguments is only named: what follows is typed.
    text: withArguments && !entry.block && entry.args.max === 0 ? `${entry.name};` : entry.name,
    detail: detailOf(entry),
    deprecated,
    directive: { name: entry.name, module: entry.module },
  })
}

function detailOf({ module, since, until, deprecated, source }: NginxEntry): string {
  const parts = [module.replace(/^ngx_(?:http_|stream_|mail_)?(.*?)(?:_module)?$/, '$1')]
  if (source === 'third-party' || source === 'plus') parts.push(source === 'plus' ? 'NGINX Plus' : 'third-party')
  if (since !== undefined) parts.push(`since ${since}`)
  if (until !== undefined) parts.push(`removed in ${until}`)
  if (deprecated) parts.push(`use ${deprecated}`)
  return parts.join(', ')
}

/** The whole directive with places to fill in. */
function snippetOf(entry: NginxEntry): string {
  const { name } = entry
  if (entry.opens === 'lua') return `${name} {\n\t$0\n}`
  if (entry.block) {
    const head = heads[name] ?? (entry.args.min === 0 ? '' : entry.args.min === 1 ? '$1' : '$1 $2')
    const inside = name === 'map' ? '\tdefault ${3:0};\n\t$0' : '\t$0'
    return `${name}${head === '' ? '' : ` ${head}`} {\n${inside}\n}`
  }
  if (entry.args.max === 0) return `${name};`
  if (entry.value === 'flag') return `${name} \${1|${entry.default === 'on' ? 'off,on' : 'on,off'}|};`
  if (entry.value === 'enum' && entry.values && entry.values.length > 1 && entry.values.every((value) => /^[\w.-]+$/.test(value)))
    return `${name} \${1|${entry.values.join(',')}|};`
  return `${name} $1;`
}

const heads: Readonly<Record<string, string>> = {
  location: '${1:/}',
  upstream: '${1:backend}',
  map: `\${1:${escapeSnippet('$http_host')}} \${2:${escapeSnippet('$name')}}`,
  geo: `\${1:${escapeSnippet('$name')}}`,
  split_clients: `\${1:"${escapeSnippet('${remote_addr}')}"} \${2:${escapeSnippet('$name')}}`,
  if: `(\${1:${escapeSnippet('$request_method')} = POST})`,
  limit_except: '${1:GET}',
}

/** What is written most, by context: it comes first. */
const usualWords: Readonly<Partial<Record<NginxContext, string>>> = {
  main: 'user worker_processes events http error_log pid include stream load_module worker_rlimit_nofile',
  events: 'worker_connections multi_accept use',
  http: `server upstream include map log_format access_log error_log sendfile tcp_nopush keepalive_timeout gzip gzip_types default_type types client_max_body_size
    server_tokens limit_req_zone limit_conn_zone proxy_cache_path ssl_protocols ssl_ciphers ssl_session_cache ssl_session_timeout resolver geo`,
  server: `listen server_name root index location return ssl_certificate ssl_certificate_key access_log error_log error_page client_max_body_size add_header include
    rewrite if try_files http2 proxy_pass proxy_set_header auth_basic charset gzip set`,
  location: `proxy_pass proxy_set_header try_files root alias index return rewrite include add_header expires fastcgi_pass fastcgi_param uwsgi_pass uwsgi_param
    proxy_http_version proxy_read_timeout proxy_redirect proxy_buffering auth_basic auth_basic_user_file allow deny internal access_log client_max_body_size error_page
    limit_req set if location autoindex`,
  upstream: 'server keepalive least_conn ip_hash zone hash',
  'if-in-server': 'return rewrite set break',
  'if-in-location': 'return rewrite set break add_header proxy_pass',
  limit_except: 'allow deny auth_basic auth_basic_user_file',
  'stream-server': 'listen proxy_pass ssl_preread proxy_timeout proxy_connect_timeout',
  'stream-upstream': 'server least_conn hash zone',
  stream: 'server upstream map log_format access_log',
}
const usualIn = new Map<NginxContext, ReadonlySet<string>>(
  Object.entries(usualWords).map(([context, words]) => [context as NginxContext, new Set(words.split(/\s+/))]),
)
const none: ReadonlySet<string> = new Set()
const usual = (context: NginxContext): ReadonlySet<string> => usualIn.get(context) ?? none

/** Names of the directives among items, but for the one at `start`. */
export function namesAmong(items: Iterable<import('../../../syntax/tree.ts').Item>, except: unknown): ReadonlySet<string> {
  const names = new Set<string>()
  for (const item of items) if (item.kind === 'directive' && item !== except) names.add(nameOf(item))
  return names
}
