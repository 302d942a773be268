import type { Target } from '../../../application/targets.ts'
import type { Address } from '../../../deployment/processes/address.ts'
import type { ApplicationProcess, Listener } from '../../../deployment/processes/process.ts'
import type { FindingEdit } from '../../rule.ts'

/** Sends a target's requests to another address. */
export function sendTo(target: Target, address: Address): FindingEdit | undefined {
  const { named, word, at } = target
  const shown = textOfAddress(address)
  if (address.kind === target.address.kind) return at === word && target.text.length !== at.end - at.start ? undefined : { ...at, newText: shown }
  const written = named.source.text.slice(word.start, word.end)
  const url = /^(["']?)([a-z][a-z\d+]*:\/\/)?(.*?)(["']?)$/is.exec(written)
  if (!url) return undefined
  const [, open = '', scheme = '', rest = '', close = ''] = url
  const quote = (text: string): FindingEdit => ({ ...word, newText: `${open}${text}${close}` })
  const apache = named.name === 'proxypass' || named.name === 'proxypassmatch' || named.name === 'balancermember'
  if (address.kind === 'unix') {
    const path = rest.slice(target.text.length)
    if (apache) return quote(`unix:${shown}|${scheme}localhost${path}`)
    if (named.name === 'server') return quote(`unix:${shown}`)
    return quote(`${scheme}unix:${shown}${path === '' ? '' : `:${path}`}`)
  }
  if (apache) {
    const behind = /^unix:[^|]*\|([a-z][a-z\d+]*:\/\/)[^/]*(.*)$/is.exec(`${scheme}${rest}`)
    return behind ? quote(`${behind[1]}${shown}${behind[2]}`) : undefined
  }
  const path = /^unix:[^:]*(?::(.*))?$/s.exec(rest)
  if (!path) return undefined
  return quote(named.name === 'server' ? shown : `${scheme}${shown}${path[1] ?? ''}`)
}

/** Has a process listen at another address; undefined where it says nowhere where it listens. */
export function listenAt(process: ApplicationProcess, listener: Listener, address: Address): FindingEdit | undefined {
  if (listener.isDefault) return undefined
  const shown = textOfAddress(address)
  const prefixed = address.kind === 'unix' && listener.from !== 'socket-unit' && (process.server === 'gunicorn' || process.server === 'hypercorn')
  // Options that say host and port apart, or that take a path alone, hold no address of the other kind.
  if (process.server !== 'gunicorn' && process.server !== 'hypercorn' && process.server !== 'uwsgi' && address.kind !== listener.address.kind) return undefined
  if ((process.server === 'uvicorn' || process.server === 'daphne' || process.server === 'waitress') && address.kind === 'tcp') return undefined
  const quote = listener.from === 'config' && listener.at.end - listener.at.start === listener.text.length + 2 ? '"' : ''
  return { ...listener.at, newText: `${quote}${prefixed ? 'unix:' : ''}${shown}${quote}` }
}

const textOfAddress = (address: Address): string =>
  address.kind === 'unix' ? address.path : `${address.host === '' ? '127.0.0.1' : address.host}:${address.port}`
