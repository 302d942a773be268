import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DjangoSettings, entryAt, localUrl, readSettings } from '../../../server/src/deployment/django/settings.ts'
import { knownItems, possibleValues, type Value } from '../../../server/src/deployment/django/values.ts'
import { computeWithWants, type MemoryFiles, memorySnapshot } from '../memory-snapshot.ts'
import { nodeSnapshot } from '../python/node-snapshot.ts'
import { showValue } from './show-value.ts'

const SETTINGS = '/srv/app/config/settings.py'

function read(files: MemoryFiles, path = SETTINGS, variables?: ReadonlyMap<string, string>): DjangoSettings {
  return readSettings(memorySnapshot(files).snapshot, path, '/srv/app', variables)
}

const show = (settings: DjangoSettings, ...names: readonly string[]): string[] => names.map((name) => `${name} = ${showValue(settings.get(name))}`)

/** The text that a place of a value marks. */
function marked(files: MemoryFiles, value: Value): string | undefined {
  const at = possibleValues(value).values[0]?.at
  return at && (files[at.path] as string).slice(at.start, at.end)
}

const OLD_STYLE = `
import os
BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEBUG = False
ALLOWED_HOSTS = ['www.example.org', 'example.org']
STATIC_URL = '/static/'
STATIC_ROOT = os.path.join(BASE_DIR, 'static_serve')
STATICFILES_DIRS = (os.path.join(BASE_DIR, 'assets'),)
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': '/run/postgresql'}}
`

describe('a settings file', () => {
  const files = { [SETTINGS]: OLD_STYLE }
  const settings = read(files)

  test('gives its values', () => {
    expect(show(settings, 'BASE_DIR', 'DEBUG', 'ALLOWED_HOSTS', 'STATIC_ROOT', 'STATICFILES_DIRS')).toEqual([
      "BASE_DIR = '/srv/app'",
      'DEBUG = False',
      "ALLOWED_HOSTS = ['www.example.org', 'example.org']",
      "STATIC_ROOT = '/srv/app/static_serve'",
      "STATICFILES_DIRS = ('/srv/app/assets')",
    ])
    expect(settings.whole).toBe(true)
    expect(settings.state).toBe('read')
    expect(settings.files).toEqual([SETTINGS])
  })

  test('says where each value is written', () => {
    expect(marked(files, settings.get('STATIC_ROOT'))).toBe("os.path.join(BASE_DIR, 'static_serve')")
    expect(marked(files, settings.get('DEBUG'))).toBe('False')
    const items = knownItems(settings.get('ALLOWED_HOSTS'))
    expect(items?.items.map((item) => item.at && OLD_STYLE.slice(item.at.start, item.at.end))).toEqual(["'www.example.org'", "'example.org'"])
    const last = settings.assignments.get('STATIC_URL')?.at(-1)
    expect(last && OLD_STYLE.slice(last.statement.start, last.statement.end)).toBe("STATIC_URL = '/static/'")
    expect(last && OLD_STYLE.slice(last.target.start, last.target.end)).toBe('STATIC_URL')
  })

  test('gives the entries of a dictionary', () => {
    expect(showValue(entryAt(settings.get('DATABASES'), 'default', 'HOST'))).toBe("'/run/postgresql'")
    expect(showValue(entryAt(settings.get('DATABASES'), 'default', 'PORT'))).toBe('None')
    expect(showValue(entryAt(settings.get('DATABASES'), 'other', 'HOST'))).toBe('None')
  })

  test('leaves the rest to Django’s defaults', () => {
    expect(settings.get('MEDIA_URL')).toEqual({ state: 'known', value: { kind: 'string', value: '' }, at: undefined, isDefault: true })
    expect(show(settings, 'USE_X_FORWARDED_HOST', 'SECURE_PROXY_SSL_HEADER', 'DATA_UPLOAD_MAX_MEMORY_SIZE', 'NO_SUCH_SETTING')).toEqual([
      'USE_X_FORWARDED_HOST = False',
      'SECURE_PROXY_SSL_HEADER = None',
      'DATA_UPLOAD_MAX_MEMORY_SIZE = 2621440',
      'NO_SUCH_SETTING = ?',
    ])
  })

  test('that sets a name only on one way has Django’s default on the other', () => {
    expect(show(read({ [SETTINGS]: 'import socket\nif socket.gethostname() == "www":\n    DEBUG = True\n' }), 'DEBUG')).toEqual(['DEBUG = True | False'])
  })
})

