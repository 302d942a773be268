import { basename } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { tcpAddress, unixAddress } from './address.ts'
import { type ApplicationCommand, optionOf } from './command-line.ts'
import type { ApplicationProcess, Listener, TextAt } from './process.ts'
import { numberOf, type Start, textOf, workspaceFile } from './start.ts'
import { isUwsgiFile, readUwsgiOptions, type UwsgiOption } from './uwsgi-options.ts'

/** uWSGI: options of the command line and of the files that it names, together. */
export function fromUwsgi(start: Start, snapshot: Snapshot, files: readonly string[]): ApplicationProcess {
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

/** A uWSGI configuration that stands for itself, as in a folder of its emperor. */
export function fromUwsgiFile(path: string, snapshot: Snapshot): ApplicationProcess | undefined {
  // By its own name and its folder's: what is above them is where somebody keeps the project.
  const named = path.split('/').slice(-2).join('/')
  if (!/\.(?:ini|ya?ml|xml)$/.test(path) || !/uwsgi|vassal|wsgi|app|site|django|emperor|prod|deploy/i.test(named)) return undefined
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
