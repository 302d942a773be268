/** A set of bytes: one bit for each of the 256, as PCRE2 without UTF sees text. */
export type ByteSet = Readonly<Uint32Array>

export const noBytes: ByteSet = new Uint32Array(8)
export const allBytes: ByteSet = new Uint32Array(8).fill(0xffffffff)

/** The bytes of some ranges: pairs of first and last. */
export function bytesIn(...ranges: readonly (readonly [number, number])[]): ByteSet {
  const set = new Uint32Array(8)
  for (const [first, last] of ranges) for (let byte = first; byte <= last; byte++) set[byte >> 5] = (set[byte >> 5] ?? 0) | (1 << (byte & 31))
  return set
}

/** The characters of a text (U+0000 to U+00FF stand for bytes). */
export const bytesOf = (text: string): ByteSet => bytesIn(...Array.from(text, (ch): [number, number] => [ch.charCodeAt(0), ch.charCodeAt(0)]))

export const hasByte = (set: ByteSet, byte: number): boolean => (((set[byte >> 5] ?? 0) >>> (byte & 31)) & 1) === 1

export const union = (a: ByteSet, b: ByteSet): ByteSet => a.map((word, i) => word | (b[i] ?? 0))
export const intersection = (a: ByteSet, b: ByteSet): ByteSet => a.map((word, i) => word & (b[i] ?? 0))
export const complement = (set: ByteSet): ByteSet => set.map((word) => ~word)
export const isEmpty = (set: ByteSet): boolean => set.every((word) => word === 0)
export const overlap = (a: ByteSet, b: ByteSet): boolean => a.some((word, i) => (word & (b[i] ?? 0)) !== 0)

export function sizeOf(set: ByteSet): number {
  let size = 0
  for (let byte = 0; byte < 256; byte++) if (hasByte(set, byte)) size++
  return size
}

/** Both cases of each ASCII letter in a set. */
export function foldCase(set: ByteSet): ByteSet {
  const folded = Uint32Array.from(set)
  for (let upper = 65; upper <= 90; upper++) {
    const lower = upper + 32
    if (!hasByte(set, upper) && !hasByte(set, lower)) continue
    folded[upper >> 5] = (folded[upper >> 5] ?? 0) | (1 << (upper & 31))
    folded[lower >> 5] = (folded[lower >> 5] ?? 0) | (1 << (lower & 31))
  }
  return folded
}

/** The byte of a set that is easiest to read. */
export function readable(set: ByteSet): number | undefined {
  for (const byte of preferred) if (hasByte(set, byte)) return byte
  return undefined
}

const preferred = [...'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.~/:@=&+,!$\'()*;?%#"<>[]\\^`{|} \t\n\r'].map((ch) => ch.charCodeAt(0))
for (let byte = 128; byte < 256; byte++) preferred.push(byte)
for (let byte = 0; byte < 128; byte++) if (!preferred.includes(byte)) preferred.push(byte)

/** A text as its UTF-8 bytes, each as one character: the form in which all questions on patterns are asked. */
export const toByteText = (text: string): string => (/^[\0-\x7f]*$/.test(text) ? text : String.fromCharCode(...new TextEncoder().encode(text)))

/** How early a byte comes among those that are easy to read. */
export const readability = (byte: number): number => preferred.indexOf(byte)
