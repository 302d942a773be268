import type { Configuration } from '../../configuration/placed.ts'
import { nameOf } from '../../syntax/tree.ts'
import { basename, dirname, join } from '../../workspace/path.ts'
import { placementsOf } from '../lib/view.ts'
import { create, indentAt, replace } from './lib/edits.ts'
import { canIndent, reindent, type Selected, selectedIn } from './lib/selected.ts'
import type { Refactoring } from './refactoring.ts'

/** Puts the selected directives into a file in `snippets`, below the server's own folder, and includes it in their place. */
export const extractInclude: Refactoring = {
  id: 'extract-include',
  kind: 'refactor.extract',
  offers(view, selection) {
    if (selection.start === selection.end || !view.current || view.source.templated) return []
    const { source } = view
    const selected = selectedIn(view, selection)
    const [first] = selected?.directives ?? []
    if (!selected || !first || source.tree.faults.length > 0) return []
    const configurations = placementsOf(view, first).map(({ configuration }) => configuration.configuration)
    const folders = new Set(configurations.map((each) => serverFolder(each)))
    const [folder] = folders
    if (folders.size !== 1 || folder === undefined) return []
    // What a pattern takes in would be read once more.
    if (configurations.some((each) => each.all.some(({ name, args }) => name.startsWith('include') && /snippets\/[^/]*[*?[]/.test(args[0]?.value ?? ''))))
      return []
    // Until it is set, relative paths count from another folder.
    if (selected.directives.some(({ node }) => nameOf(node).toLowerCase() === 'serverroot')) return []
    const name = freeName(suggestedName(selected, basename(source.path)), folder, view.part.input.files)
    const path = `snippets/${name}.conf`
    return [
      {
        title: `Extract to the include file ${path}`,
        edits() {
          const indent = indentAt(source.text, selected.start)
          const text = source.text.slice(selected.start, selected.end)
          const moved = canIndent(selected.directives, source.text) ? reindent(text, indent, '') : text
          const include = source.tree.dialect === 'nginx' ? `include ${path};` : `Include ${path}`
          return [
            create(join(folder, path), `${moved.trimEnd()}${text.includes('\r\n') ? '\r\n' : '\n'}`),
            replace(source, selected.start, selected.end, include),
          ]
        },
      },
    ]
  },
}

/** The folder of the workspace to which includes are relative; undefined where that is not sure. */
function serverFolder({ context, dialect, root, serverRoot, whole }: Configuration): string | undefined {
  if (context === 'htaccess') return undefined
  const folder = dirname(root.path)
  if (dialect === 'nginx' && whole) return folder
  if (dialect === 'apache' && serverRoot !== undefined) return [folder, dirname(folder)].find((each) => basename(each) === basename(serverRoot))
  if (whole) return undefined
  for (let at = folder; at !== dirname(at); at = dirname(at)) if (/^(?:nginx|apache2|httpd)$/.test(basename(at))) return at
  return undefined
}

/** A name for what the directives do. */
function suggestedName({ directives }: Selected, file: string): string {
  const names = directives.map(({ node }) => nameOf(node).toLowerCase())
  for (const [prefix, name] of subjects) if (names.every((each) => prefix.test(each))) return name
  const [only] = directives
  const words = directives.length === 1 && only ? only.node.words.map((word) => word.value) : []
  const slug = words
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
  return slug || `${file.replace(/\.conf$/, '').replace(/[^\w.-]+/g, '-')}-part`
}

const subjects: readonly (readonly [RegExp, string])[] = [
  [/^ssl_|^ssl/, 'ssl'],
  [/^proxy/, 'proxy'],
  [/^add_header$|^header$/, 'headers'],
  [/^gzip/, 'gzip'],
  [/^fastcgi_/, 'fastcgi'],
  [/^uwsgi_/, 'uwsgi'],
  [/^rewrite/, 'rewrite'],
]

function freeName(name: string, folder: string, files: readonly string[]): string {
  const taken = new Set(files)
  for (let i = 1; ; i++) {
    const candidate = i === 1 ? name : `${name}-${i}`
    if (!taken.has(join(folder, `snippets/${candidate}.conf`))) return candidate
  }
}
