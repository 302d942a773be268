import { type ApacheEntry, apacheDirectives } from '../../../catalog/apache/catalog.ts'
import { type Configuration, directivesNamed, type PlacedDirective } from '../../../configuration/placed.ts'
import { loadedModules, moduleOf } from '../../../rules/apache/config-test/modules.ts'
import { isOfVersion } from '../../../rules/apache/config-test/of-version.ts'
import { prepare } from '../../../rules/apache/config-test/prepared.ts'
import { forbiddenHere, htaccessOverrides, inside, maskOf, type Section, topSection } from '../../../rules/apache/config-test/section.ts'
import { sectionKind } from '../../../rules/apache/config-test/sections.ts'
import { governingOverride } from '../../../rules/apache/lib/htaccess.ts'
import { nameOf } from '../../../syntax/tree.ts'
import { derived } from '../../../workspace/derived.ts'
import { basename, dirname } from '../../../workspace/path.ts'
import type { DocumentView, NodeAt } from '../../lib/view.ts'
import { type FilePlace, placesOfFile } from '../around.ts'

/** Where in Apache's configuration something stands. */
export interface ApachePlace {
  /** The innermost section, one for each place in which the file is read. */
  readonly sections: readonly Section[]
  readonly files: readonly FilePlace[]
  /** Modules that conditions around say are loaded (`<IfModule mod_ssl.c>`), as written. */
  readonly assumed: ReadonlySet<string>
}

/** Sections that are looked through: what is in them stands in the section around. */
export const conditionals: ReadonlySet<string> = new Set(['ifmodule', 'ifdefine', 'ifversion', 'iffile', 'ifdirective', 'ifsection'])

/** The place inside of the sections `around`, outermost first. */
export function placeInside(view: DocumentView, around: readonly NodeAt[]): ApachePlace {
  const files = placesOfFile(view)
  const starts = files.length > 0 ? files.map((file) => startOf(file, view)) : [topOf(view, undefined)]
  const assumed = new Set<string>()
  // What stands in a macro comes to stand where it is used, where that is known.
  const macro = around.findLastIndex(({ node }) => nameOf(node).toLowerCase() === 'macro')
  const used = macro < 0 ? [] : placesOfUse(around[macro]?.node.words[1]?.value ?? '', files, view)
  const sections = (used.length > 0 ? used : starts).map((start) => {
    let section = start
    for (const { node } of used.length > 0 ? around.slice(macro + 1) : around) {
      const name = nameOf(node).toLowerCase()
      if (name === 'ifmodule') {
        const module = node.words[1]?.value
        if (module !== undefined && !module.startsWith('!')) assumed.add(module)
      }
      section = enter(
        name,
        node.words.slice(1).map(({ value }) => value),
        section,
      )
    }
    return section
  })
  for (const { parent } of files)
    for (let at = parent?.condition; at; at = at.outer) if (at.directive.name === 'ifmodule') assumed.add(at.directive.args[0]?.value ?? '')
  return { sections, files, assumed }
}

function placesOfUse(macro: string, files: readonly FilePlace[], view: DocumentView): Section[] {
  return files.flatMap(({ configuration }) =>
    directivesNamed(configuration, 'use')
      .filter((use) => use.presence !== 'absent' && use.args[0]?.value.toLowerCase() === macro.toLowerCase())
      .map(({ parent }) => (parent ? insideOf(parent, topOf(view, configuration)) : topOf(view, configuration))),
  )
}

function startOf({ configuration, parent }: FilePlace, view: DocumentView): Section {
  if (!parent) return topOf(view, configuration)
  return insideOf(parent, topOf(view, configuration))
}

const insideOf = (directive: PlacedDirective, top: Section): Section =>
  enter(
    directive.name,
    directive.args.map(({ value }) => value),
    directive.parent ? insideOf(directive.parent, top) : top,
  )

function topOf(view: DocumentView, configuration: Configuration | undefined): Section {
  const isHtaccess = basename(view.source.path).endsWith('.htaccess')
  if (isHtaccess || configuration?.context === 'htaccess') return topSection('htaccess', grantedTo(view))
  return topSection(configuration && !configuration.contextKnown ? 'unknown' : (configuration?.context ?? 'server'))
}

/** What `AllowOverride` grants to the document, a `.htaccess`, as far as a configuration of the workspace tells. */
function grantedTo(view: DocumentView): number {
  for (const { configuration, paths } of view.part.understanding.configurations) {
    if (configuration.dialect !== 'apache' || configuration.context === 'htaccess') continue
    const folder = paths.toDeployed(dirname(view.source.path))
    const governing = folder === undefined ? undefined : governingOverride(configuration, folder)
    if (governing) return maskOf([...governing.granted])
  }
  return htaccessOverrides
}

function enter(name: string, words: readonly string[], section: Section): Section {
  if (conditionals.has(name)) return section
  const entry = apacheDirectives(name).find((each) => each.section)
  const kind = entry && sectionKind(name)
  if (!entry || !kind) return inside(topSection('unknown'), undefined, name, { open: true })
  return kind.inside({ directive: undefined, entry, section }, words)
}

/** Whether a directive may stand in a section, for all that can be known without its arguments. */
export function mayStandIn(entry: ApacheEntry, section: Section): boolean {
  const { overrides, refuses } = prepare(entry)
  const at = entry.onRead ? (section.htaccess ? htaccessTop : serverTop) : section
  if ((at.overrides & overrides) === 0) return false
  if (section.open) return true
  if ((refuses & at.around) !== 0 && forbiddenHere(at, entry.name, entry.onRead, entry.forbidden) !== undefined) return false
  const own = entry.section ? undefined : ownRefusals[entry.name.toLowerCase()]
  return own === undefined || own(section)
}

/** What is done while the file is read knows nothing of the sections around it. */
const serverTop = topSection('server')
const htaccessTop = topSection('htaccess')

/** Where handlers work that refuse other places by themselves; what is only for `<MDomainSet>` stands in a section of which all is open. */
const ownRefusals: Readonly<Record<string, (section: Section) => boolean>> = {
  serveralias: (section) => section.virtual,
  rewritebase: (section) => section.path,
  mdmember: () => false,
  mdmembers: () => false,
}

/** Whether the server can have a directive: its version, and the modules that are loaded where that is known. */
export function isAvailable(entry: ApacheEntry, place: ApachePlace, view: DocumentView): boolean {
  const { settings } = view.part.input
  if (!isOfVersion(entry, settings) || entry.only !== undefined || entry.since === '2.5') return false
  // What left before the versions that are looked at is nobody's.
  if (settings.apache.version === undefined && entry.source === 'core' && entry.until !== undefined) return false
  const module = moduleOf(entry.module)
  if (!module || place.assumed.has(module.identifier) || place.assumed.has(module.file)) return true
  return !place.files.some(({ configuration }) => modulesOf(configuration)?.has(module.identifier) === false)
}

const modulesOf = derived(loadedModules)
