import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bundle, bundle } from '../support/bundle.ts'

let command: Bundle
let folder = ''

beforeAll(async () => {
  command = await bundle('server/src/cli/main.ts', 'cli-test')
  folder = mkdtempSync(join(tmpdir(), 'webconf-test-'))
  put({
    'good/nginx.conf':
      'events {}\nhttp {\n    server {\n        listen 80;\n        server_name shop.test;\n        # webconf: expect /docs -> 301 location=http://shop.test/docs/\n        # webconf: expect /built/a.css -> 200\n        location /docs/ { proxy_pass http://127.0.0.1:8000; }\n        location /built/ { root /nowhere/at/all; }\n    }\n}\n',
    'bad/nginx.conf':
      'events {}\nhttp {\n    server {\n        listen 80;\n        server_name shop.test;\n        # webconf: expect /a -> 200\n        # webconf: ignore request/expectation-failed\n        # webconf: expect /b -> 200\n        # webconf: expect /c\n        # webconf: expect http://shop.test:81/ -> 200\n        return 404;\n    }\n}\n',
    'bad/webconf.requests.yaml': 'requests:\n  - name: "<what> & \\"why\\""\n    request: http://shop.test/d\n    expect: 200\n',
    'none/nginx.conf': 'events {}\n',
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

function test(...args: readonly string[]): { status: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [command.path, 'test', ...args], { encoding: 'utf8', cwd: folder, timeout: 30_000 })
  return { status: run.status, out: run.stdout, err: run.stderr }
}

/** The tags that are left open in XML; throws where one closes another. */
function openTags(xml: string): string[] {
  const open: string[] = []
  const rest = xml.replace(/^<\?[^>]*\?>/, '').replace(/<(\/?)([\w-]+)(?:\s+[\w-]+="[^"<]*")*(\/?)>/g, (_, closes: string, name: string, empty: string) => {
    if (closes === '/') expect(open.pop()).toBe(name)
    else if (empty === '') open.push(name)
    return ''
  })
  expect(rest).not.toContain('<')
  return open
}

describe('webconf test', () => {
  it('prints what passes, and on what it depends', () => {
    const { status, out } = test('good')
    expect(out).toMatch(/^pass +GET http:\/\/shop\.test\/docs {2}good\/nginx\.conf:6$/m)
    expect(out).toMatch(/^pass +GET http:\/\/shop\.test\/built\/a\.css {2}good\/nginx\.conf:7\n +if \/nowhere\/at\/all\/built\/a\.css is a file$/m)
    expect(out).toMatch(/^2 expectations: 2 passed \(1 on a condition\), 0 failed$/m)
    expect(status).toBe(0)
  })

  it('shows how the server came to what is not expected', () => {
    const { status, out } = test('bad')
    expect(out).toMatch(
      /^FAIL +GET http:\/\/shop\.test\/a gets 404 and not 200 {2}bad\/nginx\.conf:6\n(?: {10,}.*\n)* +→ rewrite +return 404 {2}nginx\.conf:11$/m,
    )
    expect(out).toMatch(/^ignored +GET http:\/\/shop\.test\/b/m)
    expect(out).toMatch(/^unreadable "->" and what is expected are missing/m)
    expect(out).toMatch(/^undecided +GET http:\/\/shop\.test:81\/: no server listens on 127\.0\.0\.1:81/m)
    expect(out).toMatch(/^FAIL +<what> & "why": GET http:\/\/shop\.test\/d gets 404 and not 200 {2}bad\/webconf\.requests\.yaml:3 in bad\/nginx\.conf$/m)
    expect(out).toMatch(/^5 expectations: 0 passed, 2 failed, 1 undecided, 1 ignored, 1 unreadable$/m)
    expect(status).toBe(1)
  })

  it('says the same as JSON', () => {
    const { status, out } = test('bad', '--format', 'json')
    const { version, results } = JSON.parse(out)
    expect(version).toBe(1)
    expect(results.map(({ result, line }: { result: string; line: number }) => [result, line])).toEqual([
      ['fail', 6],
      ['ignored', 8],
      ['unreadable', 9],
      ['undecided', 10],
      ['fail', 3],
    ])
    expect(results[0]).toMatchObject({ file: 'bad/nginx.conf', title: 'GET http://shop.test/a', message: 'gets 404 and not 200', config: 'bad/nginx.conf' })
    expect(results[0].trace.join('\n')).toContain('return 404')
    expect(status).toBe(1)
  })

  it('writes what CI servers read', () => {
    const { status, out } = test('bad', 'good', '--format', 'junit')
    expect(out).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="webconf" tests="7" failures="2" errors="1" skipped="2">/)
    expect(out).toContain('<testsuite name="bad/nginx.conf" tests="4" failures="1" errors="1" skipped="2">')
    expect(out).toContain('<testcase classname="good/nginx.conf" name="GET http://shop.test/docs" file="good/nginx.conf" line="6"/>')
    expect(out).toContain('name="&lt;what&gt; &amp; &quot;why&quot;: GET http://shop.test/d (bad/nginx.conf)"')
    expect(out).toMatch(/<failure message="GET http:\/\/shop\.test\/a gets 404 and not 200">[^<]*return 404/)
    expect(out).toContain('<system-out>if /nowhere/at/all/built/a.css is a file</system-out>')
    expect(openTags(out)).toEqual([])
    expect(status).toBe(1)
  })

  it('takes files, of which only their own are shown, and says where there are none', () => {
    const one = test('bad/webconf.requests.yaml', '--workspace', 'bad')
    expect(one.out).toMatch(/^1 expectation: 0 passed, 1 failed$/m)
    const none = test('none')
    expect(none.out).toContain('no expectations found')
    expect(none.status).toBe(0)
  })

  it.each([
    [['nowhere'], 'nowhere: there is no such file'],
    [['--format', 'xml'], '--format takes text, json, junit'],
    [['--workspace', 'good/nginx.conf'], 'is no folder'],
    [['--settings', 'nowhere.json'], 'nowhere.json cannot be read'],
    [['--nonsense'], 'nonsense'],
  ])('refuses %j', (args, words) => {
    const { status, err } = test(...args)
    expect(err).toContain(words)
    expect(status).toBe(2)
  })
})
