import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { compareDigestImport } from '../../../server/src/deployment/python/stdlib.ts'
import { formatPythonVersion } from '../../../server/src/deployment/python/version.ts'
import { readVirtualenv, type Virtualenv } from '../../../server/src/deployment/python/virtualenv.ts'
import { computeWithWants, type MemoryFiles, memorySnapshot } from '../memory-snapshot.ts'
import { nodeSnapshot } from './node-snapshot.ts'

const read = (files: MemoryFiles, root = '/v') => readVirtualenv(memorySnapshot(files).snapshot, root)

function show(env: Virtualenv | 'absent' | 'unknown') {
  if (typeof env === 'string') return env
  return {
    kind: env.kind,
    version: env.version && formatPythonVersion(env.version),
    evidence: env.evidence.map((one) => `${one.from} ${formatPythonVersion(one.version)}`),
    stale: env.isStale,
    base: env.baseInterpreter,
    system: env.includeSystemSitePackages,
    sitePackages: env.sitePackages,
  }
}

const VENV_CFG =
  'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.7\nexecutable = /usr/bin/python3.11\ncommand = /usr/bin/python3.11 -m venv /v\n'
const inside = (version: string): MemoryFiles => ({ [`/v/lib/python${version}/site-packages/pip/__init__.py`]: '' })

describe('a virtual environment', () => {
  test('of venv', () => {
    const env = read({
      '/v/pyvenv.cfg': VENV_CFG,
      ...inside('3.11'),
      '/v/bin/python': { link: 'python3.11' },
      '/v/bin/python3.11': { link: '/usr/bin/python3.11' },
      '/usr/bin/python3.11': 'x',
    })
    expect(show(env)).toEqual({
      kind: 'venv',
      version: '3.11.7',
      evidence: ['pyvenv.cfg 3.11.7', 'library folder 3.11', 'interpreter name 3.11', 'interpreter link 3.11'],
      stale: false,
      base: '/usr/bin/python3.11',
      system: false,
      sitePackages: ['/v/lib/python3.11/site-packages'],
    })
    expect(env).toMatchObject({ interpreter: { target: '/usr/bin/python3.11', state: 'present' }, complete: true })
    const written = typeof env === 'object' ? env.evidence[0]?.at : undefined
    expect(written && VENV_CFG.slice(written.start, written.end)).toBe('3.11.7')
  })

  test('of virtualenv', () => {
    const cfg =
      'home = /usr/bin\nimplementation = CPython\nversion_info = 3.11.5.final.0\nvirtualenv = 20.24.5\ninclude-system-site-packages = true\nbase-executable = /usr/bin/python3.11\n'
    expect(show(read({ '/v/pyvenv.cfg': cfg, ...inside('3.11') }))).toMatchObject({
      kind: 'virtualenv',
      version: '3.11.5',
      base: '/usr/bin/python3.11',
      system: true,
    })
  })

  test('of uv', () => {
    const cfg =
      'home = /root/.local/share/uv/python/cpython-3.12.1-linux-x86_64-gnu/bin\nimplementation = CPython\nuv = 0.5.1\nversion_info = 3.12.1\ninclude-system-site-packages = false\n'
    expect(show(read({ '/v/pyvenv.cfg': cfg, ...inside('3.12') }))).toMatchObject({
      kind: 'uv',
      version: '3.12.1',
      evidence: ['pyvenv.cfg 3.12.1', 'library folder 3.12', 'home 3.12.1'],
    })
  })

  test('of the old virtualenv, which has no pyvenv.cfg', () => {
    const files = {
      '/v/bin/activate_this.py': '',
      '/v/bin/python2.7': 'binary',
      '/v/bin/python': 'binary',
      '/v/lib/python2.7/orig-prefix.txt': '/usr',
      '/v/lib/python2.7/no-global-site-packages.txt': '',
      '/v/lib/python2.7/site-packages/x.py': '',
    }
    expect(show(read(files))).toEqual({
      kind: 'old virtualenv',
      version: '2.7',
      evidence: ['library folder 2.7', 'interpreter name 2.7'],
      stale: false,
      base: undefined,
      system: false,
      sitePackages: ['/v/lib/python2.7/site-packages'],
    })
  })

  test('on Windows', () => {
    expect(show(read({ 'c:/v/pyvenv.cfg': '' }, 'c:/nothing'))).toBe('absent')
    const files = { '/v/pyvenv.cfg': 'home = C:\\Python311\r\nversion = 3.11.7\r\n', '/v/Lib/site-packages/x.py': '', '/v/Scripts/python.exe': 'x' }
    expect(show(read(files))).toMatchObject({ kind: 'venv', version: '3.11.7', sitePackages: ['/v/Lib/site-packages'] })
  })

  test('keys are the same in any case, and the last counts', () => {
    const env = read({ '/v/pyvenv.cfg': '\uFEFFHome=/a\nHOME =  /b  \nno assignment\nVersion=3.9\n', ...inside('3.9') })
    expect(env).toMatchObject({ home: { value: '/b' }, version: { major: 3, minor: 9 } })
  })

  test('Python itself can be a home too', () =>
    expect(show(read({ '/v/lib/python3.11/os.py': '', '/v/bin/python3.11': 'x' }))).toMatchObject({ kind: 'installation', version: '3.11' }))

  test.each([
    ['nothing', {}],
    ['a folder of something else', { '/v/lib/foo.py': '', '/v/manage.py': '' }],
    ['a pyvenv.cfg without home', { '/v/pyvenv.cfg': 'version = 3.11\n' }],
    ['the bin folder', { '/v/python3.11': 'x', '/v/activate': '' }],
    ['a file', { '/v': 'x' }],
  ])('%s is none', (_, files) => expect(read(files as MemoryFiles)).toBe('absent'))
})

