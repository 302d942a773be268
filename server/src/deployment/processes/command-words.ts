/** A word of a command line, with its place in the file that holds it (UTF-16 offsets). */
export interface CommandWord {
  readonly value: string
  readonly start: number
  readonly end: number
  /** False where a variable or a substitution stands in it: the value is then what is written. */
  readonly known: boolean
}

/**
 * Splits a command line as systemd and a shell do: at white space, with quotes and backslashes. `variables` fill in `$NAME` and `${NAME}`
 * (and systemd's `%` specifiers, where they are given with their sign: `%n`).
 */
export function splitCommand(text: string, offset: number, variables: ReadonlyMap<string, string> = new Map()): CommandWord[] {
  const words: CommandWord[] = []
  let at = 0
  while (at < text.length) {
    if (isBlank(text.charAt(at))) {
      at++
      continue
    }
    const start = at
    let value = ''
    let known = true
    let quote = ''
    for (; at < text.length; at++) {
      const character = text.charAt(at)
      if (quote === '' && isBlank(character)) break
      if (character === quote) quote = ''
      else if (quote === '' && (character === '"' || character === "'")) quote = character
      else if (character === '\\' && quote !== "'" && at + 1 < text.length) value += text.charAt(++at)
      else if ((character === '$' || character === '%') && quote !== "'") {
        const found = variableAt(text, at)
        const filled = found && variables.get(found.name)
        if (found && filled !== undefined) value += filled
        else {
          // A sign alone is a sign.
          if (found || /[`$(]/.test(text.charAt(at + 1))) known = false
          value += found ? text.slice(at, found.end) : character
        }
        if (found) at = found.end - 1
      } else {
        if (character === '`' && quote !== "'") known = false
        value += character
      }
    }
    words.push({ value, start: offset + start, end: offset + at, known })
  }
  return words
}

const isBlank = (character: string): boolean => character === ' ' || character === '\t' || character === '\n' || character === '\r'

/** `$NAME`, `${NAME}`, `%n`; `%%` is the sign itself. */
function variableAt(text: string, at: number): { readonly name: string; readonly end: number } | undefined {
  pattern.lastIndex = at
  const match = pattern.exec(text)
  if (!match) return undefined
  return { name: match[1] ?? match[2] ?? match[0], end: at + match[0].length }
}

const pattern = /\$\{(\w+)[^}]*\}|\$(\w+)|%[a-zA-Z%]/y
