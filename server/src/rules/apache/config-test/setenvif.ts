import { expressionFault } from './expressions.ts'
import { patternFault } from './patterns.ts'
import type { Handler, Handlers, Reading, Refusal, Said } from './reading.ts'
import { wordsOf } from './sections.ts'

/** `mod_setenvif.c: add_setenvif`, `add_browser` */
const setEnvIf =
  (browser: boolean): Handler =>
  (reading, text) => {
    const { name } = reading.entry
    const words = wordsOf(text)
    const [attribute = ''] = browser ? ['User-Agent'] : words
    if (attribute === '') return missing(reading, `Missing header-field name for ${name}`)
    const at = browser ? 0 : 1
    const pattern = words[at] ?? ''
    if (pattern === '') return missing(reading, `Missing regular expression for ${name}`)
    if (needsPattern(pattern)) {
      const fault = patternFault(pattern, at)
      if (fault) return { server: `${name} regex could not be compiled.`, ...fault }
    }
    if (!/^[-\w]*$/.test(attribute)) {
      const fault = patternFault(attribute, 0)
      if (fault) return { server: `${name}Header name regex could not be compiled.`, ...fault }
    }
    return noVariable(reading, words[at + 1])
  }

/** `mod_setenvif.c: add_setenvifexpr` */
const setEnvIfExpr: Handler = (reading, text): Said => {
  const [expression = '', variable] = wordsOf(text)
  if (expression === '') return missing(reading, `Missing expression for ${reading.entry.name}`)
  return expressionFault(reading, expression, 0, `Could not parse expression "${expression}": `) ?? noVariable(reading, variable)
}

function noVariable(reading: Reading, variable: string | undefined): Refusal | undefined {
  return variable ? undefined : missing(reading, `Missing envariable expression for ${reading.entry.name}`)
}

function missing({ entry }: Reading, server: string): Refusal {
  const takes = /^Browser/i.test(entry.name)
    ? 'a regular expression and the variables to set'
    : /Expr$/i.test(entry.name)
      ? 'an expression and the variables to set'
      : 'a header or attribute, a regular expression and the variables to set'
  return { server, rule: 'apache/argument-count', at: 'name', words: `${entry.name} takes ${takes}.` }
}

/** Whether a pattern is more than a text to look for, in which backslashes only take meaning away (`mod_setenvif.c: non_regex_pattern`). */
function needsPattern(pattern: string): boolean {
  let escaped = false
  for (const ch of pattern) {
    const special = '^.$|()[]*+?{}'.includes(ch)
    if (ch === '\\') escaped = !escaped
    else if (special !== escaped) return true
    else escaped = false
  }
  return false
}

/** `modules/metadata/mod_setenvif.c` */
export const setenvifHandlers: Handlers = {
  setenvif: setEnvIf(false),
  setenvifnocase: setEnvIf(false),
  setenvifexpr: setEnvIfExpr,
  browsermatch: setEnvIf(true),
  browsermatchnocase: setEnvIf(true),
}
