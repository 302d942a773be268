import type { Run } from './run.ts'
import { escapeUri } from './uri.ts'

/** A part of a value with variables, as `ngx_http_script_compile` reads it. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'capture'; readonly group: number }
  | { readonly kind: 'variable'; readonly name: string }
  /** The question mark of a rewrite's replacement: what follows is the query. */
  | { readonly kind: 'args' }

/** @param withArgs the first question mark parts the query off, as in a `rewrite` that is no redirect */
export function compileValue(text: string, withArgs = false): readonly Part[] {
  const parts: Part[] = []
  let literal = ''
  let splits = withArgs
  const flush = (): void => {
    if (literal !== '') parts.push({ kind: 'text', text: literal })
    literal = ''
  }
  for (let i = 0; i < text.length; i++) {
    const ch = text.charAt(i)
    if (ch === '?' && splits) {
      flush()
      parts.push({ kind: 'args' })
      splits = false
    } else if (ch === '$') {
      const found = /^\$(?:([1-9])|\{(\w+)\}|(\w+))/.exec(text.slice(i, i + 300))
      if (!found) {
        literal += ch
        continue
      }
      flush()
      if (found[1] !== undefined) parts.push({ kind: 'capture', group: Number(found[1]) })
      else parts.push({ kind: 'variable', name: (found[2] ?? found[3] ?? '').toLowerCase() })
      i += found[0].length - 1
    } else literal += ch
  }
  flush()
  return parts
}

/** How captures are put into a value: as they are, or escaped for a query where the URI had escapes. */
export interface Writing {
  quote: boolean
  isArgs: boolean
}

const plain: Writing = { quote: false, isArgs: false }

/**
 * The value for a request. As in nginx all variables are looked up before anything is written, so that a map with a regular expression
 * takes the captures from what stands before it too.
 */
export const evaluate = (run: Run, text: string, writing: Writing = { ...plain }): string => writeParts(run, compileValue(text), writing).text

export function writeParts(run: Run, parts: readonly Part[], writing: Writing): { readonly text: string; readonly argsAt: number | undefined } {
  const values = parts.map((part) => (part.kind === 'variable' ? run.variable(run, part.name) : ''))
  let text = ''
  let argsAt: number | undefined
  parts.forEach((part, i) => {
    if (part.kind === 'text') text += part.text
    else if (part.kind === 'variable') text += values[i] ?? ''
    else if (part.kind === 'args') {
      writing.isArgs = true
      argsAt = text.length
    } else {
      const value = run.captures[part.group] ?? ''
      text += (writing.quote || writing.isArgs) && (run.quotedUri || run.plusInUri) ? escapeUri(value, 'args') : value
    }
  })
  return { text, argsAt }
}
