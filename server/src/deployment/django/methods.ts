import { contains, entryOf, mergeDicts, strOf } from './operators.ts'
import { osAbspath, osBasename, osDirname, osJoin, osSplitext, pureParent, purePath } from './os-path.ts'
import { formatBraces } from './python-text.ts'
import {
  type CallArguments,
  combine,
  isSequence,
  known,
  NONE,
  numberOf,
  oneOf,
  type Place,
  type PyDict,
  type PySequence,
  type PyValue,
  pyBoolean,
  pyNumber,
  pyString,
  textOf,
  type Unknown,
  unknown,
  type Value,
} from './values.ts'

/** `self.name(…)` for strings, sequences, dictionaries and paths; methods that change nothing. */
export function callMethod(self: Value, name: string, args: CallArguments): Value {
  if (args.open) return unknown('the arguments of a call cannot be read')
  if (name === 'format') return formatMethod(self, args)
  if (name === 'get' || name === 'copy' || name === 'setdefault') return dictMethod(self, name, args)
  return combine([self, ...args.positional], args.at, (object, ...values) => {
    if (object === undefined) return undefined
    if (object.kind === 'string') return stringMethod(object.value, name, values, args.at)
    if (object.kind === 'path')
      return pathMethod(object, name, values) ?? (object.flavor === 'unipath' ? stringMethod(object.value, name, values, args.at) : undefined)
    if (isSequence(object)) return sequenceMethod(object, name, values)
    if (object.kind === 'dict') return dictView(object, name, args.at)
    return undefined
  })
}

/** `path.parent`, `path.name` …; undefined for what is not evaluated. */
export function attributeOf(object: PyValue, name: string): PyValue | undefined {
  if (object.kind !== 'path') return undefined
  if (name === 'parent') return { ...object, value: object.flavor === 'unipath' ? osDirname(object.value) : pureParent(object.value) }
  if (name === 'name') return pyString(osBasename(object.value))
  if (name === 'stem') return pyString(osSplitext(osBasename(object.value))[0])
  if (name === 'suffix') return pyString(osSplitext(object.value)[1])
  if (name === 'root' && object.flavor === 'environ') return pyString(object.value)
  if (name !== 'parents') return undefined
  const parents: Value[] = []
  for (let path = object.value; pureParent(path) !== path; ) {
    path = pureParent(path)
    parents.push(known({ ...object, value: path }, undefined))
  }
  return { kind: 'tuple', items: parents, open: false }
}

function stringMethod(text: string, name: string, values: readonly PyValue[], at: Place): PyValue | undefined {
  const first = values[0]
  const argument = first?.kind === 'string' ? first.value : undefined
  switch (name) {
    case 'lower':
    case 'casefold':
      return pyString(text.toLowerCase())
    case 'upper':
      return pyString(text.toUpperCase())
    case 'strip':
    case 'lstrip':
    case 'rstrip':
      return first !== undefined && argument === undefined ? undefined : pyString(strip(text, argument, name))
    case 'split':
    case 'rsplit':
      return split(text, name, values, at)
    case 'splitlines':
      return listOfText(text.replace(/\r?\n$/, '').split(/\r?\n/), at)
    case 'join':
      return first ? joinText(text, first) : undefined
    case 'replace':
      return argument !== undefined && argument !== '' && values[1]?.kind === 'string' && values.length === 2
        ? pyString(text.replaceAll(argument, () => (values[1] as { value: string }).value))
        : undefined
    case 'startswith':
      return argument === undefined ? undefined : pyBoolean(text.startsWith(argument))
    case 'endswith':
      return argument === undefined ? undefined : pyBoolean(text.endsWith(argument))
    case 'encode':
    case 'decode':
      return pyString(text)
    case 'isdigit':
      return pyBoolean(/^\d+$/.test(text))
    default:
      return undefined
  }
}

