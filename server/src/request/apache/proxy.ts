import type { PlacedDirective } from '../../configuration/placed.ts'
import { encodeProxyPath, hasControlOrSpace, lowerCase, sameIgnoringCase, unescapeUrl } from './bytes.ts'
import { encodedSlashesOf } from './core.ts'
import { type DirConfig, entriesIn, isOn, lastEntry, merged, withSections, words } from './dir-config.ts'
import { type Exchange, note, type Upstream, type Verdict } from './exchange.ts'
import { fnmatch, isMatchExpression } from './fnmatch.ts'
import { addressBytes } from './ip-address.ts'
import { compilePattern, substitute } from './pattern.ts'
import type { Entry } from './sections.ts'
import { serverEntries, serverEntry } from './servers.ts'
import type { Table } from './table.ts'
import { defaultPortOf, parseAddressPort, parseUri } from './uri.ts'

interface Pass {
  readonly directive: PlacedDirective
  readonly from: string
  readonly isRegex: boolean
  readonly to: string
  readonly flags: ReadonlySet<string>
}

/** `add_pass` */
function parsePass({ directive, path }: Entry): Pass {
  const args = words(directive)
  const marked = args[0] === '~' && path === undefined
  const [first = '', second = '', ...rest] = path === undefined ? (marked ? args.slice(1) : args) : [path, ...args]
  const flags = new Set(rest.map(lowerCase))
  return {
    directive,
    from: first,
    isRegex: directive.name === 'proxypassmatch' || marked || (path !== undefined && /[*?]|\[[^\]]*\]/.test(first)),
    to: second.startsWith('unix:') ? withHost(second) : second,
    flags,
  }
}

/** `unix:/path|http:` has a host that nobody asks for. */
function withHost(target: string): string {
  const bar = target.indexOf('|')
  if (bar < 0) return target
  const url = target.slice(bar + 1)
  const [, scheme, rest = ''] = /^([a-z0-9+.-]+):(.*)$/is.exec(url) ?? []
  if (scheme === undefined) return target
  const full = rest === '' || rest === '//' ? `${scheme}://localhost` : url
  return `${target.slice(0, bar)}|${full}`
}

/** The hooks of mod_proxy that map a URL; `encoded`: those with `mapping=encoded`, before the URL is decoded. */
export function translateProxy(r: Exchange, encoded: boolean): Verdict {
  if (!r.world.has('proxy_module')) return 'declined'
  if (r.proxy !== 'none') return encoded ? 'done' : 'ok'
  if (r.unparsedUri === '*' || !r.uri.startsWith('/') || r.env.has('no-proxy')) return 'declined'
  const ofSection = sectionPass(r.dir)
  const { own, inherited } = serverEntries(r.server, 'proxypass', 'proxypassmatch')
  const passes = [...(ofSection ? [ofSection] : []), ...inherited, ...own].map(parsePass)
  for (const pass of passes) {
    if (pass.flags.has('mapping=encoded') !== encoded) continue
    const verdict = tryPass(r, pass)
    if (verdict !== undefined) return verdict
  }
  return 'declined'
}

const sectionPass = merged((config: DirConfig) => {
  for (const section of [...config.sections].reverse()) {
    if (section.kind === 'server') continue
    const found = entriesIn(section, 'proxypass', 'proxypassmatch').at(-1)
    if (found) return found
  }
  return undefined
})

