import type { ApplicationCommand, Told } from '../processes/command-line.ts'
import { optionOf } from '../processes/command-line.ts'

/** Where a command listens, as its own words say. */
export interface ServedAddress {
  /** Empty for all interfaces; `unix:…` for a socket. */
  readonly host: string
  readonly port: number | undefined
  readonly protocol: 'http' | 'uwsgi'
  /** The word that says it; undefined where nothing does. */
  readonly told: Told | undefined
}

/**
 * The addresses on which an application server listens, told from its command alone. Undefined where something else decides: a variable, a configuration
 * file, an option that is not read.
 */
export function servedAddresses(command: ApplicationCommand): ServedAddress[] | undefined {
  if (command.open) return undefined
  const { server } = command
  const all = (name: string): Told[] => command.options.filter((each) => each.name === name)
  const other = command.options.find((each) => /^(fd|endpoint|insecure-bind|quic-bind|ini|yaml|xml|json|emperor|config)$/.test(each.name))
  // What gunicorn's command line says comes before its configuration file.
  if (other && !(server === 'gunicorn' && other.name === 'config' && all('bind').length > 0)) return undefined
  if (server === 'uwsgi') {
    if (command.positional.some((each) => /\.(ini|ya?ml|xml|json)$/.test(each.value))) return undefined
    const found = (['http', 'http-socket', 'socket', 'uwsgi-socket'] as const).flatMap((name) =>
      all(name).map((told) => addressOf(told, name.startsWith('http') ? 'http' : 'uwsgi')),
    )
    return complete(found)
  }
  const named =
    server === 'gunicorn' || server === 'hypercorn'
      ? all('bind')
      : server === 'waitress'
        ? all('listen')
        : server === 'runserver'
          ? command.positional.slice(0, 1)
          : []
  if (named.length > 0) return complete(named.map((told) => addressOf(told, 'http')))
  if (all('uds').length > 0 || all('unix-socket').length > 0)
    return [{ host: 'unix:', port: undefined, protocol: 'http', told: [...all('uds'), ...all('unix-socket')][0] }]
  const host = optionOf(command, server === 'daphne' ? 'bind' : 'host')
  const port = optionOf(command, 'port')
  if (host?.known === false || port?.known === false) return undefined
  if (server === 'gunicorn' || server === 'hypercorn' || (!host && !port)) {
    return [{ host: server === 'waitress' ? '' : '127.0.0.1', port: server === 'waitress' ? 8080 : 8000, protocol: 'http', told: undefined }]
  }
  const number = port === undefined ? (server === 'waitress' ? 8080 : 8000) : Number(port.value)
  if (!Number.isInteger(number)) return undefined
  return [{ host: plainHost(host?.value ?? (server === 'waitress' ? '' : '127.0.0.1')), port: number, protocol: 'http', told: port ?? host }]
}

const complete = (found: readonly (ServedAddress | undefined)[]): ServedAddress[] | undefined => {
  const known = found.flatMap((each) => each ?? [])
  return known.length === found.length && known.length > 0 ? known : undefined
}

function addressOf(told: Told, protocol: ServedAddress['protocol']): ServedAddress | undefined {
  if (!told.known) return undefined
  const text = told.value.replace(/^(?:tcp|http):\/\//, '')
  if (text.startsWith('unix:') || text.startsWith('/') || /\.sock$/.test(text)) return { host: 'unix:', port: undefined, protocol, told }
  const match = /^(?:(\[[\da-f:.]*\]|[\w.*-]*):)?(\d{1,5})$|^([A-Za-z*][\w.-]*|\d+\.\d+\.\d+\.\d+)$/i.exec(text)
  if (!match) return undefined
  // Django's runserver takes a port alone, gunicorn a host alone.
  const host = match[3] ?? match[1] ?? (text.startsWith(':') ? '' : '127.0.0.1')
  return { host: plainHost(host), port: match[2] === undefined ? 8000 : Number(match[2]), protocol, told }
}

const plainHost = (host: string): string => (/^(?:|\*|0\.0\.0\.0|\[::\]|::|0)$/.test(host) ? '' : host.toLowerCase())
