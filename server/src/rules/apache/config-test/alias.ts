import { nearestWord } from './corrections.ts'
import { expressionFault } from './expressions.ts'
import { patternFault } from './patterns.ts'
import { atoi, type Handler, type Handlers, type Reading, type Refusal, type Said, wordFix } from './reading.ts'
import { forbiddenHere } from './section.ts'
import { isRedirect } from './status-codes.ts'

const uncompiled = 'Regular expression could not be compiled.'

/** `mod_alias.c: add_alias` */
const alias: Handler = (reading, first, second) => {
  const { section, entry } = reading
  if (second) {
    if (!section.path || section.open) return undefined
    return {
      server: `${entry.name} cannot occur within directory context`,
      rule: 'apache/not-allowed-here',
      at: 'name',
      words: `${entry.name} with a URL and a path may not stand in <${section.title}>: put it outside, or give only the path.`,
    }
  }
  if (!section.path && !section.open)
    return {
      server: 'Alias must have two arguments when used globally',
      rule: 'apache/argument-count',
      at: 'name',
      words: `${entry.name} takes a URL and a path here; the path alone is enough only in a <Location>.`,
    }
  if (!section.path) return undefined
  const refused = forbiddenHere(section, entry.name, false, ['directory', 'files'])
  if (refused) return { server: refused, rule: 'apache/not-allowed-here', at: 'name', words: `${entry.name} with a path alone may stand only in a <Location>.` }
  return expressionFault(reading, first, 0, `Cannot parse alias expression '${first}': `, 'string')
}

/** `mod_alias.c: add_alias_regex` */
const aliasMatch: Handler = (_, pattern) => {
  const fault = patternFault(pattern, 0)
  return fault && { server: uncompiled, ...fault }
}

const namedStatuses: ReadonlyMap<string, number> = new Map([
  ['permanent', 301],
  ['temp', 302],
  ['seeother', 303],
  ['gone', 410],
])

/** `mod_alias.c: add_redirect_internal` */
const redirect =
  (match: boolean): Handler =>
  (reading, first, second, third): Said => {
    const { section } = reading
    const named = namedStatuses.get(first.toLowerCase())
    const status = named ?? (/^\d/.test(first) ? atoi(first) : undefined)
    if (third !== undefined && status === undefined) return badStatus(reading, first)
    if (section.open && third === undefined && second === undefined) return undefined
    if (section.path && third === undefined) {
      const url = status === undefined ? (second === undefined ? first : undefined) : isRedirect(status) && second !== undefined ? second : undefined
      if (url !== undefined) {
        return expressionFault(reading, url, status === undefined ? 0 : 1, `Cannot parse redirect expression '${url}': `, 'string')
      }
      if (status !== undefined && !isRedirect(status) && second === undefined) return undefined
    }
    // In a section for requests, which may be around, a URL alone is enough behind a status.
    if (section.open && third === undefined && status !== undefined && isRedirect(status)) return undefined
    const [from, to, at] = status === undefined ? [first, second, 1] : [second, third, 2]
    if (match && from !== undefined) {
      const fault = patternFault(from, at - 1)
      if (fault) return { server: uncompiled, ...fault }
    }
    return badTarget(status ?? 302, to, at, match)
  }

function badStatus(reading: Reading, first: string): Refusal {
  const server = 'Redirect: invalid first argument (of three)'
  if (nearestWord(first, namedStatuses.keys())) return { server, ...wordFix(reading, first, [...namedStatuses.keys()], 0) }
  return {
    server,
    at: 0,
    words: `"${first}" is no status: of three words the first is permanent, temp, seeother, gone or a number. A URL or path with spaces needs quotes.`,
  }
}

function badTarget(status: number, url: string | undefined, at: number, match: boolean): Refusal | undefined {
  if (!isRedirect(status)) {
    if (url === undefined) return undefined
    return { server: 'Redirect URL not valid for this status', at, words: `A redirect with status ${status} leads nowhere: it takes no "${url}".` }
  }
  if (url === undefined) return { server: 'URL to redirect to is missing', at: 'name', words: 'The URL to redirect to is missing.' }
  if (match || url.startsWith('/') || isUrl(url)) return undefined
  return { server: 'Redirect to non-URL', at, words: `"${url}" is no URL: write one with its scheme (https://…), or a path that begins with "/".` }
}

/** `ap_is_url` (`server/util.c`) */
const isUrl = (text: string): boolean => /^[a-z0-9+.-]+:/i.test(text)

const redirectTo =
  (status: number): Handler =>
  (reading, first, second) =>
    namedStatuses.has(first.toLowerCase()) || /^\d/.test(first) ? redirect(false)(reading, first, second) : badTarget(status, second, 1, false)

/** `modules/mappers/mod_alias.c` */
export const aliasHandlers: Handlers = {
  alias,
  scriptalias: alias,
  aliasmatch: aliasMatch,
  scriptaliasmatch: aliasMatch,
  redirect: redirect(false),
  redirectmatch: redirect(true),
  redirecttemp: redirectTo(302),
  redirectpermanent: redirectTo(301),
}
