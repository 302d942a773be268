import { readable, unknownPart } from '../unknown.ts'
import { lowerCase, sameIgnoringCase } from './bytes.ts'
import { type DirConfig, entriesNamed, isOn, lastEntry, merged, word, words } from './dir-config.ts'
import { type Exchange, note } from './exchange.ts'
import { evaluate, evaluateText, parseCondition, parseText } from './expression.ts'
import { Undecided } from './files.ts'
import { compilePattern, substitute } from './pattern.ts'
import { requestVariable } from './request-facts.ts'
import type { Entry } from './sections.ts'
import type { Table } from './table.ts'

interface HeaderAction {
  readonly entry: Entry
  /** Among those that error pages get too. */
  readonly always: boolean
  readonly action: string
  readonly header: string
  readonly value: string | undefined
  readonly replacement: string | undefined
  /** `env=`, `expr=`, `early` */
  readonly condition: string | undefined
}

/** `header_cmd` */
function parseHeader(entry: Entry): HeaderAction {
  const args = words(entry.directive)
  const [first = ''] = args
  const always = lowerCase(first) === 'always'
  const [action = '', header = '', ...rest] = always || lowerCase(first) === 'onsuccess' ? args.slice(1) : args
  const how = lowerCase(action)
  const [value, second, third] = rest
  const plain = { entry, always, action: how, header: header.replace(/:.*$/s, '') }
  if (how === 'edit' || how === 'edit*') return { ...plain, value, replacement: second, condition: third }
  if (how === 'unset' || how === 'echo') return { ...plain, value: undefined, replacement: undefined, condition: value }
  return { ...plain, value, replacement: undefined, condition: second }
}

const responseActions = merged((config: DirConfig): readonly HeaderAction[] => entriesNamed(config, 'header').map(parseHeader))
const requestActions = merged((config: DirConfig): readonly HeaderAction[] => entriesNamed(config, 'requestheader').map(parseHeader))

/** `RequestHeader … early`, before anything else. */
export function changeRequestHeadersEarly(r: Exchange): void {
  if (!r.world.has('headers_module')) return
  for (const each of requestActions(r.dir)) if (isEarly(each)) act(r, each, r.headersIn)
  for (const each of responseActions(r.dir)) if (isEarly(each)) act(r, each, each.always ? r.errHeadersOut : r.headersOut)
}

/** `RequestHeader`, at the end of the fixups. */
export function changeRequestHeaders(r: Exchange): void {
  if (r.world.has('headers_module')) for (const each of requestActions(r.dir)) if (!isEarly(each)) act(r, each, r.headersIn)
}

const isEarly = ({ condition }: HeaderAction): boolean => condition !== undefined && lowerCase(condition) === 'early'

/** `Header`, when the answer is ready; an error page gets only those with `always`. */
export function changeResponseHeaders(r: Exchange, isErrorPage: boolean): void {
  if (!r.world.has('headers_module')) return
  const actions = responseActions(r.dir).filter((each) => !isEarly(each))
  for (const each of actions) if (each.always) act(r, each, r.errHeadersOut)
  if (!isErrorPage) for (const each of actions) if (!each.always) act(r, each, r.headersOut)
}

function act(r: Exchange, each: HeaderAction, table: Table): void {
  const { action, header, condition } = each
  if (condition !== undefined && !isEarly(each)) {
    if (/^expr=/i.test(condition)) {
      const expression = parseCondition(each.entry.directive.args.find(({ value }) => /^expr=/i.test(value))?.value.slice(5) ?? '')
      if (!expression || !evaluate(r, expression)) return
    } else if (/^env=!/i.test(condition)) {
      if (r.env.has(condition.slice(5))) return
    } else if (/^env=/i.test(condition) && !r.env.has(condition.slice(4))) return
  }
  const isType = sameIgnoringCase(header, 'Content-Type')
  const set = (): void => {
    const value = headerValue(r, each)
    if (isType && table !== r.headersIn) {
      r.contentType = value
      r.isTypeTrusted = true
    }
    table.set(header, value)
  }
  switch (action) {
    case 'add':
      table.add(header, headerValue(r, each))
      break
    case 'append':
      table.merge(header, headerValue(r, each))
      break
    case 'merge': {
      const value = headerValue(r, each)
      const before = table.get(header)
      if (before === undefined) table.add(header, value)
      else if (!before.split(',').some((part) => part.trim() === value)) table.merge(header, value)
      break
    }
    case 'set':
      set()
      break
    case 'setifempty':
      if (!table.has(header)) set()
      break
    case 'unset':
      table.unset(header)
      break
    case 'echo': {
      const pattern = compilePattern(header)
      for (const [name, value] of r.headersIn.entries) if (pattern?.run(name)) table.add(name, value)
      break
    }
    case 'note':
      r.notes.set(headerValue(r, each), table.get(header) ?? '')
      break
    case 'edit':
    case 'edit*': {
      if (isType && r.contentType !== undefined && table !== r.headersIn) r.contentType = edited(r, each, r.contentType)
      const values = table.all(header)
      if (values.length === 0) break
      table.unset(header)
      for (const value of values) table.add(header, edited(r, each, value))
    }
  }
  if (table !== r.headersIn)
    note(r, 'headers', 'passed', `${action} ${header}${table.has(header) ? `: ${readable(table.get(header) ?? '')}` : ''}`, each.entry.directive)
}

