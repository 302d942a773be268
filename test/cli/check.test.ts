import { spawnSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FileReport } from '../../server/src/problem/report.ts'
import { type Bundle, bundle } from '../support/bundle.ts'

let command: Bundle
let folder = ''

beforeAll(async () => {
  command = await bundle('server/src/cli/main.ts', 'cli')
  writeFileSync(join(command.folder, 'package.json'), '{ "version": "9.9.9" }')
})
afterAll(() => command.remove())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'webconf-check-'))
  return () => rmSync(folder, { recursive: true, force: true })
})

function put(path: string, content: string | Uint8Array, mode?: number): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  if (mode !== undefined) chmodSync(file, mode)
  return file
}

function webconf(...args: readonly string[]): { status: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [command.path, ...args], { encoding: 'utf8', cwd: folder, timeout: 30_000, maxBuffer: 1 << 28 })
  return { status: run.status, out: run.stdout, err: run.stderr }
}

function check(...args: readonly string[]): { status: number | null; files: FileReport[]; err: string } {
  const run = webconf('check', '--format', 'json', ...args)
  const report: { version: number; files: FileReport[] } = JSON.parse(run.out)
  expect(report.version).toBe(1)
  return { status: run.status, files: report.files, err: run.err }
}

const sound = 'worker_processes auto; events {}\nhttp { server_tokens off;\n    server {\n        listen 8080;\n    }\n}\n'
const unfinished = 'worker_processes auto; events {}\nhttp { server_tokens off;\n    server {\n        listen 8080\n    }\n}\n'

describe('webconf check', () => {
  it('exits with 0 where nothing is found, and lists every file read', () => {
    const path = put('nginx.conf', sound)
    expect(check('.')).toMatchObject({ status: 0, files: [{ path, dialect: 'nginx', contexts: [['main']], problems: [] }] })
  })
  it('exits with 1 where something is, by --fail-on', () => {
    put('nginx.conf', unfinished)
    expect(check('.').status).toBe(1)
    put('webconf.json', '{ "rules": { "nginx/syntax": "info" } }')
    expect(check('.').status).toBe(0)
    expect(check('.', '--fail-on', 'info').status).toBe(1)
  })
  it('gives zero-based ranges, the line that the server names, and the fix', () => {
    put('nginx.conf', unfinished)
    const [problem] = check('nginx.conf').files[0]?.problems ?? []
    expect(problem).toMatchObject({
      rule: 'nginx/syntax',
      severity: 'error',
      range: { start: { line: 3, character: 8 }, end: { line: 3, character: 19 } },
      configTest: { level: 'emerg', message: 'unexpected "}"', line: 5 },
      fixes: [{ safe: true, edits: [{ range: { start: { line: 3, character: 19 } }, newText: ';' }] }],
    })
  })
  it('shows the line with the mark under it as text', () => {
    put('nginx.conf', unfinished)
    const { out } = webconf('check', 'nginx.conf')
    expect(out).toContain('4 |         listen 8080\n  |         ^^^^^^^^^^^')
    expect(out).toContain('fix: Insert ";"')
    expect(out).toContain('1 configuration file checked: 1 error.')
  })
  it('shows hints as text only where they are asked for', () => {
    put('nginx.conf', 'events {}\nhttp { server_tokens off; }\n')
    expect(webconf('check', 'nginx.conf').out).toBe('1 configuration file checked: 1 hint, shown with --fail-on hint.\n')
    expect(webconf('check', 'nginx.conf', '--fail-on', 'hint').out).toContain('[nginx/worker-processes-missing]')
  })
  it('exits with 2 for bad usage and unreadable paths, in a plain sentence, and checks the rest', () => {
    put('nginx.conf', sound)
    const { status, files, err } = check('nginx.conf', 'nowhere.conf')
    expect({ status, count: files.length, err }).toEqual({ status: 2, count: 1, err: 'webconf: nowhere.conf: there is no such file or folder\n' })
    expect(webconf('check', '--format', 'yaml')).toMatchObject({ status: 2, err: 'webconf: --format takes text, json, not "yaml"\n' })
    expect(webconf('chek').err).toBe('webconf: there is no command "chek"; see webconf --help\n')
  })
  it('takes the dialect from the command line', () => {
    put('site', '<Directory /a>\n')
    expect(check('site').files).toMatchObject([{ dialect: null, problems: [{ rule: 'webconf/unread', severity: 'info' }] }])
    expect(check('site', '--dialect', 'apache').files).toMatchObject([{ dialect: 'apache', problems: [{ rule: 'apache/syntax' }] }])
  })
  it('--workspace checks a file in the context that the folder gives it', () => {
    put('nginx/nginx.conf', 'worker_processes auto; events {}\nhttp { server_tokens off;\n    include conf.d/*.conf;\n}\n')
    const path = put('nginx/conf.d/a.conf', 'server {\n    listen 80\n}\n')
    expect(check('--workspace', '.', 'nginx/conf.d/a.conf').files).toMatchObject([{ path, contexts: [['http']], problems: [{ rule: 'nginx/syntax' }] }])
  })
  it('prints its version, its rules and their pages', () => {
    expect(webconf('--version').out).toBe('9.9.9\n')
    expect(webconf('rules').out).toContain('nginx/syntax')
    expect(webconf('rules', 'nginx/syntax').out).toContain('From: ')
  })
})

