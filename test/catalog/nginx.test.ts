import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import {
  contextInside,
  eachNginxDirective,
  eachNginxVariable,
  isAllowedIn,
  isInNginxVersion,
  isKnownNginxDirective,
  type NginxContext,
  type NginxEntry,
  nginxDirectives,
  nginxVariable,
  takesCount,
} from '../../server/src/catalog/nginx/catalog.ts'

const manifest = JSON.parse(readFileSync(new URL('../../server/src/catalog/data/nginx.manifest.json', import.meta.url), 'utf8'))

describe('the nginx catalog says what the tables of nginx say', () => {
  it('has every row of the tables, counted apart from this reader', () => {
    const newest = [...eachNginxDirective()].filter((entry) => entry.source === 'core' && entry.until === undefined)
    expect(manifest.sources.find(({ name }: { name: string }) => name === 'nginx')).toMatchObject({ version: '1.31.5', directives: 784 })
    expect(newest).toHaveLength(784)
    expect(new Set(newest.map(({ name }) => name)).size).toBe(656)
    expect(newest.filter(({ flag }) => flag)).toHaveLength(153)
    expect(newest.filter(({ block }) => block)).toHaveLength(20)
    expect(countByContext(newest, 'if-in-server')).toBe(6)
    expect(countByContext(newest, 'if-in-location')).toBe(30)
    expect(countByContext(newest, 'limit_except')).toBe(7)
    expect(countByContext(newest, 'upstream')).toBe(14)
  })

  it('names the contexts', () => {
    expect(contextsOf('include')).toEqual(['any'])
    expect(contextsOf('listen')).toEqual(['mail-server', 'rtmp-server', 'server', 'stream-server'])
    expect(contextsOf('gzip', 'core')).toEqual(['http', 'if-in-location', 'location', 'server'])
    expect(contextsOf('return', 'core')).toEqual(['if-in-location', 'if-in-server', 'location', 'server', 'stream-server'])
    expect(contextsOf('deny', 'core')).toEqual(['http', 'limit_except', 'location', 'server', 'stream', 'stream-server'])
    expect(contextsOf('if', 'core')).toEqual(['location', 'server'])
  })

  it('tells argument counts', () => {
    const counts = (name: string): number[] => [0, 1, 2, 3, 4, 5, 9].filter((count) => takesCount(core(name), count))
    expect(counts('server_tokens')).toEqual([1])
    expect(counts('server_name')).toEqual([1, 2, 3, 4, 5, 9])
    expect(counts('try_files')).toEqual([2, 3, 4, 5, 9])
    expect(counts('internal')).toEqual([0])
    expect(counts('rewrite')).toEqual([2, 3])
    expect(counts('location')).toEqual([1, 2])
  })

  it('tells what an argument is', () => {
    expect(core('client_max_body_size')).toMatchObject({ value: 'off', repeat: 'error', slot: 'http_core_loc_conf.client_max_body_size' })
    expect(core('client_body_buffer_size')).toMatchObject({ value: 'size', repeat: 'error' })
    expect(core('gzip_comp_level')).toMatchObject({ value: 'num', bounds: { min: 1, max: 9 } })
    expect(core('ssl_protocols')).toMatchObject({ value: 'bitmask', repeat: 'accumulate' })
    expect(core('ssl_protocols').values).toContain('TLSv1.3')
    expect(core('satisfy').values).toEqual(['all', 'any'])
    expect(core('keepalive_time')).toMatchObject({ value: 'msec' })
    expect(core('add_header')).toMatchObject({ value: 'custom', repeat: 'accumulate' })
  })

  it('takes ssl_ocsp by its table of words, not by its flag', () => {
    expect(core('ssl_ocsp').value).toBe('enum')
    expect(core('ssl_ocsp').values).toEqual(['off', 'on', 'leaf'])
  })

  it('knows root and alias as one slot', () => {
    expect(core('alias').slot).toBe(core('root').slot)
    expect(core('alias').repeat).toBe('error')
  })

  it('knows which directives make variables', () => {
    for (const name of ['set', 'map', 'geo', 'split_clients', 'auth_request_set', 'js_set', 'set_by_lua', 'set_md5']) {
      expect(
        nginxDirectives(name).some(({ definesVariable }) => definesVariable),
        name,
      ).toBe(true)
    }
    expect(core('proxy_pass').definesVariable).toBe(false)
  })

  it('knows what a block holds', () => {
    expect(contextInside(core('if'), 'server')).toBe('if-in-server')
    expect(contextInside(core('if'), 'location')).toBe('if-in-location')
    expect(contextInside(core('map'), 'http')).toBe('data')
    expect(contextInside(core('location'), 'server')).toBe('location')
    const [lua] = nginxDirectives('content_by_lua_block')
    expect(lua && contextInside(lua, 'location')).toBe('lua')
    for (const entry of eachNginxDirective()) expect(entry.opens !== undefined, entry.name).toBe(entry.block)
  })
})

