import { apacheDirectives } from '../../catalog/apache/catalog.ts'
import type { PlacedDirective } from '../../configuration/placed.ts'
import { rewriteScopesOf } from '../../rules/apache/lib/rewriting.ts'
import { shown } from '../conversion.ts'
import type { Ledger } from '../ledger.ts'
import { areasOf } from './areas.ts'
import { type Mapping, mappingsOf } from './handlers.ts'
import { everythingIn, type Host, isSection, isThere, serverSettings, word, words } from './host.ts'
import { locationFor, type MadeLocation, type Subject, subjects } from './location.ts'
import { type Making, makeCollector } from './making.ts'
import { redirectLine, redirectNames } from './redirects.ts'
import { regexLocations } from './regex-locations.ts'
import { rewritingOf } from './rewrite.ts'
import { factsOf, headLines } from './server-lines.ts'
import { block, type Line, printNginx, quoted, simple } from './text.ts'

/** A host as the inside of a `server` block, with what belongs to the level of `http`. */
export interface ServerText {
  readonly http: readonly Line[]
  readonly server: readonly Line[]
}

/**
 * Writes one host for nginx.
 *
 * @param isWholeSite it stands with all others of its server, so that the first of an address is the default
 * @param taken names of variables that are there already
 */
export function serverOf(host: Host, isWholeSite: boolean, taken: Set<string>, ledger: Ledger): ServerText {
  const collector = makeCollector(taken)
  const mappings = mappingsOf(host)
  const areas = areasOf(host, mappings)
  const [root] = areas
  const documentRoot = root?.handler.kind === 'root' ? root.handler.folder : undefined
  const facts = host.isHtaccess ? { tls: undefined, port: undefined, documentRoot } : factsOf(host, documentRoot)
  for (const each of mappings) {
    if (areas.some(({ handler }) => 'directive' in handler && handler.directive === each.directive)) continue
    if (each.handler(each.prefix)) ledger.left(each.directive, 'Another line before it takes all of its requests, so that it does nothing.')
    else ledger.done(each.directive)
  }
  const scopes = host.isHtaccess ? [] : rewriteScopesOf(host.configuration).filter((each) => each.section === host.section)
  const rules = scopes.map((each) => rewritingOf(each, { base: undefined, facts, nameFor: collector.nameFor }, ledger))
  const making: Making = { ...collector, host, ledger, facts, front: rules.find(({ front }) => front)?.front }
  const codes = [...rules.flatMap((each) => each.codes), ...redirectsOf(host, mappings, ledger)]
  const kept = withoutRepeats(areas.map((area) => locationFor(area, making)))
  const shared = shareOf(kept, documentRoot)
  const regexes = regexLocations(making, mappings)
  ledger.done(...serverSettings(host, 'documentroot', 'loglevel'))
  const head = host.isHtaccess ? [] : headLines(host, isWholeSite, ledger)
  leaveRest(host, new Set(areas.flatMap((area) => area.scopes.flatMap(({ section }) => section ?? []))), ledger)
  const comments = commentsOf(host, kept, ledger)
  const only = kept.length === 1
  const locations = [...kept].sort(byPath).flatMap((each): Line[] => {
    const own = [...(comments.get(each) ?? []), ...subjects.flatMap((subject) => each.groups.get(subject) ?? []), ...each.content]
    const inside = only ? own : [...own, ...each.nested]
    const modifier = each.area.kind === 'exact' ? ['='] : regexes.some(({ after }) => after(each.area)) ? ['^~'] : []
    const line = inside.length > 0 || !only ? [block(['location', ...modifier, quoted(each.area.path)], inside)] : []
    return only ? [...line, ...each.nested] : line
  })
  const { http, locations: more } = collector.made()
  return {
    http,
    server: [
      ...head,
      ...(comments.get(undefined) ?? []),
      ...(shared.get('root') ?? []),
      ...subjects.filter((each) => each !== 'root' && each !== 'codes').flatMap((each) => shared.get(each) ?? []),
      ...codes,
      ...(shared.get('codes') ?? []),
      ...locations,
      ...regexes.map(({ line }) => line),
      ...more,
    ],
  }
}

/** `Redirect` of the server, behind its rewriting and what is passed on (`mod_alias.c: translate_alias_redir`). */
function redirectsOf(host: Host, mappings: readonly Mapping[], ledger: Ledger): Line[] {
  return serverSettings(host, ...redirectNames).flatMap((each) => {
    const from = each.name === 'redirectmatch' ? undefined : words(each).find((value) => value.startsWith('/'))
    const holds = ({ prefix }: Mapping): boolean => from === prefix || (from ?? '').startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)
    const passing = from === undefined ? undefined : mappings.find((mapping) => mapping.phase === 'proxy' && holds(mapping))
    if (!passing?.handler(from ?? '')) return redirectLine(each, undefined, ledger)
    ledger.left(each, 'ProxyPass comes before it and takes these requests, so that it does nothing in Apache.')
    return []
  })
}

