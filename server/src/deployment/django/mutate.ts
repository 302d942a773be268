import type { SyntaxNode } from '@lezer/common'
import { evaluate } from './evaluate.ts'
import type { Frame } from './interpreter.ts'
import { mergeInto } from './methods.ts'
import { joinSequences } from './operators.ts'
import { childrenOf, placeOf, textOfNode } from './python-source.ts'
import {
  type CallArguments,
  combine,
  type DictEntry,
  equalPy,
  isSequence,
  known,
  knownText,
  numberOf,
  type PyDict,
  type PySequence,
  type PyValue,
  unknown,
  type Value,
} from './values.ts'

/** Methods that change the list, set or dictionary on which they are called. */
export const MUTATING_METHODS: ReadonlySet<string> = new Set([
  'append',
  'extend',
  'insert',
  'remove',
  'pop',
  'clear',
  'sort',
  'reverse',
  'update',
  'setdefault',
  'add',
  'discard',
  'popitem',
  'appendleft',
])

/** Gives a name another value, and notes it where the name is one of the module. */
export function bind(frame: Frame, name: string, value: Value, target: SyntaxNode, statement: SyntaxNode): void {
  frame.names.set(name, value)
  if (frame.outer) return
  const assignments = frame.module.assignments.get(name) ?? []
  assignments.push({ statement: placeOf(statement, frame.source), target: placeOf(target, frame.source), value })
  frame.module.assignments.set(name, assignments)
}

/**
 * Changes what a target (`X`, `X["a"][0]`) holds. `inPlace`: the object itself changes, so that other
 * names of it change too.
 */
export function update(target: SyntaxNode, frame: Frame, statement: SyntaxNode, inPlace: boolean, change: (old: Value) => Value): void {
  updateNode(target, target, frame, statement, inPlace, change)
}

function updateNode(node: SyntaxNode, whole: SyntaxNode, frame: Frame, statement: SyntaxNode, inPlace: boolean, change: (old: Value) => Value): void {
  if (node.name === 'ParenthesizedExpression') {
    const inner = childrenOf(node)[1]
    if (inner) updateNode(inner, whole, frame, statement, inPlace, change)
    return
  }
  if (node.name === 'VariableName') {
    const name = textOfNode(node, frame.source)
    let owner: Frame | undefined = frame
    while (owner && !owner.names.has(name)) owner = owner.outer
    const old = owner?.names.get(name)
    const value = change(old ?? unknown(`${name} has no value here`))
    if (inPlace && old) replaceEverywhere(frame, old, value)
    bind(owner ?? frame, name, value, whole, statement)
    return
  }
  const [object, bracket, keyNode, close] = childrenOf(node)
  if (node.name === 'MemberExpression' && bracket?.name === '.') {
    // What a name of a module (`base.ALLOWED_HOSTS`) holds has that name wherever it was imported.
    const old = evaluate(node, frame)
    if (inPlace) replaceEverywhere(frame, old, change(old))
    return
  }
  if (node.name !== 'MemberExpression' || bracket?.name !== '[' || !object || !keyNode) return
  const key = close?.name === ']' ? evaluate(keyNode, frame) : unknown('a part of the list is replaced')
  updateNode(object, whole, frame, statement, true, (old) => setItem(old, key, change, frame, node))
}

/** An object that changes in place changes under all its names, in this module and others. */
function replaceEverywhere(frame: Frame, old: Value, value: Value): void {
  if (old.state !== 'known' || !(isSequence(old.value) || old.value.kind === 'dict')) return
  // The module that is being read has its names in the frame: those of its branches go their own ways.
  const others = [...frame.run.modules.values()].filter((module) => module !== frame.module)
  const tables = new Set(others.map((module) => module.names))
  for (let one: Frame | undefined = frame; one; one = one.outer) tables.add(one.names)
  for (const names of tables) for (const [name, one] of names) if (one.state === 'known' && one.value === old.value) names.set(name, value)
}

function setItem(container: Value, key: Value, change: (old: Value) => Value, frame: Frame, node: SyntaxNode): Value {
  const at = container.state === 'known' ? (container.at ?? placeOf(node, frame.source)) : placeOf(node, frame.source)
  return combine([container], at, (object): PyValue | undefined => {
    if (object?.kind === 'dict') return setEntry(object, key, change)
    const index = key.state === 'known' ? numberOf(key.value) : undefined
    if (object === undefined || !isSequence(object)) return object
    if (index === undefined || object.open || object.items.at(index) === undefined) return { ...object, open: true, items: [] }
    const position = index < 0 ? object.items.length + index : index
    return { ...object, items: object.items.map((item, i) => (i === position ? change(item) : item)) }
  })
}

