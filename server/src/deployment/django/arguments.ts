import type { SyntaxNode } from '@lezer/common'
import type { Frame } from './interpreter.ts'
import { childrenOf, placeOf, textOfNode } from './python-source.ts'
import { alternatives, type CallArguments, isSequence, known, oneOf, type Place, truthOf, type Unknown, unknown, type Value } from './values.ts'

type Evaluate = (node: SyntaxNode, frame: Frame) => Value

/** The arguments of a call; a lone generator is a list. */
export function callArguments(list: SyntaxNode, frame: Frame, evaluate: Evaluate, at: Place): CallArguments {
  const positional: Value[] = []
  const named = new Map<string, Value>()
  const children = childrenOf(list).filter((child) => child.name !== '(' && child.name !== ')')
  if (children.some((child) => child.name === 'for'))
    return { positional: [comprehension(list, frame, evaluate, placeOf(list, frame.source))], named, open: false, at }
  let open = false
  for (let i = 0; i < children.length; i++) {
    const child = children[i] as SyntaxNode
    const next = children[i + 1]
    if (child.name === ',') continue
    if (child.name === '*' || child.name === '**') {
      i++
      open = spread(child.name, next ? evaluate(next, frame) : unknown('an argument is missing'), positional, named) || open
    } else if (child.name === 'VariableName' && next?.name === 'AssignOp') {
      i += 2
      const value = children[i]
      if (value) named.set(textOfNode(child, frame.source), evaluate(value, frame))
    } else positional.push(evaluate(child, frame))
  }
  return { positional, named, open, at }
}

/** Puts in `*value` or `**value`; true where its items cannot be read. */
function spread(star: string, value: Value, positional: Value[], named: Map<string, Value>): boolean {
  if (value.state !== 'known') return true
  const py = value.value
  if (star === '*' && isSequence(py)) positional.push(...py.items)
  else if (star === '**' && py.kind === 'dict') {
    for (const entry of py.entries) if (entry.key.kind === 'string') named.set(entry.key.value, entry.value)
  } else return true
  return py.open
}

const MOST_ITEMS = 500

/** `[x for x in y if z]` with one loop and plain names. */
export function comprehension(node: SyntaxNode, frame: Frame, evaluate: Evaluate, at: Place): Value {
  const children = childrenOf(node).filter((child) => !/^[[\](){}]$/.test(child.name))
  const loops = children.filter((child) => child.name === 'for').length
  const into = children.findIndex((child) => child.name === 'in')
  const [element, keyword] = children
  const targets = children.slice(2, into).filter((child) => child.name !== ',')
  const iterable = children[into + 1]
  const rest = children.slice(into + 2)
  const condition = rest[0]?.name === 'if' ? rest[1] : undefined
  const simple =
    loops === 1 &&
    keyword?.name === 'for' &&
    targets.every((target) => target.name === 'VariableName') &&
    (rest.length === 0 || (rest.length === 2 && condition))
  if (!element || !iterable || !simple) return unknown('this comprehension is not evaluated')
  const kind = node.name === 'SetComprehensionExpression' ? 'set' : 'list'
  const names = targets.map((target) => textOfNode(target, frame.source))
  const overOne = (source: Value): Value => {
    if (source.state === 'unknown' || source.state === 'one-of') return source
    const list = source.value
    if (!isSequence(list) || list.items.length > MOST_ITEMS) return unknown('this comprehension is not evaluated')
    const items: Value[] = []
    let open = list.open
    for (const item of list.items) {
      const bound = bindNames(names, item)
      if (!bound) return unknown('this comprehension is not evaluated')
      const inner: Frame = { ...frame, names: bound, outer: frame }
      const truth = condition ? truthOf(evaluate(condition, inner)) : true
      if (truth === undefined) open = true
      if (truth) items.push(evaluate(element, inner))
    }
    return source.state === 'known' ? known({ kind, items, open }, at) : { ...source, value: { kind, items, open }, at }
  }
  return oneOf(alternatives(evaluate(iterable, frame)).map(overOne))
}

/** The names of a loop for one item; several names unpack it. */
export function bindNames(names: readonly string[], item: Value): Map<string, Value> | undefined {
  const [first] = names
  if (names.length === 1 && first !== undefined) return new Map([[first, item]])
  const doubt: Unknown = unknown('what is unpacked is not known')
  const parts = item.state === 'known' && isSequence(item.value) && item.value.items.length === names.length ? item.value.items : undefined
  return new Map(names.map((name, i) => [name, parts?.[i] ?? doubt]))
}
