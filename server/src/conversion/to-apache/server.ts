import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { type HttpServer, isTls } from '../../site/nginx/servers.ts'
import { shown } from '../conversion.ts'
import type { Ledger } from '../ledger.ts'
import { namedOrigin, type Passing, passingOf, passOf } from './passing.ts'
import { endsAtSegment, type Place, placesOf, wholePattern } from './places.ts'
import { rulesOf } from './rules.ts'
import { inForce, resetOf, type Subject, settingsOf, subjects, valuesOf } from './settings.ts'
import { inQuotes, type Line, printApache, section, simple } from './text.ts'

/** Writes one server as a virtual host. */
export function virtualHostOf(server: HttpServer, configuration: Configuration, ledger: Ledger): Line {
  const { directive } = server
  const places = placesOf(directive)
  const settings = new Map(places.map((place) => [place, settingsOf(place.block, configuration, ledger)]))
  const passings = new Map(places.map((place) => [place, passOf(place.block) ? passingOf(place, configuration, ledger) : undefined]))
  const { rules, named } = rulesFor(directive, places, configuration, ledger)
  const root = inForce(directive, configuration, 'root').at(-1)
  const documentRoot =
    rootOf(places.find(({ kind, path }) => kind === 'prefix' && path === '/')?.block ?? directive, configuration) ?? (root ? valuesOf(root)[0] : undefined)
  const aliases = aliasLines(places, documentRoot, configuration, ledger)
  const shared = sharedOf(places, settings)
  const head = headLines(server, ledger)
  leaveRest(directive, ledger)
  const comments = commentsOf(directive, places, ledger)
  const folders = new Set([...(documentRoot === undefined ? [] : [documentRoot]), ...aliases.folders])
  const passed = passLines(places, passings)
  const balancers = [
    ...new Map([...passings.values(), ...named.values()].flatMap((each) => each?.balancers ?? []).map((line) => [printApache([line]), line])).values(),
  ]
  const listens = server.listens.filter(isPlain)
  const address = listens.length === 0 ? ['*:80'] : listens.map((each) => addressOf(each.address.host, each.address.port))
  return section('VirtualHost', [...new Set(address)].join(' '), [
    ...head,
    ...(comments.get(undefined) ?? []),
    ...(documentRoot === undefined ? [] : [{ text: `DocumentRoot ${inQuotes(documentRoot)}` }]),
    ...subjects.filter((each) => each !== 'access' && each !== 'listing').flatMap((each) => shared.get(each) ?? []),
    ...(rules.length > 0 ? [simple('RewriteEngine', 'On'), ...rules] : []),
    ...balancers,
    ...passed,
    ...aliases.lines,
    ...[...folders].map((folder) =>
      section('Directory', inQuotes(folder.replace(/(.)\/$/, '$1')), [
        simple('Options', 'FollowSymLinks'),
        simple('AllowOverride', 'None'),
        simple('Require', 'all', 'granted'),
      ]),
    ),
    ...sectionsOf(places, settings, shared, passings, named, comments),
  ])
}

/** A port of an address: Apache listens on no socket of the file system, and on each port of a range by itself. */
const isPlain = ({ address }: HttpServer['listens'][number]): boolean => address.family !== 'unix' && address.lastPort === 0 && address.port > 0

/** What Apache takes for a name, with wildcards; patterns are none. */
const isName = (name: string): boolean => /^[\w.*-]*$/.test(name)

const addressOf = (host: string, port: number): string => `${host === '' || host === '0.0.0.0' ? '*' : host}:${port}`

/** The folder of a place by `root`; undefined where an alias or a variable says it. */
function rootOf(block: PlacedDirective, configuration: Configuration): string | undefined {
  const found = inForce(block, configuration, 'root', 'alias').at(-1)
  const value = found?.args[0]?.value
  return found?.name === 'root' && value !== undefined && !value.includes('$') ? value.replace(/(.)\/$/, '$1') : undefined
}

