import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apacheBinary } from './real-server.ts'

/** What `apache2 -t` said of a text. */
export interface ApacheVerdict {
  readonly ok: boolean
  /** Its error; undefined where it has none. */
  readonly message: string | undefined
  /** 1-based line in the text, where it names one. */
  readonly line: number | undefined
  /** What it logged, without time and level. */
  readonly warnings: readonly string[]
}

const modulesFolder = '/usr/lib/apache2/modules'
const skipped = ['mod_mpm_prefork.so', 'mod_mpm_worker.so', 'mod_cgi.so', 'mod_suexec.so']
/** Modules that others need come first. */
const first = [
  'mod_mpm_event.so',
  'mod_dbd.so',
  'mod_session.so',
  'mod_proxy.so',
  'mod_slotmem_shm.so',
  'mod_cache.so',
  'mod_ldap.so',
  'mod_dav.so',
  'mod_xml2enc.so',
  'mod_watchdog.so',
  'mod_socache_shmcb.so',
  'mod_http2.so',
  'mod_ssl.so',
  'mod_authn_core.so',
  'mod_authz_core.so',
  'mod_authn_socache.so',
  'mod_heartmonitor.so',
]

/** Whether the installed Apache can be asked, with all modules of its distribution. */
export const canAskApache = apacheBinary !== undefined && existsSync(modulesFolder)

/** The versions of the installed Apache and of the mod_wsgi beside it. */
export function apacheVersions(): { readonly apache: string; readonly modWsgi: string | undefined } | undefined {
  if (!canAskApache || apacheBinary === undefined) return undefined
  const apache = /Apache\/(\d+\.\d+\.\d+)/.exec(execFileSync(apacheBinary, ['-v'], { encoding: 'utf8' }))?.[1]
  const module = join(modulesFolder, 'mod_wsgi.so')
  const modWsgi = existsSync(module) ? /\0([4-9]\.\d+\.\d+)\0/.exec(readFileSync(module, 'latin1'))?.[1] : undefined
  return apache === undefined ? undefined : { apache, modWsgi }
}

let loads: string | undefined

/** The lines that load all modules but those of another MPM. */
export function loadAll(): string {
  if (loads !== undefined) return loads
  const identifiers = new Map<string, string>()
  const available = '/etc/apache2/mods-available'
  for (const file of existsSync(available) ? readdirSync(available).filter((name) => name.endsWith('.load')) : []) {
    for (const [, identifier = '', path = ''] of readFileSync(join(available, file), 'utf8').matchAll(/^\s*LoadModule\s+(\S+)\s+(\S+)/gm))
      identifiers.set(path.slice(path.lastIndexOf('/') + 1), identifier)
  }
  const all = readdirSync(modulesFolder).filter((name) => name.startsWith('mod_') && name.endsWith('.so') && !skipped.includes(name))
  const order = [...first.filter((name) => all.includes(name)), ...all.filter((name) => !first.includes(name)).sort()]
  loads = order.map((name) => `LoadModule ${identifiers.get(name) ?? `${name.slice(4, -3)}_module`} ${modulesFolder}/${name}\n`).join('')
  return loads
}

/** Asks the installed Apache about texts that stand in a file of their own, included at the top of a configuration with all modules. */
export function makeApacheTest(): {
  says(text: string): Promise<ApacheVerdict>
  /** The directives as Apache has read them (`-D DUMP_CONFIG`), without their lines; undefined where it refuses the text. */
  dump(text: string): Promise<string | undefined>
  remove(): void
} {
  const work = mkdtempSync(join(tmpdir(), 'webconf-apache-'))
  let runs = 0
  return {
    remove: () => rmSync(work, { recursive: true, force: true }),
    async says(text) {
      const { output, status, site } = await test(text, [])
      return verdictOf(output, status, site)
    },
    async dump(text) {
      const { dump, status, site } = await test(text, ['-D', 'DUMP_CONFIG'])
      const own = dump.slice(dump.indexOf(`# In file: ${site}`)).split(/^# In file: (?!.*site\.conf)/m)[0] ?? ''
      return status === 0 && dump.includes(`# In file: ${site}`) ? own.replaceAll(site, '<FILE>').replace(/^\s*#\s+\d+:\n/gm, '') : undefined
    },
  }

  async function test(text: string, options: readonly string[]): Promise<{ output: string; dump: string; status: number; site: string }> {
    const folder = join(work, String(runs++))
    for (const each of ['htdocs', 'logs', 'run']) mkdirSync(join(folder, each), { recursive: true })
    const [site, main] = [join(folder, 'site.conf'), join(folder, 'main.conf')]
    writeFileSync(site, text)
    const head = `ServerRoot "${folder}"\nDefaultRuntimeDir "${folder}/run"\nPidFile "${folder}/run/pid"\n${loadAll()}`
    const rest = `ServerName localhost\nDocumentRoot "${folder}/htdocs"\nErrorLog "${folder}/logs/error.log"\nTypesConfig /etc/mime.types\nListen 8123\n`
    writeFileSync(main, `${head}${rest}Include "${site}"\n`)
    const said = await run(apacheBinary ?? '', ['-t', ...options, '-f', main])
    rmSync(folder, { recursive: true, force: true })
    return { ...said, site }
  }
}

/** Asks all of them, two at a time. */
export async function askApache(texts: readonly string[]): Promise<ApacheVerdict[]> {
  const apache = makeApacheTest()
  const verdicts: ApacheVerdict[] = []
  let next = 0
  const work = async (): Promise<void> => {
    while (next < texts.length) {
      const i = next++
      verdicts[i] = await apache.says(texts[i] ?? '')
    }
  }
  await Promise.all([work(), work()])
  apache.remove()
  return verdicts
}

/** What Apache says of one text. */
export async function apacheSays(text: string): Promise<ApacheVerdict> {
  const [verdict] = await askApache([text])
  if (!verdict) throw new Error('Apache said nothing')
  return verdict
}

function run(binary: string, args: readonly string[]): Promise<{ output: string; dump: string; status: number }> {
  return new Promise((resolve) => {
    execFile(binary, [...args], { encoding: 'utf8', timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ output: stdout + stderr, dump: stdout, status: error ? 1 : 0 }),
    )
  })
}

/** Errors of what is walked stand on two lines, those of reading on one, with the files that led there before it. */
function verdictOf(output: string, status: number, site: string): ApacheVerdict {
  const ok = status === 0 && output.includes('Syntax OK')
  const warnings = output
    .split('\n')
    .filter((line) => /:(warn|notice)\]/.test(line) && !line.includes('is already loaded'))
    .map((line) => line.replace(/^(\[[^\]]*\] )*/, '').replaceAll(site, '<FILE>'))
  if (ok) return { ok, message: undefined, line: undefined, warnings }
  const [before = '', ...behind] = output.split(/Syntax error on line (?=\d+ of )/)
  const last = /^(\d+) of (\S+?):\s*([\s\S]*)$/.exec(behind.at(-1) ?? '')
  if (!last) {
    const unclosed = new RegExp(`${site.replace(/[.\\/]/g, '\\$&')}:(\\d+): (.*)`).exec(output)
    return { ok, message: (unclosed?.[2] ?? before).trim(), line: unclosed ? Number(unclosed[1]) : undefined, warnings }
  }
  const [, line, file, message = ''] = last
  return { ok, message: message.replaceAll(site, '<FILE>').replace(/\n+$/, ''), line: file === site ? Number(line) : undefined, warnings }
}
