import type { PlacedDirective } from '../../configuration/placed.ts'
import { escapeUri, leadingInteger, lowerCase } from './bytes.ts'
import { constructUrl, nameDirective, serverRootRelative } from './core.ts'
import { type DirConfig, entriesIn, isOn, lastEntry, merged, word, words } from './dir-config.ts'
import { type Exchange, isRedirectStatus, note, type Verdict } from './exchange.ts'
import { expandText } from './expression.ts'
import { compilePattern, substitute } from './pattern.ts'
import type { Entry } from './sections.ts'
import { serverEntries } from './servers.ts'
import { isUrl, parseUri, unparseWithoutQuery } from './uri.ts'

/** `mod_alias.c: alias_matches`: how much of a URL a prefix takes, 0 where it does not fit. Any number of slashes fits any. */
export function aliasMatch(uri: string, prefix: string): number {
  let at = 0
  let taken = 0
  while (taken < prefix.length) {
    if (prefix.charAt(taken) === '/') {
      if (uri.charAt(at) !== '/') return 0
      while (prefix.charAt(taken) === '/') taken++
      while (uri.charAt(at) === '/') at++
    } else if (uri.charAt(at++) !== prefix.charAt(taken++)) return 0
  }
  return !prefix.endsWith('/') && at < uri.length && uri.charAt(at) !== '/' ? 0 : at
}

/** The hook of mod_alias that maps a URL: `Redirect` of the server first, then `Alias`. */
export function translateAlias(r: Exchange): Verdict {
  if (!r.world.has('alias_module')) return 'declined'
  if (r.uri !== '' && !r.uri.startsWith('/')) return 'declined'
  const { own, inherited } = serverEntries(r.server, ...redirectNames)
  const redirect = redirectOfSection(r) ?? redirectAmong(r, [...own, ...inherited], 'translate')
  if (redirect) return sendRedirect(r, redirect, 'translate')
  const found = aliasOfSection(r) ?? aliasAmong(r)
  if (found === undefined) return 'declined'
  r.filename = serverRootRelative(r, found)
  return 'ok'
}

/** The hook of mod_alias among the fixups: `Redirect` of folders. */
export function fixupRedirect(r: Exchange): Verdict {
  if (!r.world.has('alias_module')) return 'declined'
  const entries = [...r.dir.sections].reverse().flatMap((section) => (section.kind === 'server' ? [] : entriesIn(section, ...redirectNames)))
  const redirect = redirectOfSection(r) ?? redirectAmong(r, entries, 'fixups')
  return redirect ? sendRedirect(r, redirect, 'fixups') : 'declined'
}

const redirectNames = ['redirect', 'redirectmatch', 'redirecttemp', 'redirectpermanent']
const aliasNames = ['alias', 'aliasmatch', 'scriptalias', 'scriptaliasmatch']

interface Redirect {
  readonly directive: PlacedDirective
  readonly status: number
  readonly target: string | undefined
}

interface Parsed {
  readonly status: number
  readonly from: string
  readonly to: string | undefined
  /** The section's path is what it is from. */
  readonly ofSection: boolean
}

/** `add_redirect_internal` */
function parseRedirect({ directive, path }: Entry): Parsed {
  const args = words(directive)
  const fallback = directive.name === 'redirectpermanent' ? 301 : 302
  const named: Readonly<Record<string, number>> = { permanent: 301, temp: 302, seeother: 303, gone: 410 }
  const [first = ''] = args
  const given = named[lowerCase(first)] ?? (/^\d/.test(first) ? leadingInteger(first) : undefined)
  const isStatus = given !== undefined && directive.name !== 'redirectpermanent' && directive.name !== 'redirecttemp'
  const status = isStatus ? given : fallback
  const rest = isStatus ? args.slice(1) : args
  const ends = isStatus && !isRedirectStatus(status)
  if (path !== undefined && (ends ? rest.length === 0 : rest.length === 1)) return { status, from: '', to: rest[0], ofSection: true }
  return { status, from: rest[0] ?? '', to: rest[1], ofSection: false }
}

/** `Redirect` with a target alone, in a `<Location>`: the last that was merged. */
function redirectOfSection(r: Exchange): Redirect | undefined {
  const entry = sectionRedirect(r.dir)
  if (!entry) return undefined
  const { status, to } = parseRedirect(entry)
  return { directive: entry.directive, status, target: to === undefined ? '' : escapedTarget(expandText(r, to)) }
}

const sectionRedirect = merged((config: DirConfig) => {
  for (const section of [...config.sections].reverse()) {
    const found = section.kind === 'server' ? undefined : entriesIn(section, ...redirectNames).findLast((entry) => parseRedirect(entry).ofSection)
    if (found) return found
  }
  return undefined
})

