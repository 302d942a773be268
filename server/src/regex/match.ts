import { type GroupName, library, type PatternError, type Program } from './pcre.ts'

export interface MatchOptions {
  /** Letters of ASCII match in either case. */
  readonly caseless?: boolean
  /** `.` takes line breaks too. */
  readonly dotAll?: boolean
  readonly multiline?: boolean
  /** White space and `#` comments in the pattern mean nothing. */
  readonly extended?: boolean
  /** `$` only at the very end, and not before a line break there (PCRE2_DOLLAR_ENDONLY). */
  readonly dollarEndOnly?: boolean
  /** A name may be given to several groups (PCRE2_DUPNAMES). */
  readonly duplicateNames?: boolean
}

/** A pattern that can be run, any number of times. */
export interface CompiledMatcher {
  /** How many capturing groups. */
  readonly captures: number
  /** Sorted by name. */
  readonly names: readonly GroupName[]
  /**
   * Finds the first match at or behind an offset, with PCRE2's own matching and limits. `failed`: PCRE2 gave up (the match limit, its
   * memory), which servers treat as an error and not as "no match".
   *
   * @param subject one character a byte
   */
  run(subject: string, from?: number): Match | 'failed' | undefined
}

export interface Match {
  /** Where it begins and ends, in bytes. */
  readonly start: number
  readonly end: number
  /** Of each group, the whole match first; undefined where a group took no part. */
  readonly groups: readonly (string | undefined)[]
  /** Pairs of start and end for each group, -1 where it took no part. */
  readonly offsets: readonly number[]
}

/**
 * Compiles a pattern to be run on bytes, as the servers do without PCRE2_UTF.
 *
 * @param pattern one character a byte (`toByteText`)
 */
export function compileMatcher(pattern: string, options: MatchOptions = {}): CompiledMatcher | PatternError {
  const flags = `${options.caseless ? 'i' : ''}${options.multiline ? 'm' : ''}${options.dotAll ? 's' : ''}${options.extended ? 'x' : ''}`
  const text = `${options.duplicateNames ? '(?J)' : ''}${options.dollarEndOnly && !options.multiline ? withVeryEnd(pattern) : pattern}`
  const key = `${flags}/${text}`
  const first = programOf(key, text, flags)
  if ('error' in first) return first
  const { captures, names } = first
  return {
    captures,
    names,
    run(subject, from = 0) {
      const move = options.caseless && beyondAscii.test(subject)
      const program = move ? programOf(`moved ${key}`, movedPattern(text), flags) : programOf(key, text, flags)
      if ('error' in program) return 'failed'
      const offsets = program.run(move ? moved(subject) : subject, from)
      if (typeof offsets === 'number') return offsets === noMatch ? undefined : 'failed'
      const groups: (string | undefined)[] = []
      for (let i = 0; i <= captures; i++) {
        const start = offsets[2 * i] ?? -1
        groups.push(start < 0 ? undefined : subject.slice(start, offsets[2 * i + 1]))
      }
      return { start: offsets[0] ?? 0, end: offsets[1] ?? 0, groups, offsets }
    },
  }
}

/** `PCRE2_ERROR_NOMATCH` */
const noMatch = -1

/** Programs in the library's memory: what has not been used for long goes, and is compiled again when it is run again. */
const programs = new Map<string, Program>()
const mostKept = 1000

function programOf(key: string, pattern: string, flags: string): Program | PatternError {
  const known = programs.get(key)
  if (known) return known
  const program = library().compile(
    Uint16Array.from(pattern, (ch) => ch.charCodeAt(0)),
    flags,
  )
  if ('error' in program) return program
  if (programs.size >= mostKept) {
    for (const each of programs.values()) each.free()
    programs.clear()
  }
  programs.set(key, program)
  return program
}

const beyondAscii = /[\x80-\xff]/

/**
 * The library takes its units for characters of Latin-1 where case is folded, and would take `É` for `é`, which bytes are not. Moved to
 * characters without case they keep their order, and with it what classes and ranges hold (`\h`, `\v` and `\R` lose 0x85 and 0xA0).
 */
const moved = (text: string): string => text.replace(/[\x80-\xff]/g, (ch) => String.fromCharCode(awayFromCase + ch.charCodeAt(0)))
const awayFromCase = 0xe000

const movedPattern = (pattern: string): string =>
  moved(pattern).replace(/\\(?:x\{0*([89a-f][\da-f])\}|x([89a-f][\da-f])|[\s\S])/gi, (written, braced?: string, plain?: string) => {
    const digits = braced ?? plain
    return digits === undefined ? written : `\\x{${(awayFromCase + Number.parseInt(digits, 16)).toString(16)}}`
  })

/** Each `$` that is an anchor as `\z`. */
function withVeryEnd(pattern: string): string {
  let made = ''
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern.charAt(i)
    if (ch === '\\') {
      const end = pattern.charAt(i + 1) === 'Q' ? pattern.indexOf('\\E', i) + 1 || pattern.length : i + 1
      made += pattern.slice(i, end + 1)
      i = end
    } else if (ch === '[') {
      const end = endOfClass(pattern, i)
      made += pattern.slice(i, end + 1)
      i = end
    } else made += ch === '$' ? '\\z' : ch
  }
  return made
}

function endOfClass(pattern: string, start: number): number {
  let i = start + 1
  if (pattern.charAt(i) === '^') i++
  if (pattern.charAt(i) === ']') i++
  for (; i < pattern.length; i++) {
    const ch = pattern.charAt(i)
    if (ch === '\\') i++
    else if (ch === '[' && /^\[[:.=]/.test(pattern.slice(i, i + 2))) {
      const end = pattern.indexOf(`${pattern.charAt(i + 1)}]`, i + 2)
      if (end >= 0) i = end + 1
    } else if (ch === ']') return i
  }
  return pattern.length - 1
}
