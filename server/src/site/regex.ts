/** A test of a text by a PCRE pattern; undefined where JavaScript's regular expressions mean something else by it. */
export function regexMatcher(pattern: string, flags: '' | 'i' = ''): ((text: string) => boolean) | undefined {
  const key = `${flags}/${pattern}`
  const known = made.get(key)
  if (known !== undefined) return known ?? undefined
  const matcher = makeMatcher(pattern, flags)
  if (made.size >= mostKept) made.clear()
  made.set(key, matcher ?? null)
  return matcher
}

/** Generated configurations repeat their patterns in thousands of servers; null for what cannot be read. */
const made = new Map<string, ((text: string) => boolean) | null>()
const mostKept = 1000

function makeMatcher(pattern: string, flags: '' | 'i'): ((text: string) => boolean) | undefined {
  // Inline flags, possessive and atomic groups, \A, \Z, POSIX classes, recursion: PCRE's own.
  if (/\(\?(?![:=!]|<[=!]|<\w+>)|[*+?}]\+|\\[AZzGKQEXRhHvN]|\[\[:|\(\*/.test(pattern)) return undefined
  try {
    const expression = new RegExp(pattern, flags)
    return (text) => expression.test(text)
  } catch {
    return undefined
  }
}
