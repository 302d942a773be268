import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canAskApache } from '../support/apache-test.ts'
import { problemsOf, workspace } from '../support/example.ts'
import { apacheBinary } from '../support/real-server.ts'

/** Modules that a configuration loads, a line of it, and what Apache says of the line: what a word names may come with a module that is not there. */
const rows: readonly (readonly [modules: string, text: string, message: string])[] = [
  [
    'ssl',
    'SSLSessionCache shmcb:/x(512000)',
    "SSLSessionCache: 'shmcb' session cache not supported (known names: ). Maybe you need to load the appropriate socache module (mod_socache_shmcb?).",
  ],
  ['socache_shmcb ssl', 'SSLSessionCache shmcb:/x(512000)', 'ok'],
  [
    'socache_dbm ssl',
    'SSLSessionCache shmcb:/x(512000)',
    "SSLSessionCache: 'shmcb' session cache not supported (known names: dbm). Maybe you need to load the appropriate socache module (mod_socache_shmcb?).",
  ],
  ['proxy proxy_http slotmem_shm proxy_balancer', 'ProxyPass / balancer://x lbmethod=bytraffic', 'ProxyPass unknown lbmethod'],
  ['proxy proxy_http slotmem_shm proxy_balancer lbmethod_bytraffic', 'ProxyPass / balancer://x lbmethod=bytraffic', 'ok'],
  ['proxy proxy_http', 'ProxyPass / http://x/ hcmethod=GET', 'ProxyPass unknown Worker parameter'],
  ['proxy proxy_http', 'ProxyPass / http://x/ foo=1', 'ProxyPass unknown Worker parameter'],
  ['proxy proxy_http watchdog proxy_hcheck', 'ProxyPass / http://x/ hcmethod=GET', 'ok'],
  ['authn_core auth_basic', '<Location />\nAuthBasicProvider file\n</Location>', 'Unknown Authn provider: file'],
  ['authn_core auth_basic authn_file', '<Location />\nAuthBasicProvider file\n</Location>', 'ok'],
  ['dav', '<Location />\nDAV On\n</Location>', 'Unknown DAV provider: filesystem'],
  ['dav dav_fs', '<Location />\nDAV On\n</Location>', 'ok'],
  ['', 'Mutex default mpm-accept', 'Mutex type mpm-accept is not valid'],
]

const configurationOf = (modules: string, text: string): string => {
  const names = ['mpm_event', 'authz_core', ...modules.split(' ').filter((name) => name !== '' && name !== 'watchdog')]
  const loads = names.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
  return ['ServerRoot /etc/apache2', ...loads, 'ServerName localhost', 'Listen 8123', text, ''].join('\n')
}

describe('modules that are not loaded', () => {
  it.each(rows)('%s: %s', async (modules, text, message) => {
    const problems = await problemsOf({ [`${workspace}/httpd.conf`]: configurationOf(modules, text) })
    expect(problems.find((problem) => problem.configTest?.level === 'error')?.configTest?.message ?? 'ok').toBe(message)
  })

  it.skipIf(!canAskApache)('the installed Apache says the same', { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'webconf-modules-'))
    const file = join(folder, 'httpd.conf')
    const said = rows.map(([modules, text]) => {
      writeFileSync(file, `PidFile ${folder}/pid\nDefaultRuntimeDir ${folder}\nErrorLog ${folder}/log\n${configurationOf(modules, text)}`)
      const output = execFileSync('/bin/sh', ['-c', `${apacheBinary} -t -f ${file} 2>&1 || true`], { encoding: 'utf8' })
      return /Syntax error on line \d+ of \S+:\n(.*)/.exec(output)?.[1] ?? (output.includes('Syntax OK') ? 'ok' : output)
    })
    rmSync(folder, { recursive: true, force: true })
    expect(said).toEqual(rows.map(([, , message]) => message))
  })
})
