import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { nginxBinary } from './real-server.ts'

/** What `nginx -t` said of a configuration. */
export interface NginxVerdict {
  readonly accepted: boolean
  /** Its first error, without file and line; undefined where it has none. */
  readonly message: string | undefined
  /** 1-based, where it names one. */
  readonly line: number | undefined
  readonly warnings: readonly string[]
  /** It stumbled over this machine: a file, host, user or port that is not there. Nothing can be said of the configuration then. */
  readonly environment: boolean
}

const environment =
  /host not found|^open\(\) |cannot load certificate|BIO_new_file|SSL_CTX_(load|use|set)|SSL_load|bind\(\) to|mkdir\(\)|dlopen\(\)|getpw|getgr|GeoIP|MMDB|lua|perl_parse|worker_connections are|could not build|\.so" |ENGINE|xmlParse|xsltParse|unsupported on this platform|the "\w+" parameter requires|still could not bind|setrlimit|failed \((2|13|98|99):/

const modulesFolder = '/usr/lib/nginx/modules'
/** Modules that others need come first. */
const loadAll = (): string => {
  const first = ['ndk_http_module.so', 'ngx_stream_module.so', 'ngx_mail_module.so']
  let all: string[] = []
  try {
    all = readdirSync(modulesFolder).filter((name) => name.endsWith('.so'))
  } catch {
    // A server that was built without them.
  }
  return [...first.filter((name) => all.includes(name)), ...all.filter((name) => !first.includes(name)).sort()]
    .map((name) => `load_module ${modulesFolder}/${name};`)
    .join(' ')
}

/** The installed nginx: its version, and its own test of configurations. Undefined where there is none. */
export function installedNginx():
  | { readonly version: string; test(files: Readonly<Record<string, string>>, root: string): Promise<NginxVerdict>; remove(): void }
  | undefined {
  if (!nginxBinary) return undefined
  const binary = nginxBinary
  const banner = execFileSync('/bin/sh', ['-c', `${binary} -v 2>&1`], { encoding: 'utf8' })
  const version = /nginx\/([\d.]+)/.exec(banner)?.[1] ?? ''
  const work = mkdtempSync(join(tmpdir(), 'webconf-nginx-'))
  const modules = loadAll()
  let runs = 0
  return {
    version,
    remove: () => rmSync(work, { recursive: true, force: true }),
    async test(files, root) {
      const folder = join(work, String(runs++))
      for (const [path, text] of Object.entries(files)) {
        const file = join(folder, path)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, text)
      }
      const config = join(folder, root)
      const global = `error_log stderr; pid ${folder}/nginx.pid; ${modules}`
      const { output, status } = await run(binary, ['-t', '-p', folder, '-c', config, '-g', global])
      rmSync(folder, { recursive: true, force: true })
      return verdictOf(output, status)
    },
  }
}

function run(binary: string, args: readonly string[]): Promise<{ output: string; status: number }> {
  return new Promise((resolve) => {
    execFile(binary, [...args], { encoding: 'utf8', timeout: 20_000 }, (error, stdout, stderr) => resolve({ output: stdout + stderr, status: error ? 1 : 0 }))
  })
}

/** One line that nginx logs; what follows without such a beginning belongs to it. */
const beginning = /^(?:nginx: |\d{4}\/\S+ \S+ )(?=\[)/m
const logged = /^\[(\w+)\] (?:\d+#\d+: )?([\s\S]*?)(?: in (\S+):(\d+))?\s*$/

function verdictOf(output: string, status: number): NginxVerdict {
  const lines: { level: string; message: string; line: string | undefined }[] = []
  for (const part of output.split(beginning)) {
    const match = logged.exec(part.replace(/\nnginx: [\s\S]*$/, ''))
    if (match) lines.push({ level: match[1] ?? '', message: match[2] ?? '', line: match[4] })
  }
  const error = lines.find(({ level }) => level === 'emerg' || level === 'alert' || level === 'crit') ?? lines.find(({ level }) => level === 'error')
  const message = status === 0 ? undefined : (error?.message ?? '')
  return {
    accepted: status === 0,
    message,
    line: status === 0 || error?.line === undefined ? undefined : Number(error.line),
    warnings: lines.filter(({ level }) => level === 'warn').map((each) => each.message),
    environment: message !== undefined && (message === '' || environment.test(message)),
  }
}
