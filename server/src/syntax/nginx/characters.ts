// What `ngx_conf_read_token` takes single characters for.

/** nginx reads into a buffer of this many bytes, and a word or comment must fit into it (NGX_CONF_BUFFER). */
export const bufferBytes = 4096

/** Characters of an unquoted word that mean nothing by themselves: all but white space, `;`, `{`, `$` and the backslash. */
export const isOrdinary = Uint8Array.from({ length: 128 }, (_, ch) => (' \n\t\r;{$\\'.includes(String.fromCharCode(ch)) ? 0 : 1))

/** A repetition of a regular expression begins at `at`: `{3}`, `{1,}`, `{2,4}`. */
export function isQuantifier(text: string, at: number): boolean {
  quantifier.lastIndex = at
  return quantifier.test(text)
}

const quantifier = /\{\d+(,\d*)?\}/y

/** Resolves the escapes of a word as nginx copies it: `\"` `\'` `\\` lose the backslash, `\t` `\r` `\n` are control characters. */
export function resolveEscapes(raw: string): string {
  let value = ''
  for (let i = 0; i < raw.length; i++) {
    const ch = raw.charAt(i)
    const next = raw.charAt(i + 1)
    if (ch === '\\' && next !== '') {
      const plain = escapes[next]
      if (plain !== undefined) {
        value += plain
        i++
        continue
      }
    }
    value += ch
  }
  return value
}

const escapes: Readonly<Record<string, string>> = { '"': '"', "'": "'", '\\': '\\', t: '\t', r: '\r', n: '\n' }

/** Whether a part of a text, in UTF-8, does not fit into nginx's buffer. */
export function isLongerThanBuffer(text: string, start: number, end: number): boolean {
  if ((end - start) * 3 < bufferBytes) return false
  if (end - start >= bufferBytes) return true
  return new TextEncoder().encode(text.slice(start, end)).length >= bufferBytes
}

/** How much white space stands before `at` on its line; -1 where something else does. */
export function indentBefore(text: string, at: number): number {
  let i = at - 1
  while (i >= 0 && isBlank(text.charCodeAt(i))) i--
  return i < 0 || text.charCodeAt(i) === 10 ? at - 1 - i : -1
}

/** Where the line of `from` ends, its line feed excluded. */
export function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

export const isSpace = (ch: number): boolean => ch === 32 || ch === 10 || ch === 9 || ch === 13
export const isBlank = (ch: number): boolean => ch === 32 || ch === 9
export const isLineBreak = (ch: number): boolean => ch === 10 || ch === 13
