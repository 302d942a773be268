import { isAbsolute, normalize } from '../../workspace/path.ts'
import { osJoin, purePath } from './os-path.ts'
import { formatPercent } from './python-text.ts'
import {
  combineSettled,
  type DictEntry,
  equalPy,
  isOpaque,
  isSequence,
  keyText,
  numberOf,
  type Place,
  type PyDict,
  type PySequence,
  type PyValue,
  pyBoolean,
  pyNumber,
  pyString,
  type Settled,
  textOf,
  type Unknown,
  unknown,
  type Value,
} from './values.ts'

/** `left OP right` for arithmetic, sequences, paths and strings. */
export function binaryOperation(operator: string, left: Value, right: Value, at: Place): Value {
  return combineSettled([left, right], at, (a, b) => {
    const x = plain(a)
    const y = plain(b)
    // A list joined with something unknown is still known to have the items of the list.
    if (operator === '+' && x && isSequence(x) && !(y && isSequence(y)) && (!y || isOpaque(y))) return { ...x, open: true }
    if (operator === '+' && y && isSequence(y) && !(x && isSequence(x)) && (!x || isOpaque(x))) return { ...y, open: true }
    if (!x) return a as Unknown
    if (!y) return b as Unknown
    return operate(operator, x, y)
  })
}

const plain = (settled: Settled | undefined): PyValue | undefined => (settled === undefined || settled.state === 'unknown' ? undefined : settled.value)

/** `==`, `!=`, `<`, `in`, `not in`, `is`, `is not` …; undefined where it depends. */
export function compare(operator: string, a: PyValue, b: PyValue): PyValue | undefined {
  const negated = operator === '!=' || operator === '<>' || operator === 'not in' || operator === 'is not'
  const result = operator === 'in' || operator === 'not in' ? contains(b, a) : /^(==|!=|<>|is|is not)$/.test(operator) ? equalPy(a, b) : ordered(operator, a, b)
  return result === undefined ? undefined : pyBoolean(negated ? !result : result)
}

function ordered(operator: string, a: PyValue, b: PyValue): boolean | undefined {
  const x = numberOf(a) ?? (a.kind === 'string' ? a.value : undefined)
  const y = numberOf(b) ?? (b.kind === 'string' ? b.value : undefined)
  if (x === undefined || y === undefined || typeof x !== typeof y) return undefined
  if (operator === '<') return x < y
  if (operator === '>') return x > y
  if (operator === '<=') return x <= y
  return operator === '>=' ? x >= y : undefined
}

/** `item in container`. */
export function contains(container: PyValue, item: PyValue): boolean | undefined {
  if (container.kind === 'string' && item.kind === 'string') return container.value.includes(item.value)
  if (container.kind === 'dict') {
    if (container.entries.some((entry) => equalPy(entry.key, item) === true)) return true
    return container.open || container.entries.some((entry) => equalPy(entry.key, item) === undefined) ? undefined : false
  }
  if (!isSequence(container)) return undefined
  const found = container.items.map((one) => (one.state === 'known' ? equalPy(one.value, item) : undefined))
  if (found.includes(true)) return true
  return container.open || found.includes(undefined) ? undefined : false
}

const LONGEST_REPEATED = 10_000

function operate(operator: string, a: PyValue, b: PyValue): PyValue | undefined {
  const x = numberOf(a)
  const y = numberOf(b)
  if (x !== undefined && y !== undefined) return arithmetic(operator, x, y)
  switch (operator) {
    case '+':
      return add(a, b)
    case '-':
      return a.kind === 'path' && a.flavor === 'environ' && y !== undefined
        ? { ...a, value: normalize(`${a.value}${'/..'.repeat(Math.min(Math.max(y, 0), 100))}`) }
        : undefined
    case '/':
      return divide(a, b)
    case '*':
      if (a.kind === 'string' && y !== undefined)
        return a.value.length * y <= LONGEST_REPEATED ? pyString(a.value.repeat(Math.max(0, Math.trunc(y)))) : undefined
      return undefined
    case '%':
      return a.kind === 'string' ? percent(a.value, b) : undefined
    case '|':
      return a.kind === 'dict' && b.kind === 'dict' ? mergeDicts(a, b) : a.kind === 'set' && b.kind === 'set' ? joinSequences(a, b) : undefined
    default:
      return undefined
  }
}

