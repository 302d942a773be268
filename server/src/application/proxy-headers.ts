import { type Configuration, directivesNamed, enclosing, isOpened, type PlacedDirective } from '../configuration/placed.ts'
import { basename } from '../workspace/path.ts'
import type { ProxiedApplication } from './application.ts'

/** What a header of a request is when it reaches the application. */
export type SentHeader =
  | { readonly state: 'sent'; readonly value: string; readonly by: PlacedDirective | undefined }
  /** What the client sent, if anything. `base`: the directive beside which it would be set, for the same requests. */
  | { readonly state: 'not set'; readonly beside: PlacedDirective | undefined }
  | { readonly state: 'unknown' }

/** The header that a passing directive sends on, by what the configuration sets. */
export const headerSent = (application: ProxiedApplication, configuration: Configuration, name: string): SentHeader =>
  configuration.dialect === 'nginx'
    ? nginxHeader(application.directive, configuration, name.toLowerCase())
    : apacheHeader(application, configuration, name.toLowerCase())

/** What Debian's `/etc/nginx/proxy_params` sets. */
const proxyParams: ReadonlyMap<string, string> = new Map([
  ['host', '$http_host'],
  ['x-real-ip', '$remote_addr'],
  ['x-forwarded-for', '$proxy_add_x_forwarded_for'],
  ['x-forwarded-proto', '$scheme'],
])

/** `proxy_set_header` of the nearest block that has any (`ngx_http_proxy_module.c: ngx_http_proxy_merge_loc_conf`). */
function nginxHeader(pass: PlacedDirective, configuration: Configuration, name: string): SentHeader {
  for (let at = pass.parent; at; at = at.parent) {
    const block = at
    const own = block.children.filter((each) => each.name === 'proxy_set_header')
    const unread = directivesNamed(configuration, 'include').filter(
      (each) => each.parent === block && each.presence !== 'absent' && !isOpened(each, configuration),
    )
    if (unread.some((each) => !isStock(basename(each.args[0]?.value ?? '')))) return { state: 'unknown' }
    const params = unread.find((each) => basename(each.args[0]?.value ?? '') === 'proxy_params')
    if (own.length === 0 && !params) continue
    if (own.some((each) => each.presence !== 'present' || !each.args[0]?.known)) return { state: 'unknown' }
    const set = own.findLast((each) => each.args[0]?.value.toLowerCase() === name)
    const value = set?.args[1]
    if (set) return value?.known ? { state: 'sent', value: value.value, by: set } : { state: 'unknown' }
    const stock = params && proxyParams.get(name)
    if (stock !== undefined) return { state: 'sent', value: stock, by: params }
    return { state: 'not set', beside: own.at(-1) ?? params }
  }
  // The root of a piece may be inside a block that sets it.
  if (!configuration.whole && configuration.context !== 'http' && configuration.context !== 'main') return { state: 'unknown' }
  return { state: 'not set', beside: undefined }
}

/** Files that packages bring, which set no header of a proxied request but `proxy_params`. */
const isStock = (name: string): boolean =>
  /^(?:proxy_params|uwsgi_params|fastcgi_params|scgi_params|fastcgi\.conf|mime\.types|options-ssl-nginx\.conf|fastcgi-php\.conf|ssl-dhparams\.pem)$/.test(name)

/** `RequestHeader` of mod_headers, wherever it applies to the request. */
function apacheHeader(application: ProxiedApplication, configuration: Configuration, name: string): SentHeader {
  if (configuration.unread) return { state: 'unknown' }
  let found: PlacedDirective | undefined
  for (const directive of directivesNamed(configuration, 'requestheader')) {
    const host = enclosing(directive, 'virtualhost')
    if (directive.presence === 'absent' || (host && host !== application.host)) continue
    const [action, header] = directive.args
    if (!header?.known || !action?.known) return { state: 'unknown' }
    if (header.value.toLowerCase().replace(/:$/, '') !== name) continue
    const elsewhere = directive.parent !== host && directive.parent !== application.directive.parent
    if (directive.presence !== 'present' || elsewhere) return { state: 'unknown' }
    if (/^(?:set|add|append|merge|setifempty)$/i.test(action.value)) found = directive
    else if (!/^unset$/i.test(action.value)) return { state: 'unknown' }
    else found = undefined
  }
  if (directivesNamed(configuration, 'use').some((each) => each.presence !== 'absent')) return { state: 'unknown' }
  const value = found?.args[2]
  if (found) return value?.known ? { state: 'sent', value: value.value, by: found } : { state: 'unknown' }
  return { state: 'not set', beside: undefined }
}

/** Whether clients speak TLS with the server or virtual host around a directive; undefined where that cannot be told. */
export function speaksTls(directive: PlacedDirective): boolean | undefined {
  const host = enclosing(directive, 'server', 'virtualhost')
  if (!host) return undefined
  if (host.name === 'server') {
    const listens = host.children.filter((each) => each.name === 'listen')
    if (host.children.some((each) => each.name === 'ssl' && each.args[0]?.value === 'on')) return true
    if (listens.length === 0 || listens.some((each) => each.presence !== 'present' || each.args.some((word) => !word.known))) return undefined
    const secure = listens.filter((each) => each.args.some((word) => word.value === 'ssl' || word.value === 'quic'))
    return secure.length === 0 ? false : secure.length === listens.length ? true : undefined
  }
  const engine = host.children.findLast((each) => each.name === 'sslengine')
  if (engine) return engine.presence === 'present' ? engine.args[0]?.value.toLowerCase() === 'on' : undefined
  return host.args.every((each) => /:80$/.test(each.value)) ? false : undefined
}
