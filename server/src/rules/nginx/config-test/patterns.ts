import { type CompiledPattern, compilePattern } from '../../../regex/pcre.ts'
import type { Reading } from './reading.ts'
import { noteUse } from './script.ts'
import { defineVariable } from './variables.ts'

/** Compiles a pattern (`ngx_http_regex_compile`) and defines the variables of its named groups; undefined where nginx refuses it. */
export function compileRegex(reading: Reading, at: number, pattern: string): CompiledPattern | undefined {
  const compiled = checkRegex(reading, at, pattern)
  if (!compiled) return undefined
  for (const name of compiled.names) {
    if (!defineVariable(reading, name, at)) return undefined
    noteUse(reading.protocol, name, reading.directive, at)
  }
  return compiled
}

/** `ngx_regex_compile`: PCRE2's own verdict. */
export function checkRegex(reading: Reading, at: number, pattern: string): CompiledPattern | undefined {
  const verdict = compilePattern(pattern)
  if (!('error' in verdict)) return verdict
  const bytes = new TextEncoder().encode(pattern)
  const tail = verdict.offset === bytes.length ? '' : ` at "${new TextDecoder().decode(bytes.subarray(verdict.offset))}"`
  reading.emerg('nginx/invalid-regex', `pcre2_compile() failed: ${verdict.error} in "${pattern}"${tail}`, {
    at,
    words: `This is no regular expression: ${verdict.error}${tail}. nginx refuses the file.`,
  })
  return undefined
}
