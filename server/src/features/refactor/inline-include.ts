import type { Source } from '../../configuration/placed.ts'
import { forEachItem } from '../../syntax/items.ts'
import { nameOf } from '../../syntax/tree.ts'
import { basename } from '../../workspace/path.ts'
import type { NodeAt } from '../lib/view.ts'
import { placementsOf } from '../lib/view.ts'
import { indentAt, replace } from './lib/edits.ts'
import { canIndent, reindent, selectedIn } from './lib/selected.ts'
import type { Refactoring } from './refactoring.ts'

/** Puts what an include brings in its place, where that is one file. */
export const inlineInclude: Refactoring = {
  id: 'inline-include',
  kind: 'refactor.inline',
  offers(view, selection) {
    if (!view.current) return []
    const { source } = view
    const selected = selectedIn(view, selection)
    const [include, ...others] = selected?.directives ?? []
    if (!selected || !include || others.length > 0 || !/^include(?:optional)?$/i.test(nameOf(include.node)) || include.node.block) return []
    const files = new Set<Source>()
    const placements = placementsOf(view, include)
    for (const { configuration, directive } of placements) {
      const found = new Set<Source>()
      for (const each of configuration.configuration.all) if (each.includedBy.at(-1) === directive) found.add(each.source)
      // A file of comments alone, or none at all, cannot be told from here.
      if (found.size !== 1) return []
      for (const each of found) files.add(each)
    }
    const [file] = files
    if (files.size !== 1 || !file || file.templated || file.tree.faults.length > 0 || file.tree.dialect !== source.tree.dialect) return []
    return [
      {
        title: `Put the content of ${basename(file.path)} here (the file stays)`,
        edits() {
          const indent = indentAt(source.text, selected.start)
          const content = file.text.replace(/\r\n/g, '\n').trim()
          const directives: NodeAt[] = []
          forEachItem(file.tree.items, 0, (node, start) => {
            if (node.kind === 'directive') directives.push({ node, start })
          })
          const moved = canIndent(directives, file.text) ? reindent(content, '', indent).slice(indent.length) : content
          const rest = /^[^\r\n]*/.exec(source.text.slice(selected.end))?.[0] ?? ''
          return [replace(source, selected.start, selected.end, rest.trim() === '' ? moved : `${moved}\n${indent}`)]
        },
      },
    ]
  },
}