describe('settings in several files', () => {
  const base =
    "import os\nfrom os.path import dirname\nBASE_DIR = dirname(dirname(dirname(os.path.abspath(__file__))))\nDEBUG = True\nINSTALLED_APPS = ['a']\nSTATIC_ROOT = BASE_DIR + '/static'\n_PRIVATE = 1\n"
  const PRODUCTION = '/srv/app/config/settings/production.py'
  const pkg = { '/srv/app/config/__init__.py': '', '/srv/app/config/settings/__init__.py': '', '/srv/app/config/settings/base.py': base }

  test('`from .base import *` takes over its names, with their places', () => {
    const files = { ...pkg, [PRODUCTION]: "from .base import *\nDEBUG = False\nINSTALLED_APPS += ['b']\nX = _PRIVATE\n" }
    const settings = read(files, PRODUCTION)
    expect(show(settings, 'DEBUG', 'INSTALLED_APPS', 'STATIC_ROOT', 'X')).toEqual([
      'DEBUG = False',
      "INSTALLED_APPS = ['a', 'b']",
      "STATIC_ROOT = '/srv/app/static'",
      'X = ?',
    ])
    expect(marked(files, settings.get('STATIC_ROOT'))).toBe("BASE_DIR + '/static'")
    expect(settings.assignments.get('DEBUG')?.map((one) => one.statement.path)).toEqual(['/srv/app/config/settings/base.py', PRODUCTION])
    expect(settings.files).toEqual([PRODUCTION, '/srv/app/config/settings/base.py'])
    expect(settings.whole).toBe(true)
  })

  test.each([
    ['from config.settings.base import *', "'/srv/app/static'"],
    ['from config.settings.base import STATIC_ROOT', "'/srv/app/static'"],
    ['from config.settings import base\nSTATIC_ROOT = base.STATIC_ROOT', "'/srv/app/static'"],
    ['from . import base\nSTATIC_ROOT = base.STATIC_ROOT', "'/srv/app/static'"],
    ['import config.settings.base as b\nSTATIC_ROOT = b.STATIC_ROOT', "'/srv/app/static'"],
    ['import config.settings.base\nSTATIC_ROOT = config.settings.base.STATIC_ROOT', "'/srv/app/static'"],
    ['from ..settings.base import (STATIC_ROOT as S, DEBUG)\nSTATIC_ROOT = S', "'/srv/app/static'"],
    ['from split_settings.tools import include, optional\ninclude("base.py")', "'/srv/app/static'"],
    ['execfile("/srv/app/config/settings/base.py")', "'/srv/app/static'"],
  ])('%s', (code, expected) => {
    expect(showValue(read({ ...pkg, [PRODUCTION]: code }, PRODUCTION).get('STATIC_ROOT'))).toBe(expected)
  })

  test('a local file that is not in the repository may set anything', () => {
    const settings = read({ [SETTINGS]: "STATIC_URL = '/static/'\ntry:\n    from .local_settings import *\nexcept ImportError:\n    pass\nDEBUG = False\n" })
    expect(settings.whole).toBe(false)
    expect(show(settings, 'STATIC_URL', 'STATIC_ROOT', 'DEBUG')).toEqual(["STATIC_URL = '/static/' | ?", 'STATIC_ROOT = ?', 'DEBUG = False'])
    expect(settings.gaps.map((gap) => gap.why)).toEqual(['.local_settings cannot be read and may set any name'])
  })

  test('a local file that is there is read', () => {
    const settings = read({
      [SETTINGS]: "STATIC_URL = '/static/'\ntry:\n    from .local import *\nexcept ImportError:\n    DEBUG = True\n",
      '/srv/app/config/local.py': "STATIC_URL = '/s/'\n",
    })
    expect(show(settings, 'STATIC_URL', 'DEBUG')).toEqual(["STATIC_URL = '/s/'", 'DEBUG = False'])
    expect(settings.whole).toBe(true)
  })

  test('a library that may be missing', () => {
    expect(
      show(
        read({
          [SETTINGS]: "INSTALLED_APPS = ['a']\ntry:\n    import debug_toolbar\nexcept ImportError:\n    pass\nelse:\n    INSTALLED_APPS += ['debug_toolbar']\n",
        }),
        'INSTALLED_APPS',
      ),
    ).toEqual(["INSTALLED_APPS = ['a', 'debug_toolbar'] | ['a']"])
  })

  test('Django’s own defaults imported by star set nothing', () => {
    const settings = read({ [SETTINGS]: 'from django.conf.global_settings import *\nX = 1\n' })
    expect(settings.whole).toBe(true)
  })

  test('files that import each other', () => {
    const settings = read({
      [SETTINGS]: "from .other import *\nX = 'a'\n",
      '/srv/app/config/other.py': "from .settings import *\nfrom .other import *\nY = 'b'\n",
    })
    expect(show(settings, 'X', 'Y')).toEqual(["X = 'a'", "Y = 'b'"])
  })

  test('django-configurations', () => {
    const settings = read({
      [SETTINGS]: 'from configurations import Configuration\nclass Base(Configuration):\n    DEBUG = True\nclass Prod(Base):\n    DEBUG = False\n',
    })
    expect(show(settings, 'DEBUG')).toEqual(['DEBUG = ?'])
    expect(settings.whole).toBe(false)
  })
})

