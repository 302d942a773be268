import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DeploymentNode } from '../../server/src/features/deployment-view.ts'
import { type Bundle, bundle } from '../support/bundle.ts'

let command: Bundle
let folder = ''

beforeAll(async () => {
  command = await bundle('server/src/cli/main.ts', 'cli-deployment')
})
afterAll(() => command.remove())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'webconf-deployment-'))
  return () => rmSync(folder, { recursive: true, force: true })
})

function webconf(...args: readonly string[]): { status: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [command.path, ...args], { encoding: 'utf8', cwd: folder, timeout: 30_000 })
  return { status: run.status, out: run.stdout, err: run.stderr }
}

const site: Readonly<Record<string, string>> = {
  'deploy/nginx/shop.conf':
    'server {\n    listen 80;\n    server_name shop.example;\n    location /static/ {\n        alias /srv/shop/collected/;\n    }\n    location / {\n        proxy_set_header Host $host;\n        proxy_pass http://127.0.0.1:8000;\n    }\n}\n',
  'deploy/shop.service': '[Service]\nUser=shop\nWorkingDirectory=/srv/shop\nExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi\n',
  'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
  'shop/__init__.py': '',
  'shop/wsgi.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\napplication = None\n',
  'shop/settings.py':
    'import os\nfrom pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\nDEBUG = False\nMIDDLEWARE = ["django.middleware.common.CommonMiddleware"]\nALLOWED_HOSTS = ["shop.example"]\nSTATIC_URL = "/static/"\nSTATIC_ROOT = BASE_DIR / "collected"\nMEDIA_URL = "/media/"\nMEDIA_ROOT = os.environ["MEDIA"]\n',
}

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

describe('webconf deployment', () => {
  it('shows each site with its application, what was found and where, and what is not known and why', () => {
    put(site)
    expect(webconf('deployment')).toMatchObject({
      status: 0,
      err: '',
      out: [
        'shop.example 80: nginx, deploy/nginx/shop.conf  deploy/nginx/shop.conf:1',
        '  /: http to 127.0.0.1:8000  deploy/nginx/shop.conf:9',
        '    shop.service: gunicorn with shop.wsgi, at 127.0.0.1:8000, in /srv/shop, as shop  deploy/shop.service:4',
        '    settings: shop/settings.py  shop/settings.py:1',
        '    static files: /static/ is /srv/shop/collected, served from /srv/shop/collected  deploy/nginx/shop.conf:5',
        '    media files: not known: it comes from the environment variable MEDIA',
        '    allowed hosts: shop.example  shop/settings.py:6',
        '',
      ].join('\n'),
    })
  })
  it('puts problems where they belong, once', () => {
    put({ ...site, 'shop/settings.py': (site['shop/settings.py'] ?? '').replace('"shop.example"', '"other.example"') })
    const { out } = webconf('deployment')
    expect(out.match(/\[django\/host-not-allowed\]/g)).toHaveLength(1)
  })
  it('gives the same as JSON', () => {
    put(site)
    const answer: { version: number; deployment: DeploymentNode[] } = JSON.parse(webconf('deployment', '--format', 'json', '.').out)
    expect(answer.version).toBe(1)
    const [shop] = answer.deployment
    expect(shop).toMatchObject({
      kind: 'site',
      label: 'shop.example 80',
      at: { path: join(folder, 'deploy/nginx/shop.conf'), range: { start: { line: 0, character: 0 } } },
    })
    expect(shop?.children[0]?.children.map((each) => `${each.kind} ${each.state}`)).toEqual([
      'process known',
      'settings known',
      'static known',
      'media not known',
      'hosts known',
    ])
  })
  it('says so where there is nothing, and what is wrong with how it is called', () => {
    expect(webconf('deployment').out).toBe('No site, process, virtualenv or platform was found here.\n')
    expect(webconf('deployment', 'nowhere')).toMatchObject({ status: 2, err: expect.stringContaining('nowhere is no folder') })
    expect(webconf('deployment', '--fix')).toMatchObject({ status: 2, err: expect.stringContaining('--fix') })
  })
})
