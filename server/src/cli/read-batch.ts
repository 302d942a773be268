import { toByteText } from '../regex/bytes.ts'
import { addressOf, endpointOf, RequestError } from '../request/read-url.ts'
import type { Request } from '../request/request.ts'

/** The requests of a batch: a JSON array of objects with `method`, `target`, `version`, `headers`, `connect` and `client`. Throws a `RequestError`. */
export function requestsOfBatch(text: string, file: string): Request[] {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (error) {
    throw new RequestError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!Array.isArray(given)) throw new RequestError(`${file} holds no array of requests`)
  return given.map((each: unknown, i) => requestOfObject(each, `${file}, request ${i + 1}`))
}

function requestOfObject(given: unknown, where: string): Request {
  if (!isObject(given)) throw new RequestError(`${where}: a request is an object`)
  const text = (name: string, fallback: string): string => {
    const value = given[name] ?? fallback
    if (typeof value !== 'string') throw new RequestError(`${where}: "${name}" is a string`)
    return value
  }
  const headers = given.headers ?? {}
  if (!isObject(headers)) throw new RequestError(`${where}: "headers" is an object`)
  return {
    method: text('method', 'GET'),
    target: bytesOf(text('target', '/')),
    version: text('version', '1.1'),
    headers: Object.entries(headers).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((each): [string, string] => [bytesOf(name), bytesOf(String(each))]),
    ),
    connect: endpointOf(text('connect', '127.0.0.1:80')),
    client: addressOf(text('client', '127.0.0.1')),
    tls: false,
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A character up to U+00FF is a byte already; a text with others is sent as UTF-8. */
const bytesOf = (text: string): string => (/^[\0-\xff]*$/.test(text) ? text : toByteText(text))
