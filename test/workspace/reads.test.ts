import { expect, it } from 'vitest'
import { makeSourceReader } from '../../server/src/configuration/source.ts'
import { checkWorkspace } from '../../server/src/rules/check-workspace.ts'
import { discoverFiles } from '../../server/src/workspace/discover.ts'
import type { FileSystem } from '../../server/src/workspace/file-system.ts'
import { makeSession } from '../../server/src/workspace/session.ts'
import { defaultSettings } from '../../server/src/workspace/settings.ts'
import { memoryFileSystem } from '../support/memory-file-system.ts'

// Of a large project a dozen files matter: nothing else is read, however many modules and packages there are.
it('reads the configuration and what it points at, and nothing of the other 3,000 modules and 300 packages', async () => {
  const read: string[] = []
  const files: Record<string, string> = {
    '/w/deploy/httpd.conf':
      'Listen 80\nLoadModule wsgi_module modules/mod_wsgi.so\n<Directory />\nRequire all granted\n</Directory>\nWSGIDaemonProcess shop python-home=/srv/shop/venv python-path=/srv/shop\nWSGIScriptAlias / /srv/shop/shop/wsgi.py process-group=shop\nAlias /static/ /srv/shop/collected/\n',
    '/w/requirements.txt': 'Django==4.2.16\n',
    '/w/manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
    '/w/shop/__init__.py': '',
    '/w/shop/wsgi.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\napplication = None\n',
    '/w/shop/settings.py':
      'from pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\nDEBUG = False\nALLOWED_HOSTS = ["shop.example"]\nROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["django.contrib.staticfiles"]\nSTATIC_URL = "/static/"\nSTATIC_ROOT = BASE_DIR / "collected"\n',
    '/w/shop/urls.py': 'urlpatterns = []\n',
    '/w/venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.11.2\n',
    '/w/venv/bin/activate': 'VIRTUAL_ENV="/srv/shop/venv"\n',
    '/w/venv/lib/python3.11/site-packages/Django-4.2.16.dist-info/METADATA': 'Name: Django\nVersion: 4.2.16\nRequires-Python: >=3.8\n',
  }
  for (let i = 0; i < 3000; i++) files[`/w/apps/app${i % 100}/module${i}.py`] = 'import os\n'
  for (let i = 0; i < 300; i++) {
    files[`/w/venv/lib/python3.11/site-packages/package${i}/__init__.py`] = ''
    files[`/w/venv/lib/python3.11/site-packages/package${i}-1.0.dist-info/METADATA`] = `Name: package${i}\nVersion: 1.0\n`
  }
  const memory = memoryFileSystem(files)
  const fs: FileSystem = {
    ...memory,
    read(path) {
      read.push(path)
      return memory.read(path)
    },
  }
  const discovered = await discoverFiles(fs, ['/w'])
  const input = { folders: ['/w'], files: discovered.files, settings: defaultSettings, request: { kind: 'workspace' } as const }
  const reports = await makeSession(fs, defaultSettings.limits.fileSize).settle((snapshot) => checkWorkspace(snapshot, input, makeSourceReader()))
  expect(reports.flatMap((report) => report.problems).filter((problem) => problem.severity === 'error')).toEqual([])
  expect(read.filter((path) => /\/(?:apps|package\d+)(?:\/|-)/.test(path))).toEqual([])
  expect(new Set(read).size).toBeLessThanOrEqual(20)
  // Each once.
  expect(read.length).toBe(new Set(read).size)
})
