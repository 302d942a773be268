import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explainLog } from '../../server/src/log/explain.ts'
import { apacheBinary, makeServerFolder, mustHaveServers, nginxBinary, startApache, startNginx } from '../support/real-server.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'webconf-log-'))
  chmodSync(folder, 0o755)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const idsOf = (log: string): string[] => explainLog(log).map(({ pattern }) => pattern)

/** What a program says on standard error. */
function errorsOf(program: string, args: readonly string[]): string {
  return spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 }).stderr
}

function put(name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

describe.runIf(nginxBinary || mustHaveServers)('what the real nginx says of its configuration', () => {
  it.each([
    ['nginx/unknown-directive', 'http { proxy_passs x; }'],
    ['nginx/not-terminated', 'http { server { root /a }'],
    ['nginx/not-terminated', 'http { '],
    ['nginx/not-allowed-here', 'http { http { } }'],
    ['nginx/argument-count', 'http { root a b; }'],
    ['nginx/duplicate-directive', 'http { root /a; root /b; }'],
    ['nginx/duplicate-directive', 'http { server { listen 8091 default_server; } server { listen 8091 default_server; } }'],
    ['nginx/unknown-variable', 'http { server { listen 8091; return 200 $nothing; } }'],
    ['nginx/upstream-host-not-found', 'http { server { listen 8091; location / { proxy_pass http://no-such-host.invalid; } } }'],
    ['nginx/include-missing', 'http { include /nowhere/a.conf; }'],
    ['nginx/certificate-missing', 'http { server { listen 8091 ssl; ssl_certificate /nowhere/a.pem; ssl_certificate_key /nowhere/a.key; } }'],
    ['nginx/no-certificate', 'http { server { listen 8091 ssl; } }'],
    ['nginx/conflicting-server-name', 'http { server { listen 8091; server_name a; } server { listen 8091; server_name a; } }'],
    ['nginx/zone-undefined', 'http { server { listen 8091; limit_req zone=login; } }'],
    ['nginx/user-unknown', 'user no-such-user;'],
    ['nginx/module-not-loaded', 'load_module /nowhere/x.so;'],
    ['nginx/config-error', 'http { autoindex maybe; }'],
  ])('%s: %s', (pattern, text) => {
    const file = put('nginx.conf', `pid ${folder}/nginx.pid;\nerror_log stderr;\n${text.startsWith('http') ? `events {}\n${text}` : `${text}\nevents {}`}\n`)
    expect(idsOf(errorsOf(nginxBinary ?? '', ['-t', '-q', '-e', 'stderr', '-p', folder, '-c', file]))).toContain(pattern)
  })
})

describe.runIf(nginxBinary || mustHaveServers)('what the real nginx says of requests', () => {
  it('is explained', async () => {
    const server = makeServerFolder()
    const rude: Server = createServer((socket) => {
      socket.on('data', (data) => {
        if (data.includes('/rude')) socket.end('hello\n\n')
        else socket.destroy()
      })
      socket.on('error', () => undefined)
    })
    await new Promise<void>((done) => rude.listen(0, '127.0.0.1', () => done()))
    const address = rude.address()
    const port = typeof address === 'object' && address ? address.port : 0
    server.put('/srv/www/empty/x', '')
    const running = await startNginx(
      server,
      `limit_req_zone $binary_remote_addr zone=login:1m rate=1r/m;
server {
    listen 80;
    root /srv/www;
    location /refused { proxy_pass http://127.0.0.1:1; }
    location /socket { proxy_pass http://unix:/srv/none.sock; }
    location /rude { proxy_pass http://127.0.0.1:${port}; }
    location /closed { proxy_pass http://127.0.0.1:${port}; }
    location /resolve { proxy_pass http://$arg_host; }
    location /private { deny all; }
    location /limited { limit_req zone=login; try_files $uri =404; }
    location /cycle { try_files $uri /cycle/index.html; }
}`,
      true,
    )
    try {
      for (const path of [
        '/missing.css',
        '/empty/',
        '/refused',
        '/socket',
        '/rude',
        '/closed',
        '/resolve?host=x.example',
        '/private',
        '/cycle/a',
        '/limited',
        '/limited',
      ])
        await running.get(path)
      expect(idsOf(running.log())).toEqual(
        expect.arrayContaining([
          'nginx/file-missing',
          'nginx/directory-index-forbidden',
          'nginx/connection-refused',
          'nginx/socket-missing',
          'nginx/upstream-closed',
          'nginx/no-resolver',
          'nginx/access-forbidden',
          'nginx/redirection-cycle',
          'nginx/request-limited',
        ]),
      )
    } finally {
      await running.stop()
      rude.close()
      server.remove()
    }
  })
})

describe.runIf(apacheBinary || mustHaveServers)('what the real Apache says', () => {
  const modules = ['mpm_event', 'authz_core', 'alias', 'wsgi'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')
  it.each([
    ['apache/syntax-error', 'Alais /a /b'],
    ['apache/syntax-error', '<Directory /a>'],
    ['apache/syntax-error', 'Include /nowhere/a.conf'],
    ['apache/syntax-error', 'ServerName a\nDocumentRoot /nowhere/a'],
    ['apache/alias-never-matches', 'ServerName a\nAlias /a /srv\nAlias /a/b /srv'],
    ['apache/module-loaded-twice', 'ServerName a\nLoadModule alias_module /usr/lib/apache2/modules/mod_alias.so'],
    ['apache/variable-undefined', 'ServerName a\nServerAdmin ${NO_SUCH_VARIABLE}'],
  ])('%s: %s', (pattern, text) => {
    const file = put(
      'apache.conf',
      `ServerRoot ${folder}\nDefaultRuntimeDir ${folder}\nPidFile ${folder}/apache.pid\nErrorLog ${folder}/error.log\n${modules}\nListen 127.0.0.1:8091\n${text}\n`,
    )
    expect(idsOf(errorsOf(apacheBinary ?? '', ['-t', '-f', file]))).toContain(pattern)
  })

  it('of requests, with mod_wsgi', async () => {
    const server = makeServerFolder()
    server.put('/srv/site/broken.py', 'import no_such_module\n')
    server.put('/srv/site/empty.py', '')
    server.put('/srv/site/raises.py', "def application(environ, start_response):\n    raise KeyError('SECRET_KEY')\n")
    server.put('/srv/closed/a.css', '')
    const running = await startApache(
      server,
      `WSGIScriptAlias /broken /srv/site/broken.py
WSGIScriptAlias /empty /srv/site/empty.py
WSGIScriptAlias /raises /srv/site/raises.py
WSGIScriptAlias /missing /srv/site/missing.py
WSGIScriptAlias /folder /srv/site
WSGIScriptAlias /group /srv/site/empty.py process-group=nobody application-group=%{RESOURCE}
Alias /closed /srv/closed
ProxyPass /refused http://127.0.0.1:1/
<Directory /srv/site>
    Require all granted
</Directory>`,
      true,
    )
    try {
      for (const path of ['/broken', '/empty', '/raises', '/missing', '/folder', '/group', '/closed/a.css', '/refused']) await running.get(path)
      expect(idsOf(running.log())).toEqual(
        expect.arrayContaining([
          'wsgi/script-failed',
          'python/module-missing',
          'wsgi/callable-missing',
          'wsgi/exception',
          'python/environment-variable',
          'wsgi/script-not-found',
          'apache/client-denied',
          'apache/proxy-refused',
        ]),
      )
    } finally {
      await running.stop()
      server.remove()
    }
  })
})

describe('what the real Python says', () => {
  const python = ['/usr/bin/python3', 'python3'].find((each) => spawnSync(each, ['--version']).status === 0)
  it.runIf(python !== undefined || mustHaveServers).each([
    ['python/module-missing', 'import no_such_module'],
    ['python/name-not-imported', 'from os import no_such_name'],
    ['python/environment-variable', "import os; os.environ['NO_SUCH_VARIABLE']"],
    ['python/file-missing', "open('/nowhere/a.txt')"],
    ['python/syntax-error', 'exec("a b")'],
    ['python/ascii', "'\\xe9'.encode('ascii')"],
  ])('%s: %s', (pattern, code) => {
    expect(idsOf(errorsOf(python ?? '', ['-c', code]))).toEqual([pattern])
  })

  it.runIf(python !== undefined || mustHaveServers)('without its standard library', () => {
    const run = spawnSync(python ?? '', ['-c', ''], { encoding: 'utf8', env: { PYTHONHOME: folder } })
    expect(idsOf(run.stderr)).toContain('python/no-encodings')
  })
})

describe('webconf log --follow', () => {
  it('reads what is appended, and a new log in the place of the old one', async () => {
    const { bundle } = await import('../support/bundle.ts')
    const command = await bundle('server/src/cli/main.ts', 'cli-log')
    const file = put('follow/error.log', '2024/05/03 10:11:12 [error] 8#8: *7 access forbidden by rule, client: 192.0.2.7, server: a\n')
    const child = spawn(process.execPath, [command.path, 'log', file, '--follow', '--workspace', dirname(file)], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    child.stdout.on('data', (data) => {
      out += data
    })
    const until = async (text: string): Promise<void> => {
      for (let i = 0; i < 100 && !out.includes(text); i++) await new Promise((done) => setTimeout(done, 100))
      expect(out).toContain(text)
    }
    try {
      await until('A deny')
      writeFileSync(file, `${readFileSync(file, 'utf8')}${readFileSync(file, 'utf8')}[2024-05-03 10:11:12 +0000] [812] [CRITICAL] WORKER TIMEOUT (pid:815)\n`)
      await until('again, 2 times now')
      await until('A worker was busy')
      writeFileSync(file, 'MemoryError\n')
      await until('no more memory')
    } finally {
      child.kill()
      command.remove()
    }
  })
})
