import { toLetters } from './letters.ts'

/** SHA-256 and SHA-512, and crypt(3)'s `$5$` and `$6$` made of them. */

const primes: readonly bigint[] = (() => {
  const found: bigint[] = []
  for (let n = 2n; found.length < 80; n++) if (found.every((p) => n % p !== 0n)) found.push(n)
  return found
})()

/** The first bits behind the point of a root. */
function fraction(n: bigint, root: 2 | 3, bits: bigint): bigint {
  const wanted = n << (bits * BigInt(root))
  let low = 0n
  let high = 1n << (bits + 10n)
  while (high - low > 1n) {
    const middle = (low + high) >> 1n
    if (middle ** BigInt(root) <= wanted) low = middle
    else high = middle
  }
  return low & ((1n << bits) - 1n)
}

interface Kind {
  readonly constants: readonly bigint[]
  readonly start: readonly bigint[]
}

const kinds = new Map<256 | 512, Kind>()

/** The bits behind the point of the roots of the first primes. */
function kindOf(size: 256 | 512): Kind {
  const known = kinds.get(size)
  if (known) return known
  const bits = size === 512 ? 64n : 32n
  const made: Kind = {
    constants: primes.slice(0, size === 512 ? 80 : 64).map((prime) => fraction(prime, 3, bits)),
    start: primes.slice(0, 8).map((prime) => fraction(prime, 2, bits)),
  }
  kinds.set(size, made)
  return made
}

/** The digest of a message: 64-bit words are kept as two halves, so that thousands of rounds take no time. */
const sha = (size: 256 | 512, message: string): string => (size === 256 ? sha256(message) : sha512(message))

function sha256(message: string): string {
  const { constants, start } = kindOf(256)
  const k = narrow(constants)
  const state = narrow(start)
  const text = padded(message, 64)
  const w = new Int32Array(64)
  const rotate = (x: number, by: number): number => (x >>> by) | (x << (32 - by))
  for (let at = 0; at < text.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = wordAt(text, at + i * 4)
    for (let i = 16; i < 64; i++) {
      const [x, y] = [w[i - 15] ?? 0, w[i - 2] ?? 0]
      const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)
      const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10)
      w[i] = (w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
    for (let i = 0; i < 64; i++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      const one = (h + s1 + ((e & f) ^ (~e & g)) + (k[i] ?? 0) + (w[i] ?? 0)) | 0
      const two = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + one) | 0
      d = c
      c = b
      b = a
      a = (one + two) | 0
    }
    for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] ?? 0) + value
  }
  return bytesOf(state)
}

function sha512(message: string): string {
  const { constants, start } = kindOf(512)
  const k = halves(constants)
  const state = halves(start)
  const text = padded(message, 128)
  const w = new Int32Array(160)
  const sum = new Int32Array(2)
  /** Adds words, each as two halves, into `sum`. */
  const add = (...parts: readonly number[]): void => {
    let low = 0
    let high = 0
    for (let i = 0; i < parts.length; i += 2) {
      high += parts[i] ?? 0
      low += (parts[i + 1] ?? 0) >>> 0
    }
    sum[0] = (high + Math.floor(low / 2 ** 32)) | 0
    sum[1] = low | 0
  }
  /** A half of a word that is rotated: `high` and `low` swapped give the other half. */
  const rotated = (high: number, low: number, by: number): number => (by < 32 ? (high >>> by) | (low << (32 - by)) : (low >>> (by - 32)) | (high << (64 - by)))
  const v = new Int32Array(16)
  for (let at = 0; at < text.length; at += 128) {
    for (let i = 0; i < 32; i++) w[i] = wordAt(text, at + i * 4)
    for (let i = 32; i < 160; i += 2) {
      const [xh, xl, yh, yl] = [w[i - 30] ?? 0, w[i - 29] ?? 0, w[i - 4] ?? 0, w[i - 3] ?? 0]
      add(
        rotated(xh, xl, 1) ^ rotated(xh, xl, 8) ^ (xh >>> 7),
        rotated(xl, xh, 1) ^ rotated(xl, xh, 8) ^ ((xl >>> 7) | (xh << 25)),
        rotated(yh, yl, 19) ^ rotated(yh, yl, 61) ^ (yh >>> 6),
        rotated(yl, yh, 19) ^ rotated(yl, yh, 61) ^ ((yl >>> 6) | (yh << 26)),
        w[i - 14] ?? 0,
        w[i - 13] ?? 0,
        w[i - 32] ?? 0,
        w[i - 31] ?? 0,
      )
      w.set(sum, i)
    }
    v.set(state)
    const half = (i: number): number => v[i] ?? 0
    for (let i = 0; i < 160; i += 2) {
      const [eh, el, ah, al] = [half(8), half(9), half(0), half(1)]
      add(
        half(14),
        half(15),
        rotated(eh, el, 14) ^ rotated(eh, el, 18) ^ rotated(eh, el, 41),
        rotated(el, eh, 14) ^ rotated(el, eh, 18) ^ rotated(el, eh, 41),
        (eh & half(10)) ^ (~eh & half(12)),
        (el & half(11)) ^ (~el & half(13)),
        k[i] ?? 0,
        k[i + 1] ?? 0,
        w[i] ?? 0,
        w[i + 1] ?? 0,
      )
      const [oneHigh, oneLow] = [sum[0] ?? 0, sum[1] ?? 0]
      add(
        rotated(ah, al, 28) ^ rotated(ah, al, 34) ^ rotated(ah, al, 39),
        rotated(al, ah, 28) ^ rotated(al, ah, 34) ^ rotated(al, ah, 39),
        (ah & half(2)) ^ (ah & half(4)) ^ (half(2) & half(4)),
        (al & half(3)) ^ (al & half(5)) ^ (half(3) & half(5)),
        oneHigh,
        oneLow,
      )
      const [newHigh, newLow] = [sum[0] ?? 0, sum[1] ?? 0]
      add(half(6), half(7), oneHigh, oneLow)
      v.copyWithin(2, 0, 14)
      v[0] = newHigh
      v[1] = newLow
      v.set(sum, 8)
    }
    for (let i = 0; i < 16; i += 2) {
      add(state[i] ?? 0, state[i + 1] ?? 0, half(i), half(i + 1))
      state.set(sum, i)
    }
  }
  return bytesOf(state)
}

