import { type RewriteScope, rewriteScopesOf } from '../../rules/apache/lib/rewriting.ts'
import { normalize } from '../../workspace/path.ts'
import { accessOf } from './access.ts'
import type { Area } from './areas.ts'
import { headersOf, requestHeadersOf } from './headers.ts'
import { type FilesSection, filesOf, fitsName, type Host, isThere, type Scope, word, words } from './host.ts'
import type { Making } from './making.ts'
import { phpAddress, proxyLines, wsgiLines } from './passing.ts'
import { fileNamePattern } from './patterns.ts'
import { redirectLine, redirectNames } from './redirects.ts'
import { type FrontController, type Rewriting, rewritingOf } from './rewrite.ts'
import { bodyLines, charsetLines, errorLines, expiresLines, gzipLines, indexLines, optionLines, typeLocations } from './settings.ts'
import { block, type Line, printNginx, quoted, simple } from './text.ts'

/** What a location says, by subject: what all of them say alike goes to the server. */
export const subjects = ['root', 'index', 'symlinks', 'charset', 'body', 'gzip', 'access', 'hidden', 'headers', 'expires', 'errors', 'codes'] as const
export type Subject = (typeof subjects)[number]

/** An area as a location. */
export interface MadeLocation {
  readonly area: Area
  readonly groups: Map<Subject, readonly Line[]>
  /** What answers, which nothing inherits. */
  readonly content: readonly Line[]
  /** `location ~` within. */
  readonly nested: readonly Line[]
}

/** Makes the location of an area. */
export function locationFor(area: Area, making: Making): MadeLocation {
  const { ledger, host, nameFor } = making
  const { handler, scopes } = area
  const isPassed = handler.kind === 'proxy' || handler.kind === 'wsgi'
  const isStatic = handler.kind === 'root' || handler.kind === 'alias'
  const allFiles = filesOf(scopes)
  // Of a script, `<Files>` is asked with the script's own name, whatever the URL (`mod_wsgi.c: wsgi_alias_matched`).
  const fitting = handler.kind === 'wsgi' ? allFiles.filter((each) => fitsName(each, handler.script)) : []
  const files = handler.kind === 'wsgi' ? [] : allFiles
  const merged = withFiles(scopes, fitting)
  const all = merged.flatMap(({ directives }) => directives)
  const inFiles = files.flatMap(({ section }) => section.children)
  const passed = isPassed ? 'proxy' : undefined
  const headers = making.once(
    `headers ${passed}`,
    [...all, ...inFiles].filter(({ name }) => name === 'header'),
    () => headersOf(merged, files, passed, nameFor, ledger),
  )
  const expires = making.once(
    'expires',
    [...all, ...inFiles].filter(({ name }) => name.startsWith('expires')),
    () => expiresLines(merged, files, nameFor, ledger),
  )
  const errors = errorLines(merged, ledger)
  const rewriting = folderRules(area, making)
  const codes = [...rewriting.codes, ...folderRedirects(area, making)]
  making.addHttp([...headers.maps, ...expires.maps])
  making.addLocations(errors.locations)
  const groups = new Map<Subject, readonly Line[]>([
    ['access', accessOf(merged, ledger)],
    ['hidden', headers.hidden],
    ['headers', headers.lines],
    ['expires', expires.lines],
    ['errors', errors.lines],
    ['body', bodyLines(merged, ledger)],
    ['gzip', gzipLines(merged, ledger)],
    ['charset', charsetLines(merged, ledger)],
    ['codes', codes],
  ])
  if (isStatic) {
    groups.set('index', indexLines(merged, ledger))
    groups.set('symlinks', optionLines(merged, ledger))
  } else ledger.done(...all.filter(({ name }) => name === 'directoryindex' || name === 'options'))
  const content: Line[] = []
  if (handler.kind === 'root') groups.set('root', [simple('root', handler.folder)])
  if (handler.kind === 'alias') content.push(simple('alias', area.kind === 'prefix' && !handler.folder.endsWith('/') ? `${handler.folder}/` : handler.folder))
  if (handler.kind === 'refused') {
    ledger.left(handler.directive, 'nginx runs no programs: a FastCGI wrapper has to. The location answers with 501 until then.')
    content.push(simple('return', '501'))
  }
  if ('directive' in handler && handler.kind !== 'refused') ledger.done(handler.directive)
  if (handler.kind === 'proxy') {
    const made = proxyLines(host, handler, area.path, merged, ledger)
    making.addHttp(made.upstreams)
    content.push(...withHeaders(made.lines, requestHeadersOf(merged, 'proxy', ledger)))
  } else if (handler.kind === 'wsgi') content.push(...withHeaders(wsgiLines(host, handler, merged, ledger), requestHeadersOf(merged, 'proxy', ledger)))
  const front = rewriting.front ?? (area.path === '/' && area.kind === 'prefix' ? making.front : undefined)
  const tries = isStatic ? triesOf(front, area, merged, making) : []
  content.push(...tries)
  const nested =
    area.kind === 'prefix' && handler.kind !== 'wsgi' && handler.kind !== 'refused'
      ? nestedOf(area, merged, files, { codes, content, tries, front }, making)
      : []
  return { area, groups, content, nested }
}

