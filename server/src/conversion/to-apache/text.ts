/** A directive, section or comment of the text that is made. */
export type Line = { readonly text: string; readonly block?: readonly Line[] } | { readonly comment: string }

/** A directive with its arguments, which are quoted where they must be. */
export const simple = (name: string, ...values: readonly string[]): Line => ({ text: [name, ...values.map(quoted)].join(' ') })

export const section = (name: string, argument: string, block: readonly Line[]): Line => ({ text: argument === '' ? name : `${name} ${argument}`, block })

/** A word as Apache's lexer gives it back (`ap_getword_conf`). */
export function quoted(value: string): string {
  if (value !== '' && !/[\s"'<>]/.test(value)) return value
  return `"${value.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`
}

/** Always in quotes, as paths and patterns of sections are mostly written. */
export const inQuotes = (value: string): string => `"${value.replace(/"/g, '\\"')}"`

const step = '    '

export function printApache(lines: readonly Line[], indent = ''): string {
  let text = ''
  lines.forEach((line, i) => {
    const before = lines[i - 1]
    const isSection = (each: Line | undefined): boolean => each !== undefined && 'block' in each && each.block !== undefined
    if (i > 0 && (isSection(line) || isSection(before)) && !(before && 'comment' in before)) text += '\n'
    if ('comment' in line) text += `${indent}# ${line.comment.replace(/\s+/g, ' ').replace(/\\$/, '').trim()}\n`
    else if (line.block) text += `${indent}<${onOneLine(line.text)}>\n${printApache(line.block, indent + step)}${indent}</${line.text.split(' ')[0]}>\n`
    else text += `${indent}${onOneLine(line.text)}\n`
  })
  return text
}

/** A word of nginx may hold line breaks, which end a directive of Apache: in patterns they are written as such, elsewhere they are white space. */
function onOneLine(text: string): string {
  if (!/[\r\n]/.test(text)) return text
  return /^\w*Match |^Rewrite/.test(text) ? text.replace(/\r/g, '\\r').replace(/\n/g, '\\n') : text.replace(/\s*[\r\n]\s*/g, ' ')
}
