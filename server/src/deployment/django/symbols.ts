import { callDecouple, castPy, readVariable, wordTruth } from './environment.ts'
import type { Frame } from './interpreter.ts'
import { mergeInto } from './methods.ts'
import { strOf } from './operators.ts'
import { osAbspath, osBasename, osDirname, osJoin, osNormpath, osSplitext, purePath } from './os-path.ts'
import {
  type CallArguments,
  combine,
  isSequence,
  known,
  NONE,
  numberOf,
  type Place,
  type PyDict,
  type PyValue,
  pyBoolean,
  pyNumber,
  pyString,
  textOf,
  truthOfPy,
  type Unknown,
  unknown,
  type Value,
} from './values.ts'

/** Names that Python has without an import and that settings use. */
const BUILTINS = new Set(
  'str unicode int float bool bytes list tuple set frozenset dict len sorted open locals globals vars print isinstance getattr hasattr setattr range map filter zip exec eval execfile min max sum any all repr type super object __import__'.split(
    ' ',
  ),
)

export const builtinNamed = (name: string): PyValue | undefined => (BUILTINS.has(name) ? { kind: 'symbol', name: `builtins.${name}` } : undefined)

const CONSTANTS: ReadonlyMap<string, PyValue> = new Map([
  ['os.pardir', pyString('..')],
  ['os.path.pardir', pyString('..')],
  ['os.curdir', pyString('.')],
  ['os.path.curdir', pyString('.')],
  ['os.sep', pyString('/')],
  ['os.path.sep', pyString('/')],
  ['os.linesep', pyString('\n')],
  ['os.pathsep', pyString(':')],
  ['typing.TYPE_CHECKING', pyBoolean(false)],
])

/** Other names of the same thing. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['posixpath', 'os.path'],
  ['pathlib.PurePath', 'pathlib.Path'],
  ['pathlib.PosixPath', 'pathlib.Path'],
  ['pathlib2.Path', 'pathlib.Path'],
  ['os.path.realpath', 'os.path.abspath'],
  ['environ.FileAwareEnv', 'environ.Env'],
  ['environs.FileAwareEnv', 'environs.Env'],
  ['decouple.AutoConfig()', 'decouple.config'],
  ['collections.OrderedDict', 'builtins.dict'],
  ['builtins.frozenset', 'builtins.set'],
  ['builtins.unicode', 'builtins.str'],
])

/** A member of something of a library, or the thing itself where `member` is undefined. */
export function symbolNamed(name: string): PyValue {
  const real = ALIASES.get(name) ?? name
  return CONSTANTS.get(real) ?? { kind: 'symbol', name: real }
}

/** Calls something of a library; unknown for all but the few that settings are made of. */
export function callSymbol(frame: Frame, name: string, args: CallArguments): Value {
  const { positional, named, at } = args
  switch (name) {
    case 'os.environ.get':
    case 'os.getenv':
    case 'os.environ.pop':
    case 'os.environ.setdefault': {
      const fallback = positional[1] ?? named.get('default') ?? (name === 'os.environ.pop' ? undefined : known(NONE, at))
      return args.open ? unknown('the arguments of a call cannot be read') : readVariable(frame, positional[0], fallback, at)
    }
    case 'decouple.config':
      return callDecouple(frame, args)
    case 'decouple.Csv':
    case 'decouple.AutoConfig':
      return known(symbolNamed(`${name}()`), at)
    case 'environ.Env':
    case 'environs.Env':
      return known({ kind: 'env', library: name === 'environ.Env' ? 'environ' : 'environs', schema: named }, at)
    case 'environ.Env.read_env':
    case 'environs.Env.read_env':
    case 'dotenv.load_dotenv':
    case 'dotenv.read_dotenv': {
      const path = positional[0] ?? named.get('dotenv_path') ?? named.get('env_file')
      const text = path?.state === 'known' ? textOf(path.value) : undefined
      if (text !== undefined) frame.run.envFiles.unshift(text)
      return unknown('it reads a file')
    }
    case 'builtins.dict':
      return makeDict(args)
    case 'builtins.locals':
    case 'builtins.globals':
    case 'builtins.vars':
      return known({ kind: 'symbol', name: `${name}()` }, at)
  }
  if (/^django\.utils\.translation\.u?gettext(_lazy|_noop)?$/.test(name)) return positional[0] ?? unknown('it is a translated text')
  if (args.open || named.size > 0) return unknown(`what ${displayName(name)}() returns is not evaluated`)
  return combine(positional, at, (...values) => callPure(name, values, at) ?? unknown(`what ${displayName(name)}() returns is not evaluated`))
}

const displayName = (name: string): string => name.replace(/^builtins\./, '').replace(/\(\)$/, '')