/** `process_regexp_core` */
function edited(r: Exchange, { action, value = '', replacement = '' }: HeaderAction, text: string): string {
  const pattern = compilePattern(value)
  const match = pattern?.run(text)
  if (!match) return text
  const filled = substitute(fill(r, replacement), match)
  const rest = text.slice(match.end)
  const repeats = action === 'edit*' && match.end > 0
  return text.slice(0, match.start) + filled + (repeats && rest !== '' ? edited(r, { action, value, replacement } as HeaderAction, rest) : rest)
}

function headerValue(r: Exchange, { value = '' }: HeaderAction): string {
  if (!value.startsWith('expr=')) return fill(r, value)
  const expression = parseText(value.slice(5))
  try {
    return expression ? evaluateText(r, expression) : ''
  } catch (error) {
    if (error instanceof Undecided) return unknownValue
    throw error
  }
}

const unknownValue = unknownPart('(not known before)')

/** `ssl_engine_vars.c: ssl_var_lookup`; of the handshake nothing is known. */
function tlsVariable(r: Exchange, name: string): string {
  if (!r.world.has('ssl_module')) return '(null)'
  if (/^SSL_/.test(name)) return r.world.request.tls ? unknownValue : '(null)'
  return requestVariable(name, r) || '(null)'
}

/** `parse_format_string`: `%{NAME}e` and its like. */
function fill(r: Exchange, text: string): string {
  return text.replace(/%(?:%|\{([^}]*)\}([es])|[tDlib])/g, (written, name: string | undefined, kind: string | undefined) => {
    if (written === '%%') return '%'
    if (kind === 'e' && name !== undefined) return r.env.get(name) ?? '(null)'
    if (kind === 's' && name !== undefined) return tlsVariable(r, name)
    return unknownValue
  })
}

/** `modules/metadata/mod_expires.c`: as far as the time of asking does not matter. */
export function addExpiry(r: Exchange): void {
  if (!r.world.has('expires_module') || isOn(lastEntry(r.dir, 'expiresactive')) !== true || r.status >= 400) return
  if (r.errHeadersOut.has('Expires') || r.headersOut.has('Expires')) return
  const type = lowerCase((r.contentType ?? '').split(';')[0]?.trim() ?? '')
  const byType = (name: string) => entriesNamed(r.dir, 'expiresbytype').findLast(({ directive }) => lowerCase(word(directive, 0)) === name)
  const entry = byType(type) ?? byType(`${type.split('/')[0]}/*`) ?? lastEntry(r.dir, 'expiresdefault')
  if (!entry) return
  const { directive } = entry
  const seconds = secondsOf(word(directive, directive.name === 'expiresbytype' ? 1 : 0))
  if (seconds === undefined) return
  r.headersOut.merge('Cache-Control', `max-age=${seconds}`)
  note(r, 'headers', 'passed', `Cache-Control says max-age=${seconds}`, directive)
}

const units: Readonly<Record<string, number>> = { year: 31_536_000, month: 2_592_000, week: 604_800, day: 86_400, hour: 3600, minute: 60, second: 1 }

/** Seconds from the time of asking; undefined for what counts from the file's last change. */
function secondsOf(text: string): number | undefined {
  const short = /^A(\d+)$/.exec(text)
  if (short) return Number(short[1])
  const [base = '', ...rest] = lowerCase(text).split(/\s+/)
  if (base !== 'access' && base !== 'now') return undefined
  const parts = rest[0] === 'plus' ? rest.slice(1) : rest
  let sum = 0
  for (let i = 0; i + 1 < parts.length; i += 2) sum += Number(parts[i]) * (units[(parts[i + 1] ?? '').replace(/s$/, '')] ?? 0)
  return sum
}

/** `ap_make_content_type`: `AddDefaultCharset` for plain texts and pages that say no other. */
export function contentTypeOf(r: Exchange): string | undefined {
  const type = r.contentType
  if (type === undefined) return undefined
  const entry = lastEntry(r.dir, 'adddefaultcharset')
  const value = entry && word(entry.directive, 0)
  if (value === undefined || lowerCase(value) === 'off') return type
  if (/;\s*charset=/i.test(type) || !/^text\/(?:plain|html)\b/i.test(type)) return type
  return `${type.replace(/\s*;?\s*$/, '')}; charset=${lowerCase(value) === 'on' ? 'iso-8859-1' : value}`
}
