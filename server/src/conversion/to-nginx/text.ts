/** A directive, block or comment of the text that is made. */
export type Line = { readonly words: readonly string[]; readonly block?: readonly Line[] } | { readonly comment: string }

/** A simple directive; the words are values and are quoted where they must be. */
export const simple = (name: string, ...values: readonly string[]): Line => ({ words: [name, ...values.map(quoted)] })

/** A block; its words are written as they are given. */
export const block = (words: readonly string[], lines: readonly Line[]): Line => ({ words, block: lines })

/** An `if` with its condition as nginx reads it, without brackets. */
export const when = (condition: string, ...lines: readonly Line[]): Line => ({ words: ['if', `(${condition})`], block: lines })

/** A word that nginx's lexer gives back as the value (`ngx_conf_read_token`: a backslash goes before quotes, backslashes and `t`, `r`, `n`). */
export function quoted(value: string): string {
  const escaped = value.replace(/\\(?=["'\\tnr]|$)/g, '\\\\')
  if (value !== '' && !/[\s;{}]|^["'#]/.test(value)) return escaped
  return `"${escaped.replace(/"/g, '\\"')}"`
}

/** A text in which nothing is to be a variable; undefined where it has a `$`, which nginx cannot write. */
export const literal = (value: string): string | undefined => (value.includes('$') ? undefined : value)

const step = '    '

/** The lines as text, blocks of one level apart from what is around them. */
export function printNginx(lines: readonly Line[], indent = ''): string {
  let text = ''
  lines.forEach((line, i) => {
    const before = lines[i - 1]
    const isSection = (each: Line | undefined): boolean => each !== undefined && 'words' in each && each.block !== undefined
    if (i > 0 && (isSection(line) || isSection(before)) && !(before && 'comment' in before)) text += '\n'
    if ('comment' in line) text += `${indent}# ${line.comment.replace(/\s+/g, ' ').trim()}\n`
    else if (line.block) text += `${indent}${line.words.join(' ')} {\n${printNginx(line.block, indent + step)}${indent}}\n`
    else text += `${indent}${line.words.join(' ')};\n`
  })
  return text
}
