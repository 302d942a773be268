/** What a shared object says about itself: the few things that tell which Python it is for. */
export interface Elf {
  readonly bits: 32 | 64
  readonly endian: 'little' | 'big'
  /** `e_machine`: 62 is x86-64, 183 AArch64, 3 x86. */
  readonly machine: number
  /** DT_NEEDED: the libraries that it loads. */
  readonly needed: readonly string[]
  readonly soname: string | undefined
  /** Dynamic symbols that another object must have. */
  readonly undefinedSymbols: readonly string[]
  /** Dynamic symbols that it has. */
  readonly definedSymbols: readonly string[]
}

/** Reads an ELF file (System V ABI, "Object Files" and "Dynamic Linking"). Undefined for what is none or is malformed. */
export function readElf(bytes: Uint8Array): Elf | undefined {
  if (bytes.length < 52 || bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46) return undefined
  const bits = bytes[4] === 1 ? 32 : bytes[4] === 2 ? 64 : undefined
  const endian = bytes[5] === 1 ? 'little' : bytes[5] === 2 ? 'big' : undefined
  if (!bits || !endian) return undefined
  const reader = makeReader(bytes, bits, endian === 'little')
  const machine = reader.half(18)
  const segments = readSegments(reader)
  if (machine === undefined || !segments) return undefined
  const dynamic = readDynamic(reader, segments)
  const base = { bits, endian, machine } as const
  if (!dynamic) return { ...base, needed: [], soname: undefined, undefinedSymbols: [], definedSymbols: [] }
  const strings = makeStrings(reader, segments, dynamic)
  const named = (tag: number): string[] => dynamic.filter((entry) => entry.tag === tag).flatMap((entry) => strings(entry.value) ?? [])
  const symbols = readSymbols(reader, segments, dynamic, strings)
  return { ...base, needed: named(DT_NEEDED), soname: named(DT_SONAME)[0], undefinedSymbols: symbols.undefinedSymbols, definedSymbols: symbols.definedSymbols }
}

/** Python 2 is built with characters of 2 or 4 bytes; the names of its functions tell which. Python 3.3 and later: undefined. */
export function unicodeWidthOf(elf: Elf): 'ucs2' | 'ucs4' | undefined {
  const has = (prefix: string): boolean =>
    elf.undefinedSymbols.some((name) => name.startsWith(prefix)) || elf.definedSymbols.some((name) => name.startsWith(prefix))
  const narrow = has('PyUnicodeUCS2_')
  const wide = has('PyUnicodeUCS4_')
  return narrow === wide ? undefined : narrow ? 'ucs2' : 'ucs4'
}

const PT_LOAD = 1
const PT_DYNAMIC = 2
const DT_NEEDED = 1
const DT_HASH = 4
const DT_STRTAB = 5
const DT_SYMTAB = 6
const DT_STRSZ = 10
const DT_SONAME = 14
const DT_GNU_HASH = 0x6ffffef5
const SHT_DYNSYM = 11

const MOST_SEGMENTS = 256
const MOST_SECTIONS = 4096
const MOST_DYNAMIC = 4096
const MOST_SYMBOLS = 200_000
const LONGEST_NAME = 4096
/** Characters of all names together. */
const MOST_TEXT = 16_000_000

interface Reader {
  readonly bits: 32 | 64
  readonly length: number
  byte(at: number): number | undefined
  half(at: number): number | undefined
  word(at: number): number | undefined
  /** A word of the file's own width. */
  address(at: number): number | undefined
  text(at: number, end: number): string | undefined
}

function makeReader(bytes: Uint8Array, bits: 32 | 64, little: boolean): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fits = (at: number, size: number): boolean => Number.isSafeInteger(at) && at >= 0 && at + size <= bytes.length
  return {
    bits,
    length: bytes.length,
    byte: (at) => (fits(at, 1) ? bytes[at] : undefined),
    half: (at) => (fits(at, 2) ? view.getUint16(at, little) : undefined),
    word: (at) => (fits(at, 4) ? view.getUint32(at, little) : undefined),
    address(at) {
      if (bits === 32) return fits(at, 4) ? view.getUint32(at, little) : undefined
      if (!fits(at, 8)) return undefined
      const value = view.getBigUint64(at, little)
      return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined
    },
    text(at, end) {
      if (!fits(at, 1)) return undefined
      const last = Math.min(end, bytes.length, at + LONGEST_NAME)
      const zero = bytes.subarray(at, last).indexOf(0)
      return zero < 0 ? undefined : String.fromCharCode(...bytes.subarray(at, at + zero))
    },
  }
}

interface Segment {
  readonly type: number
  readonly offset: number
  readonly address: number
  readonly size: number
}

function readSegments(reader: Reader): readonly Segment[] | undefined {
  const wide = reader.bits === 64
  const table = reader.address(wide ? 32 : 28)
  const size = reader.half(wide ? 54 : 42)
  const count = reader.half(wide ? 56 : 44)
  if (table === undefined || size === undefined || count === undefined) return undefined
  const segments: Segment[] = []
  for (let i = 0; i < Math.min(count, MOST_SEGMENTS); i++) {
    const at = table + i * size
    const type = reader.word(at)
    const offset = reader.address(at + (wide ? 8 : 4))
    const address = reader.address(at + (wide ? 16 : 8))
    const length = reader.address(at + (wide ? 32 : 16))
    if (type === undefined || offset === undefined || address === undefined || length === undefined) return undefined
    segments.push({ type, offset, address, size: length })
  }
  return segments
}