describe('what is wrong with one', () => {
  test('two Pythons: the evidence of each', () => {
    const env = read({ '/v/pyvenv.cfg': VENV_CFG.replace('3.11.7', '3.12.1'), ...inside('3.11') })
    expect(show(env)).toMatchObject({ version: '3.12.1', stale: true, evidence: ['pyvenv.cfg 3.12.1', 'library folder 3.11'] })
  })

  test('its interpreter is gone', () => {
    const env = read({ '/v/pyvenv.cfg': VENV_CFG, ...inside('3.11'), '/v/bin/python': { link: '/opt/gone/bin/python3.11' } })
    expect(env).toMatchObject({ interpreter: { state: 'absent', target: '/opt/gone/bin/python3.11' } })
  })

  test('it was moved: its scripts name another folder', () => {
    const pip = '#!/srv/old/env/bin/python3.11\nimport sys\n'
    const env = read({
      '/v/pyvenv.cfg': VENV_CFG,
      ...inside('3.11'),
      '/v/bin/activate': 'deactivate () {\n}\nVIRTUAL_ENV="/srv/old/env"\nexport VIRTUAL_ENV\n',
      '/v/bin/pip': pip,
    })
    if (typeof env !== 'object') throw new Error('expected an environment')
    expect(env.scriptRoots.map((one) => one.root)).toEqual(['/srv/old/env', '/srv/old/env'])
    const at = env.scriptRoots[1]?.at
    expect(at && pip.slice(at.start, at.end)).toBe('/srv/old/env')
  })

  test('a standard library that is newer than 2.7.6 (CoralNet)', () => {
    const { snapshot } = memorySnapshot({ '/v/lib/python2.7/hmac.py': 'import warnings\n\nfrom operator import _compare_digest as compare_digest\n' })
    expect(compareDigestImport(snapshot, '/v/lib/python2.7')).toEqual({ path: '/v/lib/python2.7/hmac.py', start: 17, end: 71 })
    expect(compareDigestImport(snapshot, '/v/lib/python3.4')).toBeUndefined()
  })
})

test('a virtual environment is known from a dozen small files', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`/v/lib/python3.11/site-packages/package${i}/__init__.py`, '']))
  const files: MemoryFiles = {
    '/v/pyvenv.cfg': VENV_CFG,
    ...many,
    '/v/lib64': { link: 'lib' },
    '/v/bin/python': { link: 'python3.11' },
    '/v/bin/python3.11': { link: '/usr/bin/python3.11' },
    '/v/bin/activate': 'VIRTUAL_ENV=/v\n',
    '/v/bin/pip': '#!/v/bin/python3.11\n',
    '/v/bin/pip3': '#!/v/bin/python3.11\n',
    '/v/bin/gunicorn': '#!/v/bin/python3.11\n',
    '/usr/bin/python3.11': 'x',
  }
  const { result, wants } = computeWithWants(files, (snapshot) => readVirtualenv(snapshot, '/v'))
  expect(result).toMatchObject({ kind: 'venv', complete: true })
  expect(wants.length).toBeLessThanOrEqual(12)
  expect(wants.filter((want) => want.includes('site-packages'))).toEqual([])
})

describe('real virtual environments', () => {
  const folder = mkdtempSync(join(tmpdir(), 'venv-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const pythons = ['/usr/bin/python3', '/root/.pyenv/versions/3.9.18/bin/python3', '/root/.pyenv/versions/3.12.1/bin/python3'].filter(
    (path) => existsSync(path) && spawnSync(path, ['-c', 'import venv']).status === 0,
  )

  test.skipIf(pythons.length === 0)(
    'of venv are read as Python says',
    () => {
      for (const [i, python] of pythons.entries()) {
        const root = join(folder, `env${i}`)
        execFileSync(python, ['-m', 'venv', '--without-pip', root])
        const expected = execFileSync(
          join(root, 'bin/python'),
          ['-c', 'import sys, sysconfig; print("%d.%d.%d" % sys.version_info[:3]); print(sysconfig.get_path("purelib"))'],
          { encoding: 'utf8' },
        )
          .trim()
          .split('\n')
        const { snapshot, asked } = nodeSnapshot()
        const env = readVirtualenv(snapshot, root)
        if (typeof env !== 'object') throw new Error(`${root} is ${env}`)
        expect([env.version && formatPythonVersion(env.version), env.sitePackages[0]]).toEqual(expected)
        expect(env).toMatchObject({ kind: 'venv', isStale: false, complete: true, includeSystemSitePackages: false, interpreter: { state: 'present' } })
        expect(env.scriptRoots.map((one) => one.root)).toEqual([root])
        expect(asked.size).toBeLessThanOrEqual(14)
      }
    },
    60_000,
  )

  const python2 = '/root/.pyenv/versions/2.7.18'
  test.skipIf(!existsSync(python2))('Python 2.7 itself', () => {
    const env = readVirtualenv(nodeSnapshot().snapshot, python2)
    expect(env).toMatchObject({ kind: 'installation', version: { major: 2, minor: 7 }, isStale: false })
    expect(compareDigestImport(nodeSnapshot().snapshot, join(python2, 'lib/python2.7'))).toBeDefined()
  })
})
