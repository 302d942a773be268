import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { pythonOfBanner, pythonOfLibrary, pythonOfModule, pythonOfModuleName } from '../../../server/src/deployment/python/module-python.ts'
import { formatPythonVersion, type PythonVersion } from '../../../server/src/deployment/python/version.ts'
import { memorySnapshot } from '../memory-snapshot.ts'
import { nodeSnapshot } from './node-snapshot.ts'
import { buildElf } from './tiny-elf.ts'

const show = (version: PythonVersion | undefined): string | undefined => version && formatPythonVersion(version)

test.each([
  ['mod_wsgi-py311.cpython-311-x86_64-linux-gnu.so', '3.11'],
  ['mod_wsgi-py39.cpython-39-darwin.so', '3.9'],
  ['mod_wsgi-py27.so', '2.7'],
  ['mod_wsgi.so-3.11', '3.11'],
  ['mod_wsgi_python3.so', '3'],
  ['mod_wsgi.cpython-312-x86_64-linux-gnu.so', '3.12'],
  ['mod_wsgi.so', undefined],
  ['mod_wsgi-4.9.so', undefined],
  ['mod_php7.so', undefined],
])('the module file %s is for Python %s', (name, expected) => expect(show(pythonOfModuleName(name))).toBe(expected))

test.each([
  ['libpython3.11.so.1.0', '3.11'],
  ['libpython2.7.so.1.0', '2.7'],
  ['libpython3.7m.so.1.0', '3.7'],
  ['libpython3.so', '3'],
  ['libc.so.6', undefined],
])('the library %s is that of Python %s', (name, expected) => expect(show(pythonOfLibrary(name))).toBe(expected))

describe('the Python of a mod_wsgi module', () => {
  test('by the library that it loads, and by the name that its link leads to', () => {
    const elf = buildElf({ bits: 64, little: true, needed: ['libpython3.11.so.1.0'] })
    const { snapshot } = memorySnapshot({ '/m/mod_wsgi.so': { link: 'mod_wsgi.so-3.11' }, '/m/mod_wsgi.so-3.11': elf })
    expect(pythonOfModule(snapshot, '/m/mod_wsgi.so').map((one) => `${one.from} ${one.text} ${formatPythonVersion(one.version)}`)).toEqual([
      'library libpython3.11.so.1.0 3.11',
      'file name mod_wsgi.so-3.11 3.11',
    ])
  })

  test('of Python 2: with the width of a character', () => {
    const elf = buildElf({ bits: 64, little: true, needed: ['libpython2.7.so.1.0'], undefinedSymbols: ['PyUnicodeUCS4_AsUTF8String'] })
    expect(pythonOfModule(memorySnapshot({ '/m/mod_wsgi.so': elf }).snapshot, '/m/mod_wsgi.so')).toMatchObject([
      { version: { major: 2, minor: 7 }, unicode: 'ucs4' },
    ])
  })

  test('is not told by a file that is not there', () => expect(pythonOfModule(memorySnapshot({}).snapshot, '/m/mod_wsgi.so')).toEqual([]))

  const real = '/usr/lib/apache2/modules/mod_wsgi.so'
  test.skipIf(!existsSync(`${real}-3.11`))('Debian’s own', () => {
    expect(pythonOfModule(nodeSnapshot().snapshot, real).map((one) => `${one.from} ${formatPythonVersion(one.version)}`)).toEqual([
      'library 3.11',
      'file name 3.11',
    ])
  })
})

describe('the banner in an error log', () => {
  const BANNER = 'Apache/2.4.7 (Ubuntu) mod_wsgi/3.4 Python/2.7.6 configured'
  const old = `[Mon May 09 10:00:00 2016] [mpm_event:notice] [pid 1:tid 2] AH00489: ${BANNER} -- resuming normal operations\n`
  const newer = '[Tue] AH00489: Apache/2.4.57 (Debian) OpenSSL/3.0.11 mod_wsgi/4.9.4 Python/3.11 configured -- resuming normal operations\r\n'

  test('names mod_wsgi and its Python, and where', () => {
    const found = pythonOfBanner('/log', old)
    expect(found && [show(found.python), found.modWsgi, old.slice(found.at.start, found.at.end)]).toEqual(['2.7.6', '3.4', BANNER])
  })

  test('the last one counts', () => {
    expect(show(pythonOfBanner('/log', `${old}${newer}[Wed] mod_wsgi (pid=1): Target WSGI script not found\n[Wed] mod_wsgi/9 in other words\n`)?.python)).toBe(
      '3.11',
    )
  })

  test.each(['', 'nothing\n', 'Apache/2.4.57 (Debian) configured -- resuming normal operations\n', 'mod_wsgi/4.9.4 Python/3.11\n'])('%j has none', (log) =>
    expect(pythonOfBanner('/log', log)).toBeUndefined(),
  )

  test('a long log takes no time', () => {
    const begun = performance.now()
    expect(pythonOfBanner('/log', `${'mod_wsgi/ '.repeat(200_000)}\n${'mod_wsgi/x Python/ configured\n'.repeat(50_000)}`)).toBeUndefined()
    expect(performance.now() - begun).toBeLessThan(1000)
  })
})
