import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { splitCommand } from '../../server/src/deployment/processes/command-words.ts'
import { readUnitFile } from '../../server/src/deployment/processes/unit-file.ts'

/** Where the servers are on this machine; undefined where one is not installed. */
export const apacheBinary = findBinary('/usr/sbin/apache2')
export const nginxBinary = findBinary('/usr/sbin/nginx')

/** On CI a missing server is a failure; elsewhere the tests that need it are skipped and say so. */
export const mustHaveServers = process.env.CI === 'true'

export interface Answer {
  /** 0 where none came in time. */
  readonly status: number
  readonly body: string
  readonly location: string | undefined
  /** A line for each header. */
  readonly headers: string
}

export interface RunningServer {
  get(path: string, host?: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Answer>
  /** All that it has logged so far. */
  log(): string
  stop(): Promise<void>
}

/** A private folder that stands for the server's root: `/srv/x` is put at `FOLDER/srv/x`, and paths in texts follow. */
export interface ServerFolder {
  readonly path: string
  /** Puts a file at a deployed path. */
  put(deployed: string, content: string): void
  /** A text with deployed paths changed to those in this folder. */
  translate(text: string): string
  remove(): void
}

/** `ports`: ports in the texts, and those that are free here. */
export function makeServerFolder(ports: ReadonlyMap<string, number> = new Map()): ServerFolder {
  const path = mkdtempSync(join(tmpdir(), 'webconf-server-'))
  chmodSync(path, 0o755)
  const translate = (text: string): string =>
    text
      .replace(/(?<![\w.\-/])\/(srv|etc|opt|home|run)\/(?!mime\.types)/g, (_, top: string) => `${path}/${top}/`)
      .replace(/\b(127\.0\.0\.1|localhost):(\d{4,5})\b/g, (all, host: string, port: string) => (ports.has(port) ? `${host}:${ports.get(port)}` : all))
  return {
    path,
    translate,
    put(deployed, content) {
      const file = join(path, deployed)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, translate(content))
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** What every Apache of ours loads where its configuration is a piece: as Debian's, with what its main file denies. */
const apacheModules = [
  'mpm_event',
  'authn_core',
  'authn_file',
  'auth_basic',
  'authz_core',
  'authz_host',
  'authz_user',
  'access_compat',
  'actions',
  'alias',
  'cgid',
  'dir',
  'env',
  'headers',
  'include',
  'mime',
  'proxy',
  'proxy_http',
  'remoteip',
  'rewrite',
  'setenvif',
  'status',
  'wsgi',
]

/** Starts Apache on a configuration: a main file, or a piece that is put behind what Debian's main file says. */
export async function startApache(folder: ServerFolder, config: string, isPiece: boolean): Promise<RunningServer> {
  const port = await freePort()
  const own = [
    'ServerName localhost',
    `PidFile ${folder.path}/apache.pid`,
    `ErrorLog ${folder.path}/error.log`,
    `DefaultRuntimeDir ${folder.path}`,
    `WSGISocketPrefix ${folder.path}/wsgi`,
    'LogLevel info',
  ]
  const base = [
    `ServerRoot ${folder.path}`,
    ...apacheModules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
    'User www-data',
    'Group www-data',
    'TypesConfig /etc/mime.types',
    '<Directory />\nAllowOverride None\nRequire all denied\n</Directory>',
  ]
  const text = folder
    .translate(config)
    .replace(/^(\s*Listen\s+).*$/gim, `$1127.0.0.1:${port}`)
    .replace(/^(\s*ServerRoot\s+).*$/gim, `$1${folder.path}`)
    .replace(/^(\s*<VirtualHost\s+)[^>]*>/gim, `$1*:${port}>`)
    .replace(/^\s*(ErrorLog|PidFile|LogLevel|WSGISocketPrefix|DefaultRuntimeDir|CustomLog)\s.*$/gim, '')
  const file = join(folder.path, 'private.conf')
  const loadsModules = /^\s*LoadModule\s/im.test(text)
  const listen = /^\s*Listen\s/im.test(text) ? [] : [`Listen 127.0.0.1:${port}`]
  writeFileSync(file, `${[...(isPiece || !loadsModules ? base : []), ...listen, text, ...own].join('\n')}\n`)
  const child = spawn(apacheBinary ?? '', ['-DFOREGROUND', '-f', file], { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  return serve(child, port, () => readIfThere(join(folder.path, 'error.log')))
}

/** Starts nginx on a configuration: a main file, or a piece for `http`. */
export async function startNginx(folder: ServerFolder, config: string, isPiece: boolean): Promise<RunningServer> {
  const port = await freePort()
  const { path } = folder
  const text = folder.translate(config).replace(/\blisten\s+[^;]*;/g, `listen 127.0.0.1:${port};`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${path}/tmp-${name};`).join('\n')
  const inHttp = isPiece ? `http {\n${temporary}\naccess_log off;\n${text}\n}` : text.replace(/^(\s*http\s*\{)/m, `$1\n${temporary}\naccess_log off;`)
  const events = isPiece ? 'events {}' : ''
  const file = join(path, 'private.conf')
  writeFileSync(file, `daemon off;\nmaster_process off;\npid ${path}/nginx.pid;\nerror_log ${path}/error.log info;\n${events}\n${inHttp}\n`)
  const child = spawn(nginxBinary ?? '', ['-p', path, '-e', join(path, 'error.log'), '-c', file], { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  return serve(child, port, () => readIfThere(join(path, 'error.log')))
}

/** A process of the application, as a unit starts it: by the folder's own program or that of this machine, in a folder that stands for the server's root. */
export async function startUnit(folder: ServerFolder, text: string): Promise<{ log(): string; stop(): Promise<void> }> {
  const entries = readUnitFile('', folder.translate(text), 'backslash')
  const lastOf = (key: string): string | undefined => entries.findLast((each) => each.key === key)?.value
  const runtime = lastOf('RuntimeDirectory')
  if (runtime !== undefined) mkdirSync(join(folder.path, 'run', runtime), { recursive: true })
  const [program = '', ...words] = splitCommand(lastOf('ExecStart') ?? '', 0).map((word) => word.value)
  const variables = entries
    .filter((each) => each.key === 'Environment')
    .flatMap((each) => splitCommand(each.value, 0).map((word) => word.value.split(/=(.*)/s)))
  const isOwn = program.startsWith(`${folder.path}/`) && existsSync(program)
  const child = spawn(isOwn ? program : `/usr/bin/${basename(program)}`, words, {
    cwd: lastOf('WorkingDirectory') ?? folder.path,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...Object.fromEntries(variables) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  let ended = false
  const exit = new Promise<void>((resolve) => {
    const done = (): void => {
      ended = true
      resolve()
    }
    child.once('exit', done)
    child.once('error', (error) => {
      output += String(error)
      done()
    })
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      output += part
    })
  }
  // It may be meant to fail: it is given the time that it needs to say so, or to listen.
  for (let tries = 0; tries < 200 && !ended && !/Listening at|Booting worker|spawned uWSGI worker|WSGI app \d+ .*ready/.test(output); tries++) await delay(25)
  return {
    log: () => output,
    async stop() {
      endGroup(child)
      await exit
    },
  }
}

async function serve(child: ChildProcess, port: number, readLog: () => string): Promise<RunningServer> {
  let output = ''
  let ended = false
  child.stdout?.on('data', (part) => {
    output += part
  })
  child.stderr?.on('data', (part) => {
    output += part
  })
  const exit = new Promise<void>((resolve) =>
    child.once('exit', () => {
      ended = true
      resolve()
    }),
  )
  const server: RunningServer = {
    get: (path, host = 'localhost', headers = {}, method = 'GET') => get(port, path, { Host: host, Connection: 'close', ...headers }, method),
    log: () => output + readLog(),
    async stop() {
      if (!ended) child.kill('SIGTERM')
      // Apache waits three seconds for a daemon process of mod_wsgi; the group it leads is ended at once.
      await Promise.race([exit, delay(200)])
      endGroup(child)
      await exit
    },
  }
  for (let tries = 0; tries < 200; tries++) {
    if (ended) throw new Error(`the server stopped at once:\n${server.log()}`)
    if (await listens(port)) return server
    await delay(25)
  }
  await server.stop()
  throw new Error(`the server did not listen on ${port}:\n${server.log()}`)
}

/** Ends a server and the processes that it started: it was made the leader of a group of its own. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** One request as it is, its path neither resolved nor escaped. */
function get(port: number, path: string, headers: Readonly<Record<string, string>>, method: string): Promise<Answer> {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, path, headers, method, timeout: 5000 }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        body += part
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, location: response.headers.location, headers: headerLines(response.rawHeaders) }),
      )
    })
    call.on('timeout', () => call.destroy(new Error('no answer')))
    call.on('error', () => resolve({ status: 0, body: '', location: undefined, headers: '' }))
    call.end()
  })
}

const headerLines = (raw: readonly string[]): string => raw.map((each, i) => (i % 2 === 0 ? `${each}: ` : `${each}\n`)).join('')

/** Whether anyone accepts connections there. No request is made: it could hang, and be the test's subject. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** A port of 127.0.0.1 that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const readIfThere = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')

function findBinary(path: string): string | undefined {
  if (!existsSync(path)) return undefined
  try {
    execFileSync(path, ['-v'], { stdio: 'ignore' })
    return path
  } catch {
    return undefined
  }
}
