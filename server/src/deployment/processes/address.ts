import { isAbsolute, normalize } from '../../workspace/path.ts'

/** Where something listens or is sent to. */
export type Address =
  /** `host` is empty for all interfaces. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Absolute; `/var/run` is `/run`. */
  | { readonly kind: 'unix'; readonly path: string }

/** A socket's path in the one form that is compared; relative ones begin in `folder`. Undefined where that is not known. */
export function unixAddress(path: string, folder: string | undefined): Address | undefined {
  if (path === '') return undefined
  if (!isAbsolute(path) && folder === undefined) return undefined
  const plain = normalize(isAbsolute(path) ? path : `${folder}/${path}`)
  return { kind: 'unix', path: plain.replace(/^\/var\/run\//, '/run/') }
}

/** `127.0.0.1:8000`, `:8000`, `[::1]:8000`, `localhost`; undefined where it is none of these. */
export function tcpAddress(text: string, defaultPort: number | undefined): Address | undefined {
  const match = /^(\[[\da-f:.]*\]|[\w.*-]*)(?::(\d{1,5}))?$/i.exec(text)
  if (!match) return undefined
  const port = match[2] === undefined ? defaultPort : Number(match[2])
  if (port === undefined || port < 1 || port > 65535) return undefined
  const host = (match[1] ?? '').toLowerCase()
  return { kind: 'tcp', host: allInterfaces.has(host) ? '' : host, port }
}

const allInterfaces: ReadonlySet<string> = new Set(['', '*', '0.0.0.0', '[::]', '[]'])

/** Names of this machine for itself. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)

/** Whether what is sent to `target` reaches what listens at `listener`. */
export function reaches(target: Address, listener: Address): boolean {
  if (target.kind === 'unix' || listener.kind === 'unix') return target.kind === 'unix' && listener.kind === 'unix' && target.path === listener.path
  if (target.port !== listener.port) return false
  return listener.host === '' || target.host === '' || listener.host === target.host || (isLoopback(listener.host) && isLoopback(target.host))
}

/** As people write it. */
export const showAddress = (address: Address): string =>
  address.kind === 'unix' ? address.path : `${address.host === '' ? '0.0.0.0' : address.host}:${address.port}`
