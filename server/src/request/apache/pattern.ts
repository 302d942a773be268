import { type CompiledMatcher, compileMatcher, type Match } from '../../regex/match.ts'

/** A pattern of a configuration, ready to be run. */
export interface Pattern {
  /** Names of groups with their numbers. */
  readonly names: readonly { readonly name: string; readonly group: number }[]
  run(subject: string): Match | undefined
}

/** Compiles a pattern as `ap_pregcomp` does: `.` takes line breaks, `$` is only the very end; undefined where PCRE2 refuses it. The pattern is bytes. */
export function compilePattern(pattern: string, caseless = false): Pattern | undefined {
  const key = `${caseless ? 'i' : ''}/${pattern}`
  const known = made.get(key)
  if (known !== undefined) return known ?? undefined
  const matcher = compileMatcher(pattern, { caseless, dotAll: true, dollarEndOnly: true, duplicateNames: true })
  const compiled = 'error' in matcher ? undefined : patternOf(matcher)
  if (made.size >= mostKept) made.clear()
  made.set(key, compiled ?? null)
  return compiled
}

const made = new Map<string, Pattern | null>()
const mostKept = 1000

const patternOf = (matcher: CompiledMatcher): Pattern => ({
  names: matcher.names.map(({ name, group }) => ({ name, group })),
  run(subject) {
    const match = matcher.run(subject)
    // What PCRE2 gives up on counts as no match.
    return match === 'failed' ? undefined : match
  },
})

/** `server/util.c: ap_pregsub`: `$0` to `$9` by what was matched; a backslash takes the meaning of what follows it. */
export function substitute(text: string, match: Match): string {
  let made = ''
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    const next = text.charAt(at + 1)
    if (character === '$' && /\d/.test(next)) {
      made += match.groups[Number(next)] ?? ''
      at++
    } else if (character === '\\' && next !== '') {
      made += next
      at++
    } else made += character
  }
  return made
}
