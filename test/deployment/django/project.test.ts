import { describe, expect, test } from 'vitest'
import { findDjangoProjects } from '../../../server/src/deployment/django/project.ts'
import { resolveModule } from '../../../server/src/deployment/django/resolve-module.ts'
import { readWsgiScript } from '../../../server/src/deployment/django/wsgi-script.ts'
import { computeWithWants, type MemoryFiles, memorySnapshot } from '../memory-snapshot.ts'
import { showValue } from './show-value.ts'

const MANAGE = `#!/usr/bin/env python
import os, sys
def main():
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.dev')
    try:
        from django.core.management import execute_from_command_line
    except ImportError as exc:
        raise ImportError("no Django") from exc
    execute_from_command_line(sys.argv)
if __name__ == '__main__':
    main()
`
const WSGI =
  "import os\nfrom django.core.wsgi import get_wsgi_application\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.prod')\n\napplication = get_wsgi_application()\n"

const SITE: MemoryFiles = {
  '/w/project/manage.py': MANAGE,
  '/w/project/config/__init__.py': '',
  '/w/project/config/wsgi.py': WSGI,
  '/w/project/config/asgi.py': WSGI.replaceAll('wsgi', 'asgi'),
  '/w/project/config/settings/__init__.py': '',
  '/w/project/config/settings/dev.py': '',
  '/w/project/config/settings/prod.py': '',
}

function projects(files: MemoryFiles): unknown {
  return findDjangoProjects(memorySnapshot(files).snapshot, Object.keys(files)).map((project) => ({
    root: project.root,
    manage: project.manage,
    wsgi: project.wsgi.map((script) => script.path),
    asgi: project.asgi.map((script) => script.path),
    settings: project.settingsModules.map((one) => `${one.dotted} ${one.path}`),
  }))
}

describe('Django projects of a workspace', () => {
  test('are found by manage.py, wsgi.py and asgi.py; what a server runs goes first', () => {
    expect(projects(SITE)).toEqual([
      {
        root: '/w/project',
        manage: '/w/project/manage.py',
        wsgi: ['/w/project/config/wsgi.py'],
        asgi: ['/w/project/config/asgi.py'],
        settings: ['config.settings.prod /w/project/config/settings/prod.py', 'config.settings.dev /w/project/config/settings/dev.py'],
      },
    ])
  })

  test('without manage.py the root is the folder from which the settings are imported', () => {
    const { '/w/project/manage.py': _, ...files } = SITE
    expect(projects(files)).toMatchObject([{ root: '/w/project', manage: undefined, settings: ['config.settings.prod /w/project/config/settings/prod.py'] }])
  })

  test('a script elsewhere that puts the project on sys.path', () => {
    const script = `import sys\nsys.path.insert(0, '/w/src')\n${WSGI}`
    const files = { '/w/deploy/app.wsgi': script, '/w/src/config/settings/prod.py': '' }
    expect(projects(files)).toMatchObject([{ root: '/w/src', wsgi: ['/w/deploy/app.wsgi'] }])
  })

  test('several projects, and none in installed packages', () => {
    const files = {
      '/w/a/manage.py': MANAGE,
      '/w/b/manage.py': MANAGE.replace('config.settings.dev', 'b.settings'),
      '/w/venv/lib/python3.11/site-packages/django/conf/project_template/manage.py': MANAGE,
      '/w/c/wsgi.py': 'application = None\n',
    }
    expect(projects(files)).toMatchObject([{ root: '/w/a' }, { root: '/w/b', settings: ['b.settings undefined'] }])
  })

  test('only the scripts themselves are wanted', () => {
    const { wants } = computeWithWants(SITE, (snapshot) => findDjangoProjects(snapshot, Object.keys(SITE)))
    expect([...wants].sort()).toEqual(['read /w/project/config/asgi.py', 'read /w/project/config/wsgi.py', 'read /w/project/manage.py'])
  })
})

describe('a WSGI script', () => {
  const PATH = '/w/wsgi.py'
  const read = (code: string) => readWsgiScript(memorySnapshot({ [PATH]: code }).snapshot, PATH)

  test('names the settings module and the application, with places', () => {
    const script = read(WSGI)
    const settings = script.settingsModule
    expect(settings && showValue(settings.value)).toBe("'config.settings.prod'")
    expect(settings && WSGI.slice(settings.at.start, settings.at.end)).toBe("'config.settings.prod'")
    expect(settings?.overridable).toBe(true)
    expect([...script.names.keys()]).toEqual(['os', 'get_wsgi_application', 'application'])
    const application = script.names.get('application')
    expect(application && WSGI.slice(application.start, application.end)).toBe('application')
    expect(script.namesWhole).toBe(true)
  })

  test('sets the variable outright', () => {
    const settings = read("import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'a.settings'\n").settingsModule
    expect(settings && [showValue(settings.value), settings.overridable]).toEqual(["'a.settings'", false])
  })

  test('chooses between two', () => {
    const settings = read(
      "import os\nif os.environ.get('DEV'):\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'a.dev')\nelse:\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'a.prod')\n",
    ).settingsModule
    expect(settings && showValue(settings.value)).toBe("'a.dev' | 'a.prod'")
  })

  test.each([
    ['def application(environ, start_response):\n    return []\n', ['application']],
    ['class App:\n    pass\napp = App()\n', ['App', 'app']],
    ['try:\n    from a import application\nexcept ImportError:\n    app = None\n', ['application', 'app']],
    ['_application = 1\ndef f():\n    application = 2\n', ['_application', 'f']],
    ['from whitenoise import WhiteNoise\napplication = x\napplication = WhiteNoise(application)\n', ['WhiteNoise', 'application']],
  ])('%j defines names', (code, names) => expect([...read(code).names.keys()].filter((name) => name !== 'os')).toEqual(names))

  test('a star import leaves open what it defines', () => expect(read('from somewhere import *\n').namesWhole).toBe(false))

  test('puts folders on sys.path', () => {
    const script = read(
      "import os, sys, site\nHERE = os.path.dirname(os.path.abspath(__file__))\nsys.path.insert(0, HERE)\nsys.path.append('/srv/x')\nsys.path.extend(['/srv/y', HERE])\nsite.addsitedir('/srv/z')\n",
    )
    expect(script.sysPath.map((entry) => [showValue(entry.value), entry.first])).toEqual([
      ["'/w'", true],
      ["'/srv/x'", false],
      ["'/srv/y'", false],
      ["'/w'", false],
      ["'/srv/z'", false],
    ])
  })

  test('that is not there', () => expect(readWsgiScript(memorySnapshot({}).snapshot, PATH)).toMatchObject({ state: 'absent', names: new Map() }))
})

describe('finding a module', () => {
  const files = { '/a/pkg/__init__.py': '', '/a/pkg/mod.py': '', '/a/mod.py': '', '/a/mod/__init__.py': '', '/a/ns/inner.py': '', '/b/only.py': '' }
  const find = (dotted: string) => resolveModule(memorySnapshot(files).snapshot, ['/a', '/b'], dotted)

  test.each([
    ['pkg', '/a/pkg/__init__.py'],
    ['pkg.mod', '/a/pkg/mod.py'],
    ['mod', '/a/mod/__init__.py'],
    ['ns.inner', '/a/ns/inner.py'],
    ['only', '/b/only.py'],
  ])('%s is %s', (dotted, path) => expect(find(dotted)).toMatchObject({ state: 'file', path }))

  test('a folder without __init__.py', () => expect(find('ns')).toEqual({ state: 'folder', path: '/a/ns' }))
  test('what is not there', () => expect(find('pkg.nothing')).toEqual({ state: 'absent' }))
})
