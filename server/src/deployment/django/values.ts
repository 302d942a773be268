import type { Place } from '../../problem/place.ts'

/**
 * What is known of a Python value without running anything. A value is `known`, `one-of` several,
 * a `default` that an environment variable may replace, or `unknown`.
 */
export type Value = Known | OneOf | Default | Unknown

export interface Known {
  readonly state: 'known'
  readonly value: PyValue
  /** The expression that gives the value; undefined for a default of Django's own. */
  readonly at: Place | undefined
  /** True where the settings never assign the name and this is what Django takes then. */
  readonly isDefault?: true
}

/** Which one it is depends on something that cannot be read. An `unknown` among them: it may be anything else too. */
export interface OneOf {
  readonly state: 'one-of'
  readonly values: readonly Settled[]
}

/** What holds unless the environment variable says otherwise. */
export interface Default {
  readonly state: 'default'
  readonly variable: string
  readonly value: PyValue
  readonly at: Place | undefined
  /** `code`: the default written in the source; `.env`: the value in a `.env` file. */
  readonly from: 'code' | '.env'
}

export interface Unknown {
  readonly state: 'unknown'
  /** Completes "It cannot be known, because …". */
  readonly why: string
  /** The environment variable that decides, where it is one. */
  readonly variable?: string
  /** Nothing was assigned on this way through the source. */
  readonly unset?: true
}

export type Settled = Known | Default | Unknown

export type { Place }

export type PyValue = PlainValue | OpaqueValue

export type PlainValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string; readonly bytes?: true }
  /** A path object: of pathlib, django-environ or unipath. */
  | { readonly kind: 'path'; readonly value: string; readonly flavor: 'pathlib' | 'environ' | 'unipath' }
  | PySequence
  | PyDict

/** `open`: there may be further items that could not be read. Each item has its own place. */
export interface PySequence {
  readonly kind: 'list' | 'tuple' | 'set'
  readonly items: readonly Value[]
  readonly open: boolean
}

/** `open`: there may be further entries, or other values for those listed. */
export interface PyDict {
  readonly kind: 'dict'
  readonly entries: readonly DictEntry[]
  readonly open: boolean
}

export interface DictEntry {
  readonly key: PyValue
  readonly value: Value
}

/** Things that only the evaluator handles; `DjangoSettings.get` never gives them. */
export type OpaqueValue =
  /** Something of a library, by its dotted name (`os.path.join`). */
  | { readonly kind: 'symbol'; readonly name: string }
  /** A module of the project. */
  | { readonly kind: 'module'; readonly path: string }
  | { readonly kind: 'function'; readonly call: (args: CallArguments) => Value }
  /** An `Env` of django-environ or environs, with the casts and defaults that it was made with. */
  | { readonly kind: 'env'; readonly library: 'environ' | 'environs'; readonly schema: ReadonlyMap<string, Value> }

/** `open`: there are further arguments that could not be read. */
export interface CallArguments {
  readonly positional: readonly Value[]
  readonly named: ReadonlyMap<string, Value>
  readonly open: boolean
  readonly at: Place
}

export const NONE: PlainValue = { kind: 'none' }

export const known = (value: PyValue, at: Place | undefined): Known => ({ state: 'known', value, at })
export const unknown = (why: string, variable?: string): Unknown => (variable === undefined ? { state: 'unknown', why } : { state: 'unknown', why, variable })
export const pyString = (value: string): PlainValue => ({ kind: 'string', value })
export const pyNumber = (value: number): PlainValue => ({ kind: 'number', value })
export const pyBoolean = (value: boolean): PlainValue => ({ kind: 'boolean', value })

/** Nothing was assigned on this way. */
export const UNSET: Unknown = { state: 'unknown', why: 'nothing is assigned to it', unset: true }

export const isOpaque = (value: PyValue): value is OpaqueValue =>
  value.kind === 'symbol' || value.kind === 'module' || value.kind === 'function' || value.kind === 'env'

export const isSequence = (value: PyValue): value is PySequence => value.kind === 'list' || value.kind === 'tuple' || value.kind === 'set'

/** The text of a string or a path. */
export const textOf = (value: PyValue): string | undefined => (value.kind === 'string' || value.kind === 'path' ? value.value : undefined)

/** The text of a value that is certainly this string or path. */
export const knownText = (value: Value | undefined): string | undefined => (value?.state === 'known' ? textOf(value.value) : undefined)

/** What a value may be. `complete`: it is certainly one of these. */
export function possibleValues(value: Value): { readonly values: readonly (Known | Default)[]; readonly complete: boolean } {
  const all = alternatives(value)
  const values = all.filter((one) => one.state !== 'unknown')
  return { values, complete: all.every((one) => one.state === 'known') }
}

/** The strings and paths among the items of a value that is certainly a list, tuple or set; `complete`: there are no others. */
export function knownItems(
  value: Value,
): { readonly items: readonly { readonly text: string; readonly at: Place | undefined }[]; readonly complete: boolean } | undefined {
  if (value.state !== 'known' || !isSequence(value.value)) return undefined
  const items: { text: string; at: Place | undefined }[] = []
  let complete = !value.value.open
  for (const item of value.value.items) {
    const text = knownText(item)
    if (text !== undefined && item.state === 'known') items.push({ text, at: item.at })
    else complete = false
  }
  return { items, complete }
}

/** Whether a value is true where Python asks for a condition; undefined where that depends. */
export function truthOf(value: Value): boolean | undefined {
  return value.state === 'known' ? truthOfPy(value.value) : undefined
}

