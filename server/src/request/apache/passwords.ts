import { toBase64 } from './base64.ts'
import { bcrypt } from './bcrypt.ts'
import { desCrypt } from './des-crypt.ts'
import { hexadecimal, md5, sha1 } from './digests.ts'
import { toLetters } from './letters.ts'
import { shaCrypt } from './sha-crypt.ts'

/**
 * Whether a password is that of which a password file keeps the digest (`apr_password_validate`): apr1 and MD5, SHA-1, bcrypt, and what crypt(3) of the C
 * library knows besides (SHA-256, SHA-512, DES). Undefined where the digest is of a kind that is not known here.
 */
export function passwordFits(password: string, digest: string): boolean | undefined {
  if (digest.startsWith('$apr1$')) return md5Crypt(password, digest, '$apr1$') === digest
  if (digest.startsWith('{SHA}')) return `{SHA}${toBase64(sha1(password))}` === digest
  if (/^\$2[abxy]\$/.test(digest)) return bcrypt(password, digest)
  if (digest.startsWith('$1$')) return md5Crypt(password, digest, '$1$') === digest
  if (digest.startsWith('$5$') || digest.startsWith('$6$')) {
    const made = shaCrypt(password, digest)
    return made === undefined ? undefined : made === digest
  }
  if (digest.startsWith('$')) return undefined
  // A text that crypt(3) makes nothing of fits no password.
  return /^[./0-9A-Za-z]{13}$/.test(digest) && desCrypt(password, digest) === digest
}

/** `apr_md5_encode` */
function md5Crypt(password: string, digest: string, magic: string): string {
  const salt = digest.slice(magic.length).split('$')[0]?.slice(0, 8) ?? ''
  const inner = md5(password + salt + password)
  let text = password + magic + salt
  for (let left = password.length; left > 0; left -= 16) text += inner.slice(0, Math.min(16, left))
  for (let i = password.length; i > 0; i >>= 1) text += i & 1 ? '\0' : password.charAt(0)
  let final = md5(text)
  for (let i = 0; i < 1000; i++) {
    final = md5((i & 1 ? password : final) + (i % 3 ? salt : '') + (i % 7 ? password : '') + (i & 1 ? final : password))
  }
  const byte = (i: number): number => final.charCodeAt(i)
  let encoded = ''
  for (const [a, b, c] of [
    [0, 6, 12],
    [1, 7, 13],
    [2, 8, 14],
    [3, 9, 15],
    [4, 10, 5],
  ] as const)
    encoded += toLetters((byte(a) << 16) | (byte(b) << 8) | byte(c), 4)
  return `${magic}${salt}$${encoded}${toLetters(byte(11), 2)}`
}

/** `user:realm:password` as `AuthBasicUseDigestAlgorithm MD5` has it. */
export const realmDigest = (user: string, realm: string, password: string): string => hexadecimal(md5(`${user}:${realm}:${password}`))
