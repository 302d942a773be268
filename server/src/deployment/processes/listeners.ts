import { type Address, tcpAddress, unixAddress } from './address.ts'
import { optionOf, type ServerKind, type Told } from './command-line.ts'
import type { GunicornConfig } from './gunicorn-config.ts'
import type { Listener, TextAt } from './process.ts'
import type { Start } from './start.ts'
import { specifiers, type Unit } from './unit-file.ts'

/** Where a process listens, by its unit's socket, its command line, its own configuration, or the program's habit; `known`: there certainly only. */
export function listenersOf(
  start: Start,
  folder: TextAt | undefined,
  config: Pick<GunicornConfig, 'binds' | 'bindKnown'> | undefined,
): { listeners: Listener[]; known: boolean } {
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

/** Where the program listens if nobody says: gunicorn/config.py, uvicorn/config.py, hypercorn/config.py, daphne/cli.py, waitress/adjustments.py, runserver. */
const defaults: Readonly<Record<Exclude<ServerKind, 'uwsgi'>, string>> = {
  gunicorn: '127.0.0.1:8000',
  uvicorn: '127.0.0.1:8000',
  hypercorn: '127.0.0.1:8000',
  daphne: '127.0.0.1:8000',
  waitress: '0.0.0.0:8080',
  runserver: '127.0.0.1:8000',
}
