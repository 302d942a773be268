import { type Argument, type Configuration, directivesNamed, enclosing, isOpened, type PlacedDirective } from '../../../configuration/placed.ts'
import { type Access, accessOf } from '../../../site/apache/access.ts'
import { oldAccessOf } from '../../../site/apache/access-compat.ts'
import { aliasesOf } from '../../../site/apache/aliases.ts'
import { authorizationOf } from '../../../site/apache/authorization.ts'
import { fileFits } from '../../../site/apache/pattern.ts'
import { derived } from '../../../workspace/derived.ts'
import { basename, dirname, isAbsolute, isInside, normalize } from '../../../workspace/path.ts'
import type { Snapshot } from '../../../workspace/snapshot.ts'
import type { ConfigurationContext } from '../../rule.ts'
import { governingOverride } from './htaccess.ts'
import { pathOf } from './section-path.ts'

export { pathOf }

/** A deployed file or folder that a directive serves. */
export interface Target {
  readonly directive: PlacedDirective
  readonly argument: Argument
  /** Absolute and normalized. */
  readonly path: string
  readonly url: string
  /** `script`: one file; `folder`: what lies in it; `file or folder`: cannot be told from the path. */
  readonly kind: 'script' | 'folder' | 'file or folder'
  readonly host: PlacedDirective | undefined
}

/** What the `WSGIScriptAlias`, `Alias` and `ScriptAlias` directives of a configuration serve. */
export const targetsOf = derived((configuration: Configuration): readonly Target[] => {
  const targets: Target[] = []
  for (const directive of directivesNamed(configuration, 'wsgiscriptalias')) {
    if (directive.presence === 'absent') continue
    const [url, target] = directive.args
    if (!url?.known || !target?.known || !isAbsolute(target.value)) continue
    const path = normalize(target.value)
    const kind = target.value.endsWith('/') ? 'folder' : /\.\w+$/.test(path) ? 'script' : 'file or folder'
    targets.push({ directive, argument: target, path, url: url.value, kind, host: enclosing(directive, 'virtualhost') })
  }
  for (const directive of directivesNamed(configuration, 'aliasmatch')) {
    const [pattern, target] = directive.args
    // `^/static/(.*)$` and `/srv/static/$1`: a folder, as with Alias.
    const url = pattern?.known ? /^\^(\/[\w/-]*\/)\(\.[*+]\)\$?$/.exec(pattern.value)?.[1] : undefined
    const path = target?.known ? /^(\/[^$]+)\/\$1$/.exec(target.value)?.[1] : undefined
    if (directive.presence === 'absent' || !target || url === undefined || path === undefined) continue
    targets.push({ directive, argument: target, path: normalize(path), url, kind: 'folder', host: enclosing(directive, 'virtualhost') })
  }
  for (const alias of aliasesOf(configuration)) {
    if (!alias.targetArgument.known || !isAbsolute(alias.target)) continue
    const path = normalize(alias.target)
    const kind = alias.target.endsWith('/') || alias.url.endsWith('/') || !/\.\w+$/.test(path) ? 'folder' : 'file or folder'
    targets.push({ directive: alias.directive, argument: alias.targetArgument, path, url: alias.url, kind, host: alias.host })
  }
  return targets.sort((a, b) => a.directive.order - b.directive.order)
})

/** The folder for which a grant is to be written. */
export const folderOfTarget = (target: Target): string => (target.kind === 'script' ? dirname(target.path) : target.path)

/**
 * Whether anyone may have what a directive serves, by what was read (see `hasUnreadGrants`); undefined where that
 * is not known: a grant may hold for some files or virtual hosts only, or stand in a `.htaccess`.
 */
export function accessOfTarget(target: Target, context: ConfigurationContext): Access | undefined {
  const known = accesses.get(target)
  if (known?.snapshot === context.snapshot) return known.access
  const access = findAccess(target, context)
  accesses.set(target, { snapshot: context.snapshot, access })
  return access
}

/** Several rules ask for the same. */
const accesses = new WeakMap<Target, { readonly snapshot: Snapshot; readonly access: Access | undefined }>()

