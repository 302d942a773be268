import { forEachItem } from '../../syntax/items.ts'
import { nameOf } from '../../syntax/tree.ts'
import { cursorAt } from '../lib/cursor.ts'
import type { DocumentView, NodeAt } from '../lib/view.ts'
import { hasOwnLines, replace } from './lib/edits.ts'
import type { Offer, Refactoring } from './refactoring.ts'

/** Sorts what has no order to the server: names of a server behind its first one, headers of different names in a row, and media types. */
export const sort: Refactoring = {
  id: 'sort',
  kind: 'refactor.rewrite',
  offers(view, { start }) {
    const { source } = view
    if (source.templated || source.tree.faults.length > 0) return []
    const { around, at } = cursorAt(source.tree, source.text, start)
    const directive = (at.kind === 'name' || at.kind === 'argument') && at.directive ? at.directive : undefined
    const parent = around.at(-1)
    return [
      ...(directive ? sortNames(view, directive) : []),
      ...(directive && runs.has(nameOf(directive.node).toLowerCase()) ? sortRun(view, directive, parent) : []),
      ...[directive, parent].flatMap((each) => (each && source.tree.dialect === 'nginx' && nameOf(each.node) === 'types' ? sortTypes(view, each) : [])),
    ]
  },
}

/** The first name of a server is the one that nginx puts into redirects and `$server_name`. Patterns are tried in their order. */
function sortNames({ source }: DocumentView, { node, start }: NodeAt): Offer[] {
  const name = nameOf(node).toLowerCase()
  if (name !== 'server_name' && name !== 'serveralias') return []
  const words = node.words.slice(name === 'server_name' ? 2 : 1)
  if (words.length < 2 || node.comments || words.some((word) => word.value.startsWith('~') || word.value.includes('$') || word.holes)) return []
  const written = words.map((word) => source.text.slice(start + word.start, start + word.end))
  const sorted = [...written].sort(compare)
  if (written.every((each, i) => each === sorted[i])) return []
  return [
    {
      title: name === 'server_name' ? 'Sort the names behind the first' : 'Sort the names',
      edits: () => words.map((word, i) => replace(source, start + word.start, start + word.end, sorted[i] ?? '')),
    },
  ]
}

/** Directives that name what they set: in a row their order matters only to those of one name. */
const runs: ReadonlySet<string> = new Set(['add_header', 'proxy_set_header', 'fastcgi_param', 'uwsgi_param', 'scgi_param'])

function sortRun(view: DocumentView, { node, start }: NodeAt, parent: NodeAt | undefined): Offer[] {
  const { source } = view
  const name = nameOf(node)
  let run: NodeAt[] = []
  let isOurs = false
  let found: NodeAt[] = []
  const end = (): void => {
    if (isOurs) found = run
    run = []
    isOurs = false
  }
  const items = parent?.node.block?.items ?? source.tree.items
  forEachItem(items, parent ? parent.start + parent.node.text.length : 0, (item, at) => {
    if (item.kind === 'directive' && nameOf(item) === name && !item.text.trim().includes('\n')) {
      // An empty line sets groups apart.
      if (/\n\s*\n/.test(item.text)) end()
      run.push({ node: item, start: at })
      isOurs ||= at === start
    } else end()
  })
  end()
  return sortLines(view, found, 1, `Sort these ${name} lines`)
}

/** What stands twice for one ending is decided by the order. */
function sortTypes(view: DocumentView, { node, start }: NodeAt): Offer[] {
  const entries: NodeAt[] = []
  let isPlain = true
  if (node.block)
    forEachItem(node.block.items, start + node.text.length, (item, at) => {
      if (item.kind !== 'directive' || nameOf(item) === 'include' || nameOf(item) === 'default') isPlain = false
      else entries.push({ node: item, start: at })
    })
  const endings = entries.flatMap((each) => each.node.words.slice(1).map((word) => word.value.toLowerCase()))
  return isPlain && new Set(endings).size === endings.length ? sortLines(view, entries, 0, 'Sort the media types') : []
}

/** Puts directives in the order of one of their words, each in the place of another. */
function sortLines({ source }: DocumentView, directives: readonly NodeAt[], word: number, title: string): Offer[] {
  const placed = directives.map(({ node, start }) => {
    const lead = node.text.length - node.text.trimStart().length
    return { start: start + lead, end: start + node.text.length, text: node.text.slice(lead), key: (node.words[word]?.value ?? '').toLowerCase(), node }
  })
  if (
    placed.length < 2 ||
    placed.some(({ start, end, node }) => !node.terminated || node.words.some((each) => each.holes) || !hasOwnLines(source.text, start, end))
  )
    return []
  const sorted = [...placed].sort((a, b) => compare(a.key, b.key))
  if (sorted.every((each, i) => each === placed[i])) return []
  return [
    { title, edits: () => placed.flatMap((each, i) => (each.text === sorted[i]?.text ? [] : [replace(source, each.start, each.end, sorted[i]?.text ?? '')])) },
  ]
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