describe('the environment', () => {
  test.each([
    ["os.environ.get('A', 'x')", "env(A, 'x')"],
    ["os.getenv('A')", 'env(A, None)'],
    ["os.environ['A']", '?A'],
    ["os.environ.get('A') or 'x'", "env(A, 'x')"],
    ["os.path.join('/srv', os.environ.get('A', 'x'))", "env(A, '/srv/x')"],
    ["os.environ.get('A', 'a,b').split(',')", "env(A, ['a', 'b'])"],
    ["[h.strip() for h in os.environ.get('A', 'a, b').split(',')]", "env(A, ['a', 'b'])"],
    ["os.environ.get('A', 'False') == 'True'", 'env(A, False)'],
    ["os.environ.get('A', '').lower() in ('1', 'true')", 'env(A, False)'],
    ["bool(int(os.environ.get('A', '1')))", 'env(A, True)'],
    ["'A' in os.environ", 'env(A, False)'],
    ["'x' if os.environ.get('A') else 'y'", "'x' | 'y'"],
    ["env('A', default='x')", "env(A, 'x')"],
    ["env('A')", '?A'],
    ["env.str('A', 'x')", "env(A, 'x')"],
    ["env.bool('A', default=True)", 'env(A, True)'],
    ["env.bool('A', False)", 'env(A, False)'],
    ["env.list('A', default=['x'])", "env(A, ['x'])"],
    ["env.list('A', str, ['x'])", "env(A, ['x'])"],
    ["env.path('A', '/srv/x')", 'env(A, Path(/srv/x))'],
    ["env('SCHEMA')", 'env(SCHEMA, False)'],
    ["env.db('A', 'sqlite:///x')", '?A'],
    ["config('A', default='x')", "env(A, 'x')"],
    ["config('A', default='no', cast=bool)", 'env(A, False)'],
    ["config('A', default='a, b', cast=Csv())", "env(A, ['a', 'b'])"],
    ["config('A', default='1', cast=lambda v: v + '!')", "env(A, '1!')"],
    ["config('A')", '?A'],
    ['dj_database_url.config()', '?'],
  ])('%s', (expression, expected) => {
    const code = `import os, environ, dj_database_url\nfrom decouple import config, Csv\nenv = environ.Env(SCHEMA=(bool, False))\nX = ${expression}\n`
    expect(show(read({ [SETTINGS]: code }), 'X')).toEqual([`X = ${expected}`])
  })

  test('a default is marked where it stands', () => {
    const files = { [SETTINGS]: "import os\nSTATIC_ROOT = os.environ.get('STATIC_ROOT', '/srv/static')\n" }
    expect(marked(files, read(files).get('STATIC_ROOT'))).toBe("'/srv/static'")
  })

  const code =
    "import environ\nfrom pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\nenv = environ.Env()\nenviron.Env.read_env(BASE_DIR / 'deploy' / 'prod.env')\nDEBUG = env.bool('DEBUG', default=False)\nHOSTS = env.list('HOSTS')\n"

  test('`.env` beside the settings or in BASE_DIR gives values', () => {
    const files = { [SETTINGS]: code, '/srv/app/.env': "# local\nexport DEBUG=on # yes\nHOSTS='a.org,b.org'\n" }
    const settings = read(files)
    expect(show(settings, 'DEBUG', 'HOSTS')).toEqual(['DEBUG = env(DEBUG:.env, True)', "HOSTS = env(HOSTS:.env, ['a.org', 'b.org'])"])
    expect(marked(files, settings.get('HOSTS'))).toBe('a.org,b.org')
    expect(settings.files).toContain('/srv/app/.env')
  })

  test('a file that the settings name goes first', () => {
    expect(show(read({ [SETTINGS]: code, '/srv/app/.env': 'DEBUG=on\n', '/srv/app/deploy/prod.env': 'DEBUG=off\n' }), 'DEBUG')).toEqual([
      'DEBUG = env(DEBUG:.env, False)',
    ])
  })

  test('variables that are known for certain', () => {
    expect(
      show(
        read(
          { [SETTINGS]: code },
          SETTINGS,
          new Map([
            ['DEBUG', 'yes'],
            ['HOSTS', 'a.org'],
          ]),
        ),
        'DEBUG',
        'HOSTS',
      ),
    ).toEqual(['DEBUG = True', "HOSTS = ['a.org']"])
  })
})

