import { spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
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
  folder = mkdtempSync(join(tmpdir(), 'webconf-format-'))
  return () => rmSync(folder, { recursive: true, force: true })
})

function put(path: string, content: string | Uint8Array, mode = 0o644): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content, { mode })
  return file
}
const read = (path: string): string => readFileSync(join(folder, path), 'latin1')

function format(args: readonly string[], input?: string | Buffer): { status: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [command.path, 'format', ...args], {
    cwd: folder,
    timeout: 30_000,
    maxBuffer: 1 << 28,
    ...(input === undefined ? {} : { input }),
  })
  return { status: run.status, out: run.stdout.toString('latin1'), err: run.stderr.toString() }
}

const loose = 'events {}\nhttp {\nserver { listen 80 ; }\n}\n'
const tidy = 'events {}\nhttp {\n    server { listen 80; }\n}\n'

describe('webconf format', () => {
  it('lays out the configuration in a folder, and what it includes under any name; other files stay', () => {
    put('nginx.conf', loose.replace('server', 'include parts/site;\nserver'))
    put('parts/site', 'server{\nlisten 81;\n}\n')
    put('httpd.conf', '<Directory /a>\nOptions None\n</Directory>\n')
    put('tidy/nginx.conf', tidy)
    put('notes.txt', 'server {\n  a  b;\n}\n')
    put('init.nginx', '#!/bin/sh\nif  true; then  echo; fi\n')
    const { status, out, err } = format([])
    expect({ status, out, err }).toEqual({ status: 0, out: 'httpd.conf\nnginx.conf\nparts/site\n', err: 'webconf: 3 files formatted, 1 as they should be\n' })
    expect(read('nginx.conf')).toBe(tidy.replace('    server', '    include parts/site;\n    server'))
    expect(read('parts/site')).toBe('server {\n    listen 81;\n}\n')
    expect(read('httpd.conf')).toBe('<Directory /a>\n    Options None\n</Directory>\n')
    expect(read('notes.txt') + read('init.nginx')).toBe('server {\n  a  b;\n}\n#!/bin/sh\nif  true; then  echo; fi\n')
    expect(format([])).toEqual({ status: 0, out: '', err: 'webconf: 0 files formatted, 4 as they should be\n' })
  })
  it('--check names what would change, writes nothing, and exits with 1', () => {
    put('nginx.conf', loose)
    expect(format(['--check'])).toEqual({ status: 1, out: 'nginx.conf\n', err: 'webconf: 1 file to be formatted, 0 as they should be\n' })
    expect(read('nginx.conf')).toBe(loose)
    put('nginx.conf', tidy)
    expect(format(['--check']).status).toBe(0)
  })
  it('keeps links, mode, encoding, line ends and byte order mark', () => {
    const bytes = Buffer.from('# caf\xe9\r\nevents{}\r\n', 'latin1')
    put('real/main.conf', bytes, 0o640)
    symlinkSync(join(folder, 'real/main.conf'), join(folder, 'nginx.conf'))
    put('httpd.conf', '\ufeff  Listen 80\n')
    expect(format(['nginx.conf', 'httpd.conf']).status).toBe(0)
    expect(lstatSync(join(folder, 'nginx.conf')).isSymbolicLink()).toBe(true)
    expect(statSync(join(folder, 'real/main.conf')).mode & 0o777).toBe(0o640)
    expect(read('real/main.conf')).toBe('# caf\xe9\r\nevents {}\r\n')
    expect(readFileSync(join(folder, 'httpd.conf'), 'utf8')).toBe('\ufeffListen 80\n')
  })
  it('takes indentation, alignment and server from the command line, alignment from the settings', () => {
    put('site', 'server {\nlisten 80;\nserver_name a;\n}\n')
    expect(format(['--dialect', 'nginx', '--indent', 'tab', '--align', 'site']).status).toBe(0)
    expect(read('site')).toBe('server {\n\tlisten      80;\n\tserver_name a;\n}\n')
    put('webconf.json', '{ "format": { "align": true } }')
    put('nginx.conf', 'user a;\nworker_processes 1;\n')
    format(['--indent', '2', 'nginx.conf'])
    expect(read('nginx.conf')).toBe('user             a;\nworker_processes 1;\n')
  })
  it('- goes from standard input to output', () => {
    expect(format(['-'], loose)).toEqual({ status: 0, out: tidy, err: '' })
    expect(format(['-', '--dialect', 'apache'], Buffer.from('  # \xe9', 'latin1')).out).toBe('# \xe9\n')
    expect(format(['-', '--check'], loose)).toEqual({ status: 1, out: '', err: '' })
    expect(format(['-', '--dialect', 'nginx'], 'http {\n')).toEqual({
      status: 2,
      out: '',
      err: 'webconf: standard input: line 1: unexpected end of file, expecting "}"\n',
    })
  })
  it('leaves what it cannot read or lay out as it is, says why, goes on, and exits with 2', () => {
    put('nginx.conf', loose)
    put('broken/nginx.conf', 'http {\n  server {\n    listen 80\n  }\n}\n')
    put('binary/nginx.conf', Buffer.from([0, 1, 2]))
    put('large/nginx.conf', Buffer.alloc(11 * 1024 * 1024, '# a comment\n'))
    put('site', 'a b;\n')
    const { status, out, err } = format(['nginx.conf', 'broken/nginx.conf', 'binary/nginx.conf', 'large/nginx.conf', 'nowhere.conf', 'site'])
    expect({ status, out }).toEqual({ status: 2, out: 'nginx.conf\n' })
    expect(err.split('\n').sort()).toEqual(
      [
        '',
        'webconf: 1 file formatted, 0 as they should be',
        'webconf: binary/nginx.conf is left as it is: it holds NUL bytes, so it is no configuration',
        'webconf: broken/nginx.conf is left as it is: line 3: unexpected "}"',
        'webconf: large/nginx.conf is left as it is: it has 11 MB, more than limits.fileSize',
        'webconf: nowhere.conf is left as it is: it is not there',
        'webconf: site is left as it is: nothing says whether it is of nginx or of Apache; --dialect does',
      ].sort(),
    )
    expect(read('broken/nginx.conf')).toBe('http {\n  server {\n    listen 80\n  }\n}\n')
  })
  it('an uneven template that nobody has named is no failure', () => {
    put('nginx.conf.j2', '{% if a %}\nserver { listen 80;\n{% else %}\nserver { listen 81;\n{% endif %}\n}\n')
    const why = 'webconf: nginx.conf.j2 is left as it is: branches of its template open and close blocks unevenly\n'
    expect(format(['--check'])).toEqual({ status: 0, out: '', err: `${why}webconf: 0 files to be formatted, 0 as they should be\n` })
    expect(format(['nginx.conf.j2']).status).toBe(2)
  })
  it('says what is wrong with how it was called', () => {
    expect(format(['--indent', 'x']).err).toBe('webconf: --indent takes a number from 1 to 16 or tab, not "x"\n')
    expect(format(['--fix'])).toMatchObject({ status: 2, err: 'webconf: format does not take --fix\n' })
    expect(format(['-', 'a']).err).toBe('webconf: format takes "-" alone or paths, not both\n')
  })
})
