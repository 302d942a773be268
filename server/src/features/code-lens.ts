import type { Place } from '../problem/place.ts'
import { basename } from '../workspace/path.ts'
import { inclusionsOf } from './lib/includes.ts'
import type { DocumentView } from './lib/view.ts'
import { nameEverywhere, namesIn, serversWith } from './names/index.ts'
import { isDefinition, type NameKind } from './names/name-use.ts'

/** A line above what it is about. */
export interface Lens {
  readonly at: Place
  readonly title: string
  /** What it leads to. */
  readonly to: readonly Place[]
}

/** Names that are defined once to be used elsewhere; not each `set`, group or module. */
const shown: ReadonlySet<NameKind> = new Set([
  'upstream',
  'named location',
  'zone',
  'cache',
  'thread pool',
  'log format',
  'define',
  'macro',
  'process group',
  'authentication provider',
  'authorization provider',
  'rewrite map',
  'balancer',
])

/** What uses the definitions of a document, and what includes it. */
export function lensesIn(view: DocumentView): Lens[] {
  const { source, part, configurations } = view
  if (!view.current || configurations.length === 0) return []
  const lenses: Lens[] = []
  const included = new Map<string, Place & { readonly line: number }>()
  for (const { configuration } of configurations) {
    for (const { directive } of inclusionsOf(source.path, configuration)) {
      const { start, node, source: includer } = directive
      const from = start + (node.words[0]?.start ?? 0)
      included.set(`${includer.path}:${start}`, { path: includer.path, start: from, end: start + node.text.length, line: includer.lines.lineAt(from) + 1 })
    }
  }
  const [first, ...more] = included.values()
  if (first) {
    const title = more.length > 0 ? `included in ${more.length + 1} places` : `included from ${basename(first.path)}:${first.line}`
    lenses.push({ at: { path: source.path, start: 0, end: 0 }, title, to: [...included.values()] })
  }
  const isOpen = configurations.some(({ configuration }) => configuration.open)
  for (const use of namesIn(source)) {
    // `set` and groups are many, `map` and its like few.
    if (use.role !== 'definition' || !(shown.has(use.kind) || (use.kind === 'variable' && definesByBlock(source.text, use.directive)))) continue
    const { uses, configurations: all } = nameEverywhere(use, part.understanding.configurations)
    const references = uses.filter((each) => !isDefinition(each) || each.role === 'both')
    // What is not used here may be used in what was not read.
    if (references.length === 0 && isOpen) continue
    const servers = use.kind === 'upstream' ? serversWith(references, all) : 0
    const title = servers > 0 ? `used by ${counted(servers, 'server')}` : counted(references.length, 'reference')
    lenses.push({ at: use.place, title, to: references.map(({ place }) => place) })
  }
  return lenses
}

const definesByBlock = (text: string, start: number): boolean => /^\s*(?:map|geo|split_clients)\s/.test(text.slice(start, start + 200))

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
