import { toByteText } from '../regex/bytes.ts'
import type { Endpoint, Request } from '../request/request.ts'
import { UsageError } from './open-workspace.ts'

/** What the options of `webconf request` say of a request. */
export interface RequestOptions {
  readonly method: string | undefined
  readonly headers: readonly string[]
  readonly version: string | undefined
  readonly connect: string | undefined
  readonly client: string | undefined
}

/** The request that a URL and options stand for; throws a `UsageError` where they stand for none. */
export function requestOfUrl(url: string, options: RequestOptions): Request {
  const parts = /^http:\/\/([^/?#]*)(.*)$/is.exec(url)
  if (!parts) throw new UsageError(/^https:/i.test(url) ? 'requests are plain HTTP: https:// is not taken' : `"${url}" is no URL that begins with http://`)
  const [, authority = '', rest = ''] = parts
  const port = Number(/:(\d+)$/.exec(authority)?.[1] ?? 80)
  const headers = options.headers.map(headerOf)
  const withHost = headers.some(([name]) => name.toLowerCase() === 'host')
  return {
    method: options.method ?? 'GET',
    target: toByteText(rest === '' ? '/' : rest),
    version: options.version ?? '1.1',
    headers: withHost ? headers : [['Host', toByteText(authority)], ...headers],
    connect: options.connect === undefined ? { address: '127.0.0.1', port } : endpointOf(options.connect),
    client: addressOf(options.client ?? '127.0.0.1'),
  }
}

function headerOf(text: string): [string, string] {
  const colon = text.indexOf(':')
  if (colon <= 0) throw new UsageError(`--header takes "Name: value", not "${text}"`)
  return [toByteText(text.slice(0, colon)), toByteText(text.slice(colon + 1).trim())]
}

function endpointOf(text: string): Endpoint {
  const parts = /^(.+):(\d{1,5})$/.exec(text)
  if (!parts) throw new UsageError(`an address to connect to is ADDRESS:PORT, not "${text}"`)
  return { address: addressOf(parts[1] ?? ''), port: Number(parts[2]) }
}

/** No name but this one is resolved. */
const addressOf = (text: string): string => (text.toLowerCase() === 'localhost' ? '127.0.0.1' : text.replace(/^\[(.*)\]$/, '$1'))

/** The requests of a batch: a JSON array of objects with `method`, `target`, `version`, `headers`, `connect` and `client`. */
export function requestsOfBatch(text: string, file: string): Request[] {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!Array.isArray(given)) throw new UsageError(`${file} holds no array of requests`)
  return given.map((each: unknown, i) => requestOfObject(each, `${file}, request ${i + 1}`))
}

function requestOfObject(given: unknown, where: string): Request {
  if (!isObject(given)) throw new UsageError(`${where}: a request is an object`)
  const text = (name: string, fallback: string): string => {
    const value = given[name] ?? fallback
    if (typeof value !== 'string') throw new UsageError(`${where}: "${name}" is a string`)
    return value
  }
  const headers = given.headers ?? {}
  if (!isObject(headers)) throw new UsageError(`${where}: "headers" is an object`)
  return {
    method: text('method', 'GET'),
    target: bytesOf(text('target', '/')),
    version: text('version', '1.1'),
    headers: Object.entries(headers).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((each): [string, string] => [bytesOf(name), bytesOf(String(each))]),
    ),
    connect: endpointOf(text('connect', '127.0.0.1:80')),
    client: addressOf(text('client', '127.0.0.1')),
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A character up to U+00FF is a byte already; a text with others is sent as UTF-8. */
const bytesOf = (text: string): string => (/^[\0-\xff]*$/.test(text) ? text : toByteText(text))
