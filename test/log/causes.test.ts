import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { understandWorkspace } from '../../server/src/application/understand.ts'
import { makeSourceReader } from '../../server/src/configuration/source.ts'
import { type Explanation, explainLog, makeLogReading } from '../../server/src/log/explain.ts'
import { checkUnderstood } from '../../server/src/rules/check-workspace.ts'
import { makeSession } from '../../server/src/workspace/session.ts'
import { defaultSettings } from '../../server/src/workspace/settings.ts'
import { memoryFileSystem } from '../support/memory-file-system.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

/** Explains a log in a workspace at `/w`. */
async function explainIn(files: Files, log: string): Promise<Explanation[]> {
  const paths = Object.keys(files)
  const settings = { ...defaultSettings, paths: { '/srv/shop': '/w/shop', '/etc/nginx': '/w/nginx', '/etc/apache2': '/w/apache2' } }
  const input = { folders: ['/w'], files: paths, settings, request: { kind: 'workspace' as const } }
  const session = makeSession(memoryFileSystem(files), settings.limits.fileSize)
  const reader = makeSourceReader()
  return session.settle((snapshot) => {
    const understanding = understandWorkspace(snapshot, input, reader)
    return explainLog(log, { understanding, reports: checkUnderstood(understanding, snapshot, input), snapshot, files: paths })
  })
}

/** The text of the lines to which the explanations lead, each with the rule that finds it there. */
function linesOf(files: Files, explanations: readonly Explanation[]): string[] {
  return explanations.flatMap(({ causes }) =>
    causes.map(({ path, range, rule }) => {
      const line = String(files[path]).split('\n')[range.start.line]?.trim() ?? ''
      return rule === undefined ? line : `${line} [${rule}]`
    }),
  )
}

const request = ', client: 192.0.2.7, server: shop.example, request: "GET /static/a.css HTTP/1.1"'
const nginxLine = (message: string): string => `2024/05/03 10:11:12 [error] 812#812: *7 ${message}${request}`
const upstream = (address: string): string => `, upstream: "${address}", host: "shop.example"`
const apacheLine = (message: string): string => `[Fri May 03 10:11:12.345678 2024] [core:error] [pid 812:tid 140] [client 192.0.2.7:50312] ${message}`

const nginxFiles: Files = {
  '/w/nginx/nginx.conf': `user www-data;
events { worker_connections 512; }
http {
    limit_req_zone $binary_remote_addr zone=login:10m rate=1r/s;
    resolver 127.0.0.53;
    upstream backend {
        server 127.0.0.1:9001;
    }
    include /etc/nginx/sites/*;
}
`,
  '/w/nginx/sites/shop': `server {
    listen 80;
    server_name shop.example;
    client_max_body_size 2m;
    location /static/ {
        alias /srv/shop/static/;
    }
    location /slow/ {
        proxy_read_timeout 20s;
        proxy_pass http://127.0.0.1:8000;
    }
    location /sock/ {
        proxy_pass http://unix:/run/shop.sock;
    }
    location /api/ {
        limit_req zone=login;
        proxy_pass http://backend;
    }
    location /private/ {
        deny all;
        auth_basic_user_file /etc/nginx/users;
        auth_basic "x";
    }
    location / {
        root /srv/shop/www;
        try_files $uri /index.html;
    }
}
`,
  '/w/nginx/sites/other': `server {
    listen 80;
    server_name other.example;
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
`,
  '/w/shop/shop.service': '[Service]\nWorkingDirectory=/srv/shop\nExecStart=/usr/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi\n',
}

const broken: Files = {
  '/w/nginx/nginx.conf': 'events {}\nhttp {\n    server {\n        listen 80;\n        proxy_passs http://x;\n        root /a;\n        root /b;\n    }\n}\n',
}

