/** What `strtol` and its kin make of a text: the number it begins with, and what is left of the text. */
export interface ParsedNumber {
  readonly value: number
  readonly rest: string
  /** More than 64 bits hold (`ERANGE`). */
  readonly overflow: boolean
}

/** `apr_strtoi64`, `apr_strtoff`, `strtol` with base 10: a text without digits is 0, and all of it is left. */
export function parseNumber(text: string): ParsedNumber {
  const match = /^[ \t\n\v\f\r]*([+-]?)(\d+)/.exec(text)
  if (!match) return { value: 0, rest: text, overflow: false }
  const digits = match[2] ?? ''
  const value = Number(digits)
  const overflow = digits.length > 18 && BigInt(digits) > 9223372036854775807n
  return { value: match[1] === '-' ? -value : value, rest: text.slice(match[0].length), overflow }
}

/** The microseconds of a time with its unit: `s`, `h`, `ms`, `min`; undefined where Apache takes it for none (`server/util.c: ap_timeout_parameter_parse`). */
export function parseTimeout(text: string, unit: string): number | undefined {
  const { value, rest, overflow } = parseNumber(text)
  if (overflow || value < 0) return undefined
  const written = rest === '' ? unit : rest
  const factor = written.startsWith('ms') ? 1e3 : written.startsWith('mi') ? 60e6 : written.startsWith('s') ? 1e6 : written.startsWith('h') ? 3600e6 : undefined
  const microseconds = factor === undefined ? undefined : value * factor
  return microseconds === undefined || microseconds >= 2 ** 63 ? undefined : microseconds
}
