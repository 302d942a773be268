import { join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type CompiledModule, compiledModules, type Distribution, readPackages } from './packages.ts'
import { isSameMinor, type PythonVersion, versionOfName } from './version.ts'
import type { Virtualenv } from './virtualenv.ts'

/** A compiled module that the Python of its virtualenv does not find: it is there for others only. */
export interface ForeignModule {
  readonly module: CompiledModule
  /** The package's folder, or the module's own name. */
  readonly package: string
  readonly distribution: Distribution | undefined
  /** The Python whose folder it is in. */
  readonly python: PythonVersion
  readonly differs: 'version' | 'system'
}

/** The compiled modules in a virtualenv for another Python than that of their folder, one a package; packages that are known to have some are looked into. */
export function foreignModules(snapshot: Snapshot, environment: Virtualenv): readonly ForeignModule[] {
  const found: ForeignModule[] = []
  // No other system has an interpreter there of which a virtualenv is made.
  const isLinux = environment.home?.value === '/usr/bin'
  for (const folder of environment.sitePackages) {
    const python = /\/(python\d\.\d+)\/site-packages$/.exec(folder)?.[1]
    const version = python === undefined ? undefined : versionOfName(python)
    const packages = readPackages(snapshot, folder)
    const entries = snapshot.folder(folder)
    if (!version || typeof packages === 'string' || entries.state !== 'content') continue
    const names = entries.value.flatMap((entry) => (entry.kind === 'folder' && compiledPackages.has(entry.name) ? [entry.name] : []))
    for (const name of ['', ...names]) {
      const inside = [name, ...(innerFolders[name] ?? [])].flatMap((each) => {
        const modules = compiledModules(snapshot, join(folder, each))
        return typeof modules === 'string' ? [] : modules
      })
      for (const module of firstForeign(inside, { version, isLinux }, name === '')) {
        const own = name === '' ? module.module : name
        const distribution = packages.get(distributionNames[own] ?? own)
        found.push({ module, package: own, distribution, python: version, differs: isOfSystem(module, isLinux) ? 'version' : 'system' })
      }
    }
  }
  return found
}

/** The modules of which no form fits; of a package the first is enough. */
function firstForeign(modules: readonly CompiledModule[], python: Python, all: boolean): readonly CompiledModule[] {
  const byName = new Map<string, CompiledModule[]>()
  for (const module of modules) byName.set(module.module, [...(byName.get(module.module) ?? []), module])
  const foreign = [...byName.values()].flatMap((forms) => (forms.every((form) => isForeign(form, python)) ? forms.slice(0, 1) : []))
  return all ? foreign : foreign.slice(0, 1)
}

interface Python {
  readonly version: PythonVersion
  readonly isLinux: boolean
}

/** `lib/pythonX.Y` is not how Windows lays out a virtualenv. */
const isOfSystem = (module: CompiledModule, isLinux: boolean): boolean => module.system !== 'windows' && !(isLinux && module.system === 'darwin')

/** Python looks for the suffix of its own build, for `.abi3.so` and for `.so` (`importlib.machinery.EXTENSION_SUFFIXES`). */
const isForeign = (module: CompiledModule, { version, isLinux }: Python): boolean =>
  !isOfSystem(module, isLinux) || (module.abi === 'cpython' && module.version !== undefined && isSameMinor(module.version, version) === false)

/** Packages with compiled modules directly in their folder, that sites use. */
const compiledPackages = new Set(
  'psycopg2 psycopg_c psycopg_binary MySQLdb PIL lxml numpy pandas cffi cryptography markupsafe yaml bcrypt greenlet gevent ujson orjson msgpack regex rpds pydantic_core charset_normalizer hiredis psutil setproctitle brotli rcssmin rjsmin nacl Crypto Cryptodome shapely scipy multidict yarl frozenlist aiohttp httptools uvloop zstandard zope cx_Oracle oracledb ldap _ldap reportlab tornado bitarray kiwisolver cchardet simplejson wrapt grpc google'.split(
    ' ',
  ),
)

/** Where they are, if not in the folder itself. */
const innerFolders: Readonly<Record<string, readonly string[]>> = {
  cryptography: ['cryptography/hazmat/bindings'],
  numpy: ['numpy/core', 'numpy/_core'],
  pandas: ['pandas/_libs'],
  grpc: ['grpc/_cython'],
}

/** Distributions that are not called as their package. */
const distributionNames: Readonly<Record<string, string>> = {
  PIL: 'pillow',
  MySQLdb: 'mysqlclient',
  yaml: 'PyYAML',
  _yaml: 'PyYAML',
  _cffi_backend: 'cffi',
  ldap: 'python-ldap',
  _ldap: 'python-ldap',
  Crypto: 'pycryptodome',
  Cryptodome: 'pycryptodomex',
  nacl: 'PyNaCl',
  psycopg_c: 'psycopg-c',
  psycopg_binary: 'psycopg-binary',
  rpds: 'rpds-py',
  grpc: 'grpcio',
}