describe("nginx's messages lead to", () => {
  it.each([
    [
      'the passing directive in the named server, and what listens there',
      `connect() failed (111: Connection refused) while connecting to upstream`,
      'http://127.0.0.1:8000/a',
      ['proxy_pass http://127.0.0.1:8000;', 'ExecStart=/usr/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi'],
    ],
    [
      'the server of an upstream',
      'connect() failed (111: Connection refused) while connecting to upstream',
      'http://127.0.0.1:9001/api/',
      ['server 127.0.0.1:9001;'],
    ],
    ['the upstream by its name', 'no live upstreams while connecting to upstream', 'http://backend/api/', ['upstream backend {']],
  ])('%s', async (_, message, address, expected) => {
    const lines = linesOf(nginxFiles, await explainIn(nginxFiles, nginxLine(message).concat(upstream(address))))
    expect(lines.map((line) => line.replace(/ \[.*\]$/, ''))).toEqual(expect.arrayContaining(expected))
    expect(lines.join()).not.toContain('other')
  })

  it.each([
    ['open() "/srv/shop/static/a.css" failed (2: No such file or directory)', 'alias /srv/shop/static/;'],
    ['open() "/srv/shop/www/favicon.ico" failed (13: Permission denied)', 'root /srv/shop/www;'],
    ['directory index of "/srv/shop/www/x/" is forbidden', 'root /srv/shop/www;'],
    ['client intended to send too large body: 5242880 bytes', 'client_max_body_size 2m;'],
    ['access forbidden by rule', 'deny all;'],
    ['rewrite or internal redirection cycle while internally redirecting to "/index.html"', 'try_files $uri /index.html;'],
    ['limiting requests, excess: 5.230 by zone "login"', 'limit_req zone=login;'],
    ['user "ann" was not found in "/etc/nginx/users"', 'auth_basic_user_file /etc/nginx/users;'],
    ['api.example could not be resolved (3: Host not found)', 'resolver 127.0.0.53;'],
  ])('the line of: %s', async (message, expected) => {
    const lines = linesOf(nginxFiles, await explainIn(nginxFiles, nginxLine(message)))
    expect(lines.map((line) => line.replace(/ \[.*\]$/, ''))).toContain(expected)
  })

  it('the socket that nothing makes', async () => {
    const log =
      nginxLine('connect() to unix:/run/shop.sock failed (2: No such file or directory) while connecting to upstream') +
      upstream('http://unix:/run/shop.sock:/sock/')
    expect(linesOf(nginxFiles, await explainIn(nginxFiles, log)).join()).toContain('proxy_pass http://unix:/run/shop.sock;')
  })

  it('the timeout that is too short', async () => {
    const log =
      nginxLine('upstream timed out (110: Connection timed out) while reading response header from upstream') + upstream('http://127.0.0.1:8000/slow/')
    expect(linesOf(nginxFiles, await explainIn(nginxFiles, log)).join()).toContain('proxy_read_timeout 20s;')
  })

  it.each([
    ['unknown directive "proxy_passs" in /etc/nginx/nginx.conf:5', 'proxy_passs http://x; [nginx/unknown-directive]'],
    ['"root" directive is duplicate in /etc/nginx/nginx.conf:7', 'root /b; [nginx/duplicate]'],
    ['bind() to 0.0.0.0:80 failed (98: Address already in use)', 'listen 80;'],
  ])("the problem that the server's own check finds: %s", async (message, expected) => {
    expect(linesOf(broken, await explainIn(broken, `nginx: [emerg] ${message}`))).toEqual([expected])
  })

  it('no line of a file that is another one now', async () => {
    expect(linesOf(broken, await explainIn(broken, 'nginx: [emerg] unknown directive "gone" in /etc/nginx/nginx.conf:5'))).toEqual([])
    expect(linesOf(broken, await explainIn(broken, 'nginx: [emerg] unknown directive "gone" in /etc/nginx/elsewhere.conf:5'))).toEqual([])
  })
})

const apacheFiles: Files = {
  '/w/apache2/apache2.conf': `ServerRoot /etc/apache2
Listen 80
LoadModule wsgi_module modules/mod_wsgi.so
<Directory />
    Require all denied
</Directory>
<VirtualHost *:80>
    ServerName shop.example
    DocumentRoot /srv/nowhere
    Alias /static/ /srv/shop/static/
    WSGIDaemonProcess shop python-home=/srv/none locale=xx_XX
    WSGIScriptAlias / /srv/shop/shop/wsgi.py process-group=shopp
    ProxyPass /api/ http://127.0.0.1:8000/
    <Directory /srv/shop/shop>
        Require all granted
    </Directory>
</VirtualHost>
`,
  '/w/shop/shop/wsgi.py':
    'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n',
  '/w/shop/shop/settings.py':
    'DEBUG = False\nALLOWED_HOSTS = ["other.example"]\nDATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db"}}\nSTATIC_URL = "/static/"\nROOT_URLCONF = "shop.urls"\n',
  '/w/shop/shop/__init__.py': '',
  '/w/shop/manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
}

