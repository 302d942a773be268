import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bundle, bundle } from '../support/bundle.ts'

let command: Bundle
let folder = ''

beforeAll(async () => {
  command = await bundle('server/src/cli/main.ts', 'cli-request')
  folder = mkdtempSync(join(tmpdir(), 'webconf-request-'))
  put({
    'nginx.conf': 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n',
    'conf.d/shop.conf': `server {\n    listen 80;\n    server_name shop.test;\n    root ${folder}/www;\n    location /docs { }\n    location /api/ { proxy_pass http://127.0.0.1:9001/v1/; }\n}\n`,
    'conf.d/other.conf': 'server {\n    listen 8080;\n    server_name other.test;\n    return 403;\n}\n',
    'www/docs/index.html': '',
    'batch.json': JSON.stringify([
      { target: '/docs', headers: { Host: 'shop.test' } },
      { target: '/', headers: { Host: 'x' }, connect: '127.0.0.1:8080', client: '127.0.0.9' },
    ]),
    'object.json': '{"target": "/"}',
  })
})
afterAll(() => {
  command.remove()
  rmSync(folder, { recursive: true, force: true })
})

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

function request(...args: readonly string[]): { status: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [command.path, 'request', ...args], { encoding: 'utf8', cwd: folder, timeout: 30_000 })
  return { status: run.status, out: run.stdout, err: run.stderr }
}

describe('webconf request', () => {
  it('shows how the server comes to its answer, and the lines that decided', () => {
    const { status, out } = request('--config', 'nginx.conf', 'http://shop.test/docs')
    expect(status).toBe(0)
    expect(out).toContain('GET /docs (Host: shop.test)')
    expect(out).toMatch(/→ server {2,}shop\.test answers for "shop\.test" {2}conf\.d\/shop\.conf:3/)
    expect(out).toMatch(/→ location {2,}\/docs for \/docs {2}conf\.d\/shop\.conf:5/)
    expect(out).toContain('301 to http://shop.test/docs/')
  })

  it('says the same as JSON', () => {
    const { status, out } = request('--config', 'nginx.conf', '--format', 'json', '--method', 'HEAD', '--header', 'X-A: b', 'http://shop.test/api/x?y')
    const { steps, branches, ...answer } = JSON.parse(out)
    expect(status).toBe(0)
    expect(answer).toMatchObject({
      status: 200,
      server: 'shop.test',
      matched: '/api/',
      upstream: '127.0.0.1:9001',
      upstreamUri: '/v1/x?y',
      upstreamHeaders: { 'x-a': 'b' },
    })
    expect(steps).toContainEqual({ phase: 'location', outcome: 'decided', message: '/api/ for /api/x', file: 'conf.d/shop.conf', line: 6 })
    expect(branches).toMatchObject([{ condition: '127.0.0.1:9001 cannot be reached', answer: { status: 502, upstreamUri: null } }])
  })

  it('takes many requests at once', () => {
    const { status, out } = request('--config', 'nginx.conf', '--format', 'json', '--batch', 'batch.json')
    expect(status).toBe(0)
    expect(JSON.parse(out)).toMatchObject([
      { status: 301, location: 'http://shop.test/docs/' },
      { status: 403, server: 'other.test', matched: null },
    ])
  })

  it('takes the port and the host from the URL', () => {
    expect(request('--config', 'nginx.conf', 'http://127.0.0.1:8080/').out).toContain('other.test')
    expect(request('--config', 'nginx.conf', 'http://127.0.0.1:9999/').out).toContain('no server listens on 127.0.0.1:9999')
    expect(JSON.parse(request('--config', 'nginx.conf', '--format', 'json', '--header', 'Host: a b', 'http://shop.test/').out)).toMatchObject({ status: 400 })
  })

  it.each([
    [['--config', 'nowhere.conf', 'http://x/'], 'nowhere.conf cannot be read'],
    [['--config', 'nginx.conf'], 'request takes one URL'],
    [['--config', 'nginx.conf', 'ftp://x/'], 'no URL that begins with http:// or https://'],
    [['--config', 'nginx.conf', 'x'], 'no URL'],
    [['--config', 'nginx.conf', '--header', 'x', 'http://x/'], 'a header is'],
    [['--config', 'nginx.conf', '--connect', 'x', 'http://x/'], 'ADDRESS:PORT'],
    [['--config', 'nginx.conf', '--format', 'xml', 'http://x/'], '--format takes'],
    [['--config', 'nginx.conf', '--batch', 'object.json'], 'no array of requests'],
    [['--config', 'nginx.conf', '--batch', 'nginx.conf'], 'is not JSON'],
    [['--config', 'nginx.conf', '--nonsense'], 'nonsense'],
  ])('refuses %j', (args, words) => {
    const { status, err } = request(...args)
    expect(err).toContain(words)
    expect(status).toBe(2)
  })
})
