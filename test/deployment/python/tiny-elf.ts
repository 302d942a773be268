/** Builds a small shared object: what the reader looks for and nothing else. */
export interface TinyElf {
  readonly bits: 32 | 64
  readonly little: boolean
  readonly needed?: readonly string[]
  readonly soname?: string
  readonly undefinedSymbols?: readonly string[]
  readonly definedSymbols?: readonly string[]
}

export function buildElf(elf: TinyElf): Uint8Array {
  const wide = elf.bits === 64
  const width = elf.bits / 8
  const header = wide ? 64 : 52
  const segmentSize = wide ? 56 : 32
  const symbolSize = wide ? 24 : 16
  const strings: number[] = [0]
  const intern = (text: string): number => {
    const at = strings.length
    strings.push(...new TextEncoder().encode(text), 0)
    return at
  }
  const symbols = [
    ...(elf.undefinedSymbols ?? []).map((name) => ({ name: intern(name), section: 0 })),
    ...(elf.definedSymbols ?? []).map((name) => ({ name: intern(name), section: 1 })),
  ]
  const dynamic: [number, number][] = [
    ...(elf.needed ?? []).map((name): [number, number] => [1, intern(name)]),
    ...(elf.soname === undefined ? [] : [[14, intern(elf.soname)] as [number, number]]),
  ]
  const dynamicAt = header + 2 * segmentSize
  const hashAt = dynamicAt + (dynamic.length + 6) * 2 * width
  const symbolsAt = hashAt + 8
  const stringsAt = symbolsAt + (symbols.length + 1) * symbolSize
  const total = stringsAt + strings.length
  // Addresses differ from offsets, as they do in real files.
  const base = 0x1000
  dynamic.push([4, base + hashAt], [5, base + stringsAt], [6, base + symbolsAt], [10, strings.length], [11, symbolSize], [0, 0])

  const bytes = new Uint8Array(total)
  const view = new DataView(bytes.buffer)
  const half = (at: number, value: number): void => view.setUint16(at, value, elf.little)
  const word = (at: number, value: number): void => view.setUint32(at, value, elf.little)
  const address = (at: number, value: number): void => (wide ? view.setBigUint64(at, BigInt(value), elf.little) : word(at, value))
  bytes.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, elf.little ? 1 : 2, 1])
  half(16, 3)
  half(18, wide ? 62 : 3)
  address(wide ? 32 : 28, header)
  half(wide ? 54 : 42, segmentSize)
  half(wide ? 56 : 44, 2)
  for (const [i, [type, offset, size]] of (
    [
      [1, 0, total],
      [2, dynamicAt, dynamic.length * 2 * width],
    ] as const
  ).entries()) {
    const at = header + i * segmentSize
    word(at, type)
    address(at + (wide ? 8 : 4), offset)
    address(at + (wide ? 16 : 8), base + offset)
    address(at + (wide ? 32 : 16), size)
  }
  for (const [i, [tag, value]] of dynamic.entries()) {
    address(dynamicAt + i * 2 * width, tag)
    address(dynamicAt + i * 2 * width + width, value)
  }
  word(hashAt, 1)
  word(hashAt + 4, symbols.length + 1)
  for (const [i, symbol] of symbols.entries()) {
    const at = symbolsAt + (i + 1) * symbolSize
    word(at, symbol.name)
    half(at + (wide ? 6 : 14), symbol.section)
  }
  bytes.set(strings, stringsAt)
  return bytes
}
