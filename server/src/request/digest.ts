/** Digests of byte texts (one character a byte), without waiting as the platform's own would. */

type Digest = (text: string) => number[]

const bytesOf = (text: string): number[] => Array.from(text, (ch) => ch.charCodeAt(0))

/** RFC 1321 */
export const md5: Digest = (text) => {
  const bytes = padded(bytesOf(text), 'little')
  let [a, b, c, d] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]
  for (let block = 0; block < bytes.length; block += 64) {
    const before = [a, b, c, d] as const
    for (let i = 0; i < 64; i++) {
      const round = i >> 4
      const mixed = round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d)
      const word = (round === 0 ? i : round === 1 ? 5 * i + 1 : round === 2 ? 3 * i + 5 : 7 * i) & 15
      const at = block + word * 4
      const value = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
      const sum = (a + mixed + value + (md5Constants[i] ?? 0)) | 0
      const shift = md5Shifts[round * 4 + (i & 3)] ?? 0
      ;[a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0]
    }
    a = (a + before[0]) | 0
    b = (b + before[1]) | 0
    c = (c + before[2]) | 0
    d = (d + before[3]) | 0
  }
  return [a, b, c, d].flatMap((word) => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24])
}

const md5Constants = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0)
const md5Shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

/** FIPS 180-4 */
export const sha1: Digest = (text) => {
  const bytes = padded(bytesOf(text), 'big')
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0]
  const words = new Int32Array(80)
  for (let block = 0; block < bytes.length; block += 64) {
    for (let i = 0; i < 16; i++) words[i] = bigWord(bytes, block + i * 4)
    for (let i = 16; i < 80; i++) {
      const word = (words[i - 3] ?? 0) ^ (words[i - 8] ?? 0) ^ (words[i - 14] ?? 0) ^ (words[i - 16] ?? 0)
      words[i] = (word << 1) | (word >>> 31)
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state
    for (let i = 0; i < 80; i++) {
      const [mixed, constant] =
        i < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : i < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : i < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc | 0]
              : [b ^ c ^ d, 0xca62c1d6 | 0]
      const sum = (((a << 5) | (a >>> 27)) + mixed + e + constant + (words[i] ?? 0)) | 0
      ;[e, d, c, b, a] = [d, c, (b << 30) | (b >>> 2), a, sum]
    }
    ;[a, b, c, d, e].forEach((value, i) => {
      state[i] = ((state[i] ?? 0) + value) | 0
    })
  }
  return state.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255])
}

const bigWord = (bytes: readonly number[], at: number): number =>
  ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)

/** A message with its end mark and length in bits, in whole blocks. */
function padded(bytes: readonly number[], order: 'little' | 'big'): number[] {
  const made = [...bytes, 0x80]
  while (made.length % 64 !== 56) made.push(0)
  const length: number[] = []
  let bits = bytes.length * 8
  for (let i = 0; i < 8; i++) {
    length.push(bits % 256)
    bits = Math.floor(bits / 256)
  }
  return made.concat(order === 'little' ? length : length.reverse())
}

/** The bytes in hexadecimal digits, in small letters. */
export const hexadecimal = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