/** `ap_proxy_trans_match`; undefined where it does not fit. */
function tryPass(r: Exchange, pass: Pass): Verdict | undefined {
  const { directive, flags } = pass
  const interpolates = flags.has('interpolate') && isOn(lastEntry(r.dir, 'proxypassinterpolateenv')) === true
  const fill = (text: string): string => (interpolates ? text.replace(/\$\{([^}]*)\}/g, (_, name: string) => r.env.get(name) ?? '') : text)
  const from = fill(pass.from)
  const to = fill(pass.to)
  const raw = flags.has('nocanon') && !flags.has('mapping=servlet')
  let uri = raw ? r.unparsedUri : r.uri
  let mismatch = false
  let target: string
  if (pass.isRegex) {
    const pattern = compilePattern(from)
    const match = pattern?.run(r.uri)
    if (!match) {
      note(r, 'translate', 'lost', `the pattern ${from} does not fit ${r.uri}`, directive)
      return undefined
    }
    if (to === '!') return excluded(r, directive)
    const rawMatch = raw ? pattern?.run(r.unparsedUri) : undefined
    if (raw && !rawMatch) {
      mismatch = true
      uri = r.uri
    }
    const filled = substitute(to, rawMatch ?? match)
    target = filled === to ? to + uri : filled
  } else {
    const length = passMatch(r.uri, from)
    if (length === 0) {
      note(r, 'translate', 'lost', `${from} is no beginning of ${r.uri}`, directive)
      return undefined
    }
    if (to === '!') return excluded(r, directive)
    if (raw && passMatch(r.unparsedUri, from) !== length) {
      mismatch = true
      uri = r.uri
    }
    target = to + uri.slice(length)
  }
  r.filename = `proxy:${target}`
  r.handler = 'proxy-server'
  r.proxy = 'reverse'
  if (raw && !mismatch) r.notes.set('proxy-nocanon', '1')
  if (flags.has('noquery')) r.notes.set('proxy-noquery', '1')
  const encoded = flags.has('mapping=encoded')
  if (encoded) r.notes.set('proxy-noencode', '1')
  note(r, 'translate', 'decided', `${r.uri} is handed on to ${target}`, directive)
  return encoded ? 'done' : 'ok'
}

function excluded(r: Exchange, directive: PlacedDirective): Verdict {
  note(r, 'translate', 'decided', `${r.uri} is not handed on`, directive)
  return 'declined'
}

/** `alias_match` of mod_proxy: a beginning at the end of a segment. */
function passMatch(uri: string, prefix: string): number {
  let at = 0
  let taken = 0
  while (taken < prefix.length && at < uri.length) {
    if (prefix.charAt(taken) === '/') {
      if (uri.charAt(at) !== '/') return 0
      while (prefix.charAt(taken) === '/') taken++
      while (uri.charAt(at) === '/') at++
    } else if (uri.charAt(at++) !== prefix.charAt(taken++)) return 0
  }
  if (at === uri.length && taken !== prefix.length) return 0
  return prefix.charAt(taken - 1) !== '/' && at < uri.length && uri.charAt(at) !== '/' ? 0 : at
}

/** `proxy_map_location`: merges the `<Proxy>` sections that fit; undefined where the request is not handed on. */
export function mapProxy(r: Exchange): Verdict {
  if (r.proxy === 'none' || !r.filename?.startsWith('proxy:')) return 'declined'
  const url = r.filename.slice(6)
  const fitting = r.server.proxies.filter((section) => {
    const path = section.path ?? ''
    const fits = section.pattern
      ? section.pattern.run(url) !== undefined
      : isMatchExpression(path)
        ? fnmatch(path, url, { pathname: false })
        : url.startsWith(path)
    if (fits) note(r, 'sections', 'passed', `<Proxy "${path}"> fits ${url}`, section.at)
    return fits
  })
  r.dir = withSections(r.dir, fitting)
  return 'ok'
}

/** `proxy_fixup`, `ap_proxy_canon_url`: brings the URL to the form in which it is sent. */
export function canonicalizeProxy(r: Exchange): Verdict {
  if (r.proxy === 'none' || !r.filename?.startsWith('proxy:')) return 'declined'
  const url = takeSocket(r, r.filename.slice(6))
  if (url === undefined) return 400
  r.filename = `proxy:${url}`
  const scheme = lowerCase(/^[^:]*/.exec(url)?.[0] ?? '')
  if (scheme === 'balancer') return canonicalizeBalancer(r, url)
  const isHttp = ['http', 'https', 'ws', 'wss'].includes(scheme)
  if (!isHttp && scheme !== 'fcgi') return /^[^:]+:/.test(url) ? 'ok' : 400
  if (r.proxy === 'forward') return 'ok'
  const parsed = splitUrl(url.slice(scheme.length + 1))
  if (!parsed) {
    note(r, 'proxy', 'decided', `${url} has no host: 400`)
    return 400
  }
  const path = canonicalPath(r, parsed.path)
  if (path === undefined) return 400
  const search = isHttp && !r.notes.has('proxy-nocanon') && !r.notes.has('proxy-noquery') ? r.args : undefined
  if ((path === parsed.path && hasControlOrSpace(path)) || (search !== undefined && hasControlOrSpace(search))) {
    note(r, 'proxy', 'decided', `what would be handed on has spaces or control characters: 403`)
    return 403
  }
  const fallback = scheme === 'fcgi' ? 8000 : defaultPortOf(scheme) || (scheme === 'wss' ? 443 : 80)
  const port = parsed.port === 0 || parsed.port === fallback ? '' : `:${parsed.port}`
  const host = parsed.host.includes(':') ? `[${parsed.host}]` : parsed.host
  r.filename = `proxy:${scheme}://${host}${port}/${path}${search === undefined ? '' : `?${search}`}`
  return 'ok'
}

