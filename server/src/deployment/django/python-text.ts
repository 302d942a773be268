/** Python's literals and string formatting, as text. */

/** The value of a string literal; undefined where it is malformed. */
export function decodeStringLiteral(literal: string): { readonly value: string; readonly bytes: boolean } | undefined {
  const match = /^([A-Za-z]{0,2})("""|'''|"|')/.exec(literal)
  if (!match) return undefined
  const prefix = (match[1] as string).toLowerCase()
  const quote = match[2] as string
  const start = match[0].length
  if (literal.length < start + quote.length || !literal.endsWith(quote)) return undefined
  const body = literal.slice(start, literal.length - quote.length)
  return { value: prefix.includes('r') ? body : decodeEscapes(body), bytes: prefix.includes('b') }
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
  '\r\n': '',
  '\r': '',
}

/** Backslash escapes; what Python does not know stays as it is. */
export function decodeEscapes(body: string): string {
  if (!body.includes('\\')) return body
  return body.replace(/\\(\r\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\s\S])/g, (whole, sequence: string) => {
    const simple = SIMPLE_ESCAPES[sequence]
    if (simple !== undefined) return simple
    if (/^[xuU][0-9a-fA-F]{2}/.test(sequence)) {
      const code = Number.parseInt(sequence.slice(1), 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    }
    return /^[0-7]/.test(sequence) ? String.fromCharCode(Number.parseInt(sequence, 8)) : whole
  })
}

/** The value of a number literal of Python 2 or 3; undefined for complex numbers. */
export function decodeNumber(literal: string): number | undefined {
  const plain = literal.replaceAll('_', '').toLowerCase()
  if (/^0[xob][0-9a-f]+$/.test(plain)) return Number(plain)
  if (/^0[0-7]+$/.test(plain)) return Number.parseInt(plain, 8)
  if (/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(plain)) return Number(plain)
  return undefined
}

/** `template % …`. `next` gives the text of the next value, `named` that of a key. Undefined where a value or a conversion is not known. */
export function formatPercent(template: string, next: () => string | undefined, named: (key: string) => string | undefined): string | undefined {
  let failed = false
  const result = template.replace(/%(?:\(([^)]*)\))?([#0\- +]*\d*(?:\.\d+)?)([a-zA-Z%]?)/g, (_, key: string | undefined, flags: string, conversion: string) => {
    if (conversion === '%') return '%'
    const text = key === undefined ? next() : named(key)
    if (text === undefined || flags !== '' || !/^[sdi]$/.test(conversion)) failed = true
    return text ?? ''
  })
  return failed ? undefined : result
}

/** `template.format(…)` for fields without attributes, conversions and format specifications. */
export function formatBraces(template: string, field: (name: string | number) => string | undefined): string | undefined {
  let failed = false
  let automatic = 0
  const result = template.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (whole, name: string | undefined) => {
    if (whole === '{{' || whole === '}}') return whole.charAt(0)
    const text = name === undefined || !/^\w*$/.test(name) ? undefined : field(name === '' ? automatic++ : /^\d+$/.test(name) ? Number(name) : name)
    if (text === undefined) failed = true
    return text ?? ''
  })
  return failed ? undefined : result
}
