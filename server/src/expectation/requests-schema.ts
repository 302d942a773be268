import { type FieldName, fields, isHeaderField } from './expectation.ts'

// What a file of requests may hold, with the words for it: the reader, its messages and the published schema share these.

export const fileKeys = {
  config: 'The root of the configuration that answers, relative to this file or to the folder of the workspace. May be left out where there is just one.',
  defaults: 'What holds for all requests that do not say otherwise.',
  requests: 'The requests, each with what is expected of the answer.',
} as const

export const defaultsKeys = {
  host: 'The host that is asked for where a request has a path only; with a port where it is not the usual one.',
  headers: 'Headers of the request: names with a value, or a list of values.',
  client: "The client's address; 127.0.0.1 where it is left out.",
  connect: "The server's end of the connection, ADDRESS:PORT; where it is left out, that at which the host is found.",
  version: 'The version of HTTP; 1.1 where it is left out.',
} as const

export const entryKeys = {
  request: 'A method, which may be left out for GET, and a path or a whole URL: "GET /docs".',
  name: 'What this request is called in the list of results.',
  ...defaultsKeys,
  expect: 'A status, or what is expected of the answer.',
} as const

/** The fields of an answer as keys: headers are maps. */
export const expectKeys: Readonly<Record<string, string>> = Object.fromEntries(
  (Object.entries(fields) as [FieldName, string][]).map(([field, words]) =>
    isHeaderField(field)
      ? [`${field}s`, field === 'header' ? 'Headers of the answer that the configuration sets.' : 'Headers of the request as the upstream gets it.']
      : [field, words],
  ),
)

/** The JSON schema of files of requests. */
export function requestsSchema(): object {
  const text = { type: 'string' }
  const value = { anyOf: [text, { type: 'number' }, { type: 'boolean' }] }
  const orNone = { anyOf: [text, { type: 'null' }] }
  const headers = { type: 'object', additionalProperties: { anyOf: [value, { type: 'array', items: value }] } }
  const expectedHeaders = { type: 'object', additionalProperties: { anyOf: [value, { type: 'null' }] } }
  const status = { type: 'integer', minimum: 100, maximum: 999 }
  const described = (keys: Readonly<Record<string, string>>, types: Readonly<Record<string, object>>, fallback: object): Record<string, object> =>
    Object.fromEntries(Object.entries(keys).map(([key, description]) => [key, { description, ...(types[key] ?? fallback) }]))
  const object = (properties: Record<string, object>, required: readonly string[] = []): object => ({
    type: 'object',
    properties,
    additionalProperties: false,
    ...(required.length > 0 ? { required } : {}),
  })
  const version = { enum: ['0.9', '1.0', '1.1', 0.9, 1.0, 1.1] }
  const facts = described(
    expectKeys,
    { status, authz: { enum: ['denied', 'granted', 'n/a'] }, headers: expectedHeaders, upstreamHeaders: expectedHeaders },
    orNone,
  )
  const entry = object(described(entryKeys, { headers, version, expect: { anyOf: [status, { ...object(facts), minProperties: 1 }] } }, text), [
    'request',
    'expect',
  ])
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Requests of webconf, with what is expected of each',
    ...object(described(fileKeys, { defaults: object(described(defaultsKeys, { headers, version }, text)), requests: { type: 'array', items: entry } }, text), [
      'requests',
    ]),
  }
}
