import { parseYaml, type YamlEntry, type YamlScalar, type YamlValue } from '../deployment/platforms/yaml.ts'
import type { Place } from '../problem/place.ts'
import { basename } from '../workspace/path.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { type Expectation, type Fact, type FieldName, type Unreadable, valueMistake, type Writing } from './expectation.ts'
import { isAddress, isEndpoint, isTarget, splitHeader } from './read-line.ts'
import { defaultsKeys, entryKeys, expectKeys, fileKeys } from './requests-schema.ts'

/** A file of requests with what is expected of each. */
export interface RequestsFile {
  readonly path: string
  /** The root of the configuration that answers, as written. */
  readonly config: { readonly value: string; readonly at: Place } | undefined
  /** Where a mistake of the whole file is told. */
  readonly top: Place
  readonly expectations: readonly Expectation[]
  readonly mistakes: readonly Unreadable[]
}

/** Whether a file has the name of a file of requests. */
export const isRequestsFile = (path: string): boolean => /^webconf\.requests\.(?:ya?ml|json)$/.test(basename(path))

/** Undefined where the file is not there, or not asked for yet. */
export function readRequestsFile(snapshot: Snapshot, path: string): RequestsFile | undefined {
  const content = snapshot.content(path)
  const top = { path, start: 0, end: 0 }
  const unread = (why: string): RequestsFile => ({ path, config: undefined, top, expectations: [], mistakes: [{ at: top, message: why }] })
  if (content.state === 'refused') return unread(`the file cannot be read: ${content.why}`)
  if (content.state !== 'content') return undefined
  if (content.value.binary) return unread('the file holds NUL bytes, so it is no text')
  if (content.value.text.length > longest) return unread(`the file is longer than ${longest} characters: divide it`)
  return readRequests(path, content.value.text)
}

const longest = 500_000

