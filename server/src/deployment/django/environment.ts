import { environmentVariable, type Frame } from './interpreter.ts'
import { osAbspath } from './os-path.ts'
import {
  alternatives,
  type CallArguments,
  isSequence,
  known,
  knownText,
  numberOf,
  oneOf,
  type Place,
  type PyValue,
  pyBoolean,
  pyNumber,
  pyString,
  textOf,
  truthOfPy,
  unknown,
  type Value,
} from './values.ts'

/** `os.environ.get`, `os.getenv`, `os.environ[…]`: `fallback` undefined where the variable must be set. */
export function readVariable(
  frame: Frame,
  name: Value | undefined,
  fallback: Value | undefined,
  at: Place,
  convert: (text: PyValue) => PyValue | undefined = (text) => text,
): Value {
  const variable = knownText(name)
  if (variable === undefined) return unknown('it comes from an environment variable whose name is computed')
  const found = environmentVariable(frame, variable)
  if (found) {
    const value = convert(pyString(found.text))
    if (!value) return unknown(`it is made of the environment variable ${variable}`, variable)
    return found.from === 'given' ? known(value, at) : { state: 'default', variable, value, at: found.at, from: '.env' }
  }
  if (!fallback) return unknown(`it comes from the environment variable ${variable}`, variable)
  return asDefault(variable, fallback, at)
}

/** `env(…)`, `env.bool(…)`, `env.list(…)` … of django-environ and environs. */
export function callEnv(frame: Frame, env: PyValue & { kind: 'env' }, method: string, args: CallArguments): Value {
  if (method === 'read_env') {
    const path = knownText(args.positional[0] ?? args.named.get('env_file') ?? args.named.get('path'))
    if (path !== undefined) frame.run.envFiles.unshift(path)
    return unknown('it reads a file')
  }
  const name = args.positional[0] ?? args.named.get('var') ?? args.named.get('name')
  const schema = env.schema.get(knownText(name) ?? '')
  const [schemaCast, schemaDefault] = schemaOf(schema)
  const hasCast = env.library === 'environ' && (method === 'call' || method === 'get_value' || method === 'list' || method === 'tuple')
  const cast = args.named.get('cast') ?? (hasCast ? args.positional[1] : undefined) ?? args.named.get('subcast')
  const fallback = args.named.get('default') ?? args.positional[hasCast ? 2 : 1] ?? schemaDefault
  if (args.open) return unknown('the arguments of a call cannot be read', knownText(name))
  if (!PLAIN_METHODS.has(method)) return unknown(`what env.${method}() makes of it is not evaluated`, knownText(name))
  const kind = method === 'call' || method === 'get_value' ? undefined : method
  const value = readVariable(frame, name, fallback, args.at, (text) => convertText(text, kind, cast ?? schemaCast ?? castLike(fallback), args.at))
  return method === 'path' ? asPath(value) : value
}

/** decouple's `config("K", default=…, cast=…)`: the default is cast too. */
export function callDecouple(frame: Frame, args: CallArguments): Value {
  const cast = args.named.get('cast') ?? args.positional[2]
  const fallback = args.named.get('default') ?? args.positional[1]
  if (args.open) return unknown('the arguments of a call cannot be read')
  const convert = (value: PyValue, at: Place): PyValue | undefined => (cast ? castPy(value, cast, at) : value)
  const converted = fallback && mapValue(fallback, (value, at) => convert(value, at ?? args.at))
  return readVariable(frame, args.positional[0], converted, args.at, (text) => convert(text, args.at))
}

const PLAIN_METHODS = new Set(['call', 'get_value', 'str', 'unicode', 'bool', 'int', 'float', 'list', 'tuple', 'path'])

const TRUE_WORDS = new Set(['true', 'on', 'ok', 'y', 'yes', 't', '1'])
const FALSE_WORDS = new Set(['false', 'off', 'n', 'no', 'f', '0', ''])

/** What the libraries and `strtobool` take for true; undefined where they disagree or fail. */
export function wordTruth(text: string): boolean | undefined {
  const word = text.trim().toLowerCase()
  return TRUE_WORDS.has(word) ? true : FALSE_WORDS.has(word) ? false : undefined
}