/** The rules of the server, then those of its places, the most wanted first: what has none keeps those of others away. */
function rulesFor(
  server: PlacedDirective,
  places: readonly Place[],
  configuration: Configuration,
  ledger: Ledger,
): { readonly rules: readonly Line[]; readonly named: Map<Place, Passing> } {
  const named = new Map<Place, Passing>()
  const landings = { places, configuration, ledger, rootOf: (place: Place) => rootOf(place.block, configuration) }
  const contextOf = (place: Place | undefined, block: PlacedDirective) => ({
    root: rootOf(block, configuration),
    place,
    landings,
    pattern: place?.pattern,
    ledger,
    named: (name: string) => {
      const found = namedOrigin(server, name, configuration, ledger)
      if (found && place) named.set(place, found.passing)
      return found?.origin
    },
  })
  const own = rulesOf(
    server.children.filter(({ name }) => name !== 'try_files'),
    contextOf(undefined, server),
  )
  const isBroken = (place: Place): boolean =>
    passOf(place.block) !== undefined && place.block.children.filter(({ name }) => name === 'rewrite').every((each) => each.args[2]?.value === 'break')
  const made = [...places].reverse().map((place) => {
    const children = isBroken(place) ? place.block.children.filter(({ name }) => name !== 'rewrite') : place.block.children
    // The server's try_files holds where no location has its own.
    const tries = inForce(place.block, configuration, 'try_files')
    const lines = rulesOf(
      [...(place.location ? children : []).filter(({ name }) => name !== 'try_files'), ...(passOf(place.block) && place.kind === 'prefix' ? [] : tries)],
      contextOf(place, place.block),
    )
    return { place, lines: [...internalRule(place, ledger), ...lines] }
  })
  const lastWithRules = made.findLastIndex(({ lines }) => lines.length > 0)
  const rules = made.slice(0, lastWithRules + 1).flatMap(({ place, lines }, i) => {
    const ends = lines.length > 0 && isUnconditional(lines)
    const stops = i < lastWithRules && !ends ? [simple('RewriteRule', place.pattern, '-', '[L]')] : []
    return [...lines, ...stops]
  })
  return { rules: [...own, ...rules], named }
}

/** A place for the server's own use: pages of errors and indexes are asked for within it, and clients find nothing there. */
function internalRule({ block, pattern }: Place, ledger: Ledger): readonly Line[] {
  const found = block.children.find(({ name, presence }) => name === 'internal' && presence !== 'absent')
  if (!found) return []
  ledger.done(found)
  return [simple('RewriteCond', '%{ENV:REDIRECT_STATUS}', '^$'), simple('RewriteRule', pattern, '-', '[R=404,NS,L]')]
}

/** Whether no path of a place gets past its rules. */
function isUnconditional(lines: readonly Line[]): boolean {
  const last = lines.at(-1)
  const before = lines.at(-2)
  return (
    last !== undefined &&
    'text' in last &&
    /\[(?:[^\]]*,)?(?:L|F|G)(?:,[^\]]*)?\]$/.test(last.text) &&
    !(before && 'text' in before && before.text.startsWith('RewriteCond'))
  )
}

/** `ProxyPass` takes the first that fits: the most wanted place comes first, and what is not passed on is taken out. */
function passLines(places: readonly Place[], passings: ReadonlyMap<Place, Passing | undefined>): readonly Line[] {
  const lines: Line[] = []
  const order = [...places].reverse()
  order.forEach((place, i) => {
    const passing = passings.get(place)
    if (passing && passing.lines.length > 0) {
      lines.push(...passing.lines)
      return
    }
    const covered = order.slice(i + 1).some((other) => (passings.get(other)?.lines.length ?? 0) > 0 && mayOverlap(place, other))
    if (covered) lines.push(endsAtSegment(place) ? simple('ProxyPass', place.path, '!') : simple('ProxyPassMatch', place.pattern, '!'))
  })
  return lines
}

const mayOverlap = (a: Place, b: Place): boolean => a.kind === 'regex' || b.kind === 'regex' || a.path.startsWith(b.path) || b.path.startsWith(a.path)