function arithmetic(operator: string, x: number, y: number): PyValue | undefined {
  const results: Readonly<Record<string, () => number>> = {
    '+': () => x + y,
    '-': () => x - y,
    '*': () => x * y,
    '/': () => x / y,
    '//': () => Math.floor(x / y),
    '%': () => x - y * Math.floor(x / y),
    '**': () => x ** y,
    '<<': () => x * 2 ** y,
    '>>': () => Math.floor(x / 2 ** y),
  }
  const result = results[operator]?.()
  return result === undefined || !Number.isFinite(result) ? undefined : pyNumber(result)
}

function add(a: PyValue, b: PyValue): PyValue | undefined {
  if (a.kind === 'string' && b.kind === 'string') return { ...a, value: a.value + b.value }
  if (isSequence(a) && isSequence(b) && a.kind === b.kind && a.kind !== 'set') return joinSequences(a, b)
  const x = textOf(a)
  const y = textOf(b)
  // unipath's Path is a string; django-environ's joins.
  if (x !== undefined && y !== undefined && a.kind === 'path' && a.flavor === 'unipath') return pyString(x + y)
  if (x !== undefined && y !== undefined && a.kind === 'path' && a.flavor === 'environ') return { ...a, value: normalize(osJoin(x, y)) }
  return undefined
}

function divide(a: PyValue, b: PyValue): PyValue | undefined {
  const x = textOf(a)
  const y = textOf(b)
  const path = a.kind === 'path' ? a : b.kind === 'path' ? b : undefined
  if (x === undefined || y === undefined || !path) return undefined
  return { ...path, value: purePath(isAbsolute(y) ? y : `${x}/${y}`) }
}

export const joinSequences = (a: PySequence, b: PySequence): PySequence => ({ kind: a.kind, items: [...a.items, ...b.items], open: a.open || b.open })

/** The entries of both; a key of the second replaces that of the first. */
export function mergeDicts(a: PyDict, b: PyDict): PyDict {
  const entries = new Map<string | PyValue, DictEntry>()
  for (const entry of [...a.entries, ...b.entries]) {
    const key = keyText(entry.key) ?? entry.key
    const before = entries.get(key)
    entries.set(key, before ? { key: before.key, value: entry.value } : entry)
  }
  return { kind: 'dict', entries: [...entries.values()], open: a.open || b.open }
}

/** Python's `str(value)` where webconf knows it. */
export function strOf(value: PyValue): string | undefined {
  if (value.kind === 'string') return value.bytes ? undefined : value.value
  if (value.kind === 'path') return value.value
  if (value.kind === 'boolean') return value.value ? 'True' : 'False'
  if (value.kind === 'none') return 'None'
  return value.kind === 'number' && Number.isInteger(value.value) ? String(value.value) : undefined
}

const strOfValue = (value: Value | undefined): string | undefined => (value?.state === 'known' ? strOf(value.value) : undefined)

function percent(template: string, value: PyValue): PyValue | undefined {
  let index = 0
  const next = (): string | undefined => {
    if (value.kind === 'tuple') return strOfValue(value.items[index++])
    return index++ === 0 ? strOf(value) : undefined
  }
  const named = (key: string): string | undefined => (value.kind === 'dict' ? strOfValue(entryOf(value, pyString(key))) : undefined)
  const result = formatPercent(template, next, named)
  return result === undefined ? undefined : pyString(result)
}

/** The value of a key: undefined where there is none or it is not known which. */
export const entryOf = (dict: PyDict, key: PyValue): Value | undefined => dict.entries.findLast((entry) => equalPy(entry.key, key) === true)?.value

/** `object[key]`. */
export function subscript(object: PyValue, key: PyValue): Value {
  const index = numberOf(key)
  if (object.kind === 'dict')
    return object.open
      ? unknown('the dictionary is changed by something that cannot be read')
      : (entryOf(object, key) ?? unknown('the dictionary has no such key'))
  if (isSequence(object) && index !== undefined) {
    const item = object.open && index < 0 ? undefined : object.items.at(index)
    return item ?? unknown('the list has no such item')
  }
  if (object.kind === 'string' && index !== undefined) {
    const character = object.value.at(index)
    if (character !== undefined) return { state: 'known', value: pyString(character), at: undefined }
  }
  return unknown('this subscript is not evaluated')
}

/** `object[start:end]`. */
export function slice(object: PyValue, start: number | undefined, end: number | undefined): PyValue | undefined {
  if (object.kind === 'string') return { ...object, value: object.value.slice(start ?? 0, end) }
  return isSequence(object) && !object.open ? { ...object, items: object.items.slice(start ?? 0, end) } : undefined
}
