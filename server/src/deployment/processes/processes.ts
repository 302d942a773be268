import { basename, isAbsolute, join, normalize, segmentsOf } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type Address, tcpAddress, unixAddress } from './address.ts'
import { type ApplicationCommand, optionOf, readApplicationCommand, type ServerKind, type Told } from './command-line.ts'
import { splitCommand } from './command-words.ts'
import { readGunicornConfig } from './gunicorn-config.ts'
import type { ApplicationProcess, Listener, TextAt } from './process.ts'
import { readUnitFile, readUnits, specifiers, type Unit } from './unit-file.ts'
import { isUwsgiFile, readUwsgiOptions, type UwsgiOption } from './uwsgi-options.ts'

/** The processes that serve an application, as systemd, supervisor and uWSGI's own files among some files start them. */
export function readProcesses(snapshot: Snapshot, files: readonly string[]): ApplicationProcess[] {
  const units = readUnits(snapshot, files)
  const found = [...fromUnits(units, snapshot, files), ...fromSupervisor(snapshot, files)]
  const used = new Set(found.flatMap((each) => each.configFiles))
  return [...found, ...files.filter((path) => !used.has(path)).flatMap((path) => fromUwsgiFile(path, snapshot) ?? [])]
}

/** What starts a process, as its manager's file says. */
interface Start {
  readonly manager: ApplicationProcess['manager']
  readonly name: string
  readonly path: string
  readonly command: ApplicationCommand
  readonly commandPath: string
  readonly folder: TextAt | undefined
  readonly user: TextAt | undefined
  readonly group: TextAt | undefined
  readonly environment: ReadonlyMap<string, TextAt>
  /** Variables may come from a file that is not read. */
  readonly environmentOpen: boolean
  readonly unit: Unit | undefined
  readonly socketUnit: Unit | undefined
}