function canonicalPath(r: Exchange, path: string): string | undefined {
  if (r.notes.has('proxy-nocanon') || r.notes.has('proxy-noencode')) return path
  return encodeProxyPath(path, encodedSlashesOf(r.dir) === 'kept')
}

function canonicalizeBalancer(r: Exchange, url: string): Verdict {
  const parsed = splitUrl(url.slice('balancer:'.length))
  if (!parsed) return 400
  r.filename = `proxy:balancer://${parsed.host}/${parsed.path}`
  return 'ok'
}

/** `ap_proxy_canon_netloc`: the path is without its first slash. */
function splitUrl(text: string): { readonly host: string; readonly port: number; readonly path: string } | undefined {
  if (!text.startsWith('//')) return undefined
  const slash = text.indexOf('/', 2)
  const authority = text.slice(2, slash < 0 ? undefined : slash)
  const found = parseAddressPort(authority.slice(authority.lastIndexOf('@') + 1))
  if (!found) return undefined
  return { host: lowerCase(found.host), port: found.port, path: slash < 0 ? '' : text.slice(slash + 1) }
}

/** `fixup_uds_filename`: puts the socket's path aside; undefined for a broken one. */
function takeSocket(r: Exchange, url: string): string | undefined {
  if (!/^unix:/i.test(url) || !url.includes('|')) return url
  const bar = url.indexOf('|')
  const path = url.slice(5, bar).replace(/^\/\/(?=\/)/, '')
  const target = url.slice(bar + 1)
  const colon = target.indexOf(':')
  if (path === '' || colon < 0) return undefined
  r.notes.set('uds_path', path)
  const rest = target.slice(colon + 1)
  const scheme = target.slice(0, colon)
  if (rest === '') return `${scheme}://localhost`
  if (rest.startsWith('/') && (!rest.startsWith('//') || rest.charAt(2) === '/' || rest.length === 2))
    return `${scheme}://localhost${rest.startsWith('//') ? rest.slice(2) : rest}`
  return target
}

/** `proxy_handler`: hands the request on. */
export function handleProxy(r: Exchange): Verdict {
  if (!r.world.has('proxy_module') || r.filename === undefined) return 'declined'
  if (r.proxy === 'none' && r.handler?.startsWith('proxy:')) {
    const before = r.filename
    r.proxy = 'reverse'
    r.filename = r.handler + r.filename
    const verdict = canonicalizeProxy(r)
    if (verdict !== 'ok') {
      r.filename = before
      r.proxy = 'none'
      return verdict
    }
  } else if (r.proxy === 'none' || !r.filename.startsWith('proxy:')) return 'declined'
  const hops = r.headersIn.get('Max-Forwards')
  if (hops !== undefined && (!/^\s*\d+$/.test(hops) || Number(hops) === 0)) return 400
  let url = r.filename.slice(6)
  let balancer: PlacedDirective | undefined
  if (/^balancer:/i.test(url)) {
    const found = membersOf(r, url)
    if (!found) {
      note(r, 'proxy', 'decided', `nobody says what ${url} is: 500`)
      return 500
    }
    const member = choose(r, found)
    if (!member) {
      note(r, 'proxy', 'decided', `no member of ${found.name} works: 503`)
      return 503
    }
    balancer = member.directive
    const path = /^balancer:\/\/[^/]*(.*)$/is.exec(url)?.[1] ?? ''
    r.filename = `proxy:${withHost(member.url)}${path}`
    const verdict = canonicalizeProxy(r)
    if (verdict !== 'ok') return verdict
    url = r.filename.slice(6)
  }
  return send(r, url, balancer)
}

