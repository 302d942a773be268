import type { Directive } from '../syntax/tree.ts'
import type { Argument, IncludeFault, PlacedDirective, Presence, Source } from './placed.ts'

/** Where the next directives are placed. */
export interface Scope {
  readonly source: Source
  readonly parent: MutablePlaced | undefined
  readonly presence: Presence
  readonly includedBy: readonly PlacedDirective[]
}

export type MutablePlaced = PlacedDirective & { readonly children: PlacedDirective[] }

/** Nobody nests sections this deep; text that does, a file full of opening braces, is placed no further. */
export const deepestNesting = 200

/** Collects the directives of a configuration in the server's order. */
export interface Builder {
  readonly top: PlacedDirective[]
  readonly all: PlacedDirective[]
  readonly sources: Source[]
  readonly includeFaults: IncludeFault[]
  /** True once something that belongs to the configuration could not be read. */
  open: boolean
  /** Places a directive; `visible` ones become children of the section around them. */
  place(node: Directive, start: number, name: string, args: readonly Argument[], scope: Scope, visible?: boolean): MutablePlaced
  addSource(source: Source): void
}

export function makeBuilder(): Builder {
  const top: PlacedDirective[] = []
  const all: PlacedDirective[] = []
  const sources: Source[] = []
  return {
    top,
    all,
    sources,
    includeFaults: [],
    open: false,
    place(node, start, name, args, scope, visible = true) {
      const { source, parent, includedBy, presence } = scope
      const placed: MutablePlaced = { node, source, start, name, args, parent, children: [], includedBy, presence, order: all.length }
      all.push(placed)
      if (visible && presence !== 'absent') (parent ? parent.children : top).push(placed)
      return placed
    },
    addSource(source) {
      if (!sources.some((each) => each.path === source.path)) sources.push(source)
    },
  }
}

/** The words of a node as arguments, nothing expanded. */
export function plainArguments(node: Directive, start: number): Argument[] {
  const args: Argument[] = []
  for (let i = 1; i < node.words.length; i++) {
    const word = node.words[i]
    if (word) args.push({ value: word.value, known: word.holes === undefined, start: start + word.start, end: start + word.end, quote: word.quote })
  }
  return args
}
