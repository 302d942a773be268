import type { NginxEntry } from '../../catalog/nginx/catalog.ts'
import { type Configuration, directivesNamed, type PlacedDirective } from '../../configuration/placed.ts'
import { mayHoldUnread, outwards, ownOf, valueInEffect } from '../../site/nginx/blocks.ts'
import { levelAround } from '../../site/nginx/inheritance.ts'
import { httpServer } from '../../site/nginx/servers.ts'
import { code, counted, listed, whereIsDirective } from '../lib/markdown.ts'
import type { DocumentView } from '../lib/view.ts'

/**
 * How a block takes over what the one around it says: `one` value that its own takes the place of; a `list` of which it takes all or, with one of its
 * own, none (the merge functions of nginx's modules, `ngx_conf_merge_value` and `ngx_conf_merge_ptr_value`; all directives were held against them).
 */
export function mergeOf(entry: NginxEntry): 'one' | 'list' | undefined {
  if (entry.source !== 'core' || entry.contexts.filter((each) => levels.has(each)).length < 2) return undefined
  if (lists.has(entry.name)) return 'list'
  if (ones.has(entry.name)) return 'one'
  if (entry.level === 'main' || entry.value === 'custom' || entry.slot === undefined) return undefined
  return entry.repeat === 'accumulate' && (entry.value === 'keyval' || entry.value === 'str_array') ? 'list' : 'one'
}

const levels: ReadonlySet<string> = new Set(['http', 'server', 'location', 'if-in-location', 'stream', 'stream-server'])

const lists: ReadonlySet<string> = new Set(
  `access_log add_header add_trailer allow deny auth_request_set error_log error_page fastcgi_param uwsgi_param scgi_param index limit_conn limit_req mirror
  proxy_cookie_domain proxy_cookie_flags proxy_cookie_path proxy_redirect set_real_ip_from sub_filter types valid_referers
  proxy_cache_valid fastcgi_cache_valid uwsgi_cache_valid scgi_cache_valid`.split(/\s+/),
)
const ones: ReadonlySet<string> = new Set(
  `root auth_basic_user_file auth_request charset source_charset expires keepalive_timeout open_file_cache open_log_file_cache proxy_cache fastcgi_cache
  uwsgi_cache scgi_cache proxy_cache_key fastcgi_cache_key uwsgi_cache_key scgi_cache_key real_ip_header resolver ssl_session_cache ssl_password_file
  proxy_bind fastcgi_bind uwsgi_bind scgi_bind grpc_bind memcached_bind gzip_disable`.split(/\s+/),
)

/** Directives that share one place: `ngx_http_access_merge_loc_conf` takes both or none, `alias` and `root` are one field. */
const together = (name: string): readonly string[] =>
  name === 'allow' || name === 'deny' ? ['allow', 'deny'] : name === 'root' || name === 'alias' ? ['root', 'alias'] : [name]

/** What a directive takes the place of, and where inside something takes its place. */
export function effectHere(view: DocumentView, directive: PlacedDirective, configuration: Configuration, entry: NginxEntry): string | undefined {
  const merge = mergeOf(entry)
  if (!merge || directive.presence !== 'present') return undefined
  const parts = [overrides(view, directive, configuration, merge), overridden(view, directive, configuration, merge)].filter((part) => part !== undefined)
  return parts.length > 0 ? `**Here:** ${parts.join(' ')}` : undefined
}

function overrides(view: DocumentView, directive: PlacedDirective, configuration: Configuration, merge: 'one' | 'list'): string | undefined {
  const block = directive.parent
  if (!block) return undefined
  const names = together(directive.name)
  const around = levelAround(block, configuration, ...names)
  if (!around || around.directives.some((each) => each.presence !== 'present')) return undefined
  // What was not read between the two may say something as well.
  for (const each of outwards(block.parent)) {
    if (each === around.block) break
    if (names.some((name) => mayHoldUnread(each, configuration, name))) return undefined
  }
  const from = `of ${labelOf(around.block)} (${listed([...new Set(around.directives.slice(0, 3).map((each) => whereIsDirective(view, each)))])}${around.directives.length > 3 ? ' …' : ''})`
  if (merge === 'one') {
    const last = around.directives.at(-1)
    return last && `overrides ${written(last)} ${from}.`
  }
  if (/^add_(?:header|trailer)$/.test(directive.name)) {
    // Since nginx 1.29.3, itself inherited.
    const inherit = valueInEffect(block, configuration, `${directive.name}_inherit`)
    if (inherit === 'merge') return `is added to ${shownList(around.directives)} ${from}.`
    if (inherit === 'off') return undefined
  }
  return `takes the place of ${shownList(around.directives)} ${from}: a block takes over all of them or, with one of its own, none.`
}

const shownList = (directives: readonly PlacedDirective[]): string =>
  directives.length <= 3
    ? listed(directives.map(written))
    : counted(directives.length, `\`${directives[0]?.name ?? ''}\``, `\`${directives[0]?.name ?? ''}\` lines`)

/** The blocks inside, at any depth, in which another takes its place. */
function overridden(view: DocumentView, directive: PlacedDirective, configuration: Configuration, merge: 'one' | 'list'): string | undefined {
  const block = directive.parent
  if (!block || block.name === 'location' || block.name === 'if') return undefined
  const inside = new Set<PlacedDirective>()
  for (const each of directivesNamed(configuration, ...together(directive.name))) {
    if (each.presence !== 'present' || !each.parent || each.parent === block || !isWithin(each.parent, block)) continue
    inside.add(each.parent)
  }
  if (inside.size === 0) return undefined
  const shown = [...inside].map((each) => `${labelOf(each)} (${whereIsDirective(view, each)})`)
  return `${merge === 'one' ? 'Another value holds' : 'Others hold'} in ${listed(shown, 3)}.`
}

function isWithin(block: PlacedDirective, outer: PlacedDirective): boolean {
  for (let at: PlacedDirective | undefined = block; at; at = at.parent) if (at === outer) return true
  return false
}

/** A directive as it is written, on one line. */
export const written = (directive: PlacedDirective): string => code([directive.name, ...directive.args.map((each) => each.value)].join(' '), 60)

/** A block in words: `the server shop.example`, `` `location /x` ``. */
export function labelOf(block: PlacedDirective | undefined): string {
  if (!block) return 'the top of the configuration'
  if (block.name === 'http' || block.name === 'stream' || block.name === 'mail') return `\`${block.name}\``
  if (block.name === 'server') {
    const [name] = httpServer(block).names
    return name ? `the server ${code(name.name)}` : 'the server'
  }
  return written(block)
}

/** What is in effect in a block of a directive that it does not have itself, and where that stands. */
export function inheritedHere(view: DocumentView, block: PlacedDirective, configuration: Configuration, name: string): string | undefined {
  for (const each of outwards(block)) {
    const own = ownOf(each, configuration, name).at(-1)
    if (own) return own.presence === 'present' ? `${written(own)}${each === block ? '' : `, of ${labelOf(each)}`} (${whereIsDirective(view, own)})` : undefined
    if (mayHoldUnread(each, configuration, name)) return undefined
  }
  return undefined
}