describe('the nginx catalog knows versions', () => {
  it('has what appeared, changed and left since 1.18.0', () => {
    expect(spans('http3')).toEqual(['1.25.0-'])
    expect(spans('ssl_reject_handshake', 'http')).toEqual(['1.19.4-'])
    expect(spans('ssl', 'http')).toEqual(['-1.25.1'])
    expect(spans('http2_max_field_size')).toEqual(['1.9.5-1.19.7', '1.19.7-'])
    expect(spans('keepalive', 'http').at(-1)).toBe('1.29.7-')
    expect(spans('spdy_headers_comp')).toEqual(['-1.19.7'])
  })

  it('says what the server says to use instead', () => {
    expect(nginxDirectives('http2_max_field_size').at(-1)?.deprecated).toBe('large_client_header_buffers')
    expect(nginxDirectives('http2_push').at(-1)?.deprecated).toBe('')
    expect(nginxDirectives('ssl')[0]?.deprecated).toBe('listen ... ssl')
  })

  it('splits an entry where the admitted words changed', () => {
    const words = (version: string): readonly string[] | undefined =>
      nginxDirectives('proxy_http_version').find((entry) => isInNginxVersion(entry, version))?.values
    expect(words('1.28.0')).toEqual(['1.0', '1.1'])
    expect(words('1.30.0')).toEqual(['1.0', '1.1', '2'])
  })
})

describe('the nginx catalog covers modules and editions', () => {
  it.each([
    ['content_by_lua_block', 'ngx_http_lua_module', 'debian'],
    ['more_set_headers', 'ngx_http_headers_more_filter_module', 'debian'],
    ['echo', 'ngx_http_echo_module', 'debian'],
    ['nchan_pubsub', 'ngx_nchan_module', 'debian'],
    ['brotli', 'ngx_http_brotli_filter_module', 'third-party'],
    ['passenger_enabled', 'ngx_http_passenger_module', 'third-party'],
    ['js_import', 'ngx_http_js_module', 'third-party'],
    ['vhost_traffic_status_zone', 'ngx_http_vhost_traffic_status_module', 'third-party'],
    ['modsecurity', 'ngx_http_modsecurity_module', 'third-party'],
    ['application', 'ngx_rtmp_core_module', 'third-party'],
    ['zstd', 'ngx_http_zstd_filter_module', 'third-party'],
    ['otel_exporter', 'ngx_otel_module', 'third-party'],
    ['acme_issuer', 'ngx_http_acme_module', 'third-party'],
    ['auth_jwt', 'ngx_http_auth_jwt_module', 'plus'],
    ['health_check', 'ngx_http_upstream_hc_module', 'plus'],
  ])('%s', (name, module, source) => {
    expect(nginxDirectives(name).map((entry) => [entry.module, entry.source])).toContainEqual([module, source])
  })

  it('is case-sensitive and knows nothing that is not there', () => {
    expect(isKnownNginxDirective('Server_Name')).toBe(false)
    expect(isKnownNginxDirective('constructor')).toBe(false)
    expect(nginxDirectives('proxy_pas')).toEqual([])
  })
})

describe('the nginx catalog knows variables', () => {
  it('by name and by prefix, in any case', () => {
    expect(nginxVariable('request_uri')).toMatchObject({ name: 'request_uri', prefix: false, module: 'ngx_http_core_module' })
    expect(nginxVariable('HTTP_X_Forwarded_Proto')).toMatchObject({ name: 'http_', prefix: true })
    expect(nginxVariable('upstream_http_etag')).toMatchObject({ name: 'upstream_http_' })
    expect(nginxVariable('arg_a')).toMatchObject({ name: 'arg_' })
    expect(nginxVariable('limit_rate')).toMatchObject({ changeable: true })
    expect(nginxVariable('no_such_variable')).toBeUndefined()
  })

  it('of each protocol', () => {
    expect(nginxVariable('ssl_preread_server_name', 'stream')).toBeDefined()
    expect(nginxVariable('ssl_preread_server_name', 'http')).toBeUndefined()
    expect(nginxVariable('request_uri', 'stream')).toBeUndefined()
  })
})

