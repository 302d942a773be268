import { type ApacheOverride, apacheDirectives } from '../../../catalog/apache/catalog.ts'
import { evaluateCondition } from '../../../configuration/apache/conditions.ts'
import { type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../../../configuration/placed.ts'
import { aliasesOf } from '../../../site/apache/aliases.ts'
import { depthOf, directoryHolds } from '../../../site/apache/pattern.ts'
import { parseApache } from '../../../syntax/apache/parse.ts'
import { forEachItem, type Items } from '../../../syntax/items.ts'
import { type Directive, nameOf } from '../../../syntax/tree.ts'
import { isAbsolute, isInside, normalize } from '../../../workspace/path.ts'
import type { ConfigurationContext } from '../../rule.ts'
import { pathOf } from './section-path.ts'

/** The classes that `AllowOverride` grants. */
export type OverrideClass = Exclude<ApacheOverride, 'server' | 'access' | 'proxy'>

/** As `AllowOverride` writes them. */
export const classNames: Readonly<Record<OverrideClass, string>> = {
  authconfig: 'AuthConfig',
  fileinfo: 'FileInfo',
  indexes: 'Indexes',
  limit: 'Limit',
  options: 'Options',
}

const everyClass = Object.keys(classNames) as OverrideClass[]

/** A `.htaccess` file in the workspace that lies in a folder which the configuration names. */
export interface HtaccessFile {
  /** Workspace path. */
  readonly path: string
  /** Its folder as deployed. */
  readonly folder: string
  readonly directives: readonly HtaccessDirective[]
}

/** A directive of a `.htaccess` that is surely read when the file is. */
export interface HtaccessDirective {
  readonly node: Directive
  readonly start: number
  /** Of what classes one must be granted; empty where nothing is known of it, or where no class would do. */
  readonly classes: readonly OverrideClass[]
}

/** What governs the `.htaccess` of a folder, the same in all virtual hosts that serve it. */
export interface Governing {
  readonly granted: ReadonlySet<OverrideClass>
  /** The `AllowOverride` that says so. */
  readonly directive: PlacedDirective
  readonly section: PlacedDirective
}

/** The `.htaccess` files of the folders that `DocumentRoot`, `Alias` and `<Directory>` name, where the workspace has them. */
export function htaccessFilesOf({ configuration, paths, snapshot }: ConfigurationContext): HtaccessFile[] {
  const found = new Map<string, HtaccessFile>()
  for (const folder of foldersOf(configuration)) {
    const workspace = paths.toWorkspace(folder)
    const path = workspace === undefined ? undefined : `${workspace}/.htaccess`
    if (path === undefined || found.has(path)) continue
    const content = snapshot.content(path)
    if (content.state !== 'content' || content.value.binary) continue
    found.set(path, { path, folder, directives: directivesOf(content.value.text, configuration) })
  }
  return [...found.values()]
}

/** What governs a folder's `.htaccess`; undefined where that is not known, or differs between the virtual hosts that serve it. */
export function governingOverride(configuration: Configuration, folder: string): Governing | undefined {
  const sections = sectionsHolding(configuration, folder)
  if (sections === undefined) return undefined
  let agreed: Governing | undefined
  for (const host of hostsServing(configuration, folder)) {
    const own = sections.filter((section) => (enclosing(section, 'virtualhost') ?? undefined) === undefined || enclosing(section, 'virtualhost') === host)
    const governing = lastOverride(own)
    if (!governing) return undefined
    if (agreed && (agreed.granted.size !== governing.granted.size || [...agreed.granted].some((each) => !governing.granted.has(each)))) return undefined
    agreed ??= governing
  }
  return agreed
}

function foldersOf(configuration: Configuration): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const directive of directivesNamed(configuration, 'directory', 'documentroot')) {
    if (directive.presence === 'absent') continue
    const [argument] = directive.args
    if (directive.name === 'directory') {
      const path = pathOf(directive)
      if (path !== undefined) folders.add(path)
    } else if (directive.name === 'documentroot' && argument?.known && isAbsolute(argument.value)) folders.add(normalize(argument.value))
  }
  for (const alias of aliasesOf(configuration)) if (alias.targetArgument.known && isAbsolute(alias.target)) folders.add(normalize(alias.target))
  folders.delete('/')
  return folders
}