/** `<Files>` sections are merged behind folders and before `<Location>`. */
function withFiles(scopes: readonly Scope[], files: readonly FilesSection[]): readonly Scope[] {
  const inner = files.map(({ section }): Scope => ({ kind: 'files', section, directives: section.children.filter(isThere), files: [] }))
  return [...scopes.filter(({ kind }) => kind !== 'location'), ...inner, ...scopes.filter(({ kind }) => kind === 'location')]
}

/** What a request header is set to takes the place of what is set for every proxy. */
function withHeaders(lines: readonly Line[], own: readonly Line[]): readonly Line[] {
  const nameOf = (line: Line): string => ('words' in line && line.words[0] === 'proxy_set_header' ? (line.words[1] ?? '').toLowerCase() : '')
  const names = new Set(own.map(nameOf))
  return [...lines.filter((line) => nameOf(line) === '' || !names.has(nameOf(line))), ...own]
}

/** The rules of the innermost folder that has any (`mod_rewrite.c: config_perdir_merge`). */
function folderRules(area: Area, making: Making): Rewriting {
  const { host, ledger, facts, nameFor } = making
  const none: Rewriting = { codes: [], front: undefined }
  const places = area.scopes.filter(({ kind, directives }) => kind !== 'server' && directives.some(({ name }) => /^rewrite(?:rule|engine|cond)$/.test(name)))
  const scope = places.at(-1)
  if (!scope) return none
  const found = rewriteScopeOf(scope, host)
  if (!found) return none
  if (scope.kind !== 'directory' && scope.kind !== 'htaccess') {
    for (const each of found.rules) ledger.left(each.directive, 'In a <Location>, Apache rewrites paths of files: write it for a folder, or for the server.')
    return none
  }
  const base = baseOf(area, scope)
  if (base === undefined) return none
  for (const each of found.rules) {
    const written = found.base.at(-1)
    if (written && word(written, 0) !== base && !each.target.startsWith('/')) ledger.kept(written, 'Targets are written from the root of the site.')
  }
  const rewriteBase = found.base.at(-1)
  const moved = rewriteBase && word(rewriteBase, 0) !== base ? withBase(found, word(rewriteBase, 0)) : found
  return making.once(`rules ${base}`, [...found.engine, ...found.rules.map(({ directive }) => directive)], () =>
    rewritingOf(moved, { base, hasBase: rewriteBase !== undefined, facts, nameFor }, ledger),
  )
}

/** Relative targets led to where RewriteBase says. */
const withBase = (scope: RewriteScope, base: string): RewriteScope => ({
  ...scope,
  rules: scope.rules.map((each) =>
    each.target === '-' || /^(?:\/|[a-z]+:|%)/i.test(each.target) ? each : { ...each, target: `${base.replace(/\/$/, '')}/${each.target}` },
  ),
})

function rewriteScopeOf(scope: Scope, host: Host): RewriteScope | undefined {
  if (scope.kind === 'htaccess') {
    const configuration = host.htaccess(scope.folder ?? '')
    return configuration && rewriteScopesOf(configuration).find((each) => each.section === undefined)
  }
  return rewriteScopesOf(host.configuration).find((each) => each.section === scope.section)
}

