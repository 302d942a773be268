import type { Hole } from './tree.ts'

/**
 * Finds the parts of a text that a template engine fills in: Jinja2 and Ansible, Go templates (Helm, confd, consul-template), Mustache and
 * Handlebars (`{{ … }}`, `{% … %}`, `{# … #}`), ERB and EPP (`<% … %>`), names for envsubst (`${NAME}`, in capitals) and for Python (`%(name)s`).
 *
 * @param isTemplate the file's name says that it is a template: `$NAME` without braces and `@NAME@` count too
 * @param isNginx `<NAME>` counts too, which in Apache is a section
 */
export function findHoles(text: string, isTemplate: boolean, isNginx = false): Hole[] {
  if (!mayHaveHoles(text, isTemplate)) return []
  const holes: Hole[] = []
  const form = isTemplate ? (isNginx ? inNginxTemplates : inTemplates) : isNginx ? inNginx : inAnyFile
  form.lastIndex = 0
  for (let match = form.exec(text); match; match = form.exec(text)) {
    const start = match.index
    const hole = holeAt(text, start, match[0])
    if (!hole) continue
    holes.push(hole)
    form.lastIndex = Math.max(hole.end, start + 1)
  }
  return holes
}

const inAnyFile = /\{\{|\{%|\{#|<%|\$\{[A-Z][A-Z0-9_]*\}|%\([a-z_]\w*\)[sd]/g
const inTemplates = /\{\{|\{%|\{#|<%|\$\{[A-Z][A-Z0-9_]*\}|%\([a-z_]\w*\)[sd]|\$[A-Z][A-Z0-9_]{2,}\b|@[A-Za-z]\w*@/g

/** Not the name of a group: `(?<NAME>…)`. */
const angles = '(?<![?P])<[A-Z][A-Z0-9_]+>'
const inNginx = new RegExp(`${inAnyFile.source}|${angles}`, 'g')
const inNginxTemplates = new RegExp(`${inTemplates.source}|${angles}`, 'g')

const mayHaveHoles = (text: string, isTemplate: boolean): boolean =>
  text.includes('{{') || text.includes('{%') || text.includes('<%') || /\$\{[A-Z]|<[A-Z]|%\(\w+\)[sd]/.test(text) || isTemplate

function holeAt(text: string, start: number, opening: string): Hole | undefined {
  switch (opening) {
    case '{{':
      return braces(text, start)
    case '{%': {
      const end = text.indexOf('%}', start + 2)
      return end < 0 ? undefined : { start, end: end + 2, role: roleOfJinja(inside(text, start + 2, end)) }
    }
    case '{#': {
      // A comment of Jinja; elsewhere a block that begins with a comment of the configuration.
      const end = text.indexOf('#}', start + 2)
      const line = text.indexOf('\n', start)
      return end < 0 || (line >= 0 && line < end && !/\{%/.test(text)) ? undefined : { start, end: end + 2, role: 'trivia' }
    }
    case '<%': {
      const end = text.indexOf('%>', start + 2)
      return end < 0 ? undefined : { start, end: end + 2, role: roleOfErb(text.slice(start + 2, end)) }
    }
    default:
      return { start, end: start + opening.length, role: 'value' }
  }
}

/** `{{ … }}`, with three braces where Mustache leaves out the escaping. Braces inside quotes do not end it. */
function braces(text: string, start: number): Hole | undefined {
  const triple = text.startsWith('{{{', start) && text.includes('}}}', start)
  const closing = triple ? '}}}' : '}}'
  let end = start + closing.length
  for (let quote = ''; end < text.length; end++) {
    const ch = text.charAt(end)
    if (quote !== '') {
      if (ch === '\\') end++
      else if (ch === quote || ch === '\n') quote = ''
    } else if (ch === '"' || ch === '`') quote = ch
    else if (text.startsWith(closing, end)) return { start, end: end + closing.length, role: roleOfBraces(inside(text, start + closing.length, end)) }
  }
  return undefined
}

/** The words of a tag without the signs that trim white space. */
const inside = (text: string, start: number, end: number): string =>
  text
    .slice(start, end)
    .replace(/^[-~+]|[-~+]$/g, '')
    .trim()

function roleOfJinja(words: string): Hole['role'] {
  const [keyword = ''] = words.split(/[\s(]/)
  if (/^end/.test(keyword)) return 'close'
  if (/^(else|elif|elsif|elseif|when)$/.test(keyword)) return 'else'
  if (/^(if|for|macro|call|filter|block|unless|case|with|autoescape|capture)$/.test(keyword)) return 'open'
  return /^(include|extends|import|render)$/.test(keyword) ? 'value' : 'trivia'
}

function roleOfBraces(words: string): Hole['role'] {
  if (/^[#^]/.test(words) || /^(if|range|with|block|define|each|unless|for)\b/.test(words)) return 'open'
  if (/^else\b/.test(words)) return 'else'
  if (/^end$/.test(words) || words.startsWith('/')) return words.startsWith('/*') ? 'trivia' : 'close'
  return words.startsWith('!') || /^\$?\w+\s*:?=[^=]/.test(words) ? 'trivia' : 'value'
}

function roleOfErb(code: string): Hole['role'] {
  if (/^[=]/.test(code)) return 'value'
  if (code.startsWith('#')) return 'trivia'
  const words = code.replace(/^-|-$/g, '').trim()
  if (/^(else|elsif|when)\b|^\}\s*(else|elsif)\b/.test(words)) return 'else'
  if (/^(end\b|\})/.test(words)) return 'close'
  return /^(if|unless|case|while|until|for|begin)\b|\bdo\b\s*(\|[^|]*\|)?\s*$|\{\s*(\|[^|]*\|)?\s*$/.test(words) ? 'open' : 'trivia'
}