describe('the generator reads C', () => {
  it('with both branches of a condition, tables of words, limits, wrappers and prefixes', () => {
    expect(generate(source)).toEqual([
      ['demo_level', 'http', 'http location', '1', 'num', 'error', { level: 'loc', slot: 'demo_conf.level', bounds: [1, null] }],
      ['demo_mode', 'http', 'server', '1', 'enum', 'error', { level: 'srv', slot: 'demo_conf.mode', values: ['on', 'off', 'auto'] }],
      ['demo_new', 'http', 'http', '1f', 'flag', 'error', { setter: 'demo_set_new' }],
      ['demo_old', 'http', 'http', '0', 'custom', 'accumulate', { setter: 'demo_nothing' }],
      ['demo_var', 'http', 'http if-in-location', '2,4', 'custom', 'accumulate', { setter: 'demo_var', defines: true }],
    ])
  })
})

const source = `
#define DEMO_CONTEXTS NGX_HTTP_MAIN_CONF|NGX_HTTP_LOC_CONF
static ngx_conf_enum_t demo_modes[] = { { ngx_string("on"), 1 }, { ngx_string("off"), 0 }, /* , */
#if (DEMO_AUTO)
    { ngx_string("auto"), 2 },
#endif
    { ngx_null_string, 0 } };
static ngx_conf_num_bounds_t demo_bounds = { ngx_conf_check_num_bounds, 1, -1 };
static ngx_command_t demo_commands[] = {
    { ngx_string("demo_level"), DEMO_CONTEXTS|NGX_CONF_TAKE1, ngx_conf_set_num_slot, NGX_HTTP_LOC_CONF_OFFSET, offsetof(demo_conf_t, level), &demo_bounds },
    { ngx_string("demo_mode"), NGX_HTTP_SRV_CONF|NGX_CONF_TAKE1, ngx_conf_set_enum_slot, NGX_HTTP_SRV_CONF_OFFSET, offsetof(demo_conf_t, mode), demo_modes },
#if (DEMO_NEW)
    { ngx_string("demo_new"), NGX_HTTP_MAIN_CONF|NGX_CONF_FLAG, demo_set_new, 0, 0, NULL },
#else
    { ngx_string("demo_old"), NGX_HTTP_MAIN_CONF|NGX_CONF_NOARGS, demo_nothing, 0, 0, NULL },
#endif
    { ngx_string("demo_var"), NGX_HTTP_MAIN_CONF|NGX_HTTP_LIF_CONF|NGX_CONF_TAKE2|NGX_CONF_TAKE4, demo_var, 0, 0, NULL },
    ngx_null_command
};
static char *demo_set_new(ngx_conf_t *cf, ngx_command_t *cmd, void *conf) { return ngx_conf_set_flag_slot(cf, cmd, conf); }
static char *demo_nothing(ngx_conf_t *cf, ngx_command_t *cmd, void *conf) { return NGX_CONF_OK; }
static char *demo_var(ngx_conf_t *cf, ngx_command_t *cmd, void *conf) { ngx_http_add_variable(cf, &value[1], 0); return NGX_CONF_OK; }
ngx_module_t demo_module = { NGX_MODULE_V1, &demo_ctx, demo_commands, NGX_HTTP_MODULE, NULL };
`

