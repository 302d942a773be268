import { parseNumber } from '../../../catalog/nginx/values.ts'
import { nearest } from '../../lib/names.ts'
import { compileRegex } from './patterns.ts'
import type { Reading, Setter } from './reading.ts'
import { compileScript, compileValue, noteUse } from './script.ts'
import { listed, replace } from './slots.ts'
import { defineVariable, variableName } from './variables.ts'

/** `ngx_http_rewrite` */
export const rewrite: Setter = (reading) => {
  const { values } = reading
  const replacement = values[2] ?? ''
  if (replacement === '') {
    reading.emerg('nginx/invalid-value', 'empty replacement', { at: 2, words: '"rewrite" needs a replacement; an empty one is refused.' })
    return
  }
  if (!compileRegex(reading, 1, values[1] ?? '')) return
  const flag = values[3]
  const flags = ['last', 'break', 'redirect', 'permanent']
  if (flag !== undefined && !flags.includes(flag)) {
    const code = { '301': 'permanent', '302': 'redirect' }[flag]
    const meant = code ?? nearest(flag, flags)
    reading.emerg('nginx/invalid-parameter', `invalid parameter "${flag}"`, {
      at: 3,
      words: `"${flag}" is no flag of "rewrite": those are ${listed(flags)}.`,
      fixes: meant ? [replace(reading, 3, meant)] : [],
    })
    return
  }
  compileScript(reading, 2, replacement.endsWith('?') ? replacement.slice(0, -1) : replacement)
}

/** `ngx_http_rewrite_return` */
export const returnCode: Setter = (reading) => {
  const { values } = reading
  const first = values[1] ?? ''
  const code = parseNumber(first)
  if (code === undefined && values.length === 2 && /^(https?:\/\/|\$scheme)/.test(first)) return void compileValue(reading, 1)
  if (code === undefined || code > 999) {
    reading.emerg('nginx/invalid-value', `invalid return code "${first}"`, {
      at: 1,
      words: `"${first}" is no status code: "return" takes a code, a code and a text or URL, or a URL that begins with http://, https:// or $scheme.`,
    })
    return
  }
  if (values.length > 2) compileValue(reading, 2)
}

/** `ngx_http_rewrite_set` */
export const set: Setter = (reading) => {
  const name = variableName(reading, 1)
  if (name === undefined) return
  if (!defineVariable(reading, name, 1)) return
  noteUse(reading.protocol, name, reading.directive, 1)
  compileValue(reading, 2)
}

/** `ngx_http_rewrite_if_condition` */
export const condition: Setter = (reading) => {
  const values = [...reading.values]
  let last = values.length - 1
  const refuse = (at: number, server = `invalid condition "${values[at] ?? ''}"`, words = wordsFor(reading)): void =>
    reading.emerg('nginx/invalid-condition', server, { at: Math.min(at, reading.values.length - 1), words, fixes: fixesFor(reading) })
  const opening = values[1] ?? ''
  if (!opening.startsWith('(')) return refuse(1)
  let at = 2
  if (opening.length > 1) {
    at = 1
    values[1] = opening.slice(1)
  }
  const closing = values[last] ?? ''
  if (!closing.endsWith(')')) return refuse(last)
  if (closing.length === 1) last--
  else values[last] = closing.slice(0, -1)

  const first = values[at] ?? ''
  if (first.length > 1 && first.startsWith('$')) {
    if (at !== last && at + 2 !== last) return refuse(at)
    noteUse(reading.protocol, first.slice(1), reading.directive, at)
    if (at === last) return
    const operator = values[at + 1] ?? ''
    if (operator === '=' || operator === '!=') return void compileValue(reading, last, values[last])
    if (/^!?~\*?$/.test(operator)) return void compileRegex(reading, last, values[last] ?? '')
    return refuse(at + 1, `unexpected "${operator}" in condition`)
  }
  if (/^(-.|!-.)$/.test(first)) {
    if (at + 1 !== last) return refuse(at)
    if (!compileValue(reading, last, values[last])) return
    if (!/^!?-[fdex]$/.test(first)) refuse(at)
    return
  }
  return refuse(at)
}

function wordsFor(reading: Reading): string {
  const text = reading.values.slice(1).join(' ')
  if (/&&|\|\||\b(and|or)\b/i.test(text))
    return 'nginx knows no "and" or "or": a condition is one comparison. Use a "map" that joins the values, or two "if"s that set a variable.'
  if (/==/.test(text)) return 'nginx compares with a single "=".'
  if (/!\s+-/.test(text)) return 'Write "!-f" without a space.'
  return 'A condition is ($variable), ($variable = text), ($variable ~ regex), with "!" before the operator to negate, or (-f path), (-d path), (-e path), (-x path).'
}

function fixesFor(reading: Reading) {
  const at = reading.values.indexOf('==')
  return at > 0 ? [replace(reading, at, '=')] : []
}
