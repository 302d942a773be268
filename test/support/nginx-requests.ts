import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitingFileSystem } from '../../server/src/cli/node-file-system.ts'
import { resolveOnMachine } from '../../server/src/configuration/on-machine.ts'
import { makeSourceReader } from '../../server/src/configuration/source.ts'
import { answerNginx } from '../../server/src/request/nginx/interpret.ts'
import type { Answer } from '../../server/src/request/request.ts'
import { makeSession } from '../../server/src/workspace/session.ts'
import { defaultSettings } from '../../server/src/workspace/settings.ts'
import { listens, nginxBinary } from './real-server.ts'
import { type Asked, delay, type Hit, prepare, type Response, readFrom, requestOf, send, sizeOf } from './requests.ts'

/** What is compared: the fields of an answer that the real server shows too. */
export type Compared = Pick<Answer, 'status' | 'location' | 'server' | 'matched' | 'file' | 'upstreamUri' | 'authz' | 'headers'>

/** A real nginx on a configuration, beside the interpreter of the same. */
export interface Pair {
  /** The configuration that both read, and its ports. */
  readonly config: string
  readonly ports: readonly number[]
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
  const { root, numbers, upstream, fill } = await prepare(files, ports)
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
  const session = makeSession(waitingFileSystem, defaultSettings.limits.fileSize)
  const reader = makeSourceReader()
  return {
    config: file,
    ports: numbers,
    async real(asked) {
      const request = requestOf(asked, numbers)
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
        return configuration && all.map((asked) => comparedOf(answerNginx(configuration, requestOf(asked, numbers), snapshot)))
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
