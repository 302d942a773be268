import type { PlacedDirective } from '../../configuration/placed.ts'
import type { Ledger } from '../ledger.ts'
import type { Namer } from './headers.ts'
import { type FilesSection, known, type Scope, word, words } from './host.ts'
import { fileNamePattern } from './patterns.ts'
import { block, type Line, quoted, simple } from './text.ts'

const allOf = (scopes: readonly Scope[]): readonly PlacedDirective[] => scopes.flatMap(({ directives }) => directives)

const namedOf = (scopes: readonly Scope[], name: string): readonly PlacedDirective[] => allOf(scopes).filter((each) => each.name === name)

/** `DirectoryIndex`; nginx's own default is Apache's. */
export function indexLines(scopes: readonly Scope[], ledger: Ledger): readonly Line[] {
  const all = namedOf(scopes, 'directoryindex')
  ledger.done(...all)
  // Those of one place are added up (`mod_dir.c: add_index`).
  const scope = scopes.findLast(({ directives }) => directives.some((each) => each.name === 'directoryindex'))
  const names = scope?.directives.filter((each) => each.name === 'directoryindex').flatMap(words) ?? []
  const last = all.at(-1)
  if (names.length === 0 || !last || !all.every(known)) return []
  if (names.length === 1 && /^disabled$/i.test(names[0] ?? '')) {
    ledger.left(last, 'nginx looks for index.html where no index is said.')
    return []
  }
  const files = names.filter((name) => !/^disabled$/i.test(name))
  // A path that begins with a slash may only be the last.
  const rest = files.findIndex((name) => name.startsWith('/'))
  return [simple('index', ...(rest < 0 ? files : files.slice(0, rest + 1)))]
}

/** The options in effect: what is said with signs is added to what holds, else it takes its place (`core.c: merge_core_dir_configs`). */
function optionsOf(scopes: readonly Scope[]): ReadonlySet<string> {
  let options = new Set(['followsymlinks'])
  for (const { directives } of scopes) {
    for (const each of directives.filter(({ name }) => name === 'options')) {
      const values = words(each).map((value) => value.toLowerCase())
      if (values.some((value) => !/^[+-]/.test(value))) options = new Set()
      for (const value of values) {
        const name = value.replace(/^[+-]/, '')
        const named = name === 'all' ? ['indexes', 'includes', 'followsymlinks', 'execcgi'] : name === 'none' ? [] : [name]
        for (const one of named) value.startsWith('-') ? options.delete(one) : options.add(one)
      }
    }
  }
  return options
}

const without: Readonly<Record<string, string>> = {
  multiviews: 'nginx chooses no file by the client’s languages or by a name without its suffix.',
  execcgi: 'nginx runs no programs: a FastCGI wrapper has to.',
  includes: 'Say ssi on where server-side includes are used: nginx knows fewer of them.',
  includesnoexec: 'Say ssi on where server-side includes are used: nginx knows fewer of them.',
}

/** `Options`: listings and links. */
export function optionLines(scopes: readonly Scope[], ledger: Ledger): readonly Line[] {
  const all = namedOf(scopes, 'options')
  const options = optionsOf(scopes)
  for (const each of all) {
    const strange = words(each).find(
      (value) => !value.startsWith('-') && without[value.replace(/^\+/, '').toLowerCase()] !== undefined && options.has(value.replace(/^\+/, '').toLowerCase()),
    )
    if (strange !== undefined) ledger.left(each, `${strange.replace(/^\+/, '')}: ${without[strange.replace(/^\+/, '').toLowerCase()]}`)
    else ledger.done(each)
  }
  const lines: Line[] = []
  if (options.has('indexes')) {
    lines.push(simple('autoindex', 'on'))
    const last = all.findLast((each) => /indexes/i.test(each.argumentText))
    if (last) ledger.differs(last, 'The listing of a folder looks another way.')
  }
  if (options.has('symlinksifownermatch') && !options.has('followsymlinks')) lines.push(simple('disable_symlinks', 'if_not_owner', 'from=$document_root'))
  else if (!options.has('followsymlinks')) lines.push(simple('disable_symlinks', 'on', 'from=$document_root'))
  return lines
}

