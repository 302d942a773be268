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
  const verdict = library().compile(new TextEncoder().encode(pattern))
  if (verdicts.size >= mostKept) verdicts.clear()
  verdicts.set(pattern, verdict)
  return verdict
}

/** Compiling has no effect but its answer, so that answers may be kept. */
const verdicts = new Map<string, PatternVerdict>()
const mostKept = 2000

/** PCRE2 for code units of 16 bits; each unit holds one byte of the pattern, so that offsets count bytes. */
interface Library {
  compile(bytes: Uint8Array): PatternVerdict
}

let loaded: Library | undefined

/** Instantiated at the first pattern that needs it. */
function library(): Library {
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
  const noFlags = pcre._malloc(2)
  units[noFlags >> 1] = 0
  const messageUnits = 256
  const message = pcre._malloc(messageUnits * 2)

  return {
    compile(pattern) {
      const pointer = pcre._malloc(pattern.length * 2 + 2)
      units.set(pattern, pointer >> 1)
      const code = pcre._compile(pointer, pattern.length, noFlags)
      pcre._free(pointer)
      if (code === 0) {
        pcre._lastErrorMessage(message, messageUnits)
        return { error: textAt(message), offset: pcre._lastErrorOffset() }
      }
      const names: string[] = []
      const first = pcre._getMatchNameTable(code)
      const entry = pcre._getMatchNameTableEntrySize(code) * 2
      for (let i = 0; i < pcre._getMatchNameCount(code); i++) names.push(textAt(first + i * entry + 2))
      const captures = pcre._getCaptureCount(code)
      pcre._destroyCode(code)
      return { captures, names }
    },
  }
}
