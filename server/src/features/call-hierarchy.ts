import type { Configuration, Inclusion, Source } from '../configuration/placed.ts'
import type { Place } from '../problem/place.ts'
import { isInside, relativeTo } from '../workspace/path.ts'
import { cursorAt } from './lib/cursor.ts'
import { inclusionsFrom, inclusionsOf } from './lib/includes.ts'
import type { DocumentView, WorkspacePart } from './lib/view.ts'

/** A file of a configuration, as one that includes and is included. */
export interface IncludeNode {
  readonly path: string
  /** `conf.d/site.conf — http`. */
  readonly label: string
}

/** A file at the other end of includes, with the directives between. */
export interface IncludeCall {
  readonly node: IncludeNode
  /** The include directives, all in one file. */
  readonly at: readonly Place[]
}

/** On an include directive the files that it reads; in a file's first line the file itself. */
export function includeNodesAt(view: DocumentView, offset: number): IncludeNode[] {
  if (!view.current || view.configurations.length === 0) return []
  const { source, configurations } = view
  const { at } = cursorAt(source.tree, source.text, offset)
  if (at.kind === 'argument' || at.kind === 'name') {
    const start = at.directive?.start
    const files = configurations.flatMap(({ configuration }) =>
      inclusionsFrom(source.path, configuration).flatMap(({ directive, file }) => (directive.start === start ? [file.path] : [])),
    )
    if (files.length > 0) return [...new Set(files)].map((path) => nodeOf(path, [view.part]))
  }
  return source.lines.lineAt(offset) === 0 ? [nodeOf(source.path, [view.part])] : []
}

/** The files that include a file. */
export const includersOf = (path: string, parts: readonly WorkspacePart[]): IncludeCall[] =>
  callsOf(path, parts, inclusionsOf, ({ directive }) => directive.source)

/** The files that a file includes. */
export const includedBy = (path: string, parts: readonly WorkspacePart[]): IncludeCall[] => callsOf(path, parts, inclusionsFrom, ({ file }) => file)

function callsOf(
  path: string,
  parts: readonly WorkspacePart[],
  find: (path: string, configuration: Configuration) => readonly Inclusion[],
  otherEnd: (inclusion: Inclusion) => Source,
): IncludeCall[] {
  const calls = new Map<string, Map<string, Place>>()
  for (const { configuration } of parts.flatMap(({ understanding }) => understanding.configurations)) {
    for (const inclusion of find(path, configuration)) {
      const { source, start, node } = inclusion.directive
      const other = otherEnd(inclusion).path
      const places = calls.get(other) ?? new Map<string, Place>()
      calls.set(other, places)
      const first = node.words[0]?.start ?? 0
      const end = node.words.at(-1)?.end ?? node.text.length
      places.set(`${source.path}:${start}`, { path: source.path, start: start + first, end: start + end })
    }
  }
  return [...calls].map(([other, places]) => ({ node: nodeOf(other, parts), at: [...places.values()] }))
}

/** The file with the blocks in which it is read. */
export function nodeOf(path: string, parts: readonly WorkspacePart[]): IncludeNode {
  const folder = parts.flatMap(({ input }) => input.folders).find((each) => isInside(path, each))
  const contexts = new Set<string>()
  for (const { configuration } of parts.flatMap(({ understanding }) => understanding.configurations)) {
    if (configuration.root.path === path) contexts.add(configuration.context)
    for (const { directive } of inclusionsOf(path, configuration))
      contexts.add(directive.parent ? (directive.parent.node.words[0]?.value ?? '') : configuration.context)
  }
  const shown = folder === undefined ? path : relativeTo(path, folder)
  return { path, label: contexts.size > 0 ? `${shown} — ${[...contexts].join(', ')}` : shown }
}
