import { compilePattern } from '../../../regex/pcre.ts'
import type { Detail } from './reading.ts'

/** What PCRE2 has against a pattern, as details of Apache's own message (which names no reason); undefined where it takes it. */
export function patternFault(pattern: string, at?: Detail['at']): (Detail & { words: string }) | undefined {
  const verdict = compilePattern(pattern)
  if (!('error' in verdict)) return undefined
  return {
    rule: 'apache/invalid-regex',
    words: `This regular expression cannot be compiled: ${verdict.error} at offset ${verdict.offset}.`,
    ...(at === undefined ? {} : { at }),
  }
}

/** Whether PCRE2 takes a pattern. */
export const isPattern = (pattern: string): boolean => patternFault(pattern) === undefined