/** `ErrorDocument`, with named locations for texts. */
export function errorLines(scopes: readonly Scope[], ledger: Ledger): { readonly lines: readonly Line[]; readonly locations: readonly Line[] } {
  const pages = new Map<string, PlacedDirective>()
  for (const each of namedOf(scopes, 'errordocument')) {
    ledger.done(each)
    pages.set(word(each, 0), each)
  }
  const lines: Line[] = []
  const locations: Line[] = []
  const groups = new Map<string, string[]>()
  for (const [code, directive] of pages) {
    const target = word(directive, 1)
    if (/^default$/i.test(target)) continue
    if (!known(directive) || target.includes('$') || target.includes('%{') || !/^[3-5]\d\d$/.test(code) || code === '499')
      ledger.left(directive, 'nginx cannot fill in such a page.')
    else if (target.startsWith('/')) {
      if (/\.(?:php|py|cgi|pl)\b/.test(target))
        ledger.differs(
          directive,
          'The program of an error page can change the status in Apache; in nginx the status stays, except with error_page CODE = PATH.',
        )
      groups.set(target, [...(groups.get(target) ?? []), code])
    } else if (/^https?:\/\//i.test(target)) lines.push(simple('error_page', code, '=302', target))
    else {
      lines.push(simple('error_page', code, `@error${code}`))
      locations.push(block(['location', `@error${code}`], [simple('default_type', 'text/html'), simple('return', code, target.replace(/^"/, ''))]))
    }
  }
  return { lines: [...[...groups].map(([target, codes]) => simple('error_page', ...codes, target)), ...lines], locations }
}

/** Apache's own limit of a request's body (1 GB since 2.4.53), where none is said: nginx's would be 1 MB. */
export function bodyLines(scopes: readonly Scope[], ledger: Ledger): readonly Line[] {
  const all = namedOf(scopes, 'limitrequestbody')
  ledger.done(...all)
  const last = all.at(-1)
  const size = last && /^\d+$/.test(word(last, 0)) ? Number(word(last, 0)) : undefined
  return [simple('client_max_body_size', size === undefined ? '1g' : size % (1 << 20) === 0 && size > 0 ? `${size >> 20}m` : String(size))]
}

/** `AddDefaultCharset` holds for plain text and HTML. */
export function charsetLines(scopes: readonly Scope[], ledger: Ledger): readonly Line[] {
  const all = namedOf(scopes, 'adddefaultcharset')
  ledger.done(...all)
  const last = all.at(-1)
  if (!last || !known(last) || /^off$/i.test(word(last, 0))) return []
  const charset = /^on$/i.test(word(last, 0)) ? 'iso-8859-1' : word(last, 0)
  return [simple('charset', charset), simple('charset_types', 'text/plain')]
}

const units: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800, month: 2_592_000, year: 31_536_000 }

/** `access plus 1 month 2 days`, `A3600` in seconds (`mod_expires.c: check_code`); undefined for what counts from a file's age. */
function secondsOf(text: string): number | undefined {
  const short = /^A(\d+)$/.exec(text)?.[1]
  if (short !== undefined) return Number(short)
  const [base = '', ...rest] = text.trim().split(/\s+/)
  if (!/^(?:access|now)$/i.test(base)) return undefined
  const parts = /^plus$/i.test(rest[0] ?? '') ? rest.slice(1) : rest
  let total = 0
  for (let i = 0; i < parts.length; i += 2) {
    const unit = units[(parts[i + 1] ?? '').toLowerCase().replace(/s$/, '')]
    if (unit === undefined || !/^\d+$/.test(parts[i] ?? '')) return undefined
    total += Number(parts[i]) * unit
  }
  return total
}

/** `ExpiresActive`, `ExpiresDefault` and `ExpiresByType`; of one type in a map of types. */
export function expiresLines(
  scopes: readonly Scope[],
  files: readonly FilesSection[],
  nameFor: Namer,
  ledger: Ledger,
): { readonly lines: readonly Line[]; readonly maps: readonly Line[] } {
  const none = { lines: [], maps: [] }
  const active = namedOf(scopes, 'expiresactive')
  const inFiles = files.flatMap(({ section, pattern }) =>
    section.children.filter((each) => each.name.startsWith('expires')).map((directive) => ({ directive, pattern })),
  )
  const isOn = (each: PlacedDirective | undefined): boolean => each !== undefined && /^on$/i.test(word(each, 0))
  ledger.done(...active, ...inFiles.filter(({ directive }) => directive.name === 'expiresactive').map(({ directive }) => directive))
  const byType = new Map<string, number>()
  let fallback: number | undefined
  for (const each of allOf(scopes)) {
    if (each.name !== 'expiresdefault' && each.name !== 'expiresbytype') continue
    const text = each.name === 'expiresdefault' ? words(each).join(' ') : words(each).slice(1).join(' ')
    const seconds = secondsOf(text)
    if (seconds === undefined || !known(each)) ledger.left(each, 'It counts from the file’s age: nginx says that by "expires modified", for all types alike.')
    else {
      ledger.done(each)
      if (each.name === 'expiresdefault') fallback = seconds
      else byType.set(word(each, 0).toLowerCase(), seconds)
    }
  }
  const byName = inFiles.flatMap(({ directive, pattern }) => {
    if (directive.name === 'expiresactive') return []
    const seconds = directive.name === 'expiresdefault' ? secondsOf(words(directive).join(' ')) : undefined
    const path = fileNamePattern(pattern)
    if (seconds === undefined || path === undefined) {
      ledger.left(directive, 'Say it with expires in a location for these files.')
      return []
    }
    ledger.done(directive)
    return [{ path, seconds }]
  })
  if (!isOn(active.at(-1)) && !inFiles.some(({ directive }) => directive.name === 'expiresactive' && isOn(directive))) return none
  const value = (seconds: number): string =>
    seconds % 86_400 === 0 && seconds > 0 ? `${seconds / 86_400}d` : seconds % 3600 === 0 && seconds > 0 ? `${seconds / 3600}h` : `${seconds}s`
  const general = isOn(active.at(-1)) ? fallback : undefined
  if (byType.size === 0 && byName.length === 0) return general === undefined ? none : { lines: [simple('expires', value(general))], maps: [] }
  const maps: Line[] = []
  let rest = general === undefined ? 'off' : value(general)
  if (byType.size > 0 && isOn(active.at(-1))) {
    const name = nameFor('expires_by_type')
    const rows = [...byType].map(
      ([type, seconds]): Line => ({
        words: [quoted(`~*^${type.replace(/[.+]/g, '\\$&').replace('/*', '/')}${type.endsWith('/*') ? '' : '(?:;|$)'}`), value(seconds)],
      }),
    )
    maps.push(block(['map', '$sent_http_content_type', `$${name}`], [{ words: ['default', rest] }, ...rows]))
    rest = `$${name}`
  }
  if (byName.length > 0) {
    const name = nameFor('expires_by_name')
    maps.push(
      block(
        ['map', '$uri', `$${name}`],
        [{ words: ['default', rest] }, ...byName.reverse().map(({ path, seconds }): Line => ({ words: [quoted(`~${path}`), value(seconds)] }))],
      ),
    )
    rest = `$${name}`
  }
  return { lines: [simple('expires', rest)], maps }
}

/** `mod_deflate`: what it packs; nginx packs text/html always. */
export function gzipLines(scopes: readonly Scope[], ledger: Ledger): readonly Line[] {
  const types = new Set<string>()
  let all = false
  for (const each of allOf(scopes)) {
    if (each.name === 'addoutputfilterbytype' && /^deflate$/i.test(word(each, 0))) {
      for (const type of words(each).slice(1)) types.add(type.toLowerCase())
      ledger.done(each)
    } else if (each.name === 'setoutputfilter' && /^deflate$/i.test(word(each, 0))) {
      all = true
      ledger.done(each)
    } else if (
      each.name === 'deflatecompressionlevel' ||
      each.name === 'deflatebuffersize' ||
      each.name === 'deflatememlevel' ||
      each.name === 'deflatewindowsize'
    )
      ledger.done(each)
  }
  if (types.size === 0 && !all) return []
  const level = namedOf(scopes, 'deflatecompressionlevel').at(-1)
  types.delete('text/html')
  return [
    simple('gzip', 'on'),
    simple('gzip_proxied', 'any'),
    simple('gzip_vary', 'on'),
    ...(level && /^[1-9]$/.test(word(level, 0)) ? [simple('gzip_comp_level', word(level, 0))] : []),
    ...(all ? [simple('gzip_types', '*')] : types.size > 0 ? [simple('gzip_types', ...types)] : []),
  ]
}

/** `AddType`, `ForceType`: files by their suffix get a type of their own, in locations within (nginx's `types` takes the place of all that hold outside). */
export function typeLocations(scopes: readonly Scope[], ledger: Ledger): readonly { readonly pattern: string; readonly line: Line }[] {
  const found: { pattern: string; line: Line }[] = []
  for (const each of namedOf(scopes, 'addtype')) {
    const [type = '', ...suffixes] = words(each)
    if (/^application\/x-httpd-/i.test(type)) continue
    const names = suffixes.map((suffix) => suffix.replace(/^\./, '').replace(/[.+*?^${}()|[\]\\]/g, '\\$&'))
    if (!known(each) || names.length === 0 || type.includes('$')) {
      ledger.left(each, 'Say it with types.')
      continue
    }
    ledger.done(each)
    found.push({ pattern: `\\.${names.length === 1 ? names[0] : `(?:${names.join('|')})`}$`, line: simple('default_type', type) })
  }
  return found
}