/** The URL of a scope's folder, as the area is mapped, with slashes at both ends. */
function baseOf(area: Area, scope: Scope): string | undefined {
  const { handler } = area
  const folder = scope.folder ?? ''
  const [prefix, target] =
    handler.kind === 'root'
      ? ['/', handler.folder]
      : handler.kind === 'alias'
        ? [handler.prefix, normalize(handler.folder.slice(0, handler.folder.length - Math.max(0, area.path.length - handler.prefix.length)) || '/')]
        : ['', '']
  if (prefix === '') return undefined
  if (folder === target) return prefix.endsWith('/') ? prefix : `${prefix}/`
  if (folder.startsWith(`${target}/`)) return `${prefix.replace(/\/$/, '')}/${folder.slice(target.length + 1)}/`
  // A folder around: what stands before the part of the path that the site shows is not seen in its URLs.
  return undefined
}

function folderRedirects(area: Area, { ledger }: Making): readonly Line[] {
  const lines: Line[] = []
  for (const scope of [...area.scopes].reverse()) {
    if (scope.kind === 'server') continue
    const location = scope.kind === 'location' && scope.section ? word(scope.section, 0) : undefined
    for (const each of scope.directives) if ((redirectNames as readonly string[]).includes(each.name)) lines.push(...redirectLine(each, location, ledger))
  }
  return lines
}

/** `FallbackResource`, or the rules of a front controller, as `try_files`. */
function triesOf(front: FrontController | undefined, area: Area, scopes: readonly Scope[], making: Making): readonly Line[] {
  const { ledger } = making
  const fallback = scopes.flatMap(({ directives }) => directives).findLast(({ name }) => name === 'fallbackresource')
  if (fallback) ledger.done(...scopes.flatMap(({ directives }) => directives).filter(({ name }) => name === 'fallbackresource'))
  if (!front && (!fallback || /^disabled$/i.test(word(fallback, 0)))) return []
  if (front?.isProxy) {
    making.addLocations([block(['location', '@application'], proxied(front, scopes, making))])
    return [simple('try_files', '$uri', ...(front.keepsFolders ? ['$uri/'] : []), '@application')]
  }
  if (front) {
    const target = front.target.endsWith('?') ? front.target.slice(0, -1) : `${front.target}${front.target.includes('?') ? '&$args' : '$is_args$args'}`
    return [simple('try_files', '$uri', ...(front.keepsFolders ? ['$uri/'] : []), target)]
  }
  if (!fallback) return []
  ledger.differs(fallback, 'Of a folder without an index file, Apache serves the fallback, nginx answers with 403.')
  void area
  return [simple('try_files', '$uri', '$uri/', `${word(fallback, 0)}$is_args$args`)]
}

function proxied(front: FrontController, scopes: readonly Scope[], making: Making): readonly Line[] {
  const handler = { kind: 'proxy', target: `${front.target}/`, options: [], prefix: '/', directive: front.rule } as const
  const made = proxyLines(making.host, handler, '/', scopes, making.ledger)
  making.addHttp(made.upstreams)
  return withHeaders(made.lines, requestHeadersOf(scopes, 'proxy', making.ledger))
}

interface Outer {
  readonly codes: readonly Line[]
  readonly content: readonly Line[]
  readonly tries: readonly Line[]
  readonly front: FrontController | undefined
}

/** Files that are treated in a way of their own: they get locations within, which inherit all but what answers. */
function nestedOf(area: Area, scopes: readonly Scope[], files: readonly FilesSection[], outer: Outer, making: Making): readonly Line[] {
  const { ledger } = making
  const denied: Line[] = []
  const others: Line[] = []
  const own = printNginx(accessOf(scopes, ledger))
  for (const { section, pattern } of files) {
    const path = fileNamePattern(pattern)
    const directives = section.children.filter(isThere)
    const access = accessOf(withFiles(scopes, [{ section, pattern }]), ledger)
    const handler = directives.find(({ name }) => name === 'sethandler')
    const address = handler && phpAddress(words(handler).join(' '))
    if (path === undefined) {
      for (const each of directives)
        ledger.left(each, 'The pattern of its section cannot be written for a whole path: write a location for these files by hand.')
      continue
    }
    const isOwn = printNginx(access) !== own
    const lines: Line[] = isOwn ? (access.length === 0 ? [simple('allow', 'all')] : [...access]) : []
    if (isOwn && access.length === 1 && printNginx(access) === 'deny all;\n') denied.unshift(block(['location', '~', quoted(path)], access))
    else if (address !== undefined && handler) {
      ledger.done(handler)
      others.push(phpLocation(address, pattern, path, lines, area, scopes, outer, making))
    } else if (isOwn) others.unshift(block(['location', '~', quoted(path)], [...lines, ...outer.codes, ...outer.content]))
  }
  others.push(...phpBySuffix(area, scopes, outer, making))
  if (area.handler.kind === 'root' || area.handler.kind === 'alias')
    for (const { pattern, line } of typeLocations(scopes, ledger))
      others.push(block(['location', '~', quoted(pattern)], [{ words: ['types'], block: [] }, line, ...outer.codes, ...outer.content]))
  if (
    !making.host.configuration.whole &&
    (area.handler.kind === 'root' || area.handler.kind === 'alias') &&
    !denied.some((line) => printNginx([line]).includes('\\.ht'))
  )
    // Apache's main files everywhere refuse these; what is read here is a piece that relies on it.
    denied.push(block(['location', '~', '/\\.ht'], [simple('deny', 'all')]))
  return [...denied, ...others]
}

