import { allBytes, type ByteSet, bytesIn, intersection, isEmpty, noBytes, union } from './bytes.ts'
import type { RegexNode } from './tree.ts'

/** A nondeterministic automaton over bytes. An edge takes one byte of a set, or none. */
export interface Automaton {
  readonly start: number
  readonly accept: number
  /** The edges out of each state. */
  readonly edges: readonly (readonly Edge[])[]
}

export interface Edge {
  readonly to: number
  readonly set?: ByteSet
}

/** While it is made, one that takes none may hold only at the start or the end of the text. */
interface BoundEdge extends Edge {
  readonly when?: 'start' | 'end'
}

/** States above which a pattern is not looked at: `(a{500}){500}`. */
const mostStates = 6000

class TooLarge extends Error {}

export interface BuildOptions {
  /** Whether `^` and `$` bind: they do for a text that is matched as a whole, not for what one group gets. */
  readonly anchors: boolean
  /** What a group must match besides its own pattern. */
  readonly group?: { readonly number: number; readonly wanted: Automaton }
}

/** What a node matches; lookarounds and back-references are taken to match anything they could. Undefined where it is too large. */
export const automatonOf = (node: RegexNode, options: BuildOptions): Automaton | undefined => build((to) => to.fragment(node), options)

/** All texts in which a pattern finds something. */
export const searched = (node: RegexNode, options: BuildOptions = { anchors: true }): Automaton | undefined =>
  build((to) => to.chain([to.anything, () => to.fragment(node), to.anything]), options)

/** One after the other. */
export const concatenated = (parts: readonly Automaton[]): Automaton | undefined =>
  build((to) => to.chain(parts.map((part) => () => to.copy(part))), { anchors: true })

/** Either. */
export const either = (parts: readonly Automaton[]): Automaton | undefined =>
  build((to) => to.branch(parts.map((part) => () => to.copy(part))), { anchors: true })

/** What both accept. */
export const intersected = (one: Automaton, two: Automaton): Automaton | undefined => build((to) => to.both(to.copy(one), two), { anchors: true })

/** The bytes that an automaton takes anywhere. */
export function bytesTaken(automaton: Automaton): ByteSet {
  let all = taken.get(automaton)
  if (!all) {
    const sets = new Set(automaton.edges.flatMap((list) => list.flatMap(({ set }) => set ?? [])))
    all = [...sets].reduce(union, noBytes)
    taken.set(automaton, all)
  }
  return all
}

const taken = new WeakMap<Automaton, ByteSet>()

/** Any number of bytes out of a set, at least `min`. */
export function bytesRepeated(set: ByteSet, min: 0 | 1 = 0): Automaton {
  return min === 0 ? { start: 0, accept: 1, edges: [[{ to: 0, set }, { to: 1 }], []] } : { start: 0, accept: 1, edges: [[{ to: 1, set }], [{ to: 1, set }]] }
}

/** One text and no other. */
export function exactly(text: string): Automaton {
  const edges: Edge[][] = Array.from(text, (ch, i) => [{ to: i + 1, set: bytesIn([ch.charCodeAt(0), ch.charCodeAt(0)]) }])
  return { start: 0, accept: edges.length, edges: [...edges, []] }
}

interface Fragment {
  readonly from: number
  readonly to: number
}

interface Builder {
  readonly fragment: (node: RegexNode) => Fragment
  readonly chain: (parts: readonly (() => Fragment)[]) => Fragment
  readonly branch: (parts: readonly (() => Fragment)[]) => Fragment
  readonly anything: () => Fragment
  readonly copy: (automaton: Automaton) => Fragment
  readonly both: (inner: Fragment, wanted: Automaton) => Fragment
}

