import { letterOf, letterValue } from './letters.ts'

/** crypt(3) of old: DES of nothing, 25 times, with the salt swapping bits of the expansion (FIPS 46-3 for the tables). */

// biome-ignore format: tables of the standard
const initial = [58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4, 62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24, 16, 8,
  57, 49, 41, 33, 25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3, 61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31, 23, 15, 7]
// biome-ignore format: tables of the standard
const expansion = [32, 1, 2, 3, 4, 5, 4, 5, 6, 7, 8, 9, 8, 9, 10, 11, 12, 13, 12, 13, 14, 15, 16, 17, 16, 17, 18, 19, 20, 21, 20, 21, 22, 23, 24, 25,
  24, 25, 26, 27, 28, 29, 28, 29, 30, 31, 32, 1]
// biome-ignore format: tables of the standard
const permutation = [16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25]
// biome-ignore format: tables of the standard
const choice1 = [57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
  63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4]
// biome-ignore format: tables of the standard
const choice2 = [14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
  41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32]
const shifts = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1]
const boxes = [
  'e4d12fb83a6c59070f74e2d1a6cb9538 41e8d62bfc973a50fc8249175b3ea06d',
  'f18e6b34972dc05a3d47f28ec01a69b5 0e7ba4d158c6932fd8a13f42b67c05e9',
  'a09e63f51dc7b428d709346a285ecbf1 d6498f30b12c5ae71ad069874fe3b52c',
  '7de3069a1285bc4fd8b56f03472c1ae9 a690cb7df13e52843f06a1d8945bc72e',
  '2c417ab6853fd0e9eb2c47d150fa3986 421bad78f9c5630eb8c71e2d6f09a453',
  'c1af92680d34e75baf427c9561de0b38 9ef528c3704a1db6432c95fabe17608d',
  '4b2ef08d3c975a61d0b7491ae35c2f86 14bdc37eaf680592 6bd814a7950fe23c',
  'd2846fb1a93e50c71fd8a374c56b0e92 7b419ce206adf358 21e74a8dfc90356b',
].map((text) => [...text.replaceAll(' ', '')].map((digit) => Number.parseInt(digit, 16)))

const pick = (bits: readonly number[], table: readonly number[]): number[] => table.map((at) => bits[at - 1] ?? 0)

export function desCrypt(password: string, salt: string): string {
  const keyBits = Array.from({ length: 64 }, (_, i) => (((password.charCodeAt(i >> 3) || 0) << 1) >> (7 - (i & 7))) & 1)
  let c = pick(keyBits, choice1).slice(0, 28)
  let d = pick(keyBits, choice1).slice(28)
  const keys = shifts.map((by) => {
    c = [...c.slice(by), ...c.slice(0, by)]
    d = [...d.slice(by), ...d.slice(0, by)]
    return pick([...c, ...d], choice2)
  })
  const swapped = [...expansion]
  for (let half = 0; half < 2; half++) {
    const value = letterValue(salt.charAt(half))
    for (let bit = 0; bit < 6; bit++) {
      const at = half * 6 + bit
      if ((value >> bit) & 1) [swapped[at], swapped[at + 24]] = [swapped[at + 24] ?? 0, swapped[at] ?? 0]
    }
  }
  let block: number[] = Array<number>(64).fill(0)
  for (let round = 0; round < 25; round++) block = des(block, keys, swapped)
  const padded = [...block, 0, 0]
  let text = salt.slice(0, 2)
  for (let at = 0; at < 66; at += 6) text += letterOf(padded.slice(at, at + 6).reduce((sum, bit) => sum * 2 + bit, 0))
  return text
}

function des(block: readonly number[], keys: readonly (readonly number[])[], table: readonly number[]): number[] {
  const mixed = pick(block, initial)
  let left = mixed.slice(0, 32)
  let right = mixed.slice(32)
  for (const key of keys) {
    const input = pick(right, table).map((bit, i) => bit ^ (key[i] ?? 0))
    const output: number[] = []
    for (let box = 0; box < 8; box++) {
      const [a = 0, b = 0, m = 0, n = 0, o = 0, f = 0] = input.slice(box * 6, box * 6 + 6)
      const value = boxes[box]?.[(a * 2 + f) * 16 + b * 8 + m * 4 + n * 2 + o] ?? 0
      output.push((value >> 3) & 1, (value >> 2) & 1, (value >> 1) & 1, value & 1)
    }
    const next = pick(output, permutation).map((bit, i) => bit ^ (left[i] ?? 0))
    left = right
    right = next
  }
  const final = [...right, ...left]
  const result: number[] = []
  for (const [i, at] of initial.entries()) result[at - 1] = final[i] ?? 0
  return result
}