describe("Apache's and Python's messages lead to", () => {
  it.each([
    ['AH01630: client denied by server configuration: /srv/shop/static/a.css', 'Alias /static/ /srv/shop/static/'],
    ['AH00112: Warning: DocumentRoot [/srv/nowhere] does not exist', 'DocumentRoot /srv/nowhere'],
    ["No WSGI daemon process called 'shopp' has been configured: /srv/shop/shop/wsgi.py", 'WSGIScriptAlias / /srv/shop/shop/wsgi.py process-group=shopp'],
    [
      'mod_wsgi (pid=8): Target WSGI script not found or unable to stat: /srv/shop/shop/wsgi.pyx',
      'WSGIScriptAlias / /srv/shop/shop/wsgi.py process-group=shopp',
    ],
    [
      'mod_wsgi (pid=8): Unable to stat Python home /srv/none. Python interpreter may not be able to be initialized correctly.',
      'WSGIDaemonProcess shop python-home=/srv/none locale=xx_XX',
    ],
    [
      'mod_wsgi (pid=8): Unsupported locale setting xx_XX specified for daemon process group shop.',
      'WSGIDaemonProcess shop python-home=/srv/none locale=xx_XX',
    ],
    ['AH00957: HTTP: attempt to connect to 127.0.0.1:8000 (127.0.0.1) failed', 'ProxyPass /api/ http://127.0.0.1:8000/'],
    ["Invalid HTTP_HOST header: 'shop.example'. You may need to add 'shop.example' to ALLOWED_HOSTS.", 'ALLOWED_HOSTS = ["other.example"]'],
    ['django.db.utils.OperationalError: no such table: auth_user', 'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db"}}'],
  ])('the line of: %s', async (message, expected) => {
    const lines = linesOf(apacheFiles, await explainIn(apacheFiles, apacheLine(message)))
    expect(lines.map((line) => line.replace(/ \[[\w/-]+\]$/, ''))).toContain(expected)
  })

  it("the project's own line that a traceback names last", async () => {
    const traceback = [
      'Traceback (most recent call last):',
      '  File "/srv/shop/shop/wsgi.py", line 3, in <module>',
      '    from django.core.wsgi import get_wsgi_application',
      "ModuleNotFoundError: No module named 'django'",
    ]
    const found = await explainIn(apacheFiles, traceback.map(apacheLine).join('\n'))
    expect(found).toMatchObject([{ pattern: 'python/module-missing', place: { line: 0, endLine: 3 } }])
    expect(linesOf(apacheFiles, found)).toContain('from django.core.wsgi import get_wsgi_application')
  })
})

describe('the tracebacks of CoralNet', () => {
  const folder = fileURLToPath(new URL('../../examples/coralnet', import.meta.url))
  const files = Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [`/w/${name.replaceAll('\\', '/')}`, new Uint8Array(readFileSync(join(folder, name)))]),
  )
  const log = readFileSync(join(folder, 'logs/error_log'), 'utf8')

  it.each(['python/unicode-width', 'python/compare-digest'])('%s leads to the two Pythons and the three ways out', async (pattern) => {
    const found = (await explainIn(files, log)).filter((each) => each.pattern === pattern)
    expect(found).toHaveLength(1)
    const cause = found[0]?.causes[0]
    expect(cause).toMatchObject({ path: '/w/httpd.conf', rule: 'python/virtualenv-conflict', range: { start: { line: 18 } } })
    expect(cause?.message).toContain('Python 2.7.6 (UCS4)')
    expect(cause?.fixes?.map(({ title }) => title)).toEqual([
      "Rebuild the virtualenv with mod_wsgi's Python 2.7",
      "Load the virtualenv's own mod_wsgi",
      "Serve it with gunicorn in the virtualenv's own Python, and pass requests on to that",
    ])
    expect(cause?.fixes?.[2]?.commands?.[1]).toBe('/srv/www/virtenv_coralnet/bin/gunicorn --chdir /srv/www/coralnet/project --bind 127.0.0.1:8000 config.wsgi')
  })
})

describe('a log that grows', () => {
  const log = [
    nginxLine('access forbidden by rule'),
    'Traceback (most recent call last):',
    '  File "/srv/shop/a.py", line 1, in <module>',
    "ModuleNotFoundError: No module named 'x'",
    nginxLine('access forbidden by rule'),
    'nginx: [emerg] unknown directive "a" in /x/nginx.conf:1',
  ].join('\n')

  it('is read once, however it is cut', () => {
    const whole = explainLog(log)
    expect(whole.map(({ pattern, count }) => `${pattern} ${count}`)).toEqual([
      'nginx/access-forbidden 2',
      'python/module-missing 1',
      'nginx/unknown-directive 1',
    ])
    for (let size = 1; size < 40; size++) {
      const reading = makeLogReading()
      for (let at = 0; at < log.length; at += size) reading.append(log.slice(at, at + size))
      reading.end()
      expect(reading.explanations()).toEqual(whole)
    }
  })

  it('keeps places, also behind lines that are too long to be looked at', () => {
    const long = 'x'.repeat(100_000)
    const text = `${long}\n${nginxLine('access forbidden by rule')}\n`
    const reading = makeLogReading()
    for (let at = 0; at < text.length; at += 1000) reading.append(text.slice(at, at + 1000))
    expect(reading.explanations()).toMatchObject([{ place: { start: long.length + 1, end: text.length - 1, line: 1 } }])
  })

  it('holds no more for a million different messages than for some', () => {
    const reading = makeLogReading()
    for (let i = 0; i < 100_000; i++) reading.append(`${nginxLine(`open() "/srv/a/${i}" failed (2: No such file or directory)`)}\n`)
    expect(reading.explanations().reduce((sum, { count }) => sum + count, 0)).toBe(100_000)
    expect(reading.explanations().length).toBeLessThanOrEqual(100)
  })

  it('survives what is no text', () => {
    const noise = String.fromCharCode(...Array.from({ length: 60_000 }, (_, i) => (i * 7919) % 256))
    expect(explainLog(noise)).toEqual([])
  })
})
