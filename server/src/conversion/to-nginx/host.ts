import { type Configuration, directivesNamed, type PlacedDirective } from '../../configuration/placed.ts'
import { isRead } from '../../rules/apache/config-test/conditions.ts'
import { depthOf, directoryHolds, locationHolds } from '../../site/apache/pattern.ts'
import { basename, dirname, isInside, normalize } from '../../workspace/path.ts'

/** A virtual host, or the main server where it has none of its own, as it is read for the conversion. */
export interface Host {
  readonly configuration: Configuration
  /** Undefined for the main server, and for a piece that stands in a virtual host. */
  readonly section: PlacedDirective | undefined
  /** Its own directives, sections among them. */
  readonly own: readonly PlacedDirective[]
  /** Those of the main server, which it inherits. */
  readonly main: readonly PlacedDirective[]
  /** The `.htaccess` of a deployed folder. */
  htaccess(folder: string): Configuration | undefined
  /** The folders of the site that have one which is read. */
  foldersWithHtaccess(): readonly string[]
  /** It is this very `.htaccess` that is carried over: that it is read is taken for granted. */
  readonly isHtaccess: boolean
}

/** What is said in one place that holds for a part of the site, with Apache's order of merging. */
export interface Scope {
  readonly kind: 'server' | 'directory' | 'htaccess' | 'files' | 'location' | 'proxy'
  readonly section: PlacedDirective | undefined
  readonly directives: readonly PlacedDirective[]
  /** `<Files>` and `<FilesMatch>` within. */
  readonly files: readonly PlacedDirective[]
  /** Of a folder: where it is. */
  readonly folder?: string
}

/** Sections that hold elsewhere than where they stand. */
const sections: ReadonlySet<string> = new Set([
  'directory',
  'directorymatch',
  'location',
  'locationmatch',
  'files',
  'filesmatch',
  'virtualhost',
  'proxy',
  'proxymatch',
  'if',
  'elseif',
  'else',
])

export const isSection = (directive: PlacedDirective): boolean => sections.has(directive.name) && directive.node.block !== undefined

/** Whether Apache is taken to read it: what is asked for by `-D` and the like is not known. */
export const isThere = (directive: PlacedDirective): boolean => isRead(directive)

export const known = (directive: PlacedDirective): boolean => directive.args.every((argument) => argument.known)

export const word = (directive: PlacedDirective, index: number): string => directive.args[index]?.value ?? ''

export const words = (directive: PlacedDirective): readonly string[] => directive.args.map(({ value }) => value)

const plainOf = (directives: readonly PlacedDirective[]): readonly PlacedDirective[] => directives.filter((each) => !isSection(each) && isThere(each))

const namedIn = (directives: readonly PlacedDirective[], ...names: readonly string[]): readonly PlacedDirective[] =>
  directives.filter((each) => names.includes(each.name) && isThere(each))

/** The last directive of a name that the host itself or the main server has: what is said for a whole server. */
export const serverSetting = (host: Host, ...names: readonly string[]): PlacedDirective | undefined =>
  namedIn(host.own, ...names).at(-1) ?? namedIn(host.main, ...names).at(-1)

/** All of some names, the host's own first. */
export const serverSettings = (host: Host, ...names: readonly string[]): readonly PlacedDirective[] => [
  ...namedIn(host.own, ...names),
  ...namedIn(host.main, ...names),
]

/** A part of the site that scopes are asked for. */
export interface Part {
  /** A URL's path within it. */
  readonly url: string
  /** The folder or file that it is mapped to; undefined where it is passed on. */
  readonly file: string | undefined
  readonly isProxied: boolean
}

/** What holds for a part of the site, in the order in which Apache merges it (`server/request.c`: directory, file and location walk). */
export function scopesFor(host: Host, part: Part): readonly Scope[] {
  const scopes: Scope[] = [scopeOf('server', undefined, host.main), scopeOf('server', host.section, host.own)]
  if (part.file !== undefined) scopes.push(...folderScopes(host, part.file))
  if (part.isProxied) {
    for (const section of [...namedIn(host.main, 'proxy'), ...namedIn(host.own, 'proxy')])
      if (/^(?:\*|https?:\/\/\*)$/.test(word(section, 0))) scopes.push(scopeOf('proxy', section, section.children))
  }
  for (const section of locationsOf(host)) {
    if (locationHolds(word(section, 0), part.url)) scopes.push(scopeOf('location', section, section.children))
  }
  return scopes
}

