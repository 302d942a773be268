import { compilePattern } from '../../../regex/pcre.ts'
import { parseExpression } from '../../../syntax/apache/expression/parse-expression.ts'
import type { Reading, Said } from './reading.ts'

/** What kind of expression: a condition, a text with expressions in it, or the older language of SSLRequire. */
export type ExpressionKind = 'condition' | 'string'

/** What Apache has against an expression, behind `prefix` (`server/util_expr_eval.c: ap_expr_parse`). */
export function expressionFault(reading: Reading, text: string, at: number, prefix: string, kind: ExpressionKind = 'condition'): Said {
  if (kind === 'string' && !text.includes('%') && !text.includes('$') && !text.includes('\\')) return undefined
  const verdict = parseExpression(text, {
    isString: kind === 'string',
    restricted: reading.section.htaccess,
    mayHaveOtherNames: reading.state.unknownModule,
    compiles,
  })
  if (verdict.ok || verdict.isUnsure) return undefined
  return {
    server: verdict.isFatal ? verdict.message : prefix + verdict.message,
    rule: 'apache/invalid-expression',
    at,
    noLine: verdict.isFatal,
    words: explain(text, verdict.message, verdict.start, reading),
  }
}

function explain(text: string, message: string, start: number, { directive, entry }: Reading): string {
  const unquoted = entry.section && directive.args.length > 1 && directive.args[0]?.quote === undefined
  if (unquoted) return `The condition of <${entry.name}> is one word, and this one ends at the first space: put it in quotes.`
  const where = start >= text.length ? 'it ends too early' : `at "${text.slice(start, start + 20)}"`
  return `This expression cannot be parsed, ${where}: ${message}.`
}

/** Apache lets groups share a name (`PCRE2_DUPNAMES`). */
function compiles(pattern: string): boolean {
  const verdict = compilePattern(pattern)
  return !('error' in verdict) || verdict.error.startsWith('two named subpatterns have the same name')
}