const textOf = ({ groups, content, nested }: MadeLocation): string =>
  [...subjects.map((subject) => printNginx(groups.get(subject) ?? [])), printNginx(content), printNginx(nested)].join('\u0000')

const passes = ({ area: { handler } }: MadeLocation): boolean => handler.kind === 'proxy' || handler.kind === 'wsgi'

/** Locations without those that say only what the one around them says. */
function withoutRepeats(all: readonly MadeLocation[]): MadeLocation[] {
  const byLength = [...all].sort((a, b) => a.area.path.length - b.area.path.length || (a.area.kind === 'prefix' ? -1 : 1))
  const kept: MadeLocation[] = []
  for (const each of byLength.filter(({ area }) => area.kind === 'prefix')) {
    const around = kept.findLast(({ area }) => each.area.path.startsWith(area.path))
    if (!around || textOf(around) !== textOf(each)) kept.push(each)
  }
  for (const each of byLength.filter(({ area }) => area.kind === 'exact')) {
    const around = kept.filter(({ area }) => area.kind === 'prefix' && each.area.path.startsWith(area.path)).at(-1)
    const below = kept.find(({ area }) => area.kind === 'prefix' && area.path === `${each.area.path}/`)
    const same = around !== undefined && textOf({ ...around, nested: [] }) === textOf({ ...each, nested: [] })
    if (!same || (below && passes(below))) kept.push(each)
  }
  return kept
}

/** What all locations say alike, taken out of them. */
function shareOf(kept: readonly MadeLocation[], documentRoot: string | undefined): Map<Subject, readonly Line[]> {
  const shared = new Map<Subject, readonly Line[]>()
  for (const subject of subjects) {
    if (subject === 'root') continue
    const concerned = kept.filter(({ groups }) => groups.has(subject))
    const [first, ...others] = concerned.map(({ groups }) => groups.get(subject) ?? [])
    if (!first || first.length === 0 || !others.every((each) => printNginx(each) === printNginx(first))) continue
    if (subject === 'codes' && !first.every(isFinal)) continue
    shared.set(subject, first)
    for (const { groups } of concerned) groups.delete(subject)
  }
  if (documentRoot !== undefined) {
    shared.set('root', [simple('root', documentRoot)])
    for (const { groups } of kept) groups.delete('root')
  }
  return shared
}

/** Whether a line of the rewrite module ends the request or leaves its path as it is, so that it need not be tried again. */
function isFinal(line: Line): boolean {
  if ('comment' in line) return true
  if (line.block) return line.block.every(isFinal)
  const [name] = line.words
  return name === 'return' || name === 'set' || name === 'break' || (name === 'rewrite' && /^(?:permanent|redirect)$/.test(line.words.at(-1) ?? ''))
}

function byPath(a: MadeLocation, b: MadeLocation): number {
  if (a.area.path === b.area.path) return a.area.kind === 'exact' ? -1 : 1
  return a.area.path < b.area.path ? -1 : 1
}

/** Directives that say nothing of the site, or what nginx does by itself. */
const without: Readonly<Record<string, string>> = {
  serveradmin: 'It stands on Apache’s own error pages only.',
  traceenable: 'nginx never answers TRACE.',
  allowoverride: 'nginx reads no .htaccess: what they say is carried over where they are known.',
  allowoverridelist: 'nginx reads no .htaccess: what they say is carried over where they are known.',
  hostnamelookups: 'nginx looks up no names.',
  rewriteengine: '',
  proxyrequests: '',
  proxyvia: '',
  usecanonicalname: '',
  serverpath: 'Only browsers without a Host header need it.',
  filetag: 'nginx makes its ETag from size and time.',
  fileetag: 'nginx makes its ETag from size and time.',
  acceptpathinfo: '',
  browsermatch: 'It works around browsers of the past.',
  contentdigest: '',
  enablesendfile: 'Say sendfile in the main file.',
  enablemmap: '',
  limitrequestfields: '',
  limitrequestfieldsize: '',
  limitrequestline: '',
}

