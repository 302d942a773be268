/** Digests of bytes, as bytes (one character each). */

export const hexadecimal = (bytes: string): string => [...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits))

/** A message with its padding, as 32-bit words; the length at the end in the order of bytes of the digest. */
function padded(message: string, bigEndian: boolean): Int32Array {
  const blocks = ((message.length + 8) >> 6) + 1
  const words = new Int32Array(blocks * 16)
  const shift = (i: number): number => (bigEndian ? 24 - (i % 4) * 8 : (i % 4) * 8)
  for (let i = 0; i < message.length; i++) words[i >> 2] = (words[i >> 2] ?? 0) | (message.charCodeAt(i) << shift(i))
  words[message.length >> 2] = (words[message.length >> 2] ?? 0) | (0x80 << shift(message.length))
  words[blocks * 16 - (bigEndian ? 1 : 2)] = message.length << 3
  return words
}

const bytesOf = (words: readonly number[], bigEndian: boolean): string =>
  words.map((word) => [0, 8, 16, 24].map((bits) => String.fromCharCode((word >>> (bigEndian ? 24 - bits : bits)) & 255)).join('')).join('')

const md5Shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const md5Constants = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0)

export function md5(message: string): string {
  const words = padded(message, false)
  let [a, b, c, d] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]
  for (let block = 0; block < words.length; block += 16) {
    const before = [a, b, c, d] as const
    for (let i = 0; i < 64; i++) {
      const round = i >> 4
      const f = round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d)
      const index = round === 0 ? i : round === 1 ? (5 * i + 1) % 16 : round === 2 ? (3 * i + 5) % 16 : (7 * i) % 16
      const sum = (a + f + (md5Constants[i] ?? 0) + (words[block + index] ?? 0)) | 0
      ;[a, d, c, b] = [d, c, b, (b + rotate(sum, md5Shifts[round * 4 + (i % 4)] ?? 0)) | 0]
    }
    ;[a, b, c, d] = [(a + before[0]) | 0, (b + before[1]) | 0, (c + before[2]) | 0, (d + before[3]) | 0]
  }
  return bytesOf([a, b, c, d], false)
}

export function sha1(message: string): string {
  const words = padded(message, true)
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0]
  const w = new Int32Array(80)
  for (let block = 0; block < words.length; block += 16) {
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state
    for (let i = 0; i < 80; i++) {
      w[i] = i < 16 ? (words[block + i] ?? 0) : rotate((w[i - 3] ?? 0) ^ (w[i - 8] ?? 0) ^ (w[i - 14] ?? 0) ^ (w[i - 16] ?? 0), 1)
      const f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d)
      const k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc | 0 : 0xca62c1d6 | 0
      const sum = (rotate(a, 5) + f + e + k + (w[i] ?? 0)) | 0
      ;[e, d, c, b, a] = [d, c, rotate(b, 30), a, sum]
    }
    for (const [i, value] of [a, b, c, d, e].entries()) state[i] = ((state[i] ?? 0) + value) | 0
  }
  return bytesOf(state, true)
}