interface Member {
  readonly directive: PlacedDirective
  readonly url: string
  readonly route: string | undefined
  readonly isDisabled: boolean
  readonly isReserve: boolean
}

interface Balancer {
  readonly name: string
  readonly members: readonly Member[]
}

/** The members of the balancer that a URL names; undefined where there is none. */
function membersOf(r: Exchange, url: string): Balancer | undefined {
  const name = lowerCase(/^balancer:\/\/[^/]*/i.exec(url)?.[0] ?? '')
  const isNamed = (text: string): boolean => lowerCase(text.replace(/\/$/, '')) === name
  const sections = r.server.proxies.filter((section) => isNamed(section.path ?? ''))
  const { own, inherited } = serverEntries(r.server, 'balancermember')
  const members = sections.flatMap((section) => entriesIn(section, 'balancermember').map(({ directive }) => parseMember(directive, words(directive))))
  for (const { directive } of [...inherited, ...own]) {
    const [balancer = '', ...rest] = words(directive)
    if (isNamed(balancer)) members.push(parseMember(directive, rest))
  }
  const passes = [...serverEntries(r.server, 'proxypass').own, ...serverEntries(r.server, 'proxypass').inherited, sectionPass(r.dir)]
  const isKnown =
    sections.length > 0 || members.length > 0 || passes.some((entry) => entry && words(entry.directive).some((each) => lowerCase(each).startsWith(name)))
  return isKnown ? { name, members } : undefined
}

/** The member that gets a request: by its session, else the first that works; which one it is of several is the balancer's choice. */
function choose(r: Exchange, { name, members }: Balancer): Member | undefined {
  const working = members.filter((member) => !member.isDisabled)
  const usable = working.some((member) => !member.isReserve) ? working.filter((member) => !member.isReserve) : working
  const route = routeOf(r, name)
  const found = (route === undefined ? undefined : working.find((member) => member.route === route)) ?? usable[0]
  if (found && usable.length > 1) note(r, 'proxy', 'passed', `one of ${usable.length} members of ${name} is chosen, here ${found.url}`, found.directive)
  return found
}

function parseMember(directive: PlacedDirective, [url = '', ...parameters]: readonly string[]): Member {
  const value = (key: string): string | undefined => parameters.find((each) => lowerCase(each).startsWith(`${key}=`))?.slice(key.length + 1)
  const status = value('status') ?? ''
  return { directive, url, route: value('route'), isDisabled: /(?:^|[^-])[DS]/i.test(status) && !/^-/.test(status), isReserve: /^\+?[HR]/i.test(status) }
}

/** The route that a session names behind its last dot. */
function routeOf(r: Exchange, balancer: string): string | undefined {
  const parameters = [
    ...r.server.proxies.flatMap((section) =>
      lowerCase(section.path ?? '') === balancer ? entriesIn(section, 'proxyset').flatMap(({ directive }) => words(directive)) : [],
    ),
    ...[...serverEntries(r.server, 'proxypass').own, ...serverEntries(r.server, 'proxypass').inherited].flatMap(({ directive }) =>
      words(directive).some((each) => lowerCase(each).startsWith(balancer)) ? words(directive) : [],
    ),
  ]
  const sticky = parameters.find((each) => /^stickysession=/i.test(each))?.slice('stickysession='.length)
  if (sticky === undefined) return undefined
  const [cookie = '', path = cookie] = sticky.split('|')
  const ofPath = new RegExp(`[;?&]${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}=([^;?&/]*)`).exec(`${r.uri}?${r.args ?? ''}`)?.[1]
  const ofCookie = new RegExp(`(?:^|;\\s*)${cookie.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}=([^;]*)`).exec(r.headersIn.get('Cookie') ?? '')?.[1]
  const session = ofPath ?? ofCookie
  return session?.includes('.') ? session.slice(session.lastIndexOf('.') + 1) : undefined
}