/** Folders of places that are not the document root's, the most wanted first. */
function aliasLines(
  places: readonly Place[],
  documentRoot: string | undefined,
  configuration: Configuration,
  ledger: Ledger,
): { readonly lines: readonly Line[]; readonly folders: readonly string[] } {
  const lines: Line[] = []
  const folders: string[] = []
  for (const place of [...places].reverse()) {
    const found = inForce(place.block, configuration, 'root', 'alias').at(-1)
    ledger.done(found)
    const value = found?.args[0]?.value
    if (!found || value === undefined || passOf(place.block) || place.block.children.some(({ name }) => name === 'return')) continue
    if (found.name === 'alias') {
      const own = found.parent === place.block
      if (!own) continue
      if (/\$(?!\d)/.test(value) || (place.kind === 'prefix' && value.includes('$'))) {
        ledger.left(found, 'Its path has a variable that Apache does not fill in.')
        continue
      }
      folders.push(value.replace(/\/?[^/]*\$.*$/, '').replace(/(.)\/$/, '$1') || '/')
      if (place.kind === 'exact') lines.push({ text: `AliasMatch ${inQuotes(place.pattern)} ${inQuotes(value)}` })
      else if (place.kind === 'regex') lines.push({ text: `AliasMatch ${inQuotes(place.location?.path ?? '')} ${inQuotes(value)}` })
      else {
        if (!place.path.endsWith('/'))
          ledger.differs(found, `nginx takes all paths that begin with ${place.path}, also ${place.path}more; Apache those of this segment alone.`)
        lines.push({ text: `Alias ${inQuotes(place.path)} ${inQuotes(value)}` })
      }
      continue
    }
    if (value.includes('$')) {
      ledger.left(found, 'Its path has a variable: VirtualDocumentRoot can do that for names of hosts.')
      continue
    }
    const folder = value.replace(/(.)\/$/, '$1')
    const other = lines.length > 0 || folder !== documentRoot
    const below = places.some(
      (each) =>
        each.rank < place.rank && mayOverlap(each, place) && inForce(each.block, configuration, 'root', 'alias').at(-1) !== found && !passOf(each.block),
    )
    if (!other && !below) continue
    if (folder === documentRoot && !below) continue
    folders.push(folder)
    if (place.kind === 'prefix' && place.path.endsWith('/')) lines.push({ text: `Alias ${inQuotes(place.path)} ${inQuotes(`${folder}${place.path}`)}` })
    else lines.push({ text: `AliasMatch ${inQuotes(wholePattern(place))} ${inQuotes(`${folder}$0`)}` })
  }
  return { lines, folders }
}

/** What all places say alike. */
function sharedOf(places: readonly Place[], settings: ReadonlyMap<Place, Map<Subject, readonly Line[]>>): Map<Subject, readonly Line[]> {
  const shared = new Map<Subject, readonly Line[]>()
  for (const subject of subjects) {
    const [first, ...others] = places.map((place) => settings.get(place)?.get(subject) ?? [])
    if (first && others.every((each) => printApache(each) === printApache(first))) shared.set(subject, first)
  }
  return shared
}

/** Sections are merged and the last one wins: the least wanted place comes first, and each says all that others say otherwise. */
function sectionsOf(
  places: readonly Place[],
  settings: ReadonlyMap<Place, Map<Subject, readonly Line[]>>,
  shared: ReadonlyMap<Subject, readonly Line[]>,
  passings: ReadonlyMap<Place, Passing | undefined>,
  named: ReadonlyMap<Place, Passing>,
  comments: ReadonlyMap<Place | undefined, readonly Line[]>,
): readonly Line[] {
  const everywhere = (subject: 'access' | 'listing'): readonly Line[] => shared.get(subject) ?? []
  const all = [...everywhere('access'), ...everywhere('listing')]
  const found: Line[] = all.length > 0 ? [section('Location', inQuotes('/'), all)] : []
  places.forEach((place, i) => {
    const own: Line[] = [...(comments.get(place) ?? [])]
    for (const subject of subjects) {
      if (shared.has(subject)) continue
      const lines = settings.get(place)?.get(subject) ?? []
      const before = places
        .slice(0, i)
        .filter((each) => mayOverlap(each, place))
        .flatMap((each) => settings.get(each)?.get(subject) ?? [])
      if (before.length > 0 && (lines.length === 0 || subject === 'headers' || subject === 'errors')) own.push(...resetOf(subject, before))
      own.push(...lines)
    }
    const pass = passOf(place.block)
    const passing = passings.get(place) ?? named.get(place)
    if (pass && !passing) own.push(simple('Require', 'all', 'denied'))
    // Of a place around that hands its files to a program.
    const handled = places
      .slice(0, i)
      .some((each) => mayOverlap(each, place) && (passings.get(each)?.inside ?? []).some((line) => 'text' in line && line.text.startsWith('SetHandler')))
    if (handled && !passing?.inside.some((line) => 'text' in line && line.text.startsWith('SetHandler'))) own.push(simple('SetHandler', 'None'))
    own.push(...(passing?.inside ?? []))
    if (own.length === 0) return
    const isPlain = place.kind === 'prefix' && (place.path === '/' || place.path.endsWith('/'))
    found.push(isPlain ? section('Location', inQuotes(place.path), own) : section('LocationMatch', inQuotes(place.pattern), own))
  })
  return found
}

