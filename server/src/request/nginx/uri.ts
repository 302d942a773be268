/** Texts here hold one byte in each character. */

const sets = (plain: string): boolean[] => Array.from({ length: 256 }, (_, byte) => !(byte > 0x20 && byte < 0x7f && !plain.includes(String.fromCharCode(byte))))

/** The bytes that `ngx_escape_uri` writes as `%XX`, by its types. */
const escaped = {
  uri: sets('"#%<>?\\^`{|}'),
  args: sets('"#%&+;<>?\\^`{|}'),
} as const

export function escapeUri(text: string, type: keyof typeof escaped): string {
  const set = escaped[type]
  let made = ''
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i)
    made += set[byte] ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}` : text.charAt(i)
  }
  return made
}

/** `ngx_unescape_uri` with NGX_UNESCAPE_REDIRECT: only what may stand in a URI as it is gets decoded, up to a question mark. */
export function unescapeRedirect(text: string): string {
  let made = ''
  for (let i = 0; i < text.length; i++) {
    const ch = text.charAt(i)
    if (ch === '?') return made + text.slice(i)
    if (ch !== '%') {
      made += ch
      continue
    }
    const first = text.charAt(i + 1)
    if (i + 1 >= text.length) return made
    if (!isHex(first)) {
      made += first
      i++
      continue
    }
    const second = text.charAt(i + 2)
    i += 2
    if (!isHex(second)) continue
    const byte = Number.parseInt(first + second, 16)
    if (byte === 0x3f) return `${made}?${text.slice(i + 1)}`
    made += byte > 0x25 && byte < 0x7f ? String.fromCharCode(byte) : `%${first}${second}`
  }
  return made
}

const isHex = (ch: string): boolean => /^[0-9A-Fa-f]$/.test(ch)

/** A target with its path made plain, as `ngx_http_parse_complex_uri` leaves it. */
export interface PlainUri {
  readonly uri: string
  readonly args: string
  readonly quoted: boolean
  readonly plus: boolean
}

/** Decodes escapes, removes `.` and `..`, and merges slashes; undefined where nginx refuses the request. */
export function normalizeUri(target: string, mergeSlashes: boolean): PlainUri | undefined {
  let made = target.startsWith('/') ? '' : '/'
  let quoted = false
  let plus = false
  type State = 'usual' | 'slash' | 'dot' | 'dot-dot'
  let state: State = 'usual'
  const upwards = (): boolean => {
    const last = made.slice(0, -3).lastIndexOf('/')
    if (last < 0 || made.length < 4) return false
    made = made.slice(0, last + 1)
    return true
  }
  let args = ''
  let at = 0
  for (; at < target.length; at++) {
    let ch = target.charAt(at)
    let literal = false
    if (ch === '%') {
      quoted = true
      const digits = target.slice(at + 1, at + 3)
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return undefined
      ch = String.fromCharCode(Number.parseInt(digits, 16))
      at += 2
      if (ch === '\0') return undefined
      // These are no marks of their own any more; all others go through the states as if they were written so.
      literal = ch === '%' || ch === '#' || ch === '?'
    }
    if (ch === '+') plus = true
    if (literal) {
      made += ch
      state = 'usual'
      continue
    }
    if (ch === '?' || ch === '#') break
    if (ch === '/') {
      if (state === 'slash') {
        if (!mergeSlashes) made += ch
      } else if (state === 'dot') {
        made = made.slice(0, -1)
        state = 'slash'
      } else if (state === 'dot-dot') {
        if (!upwards()) return undefined
        state = 'slash'
      } else {
        made += ch
        state = 'slash'
      }
      continue
    }
    if (ch === '.' && state === 'slash') state = 'dot'
    else if (ch === '.' && state === 'dot') state = 'dot-dot'
    else state = 'usual'
    made += ch
  }
  if (state === 'dot') made = made.slice(0, -1)
  else if (state === 'dot-dot' && !upwards()) return undefined
  if (target.charAt(at) === '?') {
    args = target.slice(at + 1)
    const fragment = args.indexOf('#')
    if (fragment >= 0) args = args.slice(0, fragment)
  }
  return { uri: made, args, quoted, plus }
}

/** Splits at the first question mark. */
export function splitArgs(text: string): { readonly uri: string; readonly args: string } {
  const mark = text.indexOf('?')
  return mark < 0 ? { uri: text, args: '' } : { uri: text.slice(0, mark), args: text.slice(mark + 1) }
}

/** What stands behind the last dot of the last segment (`ngx_http_set_exten`); a dot that begins a segment does not count. */
export function extensionOf(uri: string): string {
  for (let i = uri.length - 1; i > 1; i--) {
    if (uri.charAt(i) === '.' && uri.charAt(i - 1) !== '/') return uri.slice(i + 1)
    if (uri.charAt(i) === '/') return ''
  }
  return ''
}