interface DynamicEntry {
  readonly tag: number
  readonly value: number
}

function readDynamic(reader: Reader, segments: readonly Segment[]): readonly DynamicEntry[] | undefined {
  const segment = segments.find((one) => one.type === PT_DYNAMIC)
  if (!segment) return undefined
  const width = reader.bits / 8
  const entries: DynamicEntry[] = []
  const end = Math.min(segment.offset + Math.min(segment.size, MOST_DYNAMIC * 2 * width), reader.length)
  for (let at = segment.offset; at < end; at += 2 * width) {
    const tag = reader.address(at)
    const value = reader.address(at + width)
    if (tag === 0) break
    // A tag or value beyond what is exact here (a checksum, say) is none that is looked for.
    if (tag !== undefined && value !== undefined) entries.push({ tag, value })
  }
  return entries
}

/** Where an address of the running program is in the file. */
function offsetOf(address: number | undefined, segments: readonly Segment[]): number | undefined {
  if (address === undefined) return undefined
  const segment = segments.find((one) => one.type === PT_LOAD && address >= one.address && address < one.address + one.size)
  return segment && address - segment.address + segment.offset
}

const entryOf = (dynamic: readonly DynamicEntry[], tag: number): number | undefined => dynamic.find((entry) => entry.tag === tag)?.value

function makeStrings(reader: Reader, segments: readonly Segment[], dynamic: readonly DynamicEntry[]): (index: number) => string | undefined {
  const start = offsetOf(entryOf(dynamic, DT_STRTAB), segments)
  const size = entryOf(dynamic, DT_STRSZ)
  if (start === undefined || size === undefined) return () => undefined
  return (index) => (index < size ? reader.text(start + index, start + size) : undefined)
}

function readSymbols(reader: Reader, segments: readonly Segment[], dynamic: readonly DynamicEntry[], strings: (index: number) => string | undefined) {
  const undefinedSymbols: string[] = []
  const definedSymbols: string[] = []
  const table = offsetOf(entryOf(dynamic, DT_SYMTAB), segments)
  const wide = reader.bits === 64
  const size = wide ? 24 : 16
  let text = 0
  const count = table === undefined ? 0 : symbolCount(reader, segments, dynamic, table, size)
  for (let i = 1; table !== undefined && i < Math.min(count, MOST_SYMBOLS); i++) {
    const at = table + i * size
    const nameIndex = reader.word(at)
    const section = reader.half(at + (wide ? 6 : 14))
    const name = nameIndex === undefined || nameIndex === 0 ? undefined : strings(nameIndex)
    text += name?.length ?? 0
    if (section === undefined || text > MOST_TEXT) break
    if (name === undefined || name === '') continue
    if (section === 0) undefinedSymbols.push(name)
    else definedSymbols.push(name)
  }
  return { undefinedSymbols, definedSymbols }
}

/** The symbol table does not say how long it is: the section header does, or the hash table, or the strings that follow. */
function symbolCount(reader: Reader, segments: readonly Segment[], dynamic: readonly DynamicEntry[], table: number, size: number): number {
  const hash = offsetOf(entryOf(dynamic, DT_HASH), segments)
  const chains = hash === undefined ? undefined : reader.word(hash + 4)
  if (chains !== undefined) return chains
  const bySection = dynsymSectionSize(reader, table)
  if (bySection !== undefined) return Math.floor(bySection / size)
  const gnu = offsetOf(entryOf(dynamic, DT_GNU_HASH), segments)
  const byGnu = gnu === undefined ? undefined : gnuHashCount(reader, gnu)
  if (byGnu !== undefined) return byGnu
  const strings = offsetOf(entryOf(dynamic, DT_STRTAB), segments)
  return strings !== undefined && strings > table ? Math.floor((strings - table) / size) : 0
}

function dynsymSectionSize(reader: Reader, table: number): number | undefined {
  const wide = reader.bits === 64
  const start = reader.address(wide ? 40 : 32)
  const size = reader.half(wide ? 58 : 46)
  const count = reader.half(wide ? 60 : 48)
  if (!start || !size || count === undefined) return undefined
  for (let i = 0; i < Math.min(count, MOST_SECTIONS); i++) {
    const at = start + i * size
    if (reader.word(at + 4) === SHT_DYNSYM && reader.address(at + (wide ? 24 : 16)) === table) return reader.address(at + (wide ? 32 : 20))
  }
  return undefined
}

/** One more than the highest index in the chains of DT_GNU_HASH. */
function gnuHashCount(reader: Reader, hash: number): number | undefined {
  const buckets = reader.word(hash)
  const first = reader.word(hash + 4)
  const bloom = reader.word(hash + 8)
  if (buckets === undefined || first === undefined || bloom === undefined || buckets > MOST_SYMBOLS || bloom > MOST_SYMBOLS) return undefined
  const bucketsAt = hash + 16 + bloom * (reader.bits / 8)
  let highest = 0
  for (let i = 0; i < buckets; i++) highest = Math.max(highest, reader.word(bucketsAt + i * 4) ?? 0)
  if (highest < first) return first
  const chainsAt = bucketsAt + buckets * 4
  for (let i = highest; i < MOST_SYMBOLS; i++) {
    const link = reader.word(chainsAt + (i - first) * 4)
    if (link === undefined) return undefined
    if (link & 1) return i + 1
  }
  return undefined
}
