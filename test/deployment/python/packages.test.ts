import { describe, expect, test } from 'vitest'
import { parseExtensionName, parseWheelTag } from '../../../server/src/deployment/python/extension-name.ts'
import { compiledModules, readMetadata, readPackages, readWheel } from '../../../server/src/deployment/python/packages.ts'
import {
  comparePythonVersions,
  formatPythonVersion,
  isSameMinor,
  type PythonVersion,
  parsePythonVersion,
  versionOfName,
} from '../../../server/src/deployment/python/version.ts'
import { computeWithWants, memorySnapshot } from '../memory-snapshot.ts'

const SITE = '/v/lib/python2.7/site-packages'
const WHEEL = 'Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp27-cp27m-manylinux1_x86_64\n'
const FILES = {
  [`${SITE}/psycopg2-2.6.1.dist-info/METADATA`]:
    'Metadata-Version: 2.0\nName: psycopg2\nVersion: 2.6.1\nRequires-Python: >=2.6, <3\nRequires-Dist: a\n\nName: not a header\n',
  [`${SITE}/psycopg2-2.6.1.dist-info/WHEEL`]: WHEEL,
  [`${SITE}/psycopg2/_psycopg.so`]: 'x',
  [`${SITE}/psycopg2/__init__.py`]: '',
  [`${SITE}/Django-1.9.5.dist-info/METADATA`]: 'Name: Django\n',
  [`${SITE}/zope.interface-4.1.3-py2.7.egg-info/PKG-INFO`]: 'Name: zope.interface\nVersion: 4.1.3\n',
  [`${SITE}/six-1.10.0.egg-info`]: 'Name: six\n',
}

describe('installed packages', () => {
  test('are told by the names in one folder', () => {
    const { result, wants } = computeWithWants(FILES, (snapshot) => readPackages(snapshot, SITE))
    if (typeof result !== 'object') throw new Error('expected packages')
    expect(result.distributions.map((one) => `${one.name} ${one.version} ${one.kind}`).sort()).toEqual([
      'Django 1.9.5 dist-info',
      'psycopg2 2.6.1 dist-info',
      'six 1.10.0 egg-info',
      'zope.interface 4.1.3 egg-info',
    ])
    expect(wants).toEqual([`list ${SITE}`])
    expect(result.get('django')?.version).toBe('1.9.5')
    expect(result.get('Zope_Interface')?.version).toBe('4.1.3')
    expect(result.get('flask')).toBeUndefined()
  })

  test('metadata and wheel are read when asked for', () => {
    const { snapshot } = memorySnapshot(FILES)
    const packages = readPackages(snapshot, SITE)
    const psycopg2 = typeof packages === 'object' ? packages.get('psycopg2') : undefined
    if (!psycopg2) throw new Error('expected psycopg2')
    expect(readMetadata(snapshot, psycopg2)).toMatchObject({ name: 'psycopg2', version: '2.6.1', requiresPython: { value: '>=2.6, <3' }, requires: ['a'] })
    const wheel = readWheel(snapshot, psycopg2)
    const tag = wheel?.tags[0]
    expect(tag).toMatchObject({ version: { major: 2, minor: 7 }, unicode: 'ucs2', platform: 'manylinux1_x86_64' })
    expect(tag && WHEEL.slice(tag.at.start, tag.at.end)).toBe('cp27-cp27m-manylinux1_x86_64')
  })

  test('compiled modules of a package', () => {
    expect(compiledModules(memorySnapshot(FILES).snapshot, `${SITE}/psycopg2`)).toMatchObject([
      { module: '_psycopg', abi: 'bare', path: `${SITE}/psycopg2/_psycopg.so` },
    ])
    expect(compiledModules(memorySnapshot(FILES).snapshot, `${SITE}/nothing`)).toBe('absent')
  })
})

describe('the name of a compiled module', () => {
  const show = (name: string): string => {
    const parsed = parseExtensionName(name)
    if (!parsed) return 'none'
    return [
      parsed.module,
      parsed.abi,
      parsed.version && formatPythonVersion(parsed.version),
      parsed.freeThreaded ? 'free-threaded' : undefined,
      parsed.system,
      parsed.architecture,
    ]
      .filter(Boolean)
      .join(' ')
  }
  test.each([
    ['_psycopg.cpython-311-x86_64-linux-gnu.so', '_psycopg cpython 3.11 linux-gnu x86_64'],
    ['_psycopg.cpython-39-aarch64-linux-musl.so', '_psycopg cpython 3.9 linux-musl aarch64'],
    ['a.cpython-37m-x86_64-linux-gnu.so', 'a cpython 3.7 linux-gnu x86_64'],
    ['a.cpython-34m.so', 'a cpython 3.4'],
    ['a.cpython-313t-x86_64-linux-gnu.so', 'a cpython 3.13 free-threaded linux-gnu x86_64'],
    ['a.cpython-312-darwin.so', 'a cpython 3.12 darwin'],
    ['a.cpython-38-arm-linux-gnueabihf.so', 'a cpython 3.8 linux-gnu arm'],
    ['a.cp311-win_amd64.pyd', 'a cpython 3.11 windows amd64'],
    ['a.pyd', 'a bare windows'],
    ['_rust.abi3.so', '_rust abi3'],
    ['_psycopg.so', '_psycopg bare'],
    ['a.pypy39-pp73-x86_64-linux-gnu.so', 'a pypy 3.9 linux-gnu x86_64'],
    ['a.py', 'none'],
    ['libfoo.so.1', 'none'],
  ])('%s: %s', (name, expected) => expect(show(name)).toBe(expected))
})

test.each([
  ['cp27-cp27mu-manylinux1_x86_64', '2.7', 'ucs4'],
  ['cp27-cp27m-manylinux1_x86_64', '2.7', 'ucs2'],
  ['cp311-cp311-manylinux_2_17_x86_64', '3.11', undefined],
  ['cp37-abi3-linux_x86_64', '3.7', undefined],
  ['py3-none-any', undefined, undefined],
])('the wheel tag %s', (text, version, unicode) => {
  const tag = parseWheelTag(text)
  expect([tag?.version && formatPythonVersion(tag.version), tag?.unicode]).toEqual([version, unicode])
})

describe('versions', () => {
  test.each([
    ['3.11.7.final.0', '3.11.7'],
    ['2.7.6+', '2.7.6'],
    ['3.13.0rc1', '3.13.0'],
    ['3', '3'],
    ['', undefined],
    ['x3.4', undefined],
  ])('%j is %s', (text, expected) => {
    const version = parsePythonVersion(text)
    expect(version && formatPythonVersion(version)).toBe(expected)
  })

  test.each([
    ['python3.11', '3.11'],
    ['python2.7', '2.7'],
    ['python3', '3'],
    ['python3.13t', '3.13'],
    ['python', undefined],
    ['python3-config', undefined],
  ])('%s names %s', (name, expected) => {
    const version = versionOfName(name)
    expect(version && formatPythonVersion(version)).toBe(expected)
  })

  test('are ordered; a part that is not told is equal', () => {
    const v = (text: string): PythonVersion => parsePythonVersion(text) as PythonVersion
    expect(['3.10', '2.7.18', '3.9', '3.9.1'].map(v).sort(comparePythonVersions).map(formatPythonVersion)).toEqual(['2.7.18', '3.9', '3.9.1', '3.10'])
    expect([isSameMinor(v('3.11'), v('3.11.7')), isSameMinor(v('3'), v('3.11')), isSameMinor(v('2.7'), v('3')), isSameMinor(v('3.9'), v('3.10'))]).toEqual([
      true,
      undefined,
      false,
      false,
    ])
  })
})