/** Names, TLS and logs. */
function headLines({ directive, listens, names }: HttpServer, ledger: Ledger): readonly Line[] {
  const lines: Line[] = []
  const own = (name: string): PlacedDirective | undefined => directive.children.findLast((each) => each.name === name && each.presence !== 'absent')
  const value = (name: string): string | undefined => own(name)?.args[0]?.value
  for (const each of listens) {
    const port = each.address.port
    if (!isPlain(each)) ledger.left(each.directive, 'Apache listens on single ports of addresses.')
    else if (port === 80 || port === 443) ledger.done(each.directive)
    else ledger.differs(each.directive, `Apache must be told to listen there too: Listen ${port}.`)
  }
  const plain = names.filter(({ name }) => isName(name))
  for (const each of names.filter(({ name }) => !isName(name)))
    ledger.left(each.directive, 'Names of virtual hosts are no patterns in Apache: write ServerAlias with wildcards.')
  const all = plain.flatMap(({ name }) => (name.startsWith('.') ? [name.slice(1), `*${name}`] : name === '' ? [] : [name]))
  const first = all.find((name) => !name.includes('*')) ?? '_'
  lines.push(simple('ServerName', first))
  const others = all.filter((name) => name !== first)
  if (others.length > 0) lines.push(simple('ServerAlias', ...others))
  ledger.done(...plain.map((each) => each.directive))
  const access = own('access_log')
  if (access && value('access_log') !== 'off' && !valuesOf(access).some((each) => each.includes('$'))) {
    if (access.args.length > 1 && access.args[1]?.value !== 'combined')
      ledger.differs(access, 'Write its format with LogFormat; the format "combined" is taken.')
    else ledger.done(access)
    lines.push({ text: `CustomLog ${inQuotes(value('access_log') ?? '')} combined` })
  } else ledger.done(access?.args[0]?.value === 'off' ? access : undefined)
  const errors = own('error_log')
  if (errors && value('error_log')?.startsWith('/')) {
    ledger.done(errors)
    lines.push({ text: `ErrorLog ${inQuotes(value('error_log') ?? '')}` })
    const level = errors.args[1]?.value
    if (level !== undefined) lines.push(simple('LogLevel', level))
  }
  const http2 = listens.some(({ parameters }) => parameters.includes('http2')) || value('http2') === 'on'
  if (http2) lines.push(simple('Protocols', 'h2', 'http/1.1'))
  if (listens.some(isTls)) {
    const tls: readonly (readonly [string, string])[] = [
      ['ssl_certificate', 'SSLCertificateFile'],
      ['ssl_certificate_key', 'SSLCertificateKeyFile'],
      ['ssl_ciphers', 'SSLCipherSuite'],
      ['ssl_client_certificate', 'SSLCACertificateFile'],
      ['ssl_prefer_server_ciphers', 'SSLHonorCipherOrder'],
      ['ssl_session_tickets', 'SSLSessionTickets'],
    ]
    lines.push(simple('SSLEngine', 'on'))
    for (const [name, to] of tls) {
      const text = value(name)
      if (text === undefined) continue
      ledger.done(own(name))
      lines.push(simple(to, text))
    }
    const protocols = own('ssl_protocols')
    ledger.done(protocols)
    if (protocols)
      lines.push(
        simple(
          'SSLProtocol',
          '-all',
          ...valuesOf(protocols)
            .filter((each) => /^TLSv1(?:\.\d)?$/.test(each))
            .map((each) => `+${each}`),
        ),
      )
    const verify = value('ssl_verify_client')
    if (verify === 'on' || verify === 'optional') lines.push(simple('SSLVerifyClient', verify === 'on' ? 'require' : 'optional'))
    ledger.done(own('ssl_verify_client'))
  }
  const alive = /^(\d+)s?$/.exec(value('keepalive_timeout') ?? '')?.[1]
  if (alive !== undefined) {
    ledger.done(own('keepalive_timeout'))
    lines.push(simple('KeepAliveTimeout', alive))
  }
  return lines
}