function build(make: (builder: Builder) => Fragment, options: BuildOptions): Automaton | undefined {
  const edges: BoundEdge[][] = []
  const state = (): number => {
    if (edges.length >= mostStates) throw new TooLarge()
    return edges.push([]) - 1
  }
  const link = (from: number, edge: BoundEdge): void => void edges[from]?.push(edge)
  const edge = (extra: Omit<BoundEdge, 'to'>): Fragment => {
    const made = { from: state(), to: state() }
    link(made.from, { to: made.to, ...extra })
    return made
  }
  const chain = (parts: readonly (() => Fragment)[]): Fragment => {
    const from = state()
    let to = from
    for (const part of parts) {
      const made = part()
      link(to, { to: made.from })
      to = made.to
    }
    return { from, to }
  }
  const branch = (parts: readonly (() => Fragment)[]): Fragment => {
    const made = { from: state(), to: state() }
    for (const part of parts) {
      const each = part()
      link(made.from, { to: each.from })
      link(each.to, { to: made.to })
    }
    return made
  }
  const starred = (part: () => Fragment): Fragment => {
    const made = { from: state(), to: state() }
    const each = part()
    link(made.from, { to: each.from })
    link(made.from, { to: made.to })
    link(each.to, { to: each.from })
    link(each.to, { to: made.to })
    return made
  }
  const nothing = (): Fragment => chain([])
  const anything = (): Fragment => {
    const at = state()
    link(at, { to: at, set: allBytes })
    return { from: at, to: at }
  }
  const copy = (automaton: Automaton): Fragment => {
    const first = edges.length
    for (let i = 0; i < automaton.edges.length; i++) state()
    automaton.edges.forEach((list, from) => {
      for (const each of list) link(first + from, { ...each, to: first + each.to })
    })
    return { from: first + automaton.start, to: first + automaton.accept }
  }

  /** What both match: the pairs of their states. */
  const both = (inner: Fragment, wanted: Automaton): Fragment => {
    const pairs = new Map<string, number>()
    const made = { from: state(), to: state() }
    const waiting: [number, number, number][] = []
    const pair = (a: number, b: number): number => {
      const key = `${a},${b}`
      const known = pairs.get(key)
      if (known !== undefined) return known
      const fresh = state()
      pairs.set(key, fresh)
      waiting.push([a, b, fresh])
      if (a === inner.to && b === wanted.accept) link(fresh, { to: made.to })
      return fresh
    }
    link(made.from, { to: pair(inner.from, wanted.start) })
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [a, b, from] = next
      for (const left of edges[a] ?? []) {
        if (!left.set) link(from, { to: pair(left.to, b), ...(left.when ? { when: left.when } : {}) })
        else
          for (const right of wanted.edges[b] ?? []) {
            if (!right.set) continue
            const set = intersection(left.set, right.set)
            if (!isEmpty(set)) link(from, { to: pair(left.to, right.to), set })
          }
      }
      for (const right of wanted.edges[b] ?? []) if (!right.set) link(from, { to: pair(a, right.to) })
    }
    return made
  }

  const fragment = (node: RegexNode): Fragment => {
    switch (node.type) {
      case 'class':
        return edge({ set: node.set })
      case 'sequence':
        return chain(node.items.map((item) => () => fragment(item)))
      case 'alternation':
        return branch(node.branches.map((each) => () => fragment(each)))
      case 'group': {
        const body = fragment(node.body)
        return options.group && options.group.number === node.capture ? both(body, options.group.wanted) : body
      }
      case 'quantifier': {
        const parts = Array.from({ length: node.min }, () => () => fragment(node.body))
        if (node.max === Infinity) parts.push(() => starred(() => fragment(node.body)))
        // Each further one is optional and comes only after the one before it.
        else if (node.max > node.min) parts.push(() => optional(node.body, node.max - node.min))
        return chain(parts)
      }
      case 'anchor':
        if (!options.anchors) return nothing()
        if (node.kind === 'start') return edge({ when: 'start' })
        if (node.kind === 'very-end') return edge({ when: 'end' })
        if (node.kind === 'end')
          return branch([() => edge({ when: 'end' }), () => chain([() => edge({ set: bytesIn([10, 10]) }), () => edge({ when: 'end' })])])
        return nothing()
      case 'look':
        return nothing()
      case 'back-reference':
      case 'opaque':
        return anything()
    }
  }
  const optional = (body: RegexNode, times: number): Fragment => {
    const from = state()
    const to = state()
    let at = from
    for (let i = 0; i < times; i++) {
      link(at, { to })
      const each = fragment(body)
      link(at, { to: each.from })
      at = each.to
    }
    link(at, { to })
    return { from, to }
  }

  try {
    const whole = make({ fragment, chain, branch, anything, copy, both })
    return edges.some((list) => list.some(({ when }) => when)) ? unbound(whole, edges) : { start: whole.from, accept: whole.to, edges }
  } catch (error) {
    if (error instanceof TooLarge) return undefined
    throw error
  }
}

/** The same with states that know whether anything was taken and whether anything may still be. */
function unbound(whole: Fragment, bound: readonly (readonly BoundEdge[])[]): Automaton {
  const [begun, ended] = [1, 2]
  const edges: Edge[][] = [[]]
  const known = new Map<number, number>()
  const waiting: [number, number][] = []
  const accept = 0
  const at = (state: number, layer: number): number => {
    const key = state * 4 + layer
    const found = known.get(key)
    if (found !== undefined) return found
    const fresh = edges.push(state === whole.to ? [{ to: accept }] : []) - 1
    known.set(key, fresh)
    waiting.push([state, layer])
    return fresh
  }
  const start = at(whole.from, 0)
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [state, layer] = next
    const own = edges[at(state, layer)]
    for (const { to, set, when } of bound[state] ?? []) {
      if (set ? (layer & ended) !== 0 : when === 'start' && (layer & begun) !== 0) continue
      own?.push(set ? { to: at(to, layer | begun), set } : { to: at(to, when === 'end' ? layer | ended : layer) })
    }
  }
  return { start, accept, edges }
}
