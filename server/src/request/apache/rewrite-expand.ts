import type { Match } from '../../regex/match.ts'
import { escapeUri, lowerCase, sameIgnoringCase, unescapeUrl, upperCase } from './bytes.ts'
import { serverRootRelative } from './core.ts'
import { word } from './dir-config.ts'
import { type Exchange, note } from './exchange.ts'
import { Undecided } from './files.ts'
import { headerVariables, requestVariable, serverAdmin } from './request-facts.ts'
import { type Rule, rewriteMap } from './rewrite-rules.ts'

/** What mod_rewrite knows while it looks at one rule (`rewrite_ctx`). */
export interface RewriteContext {
  r: Exchange
  /** The folder that rules are relative to; undefined for those of a server. */
  readonly folder: string | undefined
  readonly base: string | undefined
  /** What patterns are matched against. */
  uri: string
  /** Of the rule's pattern, for `$1`. */
  ofRule: Match | undefined
  /** Of the last condition that fitted, for `%1`. */
  ofCondition: Match | undefined
  /** Request headers that conditions looked at. */
  vary: string[]
}

/** Whether a question mark of a substitution came from what the client sent; undefined while there is none. */
export interface QuestionMark {
  unsafe: boolean | undefined
  done: boolean
}

/** `do_expand`: fills in `$1`, `%1`, `%{VARIABLE}`, `${map:key|default}`. */
export function expand(text: string, context: RewriteContext, rule?: Rule, mark?: QuestionMark): string {
  const lastMatters = rule?.flags.has('query-behind-last') === true
  const see = (part: string, expanded: boolean): void => {
    if (!mark || mark.done || !part.includes('?')) return
    mark.unsafe = expanded
    if (!lastMatters) mark.done = true
  }
  let made = ''
  let at = 0
  const literal = (part: string): void => {
    see(part, false)
    made += part
  }
  const expansion = (part: string): void => {
    see(part, true)
    made += part
  }
  while (at < text.length) {
    const plain = /^[^\\$%]+/.exec(text.slice(at))?.[0]
    if (plain !== undefined) {
      literal(plain)
      at += plain.length
      continue
    }
    const character = text.charAt(at)
    const next = text.charAt(at + 1)
    if (character === '\\') {
      made += next === '' ? character : next
      at += next === '' ? 1 : 2
    } else if (next === '{') {
      const end = closingCurly(text, at + 2)
      if (end < 0) {
        made += text.slice(at, at + 2)
        at += 2
      } else if (character === '%') {
        expansion(rewriteVariable(text.slice(at + 2, end), context))
        at = end + 1
      } else {
        const inside = text.slice(at + 2, end)
        const colon = charInCurlies(inside, ':')
        if (colon < 0) {
          made += text.slice(at, at + 2)
          at += 2
        } else {
          const rest = inside.slice(colon + 1)
          const bar = charInCurlies(rest, '|')
          const key = bar < 0 ? rest : rest.slice(0, bar)
          const fallback = bar < 0 ? undefined : rest.slice(bar + 1)
          const found = lookUpMap(context.r, inside.slice(0, colon), expand(key, context, rule))
          expansion(found ?? (fallback ? expand(fallback, context, rule) : ''))
          at = end + 1
        }
      }
    } else if (/\d/.test(next)) {
      const match = character === '$' ? context.ofRule : context.ofCondition
      const value = match?.groups[Number(next)] ?? ''
      expansion(rule?.flags.has('escape-back-references') ? escapeBackReference(value, rule) : value)
      at += 2
    } else {
      made += character
      at++
    }
  }
  return made
}

function closingCurly(text: string, from: number): number {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if (text.charAt(at) === '}' && --depth === 0) return at
    if (text.charAt(at) === '{') depth++
  }
  return -1
}

function charInCurlies(text: string, wanted: string): number {
  let depth = 1
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === wanted && depth === 1) return at
    if (character === '}' && --depth === 0) return -1
    if (character === '{') depth++
  }
  return -1
}

