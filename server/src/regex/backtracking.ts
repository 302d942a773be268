import { bytesRepeated, concatenated, exactly, searched } from './automaton.ts'
import { allBytes, type ByteSet, intersection, overlap, readable } from './bytes.ts'
import { wordOf } from './language.ts'
import { isExact, type Pattern, type RegexNode } from './tree.ts'

/** How a matcher that backtracks fares with the worst texts for a pattern. */
export interface Backtracking {
  readonly growth: 'exponential' | 'polynomial'
  /** The text is `prefix`, `pump` many times, `suffix`. */
  readonly prefix: string
  readonly pump: string
  readonly suffix: string
}

/** Positions of a pattern above which it is not looked at, and steps after which the search ends. */
const mostPositions = 250
const mostSteps = 300_000

/**
 * Whether a pattern can be matched in exponentially many ways (Weber and Seidl's criterion EDA: a loop that one text goes round in two ways)
 * while the text does not match in the end. Undefined where it cannot, `unknown` where it was not found out.
 */
export function backtrackingOf(pattern: Pattern): Backtracking | undefined | 'unknown' {
  const known = found.get(pattern)
  if (known !== undefined) return known ?? undefined
  const result = analyse(pattern)
  found.set(pattern, result ?? null)
  return result
}

const found = new WeakMap<Pattern, Backtracking | 'unknown' | null>()

function analyse(pattern: Pattern): Backtracking | undefined | 'unknown' {
  if (!hasNestedChoice(pattern.tree)) return undefined
  if (!pattern.understood || !isExact(pattern.tree)) return 'unknown'
  const graph = positionsOf(pattern.tree)
  if (!graph) return 'unknown'
  const component = components(graph.next)
  let steps = 0
  for (let at = 0; at < graph.sets.length; at++) {
    const own = graph.sets[at]
    if (!own) continue
    const loop = loopInTwoWays(at)
    if (loop === 'unknown') return 'unknown'
    if (!loop) continue
    const witness = witnessOf(pattern, graph, at, loop)
    if (witness) return witness
  }
  return undefined

  /** A text that leads from a position back to it in two ways; both ways stay among the positions that lead back. */
  function loopInTwoWays(at: number): string | undefined | 'unknown' {
    const within = component[at]
    // Two empty ways from one position to the next are two ways at once.
    const own = graph?.next[at] ?? []
    const double = own.find(({ to, ways }) => ways > 1 && component[to] === within)
    if (!graph) return 'unknown'
    if (double) {
      const rest = pathBetween(graph, double.to, at, (to) => component[to] === within)
      if (rest !== undefined) return `${letter(graph.sets[double.to])}${rest}`
    }
    interface Pair {
      readonly a: number
      readonly b: number
      readonly apart: boolean
      readonly before: Pair | undefined
      readonly byte: number
    }
    const seen = new Set<number>()
    let queue: Pair[] = [{ a: at, b: at, apart: false, before: undefined, byte: 0 }]
    const size = graph.sets.length
    while (queue.length > 0) {
      const following: Pair[] = []
      for (const pair of queue) {
        for (const { to: a } of graph.next[pair.a] ?? []) {
          if (component[a] !== within) continue
          for (const { to: b } of graph.next[pair.b] ?? []) {
            if (++steps > mostSteps) return 'unknown'
            const [left, right] = [graph.sets[a], graph.sets[b]]
            if (component[b] !== within || !left || !right || !overlap(left, right)) continue
            const apart = pair.apart || a !== b
            const made: Pair = { a, b, apart, before: pair, byte: readable(intersection(left, right)) ?? 0 }
            if (a === at && b === at && apart) {
              let text = ''
              for (let each: Pair = made; each.before; each = each.before) text = String.fromCharCode(each.byte) + text
              return text
            }
            const key = (a * size + b) * 2 + (apart ? 1 : 0)
            if (seen.has(key)) continue
            seen.add(key)
            following.push(made)
          }
        }
      }
      queue = following
    }
    return undefined
  }
}

const letter = (set: ByteSet | undefined): string => String.fromCharCode((set && readable(set)) ?? 97)

/** Only a choice that is repeated without bound can be made in exponentially many ways. */
function hasNestedChoice(node: RegexNode, repeated = false): boolean {
  switch (node.type) {
    case 'quantifier': {
      const loops = node.max > 9
      if (repeated && node.max > 1 && node.max !== node.min) return true
      if (repeated && node.min === 0) return true
      return hasNestedChoice(node.body, repeated || loops)
    }
    case 'alternation':
      return repeated ? true : node.branches.some((each) => hasNestedChoice(each, repeated))
    case 'sequence':
      return node.items.some((each) => hasNestedChoice(each, repeated))
    case 'group':
    case 'look':
      return hasNestedChoice(node.body, repeated)
    default:
      return false
  }
}