function strip(text: string, characters: string | undefined, side: string): string {
  const drop = (ch: string): boolean => (characters === undefined ? /\s/.test(ch) : characters.includes(ch))
  let start = 0
  let end = text.length
  if (side !== 'rstrip') while (start < end && drop(text.charAt(start))) start++
  if (side !== 'lstrip') while (end > start && drop(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

function split(text: string, name: string, values: readonly PyValue[], at: Place): PyValue | undefined {
  const [separator, limit] = values
  if (separator === undefined || separator.kind === 'none') return limit ? undefined : listOfText(text.split(/\s+/).filter(Boolean), at)
  if (separator.kind !== 'string' || separator.value === '') return undefined
  const parts = text.split(separator.value)
  const most = limit ? numberOf(limit) : undefined
  if (most === undefined || most < 0 || parts.length <= most + 1) return listOfText(parts, at)
  const rest = parts.length - most
  const joined =
    name === 'split' ? [...parts.slice(0, most), parts.slice(most).join(separator.value)] : [parts.slice(0, rest).join(separator.value), ...parts.slice(rest)]
  return listOfText(joined, at)
}

const listOfText = (texts: readonly string[], at: Place): PyValue => ({ kind: 'list', items: texts.map((text) => known(pyString(text), at)), open: false })

function joinText(separator: string, value: PyValue): PyValue | undefined {
  if (!isSequence(value) || value.open || value.kind === 'set') return undefined
  const texts = value.items.map((item) => (item.state === 'known' && item.value.kind === 'string' ? item.value.value : undefined))
  return texts.includes(undefined) ? undefined : pyString(texts.join(separator))
}

function pathMethod(path: PyValue & { kind: 'path' }, name: string, values: readonly PyValue[]): PyValue | undefined {
  const texts = values.map(textOf)
  const parts = texts.filter((text) => text !== undefined)
  switch (name) {
    case 'resolve':
    case 'absolute':
    case 'realpath': {
      const value = osAbspath(path.value)
      return value === undefined ? undefined : { ...path, value }
    }
    case 'joinpath':
    case 'child':
    case 'path': {
      if (parts.length !== texts.length) return undefined
      const joined = osJoin(path.value, ...parts)
      return { ...path, value: path.flavor === 'pathlib' ? purePath(joined) : (osAbspath(joined) ?? joined) }
    }
    case 'ancestor': {
      const levels = values[0] && numberOf(values[0])
      let value = path.value
      for (let i = 0; i < Math.min(levels ?? 0, 100); i++) value = osDirname(value)
      return levels === undefined ? undefined : { ...path, value }
    }
    case 'as_posix':
    case '__str__':
    case '__fspath__':
      return pyString(path.value)
    case 'with_name':
      return parts.length === 1 ? { ...path, value: purePath(`${pureParent(path.value)}/${parts[0]}`) } : undefined
    case 'is_absolute':
      return pyBoolean(osAbspath(path.value) !== undefined)
    default:
      return undefined
  }
}

function sequenceMethod(list: PySequence, name: string, values: readonly PyValue[]): PyValue | Unknown | undefined {
  const first = values[0]
  if (!first) return undefined
  if (name === 'index') {
    const index = list.items.findIndex((item) => item.state === 'known' && contains({ ...list, items: [item], open: false }, first) === true)
    const settled = list.items.slice(0, index).every((item) => item.state === 'known')
    return index >= 0 && settled ? pyNumber(index) : unknown('the list has no such item')
  }
  return name === 'union' && list.kind === 'set' && isSequence(first)
    ? { ...list, items: [...list.items, ...first.items], open: list.open || first.open }
    : undefined
}

function dictMethod(self: Value, name: string, args: CallArguments): Value {
  if (name === 'copy') return self
  const [key, fallback] = args.positional
  if (!key) return unknown('this call is not evaluated')
  if (self.state === 'unknown') return self
  const results: Value[] = []
  const settled = combine([self, key], args.at, (dict, wanted) => {
    if (dict?.kind !== 'dict' || wanted === undefined) return undefined
    const entry = entryOf(dict, wanted)
    results.push(dict.open ? unknown('the dictionary is changed by something that cannot be read') : (entry ?? fallback ?? known(NONE, args.at)))
    return NONE
  })
  return results.length > 0 && settled.state === 'known' ? oneOf(results) : unknown('this call is not evaluated')
}

function dictView(dict: PyDict, name: string, at: Place): PyValue | undefined {
  if (name === 'keys') return { kind: 'list', items: dict.entries.map((entry) => known(entry.key, at)), open: dict.open }
  if (name === 'values') return { kind: 'list', items: dict.entries.map((entry) => entry.value), open: dict.open }
  if (name !== 'items') return undefined
  const pairs = dict.entries.map((entry): Value => known({ kind: 'tuple', items: [known(entry.key, at), entry.value], open: false }, at))
  return { kind: 'list', items: pairs, open: dict.open }
}

function formatMethod(self: Value, args: CallArguments): Value {
  const names = [...args.named.keys()]
  return combine([self, ...args.positional, ...args.named.values()], args.at, (template, ...values) => {
    if (template?.kind !== 'string') return undefined
    const field = (name: string | number): string | undefined => {
      const index = typeof name === 'number' ? name : names.includes(name) ? args.positional.length + names.indexOf(name) : -1
      const value = values[index]
      return value && strOf(value)
    }
    const result = formatBraces(template.value, field)
    return result === undefined ? undefined : pyString(result)
  })
}

/** `{**a, **b}` and `dict.update`: what is unknown leaves the dictionary open. */
export function mergeInto(dict: PyDict, other: Value): PyDict {
  return other.state === 'known' && other.value.kind === 'dict' ? mergeDicts(dict, other.value) : { ...dict, open: true }
}
