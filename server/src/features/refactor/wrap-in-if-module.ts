import { apacheDirectives, apacheModules } from '../../catalog/apache/catalog.ts'
import { moduleIdentifier } from '../../configuration/apache/conditions.ts'
import { nameOf } from '../../syntax/tree.ts'
import { hasOwnLines, indentAt, lineStart, replace, unitOf } from './lib/edits.ts'
import { selectedIn } from './lib/selected.ts'
import type { Refactoring } from './refactoring.ts'

/** Puts directives of one module under the condition that it is loaded. */
export const wrapInIfModule: Refactoring = {
  id: 'wrap-in-if-module',
  kind: 'refactor.rewrite',
  offers(view, selection) {
    const { source } = view
    if (source.tree.dialect !== 'apache' || source.templated || source.tree.faults.length > 0) return []
    const selected = selectedIn(view, selection)
    if (!selected || !hasOwnLines(source.text, selected.start, selected.end)) return []
    const modules = new Set(selected.directives.map(({ node }) => moduleOf(nameOf(node), node.block !== undefined)))
    const [module] = modules
    if (modules.size !== 1 || !module) return []
    const isWrapped = selected.around.some(({ node }) => /^ifmodule$/i.test(nameOf(node)) && moduleIdentifier(node.words[1]?.value ?? '') === module.identifier)
    if (isWrapped) return []
    return [
      {
        title: `Wrap in <IfModule ${module.file}>`,
        edits() {
          const { text } = source
          const from = lineStart(text, selected.start)
          const indent = indentAt(text, selected.start)
          const unit = unitOf(text)
          const lines = text.slice(from, selected.end).replace(/\r\n/g, '\n').split('\n')
          // A line that continues the one before may be inside of quotes.
          const inside = lines.map((line, i) => (line.trim() === '' || lines[i - 1]?.endsWith('\\') ? line : unit + line)).join('\n')
          return [replace(source, from, selected.end, `${indent}<IfModule ${module.file}>\n${inside}\n${indent}</IfModule>`)]
        },
      },
    ]
  },
}

/** The one module that has a directive, where a server may be without it. */
function moduleOf(name: string, isSection: boolean): { readonly file: string; readonly identifier: string } | undefined {
  const names = new Set(apacheDirectives(name).flatMap((entry) => (entry.section === isSection ? [entry.module] : [])))
  const [only] = names
  const module = apacheModules().find((each) => each.name === only)
  return names.size === 1 && module && !always.test(module.identifier) && module.source !== 'third-party' ? module : undefined
}

/** Parts of every server. */
const always = /^(?:core|so|http|unixd|mpm_\w+)_module$/
