import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitingFileSystem } from '../../server/src/cli/node-file-system.ts'
import { resolveOnMachine } from '../../server/src/configuration/on-machine.ts'
import { makeSourceReader } from '../../server/src/configuration/source.ts'
import { answerApache } from '../../server/src/request/apache/interpret.ts'
import type { Answer, Request } from '../../server/src/request/request.ts'
import { makeSession } from '../../server/src/workspace/session.ts'
import { defaultSettings } from '../../server/src/workspace/settings.ts'
import { apacheBinary, listens } from './real-server.ts'
import { type Asked, delay, prepare, type Response, readFrom, requestOf, send, sizeOf } from './requests.ts'

/** What is compared: the fields of an answer that the real server shows too. */
export type ApacheCompared = Pick<Answer, 'status' | 'location' | 'server' | 'file' | 'upstreamUri' | 'authz' | 'headers'>

/** A real Apache on a configuration, beside the interpreter of the same. */
export interface ApachePair {
  /** The configuration that both read, and its ports. */
  readonly config: string
  readonly ports: readonly number[]
  real(asked: Asked): Promise<ApacheCompared>
  interpreted(asked: readonly Asked[]): Promise<readonly ApacheCompared[]>
  /** The steps to one answer, for a look at what disagrees. */
  steps(asked: Asked): Promise<string>
  stop(): Promise<void>
}

const modules = [
  'mpm_prefork',
  'authn_core',
  'authn_file',
  'authz_core',
  'authz_host',
  'authz_user',
  'authz_groupfile',
  'access_compat',
  'auth_basic',
  'allowmethods',
  'alias',
  'dir',
  'autoindex',
  'mime',
  'negotiation',
  'env',
  'setenvif',
  'headers',
  'rewrite',
  'cgi',
  'actions',
  'expires',
  'proxy',
  'proxy_http',
  'proxy_fcgi',
  'slotmem_shm',
  'proxy_balancer',
  'lbmethod_byrequests',
  'macro',
  'vhost_alias',
  'socache_shmcb',
  'ssl',
  'wsgi',
]

/**
 * Starts Apache on a configuration whose `@ROOT@` is a folder of its own and whose `@PORT@`, `@PORT2@` … are free ports; `@UP@` is an HTTP upstream that
 * answers 200 and `@FCGI@` one of FastCGI.
 *
 * @param files paths below the root with their texts; a path with a slash at its end is a folder, a text that begins with `->` a link; `.cgi` is made executable
 */