/** `escape_backref` */
function escapeBackReference(text: string, { flags, escapes, unescaped }: Rule): string {
  const controls = flags.has('escape-controls')
  let made = ''
  for (const character of text) {
    const isPicked = (controls ? /[\0-\x20\x7f]/.test(character) : escapes === undefined) || escapes?.includes(character) === true
    if (!isPicked || unescaped?.includes(character)) made += character
    else if (/[A-Za-z0-9_]/.test(character)) made += character
    else if (character === ' ' && !flags.has('escape-without-plus')) made += '+'
    else made += `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  }
  return made
}

/** A request header; what a condition looks at becomes part of `Vary`, but for `Host`. */
function header(name: string, context: RewriteContext): string {
  const value = context.r.headersIn.get(name)
  if (value !== undefined && !sameIgnoringCase(name, 'Host')) context.vary.push(name)
  return value ?? ''
}

/** `lookup_variable` */
function rewriteVariable(written: string, context: RewriteContext): string {
  const { r } = context
  if (written.length < 4) return ''
  if (written.charAt(3) === ':') {
    const name = written.slice(4)
    if (name !== '' && /^env/i.test(written)) return r.notes.get(name) ?? r.env.get(name) ?? ''
    return ''
  }
  if (written.charAt(4) === ':') {
    const name = written.slice(5)
    if (name === '') return ''
    if (/^http/i.test(written)) return header(name, context)
    const isFile = /^la-f/i.test(written)
    if (isFile || /^la-u/i.test(written)) {
      if (!mayLookUp(r)) return ''
      const relative = context.folder !== undefined && !context.uri.startsWith('/')
      const found =
        isFile && !(context.folder !== undefined && context.uri.startsWith('/'))
          ? r.world.lookUpFile(r, context.folder === undefined ? context.uri : context.folder + context.uri)
          : r.world.lookUpUri(r, relative ? (context.base ?? context.folder ?? '') + context.uri : context.uri)
      return rewriteVariable(name, { ...context, r: found })
    }
    return ''
  }
  const upper = upperCase(written)
  const ofHeader = headerVariables[upper]
  if (ofHeader !== undefined) return header(ofHeader, context)
  switch (upper) {
    case 'SERVER_ADDR':
      return r.world.request.connect.address
    case 'API_VERSION':
      return '20120211:147'
    case 'SERVER_ADMIN':
      return serverAdmin(r) ?? ''
    case 'TIME':
    case 'TIME_YEAR':
    case 'TIME_MON':
    case 'TIME_DAY':
    case 'TIME_HOUR':
    case 'TIME_MIN':
    case 'TIME_SEC':
    case 'TIME_WDAY':
    case 'REMOTE_PORT':
    case 'SERVER_SOFTWARE':
      throw new Undecided(`%{${written}}`)
    default:
      return requestVariable(upper, r) ?? ''
  }
}

/** A lookup for the same URL from within a lookup would not end. */
export const mayLookUp = (r: Exchange): boolean => !r.main || (r.main.uri !== '' && r.uri !== '' && r.main.uri !== r.uri)

/** `lookup_map` */
function lookUpMap(r: Exchange, name: string, key: string): string | undefined {
  const directive = rewriteMap(r.server, name)
  if (!directive) return undefined
  const [, kind = 'txt', source = ''] = /^(txt|rnd|int|dbm|prg|dbd|fastdbd|unc)[:=]?(.*)$/s.exec(word(directive, 1)) ?? ['', 'txt', word(directive, 1)]
  if (kind === 'int') {
    switch (lowerCase(source)) {
      case 'tolower':
        return lowerCase(key)
      case 'toupper':
        return upperCase(key)
      case 'escape':
        return escapeUri(key)
      default:
        return unescapeUrl(key, { forbidSlashes: true }).text
    }
  }
  if (kind !== 'txt' && kind !== 'rnd') throw new Undecided(`what the ${kind} map ${name} says of "${key}"`)
  const file = serverRootRelative(r, source)
  const content = r.world.files.content(file)
  if (content.state !== 'content') {
    note(r, 'rewrite', 'passed', `the map ${name} cannot be read: ${file}`, directive)
    return undefined
  }
  const value = mapValue(content.text, key)
  note(r, 'rewrite', 'passed', value === undefined ? `the map ${name} has nothing for "${key}"` : `the map ${name} says "${value}" of "${key}"`, directive)
  if (kind === 'rnd' && value?.includes('|')) throw new Undecided(`which part of "${value}" the map ${name} picks`)
  return value
}

/** `lookup_map_txtfile` */
function mapValue(text: string, key: string): string | undefined {
  for (const line of text.split('\n')) {
    if (line === '' || /^[#\s]/.test(line) || !line.startsWith(key) || !/^\s/.test(line.slice(key.length))) continue
    const value = /^\s+(\S+)/.exec(line.slice(key.length))?.[1]
    if (value !== undefined) return value
  }
  return undefined
}