/** Nobody can tell whether an upstream answers: what can be reached is taken to, with 200 and a plain text. */
function send(r: Exchange, url: string, balancer: PlacedDirective | undefined): Verdict {
  const parsed = parseUri(url)
  const scheme = lowerCase(parsed?.scheme ?? '')
  const module = schemeModules[scheme]
  if (!parsed || !module || !r.world.has(module)) {
    note(r, 'proxy', 'decided', `no module is there for ${scheme}: 500`, balancer)
    return 500
  }
  const socket = r.notes.get('uds_path')
  const host = lowerCase(parsed.hostname ?? '')
  const port = parsed.port || (scheme === 'fcgi' ? 8000 : scheme === 'https' || scheme === 'wss' ? 443 : 80)
  const address = host === 'localhost' ? '127.0.0.1' : host
  if (socket === undefined && addressBytes(address) === undefined) {
    note(r, 'proxy', 'decided', `the name ${host} is not known: 500`, balancer)
    return 500
  }
  const upstream = socket === undefined ? `${address.includes(':') ? `[${address}]` : address}:${port}` : `unix:${socket}`
  const target = /^[a-z0-9+.-]+:\/\/[^/]*(.*)$/is.exec(url)?.[1] ?? '/'
  const speaksHttp = scheme !== 'fcgi' && scheme !== 'scgi' && scheme !== 'uwsgi' && scheme !== 'ajp'
  r.world.upstream = {
    address: upstream,
    uri: speaksHttp ? target : undefined,
    headers: speaksHttp ? upstreamHeaders(r, host, parsed.portText === undefined ? 0 : parsed.port) : undefined,
    // A script that a handler names is told by its path as it is.
    script: speaksHttp ? undefined : r.handler?.startsWith('proxy:') ? unescapeUrl(target).text : target,
  } satisfies Upstream
  r.contentType = 'text/plain'
  // An error's page that comes from there comes with its own status.
  r.status = 200
  note(r, 'proxy', 'decided', `${upstream} gets ${r.method} ${target}`, balancer)
  return 'ok'
}

const schemeModules: Readonly<Record<string, string>> = {
  http: 'proxy_http_module',
  https: 'proxy_http_module',
  ws: 'proxy_http_module',
  wss: 'proxy_http_module',
  fcgi: 'proxy_fcgi_module',
  scgi: 'proxy_scgi_module',
  ajp: 'proxy_ajp_module',
  uwsgi: 'proxy_uwsgi_module',
  h2: 'proxy_http2_module',
  h2c: 'proxy_http2_module',
}

const hopByHop = ['Connection', 'Keep-Alive', 'Upgrade', 'Trailer', 'TE', 'Transfer-Encoding', 'Content-Length', 'Expect', 'Proxy-Connection']

/** `ap_proxy_create_hdrbrgd` */
function upstreamHeaders(r: Exchange, host: string, port: number): Table {
  const headers = r.headersIn.copy()
  const sentHost = headers.get('Host')
  for (const named of (headers.get('Connection') ?? '').split(','))
    if (named.trim() !== '' && !sameIgnoringCase(named.trim(), 'close')) headers.unset(named.trim())
  for (const name of hopByHop) headers.unset(name)
  const preserves = isOn(lastEntry(r.dir, 'proxypreservehost')) === true
  const bracketed = host.includes(':') ? `[${host}]` : host
  headers.set('Host', preserves ? (sentHost ?? r.server.name) : port > 0 && port !== 80 ? `${bracketed}:${port}` : bracketed)
  const via = lowerCase(serverEntry(r.server, 'proxyvia')?.directive.args[0]?.value ?? 'off')
  if (via === 'block') headers.unset('Via')
  if (isOn(lastEntry(r.dir, 'proxyaddheaders')) !== false && r.proxy === 'reverse') {
    headers.merge('X-Forwarded-For', r.clientAddress)
    if (sentHost !== undefined) headers.merge('X-Forwarded-Host', sentHost)
    headers.merge('X-Forwarded-Server', r.server.name)
  }
  return headers
}
