import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { saidByApache, saidByNginx } from '../../client/src/server-output.ts'

const folder = mkdtempSync(join(tmpdir(), 'webconf-output-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a program prints of a configuration; undefined where it is not installed. */
function printed(program: string, flags: readonly string[], name: string, text: string): string | undefined {
  const file = join(folder, name)
  writeFileSync(file, text)
  const { error, stderr, stdout } = spawnSync(program, [...flags, file], { encoding: 'utf8' })
  return error ? undefined : `${stderr}${stdout}`
}

const isMissing = (program: string): boolean => spawnSync(program, ['-v']).error !== undefined
const mpm = 'LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so\n'
const base = 'error_log stderr; pid x.pid; events {}'

describe.skipIf(isMissing('nginx'))('what nginx -t prints', () => {
  test('a mistake, with its place', () => {
    expect(saidByNginx(printed('nginx', ['-t', '-c'], 'nginx.conf', `${base}\nhttp {\n  lissten 80;\n}\n`) ?? '')).toContainEqual({
      severity: 'error',
      message: 'unknown directive "lissten"',
      file: join(folder, 'nginx.conf'),
      line: 3,
    })
  })
  test('a warning, and that all is well', () => {
    const text = `${base}\nhttp { server { listen 127.0.0.1:8080; server_name a; } server { listen 127.0.0.1:8080; server_name a; } }\n`
    const said = saidByNginx(printed('nginx', ['-t', '-c'], 'nginx.conf', text) ?? '')
    expect(said.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(said).toContainEqual({
      severity: 'warning',
      message: 'conflicting server name "a" on 127.0.0.1:8080, ignored',
      file: undefined,
      line: undefined,
    })
  })
})

describe.skipIf(isMissing('apache2'))('what apache2 -t prints', () => {
  test('a mistake, with its place', () => {
    const text = `ServerRoot "${folder}"\n${mpm}Listenn 80\n`
    expect(saidByApache(printed('apache2', ['-t', '-f'], 'httpd.conf', text) ?? '')).toContainEqual({
      severity: 'error',
      message: "Invalid command 'Listenn', perhaps misspelled or defined by a module not included in the server configuration",
      file: join(folder, 'httpd.conf'),
      line: 3,
    })
  })
  test('a mistake without a place', () => {
    const said = saidByApache(printed('apache2', ['-t', '-f'], 'httpd.conf', `ServerRoot "${folder}"\n`) ?? '')
    expect(said).toContainEqual({ severity: 'error', message: 'AH00534: Configuration error: No MPM loaded.', file: undefined, line: undefined })
  })
  test('a warning', () => {
    const text = `ServerRoot "${folder}"\nListen 127.0.0.1:8080\n${mpm}ErrorLog /dev/null\nPidFile ${folder}/pid\nDefaultRuntimeDir ${folder}\n`
    const said = saidByApache(printed('apache2', ['-t', '-f'], 'httpd.conf', text) ?? '')
    // Whether the machine's own name can be found out is not ours to know.
    expect(said.filter(({ message }) => !message.startsWith('AH00558: '))).toEqual([])
    expect(saidByApache('AH00558: apache2: Could not reliably determine the name\nSyntax OK\n')).toMatchObject([
      { severity: 'warning', message: 'AH00558: Could not reliably determine the name' },
    ])
  })
})
