import { isBcrypted } from './bcrypt.ts'
import { desCrypt } from './des-crypt.ts'
import { md5, sha1 } from './digest.ts'
import { toLetters } from './letters.ts'
import { shaCrypt } from './sha-crypt.ts'

/**
 * Whether a password is the one of a line in a password file, by `{PLAIN}`, `{SHA}`, `{SSHA}`, `$apr1$` or a method of crypt(3); undefined for one that is
 * not computed here (yescrypt, scrypt), or that would take too long.
 *
 * @param password bytes, one a character
 */
export function isPassword(password: string, hash: string): boolean | undefined {
  if (hash.startsWith('$apr1$')) return md5Crypt(password, hash, '$apr1$') === hash
  if (hash.startsWith('{PLAIN}')) return hash.slice('{PLAIN}'.length) === password
  if (hash.startsWith('{SHA}')) return `{SHA}${base64(sha1(password))}` === hash
  if (hash.startsWith('{SSHA}')) {
    const decoded = decodeBase64(hash.slice('{SSHA}'.length))
    if (decoded === undefined || decoded.length < 20) return false
    const salt = decoded.slice(20)
    return `{SSHA}${base64([...sha1(password + salt), ...Array.from(salt, (ch) => ch.charCodeAt(0))])}` === hash
  }
  return isCrypted(password, hash)
}

/** Whether it is the one of `$apr1$`, of `{SHA}` or of a method of crypt(3), as Apache asks (`apr_password_validate`). */
export function isApachePassword(password: string, hash: string): boolean | undefined {
  if (hash.startsWith('$apr1$')) return md5Crypt(password, hash, '$apr1$') === hash
  if (hash.startsWith('{SHA}')) return `{SHA}${base64(sha1(password))}` === hash
  return isCrypted(password, hash)
}

/** The methods of the C library's crypt(3); anything else is the salt of none, and matches nothing. */
function isCrypted(password: string, hash: string): boolean | undefined {
  if (hash.startsWith('$1$')) return md5Crypt(password, hash, '$1$') === hash
  if (/^\$2[abxy]\$/.test(hash)) return isBcrypted(password, hash)
  if (/^\$[56]\$/.test(hash)) {
    const made = shaCrypt(password, hash)
    return made === undefined ? undefined : made === hash
  }
  if (/^\$(?:y|gy|7)\$|^_/.test(hash)) return undefined
  return /^[A-Za-z0-9./]{13}$/.test(hash) && desCrypt(password, hash) === hash
}

const base64 = (bytes: readonly number[]): string => btoa(String.fromCharCode(...bytes))

/** The bytes of a Base64 text; undefined where it is none (`ngx_decode_base64`). */
export function decodeBase64(text: string): string | undefined {
  const end = text.search(/[^A-Za-z0-9+/]/)
  const digits = end < 0 ? text : text.slice(0, end)
  if (end >= 0 && text.charAt(end) !== '=') return undefined
  if (digits.length % 4 === 1) return undefined
  return atob(digits.padEnd(Math.ceil(digits.length / 4) * 4, '='))
}

const textOf = (bytes: readonly number[]): string => String.fromCharCode(...bytes)

/** Poul-Henning Kamp's, with the mark of either kind. */
function md5Crypt(password: string, hash: string, magic: string): string {
  const salt = /^[^$]{0,8}/.exec(hash.slice(magic.length))?.[0] ?? ''
  let text = password + magic + salt
  const mixed = textOf(md5(password + salt + password))
  for (let left = password.length; left > 0; left -= 16) text += mixed.slice(0, Math.min(16, left))
  for (let left = password.length; left > 0; left >>= 1) text += left & 1 ? '\0' : password.charAt(0)
  let digest = md5(text)
  for (let i = 0; i < 1000; i++) {
    const before = textOf(digest)
    digest = md5((i & 1 ? password : before) + (i % 3 ? salt : '') + (i % 7 ? password : '') + (i & 1 ? before : password))
  }
  const byte = (at: number): number => digest[at] ?? 0
  const groups = [
    [0, 6, 12],
    [1, 7, 13],
    [2, 8, 14],
    [3, 9, 15],
    [4, 10, 5],
  ] as const
  const encoded = groups.map(([a, b, c]) => toLetters((byte(a) << 16) | (byte(b) << 8) | byte(c), 4)).join('') + toLetters(byte(11), 2)
  return `${magic}${salt}$${encoded}`
}