export async function startApachePair(config: string, files: Readonly<Record<string, string>>, ports = 2): Promise<ApachePair> {
  const { root, numbers, upstream, fill } = await prepare(files, ports)
  writeFileSync(
    join(root, 'mime.types'),
    'text/html html htm\ntext/plain txt\ntext/css css\nimage/png png\nimage/gif gif\napplication/json json\napplication/x-httpd-php-source phps\n',
  )
  const loads = modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')
  const listen = numbers.map((number) => `Listen 127.0.0.1:${number}`).join('\n')
  const text = `ServerRoot "${root}"\n${loads}\nTypesConfig mime.types\n${listen}\n${fill(config)}\n`
  const file = join(root, 'httpd.conf')
  writeFileSync(file, text)
  const run = mkdtempSync(join(tmpdir(), 'webconf-requests-run-'))
  const access = join(run, 'access.log')
  const error = join(run, 'error.log')
  const asRoot = process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []
  const before = [`PidFile ${run}/pid`, `DefaultRuntimeDir ${run}`, 'Mutex pthread', ...asRoot]
  const behind = [
    `ErrorLog ${error}`,
    'LogLevel warn authz_core:debug access_compat:debug authz_host:debug',
    'ErrorLogFormat "%{REDIRECT_STATUS}e|%M"',
    `CustomLog ${access} "%v\\t%>s\\t%f"`,
  ]
  const child = spawn(apacheBinary ?? '', ['-X', '-f', file, ...before.flatMap((line) => ['-C', line]), ...behind.flatMap((line) => ['-c', line])], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (part) => {
    said += part
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let running = true
  void ended.then(() => {
    running = false
  })
  for (let tries = 0; !(await listens(numbers[0] ?? 0)); tries++) {
    if (!running || tries > 400) throw new Error(`Apache did not start:\n${said}\n${readFrom(error, 0)}\n${text}`)
    await delay(20)
  }
  // The first connection was ours, to see whether it listens.
  await delay(30)
  const session = makeSession(waitingFileSystem, defaultSettings.limits.fileSize)
  const reader = makeSourceReader()
  const answers = async (all: readonly Asked[]): Promise<readonly Answer[]> => {
    const given = await session.settle((snapshot) => {
      const configuration = resolveOnMachine(snapshot, file, 'apache', reader, defaultSettings)
      return configuration && all.map((asked) => answerApache(configuration, requestOf(asked, numbers), snapshot))
    })
    if (!given) throw new Error('the configuration could not be read')
    return given
  }
  return {
    config: file,
    ports: numbers,
    async real(asked) {
      const request = requestOf(asked, numbers)
      const [accessBefore, told] = [sizeOf(access), sizeOf(error)]
      upstream.hits.length = 0
      const response = await send(request)
      let line = ''
      for (let tries = 0; tries < 1000 && !line.endsWith('\n'); tries++) {
        line = readFrom(access, accessBefore)
        if (!line.endsWith('\n')) await delay(3)
      }
      await delay(5)
      return truthOf(root, request, response, line.split('\n')[0] ?? '', readFrom(error, told), upstream.hits)
    },
    interpreted: async (all) => (await answers(all)).map((answer) => comparedOf(answer, root)),
    async steps(asked) {
      const [answer] = await answers([asked])
      return (answer?.steps ?? [])
        .filter(({ outcome }) => outcome !== 'lost')
        .map(({ phase, outcome, message }) => `    ${outcome.padEnd(8)} ${phase.padEnd(10)} ${message}`)
        .join('\n')
    },
    async stop() {
      if (running) child.kill('SIGKILL')
      await ended
      upstream.stop()
      rmSync(root, { recursive: true, force: true })
      rmSync(run, { recursive: true, force: true })
    },
  }
}

const comparedOf = ({ status, location, server, file, upstream, upstreamUri, authz, headers }: Answer, root: string): ApacheCompared => ({
  status,
  location,
  server: server?.toLowerCase(),
  // The log of the real server shows paths of its own root alone.
  file: file?.startsWith(root) || upstream !== undefined ? file && tidy(file) : undefined,
  upstreamUri,
  authz,
  headers: Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (recorded.test(name) ? [[name, sortedAllow(name, value)]] : []))),
})

const tidy = (path: string): string => path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1')

/** Apache lists a hash table. */
const sortedAllow = (name: string, value: string): string => (name === 'allow' ? value.split(/,\s*/).sort().join(',') : value)

/** Response headers that a configuration sets. */
const recorded = /^(?:x-.*|content-type|cache-control|allow|www-authenticate|vary|content-language|content-encoding)$/

function truthOf(
  root: string,
  request: Request,
  response: Response,
  access: string,
  error: string,
  hits: readonly { readonly uri: string | undefined; readonly script: string | undefined }[],
): ApacheCompared {
  const [server = '', logged = '', written = '-'] = access.split('\t')
  const path = written.replace(/\\(x[0-9a-f]{2}|.)/g, (_, code: string) => (code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : code))
  const status = response.status ?? Number(logged)
  let passed = false
  let refused = false
  for (const line of error.split('\n')) {
    const [, redirected, text = ''] = /^(?:(\d+)\|)?(.*)$/s.exec(line) ?? []
    // Said of the error page, and not of the request.
    if (redirected !== undefined && redirected !== '200') continue
    const result = /^AH016\d\d: authorization result(?: of .*)?: (\w+)/.exec(text)?.[1]
    if (result !== undefined) passed = result === 'granted'
    if (/^(?:AH01630|AH01797|AH01631|AH01617|AH01618|AH01619|AH01614|AH02219)/.test(text)) refused = true
  }
  if (request.target !== '*' && status < 300) passed = true
  const isDenied = status === 401 || (refused && status === 403)
  const hit = hits.at(-1)
  const location = response.headers.find(([name]) => name === 'location')?.[1]
  let file = path.startsWith(root) && request.target !== '*' ? path : undefined
  if (hit) file = hit.uri === undefined ? hit.script?.replace(/^proxy:fcgi:\/\/[^/]*/, '') : undefined
  if (location !== undefined && status >= 300 && status < 400) file = undefined
  const headers: Record<string, string> = {}
  for (const [name, value] of response.headers)
    if (recorded.test(name)) headers[name] = name in headers ? `${headers[name]}, ${value}` : sortedAllow(name, value)
  return {
    status,
    location,
    server: server.toLowerCase(),
    file: file && tidy(file),
    upstreamUri: hit?.uri,
    authz: isDenied ? 'denied' : passed ? 'granted' : 'n/a',
    headers,
  }
}
