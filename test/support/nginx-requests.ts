import { spawn } from 'node:child_process'
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { waitingFileSystem } from '../../server/src/cli/node-file-system.ts'
import { resolveOnMachine } from '../../server/src/configuration/on-machine.ts'
import { makeSourceReader } from '../../server/src/configuration/source.ts'
import { answerNginx } from '../../server/src/request/nginx/interpret.ts'
import type { Answer, Request } from '../../server/src/request/request.ts'
import { makeSession } from '../../server/src/workspace/session.ts'
import { defaultSettings } from '../../server/src/workspace/settings.ts'
import { freePort, nginxBinary } from './real-server.ts'

/** A request in a test: what is not given is as in most requests. */
export interface Asked {
  readonly method?: string
  readonly target: string
  readonly version?: string
  readonly host?: string | undefined
  readonly headers?: readonly (readonly [string, string])[]
  readonly client?: string
  /** Which of the configuration's ports. */
  readonly port?: number
}

/** What is compared: the fields of an answer that the real server shows too. */
export type Compared = Pick<Answer, 'status' | 'location' | 'server' | 'matched' | 'file' | 'upstreamUri' | 'authz' | 'headers'>

/** A real nginx on a configuration, beside the interpreter of the same. */
export interface Pair {
  real(asked: Asked): Promise<Compared>
  interpreted(asked: readonly Asked[]): Promise<readonly Compared[]>
  stop(): Promise<void>
}

/**
 * Starts nginx on a configuration whose `@ROOT@` is a folder of its own and whose `@PORT@`, `@PORT2@` … are free ports; `@UP@` is an HTTP
 * upstream that answers 200 and `@FCGI@` one of FastCGI.
 *
 * @param files paths below the root with their texts; a path with a slash at its end is a folder, a text that begins with `->` a link
 */