function* fromUnits(units: readonly Unit[], snapshot: Snapshot, files: readonly string[]): Generator<ApplicationProcess> {
  for (const unit of units) {
    if (!unit.name.endsWith('.service')) continue
    const filled = specifiers(unit.name)
    const fill = (text: string): { value: string; known: boolean } => {
      let known = true
      const value = text.replace(/%[a-zA-Z%]/g, (sign) => {
        const found = filled.get(sign)
        if (found === undefined) known = false
        return found ?? sign
      })
      return { value, known }
    }
    const entry = (key: string): TextAt | undefined => {
      const found = unit.value('Service', key)
      if (!found || found.value === '') return undefined
      const { value, known } = fill(found.value)
      return known ? { value: value.replace(/^(["'])(.*)\1$/, '$2'), at: { path: found.path, start: found.start, end: found.end } } : undefined
    }
    const environment = new Map<string, TextAt>()
    for (const each of unit.values('Service', 'Environment')) {
      for (const word of splitCommand(each.value, each.start, filled)) {
        const at = word.value.indexOf('=')
        if (at > 0 && word.known)
          environment.set(word.value.slice(0, at), { value: word.value.slice(at + 1), at: { path: each.path, start: word.start, end: word.end } })
      }
    }
    const variables = new Map([...filled, ...[...environment].map(([name, { value }]) => [name, value] as const)])
    for (const line of unit.values('Service', 'ExecStart')) {
      const prefix = /^[-@:+!]*/.exec(line.value)?.[0].length ?? 0
      const command = readApplicationCommand(splitCommand(line.value.slice(prefix), line.start + prefix, variables))
      if (!command) continue
      yield* completed(
        {
          manager: 'systemd',
          name: unit.name,
          path: unit.path,
          command,
          commandPath: line.path,
          folder: entry('WorkingDirectory'),
          user: entry('User'),
          group: entry('Group'),
          environment,
          environmentOpen: unit.values('Service', 'EnvironmentFile').length > 0 || unit.values('Service', 'PassEnvironment').length > 0,
          unit,
          socketUnit: socketUnitOf(unit, units),
        },
        snapshot,
        files,
      )
    }
  }
}

/** The socket unit that hands its sockets to a service: `Service=` names it, or it has the same name. */
const socketUnitOf = (service: Unit, units: readonly Unit[]): Unit | undefined =>
  units.find((each) => {
    if (!each.name.endsWith('.socket')) return false
    const named = each.value('Socket', 'Service')?.value
    return named === undefined ? each.name === service.name.replace(/\.service$/, '.socket') : named === service.name
  })

function* fromSupervisor(snapshot: Snapshot, files: readonly string[]): Generator<ApplicationProcess> {
  for (const path of files) {
    if (!/(?:^|\/)supervisord?(?:\.d|\/|[^/]*\.conf$)|supervisor[^/]*\.(?:conf|ini)$/.test(path) || !/\.(?:conf|ini)$/.test(path)) continue
    const text = textOf(snapshot, path)
    if (text === undefined) continue
    const entries = readUnitFile(path, text, 'indent')
    for (const section of new Set(entries.map((each) => each.section))) {
      if (!section.startsWith('program:')) continue
      const name = section.slice('program:'.length)
      const entry = (key: string): TextAt | undefined => {
        const found = entries.findLast((each) => each.section === section && each.key === key)
        return found && !found.value.includes('%(') ? { value: found.value, at: { path, start: found.start, end: found.end } } : undefined
      }
      const line = entry('command')
      const variables = new Map<string, string>()
      const command = line && readApplicationCommand(splitCommand(line.value, line.at.start, variables))
      if (!command || !line) continue
      const environment = new Map<string, TextAt>()
      const written = entry('environment')
      for (const match of (written?.value ?? '').matchAll(/(\w+)=("[^"]*"|'[^']*'|[^,]*)/g)) {
        if (written) environment.set(match[1] ?? '', { value: (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2'), at: written.at })
      }
      yield* completed(
        {
          manager: 'supervisor',
          name: `[program:${name}]`,
          path,
          command,
          commandPath: path,
          folder: entry('directory'),
          user: entry('user'),
          group: undefined,
          environment,
          environmentOpen: false,
          unit: undefined,
          socketUnit: undefined,
        },
        snapshot,
        files,
      )
    }
  }
}

function textOf(snapshot: Snapshot, path: string): string | undefined {
  const content = snapshot.content(path)
  return content.state === 'content' && !content.value.binary && content.value.text.length < 200_000 ? content.value.text : undefined
}

/** A process with what its own configuration files say. */
function* completed(start: Start, snapshot: Snapshot, files: readonly string[]): Generator<ApplicationProcess> {
  const { command } = start
  if (command.server === 'uwsgi') {
    yield fromUwsgi(start, snapshot, files)
    return
  }
  const told = (option: Told | undefined): TextAt | undefined => (option?.known ? textAt(start, option) : undefined)
  const folder = start.folder ?? told(command.folder)
  const changed = told(optionOf(command, command.server === 'uvicorn' ? 'app-dir' : 'chdir'))
  const config = command.server === 'gunicorn' ? gunicornConfigOf(start, folder, snapshot, files) : undefined
  const setting = (name: string): TextAt | undefined => told(optionOf(command, name)) ?? config?.text(name)
  const { listeners, known } = listenersOf(start, folder, config)
  const workerClass = setting('worker-class')
  const timeout = setting('timeout')
  const seconds = timeout && /^\d+$/.test(timeout.value) ? Number(timeout.value) : undefined
  const umask = setting('umask')
  const mask = umask === undefined ? undefined : numberOf(umask.value)
  const program = told(command.program)
  const directory = changed ?? config?.text('chdir')
  yield {
    server: command.server,
    manager: start.manager,
    name: start.name,
    path: start.path,
    program,
    folder,
    changesTo: directory && folder && !isAbsolute(directory.value) ? { ...directory, value: join(folder.value, directory.value) } : directory,
    importFoldersKnown:
      command.server === 'gunicorn' &&
      !command.open &&
      !config?.open &&
      setting('pythonpath') === undefined &&
      !config?.sets('pythonpath') &&
      (!config?.sets('chdir') || directory !== undefined) &&
      !start.environment.has('PYTHONPATH') &&
      !start.environment.has('GUNICORN_CMD_ARGS'),
    application: told(command.positional[0]) ?? config?.text('wsgi_app'),
    virtualenv: undefined,
    user: setting('user') ?? start.user,
    group: setting('group') ?? start.group,
    environment: start.environment,
    listeners,
    listenersKnown: known,
    timeout: seconds === undefined || !timeout || command.server !== 'gunicorn' ? undefined : { seconds, at: timeout.at },
    workerClass: command.server !== 'gunicorn' || command.open || config?.open ? undefined : workersOf(start, workerClass, setting('threads')),
    options: command.open ? undefined : new Set(command.options.map((each) => each.name)),
    socketMode: command.server === 'gunicorn' && mask !== undefined && umask ? { mode: 0o777 & ~mask, at: umask.at } : undefined,
    unit: start.unit,
    socketUnit: start.socketUnit,
    configFiles: config?.path === undefined ? [] : [config.path],
  }
}

/** `sync` is `gthread` where threads are asked for (`gunicorn/config.py: worker_class`). */
function workersOf({ command, commandPath, environment }: Start, said: TextAt | undefined, threads: TextAt | undefined): TextAt | undefined {
  if (environment.has('GUNICORN_CMD_ARGS') && !said) return undefined
  const value = said?.value ?? 'sync'
  const at = said?.at ?? { path: commandPath, start: command.program.start, end: command.program.end }
  return { value: value === 'sync' && threads && threads.value !== '1' ? 'gthread' : value, at }
}

const textAt = (start: Start, option: Told): TextAt => ({ value: option.value, at: { path: start.commandPath, start: option.start, end: option.end } })

/** An integer as Python reads it from a command line: `0o7`, `0x1f`, `007`, `7`. */
function numberOf(text: string): number | undefined {
  if (/^0o?[0-7]+$/i.test(text)) return Number.parseInt(text.replace(/^0o?/i, ''), 8)
  return /^\d+$/.test(text) ? Number(text) : undefined
}

interface OwnConfig {
  /** Undefined where one is named that is not found. */
  readonly path: string | undefined
  /** It says things that cannot be read. */
  readonly open: boolean
  sets(name: string): boolean
  text(name: string): TextAt | undefined
  readonly binds: readonly TextAt[] | undefined
  readonly bindKnown: boolean
}

/** The configuration file of gunicorn that a command names, or the one that it reads unasked from the folder in which it is started. */
function gunicornConfigOf(start: Start, folder: TextAt | undefined, snapshot: Snapshot, files: readonly string[]): OwnConfig | undefined {
  const option = optionOf(start.command, 'config')
  const given = option?.known ? option.value.replace(/^file:/, '') : undefined
  const unknown: OwnConfig = { path: undefined, open: true, sets: () => false, text: () => undefined, binds: undefined, bindKnown: false }
  if (option && (given === undefined || given.startsWith('python:'))) return unknown
  const name = given ?? 'gunicorn.conf.py'
  const path = workspaceFile(isAbsolute(name) ? name : folder ? join(folder.value, name) : name, files)
  if (path === undefined) return given === undefined && !files.some((each) => basename(each) === 'gunicorn.conf.py') ? undefined : unknown
  return readGunicornConfig(snapshot, path)
}

/** The file of the workspace that a path of the server most likely means: the one whose end agrees best, if only one does. */
export function workspaceFile(path: string, files: readonly string[]): string | undefined {
  const wanted = segmentsOf(normalize(path))
  let best: string | undefined
  let most = 0
  let tie = false
  for (const file of files) {
    if (basename(file) !== wanted.at(-1)) continue
    const segments = segmentsOf(file)
    let common = 0
    while (common < wanted.length && wanted.at(-1 - common) === segments.at(-1 - common)) common++
    if (common === most) tie = true
    else if (common > most) {
      best = file
      most = common
      tie = false
    }
  }
  return tie ? undefined : best
}

/** Where the program listens if nobody says: gunicorn/config.py, uvicorn/config.py, hypercorn/config.py, daphne/cli.py, waitress/adjustments.py, runserver. */
const defaults: Readonly<Record<Exclude<ServerKind, 'uwsgi'>, string>> = {
  gunicorn: '127.0.0.1:8000',
  uvicorn: '127.0.0.1:8000',
  hypercorn: '127.0.0.1:8000',
  daphne: '127.0.0.1:8000',
  waitress: '0.0.0.0:8080',
  runserver: '127.0.0.1:8000',
}

function listenersOf(start: Start, folder: TextAt | undefined, config: OwnConfig | undefined): { listeners: Listener[]; known: boolean } {
  const { command, commandPath } = start
  if (start.socketUnit) {
    // gunicorn, uvicorn --fd and the like take the sockets that systemd hands them and leave their own alone (gunicorn/systemd.py).
    if (command.server === 'gunicorn') return socketUnitListeners(start.socketUnit)
    return { listeners: [], known: false }
  }
  if (command.open) return { listeners: [], known: false }
  const written: { text: Told; from: Listener['from']; path: string }[] = []
  let known = true
  const addOption = (option: Told): void => {
    if (option.known) written.push({ text: option, from: 'command', path: commandPath })
    else known = false
  }
  const { server } = command
  const all = (name: string): Told[] => command.options.filter((each) => each.name === name)
  const addAll = (options: readonly Told[]): void => {
    for (const option of options) addOption(option)
  }
  const asSocket = (option: Told): Told => ({ ...option, value: `unix:${option.value}` })
  if (server === 'gunicorn' || server === 'hypercorn') addAll(all('bind'))
  else if (server === 'waitress') addAll([...all('listen').map(single), ...all('unix-socket').map(asSocket)])
  else if (server === 'uvicorn') addAll(all('uds').map(asSocket))
  else if (server === 'daphne') addAll(all('unix-socket').map(asSocket))
  else if (server === 'runserver' && command.positional[0]) {
    const address = command.positional[0]
    addOption(/^\d+$/.test(address.value) ? { ...address, value: `127.0.0.1:${address.value}` } : address)
  }
  if (['fd', 'endpoint', 'insecure-bind', 'quic-bind'].some((name) => optionOf(command, name))) known = false
  if (server === 'hypercorn' && optionOf(command, 'config') && written.length === 0) known = false
  const host = optionOf(command, server === 'daphne' ? 'bind' : 'host')
  const port = optionOf(command, 'port')
  if ((server === 'uvicorn' || server === 'daphne' || server === 'waitress') && (host || port) && (written.length === 0 || server === 'daphne')) {
    const [defaultHost, defaultPort] = defaults[server].split(':')
    if (host?.known === false || port?.known === false) known = false
    else {
      const place = port ?? host
      if (place) written.push({ text: { ...place, value: `${host?.value ?? defaultHost}:${port?.value ?? defaultPort}` }, from: 'command', path: commandPath })
    }
  }
  if (written.length === 0 && known && config) {
    if (!config.bindKnown) known = false
    for (const bind of config.binds ?? []) written.push({ text: { ...bind.at, value: bind.value, known: true }, from: 'config', path: bind.at.path })
  }
  const arguments_ = start.environment.get('GUNICORN_CMD_ARGS')
  if (server === 'gunicorn' && arguments_ && !optionOf(command, 'bind') && /(?:-b|--bind)\b/.test(arguments_.value)) known = false
  if (written.length === 0 && known) {
    // PORT and GUNICORN_CMD_ARGS could say otherwise.
    if (start.environmentOpen || start.environment.has('PORT') || start.environment.has('WEB_CONCURRENCY') || server === 'hypercorn') known = false
    const address = tcpAddress(defaults[server === 'uwsgi' ? 'gunicorn' : server], undefined)
    const { start: from, end } = command.program
    if (address && known)
      return {
        listeners: [
          {
            address,
            protocol: 'http',
            text: defaults[server === 'uwsgi' ? 'gunicorn' : server],
            at: { path: commandPath, start: from, end },
            isDefault: true,
            from: 'default',
          },
        ],
        known,
      }
    return { listeners: [], known: false }
  }
  const listeners: Listener[] = []
  for (const { text, from, path } of written) {
    const address = bindAddress(text.value, folder?.value)
    if (address) listeners.push({ address, protocol: 'http', text: text.value, at: { path, start: text.start, end: text.end }, isDefault: false, from })
    else known = false
  }
  return { listeners, known }
}

/** Several addresses in one option (`a:1 b:2`, as waitress takes them) are not taken apart. */
const single = (option: Told): Told => (/\s/.test(option.value) ? { ...option, known: false } : option)

/** What `--bind` means (gunicorn/util.py: parse_address, hypercorn/config.py). */
function bindAddress(text: string, folder: string | undefined): Address | undefined {
  const socket = /^unix:(?:\/\/(?=\/))?(.*)$/.exec(text)
  if (socket) return unixAddress(socket[1] ?? '', folder)
  if (text.startsWith('/')) return undefined
  return tcpAddress(text.replace(/^(?:tcp|http):\/\//, ''), 8000)
}

function socketUnitListeners(unit: Unit): { listeners: Listener[]; known: boolean } {
  const filled = specifiers(unit.name)
  const listeners: Listener[] = []
  let known = true
  for (const entry of unit.values('Socket', 'ListenStream')) {
    let complete = true
    const value = entry.value.replace(/%[a-zA-Z%]/g, (sign) => {
      const found = filled.get(sign)
      if (found === undefined) complete = false
      return found ?? sign
    })
    const address = value.startsWith('/') ? unixAddress(value, undefined) : tcpAddress(/^\d+$/.test(value) ? `:${value}` : value, undefined)
    if (address && complete)
      listeners.push({
        address,
        protocol: 'http',
        text: value,
        at: { path: entry.path, start: entry.start, end: entry.end },
        isDefault: false,
        from: 'socket-unit',
      })
    else known = false
  }
  return { listeners, known: known && listeners.length > 0 }
}

/** uWSGI: options of the command line and of the files that it names, together. */
function fromUwsgi(start: Start, snapshot: Snapshot, files: readonly string[]): ApplicationProcess {
  const { command } = start
  const named: string[] = []
  let open = command.open || optionOf(command, 'emperor') !== undefined
  const options: (UwsgiOption & { readonly path: string; readonly inConfig: boolean })[] = command.options.map((each) => ({
    ...each,
    name: each.name.replaceAll('_', '-'),
    path: start.commandPath,
    inConfig: false,
  }))
  const configs = [...command.positional, ...command.options.filter((each) => ['ini', 'yaml', 'yml', 'xml', 'json'].includes(each.name))]
  for (const config of configs) {
    if (!config.known || !/\.(?:ini|ya?ml|xml)$/.test(config.value)) {
      open = true
      continue
    }
    const path = workspaceFile(config.value, files)
    const text = path === undefined ? undefined : textOf(snapshot, path)
    if (path === undefined || text === undefined) {
      open = true
      continue
    }
    named.push(path)
    for (const each of readUwsgiOptions(path, text)) options.push({ ...each, path, inConfig: true })
  }
  return uwsgiProcess({ ...start, options, open, configFiles: named })
}

function fromUwsgiFile(path: string, snapshot: Snapshot): ApplicationProcess | undefined {
  if (!/\.(?:ini|ya?ml|xml)$/.test(path) || !/uwsgi|vassal|wsgi|app|site|django|emperor|prod|deploy/i.test(path)) return undefined
  const text = textOf(snapshot, path)
  if (text === undefined || !isUwsgiFile(path, text)) return undefined
  return uwsgiProcess({
    manager: 'uwsgi',
    name: basename(path),
    path,
    command: undefined,
    folder: undefined,
    user: undefined,
    group: undefined,
    environment: new Map(),
    unit: undefined,
    socketUnit: undefined,
    options: readUwsgiOptions(path, text).map((each) => ({ ...each, path, inConfig: true })),
    open: false,
    configFiles: [path],
  })
}

/** Options of uWSGI that open a socket, with what is spoken on it. */
const uwsgiSockets: Readonly<Record<string, Listener['protocol']>> = {
  socket: 'uwsgi',
  s: 'uwsgi',
  'uwsgi-socket': 'uwsgi',
  'http-socket': 'http',
  http: 'http',
  'fastcgi-socket': 'fastcgi',
  'scgi-socket': 'scgi',
}

interface UwsgiStart extends Omit<Start, 'command' | 'commandPath' | 'environmentOpen'> {
  readonly command: ApplicationCommand | undefined
  readonly options: readonly (UwsgiOption & { readonly path: string; readonly inConfig: boolean })[]
  readonly open: boolean
  readonly configFiles: readonly string[]
}

function uwsgiProcess(start: UwsgiStart): ApplicationProcess {
  const { options } = start
  const option = (...names: readonly string[]): TextAt | undefined => {
    const found = options.findLast((each) => names.includes(each.name))
    return found?.known ? { value: found.value, at: { path: found.path, start: found.start, end: found.end } } : undefined
  }
  const protocol = option('protocol')?.value
  const changesTo = option('chdir', 'chdir2')
  let known =
    !start.open &&
    !start.socketUnit &&
    !options.some(
      (each) =>
        /^(?:include|ini|inherit|import|for|if-|plugins?-list|socket-activation|emperor|https?-socket-modifier|https|shared-socket|zerg)/.test(each.name) &&
        !(each.name === 'ini' && !each.inConfig),
    )
  const listeners: Listener[] = []
  for (const each of options) {
    const speaks = uwsgiSockets[each.name]
    if (speaks === undefined) continue
    const text = each.value.replace(/^(?:unix|tcp):/, '')
    const address = !each.known ? undefined : /^[^:]*\/|\.sock$/.test(text) ? unixAddress(text, start.folder?.value) : tcpAddress(text, undefined)
    if (!address) {
      known = false
      continue
    }
    const own = speaks === 'uwsgi' && protocol !== undefined ? protocolNamed(protocol) : speaks
    if (own === undefined) known = false
    else
      listeners.push({
        address,
        protocol: own,
        text: each.value,
        at: { path: each.path, start: each.start, end: each.end },
        isDefault: false,
        from: each.inConfig ? 'config' : 'command',
      })
  }
  const chmod = options.findLast((each) => each.name === 'chmod-socket' || each.name === 'chmod')
  const mode = chmod && (chmod.value === '' ? 0o666 : numberOf(`0${chmod.value}`))
  const harakiri = option('harakiri')
  const seconds = harakiri && /^\d+$/.test(harakiri.value) ? Number(harakiri.value) : undefined
  const file = option('wsgi-file', 'file', 'mount')
  const module = option('module', 'wsgi', 'w')
  // uWSGI 2.0.21 loads both, and is content where one of them cannot be.
  const isOneOfTwo = module !== undefined && option('wsgi-file', 'file') !== undefined
  return {
    server: 'uwsgi',
    manager: start.manager,
    name: start.name,
    path: start.path,
    program: start.command?.program.known
      ? { value: start.command.program.value, at: { path: start.path, start: start.command.program.start, end: start.command.program.end } }
      : undefined,
    folder: start.folder,
    changesTo,
    importFoldersKnown: false,
    application: isOneOfTwo ? undefined : (module ?? (file && !file.value.includes('=') ? file : undefined)),
    virtualenv: option('home', 'virtualenv', 'venv', 'pyhome', 'H'),
    user: option('uid') ?? start.user,
    group: option('gid') ?? start.group,
    environment: new Map([
      ...start.environment,
      ...options.flatMap((each) => {
        const at = each.value.indexOf('=')
        return each.name === 'env' && each.known && at > 0
          ? [[each.value.slice(0, at), { value: each.value.slice(at + 1), at: { path: each.path, start: each.start, end: each.end } }] as const]
          : []
      }),
    ]),
    listeners,
    listenersKnown: known && listeners.length > 0,
    timeout: seconds !== undefined && harakiri ? { seconds, at: harakiri.at } : undefined,
    workerClass: undefined,
    options: undefined,
    socketMode: chmod?.known && mode !== undefined ? { mode, at: { path: chmod.path, start: chmod.start, end: chmod.end } } : undefined,
    unit: start.unit,
    socketUnit: start.socketUnit,
    configFiles: start.configFiles,
  }
}

function protocolNamed(name: string): Listener['protocol'] | undefined {
  return name === 'uwsgi' || name === 'http' || name === 'fastcgi' || name === 'scgi' ? name : undefined
}
