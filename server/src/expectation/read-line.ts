import type { Place } from '../problem/place.ts'
import { type Asked, type Fact, fieldNames, isFieldName, isHeaderField, type Unreadable, valueMistake } from './expectation.ts'

/** A word of a line, with quotes and escapes resolved. */
export interface LineWord {
  readonly value: string
  /** Offsets in the line. */
  readonly start: number
  readonly end: number
  /** Where the text behind a first `=` outside of quotes begins; undefined without one. */
  readonly equals: number | undefined
  /** Some of it stands in quotes. */
  readonly quoted: boolean
  readonly unclosed: boolean
}

/** White space divides words; a part in `"…"` or `'…'` may hold some, and `\` takes the next character in it for itself. */
export function splitLine(text: string): LineWord[] {
  const words: LineWord[] = []
  let at = 0
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++
      continue
    }
    const start = at
    let value = ''
    let equals: number | undefined
    let quote = ''
    let quoted = false
    for (; at < text.length; at++) {
      const ch = text.charAt(at)
      if (quote !== '') {
        if (ch === '\\' && at + 1 < text.length) value += text.charAt(++at)
        else if (ch === quote) quote = ''
        else value += ch
      } else if (/\s/.test(ch)) break
      else if (ch === '"' || ch === "'") {
        quote = ch
        quoted = true
      } else {
        if (ch === '=') equals ??= at + 1
        value += ch
      }
    }
    words.push({ value, start, end: at, equals, quoted, unclosed: quote !== '' })
  }
  return words
}

export type ReadLine =
  | { readonly asked: Asked; readonly facts: readonly Fact[]; readonly mistake?: never }
  | { readonly mistake: Unreadable; readonly asked?: never; readonly facts?: never }

/**
 * Reads `[METHOD] TARGET [from ADDRESS] [to ADDRESS:PORT] [with "Name: value"]… -> STATUS [field=value]…`.
 *
 * @param start where the text stands in its file
 */
export function readLine(text: string, path: string, start: number): ReadLine {
  const place = (from: number, to: number): Place => ({ path, start: start + from, end: start + to })
  const fail = (message: string, { start: from, end: to }: Pick<LineWord, 'start' | 'end'> = { start: 0, end: text.length }): ReadLine => ({
    mistake: { at: place(from, Math.max(to, from)), message },
  })
  const words = splitLine(text)
  const unclosed = words.find((word) => word.unclosed)
  if (unclosed) return fail('the quote is not closed', unclosed)
  const arrow = words.findIndex(({ value, quoted }) => value === '->' && !quoted)
  const before = arrow < 0 ? words : words.slice(0, arrow)
  const request = readRequest(before)
  if ('message' in request) return fail(request.message, request.word)
  if (arrow < 0) return fail('"->" and what is expected are missing, as in "GET /docs -> 301 location=/docs/"')
  const behind = words.slice(arrow + 1)
  if (behind.length === 0) return fail('nothing is expected behind "->": give a status, or facts as location=/docs/', words[arrow])
  const facts: Fact[] = []
  for (const word of behind) {
    const fact = readFact(text, word, place)
    if (typeof fact === 'string') return fail(fact, word)
    if (facts.some(({ field, header }) => field === fact.field && header === fact.header)) return fail(`${word.value.split('=')[0]} is expected twice`, word)
    facts.push(fact)
  }
  return { asked: request, facts }
}

type Mistake = { readonly message: string; readonly word?: LineWord | undefined }

