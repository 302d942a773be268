import { type PythonVersion, parseVersionDigits } from './version.ts'

/** What the file name of a compiled module says about the Python it is for. */
export interface ExtensionName {
  /** The name by which it is imported. */
  readonly module: string
  /** `bare`: nothing is said, as in Python 2.7 and in what is built without setuptools. `abi3`: every later Python 3. */
  readonly abi: 'cpython' | 'pypy' | 'abi3' | 'bare'
  readonly version: PythonVersion | undefined
  /** Built for a Python without the global interpreter lock (`cp313t`). */
  readonly freeThreaded: boolean
  readonly system: 'linux-gnu' | 'linux-musl' | 'darwin' | 'windows' | undefined
  /** The processor as written: `x86_64`, `aarch64`, `amd64`. */
  readonly architecture: string | undefined
}

/** Reads `_psycopg.cpython-311-x86_64-linux-gnu.so`, `x.abi3.so`, `y.so`, `z.cp311-win_amd64.pyd`; undefined for what is no compiled module. */
export function parseExtensionName(name: string): ExtensionName | undefined {
  const match = /^([^.]+)((?:\.[^.]+)*)\.(so|pyd)$/.exec(name)
  if (!match) return undefined
  const module = match[1] as string
  const tag = (match[2] as string).slice(1)
  const windows = match[3] === 'pyd'
  const base = { module, version: undefined, freeThreaded: false, system: windows ? ('windows' as const) : undefined, architecture: undefined }
  if (tag === '') return { ...base, abi: 'bare' }
  if (tag === 'abi3' || tag.startsWith('abi3-')) return { ...base, abi: 'abi3' }
  const cpython = /^(?:cpython-|cp)(\d{2,3})([a-z]*)(?:-(.+))?$/.exec(tag)
  if (cpython) {
    return {
      module,
      abi: 'cpython',
      version: parseVersionDigits(cpython[1] as string),
      freeThreaded: (cpython[2] as string).includes('t'),
      ...platformOf(cpython[3] ?? '', windows),
    }
  }
  const pypy = /^pypy(\d{2,3})-pp\d+(?:-(.+))?$/.exec(tag)
  if (pypy) return { module, abi: 'pypy', version: parseVersionDigits(pypy[1] as string), freeThreaded: false, ...platformOf(pypy[2] ?? '', windows) }
  // A library's own `libfoo.so.1` or `name.something.so`: nothing is said.
  return { ...base, abi: 'bare' }
}

function platformOf(text: string, windows: boolean): Pick<ExtensionName, 'system' | 'architecture'> {
  if (windows || text.startsWith('win')) return { system: 'windows', architecture: /^win_?(.+)$/.exec(text)?.[1] }
  if (text === 'darwin' || text.startsWith('darwin')) return { system: 'darwin', architecture: undefined }
  const linux = /^(.+)-linux-(gnu|musl)[a-z0-9]*$/.exec(text)
  return linux ? { system: linux[2] === 'musl' ? 'linux-musl' : 'linux-gnu', architecture: linux[1] } : { system: undefined, architecture: undefined }
}

/** A tag of a wheel: which Pythons it is for. */
export interface WheelTag {
  /** As written: `cp27-cp27mu-manylinux1_x86_64`. */
  readonly text: string
  readonly python: string
  readonly abi: string
  readonly platform: string
  /** The Python it is for, where it is CPython's. */
  readonly version: PythonVersion | undefined
  /** Python 2: how wide a character is (PEP 513). `cp27mu` is UCS-4, `cp27m` UCS-2. */
  readonly unicode: 'ucs2' | 'ucs4' | undefined
}

export function parseWheelTag(text: string): WheelTag | undefined {
  const match = /^([^-\s]+)-([^-\s]+)-(\S+)$/.exec(text.trim())
  if (!match) return undefined
  const [, python, abi, platform] = match as unknown as [string, string, string, string]
  const digits = /^(?:cp|pp)(\d+)/.exec(python)?.[1]
  const unicode = /^cp2\d/.test(abi) ? (abi.endsWith('mu') ? 'ucs4' : /\dd?m$/.test(abi) ? 'ucs2' : undefined) : undefined
  return { text: text.trim(), python, abi, platform, version: digits === undefined ? undefined : parseVersionDigits(digits), unicode }
}
