import { basename, isAbsolute, join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { optionOf, readApplicationCommand, type Told } from './command-line.ts'
import { splitCommand } from './command-words.ts'
import { type GunicornConfig, readGunicornConfig } from './gunicorn-config.ts'
import { listenersOf } from './listeners.ts'
import type { ApplicationProcess, TextAt } from './process.ts'
import { numberOf, type Start, textAt, textOf, workspaceFile } from './start.ts'
import { readUnitFile, readUnits, specifiers, type Unit } from './unit-file.ts'
import { fromUwsgi, fromUwsgiFile } from './uwsgi-process.ts'

/** The processes that serve an application, as systemd, supervisor and uWSGI's own files among some files start them. */
export function readProcesses(snapshot: Snapshot, files: readonly string[]): ApplicationProcess[] {
  const units = readUnits(snapshot, files)
  const found = [...fromUnits(units, snapshot, files), ...fromSupervisor(snapshot, files)]
  const used = new Set(found.flatMap((each) => each.configFiles))
  return [...found, ...files.filter((path) => !used.has(path)).flatMap((path) => fromUwsgiFile(path, snapshot) ?? [])]
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

/** `path`: undefined where one is named that is not found. */
type OwnConfig = Omit<GunicornConfig, 'path'> & { readonly path: string | undefined }

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
