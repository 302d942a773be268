import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  type ApacheArguments,
  type ApacheEntry,
  apacheDirectives,
  apacheModules,
  eachApacheDirective,
  isInApacheVersion,
} from '../../server/src/catalog/apache/catalog.ts'

const moduleFolder = '/usr/lib/apache2/modules'

/** Modules that others need, and that are loaded first. */
const foundations = ['dbd', 'session', 'slotmem_shm', 'proxy', 'cache', 'ldap', 'dav', 'xml2enc', 'authn_core', 'authz_core', 'proxy_balancer', 'http2']

const installed = findApache()
const missing = installed === undefined && process.env.CI !== 'true'
const skipped = missing ? ' (skipped: no apache2 with its modules on this machine)' : ''

describe(`the Apache catalog agrees with the installed apache2${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'webconf-catalog-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.skipIf(missing)('on names, places and help texts, with each MPM', () => {
    const apache = present()
    const wrong: string[] = []
    const seen = new Set<string>()
    for (const mpm of mpms) {
      for (const listed of listDirectives(apache, join(folder, 'list'), mpm)) {
        seen.add(`${listed.name} ${listed.file}`)
        const entry = inBuild(apache).find((each) => bracketed(each) === listed.name && fileOf(each) === listed.file)
        if (!entry) wrong.push(`${listed.name} of ${listed.file} is missing`)
        else if ((entry.help ?? '') !== listed.help) wrong.push(`${listed.name}: ${entry.help}, not ${listed.help}`)
        else if (placesOf(entry) !== listed.places) wrong.push(`${listed.name}: ${placesOf(entry)}, not ${listed.places}`)
      }
    }
    expect(wrong).toEqual([])
    const debian = new Set(apacheModules().flatMap(({ name, debian }) => (debian ? [name] : [])))
    const extra = inBuild(apache).filter((entry) => debian.has(entry.module) && entry.only === undefined && !seen.has(`${bracketed(entry)} ${fileOf(entry)}`))
    expect(extra.map(({ name, module }) => `${name} (${module})`)).toEqual([])
    expect(seen.size).toBeGreaterThan(770)
  })

  it.skipIf(missing)(
    'on the number of arguments, and what is said of it',
    async () => {
      const apache = present()
      const wrong: string[] = []
      await eachAtOnce(trialsOf(apache), async (trial, worker) => {
        const { entry } = trial
        if (entry.onRead || entry.section || !complaints.has(entry.arguments)) return
        const directive = `${entry.name}${entry.arguments === 'flag' ? ' perhaps' : ''}`
        const said = await test(apache, join(folder, String(worker)), trial, takesAtServer(entry) ? directive : `<Location "/">\n${directive}\n</Location>`)
        // Two modules may have the name (HeartbeatStorage); the one loaded last is asked first.
        const expected = apacheDirectives(entry.name).map(({ name, arguments: kind, help }) => {
          const words = complaints.get(kind) ?? ''
          return kind === 'flag' ? `${name} ${words}` : `${name} ${words}${help === undefined ? '' : `, ${help}`}`
        })
        // The log writes the end of a line as two letters.
        if (!expected.some((each) => said.includes(`\n${each.replaceAll('\n', '\\n')}`))) wrong.push(`${entry.name}: ${said}, not ${expected}`)
      })
      expect(wrong).toEqual([])
    },
    120_000,
  )

  it.skipIf(missing)(
    'on the sections that a function refuses',
    async () => {
      const apache = present()
      const wrong: string[] = []
      const silent = new Set<string>()
      let refused = 0
      await eachAtOnce(
        // One of the sections for folders, in turn, and each in which something special is said.
        trialsOf(apache).flatMap((trial, index) =>
          places
            .filter((place, at) => at === 0 || at === 1 + (index % 4) || refusal(trial.entry, place.kind)?.endsWith('> section'))
            .map((place) => ({ ...trial, place })),
        ),
        async ({ place, ...trial }, worker) => {
          const { entry } = trial
          if (entry.onRead || !place.allows(entry)) return
          const words = [...(sampleArguments.get(entry.arguments) ?? 'x')].join(' ')
          const directive = entry.section ? `<${entry.name} ${words}>\n</${entry.name}>` : `${entry.name} ${words}`
          const said = await test(apache, join(folder, String(worker)), trial, `${place.open}\n${directive}\n${place.close}`)
          const expected = refusal(entry, place.kind)
          const actual = /^.* cannot occur within .*$/m.exec(said)?.[0]
          if (expected !== undefined) refused += 1
          if (expected === undefined && actual !== undefined) silent.add(entry.name)
          else if (expected !== actual) wrong.push(`${entry.name} in ${place.kind}: ${said}, not ${expected}`)
        },
      )
      expect(wrong).toEqual([])
      expect([...silent].sort()).toEqual(checkedLater)
      expect(refused).toBeGreaterThan(100)
    },
    300_000,
  )
})

/** Their function refuses only sometimes: with one argument other sections than with two. */
const checkedLater: readonly string[] = ['Alias', 'ScriptAlias']

const mpms = ['event', 'worker', 'prefork'] as const
type Mpm = (typeof mpms)[number]

interface Apache {
  readonly path: string
  readonly version: string
  readonly wsgi: string | undefined
  /** Those of every MPM are left out. */
  readonly modules: readonly string[]
}

interface Trial {
  readonly entry: ApacheEntry
  readonly mpm: Mpm
}

interface Listed {
  readonly name: string
  readonly file: string
  readonly help: string
  readonly places: string
}

/** `invoke_cmd` in server/config.c. */
const complaints: ReadonlyMap<ApacheArguments, string> = new Map([
  ['take1', 'takes one argument'],
  ['take2', 'takes two arguments'],
  ['take3', 'takes three arguments'],
  ['take12', 'takes 1-2 arguments'],
  ['take13', 'takes one or three arguments'],
  ['take23', 'takes two or three arguments'],
  ['take123', 'takes one, two or three arguments'],
  ['iterate', 'requires at least one argument'],
  ['iterate2', 'requires at least two arguments'],
  ['flag', 'must be On or Off'],
])

/** As many arguments as the kind needs, a letter each. */
const sampleArguments: ReadonlyMap<ApacheArguments, readonly string[]> = new Map([
  ['take2', ['x', 'x']],
  ['take3', ['x', 'x', 'x']],
  ['take23', ['x', 'x']],
  ['iterate2', ['x', 'x']],
  ['flag', ['On']],
])

type PlaceKind = 'virtualhost' | 'directory' | 'location' | 'files' | 'if'

interface Place {
  readonly kind: PlaceKind
  readonly open: string
  readonly close: string
  readonly allows: (entry: ApacheEntry) => boolean
}

const places: readonly Place[] = [
  { kind: 'virtualhost', open: '<VirtualHost *>', close: '</VirtualHost>', allows: takesAtServer },
  { kind: 'directory', open: '<Directory "/x">', close: '</Directory>', allows: takesInside },
  { kind: 'location', open: '<Location "/x">', close: '</Location>', allows: takesInside },
  { kind: 'files', open: '<Files "x">', close: '</Files>', allows: takesInside },
  { kind: 'if', open: '<If "true">', close: '</If>', allows: takesInside },
]

/** What `ap_check_cmd_context` in server/core.c would say. */
function refusal(entry: ApacheEntry, place: PlaceKind): string | undefined {
  const { forbidden } = entry
  const name = entry.section ? `<${entry.name}>` : entry.name
  if (place === 'virtualhost') return forbidden.includes('virtualhost') ? `${name} cannot occur within <VirtualHost> section` : undefined
  if ((['directory', 'location', 'files'] as const).every((each) => forbidden.includes(each))) return `${name} cannot occur within directory context`
  const section = { directory: '<Directory>', location: '<Location>', files: '<Files>', if: '<If>' }[place]
  return forbidden.includes(place) ? `${name} cannot occur within ${section} section` : undefined
}

/** The override of a server is RSRC_CONF and OR_ALL without OR_AUTHCFG and OR_LIMIT. */
function takesAtServer({ overrides }: ApacheEntry): boolean {
  return (['server', 'options', 'fileinfo', 'indexes'] as const).some((each) => overrides.includes(each))
}

function takesInside({ overrides }: ApacheEntry): boolean {
  return (['access', 'limit', 'options', 'fileinfo', 'authconfig', 'indexes'] as const).some((each) => overrides.includes(each))
}

/** What `apache2 -L` says of the overrides (`show_overrides` in server/config.c), its remark on modules without configuration for folders left out. */
function placesOf({ overrides }: ApacheEntry): string {
  const classes = [
    ['authconfig', 'AuthConfig'],
    ['limit', 'Limit'],
    ['options', 'Options'],
    ['fileinfo', 'FileInfo'],
    ['indexes', 'Indexes'],
  ] as const
  const has = (...names: readonly ApacheEntry['overrides'][number][]): boolean => names.some((name) => overrides.includes(name))
  const anywhere = has('options', 'fileinfo', 'indexes') || (has('server') && has('access', 'authconfig', 'limit'))
  const named = classes.filter(([name]) => has(name)).map(([, name]) => name)
  const files =
    named.length === 0 ? '' : ` and in .htaccess when AllowOverride ${named.length === classes.length ? "isn't None" : `includes ${named.join(' or ')}`}`
  return `Allowed in *.conf ${anywhere ? 'anywhere' : `only ${has('server') ? 'outside' : 'inside'} <Directory>, <Files>, <Location>, or <If>`}${files}`
}

function listDirectives(apache: Apache, folder: string, mpm: Mpm): Listed[] {
  const output = execFileSync(apache.path, ['-L', '-f', configuration(apache.modules, folder, mpm, '')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return [...output.matchAll(/^(\S+) \((\S+)\)\n((?:\t.*\n|(?!\S+ \(\S+\)\n).*\n)*)/gm)].map(([, name = '', file = '', rest = '']) => {
    const at = rest.indexOf('\tAllowed in *.conf')
    const places = rest.slice(at).replace(' [no per-dir config]', '').trim().replace(/\s+/g, ' ')
    return { name, file, help: rest.slice(0, at).replace(/^\t/, '').replace(/\n$/, ''), places }
  })
}

/** Each entry that the installed server has, with an MPM that has it. */
function trialsOf(apache: Apache): Trial[] {
  const debian = new Set(apacheModules().flatMap(({ name, debian }) => (debian ? [name] : [])))
  return inBuild(apache)
    .filter((entry) => entry.only === undefined && (debian.has(entry.module) || entry.source === 'wsgi'))
    .map((entry) => ({ entry, mpm: mpms.find((mpm) => mpm === entry.module) ?? 'event' }))
}

/** The entries of the versions installed. */
function inBuild(apache: Apache): ApacheEntry[] {
  const { version, wsgi } = apache
  return [...eachApacheDirective()].filter((entry) => {
    if (entry.source === 'core') return isInApacheVersion(entry, version)
    return entry.source === 'wsgi' && wsgi !== undefined && isInApacheVersion({ ...entry, source: 'core' }, wsgi)
  })
}

function bracketed({ section, name }: ApacheEntry): string {
  return section ? `<${name}` : name
}

function fileOf({ module }: ApacheEntry): string | undefined {
  return apacheModules().find(({ name }) => name === module)?.file
}

function configuration(modules: readonly string[], folder: string, mpm: Mpm, text: string): string {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true })
  const load = [`LoadModule mpm_${mpm}_module ${moduleFolder}/mod_mpm_${mpm}.so`, ...modules]
  const path = join(folder, 'httpd.conf')
  writeFileSync(
    path,
    `ServerRoot "${folder}"\nDefaultRuntimeDir "${folder}"\n${load.join('\n')}\nErrorLog "${folder}/error.log"\nServerName localhost\n${text}\n`,
  )
  return path
}

/** The first complaint. Loading every module for every question would take most of the time. */
function test(apache: Apache, folder: string, { entry, mpm }: Trial, text: string): Promise<string> {
  const identifiers = apacheDirectives(entry.name).map(({ module }) => apacheModules().find(({ name }) => name === module)?.identifier)
  const needed = apache.modules.filter((line) => order(line) < foundations.length || identifiers.some((each) => line.includes(` ${each} `)))
  const path = configuration(needed, folder, mpm, text)
  return new Promise((resolve) => {
    execFile(apache.path, ['-t', '-f', path], { timeout: 20_000 }, (_error, stdout, stderr) => resolve(`${stdout}${stderr}`))
  })
}

async function eachAtOnce<T>(items: readonly T[], work: (item: T, worker: number) => Promise<void>): Promise<void> {
  let next = 0
  const workers = Array.from({ length: Math.max(2, cpus().length) }, async (_, worker) => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item, worker)
  })
  await Promise.all(workers)
}

function findApache(): Apache | undefined {
  const path = '/usr/sbin/apache2'
  const available = '/etc/apache2/mods-available'
  if (!existsSync(path) || !existsSync(available)) return undefined
  const version = /Apache\/([\d.]+)/.exec(execFileSync(path, ['-v'], { encoding: 'utf8' }))?.[1]
  if (version === undefined) return undefined
  const lines = new Map<string, string>()
  for (const file of readdirSync(available).filter((name) => name.endsWith('.load'))) {
    for (const [line, identifier = '', module = ''] of readFileSync(join(available, file), 'utf8').matchAll(/^\s*LoadModule\s+(\S+)\s+(\S+)/gm)) {
      if (!identifier.startsWith('mpm_') && existsSync(module)) lines.set(module, line.trim())
    }
  }
  for (const file of readdirSync(moduleFolder).filter((name) => /^mod_.*\.so$/.test(name) && !name.startsWith('mod_mpm_'))) {
    const module = join(moduleFolder, file)
    if (!lines.has(module)) lines.set(module, `LoadModule ${file.slice(4, -3)}_module ${module}`)
  }
  const ordered = [...lines.values()].sort((left, right) => order(left) - order(right) || (left < right ? -1 : 1))
  return { path, version, wsgi: wsgiVersion(), modules: ordered }
}

function order(line: string): number {
  const place = foundations.findIndex((name) => line.endsWith(`/mod_${name}.so`))
  return place < 0 ? foundations.length : place
}

/** The module does not say its version before it runs; the package does. */
function wsgiVersion(): string | undefined {
  try {
    const version = execFileSync('dpkg-query', ['-W', '-f=${Version}', 'libapache2-mod-wsgi-py3'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return existsSync(join(moduleFolder, 'mod_wsgi.so')) ? /^[\d.]+/.exec(version)?.[0] : undefined
  } catch {
    return undefined
  }
}

function present(): Apache {
  if (!installed) throw new Error('CI has no apache2: install apache2 and libapache2-mod-wsgi-py3')
  return installed
}
