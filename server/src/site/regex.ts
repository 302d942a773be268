/** A test of a text by a PCRE pattern; undefined where JavaScript's regular expressions mean something else by it. */
export function regexMatcher(pattern: string, flags: '' | 'i' = ''): ((text: string) => boolean) | undefined {
  // Inline flags, possessive and atomic groups, \A, \Z, POSIX classes, recursion: PCRE's own.
  if (/\(\?(?![:=!]|<[=!]|<\w+>)|[*+?}]\+|\\[AZzGKQEXRhHvN]|\[\[:|\(\*/.test(pattern)) return undefined
  try {
    const expression = new RegExp(pattern, flags)
    return (text) => expression.test(text)
  } catch {
    return undefined
  }
}