function findAccess(target: Target, context: ConfigurationContext): Access | undefined {
  const { configuration, paths, snapshot } = context
  const hosts = target.host ? [target.host] : [undefined, ...directivesNamed(configuration, 'virtualhost').filter((each) => each.presence !== 'absent')]
  // Sections for some names only would give different answers.
  const names = factsOf(configuration).tellsNames ? ['file', 'a.css', 'b.js', 'sub/c.png'] : ['file']
  const inside = names.map((name) => `${target.path}/${name}`)
  const files = target.kind === 'script' ? [target.path] : target.kind === 'folder' ? inside : [target.path, ...inside]
  const rest = target.kind === 'script' || target.url.endsWith('/') ? '' : '/'
  const answers = hosts.flatMap((host) => files.map((path) => accessOf(configuration, { path, url: `${target.url}${rest}`, host })))
  const [first] = answers
  if (!first || answers.some((each) => each.answer !== first.answer || each.nothingDecides !== first.nothingDecides)) return undefined
  if (first.answer !== 'granted') {
    if (target.kind !== 'script' && grantsSomeOf(target.path, configuration)) return undefined
    for (let folder = folderOfTarget(target); folder !== '/' && folder !== '.'; folder = dirname(folder)) {
      const own = paths.toWorkspace(folder)
      const hasFile = own !== undefined && snapshot.stat(`${own}/.htaccess`).state === 'content'
      // Where AllowOverride says None, Apache does not look at it.
      if (hasFile && governingOverride(configuration, folder)?.granted.size !== 0) return undefined
    }
  }
  return first
}

/** Whether a section for single files, or for a folder inside, grants a part: what it leaves out may be meant. */
function grantsSomeOf(folder: string, configuration: Configuration): boolean {
  return factsOf(configuration).granting.some((section) => {
    if (section.name === 'files' || section.name === 'filesmatch') {
      const around = enclosing(section, 'directory')
      return !around || isInside(folder, pathOf(around) ?? '/') || isInside(pathOf(around) ?? '/', folder)
    }
    return section.name === 'directory' && isInside(pathOf(section) ?? '/', folder) && pathOf(section) !== folder
  })
}

/** Whether a file that was included but is not here may hold grants; files that load modules hold none. */
export const hasUnreadGrants = (configuration: Configuration): boolean => factsOf(configuration).unreadGrants

/** The sections that say who may come in the words of Apache 2.2. */
export const sectionsWithOldAccess = (configuration: Configuration): readonly PlacedDirective[] => factsOf(configuration).oldAccess

interface Facts {
  readonly granting: readonly PlacedDirective[]
  readonly unreadGrants: boolean
  readonly oldAccess: readonly PlacedDirective[]
  /** A section may hold for some names in a folder and not for others. */
  readonly tellsNames: boolean
}

/** Found once: a configuration may have thousands of targets. */
const factsOf = derived((configuration: Configuration): Facts => {
  const sections = directivesNamed(configuration, 'directory', 'files', 'filesmatch').filter((each) => each.presence !== 'absent')
  return {
    granting: sections.filter(grants),
    unreadGrants: findUnreadGrants(configuration),
    oldAccess: sections.filter(hasOldAccess),
    tellsNames: tellsNames(configuration),
  }
})

const tellsNames = (configuration: Configuration): boolean =>
  directivesNamed(configuration, 'directory', 'directorymatch', 'files', 'filesmatch', 'location', 'locationmatch', 'if').some(
    (each) => (each.name !== 'directory' && each.name !== 'location') || each.args.some(({ value }) => value === '~' || /[*?[]/.test(value)),
  )

function findUnreadGrants(configuration: Configuration): boolean {
  const including = directivesNamed(configuration, 'include', 'includeoptional', 'use')
  if (including.length === 0) return false
  const faulty = new Set(configuration.includeFaults.filter((each) => each.kind === 'missing' || each.kind === 'no-match').map((each) => each.directive))
  return including.some(
    (each) =>
      each.presence !== 'absent' &&
      !isOpened(each, configuration) &&
      !faulty.has(each) &&
      !/(?:^|\/)(?:mods-(?:enabled|available)|conf\.modules\.d)\/|\.load$/.test(each.args[0]?.value ?? ''),
  )
}

/** Whether a section grants by a `Require` of its own. */
export const grants = (section: PlacedDirective): boolean => authorizationOf(section)?.verdict === 'granted'

/** Whether a section, or a `<Files>` in it, grants what a target serves, were it written for its folder. */
export const grantsFor = (section: PlacedDirective, target: Target): boolean =>
  grants(section) ||
  (target.kind === 'script' &&
    section.children.some((each) => each.name === 'files' && grants(each) && fileFits(each.args[0]?.value ?? '', basename(target.path))))

/** Whether a section, or a `<Files>` in it, says who may come in the words of Apache 2.2. */
export const hasOldAccess = (section: PlacedDirective): boolean =>
  oldAccessOf(section) !== undefined ||
  section.children.some((each) => (each.name === 'files' || each.name === 'filesmatch') && oldAccessOf(each) !== undefined)
