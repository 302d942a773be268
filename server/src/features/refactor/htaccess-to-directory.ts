import { apacheDirectives } from '../../catalog/apache/catalog.ts'
import { type Configuration, directivesNamed, type PlacedDirective, placeOfWhole } from '../../configuration/placed.ts'
import { aliasesOf } from '../../site/apache/aliases.ts'
import { forEachItem, type Items } from '../../syntax/items.ts'
import { nameOf } from '../../syntax/tree.ts'
import { basename, dirname, normalize } from '../../workspace/path.ts'
import type { DocumentView, NodeAt } from '../lib/view.ts'
import { indentAt, replace, unitOf } from './lib/edits.ts'
import { canIndent } from './lib/selected.ts'
import type { Refactoring } from './refactoring.ts'

/**
 * Moves what a `.htaccess` file says into a `<Directory>` section for its folder, where the server reads it once. Patterns of `RewriteRule` and
 * RewriteBase mean the same in both: they are relative to the folder (`mod_rewrite.c: hook_fixup`).
 */
export const htaccessToDirectory: Refactoring = {
  id: 'htaccess-to-directory',
  kind: 'refactor.rewrite',
  offers(view) {
    const { source } = view
    if (basename(source.path) !== '.htaccess' || source.tree.dialect !== 'apache' || source.templated || source.tree.faults.length > 0) return []
    if (!mayStandInDirectory(source.tree.items)) return []
    const places = view.part.understanding.configurations.flatMap(({ configuration, paths }) => {
      if (configuration.dialect !== 'apache' || configuration.context === 'htaccess' || configuration.sources.includes(source)) return []
      const folder = paths.toDeployed(dirname(source.path))
      const place = folder === undefined ? undefined : placeFor(folder, configuration)
      return folder === undefined || !place ? [] : [{ folder, place }]
    })
    const [only, ...others] = places
    if (!only || others.length > 0) return []
    const { folder, place } = only
    const target = place.source
    return [
      {
        title: `Move this to a <Directory ${folder}> section in ${basename(target.path)}`,
        edits() {
          const { start, end } = placeOfWhole(place)
          const indent = indentAt(target.text, start)
          const unit = unitOf(target.text)
          const inside = indented(view, indent + unit)
          const argument = /\s/.test(folder) ? `"${folder}"` : folder
          return [
            replace(target, end, end, `\n${indent}<Directory ${argument}>\n${inside}\n${indent}</Directory>`),
            replace(source, 0, source.text.length, `# Moved to the <Directory> section of this folder in ${basename(target.path)}.\n`),
          ]
        },
      },
    ]
  },
}

/** The lines of the file one level deeper. */
function indented({ source }: DocumentView, indent: string): string {
  const text = source.text.replace(/\r\n/g, '\n').trim()
  const directives: NodeAt[] = []
  forEachItem(source.tree.items, 0, (node, start) => {
    if (node.kind === 'directive') directives.push({ node, start })
  })
  if (!canIndent(directives, source.text)) return text
  const lines = text.split('\n')
  return lines.map((line, i) => (line.trim() === '' || lines[i - 1]?.endsWith('\\') ? line.trimEnd() : indent + line)).join('\n')
}

/** Whether every directive of a file may stand in `<Directory>` too. */
function mayStandInDirectory(items: Items): boolean {
  let fine = true
  let some = false
  const look = (inside: Items): void =>
    forEachItem(inside, 0, (item) => {
      if (item.kind === 'unparsed' || item.kind === 'code') fine = false
      if (item.kind !== 'directive') return
      some = true
      const entries = apacheDirectives(nameOf(item)).filter((entry) => entry.section === (item.block !== undefined))
      if (entries.length === 0 || entries.some((entry) => entry.forbidden.includes('directory'))) fine = false
      if (item.block) look(item.block.items)
    })
  look(items)
  return fine && some
}

/**
 * What the section is to stand behind: the last `<Directory>` of the folder, else the `DocumentRoot` or `Alias` that names it. Undefined where the
 * configuration does not name the folder, or in several virtual hosts.
 */
function placeFor(folder: string, configuration: Configuration): PlacedDirective | undefined {
  const isFolder = (path: string | undefined): boolean => path !== undefined && normalize(path) === normalize(folder)
  const isSure = (each: PlacedDirective): boolean => each.presence === 'present' && !each.source.templated
  const sections = directivesNamed(configuration, 'directory').filter((each) => isSure(each) && each.args.length === 1 && isFolder(each.args[0]?.value))
  const roots = directivesNamed(configuration, 'documentroot').filter((each) => isSure(each) && isFolder(each.args[0]?.value))
  const aliases = aliasesOf(configuration).flatMap((each) => (isFolder(each.target) && isSure(each.directive) ? [each.directive] : []))
  const all = sections.length > 0 ? sections : [...roots, ...aliases]
  const hosts = new Set(all.map((each) => each.parent))
  return hosts.size === 1 ? all.at(-1) : undefined
}