const scopeOf = (kind: Scope['kind'], section: PlacedDirective | undefined, inside: readonly PlacedDirective[]): Scope => ({
  kind,
  section,
  directives: plainOf(inside),
  files: namedIn(inside, 'files', 'filesmatch'),
})

/** `<Location>` sections of paths without wildcards. */
export const locationsOf = (host: Host): readonly PlacedDirective[] =>
  [...namedIn(host.main, 'location'), ...namedIn(host.own, 'location')].filter((each) => known(each) && each.args.length === 1 && !/[*?[]/.test(word(each, 0)))

/** `<Directory>` sections of paths without wildcards, the main server's first, short ones before long ones. */
export function foldersOf(host: Host): readonly PlacedDirective[] {
  return [...namedIn(host.main, 'directory'), ...namedIn(host.own, 'directory')]
    .filter((each) => known(each) && each.args.length === 1)
    .sort((a, b) => depthOf(word(a, 0)) - depthOf(word(b, 0)))
}

function folderScopes(host: Host, file: string): Scope[] {
  const path = normalize(file)
  const scopes: Scope[] = []
  const holding = foldersOf(host).filter((each) => directoryHolds(word(each, 0), `${path}/file`))
  for (const section of holding) scopes.push({ ...scopeOf('directory', section, section.children), folder: normalize(word(section, 0)) })
  const folders: string[] = []
  for (let at = path; ; at = dirname(at)) {
    folders.unshift(at)
    if (at === '/' || at === '.') break
  }
  const found = folders.flatMap((folder): Scope[] => {
    const read = allowsOverride(host, folder) ? host.htaccess(folder) : undefined
    return read ? [{ ...scopeOf('htaccess', undefined, read.top), folder }] : []
  })
  // A `.htaccess` is merged behind the sections of its folder, before those of deeper ones.
  for (const scope of found) {
    const at = scopes.findIndex((each) => each.folder !== undefined && each.folder !== scope.folder && isInside(each.folder, scope.folder ?? '/'))
    if (at < 0) scopes.push(scope)
    else scopes.splice(at, 0, scope)
  }
  return scopes
}

/** Whether the `.htaccess` of a folder is read: Apache 2.4 reads none where nothing is said. */
export function allowsOverride(host: Host, folder: string): boolean {
  if (host.isHtaccess) return true
  let allowed = false
  for (const section of foldersOf(host)) {
    if (!directoryHolds(word(section, 0), `${normalize(folder)}/file`)) continue
    for (const each of namedIn(section.children, 'allowoverride')) allowed = !words(each).every((value) => /^none$/i.test(value))
  }
  return allowed
}

/** A `<Files>` or `<FilesMatch>` section that holds somewhere in a part of the site. */
export interface FilesSection {
  readonly section: PlacedDirective
  /** The pattern of the file's name: without anchors where it has none. */
  readonly pattern: string
}

/** The `<Files>` sections of some scopes, in the order of merging. */
export function filesOf(scopes: readonly Scope[]): readonly FilesSection[] {
  const found = scopes.flatMap(({ files }) => files).filter(known)
  return found.flatMap((section): FilesSection[] => {
    const isRegex = section.name === 'filesmatch' || word(section, 0) === '~'
    const written = word(section, 0) === '~' ? word(section, 1) : word(section, 0)
    const pattern = isRegex ? written : globPattern(written)
    return [{ section, pattern }]
  })
}

/** A name with wildcards as a pattern (`fnmatch` without FNM_PATHNAME: names hold no slash). */
const globPattern = (glob: string): string =>
  `^${glob
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')}$`

/** Whether a file's name fits a section, where its pattern can be read here. */
export function fitsName({ pattern }: FilesSection, file: string): boolean {
  try {
    return new RegExp(pattern).test(basename(file))
  } catch {
    return false
  }
}

/** All directives in a host's sections and in its `.htaccess` files: what must be spoken for. */
export function everythingIn(directives: readonly PlacedDirective[]): PlacedDirective[] {
  return directives.flatMap((each) => [each, ...everythingIn(each.children)])
}

export const virtualHostSections = (configuration: Configuration): readonly PlacedDirective[] =>
  directivesNamed(configuration, 'virtualhost').filter((each) => each.presence !== 'absent' && each.parent === undefined && each.node.block !== undefined)