export async function startPair(config: string, files: Readonly<Record<string, string>>, ports = 2): Promise<Pair> {
  const root = mkdtempSync(join(tmpdir(), 'webconf-requests-'))
  chmodSync(root, 0o755)
  const upstream = await startUpstream()
  const numbers: number[] = []
  for (let i = 0; i < ports; i++) numbers.push(await freePort())
  const fill = (text: string): string =>
    text
      .replaceAll('@ROOT@', root)
      .replace(/@PORT(\d*)@/g, (_, number: string) => String(numbers[Number(number || 1) - 1]))
      .replaceAll('@UP@', `127.0.0.1:${upstream.http}`)
      .replaceAll('@FCGI@', `127.0.0.1:${upstream.fastcgi}`)
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name)
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true })
    if (text.startsWith('->')) symlinkSync(fill(text.slice(2).trim()), path)
    else if (!name.endsWith('/')) writeFileSync(path, fill(text))
  }
  const text = fill(config)
  const file = join(root, 'nginx.conf')
  writeFileSync(file, text)
  const run = mkdtempSync(join(tmpdir(), 'webconf-requests-run-'))
  const access = join(run, 'access.log')
  const error = join(run, 'error.log')
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${run}/${name};`).join(' ')
  const instrumented = join(root, '.instrumented.conf')
  writeFileSync(
    instrumented,
    text.replace(/^http \{/m, `http { log_format oracle escape=none "$status\\t$server_name"; access_log ${access} oracle; ${temporary}`),
  )
  const child = spawn(
    nginxBinary ?? '',
    ['-p', `${root}/`, '-c', instrumented, '-e', join(run, 'start.log'), '-g', `daemon off; master_process off; error_log ${error} debug; pid ${run}/pid;`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
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
    if (!running || tries > 400) throw new Error(`nginx did not start:\n${said}\n${text}`)
    await delay(20)
  }
  const requestOf = (asked: Asked): Request => ({
    method: asked.method ?? 'GET',
    target: asked.target,
    version: asked.version ?? '1.1',
    headers: [
      ...('host' in asked ? (asked.host === undefined ? [] : [['Host', asked.host] as const]) : [['Host', 'example.test'] as const]),
      ...(asked.headers ?? []),
    ],
    connect: { address: '127.0.0.1', port: numbers[(asked.port ?? 1) - 1] ?? 0 },
    client: asked.client ?? '127.0.0.1',
  })
  const session = makeSession(waitingFileSystem, defaultSettings.limits.fileSize)
  const reader = makeSourceReader()
  return {
    async real(asked) {
      const request = requestOf(asked)
      const [before, told] = [sizeOf(access), sizeOf(error)]
      upstream.hits.length = 0
      const response = await send(request)
      let line = ''
      for (let tries = 0; tries < 500 && !line.endsWith('\n'); tries++) {
        line = readFrom(access, before)
        if (!line.endsWith('\n')) await delay(4)
      }
      return truthOf(response, line.split('\n')[0] ?? '', readFrom(error, told), upstream.hits)
    },
    async interpreted(all) {
      const answers = await session.settle((snapshot) => {
        const configuration = resolveOnMachine(snapshot, file, 'nginx', reader, defaultSettings)
        return configuration && all.map((asked) => comparedOf(answerNginx(configuration, requestOf(asked), snapshot)))
      })
      if (!answers) throw new Error('the configuration could not be read')
      return answers
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

const comparedOf = ({ status, location, server, matched, file, upstreamUri, authz, headers }: Answer): Compared => ({
  status,
  location,
  server,
  matched,
  file: file && tidy(file),
  upstreamUri,
  authz,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => recorded.test(name))),
})

/** Slashes more or less in a path do not matter. */
const tidy = (path: string): string => path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1')

/** Response headers that a configuration sets. */
const recorded = /^(?:x-.*|content-type|cache-control|www-authenticate|vary|link|content-encoding|refresh)$/

export interface Response {
  readonly status: number | undefined
  readonly headers: readonly (readonly [string, string])[]
}

function truthOf(response: Response, access: string, error: string, hits: readonly Hit[]): Compared {
  const [logged = '', server = ''] = access.split('\t')
  let [matched, file]: (string | undefined)[] = []
  let checked = false
  let refused = false
  for (const line of error.split('\n')) {
    const text = line.replace(/^\S+ \S+ \[\w+\] \d+#\d+: (?:\*\d+ )?/, '')
    const found = (form: RegExp): string | undefined => form.exec(text)?.[1]
    const named = found(/^using location: (@\S*) /)
    const path =
      found(/^http filename: "(.*)"$/) ??
      found(/^http autoindex: "(.*)"$/) ??
      found(/directory index of "(.*)" is forbidden/) ??
      found(/^"(\/.*)" is not found \(/)
    matched = named ?? found(/^using configuration "(.*)"$/) ?? matched
    if (named !== undefined || text.startsWith('internal redirect: ')) file = undefined
    file = path ?? file
    if (/^access: [0-9A-F]{8}/.test(text) || text.startsWith('rc: 0 user:')) checked = true
    if (/^(?:access forbidden by rule|no user\/password was provided|user ".*": password mismatch|user ".*" was not found in)/.test(text)) refused = true
  }
  const hit = hits.at(-1)
  if (hit) file = hit.uri === undefined ? hit.script : undefined
  const status = response.status ?? Number(logged)
  const location = response.headers.find(([name]) => name === 'location')?.[1]
  if (location !== undefined && status >= 300 && status < 400) file = undefined
  const headers: Record<string, string> = {}
  for (const [name, value] of response.headers) if (recorded.test(name)) headers[name] = name in headers ? `${headers[name]}, ${value}` : value
  return {
    status,
    location,
    server,
    matched,
    file: file && tidy(file),
    upstreamUri: hit?.uri,
    authz: refused ? 'denied' : checked ? 'granted' : 'n/a',
    headers,
  }
}

/** Sends a request byte for byte and reads to the end of the connection. */
export function send({ method, target, version, headers, connect: to, client }: Request): Promise<Response> {
  const head =
    version === '0.9'
      ? `${method} ${target}\r\n`
      : `${method} ${target} HTTP/${version}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}Connection: close\r\n\r\n`
  return new Promise((resolve) => {
    let data = ''
    const socket = connect({ host: to.address, port: to.port, localAddress: client })
    const finish = (): void => {
      socket.destroy()
      if (!data.startsWith('HTTP/')) {
        resolve({ status: undefined, headers: [] })
        return
      }
      const lines = (data.split('\r\n\r\n')[0] ?? '').split('\r\n')
      const fields = lines.slice(1).map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).replace(/^ /, '')] as const
      })
      resolve({ status: Number(lines[0]?.split(' ')[1]), headers: fields })
    }
    socket.setEncoding('latin1')
    // nginx waits for a body that was announced and never comes.
    socket.setTimeout(headers.some(([name]) => name === 'Content-Length') ? 2500 : 10_000, finish)
    socket.on('data', (part) => {
      data += part
      const end = data.indexOf('\r\n\r\n')
      const length = end < 0 ? undefined : /\r\nContent-Length: (\d+)/i.exec(data.slice(0, end))?.[1]
      if (length !== undefined && (method === 'HEAD' || data.length >= end + 4 + Number(length))) finish()
    })
    socket.once('close', finish)
    socket.once('error', finish)
    socket.write(head, 'latin1')
  })
}

interface Hit {
  readonly uri: string | undefined
  readonly script: string | undefined
}

/** Upstreams that answer 200 to whatever they get, and remember it. */
export async function startUpstream(): Promise<{ http: number; fastcgi: number; hits: Hit[]; stop(): void }> {
  const hits: Hit[] = []
  const http = createServer((socket) => {
    let head = ''
    socket.setEncoding('latin1')
    socket.on('error', () => socket.destroy())
    socket.on('data', (part) => {
      head += part
      if (!head.includes('\r\n\r\n')) return
      hits.push({ uri: /^\S+ (.*) HTTP/.exec(head)?.[1], script: undefined })
      socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    })
  })
  const fastcgi = createServer((socket) => {
    let data = Buffer.alloc(0)
    let params = Buffer.alloc(0)
    socket.on('error', () => socket.destroy())
    socket.on('data', (part) => {
      data = Buffer.concat([data, part])
      while (data.length >= 8) {
        const length = data.readUInt16BE(4)
        const whole = 8 + length + data.readUInt8(6)
        if (data.length < whole) return
        const kind = data.readUInt8(1)
        if (kind === 4) params = Buffer.concat([params, data.subarray(8, 8 + length)])
        data = data.subarray(whole)
        if (kind !== 5 || length > 0) continue
        hits.push({ uri: undefined, script: parameters(params).get('SCRIPT_FILENAME') })
        const text = 'Status: 200 OK\r\nContent-Type: text/plain\r\n\r\n'
        const record = (type: number, content: Buffer): Buffer =>
          Buffer.concat([Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]), content])
        socket.end(Buffer.concat([record(6, Buffer.from(text)), record(3, Buffer.alloc(8))]))
        return
      }
    })
  })
  const listen = (server: Server): Promise<number> =>
    new Promise((resolve) =>
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      }),
    )
  return {
    http: await listen(http),
    fastcgi: await listen(fastcgi),
    hits,
    stop() {
      http.close()
      fastcgi.close()
    },
  }
}

function parameters(data: Buffer): Map<string, string> {
  const found = new Map<string, string>()
  let at = 0
  const size = (): number => {
    const first = data.readUInt8(at)
    if (first < 128) {
      at++
      return first
    }
    const value = data.readUInt32BE(at) & 0x7fffffff
    at += 4
    return value
  }
  while (at < data.length) {
    const [name, value] = [size(), size()]
    found.set(data.toString('latin1', at, at + name), data.toString('latin1', at + name, at + name + value))
    at += name + value
  }
  return found
}

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

export const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0)

export function readFrom(path: string, from: number): string {
  const size = sizeOf(path)
  if (size <= from) return ''
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(size - from)
    readSync(file, bytes, 0, bytes.length, from)
    return bytes.toString('utf8')
  } finally {
    closeSync(file)
  }
}
