import { execFileSync } from 'node:child_process'
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import type { Request } from '../../server/src/request/request.ts'
import { freePort } from './real-server.ts'

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
  readonly tls?: boolean
}

export interface Response {
  readonly status: number | undefined
  readonly headers: readonly (readonly [string, string])[]
}

/** What two servers of a test need beside them. */
interface Prepared {
  readonly root: string
  /** The free ports. */
  readonly numbers: readonly number[]
  readonly upstream: Upstream
  /** Fills in a text's `@ROOT@`, `@PORT@`, `@PORT2@` …, `@UP@` and `@FCGI@`; `@CERT@` and `@KEY@` are files of a certificate made for it. */
  fill(text: string): string
}

/**
 * A folder of its own with some files in it, free ports, and upstreams that answer 200.
 *
 * @param files paths below the folder with their texts; a path with a slash at its end is a folder, a text that begins with `->` a link; `.cgi` is made executable
 */
export async function prepare(files: Readonly<Record<string, string>>, ports: number): Promise<Prepared> {
  const root = mkdtempSync(join(tmpdir(), 'webconf-requests-'))
  chmodSync(root, 0o755)
  const upstream = await startUpstream()
  const numbers: number[] = []
  for (let i = 0; i < ports; i++) numbers.push(await freePort())
  const pem = join(root, '.pem')
  const fill = (text: string): string => {
    if (/@(?:CERT|KEY)@/.test(text) && !existsSync(pem)) makeCertificate(pem)
    return text
      .replace(/@(CERT|KEY)@/g, (_, part: string) => join(pem, part.toLowerCase()))
      .replaceAll('@ROOT@', root)
      .replace(/@PORT(\d*)@/g, (_, number: string) => String(numbers[Number(number || 1) - 1]))
      .replaceAll('@UP@', `127.0.0.1:${upstream.http}`)
      .replaceAll('@FCGI@', `127.0.0.1:${upstream.fastcgi}`)
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name)
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true })
    if (text.startsWith('->')) symlinkSync(fill(text.slice(2).trim()), path)
    else if (!name.endsWith('/')) writeFileSync(path, fill(text), name.endsWith('.cgi') ? { mode: 0o755 } : {})
  }
  return { root, numbers, upstream, fill }
}

/** A key and a certificate that it has signed itself. */
function makeCertificate(folder: string): void {
  mkdirSync(folder)
  const files = ['-keyout', join(folder, 'key'), '-out', join(folder, 'cert')]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=example.test', '-days', '2', ...files], { stdio: 'ignore' })
}

/** A request as it is sent to one of the ports. */
export const requestOf = (asked: Asked, numbers: readonly number[]): Request => ({
  method: asked.method ?? 'GET',
  target: asked.target,
  version: asked.version ?? '1.1',
  headers: [
    ...('host' in asked ? (asked.host === undefined ? [] : [['Host', asked.host] as const]) : [['Host', 'example.test'] as const]),
    ...(asked.headers ?? []),
  ],
  connect: { address: '127.0.0.1', port: numbers[(asked.port ?? 1) - 1] ?? 0 },
  tls: asked.tls ?? false,
  client: asked.client ?? '127.0.0.1',
})

/** Sends a request byte for byte and reads to the end of the connection. */
export function send({ method, target, version, headers, connect: to, client, tls }: Request): Promise<Response> {
  const head =
    version === '0.9'
      ? `${method} ${target}\r\n`
      : `${method} ${target} HTTP/${version}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}Connection: close\r\n\r\n`
  return new Promise((resolve) => {
    let data = ''
    const at = { host: to.address, port: to.port, localAddress: client }
    const named = headers.find(([name]) => name === 'Host')?.[1].replace(/:\d+$/, '')
    const servername = named === undefined || !/^[a-z][a-z0-9.-]*$/i.test(named) ? {} : { servername: named }
    const socket = tls ? connectTls({ ...at, ...servername, rejectUnauthorized: false }) : connect(at)
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

/** The ports of upstreams, and what they were asked for. */
interface Upstream {
  readonly http: number
  readonly fastcgi: number
  readonly hits: Hit[]
  stop(): void
}

/** What an upstream was asked for. */
export interface Hit {
  readonly uri: string | undefined
  readonly script: string | undefined
}

/** Upstreams that answer 200 to whatever they get, and remember it. */
async function startUpstream(): Promise<Upstream> {
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