describe('webconf check --fix', () => {
  it('mends what is safe, keeping mode, links, line ends and encoding', () => {
    const bytes = Buffer.from(
      '# caf\xe9\r\nworker_processes auto; events {}\r\nhttp { server_tokens off;\r\n    server {\r\n        listen 8080\r\n    }\r\n}\r\n',
      'latin1',
    )
    put('real/nginx-main.conf', bytes, 0o640)
    symlinkSync(join(folder, 'real/nginx-main.conf'), join(folder, 'nginx.conf'))
    expect(check('--fix', 'nginx.conf').status).toBe(0)
    expect(lstatSync(join(folder, 'nginx.conf')).isSymbolicLink()).toBe(true)
    expect(statSync(join(folder, 'real/nginx-main.conf')).mode & 0o777).toBe(0o640)
    expect(readFileSync(join(folder, 'nginx.conf'), 'latin1')).toBe(bytes.toString('latin1').replace('8080\r', '8080;\r'))
  })
  it('repeats until nothing changes', () => {
    put('httpd.conf', 'Listen 80\n<VirtualHost *:80>\n<Directory /a>\nOptions None\n</VirtualHost>\n</Location>\n')
    expect(check('--fix', 'httpd.conf').status).toBe(0)
    expect(readFileSync(join(folder, 'httpd.conf'), 'utf8')).toBe(
      'Listen 80\n<VirtualHost *:80>\n<Directory /a>\nOptions None\n</Directory>\n</VirtualHost>\n\n',
    )
  })
  it('keeps a byte order mark out, and everything else', () => {
    put('nginx.conf', `\ufeff${sound}`)
    expect(check('--fix', 'nginx.conf').status).toBe(0)
    expect(readFileSync(join(folder, 'nginx.conf'), 'utf8')).toBe(sound)
  })
})

describe('bad input', () => {
  it('a binary file: one info, not parsed', () => {
    put('nginx.conf', Buffer.from([0, 1, 2, 3]))
    expect(check('nginx.conf')).toMatchObject({
      status: 0,
      files: [{ problems: [{ severity: 'info', message: 'This file is not checked: it holds NUL bytes, so it is no configuration.' }] }],
    })
  })
  it.each([
    ['nginx.conf', 'http {\n'],
    ['nginx.conf', '{'],
    ['httpd.conf', '<IfModule a>\n'],
  ])('%s full of %j: what is wrong, and no more', (path, open) => {
    put(path, open.repeat(5000))
    const { status, files } = check(path)
    expect(status).toBe(1)
    expect(files[0]?.problems.map(({ rule }) => rule)).toContain(path === 'nginx.conf' ? 'nginx/syntax' : 'apache/syntax')
  })
  it('a file of 50 MB: one info, quickly', () => {
    put('nginx.conf', Buffer.alloc(50 * 1024 * 1024, '# a comment\n'))
    const { status, files } = check('nginx.conf')
    expect(status).toBe(0)
    expect(files[0]?.problems).toHaveLength(1)
    expect(files[0]?.unread).toMatch(/limits\.fileSize/)
  })
  it('an include loop: one problem on the include', () => {
    put('nginx.conf', 'worker_processes auto; events {}\nhttp { server_tokens off;\n    include a.conf;\n}\n')
    put('a.conf', 'include a.conf;\n')
    expect(check('.').files.flatMap((file) => file.problems)).toHaveLength(1)
  })
  it('a folder named nginx.conf is a folder', () => {
    put('nginx.conf/nginx.conf', unfinished)
    expect(check('.').status).toBe(1)
    expect(check('nginx.conf').files[0]?.path).toBe(join(folder, 'nginx.conf/nginx.conf'))
  })
  it('settings with a syntax error: said once, and read as far as they go', () => {
    put('nginx.conf', unfinished)
    put('webconf.json', '{ "rules": { "nginx/syntax": "off" }, }}')
    const { files } = check('.')
    expect(files.flatMap((file) => file.problems.map((problem) => problem.rule))).toEqual(['webconf/settings'])
  })
  it('a link that leads nowhere, and an unreadable virtualenv', () => {
    put('httpd.conf', 'Listen 80\n')
    symlinkSync('/nowhere/at/all', join(folder, 'other.conf'))
    put('venv/pyvenv.cfg', Buffer.from([0xff, 0xfe, 0, 0]))
    expect(check('.').status).toBe(0)
  })
  it('an unclosed everything', () => {
    put('nginx.conf', `${'{'.repeat(3000)}"'`)
    put('httpd.conf', `Listen 80\n${'<Directory /a>\n'.repeat(2000)}`)
    expect(check('.').status).toBe(1)
  })
})

describe('ignore comments', () => {
  it('silence a rule for the directive below, and are reported where they silence nothing', () => {
    put(
      'a/nginx.conf',
      'worker_processes auto; events {}\n# webconf: ignore nginx/syntax -- on purpose\nhttp { server_tokens off;\n    server {\n        listen 8080\n    }\n}\n',
    )
    expect(check('a').status).toBe(0)
    put('b/nginx.conf', `# webconf: ignore-file nginx/syntax\n${sound}`)
    expect(check('b').files[0]?.problems).toMatchObject([{ rule: 'webconf/unused-ignore', severity: 'warning', range: { start: { line: 0 } } }])
  })
})