/** `cast(value)` for the casts that settings use: types, `Csv()`, functions of the project. */
export function castPy(value: PyValue, cast: Value, at: Place): PyValue | undefined {
  if (cast.state !== 'known') return undefined
  const by = cast.value
  if (by.kind === 'function') {
    const result = by.call({ positional: [known(value, at)], named: new Map(), open: false, at })
    return result.state === 'known' ? result.value : undefined
  }
  if (isSequence(by) && by.items.length === 1) return csv(value, at, false, by.items[0])
  if (by.kind !== 'symbol') return undefined
  switch (by.name) {
    case 'builtins.bool':
    case 'distutils.util.strtobool': {
      const truth = value.kind === 'string' ? wordTruth(value.value) : truthOfPy(value)
      return truth === undefined ? undefined : pyBoolean(truth)
    }
    case 'builtins.int':
    case 'builtins.float': {
      const number = value.kind === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value.value) ? Number(value.value) : numberOf(value)
      return number === undefined ? undefined : pyNumber(by.name === 'builtins.int' ? Math.trunc(number) : number)
    }
    case 'builtins.str':
    case 'builtins.unicode':
      return textOf(value) === undefined ? undefined : pyString(textOf(value) as string)
    case 'builtins.list':
      return csv(value, at, false, undefined)
    case 'decouple.Csv()':
      return csv(value, at, true, undefined)
    default:
      return undefined
  }
}

function convertText(text: PyValue, method: string | undefined, cast: Value | undefined, at: Place): PyValue | undefined {
  switch (method) {
    case undefined:
      return cast ? castPy(text, cast, at) : text
    case 'str':
    case 'path':
    case 'unicode':
      return text
    case 'bool':
    case 'int':
    case 'float':
      return castPy(text, known({ kind: 'symbol', name: `builtins.${method}` }, undefined), at)
    case 'list':
    case 'tuple': {
      const list = csv(text, at, false, cast)
      return list && isSequence(list) ? { ...list, kind: method } : list
    }
    default:
      return undefined
  }
}

/** Items between commas; a value that is a list already stays one. */
function csv(value: PyValue, at: Place, trim: boolean, cast: Value | undefined): PyValue | undefined {
  if (isSequence(value)) return value
  if (value.kind !== 'string') return undefined
  const items = value.value
    .split(',')
    .map((item) => (trim ? item.trim() : item))
    .filter(Boolean)
    .map((item): Value => {
      const converted = cast ? castPy(pyString(item), cast, at) : pyString(item)
      return converted ? known(converted, at) : unknown('its cast is not evaluated')
    })
  return { kind: 'list', items, open: false }
}

/** django-environ casts to the type of the default. */
function castLike(fallback: Value | undefined): Value | undefined {
  if (fallback?.state !== 'known') return undefined
  const names: Readonly<Record<string, string>> = { boolean: 'bool', number: 'int', list: 'list' }
  const name = names[fallback.value.kind]
  return name === undefined ? undefined : known({ kind: 'symbol', name: `builtins.${name}` }, undefined)
}

/** `Env(DEBUG=(bool, False))` or `Env(DEBUG=bool)`. */
function schemaOf(schema: Value | undefined): readonly [Value | undefined, Value | undefined] {
  if (schema?.state !== 'known') return [undefined, undefined]
  return schema.value.kind === 'tuple' ? [schema.value.items[0], schema.value.items[1]] : [schema, undefined]
}

function asDefault(variable: string, fallback: Value, at: Place): Value {
  return oneOf(
    alternatives(fallback).map(
      (one): Value => (one.state === 'known' ? { state: 'default', variable, value: one.value, at: one.at ?? at, from: 'code' } : one),
    ),
  )
}

const asPath = (value: Value): Value =>
  mapValue(value, (one) => {
    const text = textOf(one)
    return text === undefined ? undefined : { kind: 'path', flavor: 'environ', value: osAbspath(text) ?? text }
  })

/** Each alternative turned into another value at the same place. */
function mapValue(value: Value, convert: (value: PyValue, at: Place | undefined) => PyValue | undefined): Value {
  return oneOf(
    alternatives(value).map((one): Value => {
      if (one.state === 'unknown') return one
      const converted = convert(one.value, one.at)
      return converted ? { ...one, value: converted } : unknown('its cast is not evaluated')
    }),
  )
}
