import type { PlacedDirective } from '../../configuration/placed.ts'
import { type Automaton, bytesRepeated, concatenated, exactly, intersected, searched } from '../../regex/automaton.ts'
import { allBytes, toByteText } from '../../regex/bytes.ts'
import { wordOf } from '../../regex/language.ts'
import { searching, textWithGroup } from '../../regex/questions.ts'
import { innermostLocation, type Use } from './definitions.ts'
import { locationOf } from './locations.ts'
import { regexesOf } from './regexes.ts'
import { type Input, languageOf, type Value } from './values.ts'
import { builtIn } from './variables.ts'

/** A request that shows what can come of it. */
export interface Request {
  /** As it is sent: path and query. */
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
}

/** Whether an input can be such a text (`wanted`: a pattern that finds something in it), and a request in which it is. */
export interface Possibility {
  /** The text that it then is. */
  readonly text: string
  /** Undefined where one that reaches the place could not be made. */
  readonly request: Request | undefined
}

/** A shortest way for an input to hold what is wanted; undefined where it cannot, or nobody knows. */
export function possible(input: Input, wanted: string | Automaton, use: Use): Possibility | undefined {
  const automaton = typeof wanted === 'string' ? searching(wanted) : wanted
  if (!automaton) return undefined
  const { origin } = input
  const reach = reachOf(use.directive)
  if (origin.kind === 'variable') {
    const text = reach && isPath(origin.variable) ? wordOf(input.language, automaton, reach) : wordOf(input.language, automaton)
    if (text === undefined || text === 'unknown') return undefined
    return { text, request: requestWith(origin.variable, text, use) }
  }
  const subject = singleInput(origin.subject)
  const all = languageOf(origin.subject)
  const within = all && reach && subject?.origin.kind === 'variable' && isPath(subject.origin.variable) ? intersected(all, reach) : all
  const found = textWithGroup(origin.regex.pattern, origin.group, intersected(automaton, input.language) ?? automaton, within)
  if (!found) return undefined
  const inner = subject && possible(subject, exactly(found.text), use)
  if (subject && !inner) return undefined
  return { text: found.group, request: inner?.request }
}

/** The input that a value is, where it is nothing else. */
function singleInput(value: Value): Input | undefined {
  const rows = value.alternatives.filter((row) => row.some((piece) => piece.kind === 'input'))
  return rows.length === 1 && rows[0]?.length === 1 && rows[0][0]?.kind === 'input' ? rows[0][0] : undefined
}

function requestWith(name: string, text: string, use: Use): Request | undefined {
  if (name === 'uri' || name === 'document_uri') return { target: escaped(text), headers: [] }
  if (name === 'request_uri') return { target: text, headers: [] }
  const path = pathOf(use.directive)
  if (path === undefined) return undefined
  if (name === 'args' || name === 'query_string') return { target: `${path}?${text}`, headers: [] }
  if (name.startsWith('arg_')) return { target: `${path}?${name.slice(4)}=${text}`, headers: [] }
  if (name.startsWith('http_')) return { target: path, headers: [[headerName(name.slice(5)), text]] }
  if (name.startsWith('cookie_')) return { target: path, headers: [['Cookie', `${name.slice(7)}=${text}`]] }
  return undefined
}

const headerName = (name: string): string => name.replaceAll('_', '-').replaceAll(/(?:^|-)[a-z]/g, (all) => all.toUpperCase())

/** A path as a request line has it. */
export const escaped = (text: string): string =>
  text.replaceAll(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g, (ch) => `%${ch.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

const isPath = (variable: string): boolean => variable === 'uri' || variable === 'document_uri'

/** The decoded paths of requests that the location around a directive gets; undefined where any may come. */
function reachOf(directive: PlacedDirective): Automaton | undefined {
  const around = innermostLocation(directive)
  const location = around && locationOf(around)
  if (!location || location.modifier === '@') return undefined
  if (location.modifier === '~' || location.modifier === '~*') {
    const [regex] = regexesOf(location.directive)
    return regex && searched(regex.pattern.tree)
  }
  const prefix = exactly(toByteText(location.path))
  return location.modifier === '=' ? prefix : concatenated([prefix, bytesRepeated(allBytes)])
}

/** A path for which nginx may come to a directive: that of the location around it. */
export function pathOf(directive: PlacedDirective): string | undefined {
  const around = innermostLocation(directive)
  if (!around) return '/'
  const location = locationOf(around)
  if (!location || location.modifier === '@') return undefined
  if (location.modifier !== '~' && location.modifier !== '~*') return escaped(location.path)
  const [regex] = regexesOf(around)
  const uri = builtIn('uri')?.language
  const language = regex && searched(regex.pattern.tree)
  const path = language && uri ? wordOf(language, uri) : undefined
  return path === undefined || path === 'unknown' ? undefined : escaped(path)
}