describe('settings that are hard to read', () => {
  test('a syntax error: what stands before it is known, what follows is not', () => {
    const code = "DEBUG = False\nSTATIC_URL = '/static/'\nX = [1,\nSTATIC_URL = '/s/'\nMEDIA_URL = '/media/'\n"
    const settings = read({ [SETTINGS]: code })
    expect(show(settings, 'DEBUG', 'STATIC_URL', 'MEDIA_URL', 'STATIC_ROOT')).toEqual(['DEBUG = False', 'STATIC_URL = ?', 'MEDIA_URL = ?', 'STATIC_ROOT = ?'])
    expect(settings.syntaxErrorAt?.path).toBe(SETTINGS)
    expect(settings.whole).toBe(false)
  })

  test.each([
    ['a string without its end', "X = 'a'\nY = 'b\n", 2],
    ['a string that ends in an escaped quote', "X = 'a'\nY = 'b\\'\n", 2],
    ['a bracket that is never closed', "X = 'a'\nY = (\n", 2],
    ['words', "X = 'a'\nthis is no Python\n", 2],
  ])('%s is a syntax error', (_, code, line) => {
    const settings = read({ [SETTINGS]: code })
    expect(show(settings, 'X', 'Y')).toEqual(["X = 'a'", 'Y = ?'])
    expect(code.slice(0, settings.syntaxErrorAt?.start).split('\n').length).toBeGreaterThanOrEqual(line)
  })

  test('a file that is absent, binary, or longer than anyone writes', () => {
    expect(read({}).state).toBe('absent')
    expect(read({ [SETTINGS]: 'X = 1\0' }).state).toBe('refused')
    expect(read({ [SETTINGS]: `X = 1\n${'#'.repeat(1_100_000)}` }).state).toBe('refused')
    expect(show(read({}), 'DEBUG')).toEqual(['DEBUG = ?'])
  })

  test.each([
    ['brackets', `X = ${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['sums', `X = ${'1 + '.repeat(20_000)}1`],
    ['alternatives', `X = ${'a or '.repeat(20_000)}1`],
    ['negations', `X = ${'not '.repeat(20_000)}1`],
    ['calls', `X = a${'.b()'.repeat(20_000)}`],
    ['subscripts', `X = a${'[0]'.repeat(20_000)}`],
    ['conditions', `if a: pass\n${'elif a: pass\n'.repeat(5000)}X = 1`],
    ['blocks', `${Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}if a:\n`).join('')}${' '.repeat(300)}X = 1\n`],
    ['many lines', 'X = 1\nif what():\n    X = 2\n'.repeat(20_000)],
    ['functions that call each other', 'def f(a):\n    return f(f(a)) + f(a)\nX = f(1)\n'],
    ['doubling', `X = ['a']\n${'X += X\n'.repeat(40)}`],
    ['doubling tuples', `X = ('a',)\nY = ('a',)\n${'X = (X, X)\nY = (Y, Y)\n'.repeat(40)}Z = X == Y\nif what():\n    X = Y\n`],
    ['a large dictionary', `X = {\n${Array.from({ length: 20_000 }, (_, i) => `'k${i}': ${i},\n`).join('')}}\n`],
    ['a dictionary changed often', `X = {}\n${Array.from({ length: 20_000 }, (_, i) => `X['k${i}'] = ${i}\n`).join('')}`],
    ['replacing', `X = 'a'\n${"X = X.replace('a', X + 'a')\n".repeat(60)}`],
    ['doubling text', `X = 'a'\n${'X += X\n'.repeat(60)}`],
  ])('nothing is too deep or too long: %s', (_, code) => {
    const begun = performance.now()
    const settings = read({ [SETTINGS]: code })
    settings.get('X')
    expect(performance.now() - begun).toBeLessThan(3000)
  })

  test.each([1, 2, 3, 5, 7])('a long file with comments and empty lines between the statements has no syntax error (%i statements a block)', (block) => {
    const statements = Array.from(
      { length: 2500 },
      (_, i) => `X${i} = [\n    ${i},  # it's ${i}\n\n    # more\n]\n${i % block === 0 ? `\n#####\n# ${i} #\n#####\n\n` : ''}`,
    )
    const last = `if X1:\n    Y = 'a'\n\n    # comment\n    Z = """\n# {} """\n\n# the end`
    const settings = read({ [SETTINGS]: `${statements.join('')}${last}` })
    expect(settings.syntaxErrorAt).toBeUndefined()
    expect(show(settings, 'X2499', 'Y', 'Z')).toEqual(['X2499 = [2499]', "Y = 'a'", "Z = '\\n# {} '"])
  })

  test('no cut of a settings file throws', () => {
    const text = `${OLD_STYLE}from .base import *\ntry:\n    from .local import *\nexcept (ImportError, KeyError) as e:\n    raise\nX = f"{BASE_DIR!r:>{3}}" if DEBUG else [a for a in b if c]\nwith open(x) as y:\n    z = {**a, 'b': lambda *c, d=1: c}\ndef f(a, *, b=2):\n    return a\nclass A(B): pass\n`
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(text.length), fc.string({ maxLength: 3 }), (from, to, insert) => {
        const cut = text.slice(0, Math.min(from, to)) + insert + text.slice(Math.max(from, to))
        const settings = read({ [SETTINGS]: cut })
        for (const name of ['DEBUG', 'X', 'STATIC_ROOT', 'DATABASES', 'z']) showValue(settings.get(name))
      }),
      { numRuns: 400 },
    )
  })
})

