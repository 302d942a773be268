import type { PlacedDirective } from '../../configuration/placed.ts'
import { flagsOf } from '../../rules/apache/lib/rewriting.ts'
import { conditionPattern } from '../../site/apache/rewrite-condition.ts'
import { known, word } from './host.ts'
import { quoted } from './text.ts'

/** What is certain of a host whatever the request: its port and whether it speaks TLS. */
export interface HostFacts {
  /** Undefined where it may be either. */
  readonly tls: boolean | undefined
  readonly port: string | undefined
  readonly documentRoot: string | undefined
}

/** A condition as nginx asks it. */
export type Asked =
  | { readonly kind: 'constant'; readonly holds: boolean }
  | { readonly kind: 'file'; readonly test: 'f' | 'd' | 'e'; readonly negated: boolean; readonly subject: string }
  | { readonly kind: 'text'; readonly condition: string; readonly isMatch: boolean }
  | { readonly kind: 'unknown'; readonly why: string }

const variables: Readonly<Record<string, string>> = {
  HTTP_HOST: '$http_host',
  HTTP_USER_AGENT: '$http_user_agent',
  HTTP_REFERER: '$http_referer',
  HTTP_COOKIE: '$http_cookie',
  HTTP_ACCEPT: '$http_accept',
  REQUEST_URI: '$uri',
  REQUEST_METHOD: '$request_method',
  QUERY_STRING: '$args',
  THE_REQUEST: '$request',
  REMOTE_ADDR: '$remote_addr',
  REMOTE_PORT: '$remote_port',
  SERVER_NAME: '$host',
  SERVER_PORT: '$server_port',
  REQUEST_SCHEME: '$scheme',
  SERVER_PROTOCOL: '$server_protocol',
  DOCUMENT_ROOT: '$document_root',
}

/** The variable of nginx for one of mod_rewrite's; undefined where there is none. */
export function variableFor(name: string): string | undefined {
  const header = /^HTTP:([\w-]+)$/i.exec(name)?.[1]
  if (header !== undefined) return `$http_${header.toLowerCase().replaceAll('-', '_')}`
  return variables[name.toUpperCase()]
}

/** A `RewriteCond`; `inFolder`: within a folder, where a request has its file already. */
export function askedBy(directive: PlacedDirective, facts: HostFacts, inFolder: boolean): Asked {
  const test = word(directive, 0)
  const flags = flagsOf(word(directive, 2))
  if (!known(directive)) return { kind: 'unknown', why: 'what it says is not known' }
  const { kind, pattern, negated } = conditionPattern(test, word(directive, 1))
  if (kind === 'file') {
    const ownFile =
      (inFolder && /^%\{(?:REQUEST_FILENAME|SCRIPT_FILENAME)\}$/i.test(test)) ||
      /^%\{DOCUMENT_ROOT\}\/?%\{REQUEST_(?:URI|FILENAME)\}$/i.test(test) ||
      (facts.documentRoot !== undefined && new RegExp(`^${escapeRegex(facts.documentRoot)}/?%\\{REQUEST_(?:URI|FILENAME)\\}$`, 'i').test(test))
    // Nothing that nginx serves is only a link.
    const letter = pattern.charAt(1)
    if (letter === 'l' && negated) return { kind: 'constant', holds: true }
    if (!ownFile || !['f', 'd'].includes(letter)) return { kind: 'unknown', why: `nginx has no test like ${word(directive, 1)} of ${test}` }
    return { kind: 'file', test: letter as 'f' | 'd', negated, subject: '$request_filename' }
  }
  if (kind !== 'regex' && kind !== 'text') return { kind: 'unknown', why: 'nginx compares no such thing' }
  const variable = /^%\{([\w:-]+)\}$/.exec(test)?.[1]
  if (variable === undefined) return { kind: 'unknown', why: `nginx compares one variable, not ${test}` }
  const upper = variable.toUpperCase()
  if (upper === 'HTTPS' || upper === 'REQUEST_SCHEME' || (upper === 'SERVER_PORT' && facts.port !== undefined)) {
    const fits = (value: string): boolean | undefined =>
      kind === 'text' ? (pattern.startsWith('=') ? plain(pattern) === value : undefined) : matches(pattern, value, flags.has('nc'))
    const [secure, open] = upper === 'HTTPS' ? ['on', 'off'] : upper === 'REQUEST_SCHEME' ? ['https', 'http'] : [facts.port ?? '', facts.port ?? '']
    const [ifSecure, ifOpen] = [fits(secure), fits(open)]
    if (ifSecure === undefined || ifOpen === undefined) return { kind: 'unknown', why: 'its pattern cannot be read here' }
    if (ifSecure === ifOpen) return { kind: 'constant', holds: ifSecure !== negated }
    if (facts.tls !== undefined) return { kind: 'constant', holds: (facts.tls ? ifSecure : ifOpen) !== negated }
    return { kind: 'text', condition: ifSecure !== negated ? '$https = on' : '$https = ""', isMatch: false }
  }
  const name = variableFor(variable)
  if (name === undefined) return { kind: 'unknown', why: `nginx has no variable for %{${variable}}` }
  if (kind === 'text') {
    if (!pattern.startsWith('=') || flags.has('nc') || plain(pattern).includes('$'))
      return { kind: 'unknown', why: 'nginx does not compare texts by their order' }
    return { kind: 'text', condition: `${name} ${negated ? '!=' : '='} ${quoted(plain(pattern))}`, isMatch: false }
  }
  if (pattern === '') return { kind: 'constant', holds: !negated }
  if (pattern === '^$') return { kind: 'text', condition: `${name} ${negated ? '!=' : '='} ""`, isMatch: false }
  return { kind: 'text', condition: `${name} ${negated ? '!' : ''}~${flags.has('nc') ? '*' : ''} ${quoted(pattern)}`, isMatch: !negated }
}

/** A condition as nginx writes it, where it is one. */
export function conditionText(asked: Asked): string | undefined {
  if (asked.kind === 'file') return `${asked.negated ? '!' : ''}-${asked.test} ${asked.subject}`
  return asked.kind === 'text' ? asked.condition : undefined
}

const plain = (pattern: string): string => (pattern === '=""' ? '' : pattern.slice(1))

export const escapeRegex = (text: string): string => text.replace(/[.+*?^${}()|[\]\\]/g, '\\$&')

function matches(pattern: string, value: string, caseless: boolean): boolean | undefined {
  try {
    return new RegExp(pattern, caseless ? 'i' : '').test(value)
  } catch {
    return undefined
  }
}