/** What nobody has spoken for: of the host everything, of the main server what may stand in a virtual host too. */
function leaveRest(host: Host, reached: ReadonlySet<PlacedDirective>, ledger: Ledger): void {
  const files = host.foldersWithHtaccess().flatMap((folder) => host.htaccess(folder)?.top ?? [])
  const own = [...everythingIn(host.own), ...everythingIn(files)]
  for (const each of own) {
    if (ledger.isSettled(each) || (each.node.block && (isSection(each) || isWrapper(each)) && each.children.length > 0)) continue
    const folder = around(each).find(({ name }) => name === 'directory')
    if (folder && !reached.has(folder) && !/^~$|[*?[]/.test(word(folder, 0))) ledger.kept(each, 'No request of this site leads to its folder.')
    else if (host.section === undefined && isOfServer(each)) ledger.done(each)
    else if (!isThere(each)) ledger.left(each, 'Whether Apache reads it depends on how it is started.')
    else leave(each, ledger)
  }
  for (const each of host.main) {
    if (ledger.isSettled(each) || isSection(each) || !isThere(each)) continue
    if (apacheDirectives(each.name).some((entry) => !entry.forbidden.includes('virtualhost')) && !ofServer.has(each.name) && !each.name.startsWith('log'))
      leave(each, ledger)
  }
}

const isOfServer = ({ name }: PlacedDirective): boolean =>
  ofServer.has(name) || name.startsWith('log') || apacheDirectives(name).every((entry) => entry.forbidden.includes('virtualhost'))

/** Of a whole server and not of its sites. */
const ofServer: ReadonlySet<string> = new Set([
  'errorlog',
  'loglevel',
  'customlog',
  'timeout',
  'keepalive',
  'keepalivetimeout',
  'maxkeepaliverequests',
  'servername',
  'serversignature',
  'protocols',
  'include',
  'includeoptional',
  'setenvif',
  'setenvifnocase',
  'browsermatch',
  'browsermatchnocase',
  'addlanguage',
  'languagepriority',
  'forcelanguagepriority',
  'addcharset',
  'indexoptions',
  'addicon',
  'addiconbytype',
  'addiconbyencoding',
  'defaulticon',
  'readmename',
  'headername',
  'indexignore',
  'typesconfig',
  'addencoding',
  'rlimitcpu',
  'documentroot',
  'rewriteengine',
  'error',
  'globallog',
  'warning',
  'wsgisocketprefix',
  'addtype',
])

const isWrapper = ({ name }: PlacedDirective): boolean =>
  /^(?:if(?:module|define|version|file|directive|section)|require(?:all|any|none)|limit|limitexcept|macro)$/.test(name)

function leave(each: PlacedDirective, ledger: Ledger): void {
  const reason = without[each.name]
  if (reason === '') ledger.done(each)
  else if (reason !== undefined) ledger.kept(each, reason)
  else if (each.name === 'setenv' || each.name === 'passenv' || each.name === 'unsetenv')
    ledger.left(each, 'nginx has no environment for what it serves: give the variable to the application’s own process, or by fastcgi_param or uwsgi_param.')
  else if (/^(?:setenvif|browsermatch)/.test(each.name)) ledger.left(each, 'Write a map of the header, and ask for its variable where this one is used.')
  else if (each.name === 'if' || each.name === 'elseif' || each.name === 'else')
    ledger.left(each, 'Its condition is asked for each request: write a map, or an if with return.')
  else if (
    each.parent &&
    isSection(each.parent) &&
    each.parent.name !== 'virtualhost' &&
    (/match$/.test(each.parent.name) || /[*?[]/.test(word(each.parent, 0)))
  )
    ledger.left(each, 'Which requests its section holds for cannot be told by prefixes: write a location with a pattern by hand.')
  else if (each.parent && /^(?:if|elseif|else)$/.test(each.parent.name))
    ledger.left(each, 'The condition around it is asked for each request: write a map, or an if with return.')
  else if (each.parent?.name === 'directory') ledger.left(each, 'Its folder is not one that this site serves, or nginx has nothing that does the same.')
  else ledger.left(each, 'nginx has nothing that does the same.')
}

/** What was left, as comments: in the location that its section became, else in the server. */
function commentsOf(host: Host, kept: readonly MadeLocation[], ledger: Ledger): ReadonlyMap<MadeLocation | undefined, Line[]> {
  const comments = new Map<MadeLocation | undefined, Line[]>()
  const own = new Set([
    ...everythingIn(host.own),
    ...host.main,
    ...host.main.flatMap((each) => (isSection(each) && each.name !== 'virtualhost' ? everythingIn([each]) : [])),
  ])
  const files = new Map(host.foldersWithHtaccess().map((folder) => [host.htaccess(folder)?.root, folder]))
  for (const { directive, message } of ledger.leftOnes()) {
    const folder = files.get(directive.source)
    if (!own.has(directive) && folder === undefined && directive !== host.section) continue
    const holding = kept.filter(({ area }) =>
      area.sections.some((section) => (typeof section === 'string' ? section === folder : around(directive).includes(section))),
    )
    const at = holding.findLast(({ area }) => area.kind === 'prefix')
    comments.set(at, [...(comments.get(at) ?? []), { comment: `webconf: not carried over: ${shown(directive)} (${message})` }])
  }
  return comments
}

function around(directive: PlacedDirective): PlacedDirective[] {
  return directive.parent ? [directive.parent, ...around(directive.parent)] : []
}
