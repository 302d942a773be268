import { parseNumber } from './c-numbers.ts'
import type { Handler, Refusal } from './reading.ts'

/** `atoi` into an `int` of 32 bits, as on all platforms that Apache runs on: what is too large wraps around. */
export function toInt(text: string): number {
  const { value, overflow } = parseNumber(text)
  if (Number.isSafeInteger(value)) return value | 0
  if (overflow) return value < 0 ? 0 : -1
  return Number(BigInt.asIntN(32, BigInt(/[+-]?\d+/.exec(text)?.[0].replace('+', '') ?? '0')))
}

/** `atof`, `strtod`, as far as decimal numbers go. */
export function toDouble(text: string): { readonly value: number; readonly rest: string } {
  const match = /^[ \t\n\v\f\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(text)
  return match ? { value: Number(match[1]), rest: text.slice(match[0].length) } : { value: 0, rest: text }
}

/** A handler for a number (`atoi`) of which only some are right: `server` is what Apache says of others, `needs` completes "NAME must be …". */
export function intWhere(isRight: (value: number) => boolean, server: string | ((value: string) => string), needs: string): Handler {
  return ({ entry }, value) => (isRight(toInt(value)) ? undefined : badValue(typeof server === 'string' ? server : server(value), entry.name, value, needs))
}

/** A value of the wrong kind; `needs` completes "NAME must be …". */
export function badValue(server: string, name: string, value: string, needs: string): Refusal {
  return { server, words: `${name} must be ${needs}, not "${value}".` }
}