const narrow = (words: readonly bigint[]): Int32Array => Int32Array.from(words, (word) => Number(BigInt.asIntN(32, word)))

const halves = (words: readonly bigint[]): Int32Array =>
  Int32Array.from(words.flatMap((word) => [Number(BigInt.asIntN(32, word >> 32n)), Number(BigInt.asIntN(32, word))]))

const wordAt = (text: string, at: number): number =>
  (text.charCodeAt(at) << 24) | (text.charCodeAt(at + 1) << 16) | (text.charCodeAt(at + 2) << 8) | text.charCodeAt(at + 3)

function padded(message: string, block: number): string {
  // The length takes an eighth of a block, of which the lower half or all is used.
  const size = block / 8
  let text = `${message}\x80`
  text += '\0'.repeat(((2 * block - size - (text.length % block)) % block) + size - 8)
  for (let i = 7; i >= 0; i--) text += String.fromCharCode(Math.floor((message.length * 8) / 256 ** i) % 256)
  return text
}

function bytesOf(words: Int32Array): string {
  let bytes = ''
  for (const word of words) bytes += String.fromCharCode((word >>> 24) & 255, (word >>> 16) & 255, (word >>> 8) & 255, word & 255)
  return bytes
}

/** So many rounds that nobody waits for them here. */
const mostRounds = 20_000

/** `$5$` and `$6$` of crypt(3); undefined where it would take too long. */
export function shaCrypt(password: string, digest: string): string | undefined {
  const [, kind = '', given, salt = ''] = /^\$([56])\$(?:rounds=(\d+)\$)?([^$]{0,16})/.exec(digest) ?? []
  const size = kind === '5' ? 256 : 512
  const bytes = size / 8
  const rounds = given === undefined ? 5000 : Math.min(999_999_999, Math.max(1000, Number(given)))
  if (rounds > mostRounds) return undefined
  const inner = sha(size, password + salt + password)
  const repeated = (text: string, length: number): string => text.repeat(Math.ceil(length / bytes) || 0).slice(0, length)
  let text = password + salt + repeated(inner, password.length)
  for (let i = password.length; i > 0; i >>= 1) text += i & 1 ? inner : password
  let final = sha(size, text)
  const p = repeated(sha(size, password.repeat(password.length)), password.length)
  const s = repeated(sha(size, salt.repeat(16 + final.charCodeAt(0))), salt.length)
  for (let i = 0; i < rounds; i++) final = sha(size, (i & 1 ? p : final) + (i % 3 ? s : '') + (i % 7 ? p : '') + (i & 1 ? final : p))
  const byte = (i: number): number => final.charCodeAt(i)
  let encoded = ''
  if (size === 256) {
    let [a, b, c] = [0, 10, 20]
    for (let i = 0; i < 10; i++) {
      encoded += toLetters((byte(a) << 16) | (byte(b) << 8) | byte(c), 4)
      ;[a, b, c] = [c + 1, a + 1, b + 1]
    }
    encoded += toLetters((byte(31) << 8) | byte(30), 3)
  } else {
    let [a, b, c] = [0, 21, 42]
    for (let i = 0; i < 21; i++) {
      encoded += toLetters((byte(a) << 16) | (byte(b) << 8) | byte(c), 4)
      ;[a, b, c] = [b + 1, c + 1, a + 1]
    }
    encoded += toLetters(byte(63), 2)
  }
  return `$${kind}$${given === undefined ? '' : `rounds=${rounds}$`}${salt}$${encoded}`
}