function setEntry(dict: PyDict, key: Value, change: (old: Value) => Value): PyDict {
  if (key.state !== 'known') return { ...dict, open: true }
  const position = dict.entries.findLastIndex((entry) => equalPy(entry.key, key.value) === true)
  const replace = (entry: DictEntry): DictEntry => ({ key: entry.key, value: change(entry.value) })
  if (position >= 0) return { ...dict, entries: dict.entries.map((entry, i) => (i === position ? replace(entry) : entry)) }
  const value = change(unknown('the dictionary has no such key'))
  return { ...dict, entries: [...dict.entries, { key: key.value, value }] }
}

/** What a list, set or dictionary is after `value.method(…)`. What cannot be followed leaves it open. */
export function mutated(value: Value, method: string, args: CallArguments): Value {
  const at = value.state === 'known' ? (value.at ?? args.at) : args.at
  return combine([value], at, (object): PyValue | undefined => {
    if (object?.kind === 'dict') return mutatedDict(object, method, args)
    return object && isSequence(object) ? mutatedSequence(object, method, args) : object
  })
}

function mutatedDict(dict: PyDict, method: string, args: CallArguments): PyDict {
  const [first, second] = args.positional
  if (args.open) return { ...dict, open: true }
  if (method === 'clear') return { kind: 'dict', entries: [], open: false }
  if (method === 'update') {
    const named = [...args.named].map(([key, value]): DictEntry => ({ key: { kind: 'string', value: key }, value }))
    return mergeInto(first ? mergeInto(dict, first) : dict, known({ kind: 'dict', entries: named, open: false }, args.at))
  }
  if (first?.state !== 'known') return { ...dict, open: true }
  const without = dict.entries.filter((entry) => equalPy(entry.key, first.value) !== true)
  if (method === 'pop') return { ...dict, entries: without }
  if (method === 'setdefault' && without.length === dict.entries.length && second)
    return { ...dict, entries: [...dict.entries, { key: first.value, value: second }] }
  return method === 'setdefault' ? dict : { ...dict, open: true }
}

function mutatedSequence(list: PySequence, method: string, args: CallArguments): PySequence {
  const [first, second] = args.positional
  const lost: PySequence = { ...list, open: true }
  if (args.open) return lost
  if (method === 'clear') return { ...list, items: [], open: false }
  if (method === 'pop') return popped(list, first)
  if (method === 'reverse') return { ...list, items: list.items.toReversed() }
  if (method === 'sort') return sorted(list, args)
  if (!first) return lost
  switch (method) {
    case 'append':
    case 'add':
      return { ...list, items: [...list.items, first] }
    case 'appendleft':
      return { ...list, items: [first, ...list.items] }
    case 'extend':
    case 'update':
      return first.state === 'known' && isSequence(first.value) ? joinSequences(list, { ...first.value, kind: list.kind }) : lost
    case 'insert': {
      const index = first.state === 'known' ? numberOf(first.value) : undefined
      if (!second) return lost
      // Where it goes is not known: it is there all the same.
      return { ...list, items: index === undefined ? [...list.items, second] : list.items.toSpliced(index, 0, second) }
    }
    case 'remove':
    case 'discard':
      return removed(list, first)
    default:
      return lost
  }
}

function popped(list: PySequence, index: Value | undefined): PySequence {
  const position = index === undefined ? -1 : index.state === 'known' ? numberOf(index.value) : undefined
  return position === undefined || list.open ? { ...list, items: [], open: true } : { ...list, items: list.items.toSpliced(position, 1) }
}

/** Texts in the order of Python; with a key, or of other items, it is not known. */
function sorted(list: PySequence, args: CallArguments): PySequence {
  const texts = list.items.map((item) => knownText(item))
  if (args.named.size > 0 || list.open || texts.includes(undefined)) return { ...list, items: [], open: true }
  const order = (a: Value, b: Value): number => {
    const [left, right] = [knownText(a) ?? '', knownText(b) ?? '']
    return left < right ? -1 : left > right ? 1 : 0
  }
  return { ...list, items: list.items.toSorted(order) }
}

function removed(list: PySequence, item: Value): PySequence {
  if (item.state !== 'known') return { ...list, items: [], open: true }
  const position = list.items.findIndex((one) => one.state === 'known' && equalPy(one.value, item.value) === true)
  return position < 0 ? list : { ...list, items: list.items.toSpliced(position, 1) }
}
