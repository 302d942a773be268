import type { PlacedDirective } from '../../configuration/placed.ts'
import { aliasHolds } from '../../site/apache/aliases.ts'
import { normalize } from '../../workspace/path.ts'
import { type Host, isThere, known, locationsOf, serverSetting, serverSettings, word, words } from './host.ts'

/** What answers a URL. */
export type Handler =
  /** Files of the document root, or of a folder by an alias. */
  | { readonly kind: 'root'; readonly folder: string; readonly directive: PlacedDirective }
  | { readonly kind: 'alias'; readonly folder: string; readonly prefix: string; readonly isFile: boolean; readonly directive: PlacedDirective }
  | { readonly kind: 'proxy'; readonly target: string; readonly options: readonly string[]; readonly prefix: string; readonly directive: PlacedDirective }
  | { readonly kind: 'wsgi'; readonly script: string; readonly prefix: string; readonly directive: PlacedDirective }
  /** Programs, which nginx does not run. */
  | { readonly kind: 'refused'; readonly directive: PlacedDirective }
  | { readonly kind: 'none' }

/** A mapping of a URL prefix, in the order in which Apache tries them. */
export interface Mapping {
  readonly prefix: string
  readonly directive: PlacedDirective
  /** The handler of a URL within; undefined where this mapping says that none is its. */
  handler(url: string): Handler | undefined
  readonly phase: 'proxy' | 'alias' | 'wsgi'
}

/** The mappings of a host by the phases of Apache's translation: what is passed on, aliases, WSGI applications (`process.ts: translate`). */
export function mappingsOf(host: Host): readonly Mapping[] {
  const proxied = [
    ...serverSettings(host, 'proxypass').map((directive) => proxyMapping(directive, undefined)),
    ...locationsOf(host).flatMap((section) =>
      section.children.filter((each) => each.name === 'proxypass' && isThere(each)).map((each) => proxyMapping(each, word(section, 0))),
    ),
  ]
  const aliases = [
    ...serverSettings(host, 'alias').map((directive) => aliasMapping(directive, word(directive, 0), word(directive, 1))),
    ...locationsOf(host).flatMap((section) =>
      section.children.filter((each) => each.name === 'alias' && isThere(each)).map((each) => aliasMapping(each, word(section, 0), word(each, 0))),
    ),
  ]
  for (const directive of serverSettings(host, 'scriptalias'))
    aliases.push({ prefix: word(directive, 0), directive, phase: 'alias', handler: () => ({ kind: 'refused', directive }) })
  aliases.sort((a, b) => rankOf(host, a.directive) - rankOf(host, b.directive))
  const wsgi = serverSettings(host, 'wsgiscriptalias').map(
    (directive): Mapping => ({
      prefix: word(directive, 0),
      directive,
      phase: 'wsgi',
      handler: () => ({ kind: 'wsgi', script: word(directive, 1), prefix: word(directive, 0), directive }),
    }),
  )
  return [...proxied.flatMap((each) => each ?? []), ...aliases, ...wsgi].filter((each) => known(each.directive) && each.prefix.startsWith('/'))
}

/** The host's own come before the main server's. */
const rankOf = (host: Host, directive: PlacedDirective): number => directive.order + (host.main.includes(directive) ? 1e9 : 0)

function proxyMapping(directive: PlacedDirective, location: string | undefined): Mapping | undefined {
  const args = words(directive)
  const [prefix = '', target = '', ...options] = location === undefined ? args : [location, ...args]
  if (directive.args.length === 0) return undefined
  return {
    prefix,
    directive,
    phase: 'proxy',
    handler: (url) => (target === '!' ? undefined : { kind: 'proxy', target: target + url.slice(prefix.length), options, prefix, directive }),
  }
}

function aliasMapping(directive: PlacedDirective, prefix: string, target: string): Mapping {
  const name = (path: string): boolean => /\.[A-Za-z0-9]{1,5}$/.test(path)
  // Of a single file both ends have a suffix: favicon.ico, robots.txt.
  const isFile = name(prefix) && name(target)
  return {
    prefix,
    directive,
    phase: 'alias',
    handler: (url) => ({ kind: 'alias', folder: target + url.slice(prefix.length), prefix, isFile, directive }),
  }
}

/** Whether a mapping's prefix holds a URL: `ProxyPass` and `Alias` end at a segment both (`mod_alias.c: alias_matches`). */
const holds = (mapping: Mapping, url: string): boolean => aliasHolds(mapping.prefix, url)

/** What answers a URL; mappings are tried as Apache does. */
export function handlerOf(host: Host, mappings: readonly Mapping[], url: string): Handler {
  let phaseDone = false
  for (const mapping of mappings) {
    if (!holds(mapping, url) || (mapping.phase === 'proxy' && phaseDone)) continue
    const found = mapping.handler(url)
    if (found) return found
    phaseDone = true
  }
  const root = serverSetting(host, 'documentroot')
  if (!root || !known(root)) return { kind: 'none' }
  return { kind: 'root', folder: normalize(word(root, 0)), directive: root }
}

/** The file or folder of a URL, where one answers it. */
export function fileOf(handler: Handler, url: string): string | undefined {
  switch (handler.kind) {
    case 'root':
      return normalize(`${handler.folder}${url}`)
    case 'alias':
      return normalize(handler.folder)
    case 'wsgi':
      return handler.script
    default:
      return undefined
  }
}
