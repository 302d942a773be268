// Reading C source as text: comments, preprocessor branches, macros, initializers.

/** Replaces comments by a space, keeping line ends and everything inside string and character literals. @param {string} text */
export function stripComments(text) {
  return text.replace(/"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) => {
    if (part[0] !== '/') return part
    const lines = part.split('\n').length - 1
    return lines > 0 ? '\n'.repeat(lines) : ' '
  })
}

/**
 * The text as the compiler may see it: once with every condition taken (`#if 0` and Windows excepted), once with every `#else` taken instead.
 * A condition without `#else` is taken both times, so the two together hold every line outside a middle `#elif`.
 * @param {string} text without comments @returns {string[]}
 */
export function preprocessorBranches(text) {
  if (!/^[ \t]*#/m.test(text)) return [text]
  const first = keepBranch(text, 'first')
  const last = keepBranch(text, 'last')
  return first === last ? [first] : [first, last]
}

/**
 * The macros of a text; one with parameters is kept under `NAME()`, its parameters before its body. @param {string} text without comments
 * @returns {Map<string, string>}
 */
export function readDefines(text) {
  const defines = new Map()
  for (const match of text.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)(\([\w \t,]*\))[ \t]*((?:\\\r?\n|[^\n])+)/gm)) {
    const key = `${match[1]}()`
    if (!defines.has(key)) defines.set(key, `${match[2]}${(match[3] ?? '').replace(/\\\r?\n/g, ' ').trim()}`)
  }
  for (const match of text.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+((?:\\\r?\n|[^\n])+)/gm)) {
    const name = match[1] ?? ''
    if (!defines.has(name)) defines.set(name, (match[2] ?? '').replace(/\\\r?\n/g, ' ').trim())
  }
  return defines
}

/**
 * The text between the brace at `open` and its partner, or undefined when it has none. @param {string} text @param {number} open
 */
export function bracedText(text, open) {
  let depth = 0
  for (const { index, token } of tokens(text, open)) {
    if (token === '{') depth += 1
    else if (token === '}') {
      depth -= 1
      if (depth === 0) return text.slice(open + 1, index)
    }
  }
  return undefined
}

/** Splits an initializer at its top-level commas. @param {string} text @returns {string[]} */
export function splitTopLevel(text) {
  const parts = []
  let depth = 0
  let start = 0
  for (const { index, token } of tokens(text, 0)) {
    if (token === '{' || token === '(' || token === '[') depth += 1
    else if (token === '}' || token === ')' || token === ']') depth -= 1
    else if (token === ',' && depth === 0) {
      parts.push(text.slice(start, index).trim())
      start = index + 1
    }
  }
  const rest = text.slice(start).trim()
  if (rest) parts.push(rest)
  return parts
}

/**
 * The value of a `ngx_string(...)` or string literal, macros expanded; undefined when it is something else.
 * @param {string} text @param {(name: string) => string | undefined} define @returns {string | undefined}
 */
export function stringValue(text, define) {
  const inner = /^\(*\s*(?:ngx_string|ngx_stream_string)\s*\(([\s\S]*)\)\s*\)*$/.exec(text.trim())?.[1] ?? text.trim()
  let value = ''
  const pieces = inner.match(/"(?:[^"\\]|\\.)*"|\w+|\S/g) ?? []
  if (pieces.length === 0) return undefined
  for (const piece of pieces) {
    if (piece.startsWith('"')) value += piece.slice(1, -1).replace(/\\(.)/g, '$1')
    else {
      const expanded = /^\w+$/.test(piece) ? define(piece) : undefined
      const more = expanded === undefined ? undefined : stringValue(expanded, define)
      if (more === undefined) return undefined
      value += more
    }
  }
  return value
}

/**
 * The array initializers of a type: `ngx_command_t name[] = { … }`. @param {string} text @param {string} type
 * @returns {{ name: string, body: string }[]}
 */
export function arraysOf(text, type) {
  const found = []
  for (const match of text.matchAll(new RegExp(`\\b${type}\\s+(\\w+)\\s*\\[[^\\]]*\\]\\s*=\\s*\\{`, 'g'))) {
    const body = bracedText(text, match.index + match[0].length - 1)
    if (body !== undefined) found.push({ name: match[1] ?? '', body })
  }
  return found
}

