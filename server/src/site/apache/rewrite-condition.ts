import type { PlacedDirective } from '../../configuration/placed.ts'
import { parsePattern } from '../../regex/parse.ts'
import type { Pattern } from '../../regex/tree.ts'
import { derived } from '../../workspace/derived.ts'
import { type Part, rewriteParts } from './expansion.ts'

/** A `RewriteCond` as it is carried out. */
export interface RewriteCondition {
  readonly directive: PlacedDirective
  readonly test: readonly Part[]
  readonly kind: 'regex' | 'equal' | 'file' | 'other'
  /** Of a regular expression that can be read. */
  readonly pattern: Pattern | undefined
  /** What `=` compares with. */
  readonly text: string
  readonly negated: boolean
  /** It is enough that this one or the next one holds. */
  readonly orNext: boolean
}

/** What a condition is, by its directive. */
export const conditionOf = derived((directive: PlacedDirective): RewriteCondition => {
  const [test, second, flags] = directive.args
  const { kind, pattern, negated } = conditionPattern(test?.value ?? '', second?.value ?? '')
  const names = new Set(
    (flags?.value ?? '')
      .replace(/^\[|\]$/g, '')
      .split(',')
      .map((flag) => flag.trim().toLowerCase()),
  )
  const caseless = names.has('nc') || names.has('nocase')
  return {
    directive,
    test: rewriteParts(test?.value ?? ''),
    kind: kind === 'regex' || kind === 'file' ? kind : kind === 'text' && pattern.startsWith('=') && !caseless ? 'equal' : 'other',
    pattern: kind === 'regex' ? parsePattern(pattern, caseless) : undefined,
    text: pattern === '=""' ? '' : pattern.slice(1),
    negated,
    orNext: names.has('or') || names.has('ornext'),
  }
})

export interface ConditionPattern {
  readonly kind: 'regex' | 'expression' | 'text' | 'file' | 'number'
  /** Without what says of which kind it is, but with the `<`, `>` or `=` of a comparison of texts. */
  readonly pattern: string
  readonly negated: boolean
}

/** What the second word of a `RewriteCond` is (`mod_rewrite.c: cmd_rewritecond`). */
export function conditionPattern(test: string, written: string): ConditionPattern {
  const negated = written.startsWith('!')
  const pattern = negated ? written.slice(1) : written
  if (test.toLowerCase() === 'expr') return { kind: 'expression', pattern, negated }
  if (pattern.length < 2) return { kind: 'regex', pattern, negated }
  if (pattern.startsWith('-')) {
    if (pattern.length === 2 && 'fsdxhlLUF'.includes(pattern.charAt(1))) return { kind: 'file', pattern, negated }
    if (/^-(?:lt|le|gt|ge|eq|ne)./s.test(pattern)) return { kind: 'number', pattern: pattern.slice(3), negated }
    return { kind: 'regex', pattern, negated }
  }
  return { kind: /^[<>=]/.test(pattern) ? 'text' : 'regex', pattern, negated }
}
