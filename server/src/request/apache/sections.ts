import type { PlacedDirective } from '../../configuration/placed.ts'
import { joinPath, toBytes } from './bytes.ts'
import { isMatchExpression } from './fnmatch.ts'
import { compilePattern, type Pattern } from './pattern.ts'

/** A section that directives of a folder can stand in, with all that was said in it: Apache's per-directory configuration before it is merged. */
export interface Section {
  readonly kind: 'server' | 'directory' | 'location' | 'files' | 'if' | 'proxy' | 'htaccess'
  /** The section's own directive; undefined for a server's outermost lines and for a `.htaccess`. */
  readonly at: PlacedDirective | undefined
  /** What the section names, as modules get it (`cmd->path`); undefined for a server's outermost lines. */
  readonly path: string | undefined
  /** `<DirectoryMatch>`, `<Directory ~>` and their like. */
  readonly pattern: Pattern | undefined
  readonly isWild: boolean
  /** Of a folder: its slashes, none for the root; sections are sorted by it. */
  readonly depth: number
  /** Its directives in order, with those within `<Limit>` and `<LimitExcept>`. */
  readonly entries: readonly Entry[]
  /** By name in lower case. */
  readonly named: ReadonlyMap<string, readonly Entry[]>
  /** `<Files>` within. */
  readonly files: readonly Section[]
  /** `<If>`, `<ElseIf>`, `<Else>` within. */
  readonly ifs: readonly Section[]
  readonly branch: 'if' | 'elseif' | 'else' | undefined
}

/** A directive, and the methods that it is limited to. */
export interface Entry {
  readonly directive: PlacedDirective
  readonly methods: MethodLimit | undefined
  /** The section's path, for what remembers it. */
  readonly path: string | undefined
}

/** Methods in capital letters; `except`: all but these. */
export interface MethodLimit {
  readonly names: ReadonlySet<string>
  readonly except: boolean
}

/** Whether a limit holds for a method; `HEAD` is `GET`. */
export function limitHolds(limit: MethodLimit | undefined, method: string): boolean {
  if (!limit) return true
  return limit.names.has(method === 'HEAD' ? 'GET' : method) !== limit.except
}

const nested: ReadonlySet<string> = new Set(['files', 'filesmatch'])
const conditionals: ReadonlySet<string> = new Set(['if', 'elseif', 'else'])
/** Sections of the whole server, which are no part of what is around them. */
const apart: ReadonlySet<string> = new Set(['directory', 'directorymatch', 'location', 'locationmatch', 'virtualhost', 'proxy', 'proxymatch'])

/** Whether the conditions around a directive hold. */
export type IsThere = (directive: PlacedDirective) => boolean

/** Reads a section from its directive. */
export function sectionOf(directive: PlacedDirective, isThere: IsThere): Section {
  const known = sections.get(directive)
  if (known) return known
  const made = makeSection(directive, isThere)
  sections.set(directive, made)
  return made
}

/** A directive is the same section in every request. */
const sections = new WeakMap<PlacedDirective, Section>()

function makeSection(directive: PlacedDirective, isThere: IsThere): Section {
  const words = directive.args.map((argument) => toBytes(argument.value))
  const isRegex = directive.name.endsWith('match') || words[0] === '~'
  const written = (words[0] === '~' ? words[1] : words[0]) ?? ''
  const kind = kindOf(directive.name)
  const path = kind === 'if' ? '*If' : kind === 'directory' && !isRegex ? folderPath(written) : written
  return {
    kind,
    at: directive,
    path,
    pattern: isRegex ? compilePattern(written) : undefined,
    isWild: !isRegex && (kind === 'proxy' ? isMatchExpression(written) : isWild(path)),
    depth: path === '/' ? 0 : countSlashes(path),
    ...contentOf(directive.children, path, isThere),
    branch: kind === 'if' ? (directive.name as 'if' | 'elseif' | 'else') : undefined,
  }
}

/** The outermost lines of a server, or a `.htaccess` of a folder (`path` with its slash at the end). */
export const outerSection = (kind: 'server' | 'htaccess', directives: readonly PlacedDirective[], path: string | undefined, isThere: IsThere): Section => ({
  kind,
  at: undefined,
  path,
  pattern: undefined,
  isWild: false,
  depth: 0,
  ...contentOf(directives, path, isThere),
  branch: undefined,
})

function contentOf(directives: readonly PlacedDirective[], path: string | undefined, isThere: IsThere): Pick<Section, 'entries' | 'named' | 'files' | 'ifs'> {
  const entries: Entry[] = []
  const files: Section[] = []
  const ifs: Section[] = []
  const add = (list: readonly PlacedDirective[], methods: MethodLimit | undefined): void => {
    for (const directive of list) {
      if (!isThere(directive)) continue
      if (nested.has(directive.name)) files.push(sectionOf(directive, isThere))
      else if (conditionals.has(directive.name)) ifs.push(sectionOf(directive, isThere))
      else if (directive.name === 'limit' || directive.name === 'limitexcept') add(directive.children, limitOf(directive))
      else if (!apart.has(directive.name)) entries.push({ directive, methods, path })
    }
  }
  add(directives, undefined)
  const named = new Map<string, Entry[]>()
  for (const entry of entries) {
    const list = named.get(entry.directive.name)
    if (list) list.push(entry)
    else named.set(entry.directive.name, [entry])
  }
  return { entries, named, files, ifs }
}

const limitOf = (directive: PlacedDirective): MethodLimit => {
  const names = new Set(directive.args.map((argument) => argument.value))
  // GET stands for HEAD too.
  if (names.has('HEAD')) names.add('GET')
  return { names, except: directive.name === 'limitexcept' }
}

function kindOf(name: string): Section['kind'] {
  if (name.startsWith('directory')) return 'directory'
  if (name.startsWith('location')) return 'location'
  if (name.startsWith('proxy')) return 'proxy'
  return nested.has(name) ? 'files' : 'if'
}

const isWild = (path: string): boolean => /[*?]/.test(path) || /\[[^\]]*\]/.test(path)

const countSlashes = (path: string): number => path.split('/').length - 1

/** A folder's path as `<Directory>` keeps it: canonical, with a slash at the end. */
function folderPath(written: string): string {
  if (written === '/') return written
  const merged = mergePath('', written)
  return merged.endsWith('/') ? merged : `${merged}/`
}

/** APR's `apr_filepath_merge` for paths of Unix: joins and takes out `.`, `..` and doubled slashes; a slash at the end stays. */
export function mergePath(base: string, path: string): string {
  const joined = path.startsWith('/') || base === '' ? path : joinPath(base, path)
  const absolute = joined.startsWith('/')
  const segments: string[] = []
  let endsInFolder = false
  for (const segment of joined.split('/')) {
    endsInFolder = segment === '' || segment === '.' || segment === '..'
    if (segment === '' || segment === '.') continue
    if (segment === '..' && (segments.length > 0 || absolute)) segments.pop()
    else segments.push(segment)
  }
  const text = segments.join('/')
  return `${absolute ? '/' : ''}${text}${endsInFolder && text !== '' ? '/' : ''}`
}