/** The positions of a pattern at which it takes a byte, and which follow which: in how many ways without taking one (two stand for more). */
interface Positions {
  readonly sets: readonly (ByteSet | undefined)[]
  /** The first entry, at index 0, is the beginning; its set is undefined. */
  readonly next: readonly (readonly { readonly to: number; readonly ways: number }[])[]
}

function positionsOf(tree: RegexNode): Positions | undefined {
  const sets: (ByteSet | undefined)[] = [undefined]
  const edges: number[][] = []
  const takes: (number | undefined)[] = []
  const state = (): number => {
    edges.push([])
    return takes.push(undefined) - 1
  }
  const link = (from: number, to: number): void => void edges[from]?.push(to)
  let tooMany = false
  /** Adds a node between a state and a new one that it returns. */
  const add = (node: RegexNode, from: number): number => {
    if (tooMany || sets.length > mostPositions || edges.length > mostPositions * 20) {
      tooMany = true
      return from
    }
    switch (node.type) {
      case 'class': {
        const taking = state()
        const to = state()
        link(from, taking)
        takes[taking] = sets.push(node.set) - 1
        link(taking, to)
        return to
      }
      case 'sequence':
        return node.items.reduce((at, item) => add(item, at), from)
      case 'alternation': {
        const to = state()
        for (const each of node.branches) {
          const first = state()
          link(from, first)
          link(add(each, first), to)
        }
        return to
      }
      case 'group':
        return add(node.body, from)
      case 'quantifier': {
        let at = from
        for (let i = 0; i < node.min; i++) at = add(node.body, at)
        if (node.max === Infinity) {
          // The first round and a further one are begun apart, as an empty round ends the loop and a further one after it does not.
          const [first, again, body, to] = [state(), state(), state(), state()]
          link(at, first)
          link(add(node.body, body), again)
          for (const begins of [first, again]) {
            link(begins, body)
            link(begins, to)
          }
          return to
        }
        const to = state()
        for (let i = node.min; i < node.max; i++) {
          link(at, to)
          const first = state()
          link(at, first)
          at = add(node.body, first)
        }
        link(at, to)
        return to
      }
      default:
        return from
    }
  }
  const start = state()
  add(tree, start)
  if (tooMany) return undefined

  const entries: number[] = [start]
  takes.forEach((position, at) => {
    if (position !== undefined) entries[position] = at
  })
  let steps = 0
  const next = entries.map((entry, index) => {
    const ways = new Map<number, number>()
    const around = new Set<number>()
    const walk = (at: number): void => {
      if (++steps > mostSteps) return
      const position = takes[at]
      if (position !== undefined) {
        ways.set(position, Math.min(2, (ways.get(position) ?? 0) + 1))
        return
      }
      // PCRE2 does not go round a loop without taking something.
      around.add(at)
      for (const to of edges[at] ?? []) if (!around.has(to)) walk(to)
      around.delete(at)
    }
    if (index === 0) walk(entry)
    else for (const to of edges[entry] ?? []) walk(to)
    return [...ways].map(([to, many]) => ({ to, ways: many }))
  })
  return steps > mostSteps ? undefined : { sets, next }
}

/** For each position a number that it shares with those that lead to it and that it leads to; those on no loop have one of their own. */
function components(next: Positions['next']): readonly number[] {
  const reach = next.map((_, from) => {
    const seen = new Set<number>()
    const waiting = [from]
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
      for (const { to } of next[at] ?? [])
        if (!seen.has(to)) {
          seen.add(to)
          waiting.push(to)
        }
    return seen
  })
  return next.map((_, at) => next.findIndex((_, other) => other === at || (reach[at]?.has(other) === true && reach[other]?.has(at) === true)))
}

/** The bytes that lead from one position to another; the empty text where they are one. */
function pathBetween(graph: Positions, from: number, to: number, allowed: (at: number) => boolean): string | undefined {
  const before = new Map<number, number>()
  if (from === to) return ''
  let queue = [from]
  while (queue.length > 0) {
    const following: number[] = []
    for (const at of queue)
      for (const { to: reached } of graph.next[at] ?? []) {
        if (before.has(reached) || !allowed(reached)) continue
        before.set(reached, at)
        if (reached === to) {
          let text = ''
          for (let each: number | undefined = to; each !== undefined && each !== from; each = before.get(each)) text = letter(graph.sets[each]) + text
          return text
        }
        following.push(reached)
      }
    queue = following
  }
  return undefined
}

/** The whole text: how the loop is reached, and how the match fails behind it. */
function witnessOf(pattern: Pattern, graph: Positions, at: number, pump: string): Backtracking | undefined {
  const prefix = pathBetween(graph, 0, at, () => true)
  const all = searched(pattern.tree)
  if (prefix === undefined || !all) return undefined
  const begun = `${prefix}${pump.repeat(8)}`
  const begins = concatenated([exactly(begun), bytesRepeated(allBytes)])
  const word = begins && wordOf(begins, { automaton: all, not: true })
  return word === undefined || word === 'unknown' ? undefined : { growth: 'exponential', prefix, pump, suffix: word.slice(begun.length) }
}
