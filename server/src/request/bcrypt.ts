/**
 * bcrypt, as password files have it. The tables of Blowfish are the digits of pi behind the point, 32 bits a word: they are computed and not written down.
 */

const alphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const words = 18 + 4 * 256

let digits: Uint32Array | undefined

/** By Machin's formula. */
function digitsOfPi(): Uint32Array {
  if (digits) return digits
  const bits = BigInt(words * 32)
  const one = 1n << (bits + 64n)
  const arctan = (inverse: bigint): bigint => {
    const square = inverse * inverse
    let power = one / inverse
    let sum = power
    for (let n = 3n, sign = -1n; power > 0n; n += 2n, sign = -sign) {
      power /= square
      sum += (sign * power) / n
    }
    return sum
  }
  const pi = 4n * (4n * arctan(5n) - arctan(239n))
  const text = ((pi - 3n * one) >> 64n).toString(16).padStart(words * 8, '0')
  digits = Uint32Array.from({ length: words }, (_, i) => Number.parseInt(text.slice(i * 8, i * 8 + 8), 16))
  return digits
}

interface State {
  readonly p: Uint32Array
  readonly s: Uint32Array
}

function encipher({ p, s }: State, pair: Uint32Array): void {
  let left = pair[0] ?? 0
  let right = pair[1] ?? 0
  for (let i = 0; i < 16; i++) {
    left = (left ^ (p[i] ?? 0)) >>> 0
    const sum = (((s[left >>> 24] ?? 0) + (s[256 + ((left >>> 16) & 255)] ?? 0)) ^ (s[512 + ((left >>> 8) & 255)] ?? 0)) + (s[768 + (left & 255)] ?? 0)
    right = (right ^ sum) >>> 0
    const kept = left
    left = right
    right = kept
  }
  pair[0] = (right ^ (p[17] ?? 0)) >>> 0
  pair[1] = (left ^ (p[16] ?? 0)) >>> 0
}

function expand(state: State, key: Uint8Array, salt: Uint8Array): void {
  const wordAt = (bytes: Uint8Array, index: number): number => {
    let word = 0
    for (let i = 0; i < 4; i++) word = ((word << 8) | (bytes[(index * 4 + i) % bytes.length] ?? 0)) >>> 0
    return word
  }
  for (let i = 0; i < 18; i++) state.p[i] = ((state.p[i] ?? 0) ^ wordAt(key, i)) >>> 0
  const pair = new Uint32Array(2)
  let at = 0
  const next = (): void => {
    if (salt.length > 0) {
      pair[0] = ((pair[0] ?? 0) ^ wordAt(salt, at)) >>> 0
      pair[1] = ((pair[1] ?? 0) ^ wordAt(salt, at + 1)) >>> 0
      at = (at + 2) % 4
    }
    encipher(state, pair)
  }
  for (let i = 0; i < 18; i += 2) {
    next()
    state.p.set(pair, i)
  }
  for (let i = 0; i < 1024; i += 2) {
    next()
    state.s.set(pair, i)
  }
}

function decode(text: string, bytes: number): Uint8Array {
  const decoded = new Uint8Array(bytes)
  let buffer = 0
  let bits = 0
  let at = 0
  for (const letter of text) {
    buffer = ((buffer << 6) | Math.max(0, alphabet.indexOf(letter))) & 0xffff
    bits += 6
    if (bits >= 8 && at < bytes) {
      bits -= 8
      decoded[at++] = (buffer >> bits) & 255
    }
  }
  return decoded
}

function encode(bytes: Uint8Array): string {
  let text = ''
  let buffer = 0
  let bits = 0
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte
    bits += 8
    while (bits >= 6) {
      bits -= 6
      text += alphabet.charAt((buffer >> bits) & 63)
    }
    buffer &= 0xff
  }
  return bits > 0 ? text + alphabet.charAt((buffer << (6 - bits)) & 63) : text
}

/** So much work that nobody waits for it here: about a second. */
const mostRounds = 12

/** Whether a password fits; undefined where finding out would take too long. */
export function isBcrypted(password: string, digest: string): boolean | undefined {
  const [, cost = '', salt = '', rest = ''] = /^\$2[abxy]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/.exec(digest) ?? []
  if (cost === '') return false
  if (Number(cost) > mostRounds) return undefined
  const pi = digitsOfPi()
  const state: State = { p: pi.slice(0, 18), s: pi.slice(18) }
  const saltBytes = decode(salt, 16)
  const key = Uint8Array.from(`${password.slice(0, 71)}\0`, (character) => character.charCodeAt(0))
  const empty = new Uint8Array(0)
  expand(state, key, saltBytes)
  for (let i = 0; i < 2 ** Number(cost); i++) {
    expand(state, key, empty)
    expand(state, saltBytes, empty)
  }
  const text = new Uint32Array([0x4f727068, 0x65616e42, 0x65686f6c, 0x64657253, 0x63727944, 0x6f756274])
  for (let i = 0; i < 64; i++) for (let at = 0; at < 6; at += 2) encipher(state, text.subarray(at, at + 2))
  const bytes = new Uint8Array(24)
  for (const [i, word] of text.entries()) for (let at = 0; at < 4; at++) bytes[i * 4 + at] = (word >>> (24 - at * 8)) & 255
  return encode(bytes.slice(0, 23)) === rest
}