function readRequest(words: readonly LineWord[]): Asked | Mistake {
  const [first, second] = words
  if (!first) return { message: 'the request is missing, as in "GET /docs -> 200"' }
  const hasMethod = /^[A-Za-z][\w-]*$/.test(first.value) && !first.quoted && second !== undefined && !(second.value in options)
  const target = hasMethod ? second : first
  if (!isTarget(target.value)) {
    return { message: `"${target.value}" is neither a path that begins with / nor a URL that begins with http:// or https://`, word: target }
  }
  const headers: [string, string][] = []
  let client: string | undefined
  let connect: string | undefined
  for (let i = hasMethod ? 2 : 1; i < words.length; i += 2) {
    const [option, value] = [words[i], words[i + 1]]
    if (!option || !(option.value in options)) {
      return {
        message: `"${option?.value ?? ''}" is not understood here: with "Name: value", from ADDRESS and to ADDRESS:PORT may follow a request`,
        word: option,
      }
    }
    const needs = options[option.value as keyof typeof options]
    if (!value) return { message: `"${option.value}" needs ${needs} behind it`, word: option }
    if (option.value === 'with') {
      const header = splitHeader(value.value)
      if (!header) return { message: `a header is "Name: value", not "${value.value}"`, word: value }
      headers.push(header)
    } else if (option.value === 'from') {
      if (!isAddress(value.value)) return { message: `"${value.value}" is no address of a client`, word: value }
      client = value.value
    } else {
      if (!isEndpoint(value.value)) return { message: `an address to connect to is ADDRESS:PORT, not "${value.value}"`, word: value }
      connect = value.value
    }
  }
  return { method: hasMethod ? first.value : 'GET', target: target.value, host: undefined, headers, client, connect, version: undefined }
}

/** What may stand between the target and the arrow, and what each needs. */
const options = { with: 'a header as "Name: value"', from: 'the address of a client', to: 'the ADDRESS:PORT of a server' } as const

/** A path, a URL, or the asterisk of `OPTIONS *`. */
export const isTarget = (text: string): boolean => /^(?:\/|https?:\/\/[^/?#]|\*$)/i.test(text) && !hasControls(text)

export const isAddress = (text: string): boolean => /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[\da-fA-F:.]*:[\da-fA-F:.]*\]?|localhost)$/.test(text)

export const isEndpoint = (text: string): boolean => {
  const parts = /^(.+):(\d{1,5})$/.exec(text)
  return parts !== null && isAddress(parts[1] ?? '') && Number(parts[2]) < 65_536
}

/** `Cookie: a=b` as name and value; undefined where it is no header. */
export function splitHeader(text: string): [string, string] | undefined {
  const parts = /^([!#$%&'*+.^`|~\w-]+):(.*)$/.exec(text)
  return parts && !hasControls(text) ? [parts[1] ?? '', (parts[2] ?? '').trim()] : undefined
}

const hasControls = (text: string): boolean => Array.from(text).some((ch) => ch < ' ' || ch === '\x7f')

function readFact(text: string, word: LineWord, place: (from: number, to: number) => Place): Fact | string {
  const writing = 'comment'
  if (word.equals === undefined) {
    if (!/^\d+$/.test(word.value)) return `"${word.value}" is neither a status nor a fact, as file=/srv/www/index.html`
    const mistake = valueMistake('status', word.value)
    const at = place(word.start, word.end)
    return mistake ?? { field: 'status', header: undefined, value: word.value, at, valueAt: at, writing }
  }
  const written = text.slice(word.start, word.equals - 1)
  const [, name = '', header] = /^(\w+)(?:\.(.*))?$/.exec(written) ?? []
  if (!isFieldName(name)) return `there is no fact "${written}": ${fieldNames.map((each) => (isHeaderField(each) ? `${each}.Name` : each)).join(', ')}`
  if (isHeaderField(name) !== (header !== undefined && header !== '')) {
    return isHeaderField(name) ? `${name} needs the name of a header: ${name}.Cache-Control=…` : `${name} has nothing behind a point`
  }
  const own = text.slice(word.equals, word.end)
  const value = /^(?:none|null)$/.test(own) ? undefined : word.value.slice(word.value.indexOf('=') + 1)
  const mistake = valueMistake(name, value)
  if (mistake !== undefined) return mistake
  return { field: name, header: header?.toLowerCase(), value, at: place(word.start, word.end), valueAt: place(word.equals, word.end), writing }
}

/** A value as a word of a line; undefined where a line cannot hold it. */
export function writeValue(value: string | undefined): string | undefined {
  if (value === undefined) return 'none'
  if (hasControls(value)) return undefined
  return /^[^\s"'\\]+$/.test(value) && !/^(?:none|null)$/.test(value) && value !== '->' ? value : `"${value.replace(/["\\]/g, '\\$&')}"`
}