export function truthOfPy(value: PyValue): boolean | undefined {
  switch (value.kind) {
    case 'none':
      return false
    case 'boolean':
      return value.value
    case 'number':
      return value.value !== 0
    case 'string':
      return value.value !== ''
    case 'list':
    case 'tuple':
    case 'set':
      return value.items.length > 0 ? true : value.open ? undefined : false
    case 'dict':
      return value.entries.length > 0 ? true : value.open ? undefined : false
    case 'symbol':
      return undefined
    default:
      return true
  }
}

/** Python's `==`; undefined where a part is not known. */
export const equalPy = (a: PyValue, b: PyValue): boolean | undefined => equalAt(a, b, 0)

/** Values that hold values are compared no deeper than people nest them: shared parts would multiply. */
const DEEPEST_EQUAL = 8

function equalAt(a: PyValue, b: PyValue, depth: number): boolean | undefined {
  if (a === b) return true
  if (depth > DEEPEST_EQUAL) return undefined
  const left = numberOf(a)
  const right = numberOf(b)
  if (left !== undefined && right !== undefined) return left === right
  if (isOpaque(a) || isOpaque(b)) return a.kind === 'symbol' && b.kind === 'symbol' && a.name === b.name ? true : undefined
  if (isSequence(a) && isSequence(b)) return equalSequences(a, b, depth + 1)
  if (a.kind !== b.kind) return false
  if (a.kind === 'string' && b.kind === 'string') return a.value === b.value
  if (a.kind === 'path' && b.kind === 'path') return a.value === b.value
  if (a.kind === 'none') return true
  return undefined
}

/** A boolean counts as 0 or 1, as in Python. */
export function numberOf(value: PyValue): number | undefined {
  if (value.kind === 'number') return value.value
  return value.kind === 'boolean' ? Number(value.value) : undefined
}

/** A text that is the same for equal keys; undefined for keys that are no plain text, number or None. */
export function keyText(key: PyValue): string | undefined {
  if (key.kind === 'string') return `'${key.value}`
  const number = numberOf(key)
  return number === undefined ? (key.kind === 'none' ? 'None' : undefined) : String(number)
}

/** The settled values that a value may be. */
export const alternatives = (value: Value): readonly Settled[] => (value.state === 'one-of' ? value.values : [value])

const MOST_ALTERNATIVES = 12

/** One of these; equal ones count once, and of too many the rest is unknown. */
export function oneOf(values: readonly Value[]): Value {
  const different: Settled[] = []
  for (const value of values.flatMap(alternatives)) {
    if (different.some((other) => isSame(other, value))) continue
    if (different.length === MOST_ALTERNATIVES) {
      different.push(unknown('there are too many possibilities'))
      break
    }
    different.push(value)
  }
  return different.length === 1 ? (different[0] as Settled) : { state: 'one-of', values: different }
}

/**
 * Applies a function to each combination of what the values may be. The function is given settled
 * values, so that it can make something of an unknown one. A result that rests on a default is one.
 */
export function combineSettled(values: readonly Value[], at: Place, apply: (...settled: readonly Settled[]) => PyValue | Unknown | undefined): Value {
  let combinations: Settled[][] = [[]]
  for (const value of values) {
    combinations = combinations.flatMap((before) => alternatives(value).map((one) => [...before, one]))
    if (combinations.length > 64) return unknown('there are too many possibilities')
  }
  return oneOf(
    combinations.map((settled) => {
      const result = settled.some((one) => one.state !== 'unknown' && isTooLarge(one.value)) ? TOO_LARGE : apply(...settled)
      if (result && !('state' in result) && isTooLarge(result)) return TOO_LARGE
      if (result === undefined) return unknown('this expression is not evaluated')
      if ('state' in result) return result
      const first = settled.find((one) => one.state === 'default')
      if (first?.state === 'default') return { state: 'default', variable: first.variable, from: first.from, value: result, at }
      return known(result, at)
    }),
  )
}

const TOO_LARGE = unknown('the value is too large to evaluate')

/** Beyond these sizes nothing is computed, so that no source takes long. */
const isTooLarge = (value: PyValue): boolean =>
  value.kind === 'string' ? value.value.length > 5000 : isSequence(value) ? value.items.length > 2000 : value.kind === 'dict' && value.entries.length > 1000

/** `combineSettled` for functions that can make nothing of an unknown value. */
export function combine(values: readonly Value[], at: Place, apply: (...values: readonly PyValue[]) => PyValue | Unknown | undefined): Value {
  return combineSettled(values, at, (...settled) => {
    const plain: PyValue[] = []
    for (const one of settled) {
      if (one.state === 'unknown') return one.unset ? unknown('a name has no value here') : one
      plain.push(one.value)
    }
    return apply(...plain)
  })
}

/** The value, given by another expression. Alternatives and defaults keep the place where each is written. */
export const placed = (value: Value, at: Place): Value => (value.state === 'known' ? known(value.value, at) : value)

function isSame(a: Settled, b: Settled): boolean {
  if (a === b) return true
  if (a.state === 'unknown' || b.state === 'unknown') return a.state === b.state && (a as Unknown).unset === (b as Unknown).unset
  if (a.state !== b.state || equalPy(a.value, b.value) !== true || a.value.kind !== b.value.kind) return false
  return a.state !== 'default' || b.state !== 'default' || a.variable === b.variable
}

function equalSequences(a: PySequence, b: PySequence, depth: number): boolean | undefined {
  if (a.kind !== b.kind) return false
  if (a.open || b.open || a.kind === 'set') return undefined
  if (a.items.length !== b.items.length) return false
  let result: boolean | undefined = true
  for (const [i, item] of a.items.entries()) {
    const other = b.items[i] as Value
    const same = item.state === 'known' && other.state === 'known' ? equalAt(item.value, other.value, depth) : undefined
    if (same === false) return false
    if (same === undefined) result = undefined
  }
  return result
}