/** What tunes nginx and says nothing of what is answered, or what Apache does by itself. */
const silent =
  /^(?:sendfile.*|tcp_.*|aio|directio.*|output_buffers|open_file_cache.*|.*_buffers?|.*_buffer_size|.*_buffering|.*_busy_buffers_size|.*_temp_.*|proxy_http_version|.*_(?:connect|send|read)_timeout|proxy_ssl_server_name|client_(?:body|header)_.*|send_timeout|reset_timedout_connection|keepalive_.*|log_not_found|log_subrequest|types_hash.*|server_names_hash.*|server_tokens|fastcgi_(?:index|param|split_path_info|intercept_errors)|uwsgi_param|scgi_param|include|default_type|types|gzip.*|http2|etag|root|alias|index|location|server|listen|http|upstream|absolute_redirect|port_in_redirect|server_name_in_redirect|large_client_header_buffers|ssl_session_(?:cache|timeout)|ssl_dhparam|ssl_buffer_size|access_log|error_log|log_format|charset_types|mp4.*|proxy_redirect)$/

/** What every location says otherwise, where it has not been met in any: nothing inherits it. */
const inherited: ReadonlySet<string> = new Set([
  'add_header',
  'allow',
  'deny',
  'satisfy',
  'auth_basic',
  'auth_basic_user_file',
  'expires',
  'error_page',
  'autoindex',
  'charset',
  'client_max_body_size',
  'proxy_set_header',
  'proxy_hide_header',
  'try_files',
])

function leaveRest(server: PlacedDirective, ledger: Ledger): void {
  const look = (block: PlacedDirective): void => {
    for (const each of block.children) {
      if (each.presence === 'absent') continue
      if (!ledger.isSettled(each) && !silent.test(each.name) && !(each.parent === server && inherited.has(each.name))) {
        if (each.name === 'set') ledger.left(each, 'Variables are made by SetEnvIf or RewriteRule with the flag E.')
        else if (/^limit_/.test(each.name)) ledger.left(each, 'Apache limits no rates of requests: mod_evasive, mod_qos or a firewall do.')
        else if (/^ssl_stapling/.test(each.name)) ledger.left(each, 'SSLUseStapling needs SSLStaplingCache in the main file.')
        else ledger.left(each, 'Apache has nothing that does the same, or it depends on a variable.')
      }
      if (each.name === 'location' && each.node.block) look(each)
    }
  }
  look(server)
}

function commentsOf(server: PlacedDirective, places: readonly Place[], ledger: Ledger): ReadonlyMap<Place | undefined, Line[]> {
  const comments = new Map<Place | undefined, Line[]>()
  for (const { directive, message } of ledger.leftOnes()) {
    const blocks: PlacedDirective[] = []
    for (let at: PlacedDirective | undefined = directive; at; at = at.parent) blocks.push(at)
    if (!blocks.includes(server)) continue
    const place = places.filter(({ location, block }) => location !== undefined && blocks.includes(block)).at(-1)
    comments.set(place, [...(comments.get(place) ?? []), { comment: `webconf: not carried over: ${shown(directive)} (${message})` }])
  }
  return comments
}
