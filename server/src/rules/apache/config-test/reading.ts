import type { ApacheEntry } from '../../../catalog/apache/catalog.ts'
import { type Argument, type PlacedDirective, placeOfArgument, placeOfDirective, placeOfName } from '../../../configuration/placed.ts'
import type { Place } from '../../../problem/place.ts'
import type { Finding, FindingFix } from '../../rule.ts'
import type { Section } from './section.ts'
import type { TestState } from './state.ts'

/** The rules under which Apache's own checks are reported. */
export type ApacheTestRule =
  | 'apache/unknown-directive'
  | 'apache/not-allowed-here'
  | 'apache/argument-count'
  | 'apache/invalid-value'
  | 'apache/invalid-regex'
  | 'apache/invalid-expression'
  | 'apache/invalid-section'
  | 'apache/invalid-rewrite'
  | 'apache/invalid-access'
  | 'apache/invalid-header'
  | 'apache/invalid-proxy'
  | 'apache/invalid-log-format'
  | 'apache/macro'
  | 'apache/conflict'
  | 'apache/ignored'
  | 'wsgi/invalid-definition'

/** One directive while its handler looks at it: what Apache hands over as `cmd_parms`. */
export interface Reading {
  readonly state: TestState
  readonly section: Section
  readonly directive: PlacedDirective
  readonly entry: ApacheEntry
  /** The number of the argument handed over, from 0: of a directive that takes several one after the other. */
  readonly at: number
  /** Something that Apache logs, and goes on. */
  warn(server: string, detail?: Detail): void
}

export interface Detail {
  /** `apache/invalid-value` where absent. */
  readonly rule?: ApacheTestRule
  /** The number of the argument at fault, from 0; `name` for the name. Where absent, the one handed over. */
  readonly at?: number | 'name' | 'all'
  /** What is wrong and what to do, in our words; the server's words in a sentence where absent. */
  readonly words?: string | undefined
  readonly related?: Finding['related']
  readonly fixes?: readonly FindingFix[] | undefined
  /** Apache names no line. */
  readonly noLine?: boolean
  /** The line (1-based) that Apache names, where it is not that of the directive's end. */
  readonly line?: number
}

/** What Apache's function returns for an error, and what we have to say of it. */
export interface Refusal extends Detail {
  readonly server: string
}

// biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to return, and say so by returning nothing
export type Said = string | Refusal | undefined | void

/**
 * The check of one directive, as Apache's own function makes it: it gets the arguments as the kind of the directive says (`enum cmd_how`;
 * `raw` ones get the text behind the name, flags `on` or `off`), and returns the words of an error.
 */
export type Handler = (reading: Reading, ...args: string[]) => Said

/** Handlers by the directive's name in lower case. */
export type Handlers = Readonly<Record<string, Handler>>

/** Where an argument stands, the name, or the directive as a whole. */
export function placeAt(directive: PlacedDirective, at: Detail['at']): Place {
  if (at === 'name') return placeOfName(directive)
  const argument: Argument | undefined = typeof at === 'number' ? directive.args[at] : undefined
  return argument ? placeOfArgument(directive, argument) : placeOfDirective(directive)
}

/** Letter case aside, as Apache compares words (`ap_cstr_casecmp`). */
export const same = (one: string, other: string): boolean => one.length === other.length && one.toLowerCase() === other.toLowerCase()

/** `atoi`, and `strtol` as far as it goes: the number at the beginning of a text, 0 where there is none. */
export function atoi(text: string): number {
  const match = /^\s*([+-]?\d+)/.exec(text)
  return match ? Number(match[1]) : 0
}

/** Whether a text is a number and nothing else (`strtol` that ends at the end), and which. */
export function wholeNumber(text: string): number | undefined {
  return /^\s*[+-]?\d+$/.test(text) ? Number(text) : undefined
}

/** A handler for one word of a few; `message` is what Apache says of others. */
export function oneOf(words: readonly string[], message: string): Handler {
  const known = new Set(words.map((word) => word.toLowerCase()))
  return (reading, value) => (known.has(value.toLowerCase()) ? undefined : { server: message, ...wordFix(reading, value, words) })
}

/** The correction of a word by the nearest of those that are right. */
export function wordFix(reading: Reading, value: string, words: readonly string[], at: number = reading.at): Pick<Detail, 'words' | 'fixes' | 'at'> {
  return reading.state.corrections(reading.directive, value, words, at)
}
