import { toByteText } from '../regex/bytes.ts'
import type { Endpoint, Request } from './request.ts'

/** What is asked for beside a URL. */
export interface RequestOptions {
  /** `GET` where there is none. */
  readonly method?: string | undefined
  /** Each as `Name: value`. */
  readonly headers?: readonly string[] | undefined
  /** `1.1` where there is none. */
  readonly version?: string | undefined
  /** The server's `ADDRESS:PORT`; that of 127.0.0.1 and the URL's port where there is none. */
  readonly connect?: string | undefined
  /** The client's address; 127.0.0.1 where there is none. */
  readonly client?: string | undefined
}

/** A URL, header or address that cannot be read; the message says why. */
export class RequestError extends Error {}

/** The request that a URL and options stand for; throws a `RequestError` where they stand for none. */
export function requestOfUrl(
  url: string,
  { method = 'GET', headers: given = [], version = '1.1', connect, client = '127.0.0.1' }: RequestOptions = {},
): Request {
  const parts = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(url)
  if (!parts) throw new RequestError(`"${url}" is no URL that begins with http:// or https://`)
  const [, scheme = '', authority = '', rest = ''] = parts
  const tls = scheme.toLowerCase() === 'https'
  const port = Number(/:(\d+)$/.exec(authority)?.[1] ?? (tls ? 443 : 80))
  const headers = given.map(headerOf)
  const withHost = headers.some(([name]) => name.toLowerCase() === 'host')
  return {
    method,
    target: toByteText(rest === '' ? '/' : rest),
    version,
    headers: withHost ? headers : [['Host', toByteText(authority)], ...headers],
    connect: connect === undefined ? { address: '127.0.0.1', port } : endpointOf(connect),
    client: addressOf(client),
    tls,
  }
}

function headerOf(text: string): [string, string] {
  const colon = text.indexOf(':')
  if (colon <= 0) throw new RequestError(`a header is "Name: value", not "${text}"`)
  return [toByteText(text.slice(0, colon)), toByteText(text.slice(colon + 1).trim())]
}

/** An address and a port, `ADDRESS:PORT`; throws a `RequestError`. */
export function endpointOf(text: string): Endpoint {
  const parts = /^(.+):(\d{1,5})$/.exec(text)
  if (!parts) throw new RequestError(`an address to connect to is ADDRESS:PORT, not "${text}"`)
  return { address: addressOf(parts[1] ?? ''), port: Number(parts[2]) }
}

/** No name but this one is resolved. */
export const addressOf = (text: string): string => (text.toLowerCase() === 'localhost' ? '127.0.0.1' : text.replace(/^\[(.*)\]$/, '$1'))
