import { execFileSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { resolveOnMachine } from '../../server/src/configuration/on-machine.ts'
import { makeSourceReader } from '../../server/src/configuration/source.ts'
import type { Conversion } from '../../server/src/conversion/conversion.ts'
import { convertToNginx } from '../../server/src/conversion/to-nginx/convert.ts'
import { makeSession } from '../../server/src/workspace/session.ts'
import { defaultSettings } from '../../server/src/workspace/settings.ts'
import { memoryFileSystem } from '../support/memory-file-system.ts'
import { type Answer, makeServerFolder, mustHaveServers, nginxBinary, startNginx, startUnit } from '../support/real-server.ts'

// The remark on a WSGI application has the command that runs it: it is run, and nginx on the converted text answers from it.

const app = `import json, sys
import shop_settings
def application(environ, start_response):
    start_response('200 OK', [('Content-Type', 'application/json')])
    names = ['SCRIPT_NAME', 'PATH_INFO', 'wsgi.multiprocess', 'wsgi.multithread', 'HTTP_HOST', 'wsgi.url_scheme']
    return [json.dumps({**{name: environ.get(name) for name in names}, 'name': shop_settings.name, 'prefix': sys.prefix}).encode()]
`

async function convert(config: string): Promise<Conversion> {
  const root = '/etc/apache2/site.conf'
  const session = makeSession(memoryFileSystem({ [root]: config }), 1 << 24)
  const made = await session.settle((snapshot) => {
    const configuration = resolveOnMachine(snapshot, root, 'apache', makeSourceReader(), defaultSettings)
    return configuration && convertToNginx(configuration)
  })
  if (!made) throw new Error('the configuration could not be read')
  return made
}

interface Site {
  readonly config: string
  readonly files: Readonly<Record<string, string>>
  readonly virtualenv?: string
  readonly path: string
}

/** What nginx answers once the application runs as the remark says. */
async function answerOf({ config, files, virtualenv, path }: Site): Promise<{ readonly answer: Answer; readonly root: string; readonly log: string }> {
  const { remarks, text } = await convert(config)
  const message = remarks.find(({ directive }) => directive.startsWith('WSGIScriptAlias'))?.message ?? ''
  const [, command = '', runtime = ''] = /with: (.*?) \(the folder .*?RuntimeDirectory=(\S+) /.exec(message) ?? []
  expect(command, message).toMatch(/gunicorn .*:application$/)
  const folder = makeServerFolder()
  try {
    for (const [name, content] of Object.entries(files)) folder.put(name, content)
    const link = /ln -s (\S+) (\S+)$/.exec(message)
    if (link) execFileSync('ln', ['-s', folder.translate(link[1] ?? ''), folder.translate(link[2] ?? '')])
    if (virtualenv !== undefined) {
      const home = folder.translate(virtualenv)
      execFileSync('/usr/bin/python3', ['-m', 'venv', '--without-pip', '--system-site-packages', home])
      folder.put(`${virtualenv}/bin/gunicorn`, `#!${home}/bin/python3\nfrom gunicorn.app.wsgiapp import run\nrun()\n`)
      chmodSync(join(folder.path, virtualenv, 'bin/gunicorn'), 0o755)
    }
    const unit = await startUnit(folder, `[Service]\nRuntimeDirectory=${runtime}\nExecStart=${command}\n`)
    try {
      const nginx = await startNginx(folder, text, true)
      try {
        const answer = await nginx.get(path, 'shop.test')
        return { answer, root: folder.path, log: unit.log() + nginx.log() }
      } finally {
        await nginx.stop()
      }
    } finally {
      await unit.stop()
    }
  } finally {
    folder.remove()
  }
}

const host = (lines: string): string => `<VirtualHost *:80>\nServerName shop.test\n${lines}\n</VirtualHost>\n`

it.skipIf(nginxBinary === undefined && !mustHaveServers)('with paths, a virtualenv, processes and threads', { timeout: 30_000 }, async () => {
  const { answer, root, log } = await answerOf({
    config: host(`WSGIDaemonProcess shop python-path=/srv/shop:/srv/more python-home=/srv/venv processes=2 threads=3
WSGIProcessGroup shop
WSGIScriptAlias / /srv/shop/shop/wsgi.py
<Directory /srv/shop/shop>
Require all granted
</Directory>`),
    files: { '/srv/shop/shop/__init__.py': '', '/srv/shop/shop/wsgi.py': app, '/srv/more/shop_settings.py': 'name = "more"\n' },
    virtualenv: '/srv/venv',
    path: '/a%20b?c',
  })
  expect(answer.status, log).toBe(200)
  expect(JSON.parse(answer.body)).toEqual({
    SCRIPT_NAME: '',
    PATH_INFO: '/a b',
    'wsgi.multiprocess': true,
    'wsgi.multithread': true,
    HTTP_HOST: 'shop.test',
    'wsgi.url_scheme': 'http',
    name: 'more',
    prefix: `${root}/srv/venv`,
  })
})

it.skipIf(nginxBinary === undefined && !mustHaveServers)('below a path, of a script that Python cannot import by its name', { timeout: 30_000 }, async () => {
  const { answer, log } = await answerOf({
    config: host(`WSGIScriptAlias /shop /srv/shop.test/apache/shop_settings.v2.wsgi
WSGIDaemonProcess one python-path=/srv:/srv/more
WSGIProcessGroup one
<Directory /srv/shop.test/apache>
Require all granted
</Directory>`),
    files: { '/srv/shop.test/apache/shop_settings.v2.wsgi': app, '/srv/more/shop_settings.py': 'name = "more"\n' },
    path: '/shop/cart',
  })
  expect(answer.status, log).toBe(200)
  expect(JSON.parse(answer.body)).toMatchObject({ SCRIPT_NAME: '/shop', PATH_INFO: '/cart', 'wsgi.multiprocess': false, name: 'more' })
})