/** The initializers of single structures of a type: `ngx_module_t name = { … }`. @param {string} text @param {string} type */
export function structuresOf(text, type) {
  const found = []
  for (const match of text.matchAll(new RegExp(`\\b${type}\\s+(\\w+)\\s*=\\s*\\{`, 'g'))) {
    const body = bracedText(text, match.index + match[0].length - 1)
    if (body !== undefined) found.push({ name: match[1] ?? '', body })
  }
  return found
}

/** The fields of each `{ … }` of an array's body; elements that are macros are expanded first. @param {string} body @param {(name: string) => string | undefined} define */
export function rowsOf(body, define) {
  const rows = []
  for (const element of splitTopLevel(body)) {
    const text = expandElement(element, define)
    for (const piece of text.startsWith('{') ? [text] : splitTopLevel(text)) {
      if (!piece.startsWith('{')) continue
      const inside = bracedText(piece, 0)
      if (inside !== undefined) rows.push(splitTopLevel(inside))
    }
  }
  return rows
}

/** An array's element written as a macro, with or without arguments. @param {string} element @param {(name: string) => string | undefined} define */
function expandElement(element, define) {
  if (/^\w+$/.test(element)) return define(element) ?? element
  const call = /^(\w+)\s*\(([^()]*)\)$/.exec(element)
  const macro = call ? /^\(([^)]*)\)([\s\S]*)$/.exec(define(`${call[1]}()`) ?? '') : undefined
  if (!call || !macro) return element
  const args = (call[2] ?? '').split(',').map((arg) => arg.trim())
  const parameters = (macro[1] ?? '').split(',').map((name) => name.trim())
  return (macro[2] ?? '').replace(/(#?)\b([A-Za-z_]\w*)\b|"[^"]*"/g, (whole, mark, name) => {
    const value = args[parameters.indexOf(String(name))]
    if (name === undefined || value === undefined) return whole
    return mark ? `"${value}"` : value
  })
}

/** The body of the function `name` defined in a text, or undefined. @param {string} text @param {string} name */
export function functionBody(text, name) {
  const match = new RegExp(`(?:^|[\\s*])${name}\\s*\\([^;{)]*\\)\\s*\\{`).exec(text)
  return match ? bracedText(text, match.index + match[0].length - 1) : undefined
}

/** @param {string} text @param {'first' | 'last'} which */
function keepBranch(text, which) {
  /** @type {{ zero: boolean, branch: number, branches: number }[]} */
  const stack = []
  const counts = countBranches(text)
  let conditional = 0
  const kept = []
  for (const line of text.split('\n')) {
    const directive = /^[ \t]*#[ \t]*(ifdef|ifndef|if|elif|else|endif)\b[ \t]*(.*)/.exec(line)
    if (directive) {
      const word = directive[1] ?? ''
      if (word.startsWith('if')) {
        stack.push({ zero: word === 'if' && /^\(?(?:0|NGX_WIN32)\)?\s*$/.test(directive[2] ?? ''), branch: 0, branches: counts[conditional] ?? 1 })
        conditional += 1
      } else if (word === 'endif') stack.pop()
      else {
        const top = stack.at(-1)
        if (top) top.branch += 1
      }
      kept.push('')
    } else if (/^[ \t]*#/.test(line)) kept.push('')
    else {
      const keep = stack.every(({ zero, branch, branches }) => {
        if (zero) return branch === 1
        return branch === (which === 'first' ? 0 : branches - 1)
      })
      kept.push(keep ? line : '')
    }
  }
  return kept.join('\n')
}

/** How many branches each conditional has, in the order in which they open. @param {string} text */
function countBranches(text) {
  /** @type {number[]} */
  const counts = []
  /** @type {number[]} */
  const open = []
  for (const [, word] of text.matchAll(/^[ \t]*#[ \t]*(ifdef|ifndef|if|elif|else|endif)\b/gm)) {
    if (word?.startsWith('if')) {
      open.push(counts.length)
      counts.push(1)
    } else if (word === 'endif') open.pop()
    else {
      const index = open.at(-1)
      if (index !== undefined) counts[index] = (counts[index] ?? 1) + 1
    }
  }
  return counts
}

/** The brackets and commas outside literals, from `from` on. @param {string} text @param {number} from */
function* tokens(text, from) {
  const pattern = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|[{}()[\],]/g
  pattern.lastIndex = from
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (match[0].length === 1) yield { index: match.index, token: match[0] }
  }
}
