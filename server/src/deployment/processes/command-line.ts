import type { CommandWord } from './command-words.ts'
import { splitCommand } from './command-words.ts'

/** The programs that serve a Python application. */
export type ServerKind = 'gunicorn' | 'uwsgi' | 'uvicorn' | 'hypercorn' | 'daphne' | 'waitress' | 'runserver'

/** As its people write it. */
export const programName = (server: ServerKind): string => (server === 'uwsgi' ? 'uWSGI' : server)

/** A part of a command line or of a configuration file: what it says and where. */
export interface Told {
  readonly value: string
  readonly known: boolean
  /** UTF-16 offsets. */
  readonly start: number
  readonly end: number
}

/** A command line that starts an application server. */
export interface ApplicationCommand {
  readonly server: ServerKind
  /** The program as written: a path, or a name to be looked up. */
  readonly program: Told
  /** Options by their long names without dashes (`bind`, `chdir`), in order; repeated ones each. */
  readonly options: readonly CommandOption[]
  /** `config.wsgi:application`, `project.ini`. */
  readonly positional: readonly Told[]
  /** The folder of a `cd` before it. */
  readonly folder: Told | undefined
  /** A part of it is filled in from elsewhere as a whole word (`$OPTIONS`): there may be other options. */
  readonly open: boolean
}

export interface CommandOption extends Told {
  readonly name: string
}

/** The last value of an option. */
export const optionOf = (command: ApplicationCommand, name: string): CommandOption | undefined => command.options.findLast((each) => each.name === name)

/**
 * Reads a command line, given as words, that starts an application server: by itself, as a module of Python, through `env`, `poetry run` and the
 * like, or inside `sh -c "…"`. Undefined where it starts something else.
 */
export function readApplicationCommand(words: readonly CommandWord[]): ApplicationCommand | undefined {
  const inner = shellCommand(words)
  if (inner) return readApplicationCommand(inner)
  let at = 0
  let folder: Told | undefined
  // The last command of a line counts: `cd /srv/site && exec gunicorn …`.
  for (let i = 0; i < words.length; i++) {
    const value = words[i]?.value ?? ''
    if (value === '&&' || value === ';' || value === '||' || value === '|') {
      if (words[at]?.value === 'cd' && at + 1 < i) folder = words[at + 1]
      at = i + 1
    }
  }
  for (; at < words.length; at++) {
    const word = words[at]
    if (!word) break
    const found = serverOf(words, at)
    if (found) return readOptions(found.server, word, words.slice(found.next), folder)
    const name = baseName(word.value)
    if (name === 'cd') return undefined
    const wrapper = wrappers.get(name)
    if (wrapper) at += wrapper.filter((each, i) => words[at + 1 + i]?.value === each).length
    else if (!/^\w+=/.test(word.value) && !(word.value.startsWith('-') && at > 0)) return undefined
  }
  return undefined
}

/** Programs that start the one behind them, with the words of their own that may follow. */
const wrappers: ReadonlyMap<string, readonly string[]> = new Map([
  ['env', []],
  ['exec', []],
  ['nohup', []],
  ['nice', []],
  ['sudo', []],
  ['time', []],
  ['tini', ['--']],
  ['dumb-init', ['--']],
  ['poetry', ['run']],
  ['pipenv', ['run']],
  ['uv', ['run']],
  ['pdm', ['run']],
  ['hatch', ['run']],
  ['newrelic-admin', ['run-program']],
  ['ddtrace-run', []],
  ['opentelemetry-instrument', []],
])

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function serverOf(words: readonly CommandWord[], at: number): { server: ServerKind; next: number } | undefined {
  const name = baseName(words[at]?.value ?? '')
  const direct = programs.get(name)
  if (direct) return { server: direct, next: at + 1 }
  if (!/^python[\d.]*$/.test(name) && name !== 'manage.py') return undefined
  for (let i = name === 'manage.py' ? at : at + 1; i < words.length; i++) {
    const word = words[i]?.value ?? ''
    if (word === '-m') {
      const module = programs.get((words[i + 1]?.value ?? '').replace(/\..*$/, ''))
      return module ? { server: module, next: i + 2 } : undefined
    }
    if (baseName(word) === 'manage.py') return words[i + 1]?.value === 'runserver' ? { server: 'runserver', next: i + 2 } : undefined
    // A script of the virtualenv given to its interpreter.
    const script = programs.get(baseName(word))
    if (script) return { server: script, next: i + 1 }
    if (!word.startsWith('-')) return undefined
  }
  return undefined
}

const programs: ReadonlyMap<string, ServerKind> = new Map([
  ['gunicorn', 'gunicorn'],
  ['gunicorn3', 'gunicorn'],
  ['uwsgi', 'uwsgi'],
  ['uwsgi_python3', 'uwsgi'],
  ['uwsgi-core', 'uwsgi'],
  ['pyuwsgi', 'uwsgi'],
  ['uvicorn', 'uvicorn'],
  ['hypercorn', 'hypercorn'],
  ['daphne', 'daphne'],
  ['waitress-serve', 'waitress'],
  ['waitress', 'waitress'],
])

