import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bundle, bundle } from '../support/bundle.ts'

let command: Bundle
let folder = ''

beforeAll(async () => {
  command = await bundle('server/src/cli/main.ts', 'cli')
})
afterAll(() => command.remove())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'webconf-convert-'))
  return () => rmSync(folder, { recursive: true, force: true })
})

function put(path: string, content: string | Uint8Array): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

function convert(...args: readonly string[]): { status: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [command.path, 'convert', ...args], { cwd: folder, timeout: 30_000, encoding: 'utf8' })
  return { status: run.status, out: run.stdout, err: run.stderr }
}

const site = `<VirtualHost *:80>
    ServerName one.test
    DocumentRoot /srv/one
    ServerAdmin a@one.test
</VirtualHost>
<VirtualHost *:80>
    ServerName two.test
    DocumentRoot /srv/two
    SetEnvIf Host x FLAG
</VirtualHost>
`

describe('webconf convert', () => {
  it('writes one virtual host for nginx; what is said of it goes to standard error', () => {
    put('sites-available/site.conf', site)
    const { status, out, err } = convert('sites-available/site.conf', '--to', 'nginx', '--server', 'one.test')
    expect(out).toBe(`server {
    listen 80;
    server_name one.test;
    root /srv/one;
    client_max_body_size 1g;

    location ~ /\\.ht {
        deny all;
    }
}
`)
    expect(err.split('\n')).toEqual([
      'site.conf:1: differs: <VirtualHost *:80>: Apache listens on IPv4 and IPv6 alike; where IPv6 is spoken, add a line "listen [::]:PORT".',
      'site.conf:4: kept: ServerAdmin a@one.test: It stands on Apache’s own error pages only.',
      '',
    ])
    expect(status).toBe(0)
  })
  it('ends with 1 where something is left, which stands as a comment at its place', () => {
    put('sites-available/site.conf', site)
    const { status, out } = convert('sites-available/site.conf', '--to', 'nginx', '--format', 'json')
    const { text, remarks } = JSON.parse(out)
    expect(status).toBe(1)
    expect(text).toContain('    server_name two.test;\n    # webconf: not carried over: SetEnvIf Host x FLAG (')
    expect(remarks.filter((each: { outcome: string }) => each.outcome === 'left')).toMatchObject([
      { file: 'site.conf', line: 9, directive: 'SetEnvIf Host x FLAG' },
    ])
  })
  it('writes a file, and a server for Apache', () => {
    put('nginx.conf', 'events {}\nhttp {\n    server {\n        listen 80;\n        server_name one.test;\n        root /srv/one;\n    }\n}\n')
    expect(convert('nginx.conf', '--to', 'apache', '--output', 'site.conf')).toEqual({ status: 0, out: '', err: '' })
    expect(readFileSync(join(folder, 'site.conf'), 'utf8')).toBe(`<VirtualHost *:80>
    ServerName one.test
    DocumentRoot "/srv/one"
    DirectoryIndex index.html
    LimitRequestBody 1048576

    <Directory "/srv/one">
        Options FollowSymLinks
        AllowOverride None
        Require all granted
    </Directory>
</VirtualHost>
`)
  })
  it('writes a .htaccess as a server', () => {
    put('.htaccess', 'Redirect 301 /old /new\n')
    const { status, out } = convert('.htaccess', '--to', 'nginx')
    expect(out).toContain('rewrite ^/old(/.*)?$ /new$1 permanent;')
    expect(status).toBe(0)
  })
  it('says what is wrong with how it is called, or with the file', () => {
    put('sites-available/site.conf', site)
    put('sites-available/open.conf', '<VirtualHost *:80>\nServerName x\n')
    put('sites-available/bytes.conf', new Uint8Array([0, 1, 2, 60, 86]))
    put('nginx.conf', 'events {}\nhttp {\n}\n')
    const said = (...args: string[]): { status: number | null; err: string } => {
      const { status, err } = convert(...args)
      return { status, err: err.trim() }
    }
    expect(said('sites-available/site.conf')).toEqual({ status: 2, err: 'webconf: --to takes nginx, apache' })
    expect(said('--to', 'nginx')).toEqual({ status: 2, err: 'webconf: convert takes one file' })
    expect(said('none.conf', '--to', 'nginx')).toEqual({ status: 2, err: 'webconf: none.conf cannot be read' })
    expect(said('sites-available/site.conf', '--to', 'nginx', '--server', 'x.test')).toEqual({
      status: 2,
      err: 'webconf: sites-available/site.conf has no server of the name x.test',
    })
    expect(said('nginx.conf', '--to', 'nginx')).toEqual({ status: 2, err: "webconf: nginx.conf is nginx's already" })
    expect(said('nginx.conf', '--to', 'apache')).toEqual({ status: 2, err: 'webconf: nginx.conf has no server to convert' })
    expect(said('sites-available/open.conf', '--to', 'nginx')).toMatchObject({ status: 2, err: expect.stringContaining('nothing is converted') })
    expect(said('sites-available/bytes.conf', '--to', 'nginx')).toMatchObject({ status: 2, err: expect.stringContaining('cannot be read as configuration') })
  })

  it('closes a place to everyone, where it cannot tell Apache whom it is closed to', () => {
    put('nginx.conf', 'events {}\nhttp { map $http_x $bad { default 0; a 1; }\nserver { server_name a.test; root /srv; if ($bad) { return 403; } } }\n')
    const { status, out, err } = convert('nginx.conf', '--to', 'apache')
    expect(out).toContain('    RewriteRule ^ - [F,L]\n')
    expect(err).toContain(
      'nginx.conf:3: left: if ($bad): Its condition asks for what mod_rewrite does not know. It refuses some requests, so that the place stays closed',
    )
    expect(status).toBe(1)
  })
})
