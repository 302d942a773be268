import type { Directive } from '../syntax/tree.ts'
import type { Argument, Condition, IncludeFault, Inclusion, PlacedDirective, Presence, Source } from './placed.ts'

/** Where the next directives are placed. */
export interface Scope {
  readonly source: Source
  readonly parent: MutablePlaced | undefined
  readonly presence: Presence
  readonly includedBy: readonly PlacedDirective[]
  /** The innermost conditional section around (`<IfModule>` …). */
  readonly condition?: Condition | undefined
}

/** What `${}` and macro parameters make of a directive's arguments. */
export interface Expanded {
  readonly args: readonly Argument[]
  /** The arguments as one text, before they are split. */
  readonly text: string
}

export type MutablePlaced = PlacedDirective & { readonly children: PlacedDirective[] }

/** Nobody nests sections this deep; text that does, a file full of opening braces, is placed no further. */
export const deepestNesting = 200

/** Collects the directives of a configuration in the server's order. */
export interface Builder {
  readonly top: PlacedDirective[]
  readonly all: PlacedDirective[]
  readonly sources: Source[]
  readonly inclusions: Inclusion[]
  readonly includeFaults: IncludeFault[]
  /** True once something that belongs to the configuration could not be read. */
  open: boolean
  /** Places a directive; `visible` ones become children of the section around them. Without `expanded` its arguments are the words of the node. */
  place(node: Directive, start: number, name: string, expanded: Expanded | undefined, scope: Scope, visible?: boolean): MutablePlaced
  /** Notes that a file is read, by which directive. */
  addSource(source: Source, includedBy?: PlacedDirective): void
}

export function makeBuilder(): Builder {
  const top: PlacedDirective[] = []
  const all: PlacedDirective[] = []
  const sources: Source[] = []
  const inclusions: Inclusion[] = []
  return {
    top,
    all,
    sources,
    inclusions,
    includeFaults: [],
    open: false,
    place(node, start, name, expanded, scope, visible = true) {
      const { parent, presence } = scope
      const placed = new Placed(node, start, name, expanded, scope, all.length)
      all.push(placed)
      if (visible && presence !== 'absent') (parent ? parent.children : top).push(placed)
      return placed
    },
    addSource(source, includedBy) {
      if (includedBy) inclusions.push({ directive: includedBy, file: source })
      if (!sources.some((each) => each.path === source.path)) sources.push(source)
    },
  }
}

/** One placed directive. There are as many as lines in a configuration: its arguments are made when they are asked for. */
class Placed implements MutablePlaced {
  readonly node: Directive
  readonly source: Source
  readonly start: number
  readonly name: string
  readonly parent: MutablePlaced | undefined
  readonly children: PlacedDirective[]
  readonly includedBy: readonly PlacedDirective[]
  readonly presence: Presence
  readonly condition: Condition | undefined
  readonly order: number
  readonly plain: boolean
  private known: readonly Argument[] | undefined
  private text: string | undefined

  constructor(node: Directive, start: number, name: string, expanded: Expanded | undefined, scope: Scope, order: number) {
    this.node = node
    this.source = scope.source
    this.start = start
    this.name = name
    this.parent = scope.parent
    this.children = node.block ? [] : childless
    this.includedBy = scope.includedBy
    this.presence = scope.presence
    this.condition = scope.condition
    this.order = order
    this.plain = expanded === undefined
    this.known = expanded?.args
    this.text = expanded?.text
  }

  get args(): readonly Argument[] {
    this.known ??= plainArguments(this.node, this.start)
    return this.known
  }

  get argumentText(): string {
    this.text ??= plainArgumentText(this.node)
    return this.text
  }
}

/** Of all directives without a block. */
const childless: PlacedDirective[] = Object.freeze([]) as unknown as PlacedDirective[]

/** The words of a node as arguments, nothing expanded. */
export function plainArguments(node: Directive, start: number): Argument[] {
  const args: Argument[] = []
  for (let i = 1; i < node.words.length; i++) {
    const word = node.words[i]
    if (word) args.push({ value: word.value, known: word.holes === undefined, start: start + word.start, end: start + word.end, quote: word.quote })
  }
  return args
}

/** Everything behind the name, continued lines joined, white space at both ends removed. */
export function plainArgumentText(node: Directive): string {
  const behind = node.text.slice(node.words[0]?.end ?? 0)
  return (behind.includes('\n') ? behind.replace(/\\\r?\n/g, '') : behind).trim()
}
