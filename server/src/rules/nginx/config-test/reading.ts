import type { NginxEntry } from '../../../catalog/nginx/catalog.ts'
import { type Argument, type PlacedDirective, placeOfArgument, placeOfDirective, placeOfName } from '../../../configuration/placed.ts'
import type { Place } from '../../../problem/place.ts'
import type { Finding, FindingFix } from '../../rule.ts'
import type { Block, ProtocolState, TestState } from './state.ts'

/** The rules under which nginx's own checks are reported. */
export type NginxTestRule =
  | 'nginx/syntax'
  | 'nginx/unknown-directive'
  | 'nginx/not-allowed-here'
  | 'nginx/argument-count'
  | 'nginx/invalid-value'
  | 'nginx/invalid-parameter'
  | 'nginx/invalid-address'
  | 'nginx/invalid-regex'
  | 'nginx/invalid-variable'
  | 'nginx/invalid-location'
  | 'nginx/invalid-condition'
  | 'nginx/invalid-entry'
  | 'nginx/duplicate'
  | 'nginx/conflict'
  | 'nginx/incomplete'
  | 'nginx/undefined-name'
  | 'nginx/unknown-variable'
  | 'nginx/proxy-pass-uri'
  | 'nginx/ignored'
  | 'nginx/deprecated'

/** One directive while its setter looks at it: what nginx hands over as `cf`, `cmd` and `conf`. */
export interface Reading {
  readonly state: TestState
  readonly protocol: ProtocolState
  readonly block: Block
  readonly directive: PlacedDirective
  readonly entry: NginxEntry
  /** The values of its arguments; `values[0]` is the name, as in nginx. */
  readonly values: readonly string[]
  /** An error that nginx logs with file and line of the directive's end. */
  emerg(rule: NginxTestRule, server: string, detail?: Detail): void
  /** A warning of the same kind. */
  warn(rule: NginxTestRule, server: string, detail?: Detail): void
}

export interface Detail {
  /** The number of the argument at fault; the whole directive where absent. */
  readonly at?: number
  /** What is wrong and what to do, in our words; the server's words in a sentence where absent. */
  readonly words?: string
  readonly related?: Finding['related']
  readonly fixes?: readonly FindingFix[]
  /** Nginx logs this one without file and line. */
  readonly noLine?: boolean
  /** The line (1-based) that nginx names, where it is not that of the directive's end. */
  readonly line?: number
  /** Where to mark, if neither an argument nor the whole directive. */
  readonly mark?: Place
}

/**
 * The check of one directive, in the order of nginx's own function. A text that it returns is what nginx puts
 * behind the directive's name: `"gzip" directive is duplicate`.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to return, and say so by returning nothing
export type Setter = (reading: Reading) => string | undefined | void

/** Where an argument stands, or the directive as a whole. */
export function placeAt(directive: PlacedDirective, at: number | undefined): Place {
  if (at === 0) return placeOfName(directive)
  const argument: Argument | undefined = at === undefined ? undefined : directive.args[at - 1]
  if (argument) return placeOfArgument(directive, argument)
  return at === undefined ? placeOfDirective(directive) : placeOfName(directive)
}

/** A value after a prefix: `rest('max=', 'max=10')` is `10`, undefined where it does not begin so. */
export function rest(prefix: string, value: string): string | undefined {
  return value.startsWith(prefix) ? value.slice(prefix.length) : undefined
}
