/**
 * Where a Lua block ends: the offset of the `}` that belongs to the opening brace before `start`, or
 * undefined where it never comes. Braces inside strings, long brackets and comments do not count
 * (lua-nginx-module: `ngx_http_lua_lex.re`).
 */
export function endOfLuaBlock(text: string, start: number): number | undefined {
  let depth = 0
  let i = start
  while (i < text.length) {
    const ch = text.charCodeAt(i)
    if (ch === 123 /* { */) depth++
    else if (ch === 125 /* } */) {
      if (depth === 0) return i
      depth--
    } else if (ch === 34 || ch === 39) i = endOfString(text, i, ch)
    else if (ch === 45 && text.charCodeAt(i + 1) === 45) {
      const long = endOfLongBracket(text, i + 2)
      if (long !== undefined) i = long - 1
      else {
        const lineEnd = text.indexOf('\n', i)
        i = lineEnd < 0 ? text.length : lineEnd
      }
    } else if (ch === 91 /* [ */) {
      const long = endOfLongBracket(text, i)
      if (long !== undefined) i = long - 1
    }
    i++
  }
  return undefined
}

/** The offset of the closing quote, or the end of the line for a string that is never closed. */
function endOfString(text: string, start: number, quote: number): number {
  let i = start + 1
  while (i < text.length) {
    const ch = text.charCodeAt(i)
    if (ch === 92) i++
    else if (ch === quote || ch === 10) return i
    i++
  }
  return text.length
}

/** Behind `[==[ … ]==]` at `start`; undefined where none begins there. */
function endOfLongBracket(text: string, start: number): number | undefined {
  if (text.charCodeAt(start) !== 91) return undefined
  let level = 0
  while (text.charCodeAt(start + 1 + level) === 61) level++
  if (text.charCodeAt(start + 1 + level) !== 91) return undefined
  const close = `]${'='.repeat(level)}]`
  const end = text.indexOf(close, start + 2 + level)
  return end < 0 ? text.length : end + close.length
}
