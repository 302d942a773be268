import type { Argument, PlacedDirective } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'

/** What an `if` asks: `$variable`, `$variable = text`, `$variable ~ pattern`, `-f path`. */
export interface Condition {
  /** Without its `$`, in small letters; undefined for a test of a file. */
  readonly variable: string | undefined
  readonly operator: '=' | '!=' | '~' | '~*' | '!~' | '!~*' | 'file' | 'set'
  /** The text, pattern or path; empty for a lone variable. */
  readonly value: string
  readonly argument: Argument
}

/** The condition of an `if`, its parentheses taken off as `ngx_http_rewrite_if_condition` does; undefined where nginx would refuse it. */
export const conditionOf = (directive: PlacedDirective): Condition | undefined => (directive.name === 'if' ? readCondition(directive) : undefined)

const readCondition = derived((directive: PlacedDirective): Condition | undefined => {
  const { args } = directive
  const [opening] = args
  const closing = args.at(-1)
  if (!opening?.value.startsWith('(') || !closing?.value.endsWith(')')) return undefined
  const parts = args.map((argument, i) => {
    let { value } = argument
    if (i === 0) value = value.slice(1)
    if (i === args.length - 1) value = value.slice(0, -1)
    return { value, argument }
  })
  // A parenthesis may stand by itself on either side.
  if (args.length > 1 && parts[0]?.value === '') parts.shift()
  if (parts.length > 1 && parts.at(-1)?.value === '' && closing.value === ')') parts.pop()
  const [first, second, third] = parts
  if (!first) return undefined
  if (first.value.startsWith('$')) {
    const variable = first.value
      .slice(1)
      .replace(/^\{|\}$/g, '')
      .toLowerCase()
    if (!second) return { variable, operator: 'set', value: '', argument: first.argument }
    const operator = operators.find((each) => each === second.value)
    return operator && third && parts.length === 3 ? { variable, operator, value: third.value, argument: third.argument } : undefined
  }
  return /^!?-[fdex]$/.test(first.value) && second ? { variable: undefined, operator: 'file', value: second.value, argument: second.argument } : undefined
})

const operators = ['=', '!=', '~', '~*', '!~', '!~*'] as const