/** What stands behind `sh -c`, as words of its own. */
function shellCommand(words: readonly CommandWord[]): CommandWord[] | undefined {
  const shell = words.findIndex((each) => /^(?:ba|da|z|a)?sh$/.test(baseName(each.value)))
  if (shell < 0 || words.slice(0, shell).some((each) => !wrappers.has(baseName(each.value)) && !/^\w+=/.test(each.value))) return undefined
  const flag = words.findIndex((each, i) => i > shell && /^-[a-z]*c$/.test(each.value))
  const script = words[flag + 1]
  if (flag < 0 || !script) return undefined
  // What is in the quotes keeps its offsets where nothing in it is escaped.
  const lead = script.end - script.start === script.value.length + 2 ? 1 : 0
  return splitCommand(script.value, script.start + lead).flatMap(apart)
}

/** `/srv/site;` is a word and the end of a command. */
function apart(word: CommandWord): CommandWord[] {
  if (word.value === ';' || !word.value.endsWith(';') || word.end - word.start !== word.value.length) return [word]
  const end = word.end - 1
  return [
    { ...word, value: word.value.slice(0, -1), end },
    { ...word, value: ';', start: end },
  ]
}

/** Options without a value. */
const flags: Readonly<Record<ServerKind, RegExp>> = {
  gunicorn:
    /^(?:D|daemon|reload|preload|check-config|print-config|R|enable-stdio-inheritance|no-sendfile|spew|proxy-protocol|reuse-port|capture-output|log-syslog|initgroups|suppress-ragged-eofs|do-handshake-on-connect|strip-header-spaces|h|help|v|version)$/,
  uwsgi: /^$/,
  uvicorn:
    /^(?:reload|no-reload|access-log|no-access-log|proxy-headers|no-proxy-headers|server-header|no-server-header|date-header|no-date-header|use-colors|no-use-colors|factory|version|help)$/,
  hypercorn: /^(?:debug|reload|h|help|websocket-ping-interval)$/,
  daphne: /^(?:proxy-headers|no-server-name|h|help|version)$/,
  waitress:
    /^(?:help|call|expose-tracebacks|no-expose-tracebacks|clear-untrusted-proxy-headers|no-clear-untrusted-proxy-headers|log-untrusted-proxy-headers|ipv4|no-ipv4|ipv6|no-ipv6|log-socket-errors|asyncore-use-poll|no-asyncore-use-poll)$/,
  runserver: /^(?:noreload|nothreading|ipv6|6|insecure|nostatic|force-color|no-color|traceback)$/,
}

/** One-letter options by their long names. */
const short: Readonly<Partial<Record<ServerKind, Readonly<Record<string, string>>>>> = {
  gunicorn: {
    b: 'bind',
    c: 'config',
    w: 'workers',
    k: 'worker-class',
    t: 'timeout',
    u: 'user',
    g: 'group',
    m: 'umask',
    n: 'name',
    e: 'env',
    p: 'pid',
  },
  uwsgi: { s: 'socket', w: 'module', H: 'home', p: 'processes', M: 'master', C: 'chmod-socket', z: 'socket-timeout', x: 'xml', y: 'yaml', j: 'json' },
  hypercorn: { b: 'bind', c: 'config', w: 'workers', k: 'worker-class', u: 'user', g: 'group', m: 'umask' },
  daphne: { b: 'bind', p: 'port', u: 'unix-socket', e: 'endpoint', t: 'http-timeout', v: 'verbosity' },
}

/** uWSGI takes an option's value as the next word only where the option has one; those that people write without. */
const uwsgiFlags =
  /^(?:master|M|enable-threads|vacuum|die-on-term|need-app|lazy|lazy-apps|single-interpreter|thunder-lock|py-autoreload|no-orphans|memory-report|strict|disable-logging|manage-script-name|auto-procname|http-keepalive|so-keepalive|ignore-sigpipe|ignore-write-errors|disable-write-exception|log-master|log-5xx|log-4xx|honour-stdin|threaded-logger|abstract-socket|emperor-no-blacklist)$/

function readOptions(server: ServerKind, program: CommandWord, words: readonly CommandWord[], folder: Told | undefined): ApplicationCommand {
  const options: CommandOption[] = []
  const positional: Told[] = []
  let open = false
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    if (!word) break
    if (word.value === '&&' || word.value === ';' || word.value === '|' || word.value === '&' || /^\d?>/.test(word.value)) break
    // `-b127.0.0.1:8000`; uWSGI takes its long options with one dash too.
    const match = (server === 'uwsgi' ? undefined : /^(-)([A-Za-z]\S*)$/.exec(word.value)) ?? /^(--?)([\w.-]+)(?:=(.*))?$/s.exec(word.value)
    if (!match || /^-\d/.test(word.value)) {
      if (!word.known && /^\$/.test(word.value)) open = true
      else positional.push(word)
      continue
    }
    const [, dashes = '', written = '', given] = match
    const isShort = dashes === '-'
    const letter = isShort && server !== 'uwsgi' ? written.charAt(0) : written
    const name = isShort ? (short[server]?.[letter] ?? letter) : written
    const isFlag = server === 'uwsgi' ? uwsgiFlags.test(written) : flags[server].test(isShort ? letter : written)
    const known = word.known
    if (given !== undefined) options.push({ name, value: given, known, start: word.end - given.length, end: word.end })
    else if (isShort && server !== 'uwsgi' && written.length > 1 && !isFlag) {
      options.push({ name, value: written.slice(1), known, start: word.start + 2, end: word.end })
    } else if (isFlag) options.push({ name, value: '', known: true, start: word.start, end: word.end })
    else {
      const value = words[i + 1]
      if (!value) break
      options.push({ name, value: value.value, known: value.known, start: value.start, end: value.end })
      i++
    }
  }
  return { server, program, options, positional, folder, open }
}
