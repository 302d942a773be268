import { toLetters } from './letters.ts'

/** SHA-256 and SHA-512 with BigInt words, and crypt(3)'s `$5$` and `$6$` made of them. */

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
  readonly bits: bigint
  readonly rounds: number
  readonly block: number
  readonly constants: readonly bigint[]
  readonly start: readonly bigint[]
  readonly big0: readonly [bigint, bigint, bigint]
  readonly big1: readonly [bigint, bigint, bigint]
  readonly small0: readonly [bigint, bigint, bigint]
  readonly small1: readonly [bigint, bigint, bigint]
}

const kinds = new Map<256 | 512, Kind>()

function kindOf(size: 256 | 512): Kind {
  const known = kinds.get(size)
  if (known) return known
  const is512 = size === 512
  const bits = is512 ? 64n : 32n
  const rounds = is512 ? 80 : 64
  const made: Kind = {
    bits,
    rounds,
    block: is512 ? 128 : 64,
    constants: primes.slice(0, rounds).map((prime) => fraction(prime, 3, bits)),
    start: primes.slice(0, 8).map((prime) => fraction(prime, 2, bits)),
    big0: is512 ? [28n, 34n, 39n] : [2n, 13n, 22n],
    big1: is512 ? [14n, 18n, 41n] : [6n, 11n, 25n],
    small0: is512 ? [1n, 8n, 7n] : [7n, 18n, 3n],
    small1: is512 ? [19n, 61n, 6n] : [17n, 19n, 10n],
  }
  kinds.set(size, made)
  return made
}

function sha(size: 256 | 512, message: string): string {
  const { bits, rounds, block, constants, start, big0, big1, small0, small1 } = kindOf(size)
  const mask = (1n << bits) - 1n
  const rotate = (x: bigint, by: bigint): bigint => ((x >> by) | (x << (bits - by))) & mask
  const big = (x: bigint, [a, b, c]: readonly [bigint, bigint, bigint]): bigint => rotate(x, a) ^ rotate(x, b) ^ rotate(x, c)
  const small = (x: bigint, [a, b, c]: readonly [bigint, bigint, bigint]): bigint => rotate(x, a) ^ rotate(x, b) ^ (x >> c)
  const bytes = Number(bits) / 8
  const length = message.length * 8
  let text = `${message}\x80`
  while (text.length % block !== block - 8) text += '\0'
  for (let i = 7; i >= 0; i--) text += String.fromCharCode(Math.floor(length / 256 ** i) % 256)
  const state = [...start]
  for (let at = 0; at < text.length; at += block) {
    const w: bigint[] = []
    for (let i = 0; i < 16; i++) {
      let word = 0n
      for (let j = 0; j < bytes; j++) word = (word << 8n) | BigInt(text.charCodeAt(at + i * bytes + j))
      w.push(word)
    }
    for (let i = 16; i < rounds; i++) w.push(((w[i - 16] ?? 0n) + small(w[i - 15] ?? 0n, small0) + (w[i - 7] ?? 0n) + small(w[i - 2] ?? 0n, small1)) & mask)
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state
    for (let i = 0; i < rounds; i++) {
      const one = (h + big(e, big1) + ((e & f) ^ (~e & mask & g)) + (constants[i] ?? 0n) + (w[i] ?? 0n)) & mask
      const two = (big(a, big0) + ((a & b) ^ (a & c) ^ (b & c))) & mask
      ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & mask, c, b, a, (one + two) & mask]
    }
    for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) state[i] = ((state[i] ?? 0n) + value) & mask
  }
  let digest = ''
  for (const word of state) for (let i = bytes - 1; i >= 0; i--) digest += String.fromCharCode(Number((word >> BigInt(i * 8)) & 255n))
  return digest
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