export function readRequests(path: string, text: string): RequestsFile {
  const file = parseYaml(path, text)
  const first = /^\s*/.exec(text)?.[0].length ?? 0
  const top = { path, start: first, end: Math.max(first, text.indexOf('\n', first) < 0 ? text.length : text.indexOf('\n', first)) }
  const reader = makeReader(path.endsWith('.json') || /^\s*[{[]/.test(text))
  for (const { message, at } of file.faults) reader.mistake(at, message)
  const root = reader.map(file.root, top, 'the file', fileKeys)
  if (file.root === undefined && file.faults.length === 0) reader.mistake(top, 'the file is empty: write "requests:" and a list of them')
  const config = reader.text(root?.get('config'), 'config')
  const defaults = reader.beside(reader.map(root?.get('defaults')?.value, root?.get('defaults')?.keyAt ?? top, 'defaults', defaultsKeys))
  const list = root?.get('requests')
  if (root && !list) reader.mistake(top, '"requests" is missing: a list of requests with what is expected')
  const expectations: Expectation[] = []
  if (list && list.value?.kind !== 'list') reader.mistake(list.value?.at ?? list.keyAt, '"requests" is a list: each begins with "-"')
  for (const item of list?.value?.kind === 'list' ? list.value.items : []) {
    const made = expectationOf(item, defaults, reader)
    if (made) expectations.push(made)
  }
  return { path, config: config && { value: config.text, at: config.at }, top, expectations, mistakes: reader.mistakes }
}

/** What may stand in `defaults` and beside a request alike. */
interface Beside {
  readonly host: string | undefined
  readonly headers: readonly (readonly [string, string])[]
  readonly client: string | undefined
  readonly connect: string | undefined
  readonly version: string | undefined
}

type Entries = ReadonlyMap<string, YamlEntry>
type Reader = ReturnType<typeof makeReader>

function expectationOf(item: YamlValue, defaults: Beside, reader: Reader): Expectation | undefined {
  const entries = reader.map(item, item.at, 'a request', entryKeys)
  if (!entries) return undefined
  const named = reader.text(entries.get('name'), 'name')
  const written = reader.text(entries.get('request'), 'request')
  const own = reader.beside(entries)
  const expect = entries.get('expect')
  if (!entries.has('request')) reader.mistake(reader.firstLineOf(item.at), '"request" is missing: a method and a target, as "GET /docs"')
  if (!expect) reader.mistake(written?.at ?? reader.firstLineOf(item.at), '"expect" is missing: a status, or facts as "location: /docs/"')
  const parts = /^(?:([A-Za-z][\w-]*)\s+)?(\S+)$/.exec(written?.text.trim() ?? '')
  const [, method = 'GET', target = ''] = parts ?? []
  if (written && !isTarget(target)) {
    reader.mistake(written.at, `"${written.text}" is no request: a method and a path that begins with / or a URL that begins with http:// or https://`)
    return undefined
  }
  const facts = expect ? reader.facts(expect) : []
  if (!written || facts.length === 0) return undefined
  const replaced = new Set(own.headers.map(([name]) => name.toLowerCase()))
  return {
    at: written.at,
    title: `${method} ${target}`,
    name: named?.text,
    asked: {
      method,
      target,
      host: own.host ?? defaults.host,
      headers: [...defaults.headers.filter(([name]) => !replaced.has(name.toLowerCase())), ...own.headers],
      client: own.client ?? defaults.client,
      connect: own.connect ?? defaults.connect,
      version: own.version ?? defaults.version,
    },
    facts,
  }
}

/** Reads values and notes what is wrong with them, each at its place. */
function makeReader(isJson: boolean) {
  const mistakes: Unreadable[] = []
  const mistake = (at: Place, message: string): void => {
    mistakes.push({ at, message })
  }
  /** A value may be many lines long: its first word is enough to mark. */
  const firstLineOf = (at: Place): Place => ({ ...at, end: Math.min(at.end, at.start + 1) })
  const map = (value: YamlValue | undefined, at: Place, what: string, keys: Readonly<Record<string, string>>): Entries | undefined => {
    if (value === undefined) return undefined
    if (value.kind !== 'map') {
      mistake(value.kind === 'scalar' ? value.at : firstLineOf(value.at), `${what} is a list of names with values: ${Object.keys(keys).join(', ')}`)
      return undefined
    }
    for (const { key, keyAt } of value.entries) {
      if (!Object.hasOwn(keys, key)) mistake(keyAt.path === at.path ? keyAt : at, `${what} has no "${key}": it takes ${Object.keys(keys).join(', ')}`)
    }
    return new Map(value.entries.map((entry) => [entry.key, entry]))
  }
  const text = (entry: YamlEntry | undefined, what: string): YamlScalar | undefined => {
    if (!entry) return undefined
    if (entry.value?.kind === 'scalar') return entry.value
    mistake(entry.value ? firstLineOf(entry.value.at) : entry.keyAt, `"${what}" is a text`)
    return undefined
  }
  const checked = (entry: YamlEntry | undefined, what: string, fits: (text: string) => boolean, message: string): string | undefined => {
    const scalar = text(entry, what)
    if (!scalar) return undefined
    if (fits(scalar.text)) return scalar.text
    mistake(scalar.at, `"${scalar.text}" is ${message}`)
    return undefined
  }
  const headersOf = (entry: YamlEntry | undefined): [string, string][] => {
    if (!entry) return []
    if (entry.value?.kind !== 'map') {
      mistake(entry.value ? firstLineOf(entry.value.at) : entry.keyAt, '"headers" are names with values')
      return []
    }
    return entry.value.entries.flatMap(({ key, keyAt, value }) => {
      const values = value?.kind === 'list' ? value.items : value ? [value] : []
      return values.flatMap((each) => {
        const header = each.kind === 'scalar' ? splitHeader(`${key}: ${each.text}`) : undefined
        if (!header) mistake(each.kind === 'scalar' ? each.at : keyAt, `"${key}" is no header with a text as its value`)
        return header ? [header] : []
      })
    })
  }
  const beside = (entries: Entries | undefined): Beside => ({
    host: checked(entries?.get('host'), 'host', (value) => /^[^\s/?#]+$/.test(value), 'no host'),
    headers: headersOf(entries?.get('headers')),
    client: checked(entries?.get('client'), 'client', isAddress, 'no address of a client'),
    connect: checked(entries?.get('connect'), 'connect', isEndpoint, 'no ADDRESS:PORT of a server'),
    version: checked(entries?.get('version'), 'version', (value) => /^\d\.\d$/.test(value), 'no version of HTTP, as 1.0'),
  })
  const factOf = (field: FieldName, header: string | undefined, { keyAt, value }: YamlEntry): Fact | undefined => {
    if (value && value.kind !== 'scalar') {
      mistake(firstLineOf(value.at), `"${header ?? field}" is one value`)
      return undefined
    }
    const isNone = value === undefined || (value.style === 'plain' && /^(?:null|none|~|)$/i.test(value.text))
    const expected = isNone ? undefined : value.text
    const wrong = valueMistake(field, expected)
    if (wrong !== undefined) mistake(value?.at ?? keyAt, wrong)
    if (wrong !== undefined) return undefined
    const writing: Writing = value === undefined || value.style === 'block' ? 'fixed' : isJson ? 'json' : 'yaml'
    return { field, header: header?.toLowerCase(), value: expected, at: value?.at ?? keyAt, valueAt: value?.at ?? keyAt, writing }
  }
  const facts = (expect: YamlEntry): Fact[] => {
    const before = mistakes.length
    const { value } = expect
    if (value?.kind === 'scalar') return [factOf('status', undefined, expect)].flatMap((fact) => fact ?? [])
    if (!value) mistake(expect.keyAt, '"expect" is a status, or facts as "location: /docs/"')
    const found: Fact[] = []
    for (const [key, entry] of map(value, expect.keyAt, 'expect', expectKeys) ?? []) {
      if (!Object.hasOwn(expectKeys, key)) continue
      const field = ({ headers: 'header', upstreamHeaders: 'upstreamHeader' } as Readonly<Record<string, FieldName>>)[key]
      if (!field) {
        const fact = factOf(key as FieldName, undefined, entry)
        if (fact) found.push(fact)
      } else if (entry.value?.kind !== 'map') mistake(entry.value ? firstLineOf(entry.value.at) : entry.keyAt, `"${key}" are names with values`)
      else {
        for (const each of entry.value.entries) {
          const fact = factOf(field, each.key, each)
          if (fact) found.push(fact)
        }
      }
    }
    if (value?.kind === 'map' && found.length === 0 && mistakes.length === before) mistake(expect.keyAt, 'nothing is expected')
    return found
  }
  return { mistakes, mistake, firstLineOf, map, text, beside, facts }
}