/** PHP by a module of Apache, or by a handler for a suffix. */
function phpBySuffix(area: Area, scopes: readonly Scope[], outer: Outer, making: Making): readonly Line[] {
  const { ledger } = making
  const all = scopes.flatMap(({ directives }) => directives)
  const found = all.filter(
    (each) => (each.name === 'addhandler' || each.name === 'addtype') && (/x-httpd-php|^php/i.test(word(each, 0)) || /^proxy:/i.test(word(each, 0))),
  )
  const last = found.at(-1)
  if (!last) return []
  const suffixes = words(last)
    .slice(1)
    .map((suffix) => suffix.replace(/^\./, '').replace(/[.+*?^${}()|[\]\\]/g, '\\$&'))
  if (suffixes.length === 0) return []
  const address = phpAddress(word(last, 0))
  ledger.done(...found)
  if (address === undefined)
    ledger.differs(last, 'nginx runs no PHP itself: it is handed to PHP-FPM at unix:/run/php/php-fpm.sock; write the address where yours listens.')
  const pattern = `\\.${suffixes.length === 1 ? suffixes[0] : `(?:${suffixes.join('|')})`}$`
  return [phpLocation(address ?? 'unix:/run/php/php-fpm.sock', pattern, pattern, [], area, scopes, outer, making)]
}

function phpLocation(
  address: string,
  pattern: string,
  path: string,
  lines: readonly Line[],
  area: Area,
  scopes: readonly Scope[],
  { codes, front }: Outer,
  { ledger }: Making,
): Line {
  // What follows the script's name is handed to it, where files are found by the root.
  const takesMore = area.handler.kind === 'root' && /^\\\.[\w()?:|]+\$$/.test(pattern)
  const script = takesMore ? '$document_root$fastcgi_script_name' : '$request_filename'
  const missing = front && !front.isProxy ? `${front.target.replace(/\?$/, '')}${front.target.includes('?') ? '&$args' : '$is_args$args'}` : '=404'
  const environment = scopes.flatMap(({ directives }) => directives).filter(({ name }) => name === 'setenv')
  for (const each of environment) if (!word(each, 1).includes('$')) ledger.done(each)
  return block(
    ['location', '~', quoted(takesMore ? `${path.slice(0, -1)}(?:/|$)` : path)],
    [
      ...lines,
      ...codes,
      // try_files makes the path that of the script: what follows its name is kept before.
      ...(takesMore
        ? [
            simple('fastcgi_split_path_info', `^(.+?${path.slice(0, -1)})(/.*)$`),
            simple('set', '$path_info', '$fastcgi_path_info'),
            simple('try_files', '$fastcgi_script_name', missing),
          ]
        : [simple('try_files', '$uri', missing)]),
      simple('include', 'fastcgi_params'),
      simple('fastcgi_param', 'SCRIPT_FILENAME', script),
      ...(takesMore ? [simple('fastcgi_param', 'PATH_INFO', '$path_info')] : []),
      ...environment.filter((each) => !word(each, 1).includes('$')).map((each) => simple('fastcgi_param', word(each, 0), word(each, 1))),
      ...requestHeadersOf(scopes, 'fastcgi', ledger),
      simple('fastcgi_pass', address),
    ],
  )
}