function redirectAmong(r: Exchange, entries: readonly Entry[], phase: string): Redirect | undefined {
  for (const entry of entries) {
    const { directive } = entry
    const { status, from, to, ofSection } = parseRedirect(entry)
    if (ofSection) continue
    if (directive.name === 'redirectmatch') {
      const match = compilePattern(from)?.run(r.uri)
      if (match) return { directive, status, target: to === undefined ? '' : escapedTarget(substitute(to, match)) }
      note(r, phase, 'lost', `the pattern ${from} does not fit ${r.uri}`, directive)
      continue
    }
    const length = aliasMatch(r.uri, from)
    if (length > 0) return { directive, status, target: (to ?? '') + escapeUri(r.uri.slice(length)) }
    note(r, phase, 'lost', `${from} is no beginning of ${r.uri}`, directive)
  }
  return undefined
}

/** Query and fragment are not escaped. */
function escapedTarget(text: string): string {
  const uri = parseUri(text)
  if (!uri) return escapeUri(text)
  return escapeUri(unparseWithoutQuery(uri)) + (uri.query === undefined ? '' : `?${uri.query}`) + (uri.fragment === undefined ? '' : `#${uri.fragment}`)
}

function sendRedirect(r: Exchange, { directive, status, target }: Redirect, phase: string): Verdict {
  if (!isRedirectStatus(status)) {
    note(r, phase, 'decided', `${r.uri} is answered with ${status}`, directive)
    return status
  }
  let location = target ?? ''
  const relative = isOn(lastEntry(r.dir, 'redirectrelative')) === true
  if (!relative || !location.startsWith('/')) {
    if (location.startsWith('/')) location = constructUrl(r, location)
    if (!isUrl(location)) {
      note(r, phase, 'decided', `"${location}" is neither a URL nor a path: 500`, directive)
      return 500
    }
  }
  if (r.args !== undefined && !location.includes('?')) location += `?${r.args}`
  r.headersOut.set('Location', location)
  note(r, phase, 'decided', `${r.uri} is redirected with ${status} to ${location}`, directive)
  const named = nameDirective(r)
  if (named && (target ?? '').startsWith('/')) note(r, phase, 'passed', `the path is made a URL of this server: ${location}`, named)
  return status
}

/** `Alias` with a path alone, in a `<Location>`. */
function aliasOfSection(r: Exchange): string | undefined {
  const entry = sectionAlias(r.dir)
  if (!entry) return undefined
  let found = expandText(r, word(entry.directive, 0))
  if (isOn(lastEntry(r.dir, 'aliaspreservepath')) === true && entry.path !== undefined) {
    const length = aliasMatch(r.uri, entry.path)
    if (length > 0) {
      setContext(r, entry.path, found)
      found += r.uri.slice(length)
    }
  }
  chosen(r, entry.directive, found)
  return found
}

const sectionAlias = merged((config: DirConfig) => {
  for (const section of [...config.sections].reverse()) {
    const found = section.kind === 'server' ? undefined : entriesIn(section, 'alias', 'scriptalias').findLast(({ directive }) => directive.args.length === 1)
    if (found) return found
  }
  return undefined
})

function aliasAmong(r: Exchange): string | undefined {
  const { own, inherited } = serverEntries(r.server, ...aliasNames)
  for (const { directive } of [...own, ...inherited]) {
    const [from = '', to = ''] = words(directive)
    if (directive.name.endsWith('match')) {
      const match = compilePattern(from)?.run(r.uri)
      if (match) {
        const found = substitute(to, match)
        chosen(r, directive, found)
        return found
      }
      note(r, 'translate', 'lost', `the pattern ${from} does not fit ${r.uri}`, directive)
      continue
    }
    const length = aliasMatch(r.uri, from)
    if (length === 0) {
      note(r, 'translate', 'lost', `${from} is no beginning of ${r.uri}`, directive)
      continue
    }
    setContext(r, from, to)
    const found = to + r.uri.slice(length)
    chosen(r, directive, found)
    return found
  }
  return undefined
}

function chosen(r: Exchange, directive: PlacedDirective, path: string): void {
  if (directive.name.startsWith('script')) {
    r.handler = 'cgi-script'
    r.notes.set('alias-forced-type', 'cgi-script')
  }
  note(r, 'translate', 'decided', `${r.uri} is ${path}`, directive)
}

/** `ap_set_context_info` */
function setContext(r: Exchange, prefix: string, root: string): void {
  r.contextPrefix = prefix
  r.contextRoot = root
}