test('what is not loaded yet is wanted, and no more than that', () => {
  const files = {
    '/srv/app/config/__init__.py': '',
    '/srv/app/config/settings/__init__.py': '',
    '/srv/app/config/settings/base.py': "import os\nfrom celery.schedules import crontab\nX = os.environ.get('X', 'a')\n",
    '/srv/app/config/settings/prod.py': 'from .base import *\n',
  }
  const { result, wants } = computeWithWants(files, (snapshot) => readSettings(snapshot, '/srv/app/config/settings/prod.py', '/srv/app'))
  expect(show(result, 'X')).toEqual(["X = env(X, 'a')"])
  expect(wants).toEqual([
    'read /srv/app/config/settings/prod.py',
    'list /srv/app/config/settings',
    'read /srv/app/config/settings/base.py',
    'read /srv/app/config/settings/.env',
    'read /srv/app/.env',
  ])
})

test.each([
  ['static/', '/static/'],
  ['/static/', '/static/'],
  ['https://cdn.example.org/static/', undefined],
  ['//cdn.example.org/', undefined],
  ['', undefined],
])('the URL %s is served here at %s', (url, local) => expect(localUrl(url)).toBe(local))

/** What is known must be what Python itself gives: the code is ours, so here it may be run. */
describe('what Python says', () => {
  const python = spawnSync('python3', ['--version']).status === 0
  const code = [
    'import os, json',
    'from pathlib import Path',
    'BASE_DIR = Path(__file__).resolve().parent.parent',
    "A = os.path.join(BASE_DIR, 'a', '..', 'b', '')",
    'B = os.path.normpath(A)',
    "C = [str(BASE_DIR / n) for n in ('x', '/y', '../z', './w//v/')]",
    "D = [os.path.dirname(p) for p in ('/a/b/', '/a', 'a', '/', '//a', '')]",
    "E = [str(Path(p).parent) for p in ('/a/b/', '/a', 'a', '/', '.', 'a/..')]",
    "F = [os.path.splitext(p)[1] for p in ('a.b', '.b', 'a.', 'a/b.c/d', '..b')]",
    "G = '%s-%d-%s' % ('a', 3, None), '{1}{0}'.format('a', 'b'), f'{BASE_DIR.name!s}{{}}'",
    "H = 'a,b,,c'.split(','), ' a  b '.split(), 'a-b-c'.rsplit('-', 1), 'xxaxx'.strip('x')",
    'I = 7 // -2, -7 % 3, 2 ** 10, 1 << 4, 10 / 4, True + 1',
    "J = ['a', 'b'] + ['c'] * 0 if False else [*('a', 'b'), 'c'][::1][:2]",
    'K = not 1 == 2 and 3 or 4, not (0 or 1), None or [] or 0',
    "L = {**{'a': 1}, 'b': 2}",
    "L['a'] = 3",
    "L.setdefault('c', 4)",
    "L.pop('b')",
    "M = ['a', 'b', 'c']",
    "M.insert(-1, 'x')",
    'M.pop(0)',
    "M[0] = 'y'",
    "N = 'y' in M, 'z' not in M, M.index('x'), len(M)",
    "O = r'\\d', '\\x41\\t', b'a'.decode(), 'a' 'b' '''c'''",
  ].join('\n')

  test.skipIf(!python)('agrees', () => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'))
    try {
      const path = join(folder, 'settings.py')
      writeFileSync(path, `${code}\n`)
      const dump = `import json, sys, runpy\nn = runpy.run_path(sys.argv[1])\nprint(json.dumps({k: v for k, v in n.items() if k.isupper()}, default=str))`
      const run = spawnSync('python3', ['-c', dump, path], { encoding: 'utf8' })
      const expected = JSON.parse(run.stdout) as Record<string, unknown>
      const settings = readSettings(nodeSnapshot().snapshot, path, folder)
      for (const [name, value] of Object.entries(expected)) {
        const ours = plain(settings.get(name))
        if (ours !== UNKNOWN) expect({ [name]: ours }).toEqual({ [name]: value })
      }
      expect(Object.keys(expected).filter((name) => plain(settings.get(name)) === UNKNOWN)).toEqual(['J'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  const UNKNOWN = Symbol('unknown')

  function plain(value: Value): unknown {
    if (value.state !== 'known') return UNKNOWN
    const py = value.value
    switch (py.kind) {
      case 'none':
        return null
      case 'list':
      case 'tuple':
      case 'set': {
        const items = py.items.map(plain)
        return items.includes(UNKNOWN) ? UNKNOWN : items
      }
      case 'dict':
        return Object.fromEntries(py.entries.map((entry) => [entry.key.kind === 'string' ? entry.key.value : '', plain(entry.value)]))
      case 'string':
      case 'number':
      case 'boolean':
      case 'path':
        return py.value
      default:
        return UNKNOWN
    }
  }
})