function callPure(name: string, values: readonly PyValue[], at: Place): PyValue | Unknown | undefined {
  const texts = values.map(textOf)
  const first = values[0]
  const text = texts[0]
  if (name.startsWith('os.path.')) return texts.includes(undefined) ? undefined : callOsPath(name, texts as string[])
  if (name === 'pathlib.Path' || name === 'unipath.Path' || name === 'environ.Path') return makePath(name, texts)
  if (first === undefined) return emptyOf(name)
  switch (name) {
    case 'os.fspath':
      return text === undefined ? undefined : pyString(text)
    case 'builtins.str': {
      const result = strOf(first)
      return result === undefined ? undefined : pyString(result)
    }
    case 'builtins.int':
    case 'builtins.float':
      return values.length === 1 ? castPy(first, known({ kind: 'symbol', name }, undefined), at) : undefined
    case 'builtins.bool': {
      const truth = truthOfPy(first)
      return truth === undefined ? undefined : pyBoolean(truth)
    }
    case 'builtins.len':
      if (isSequence(first) && !first.open && first.kind !== 'set') return pyNumber(first.items.length)
      return first.kind === 'string' ? pyNumber(first.value.length) : undefined
    case 'builtins.list':
    case 'builtins.tuple':
    case 'builtins.set': {
      const kind = name.slice('builtins.'.length) as 'list' | 'tuple' | 'set'
      return isSequence(first) ? { ...first, kind } : undefined
    }
    case 'distutils.util.strtobool':
    case 'setuptools._distutils.util.strtobool': {
      const truth = text === undefined ? undefined : wordTruth(text)
      return truth === undefined ? undefined : pyNumber(Number(truth))
    }
    default:
      return undefined
  }
}

const emptyOf = (name: string): PyValue | undefined => {
  const kind = /^builtins\.(list|tuple|set)$/.exec(name)?.[1] as 'list' | 'tuple' | 'set' | undefined
  if (kind) return { kind, items: [], open: false }
  return name === 'builtins.str' ? pyString('') : undefined
}

function callOsPath(name: string, texts: readonly string[]): PyValue | undefined {
  const [first, ...rest] = texts
  if (first === undefined) return undefined
  switch (name) {
    case 'os.path.join':
      return pyString(osJoin(first, ...rest))
    case 'os.path.dirname':
      return pyString(osDirname(first))
    case 'os.path.basename':
      return pyString(osBasename(first))
    case 'os.path.normpath':
      return pyString(osNormpath(first))
    case 'os.path.abspath': {
      const path = osAbspath(first)
      return path === undefined ? undefined : pyString(path)
    }
    case 'os.path.normcase':
      return pyString(first)
    case 'os.path.expanduser':
      return first.startsWith('~') ? undefined : pyString(first)
    case 'os.path.expandvars':
      return /[$%]/.test(first) ? undefined : pyString(first)
    case 'os.path.isabs':
      return pyBoolean(osAbspath(first) !== undefined)
    case 'os.path.split':
      return pair(osDirname(first), osBasename(first))
    case 'os.path.splitext':
      return pair(...osSplitext(first))
    default:
      return undefined
  }
}

const pair = (a: string, b: string): PyValue => ({ kind: 'tuple', items: [known(pyString(a), undefined), known(pyString(b), undefined)], open: false })

function makePath(name: string, texts: readonly (string | undefined)[]): PyValue | undefined {
  const parts = texts.filter((text) => text !== undefined)
  if (parts.length !== texts.length) return undefined
  const joined = osJoin('', ...parts)
  if (name === 'pathlib.Path') return { kind: 'path', flavor: 'pathlib', value: purePath(joined) }
  if (name === 'unipath.Path') return { kind: 'path', flavor: 'unipath', value: joined || '.' }
  const value = osAbspath(joined)
  return value === undefined ? undefined : { kind: 'path', flavor: 'environ', value }
}

/** `dict(…)`: of another dictionary, of pairs, of named arguments. */
function makeDict(args: CallArguments): Value {
  let dict: PyDict = { kind: 'dict', entries: [], open: args.open }
  const [first] = args.positional
  if (first?.state === 'known' && isSequence(first.value)) dict = fromPairs(first.value.items, dict.open || first.value.open)
  else if (first) dict = mergeInto(dict, first)
  const entries = [...args.named].map(([key, value]) => ({ key: pyString(key), value }))
  return known(mergeInto(dict, known({ kind: 'dict', entries, open: false }, args.at)), args.at)
}

function fromPairs(items: readonly Value[], open: boolean): PyDict {
  let dict: PyDict = { kind: 'dict', entries: [], open }
  for (const item of items) {
    const pairItems = item.state === 'known' && isSequence(item.value) ? item.value.items : []
    const [key, value] = pairItems
    if (key?.state === 'known' && value) dict = mergeInto(dict, known({ kind: 'dict', entries: [{ key: key.value, value }], open: false }, undefined))
    else dict = { ...dict, open: true }
  }
  return dict
}

/** A number that Python takes for an index or a count. */
export const indexOf = (value: Value): number | undefined => (value.state === 'known' ? numberOf(value.value) : undefined)
