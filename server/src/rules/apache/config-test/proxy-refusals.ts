import { nearestWord } from './corrections.ts'
import type { ParameterFault } from './proxy-parameters.ts'
import { isBalancer } from './proxy-url.ts'
import type { Reading, Refusal } from './reading.ts'

/** A word of a directive's arguments, and its number. */
export interface Word {
  readonly value: string
  readonly at: number
}

/** A word `NAME=VALUE`, cut. */
export interface Parameter extends Word {
  readonly key: string
}

/** A word cut at its first `=`; undefined where it has none. */
export function parameterOf({ value, at }: Word): Parameter | undefined {
  const equals = value.indexOf('=')
  return equals < 0 ? undefined : { key: value.slice(0, equals), value: value.slice(equals + 1), at }
}

/** What is wrong with a directive of mod_proxy, and where. */
export function say(server: string, at: Refusal['at'], words: string): Refusal {
  return { server, rule: 'apache/invalid-proxy', words, ...(at === undefined ? {} : { at }) }
}

/** Of a word that has no `=`. */
export const noSuchParameter = (word: string): string => `"${word}" is no parameter: parameters have the form NAME=VALUE.`

/** Takes an argument away. */
export function removeArgument({ directive }: Reading, at: number): NonNullable<Refusal['fixes']>[number] {
  const argument = directive.args[at]
  const next = directive.args[at + 1]
  const edits = argument && next ? [{ path: directive.source.path, start: argument.start, end: next.start, newText: '' }] : []
  return { title: `Remove "${argument?.value ?? ''}"`, safe: true, edits }
}

/** A URL whose `unix:` part has no URL behind it. */
export function badSocket(server: string, target: Word): Refusal {
  const socket = target.value.slice(0, target.value.indexOf('|'))
  return say(server, target.at, `Behind "|" must stand a URL that names the protocol, as in "${socket}|http://localhost/".`)
}

/** A URL without scheme or host, most often one that was left without `http://`. */
export function badUrl(reading: Reading, server: string, target: Word): Refusal {
  const { value, at } = target
  const meant = /^unix:\/[^|]*$/i.test(value) ? `${value}|http://localhost/` : /^(?!\w+:\/)[\w.-]+(:\d+)(\/.*)?$/.test(value) ? `http://${value}` : undefined
  const argument = reading.directive.args[at]
  const words = `"${value}" is no absolute URL, one with a scheme and a host${meant === undefined ? '.' : `: write "${meant}".`}`
  if (meant === undefined || !argument || argument.value !== value) return say(server, at, words)
  const edits = [{ path: reading.directive.source.path, start: argument.start, end: argument.end, newText: /[\s"]/.test(meant) ? `"${meant}"` : meant }]
  return { ...say(server, at, words), fixes: [{ title: `Write "${meant}"`, safe: false, edits }] }
}

/** A parameter with a wrong name or value; also for what `mod_proxy_hcheck` reads. */
export function parameterFault(reading: Reading, server: string, fault: ParameterFault, key: string, at: number): Refusal {
  const argument = reading.directive.args[at]
  const value = argument?.value.slice(key.length + 1) ?? ''
  const known = fault.names ?? fault.values
  const meant = known && nearestWord(fault.names ? key : value, known)
  const told = fault.names
    ? `"${key}" is no parameter of ${isBalancer(reading.directive.args[at - 1]?.value ?? '') ? 'a balancer' : reading.entry.name}`
    : `"${key}=${value}" is wrong: ${fault.server.replace(/\.$/, '')}`
  const words = `${told}${meant === undefined ? '.' : `; did you mean "${meant}"?`}`
  if (meant === undefined || !argument || argument.value !== `${key}=${value}`) return say(server, at, words)
  const text = fault.names ? `${meant}=${value}` : `${key}=${meant}`
  const edits = [
    {
      path: reading.directive.source.path,
      start: argument.start,
      end: argument.end,
      newText: argument.quote ? `${argument.quote}${text}${argument.quote}` : text,
    },
  ]
  return { ...say(server, at, words), fixes: [{ title: `Write "${text}"`, safe: true, edits }] }
}
