/**
 * Texts as Apache has them: one character is one byte. Everything that is matched, escaped or compared in the interpretation of a request is such a text;
 * what a configuration says comes in through `toBytes`, what goes to the file system goes out through `fromBytes`.
 */

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The UTF-8 of a text, a character a byte. */
export function toBytes(text: string): string {
  // Most of a configuration is ASCII.
  if (!/[^\0-\x7f]/.test(text)) return text
  let bytes = ''
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte)
  return bytes
}

/** The text of which bytes are the UTF-8. */
export function fromBytes(bytes: string): string {
  if (!/[^\0-\x7f]/.test(bytes)) return bytes
  return decoder.decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0) & 0xff))
}

/** `tolower` of the "C" locale. */
export const lowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

export const upperCase = (text: string): string => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())

/** `strcasecmp`, for equality. */
export const sameIgnoringCase = (a: string, b: string): boolean => a === b || (a.length === b.length && lowerCase(a) === lowerCase(b))

/** C's `atoi`: the number that a text begins with, else 0. */
export const leadingInteger = (text: string): number => Number(/^[ \t\n\v\f\r]*([-+]?\d+)/.exec(text)?.[1] ?? 0)

const hexadecimal = (byte: number, digits = 'abcdef'): string => {
  const text = byte.toString(16).padStart(2, '0')
  return digits === 'ABCDEF' ? text.toUpperCase() : text
}

/** `server/util.c: ap_os_escape_path` with `partial`, which is `ap_escape_uri`: what is no plain character of a path becomes `%xx`, in small letters. */
export const escapeUri = (text: string): string => text.replace(/[^A-Za-z0-9$\-_.+!*'(),:;@&=/~]/g, (character) => `%${hexadecimal(character.charCodeAt(0))}`)

const isHexadecimal = (text: string): boolean => /^[0-9A-Fa-f]{2}$/.test(text)
const isUnreserved = (character: string): boolean => /^[A-Za-z0-9\-._~]$/.test(character)

interface UnescapeOptions {
  /** An escaped slash is refused: 404. */
  readonly forbidSlashes?: boolean
  /** An escaped slash stays as it is. */
  readonly keepSlashes?: boolean
  /** Escaped letters, digits and `-._~` stay as they are. */
  readonly keepUnreserved?: boolean
}

/** `server/util.c: unescape_url`; with the status that it leads to, 0 where all is well. */
export function unescapeUrl(url: string, options: UnescapeOptions = {}): { readonly text: string; readonly status: 0 | 400 | 404 } {
  let text = ''
  let isBadEscape = false
  let isBadPath = false
  for (let at = 0; at < url.length; at++) {
    const character = url.charAt(at)
    if (character !== '%') {
      text += character
      continue
    }
    const digits = url.slice(at + 1, at + 3)
    if (!isHexadecimal(digits)) {
      isBadEscape = true
      text += '%'
      continue
    }
    const decoded = String.fromCharCode(Number.parseInt(digits, 16))
    if (decoded === '\0' || (options.forbidSlashes && decoded === '/')) {
      isBadPath = true
      text += decoded
    } else if ((options.keepUnreserved && isUnreserved(decoded)) || (options.keepSlashes && decoded === '/')) text += `%${digits}`
    else text += decoded
    at += 2
  }
  // In C a text ends at its first NUL.
  return { text: untilNul(text), status: isBadEscape ? 400 : isBadPath ? 404 : 0 }
}

const untilNul = (text: string): string => {
  const nul = text.indexOf('\0')
  return nul < 0 ? text : text.slice(0, nul)
}

interface NormalizeOptions {
  readonly mergeSlashes?: boolean
  readonly decodeUnreserved?: boolean
  readonly allowRelative?: boolean
  /** `..` above the root is a mistake. */
  readonly notAboveRoot?: boolean
}

/** `server/util.c: ap_normalize_path`: takes out `.`, `..` and doubled slashes; `ok` false for what no path may be. */
export function normalizePath(path: string, options: NormalizeOptions): { readonly path: string; readonly ok: boolean } {
  const characters = [...path]
  const at = (index: number): string => characters[index] ?? ''
  const isEnd = (index: number): boolean => at(index) === '' || at(index) === '/'
  let ok = true
  let read = 1
  let out = path.slice(0, 1)
  if (at(0) !== '/') {
    if (path === '*') return { path, ok }
    if (!options.allowRelative || path === '') return { path, ok: false }
    read = 0
    out = ''
  }
  while (read < characters.length) {
    if (options.decodeUnreserved && at(read) === '%') {
      const digits = at(read + 1) + at(read + 2)
      if (isHexadecimal(digits)) {
        const decoded = String.fromCharCode(Number.parseInt(digits, 16))
        if (isUnreserved(decoded)) {
          read += 2
          characters[read] = decoded
        }
      } else ok = false
    }
    if (out === '' || out.endsWith('/')) {
      if (options.mergeSlashes && at(read) === '/') {
        while (at(read) === '/') read++
        continue
      }
      if (at(read) === '.') {
        if (isEnd(read + 1)) {
          read += at(read + 1) === '' ? 1 : 2
          continue
        }
        let next = read + 1
        let isDot = at(next) === '.'
        if (options.decodeUnreserved && /^%2[eE]$/.test(at(next) + at(next + 1) + at(next + 2))) {
          isDot = true
          next += 2
        }
        if (isDot && isEnd(next + 1)) {
          if (out.length > 1) {
            out = out.slice(0, -1)
            while (out !== '' && !out.endsWith('/')) out = out.slice(0, -1)
          } else if (options.notAboveRoot) ok = false
          read = next + 1
          if (at(read) !== '') read++
          continue
        }
      }
    }
    out += at(read)
    read++
  }
  return { path: out, ok }
}

/** `server/util.c: ap_no2slash`: several slashes become one. */
export const withoutDoubleSlashes = (path: string): string => path.replace(/\/{2,}/g, '/')

/** Up to the last slash, with it (`ap_make_dirstr_parent`); empty where there is none. */
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)

/** `ap_make_full_path`: two parts with one slash between. */
export const joinPath = (folder: string, rest: string): string => (folder === '' ? `/${rest}` : folder.endsWith('/') ? folder + rest : `${folder}/${rest}`)

/** Whether control characters or spaces stand in it (`ap_scan_vchar_obstext`). */
export const hasControlOrSpace = (text: string): boolean => /[\0-\x20\x7f]/.test(text)

/** `modules/proxy/proxy_util.c: ap_proxy_canonenc_ex` for the path of a reverse proxy; undefined for a broken escape. */
export function encodeProxyPath(path: string, keepEncodedSlashes: boolean): string | undefined {
  let text = ''
  for (let at = 0; at < path.length; at++) {
    const character = path.charAt(at)
    if (character === '/') {
      text += character
      continue
    }
    if (keepEncodedSlashes && character === '%') {
      const digits = path.slice(at + 1, at + 3)
      if (!isHexadecimal(digits)) return undefined
      if (digits.toLowerCase() === '2f') {
        text += `%${digits}`
        at += 2
        continue
      }
    }
    text += /[A-Za-z0-9~$\-_.+!*'(),;:@&=]/.test(character) ? character : `%${hexadecimal(character.charCodeAt(0), 'ABCDEF')}`
  }
  return text
}
