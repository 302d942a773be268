import base64Text from '@stephen-riley/pcre2-wasm/dist/libpcre2.wasm'
import { surelyValid } from './surely-valid.ts'

/** A pattern that PCRE2 takes. */
export interface CompiledPattern {
  /** How many capturing groups. */
  readonly captures: number
  /** The names among them, in the order of PCRE2's table (by name). */
  readonly names: readonly string[]
}

/** What PCRE2 has against a pattern. */
export interface PatternError {
  /** PCRE2's words: "missing closing parenthesis". */
  readonly error: string
  /** In bytes of the pattern's UTF-8. */
  readonly offset: number
}

export type PatternVerdict = CompiledPattern | PatternError

/** Compiles a pattern as nginx and Apache do: as bytes, without PCRE2_UTF. Plain patterns are judged without the library. */
export function compilePattern(pattern: string): PatternVerdict {
  return surelyValid(pattern) ?? compileWithLibrary(pattern)
}

/** The same, by PCRE2 itself. */
export function compileWithLibrary(pattern: string): PatternVerdict {
  const known = verdicts.get(pattern)
  if (known) return known
  const compiled = library().compile(new TextEncoder().encode(pattern), '')
  let verdict: PatternVerdict = compiled as PatternError
  if ('run' in compiled) {
    verdict = { captures: compiled.captures, names: compiled.names.map(({ name }) => name) }
    compiled.free()
  }
  if (verdicts.size >= mostKept) verdicts.clear()
  verdicts.set(pattern, verdict)
  return verdict
}

/** Compiling has no effect but its answer, so that answers may be kept. */
const verdicts = new Map<string, PatternVerdict>()
const mostKept = 2000

/** PCRE2 for code units of 16 bits; each unit holds one byte of the pattern, so that offsets count bytes. */
interface Library {
  /** @param flags of `i` (caseless), `m` (multiline), `s` (dot takes line breaks), `x` (extended) */
  compile(pattern: ArrayLike<number>, flags: string): Program | PatternError
}

/** A pattern in the library's memory, until it is freed. */
export interface Program {
  readonly captures: number
  /** In the order of PCRE2's table (by name). */
  readonly names: readonly GroupName[]
  /** Pairs of start and end in bytes for each group, the whole match first, -1 where a group has nothing; else PCRE2's code: -1 for no match. */
  run(subject: string, from: number): readonly number[] | number
  free(): void
}

export interface GroupName {
  readonly name: string
  readonly group: number
}

let loaded: Library | undefined

/** Instantiated at the first pattern that needs it. */
export function library(): Library {
  loaded ??= instantiate()
  return loaded
}

/** The layout that the module was built with (`libpcre2.js` of the package): stack, heap and where its end is kept. */
const layout = { pages: 256, dynamicTop: 117184, heapStart: 5360256, tableSize: 4 }

interface Exports {
  readonly _malloc: (bytes: number) => number
  readonly _free: (pointer: number) => void
  readonly _compile: (pattern: number, length: number, flags: number) => number
  readonly _destroyCode: (code: number) => void
  readonly _createMatchData: (code: number) => number
  readonly _destroyMatchData: (data: number) => void
  readonly _match: (code: number, subject: number, length: number, offset: number, data: number) => number
  readonly _getOvectorPointer: (data: number) => number
  readonly _lastErrorMessage: (buffer: number, length: number) => number
  readonly _lastErrorOffset: () => number
  readonly _getCaptureCount: (code: number) => number
  readonly _getMatchNameCount: (code: number) => number
  readonly _getMatchNameTable: (code: number) => number
  readonly _getMatchNameTableEntrySize: (code: number) => number
}

function instantiate(): Library {
  const memory = new WebAssembly.Memory({ initial: layout.pages, maximum: layout.pages })
  const table = new WebAssembly.Table({ initial: layout.tableSize, maximum: layout.tableSize, element: 'anyfunc' })
  const fail = (): never => {
    throw new Error('PCRE2 has no more memory')
  }
  const env = {
    memory,
    table,
    __table_base: 0,
    abortStackOverflow: fail,
    nullFunc_vii: fail,
    nullFunc_iii: fail,
    _emscripten_resize_heap: () => 0,
    _emscripten_get_heap_size: () => layout.pages * 65536,
    _emscripten_memcpy_big: (to: number, from: number, length: number) => {
      new Uint8Array(memory.buffer).copyWithin(to, from, from + length)
      return to
    },
  }
  const bytes = Uint8Array.from(atob(base64Text()), (character) => character.charCodeAt(0))
  const pcre = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env }).exports as unknown as Exports
  new Int32Array(memory.buffer)[layout.dynamicTop >> 2] = layout.heapStart
  const units = new Uint16Array(memory.buffer)
  const textAt = (pointer: number): string => {
    let text = ''
    for (let at = pointer >> 1; units[at]; at++) text += String.fromCharCode(units[at] ?? 0)
    return text
  }
  const flagBytes = new Uint8Array(memory.buffer)
  const longestFlags = 8
  const flagsAt = pcre._malloc(longestFlags)
  const messageUnits = 256
  const message = pcre._malloc(messageUnits * 2)
  /** Room for the subject, grown when a longer one comes. */
  let room = { at: pcre._malloc(2048), units: 1024 }
  const place = (subject: string): boolean => {
    if (subject.length > room.units) {
      pcre._free(room.at)
      const at = pcre._malloc(subject.length * 2)
      if (at === 0) {
        room = { at: pcre._malloc(2048), units: 1024 }
        return false
      }
      room = { at, units: subject.length }
    }
    for (let i = 0, unit = room.at >> 1; i < subject.length; i++, unit++) units[unit] = subject.charCodeAt(i)
    return true
  }

  const namesOf = (code: number): GroupName[] => {
    const names: GroupName[] = []
    const first = pcre._getMatchNameTable(code)
    const size = pcre._getMatchNameTableEntrySize(code) * 2
    for (let i = 0; i < pcre._getMatchNameCount(code); i++) {
      const entry = first + i * size
      names.push({ name: textAt(entry + 2), group: units[entry >> 1] ?? 0 })
    }
    return names
  }

  return {
    compile(pattern, flags) {
      const pointer = pcre._malloc(pattern.length * 2 + 2)
      units.set(pattern, pointer >> 1)
      for (let i = 0; i < longestFlags; i++) flagBytes[flagsAt + i] = i < flags.length ? flags.charCodeAt(i) : 0
      const code = pcre._compile(pointer, pattern.length, flagsAt)
      pcre._free(pointer)
      if (code === 0) {
        pcre._lastErrorMessage(message, messageUnits)
        return { error: textAt(message), offset: pcre._lastErrorOffset() }
      }
      const captures = pcre._getCaptureCount(code)
      let data = 0
      return {
        captures,
        names: namesOf(code),
        run(subject, from) {
          if (!place(subject)) return noMemory
          data ||= pcre._createMatchData(code)
          if (data === 0) return noMemory
          const count = pcre._match(code, room.at, subject.length, from, data)
          if (count < 0) return count
          const offsets = new Int32Array(memory.buffer, pcre._getOvectorPointer(data), (captures + 1) * 2)
          return Array.from(offsets)
        },
        free() {
          if (data !== 0) pcre._destroyMatchData(data)
          pcre._destroyCode(code)
        },
      }
    },
  }
}

/** `PCRE2_ERROR_NOMEMORY` */
const noMemory = -48