/** The `<Directory>` sections with an `AllowOverride` that hold for a folder, in the order of merging (`server/request.c: ap_directory_walk`). */
function sectionsHolding(configuration: Configuration, folder: string): PlacedDirective[] | undefined {
  const holding: PlacedDirective[] = []
  for (const section of directivesNamed(configuration, 'directory')) {
    if (section.presence === 'absent' || section.args[0]?.value === '~') continue
    if (!section.children.some((child) => child.name === 'allowoverride' || child.name === 'allowoverridelist')) continue
    const [argument] = section.args
    const holds = argument?.known && directoryHolds(argument.value, `${folder}/file`)
    if (argument?.known && !holds) continue
    if (!holds || section.presence === 'unknown') return undefined
    holding.push(section)
  }
  return holding.sort((a, b) => depthOf(a.args[0]?.value ?? '') - depthOf(b.args[0]?.value ?? '') || order(a) - order(b))
}

/** Those of the main server come before those of virtual hosts. */
const order = (section: PlacedDirective): number => section.order + (enclosing(section, 'virtualhost') ? 1e9 : 0)

function lastOverride(sections: readonly PlacedDirective[]): Governing | undefined {
  let governing: Governing | undefined
  for (const section of sections) {
    for (const directive of section.children) {
      if (directive.name !== 'allowoverride' && directive.name !== 'allowoverridelist') continue
      // Single directives may be granted too: which, is not followed here.
      if (directive.name === 'allowoverridelist' && !/^none$/i.test(directive.args[0]?.value ?? '')) return undefined
      const granted = directive.name === 'allowoverride' ? grantedBy(directive) : undefined
      if (directive.name === 'allowoverride' && (!granted || directive.presence !== 'present')) return undefined
      if (granted) governing = { granted, directive, section }
    }
  }
  return governing
}

/** `server/core.c: set_override`; undefined where a word is not known, and where a directive that is not granted does no harm. */
function grantedBy(directive: PlacedDirective): ReadonlySet<OverrideClass> | undefined {
  const granted = new Set<OverrideClass>()
  for (const argument of directive.args) {
    const [word = '', more] = argument.value.toLowerCase().split('=')
    if (!argument.known || word === 'nonfatal') return undefined
    if (word === 'none') granted.clear()
    else if (word === 'all') for (const each of everyClass) granted.add(each)
    else if (isClass(word) && (more === undefined || word === 'options')) granted.add(word)
    else return undefined
  }
  return granted
}

const isClass = (word: string): word is OverrideClass => Object.hasOwn(classNames, word)

/** The virtual hosts, and the main server (undefined), that have a folder in their documents; all where none is known to. */
function hostsServing(configuration: Configuration, folder: string): (PlacedDirective | undefined)[] {
  const hosts = directivesNamed(configuration, 'virtualhost').filter((each) => each.presence !== 'absent')
  const own = new Map<PlacedDirective | undefined, boolean>()
  const note = (host: PlacedDirective | undefined, path: string): void => {
    own.set(host, (own.get(host) ?? false) || isInside(folder, normalize(path)))
  }
  for (const each of directivesNamed(configuration, 'documentroot')) {
    if (each.presence !== 'absent' && each.args[0]) note(enclosing(each, 'virtualhost'), each.args[0].value)
  }
  for (const alias of aliasesOf(configuration)) if (isInside(folder, normalize(alias.target))) own.set(alias.host, true)
  const main = own.get(undefined) === true
  // A virtual host without a document root has that of the main server.
  const serving = hosts.filter((host) => own.get(host) ?? main)
  if (serving.length === 0 && !main) return [undefined, ...hosts]
  return main ? [undefined, ...serving] : serving
}

function directivesOf(text: string, configuration: Configuration): HtaccessDirective[] {
  const found: HtaccessDirective[] = []
  const known = { modules: configuration.modules ?? new Set<string>(), modulesComplete: false, defines: configuration.defines, version: undefined }
  const look = (items: Items, at: number): void =>
    forEachItem(items, at, (item, start) => {
      if (item.kind !== 'directive') return
      const name = nameOf(item).toLowerCase()
      const inside = start + item.text.length
      const words = item.words.slice(1)
      const isCondition = /^if(module|define|version|file|directive|section)$/.test(name)
      if (words.some((word) => word.holes) || item.text.includes('${')) return
      if (isCondition && item.block) {
        const holds = evaluateCondition(
          name,
          words.map((word) => word.value),
          known,
        )
        if (holds === 'present') look(item.block.items, inside)
        return
      }
      found.push({ node: item, start, classes: classesOf(name, item.block !== undefined) })
      if (item.block?.holds === 'directives') look(item.block.items, inside)
    })
  look(parseApache(text).items, 0)
  return found
}

function classesOf(name: string, section: boolean): OverrideClass[] {
  const entries = apacheDirectives(name).filter((entry) => entry.section === section)
  if (entries.length === 0 || entries.some((entry) => entry.source === 'third-party')) return []
  const classes = new Set(entries.flatMap((entry) => entry.overrides))
  return everyClass.filter((each) => classes.has(each))
}