/** The rows that the generator writes for one C file. */
function generate(text: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'webconf-generate-'))
  try {
    writeFileSync(join(folder, 'demo.c'), text)
    const script = fileURLToPath(new URL('../../scripts/catalog/nginx/generate.mjs', import.meta.url))
    execFileSync(process.execPath, [script, '--source', folder, '--out', folder], { stdio: 'pipe' })
    const { modules } = JSON.parse(readFileSync(join(folder, 'nginx.json'), 'utf8')) as { modules: { name: string; directives: unknown }[] }
    return modules.find(({ name }) => name === 'demo_module')?.directives
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const installed = findNginx()
const missing = installed === undefined && process.env.CI !== 'true'
const skipped = missing ? ' (skipped: no nginx with its version on this machine)' : ''

describe(`the nginx catalog agrees with the installed nginx${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'webconf-catalog-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.skipIf(missing)(
    'on names, contexts and argument counts',
    async () => {
      const nginx = present()
      const names = new Map<string, NginxEntry[]>()
      for (const entry of eachNginxDirective()) {
        if ((entry.source === 'core' || entry.source === 'debian') && isInNginxVersion(entry, nginx.version)) append(names, entry)
      }
      const wrong: string[] = []
      const unknown: NginxEntry[] = []
      const known = new Set<string>()
      await eachAtOnce([...names.values()].flatMap(trialsOf), async ({ entry, context, count, expected }, worker) => {
        const said = await ask(nginx, join(folder, String(worker)), entry, context, count)
        if (said === 'unknown') unknown.push(entry)
        else {
          known.add(entry.module)
          if (said !== expected) wrong.push(`${entry.name} with ${count} arguments in ${context}: ${said}, not ${expected}`)
        }
      })
      expect(wrong).toEqual([])
      // The installed modules of others may be older than the sources that were read; nginx itself is known release by release.
      const surprising = unknown.filter(({ source, module }) => (source === 'core' && !notBuilt.test(module)) || !(known.has(module) || notBuilt.test(module)))
      expect(surprising.map(({ name, module }) => `${name} (${module})`)).toEqual([])
      expect(known.size).toBeGreaterThan(60)
    },
    120_000,
  )

  it.skipIf(missing)(
    'on values and on what may stand only once',
    async () => {
      const nginx = present()
      const wrong: string[] = []
      let asked = 0
      const entries = [...eachNginxDirective()].filter(
        (entry) => (entry.source === 'core' || entry.source === 'debian') && isInNginxVersion(entry, nginx.version) && samples.has(entry.value),
      )
      await eachAtOnce(entries, async (entry, worker) => {
        const context = entry.contexts.find((each) => frames.has(each))
        const [bad, refusal] = refusals.get(entry.value) ?? []
        const sample = entry.values?.find((value) => value !== 'off') ?? (entry.bounds ? String(entry.bounds.min) : samples.get(entry.value))
        if (context === undefined || sample === undefined || !takesCount(entry, sample.split(' ').length)) return
        const say = (text: string): Promise<string> =>
          test(nginx, join(folder, String(worker)), `${modulesFor(nginx, entry, context)}\n${frames.get(context)?.(text)}\n`)
        const twice = await say(`${entry.name} ${sample}; ${entry.name} ${sample};`)
        if (twice.includes('unknown directive')) return
        asked += 1
        if (twice.includes(`"${entry.name}" directive is duplicate`) !== (entry.repeat === 'error')) wrong.push(`${entry.name} ${entry.repeat} twice: ${twice}`)
        if (bad === undefined || refusal === undefined) return
        const once = await say(`${entry.name} ${bad};`)
        // nchan 1.3.6 refuses even the first use of two of its flags as a second one.
        if (!once.includes(refusal) && !(entry.source === 'debian' && once.includes('is duplicate')))
          wrong.push(`${entry.name} ${bad} as ${entry.value}: ${once}`)
      })
      expect(wrong).toEqual([])
      expect(asked).toBeGreaterThan(400)
    },
    120_000,
  )

  it.skipIf(missing)('on variables', async () => {
    const nginx = present()
    const wrong: string[] = []
    for (const protocol of ['http', 'stream'] as const) {
      let variables = [...eachNginxVariable()].filter(
        (variable) => variable.source === 'core' && variable.protocol === protocol && isInNginxVersion(variable, nginx.version),
      )
      for (;;) {
        const used = variables.map(({ name, prefix }) => `$${name}${prefix ? 'x' : ''}`).join(' ')
        const server = `server { listen 127.0.0.1:1; return ${protocol === 'http' ? '200 ' : ''}"${used}"; }`
        const output = await test(nginx, join(folder, protocol), `${nginx.loadAll}\nevents {}\n${protocol} { ${server} }\n`)
        const unknown = /unknown "(\w+)" variable/.exec(output)?.[1]
        if (unknown === undefined) {
          expect(output).toContain('test is successful')
          break
        }
        const at = variables.find(({ name, prefix }) => (prefix ? `${name}x` : name) === unknown)
        if (!at || !notBuilt.test(at.module)) wrong.push(unknown)
        variables = variables.filter((variable) => variable !== at)
      }
    }
    expect(wrong).toEqual([])
  })
})

/** Modules of other systems, or built in only on request. */
const notBuilt = /kqueue|eventport|devpoll|iocp|select|poll|win32|google_perftools|degradation|_v3_|quic|_geo(?:ip)?_module|tunnel|num_map|cpp/

interface Trial {
  readonly entry: NginxEntry
  readonly context: NginxContext
  readonly count: number
  readonly expected: 'fine' | 'not allowed' | 'count'
}

interface Nginx {
  readonly path: string
  readonly version: string
  readonly modules: readonly string[]
  readonly loadAll: string
}

/** A value that each kind takes. */
const samples: ReadonlyMap<string, string> = new Map([
  ['flag', 'on'],
  ['size', '4k'],
  ['off', '4k'],
  ['msec', '10s'],
  ['sec', '10s'],
  ['num', '1'],
  ['str', 'x'],
  ['enum', 'on'],
  ['bitmask', 'off'],
  ['str_array', 'x'],
  ['keyval', 'X y'],
  ['bufs', '4 8k'],
  ['access', 'user:rw'],
])

/** A value that each kind refuses, and the refusal. */
const refusals: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['flag', ['maybe', 'it must be "on" or "off"']],
  ['size', ['4x', 'directive invalid value']],
  ['off', ['4x', 'directive invalid value']],
  ['msec', ['1x', 'directive invalid value']],
  ['sec', ['1x', 'directive invalid value']],
  ['num', ['1x', 'directive invalid number']],
  ['enum', ['none-such', 'invalid value "none-such"']],
  ['bitmask', ['none-such', 'invalid value "none-such"']],
  ['bufs', ['4 8x', 'directive invalid value']],
  ['access', ['user:none', 'invalid value "user:none"']],
])

const frames: ReadonlyMap<NginxContext, (directive: string) => string> = new Map([
  ['main', (text) => `${text} events {}`],
  ['events', (text) => `events { ${text} }`],
  ['http', (text) => `events {} http { ${text} }`],
  ['server', (text) => `events {} http { server { ${text} } }`],
  ['location', (text) => `events {} http { server { location / { ${text} } } }`],
  ['if-in-server', (text) => `events {} http { server { if ($uri) { ${text} } } }`],
  ['if-in-location', (text) => `events {} http { server { location / { if ($uri) { ${text} } } } }`],
  ['limit_except', (text) => `events {} http { server { location / { limit_except GET { ${text} } } } }`],
  ['upstream', (text) => `events {} http { upstream u { ${text} } }`],
  ['stream', (text) => `events {} stream { ${text} }`],
  ['stream-server', (text) => `events {} stream { server { ${text} } }`],
  ['stream-upstream', (text) => `events {} stream { upstream u { ${text} } }`],
  ['mail', (text) => `events {} mail { ${text} }`],
  ['mail-server', (text) => `events {} mail { server { ${text} } }`],
])

/** In each allowed context a wrong count, in one of them a right one, and one context that is not allowed. */
function trialsOf(entries: readonly NginxEntry[], index: number): Trial[] {
  const [entry] = entries
  if (!entry) return []
  const everywhere = nginxDirectives(entry.name)
  const contexts = [...frames.keys()]
  const trials: Trial[] = []
  const allowed = contexts.filter((context) => entries.some((each) => isAllowedIn(each, context)))
  for (const [place, context] of allowed.entries()) {
    const here = entries.filter((each) => isAllowedIn(each, context))
    const owner = here[0] ?? entry
    const bad = [0, 1, 2, 3, 4, 5, 6, 7, 8].find((count) => !everywhere.some((each) => isAllowedIn(each, context) && takesCount(each, count)))
    if (bad !== undefined) trials.push({ entry: owner, context, count: bad, expected: 'count' })
    if (place === index % allowed.length) trials.push({ entry: owner, context, count: Math.max(owner.args.min, owner.counts?.[0] ?? 0), expected: 'fine' })
  }
  const forbidden = contexts.filter((context) => !everywhere.some((each) => isAllowedIn(each, context)))
  const context = forbidden[index % forbidden.length]
  if (context !== undefined) trials.push({ entry, context, count: entry.args.min, expected: 'not allowed' })
  return trials
}

async function ask(nginx: Nginx, folder: string, entry: NginxEntry, context: NginxContext, count: number): Promise<'unknown' | Trial['expected']> {
  const frame = frames.get(context)
  if (!frame) throw new Error(`no frame for ${context}`)
  const load = modulesFor(nginx, entry, context)
  const directive = `${[entry.name, ...Array<string>(count).fill('0')].join(' ')}${entry.block ? ' {}' : ';'}`
  const output = await test(nginx, folder, `${load}\n${frame(directive)}\n`)
  const quoted = `"${entry.name}"`
  if (output.includes(`unknown directive ${quoted}`)) return 'unknown'
  if (output.includes(`${quoted} directive is not allowed here`)) return 'not allowed'
  return output.includes(`invalid number of arguments in ${quoted} directive`) ? 'count' : 'fine'
}

/** Loading every module for every question would take most of the time. */
function modulesFor(nginx: Nginx, entry: NginxEntry, context: NginxContext): string {
  const needed = nginx.modules.filter((path) => {
    if (/ngx_(?:mail|stream)_module/.test(path)) {
      const kind = path.includes('mail') ? 'mail' : 'stream'
      return entry.kind === kind || entry.name === kind || context.startsWith(kind)
    }
    if (/ndk_http/.test(path)) return entry.module.includes('lua') || entry.module.includes('ndk')
    const base = /([^/]+)\.so$/.exec(path)?.[1] ?? ''
    return entry.module === base || (base.includes('xslt') && entry.module.includes('xslt'))
  })
  return needed.map((path) => `load_module ${path};`).join('\n')
}

function test(nginx: Nginx, folder: string, configuration: string): Promise<string> {
  if (!existsSync(folder)) execFileSync('mkdir', ['-p', join(folder, 'logs')])
  const path = join(folder, 'nginx.conf')
  writeFileSync(path, configuration)
  return new Promise((resolve) => {
    execFile(nginx.path, ['-t', '-p', folder, '-c', path, '-e', 'stderr', '-g', `pid ${join(folder, 'pid')};`], { timeout: 20_000 }, (_error, stdout, stderr) =>
      resolve(`${stdout}${stderr}`),
    )
  })
}

async function eachAtOnce<T>(items: readonly T[], work: (item: T, worker: number) => Promise<void>): Promise<void> {
  let next = 0
  const workers = Array.from({ length: Math.max(2, cpus().length) }, async (_, worker) => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item, worker)
  })
  await Promise.all(workers)
}

function findNginx(): Nginx | undefined {
  for (const path of ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx']) {
    if (!existsSync(path)) continue
    const version = versionOf(path)
    const folder = ['/usr/lib/nginx/modules', '/usr/lib64/nginx/modules'].find((each) => existsSync(each))
    if (version === undefined) continue
    const names = folder ? readdirSync(folder).filter((name) => name.endsWith('.so')) : []
    const rank = (name: string): number => (name.startsWith('ndk_') || /^ngx_(?:mail|stream)_module/.test(name) ? 0 : 1)
    const modules = names.sort((one, other) => rank(one) - rank(other)).map((name) => join(folder ?? '', name))
    return { path, version, modules, loadAll: modules.map((each) => `load_module ${each};`).join('\n') }
  }
  return undefined
}

function versionOf(path: string): string | undefined {
  let output = ''
  try {
    output = execFileSync('sh', ['-c', `${path} -v 2>&1`], { encoding: 'utf8' })
  } catch {
    return undefined
  }
  return /nginx\/([\d.]+)/.exec(output)?.[1]
}

function present(): Nginx {
  if (!installed) throw new Error('CI has no nginx: install nginx-extras')
  return installed
}

function core(name: string): NginxEntry {
  const entry = nginxDirectives(name).findLast((each) => each.source === 'core' && each.kind !== 'stream' && each.kind !== 'mail')
  if (!entry) throw new Error(`${name} is not in the catalog`)
  return entry
}

function contextsOf(name: string, source?: string): string[] {
  const entries = nginxDirectives(name).filter((entry) => source === undefined || entry.source === source)
  return [...new Set(entries.flatMap(({ contexts }) => contexts))].sort()
}

function spans(name: string, kind?: string): string[] {
  return nginxDirectives(name)
    .filter((entry) => kind === undefined || entry.kind === kind)
    .map(({ since, until }) => `${since ?? ''}-${until ?? ''}`)
}

function countByContext(entries: readonly NginxEntry[], context: NginxContext): number {
  return entries.filter(({ contexts }) => contexts.includes(context)).length
}

function append(map: Map<string, NginxEntry[]>, entry: NginxEntry): void {
  const known = map.get(entry.name)
  if (known) known.push(entry)
  else map.set(entry.name, [entry])
}
