/**
 * The captures of a pattern made of nothing but literals, plain classes, groups and quantifiers in their proper
 * places; undefined for any other, which may be valid all the same. Most patterns of real configurations are of this kind.
 */
export function surelyValid(pattern: string): { captures: number; names: string[] } | undefined {
  let captures = 0
  const names: string[] = []
  let depth = 0
  /** Whether a quantifier may follow. */
  let atom = false
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern.charAt(i)
    switch (ch) {
      case '\\': {
        const next = pattern.charAt(++i)
        if (!/[dDwWsSbB]|[^A-Za-z0-9\\]|\\/.test(next) || next > '~') return undefined
        atom = !/[bB]/.test(next)
        break
      }
      case '[': {
        const end = endOfPlainClass(pattern, i)
        if (end === undefined) return undefined
        i = end
        atom = true
        break
      }
      case '(': {
        depth++
        if (pattern.charAt(i + 1) === '?') {
          const named = /^\(\?(?::|=|!|P?<([A-Za-z_]\w{0,30})>)/.exec(pattern.slice(i, i + 40))
          if (!named) return undefined
          if (named[1] !== undefined) {
            if (names.includes(named[1])) return undefined
            names.push(named[1])
            captures++
          }
          i += named[0].length - 1
        } else if (pattern.charAt(i + 1) === '*') return undefined
        else captures++
        atom = false
        break
      }
      case ')':
        if (--depth < 0) return undefined
        atom = true
        break
      case '|':
      case '^':
      case '$':
        atom = false
        break
      case '*':
      case '+':
      case '?':
        if (!atom) return undefined
        atom = false
        // One more is lazy or possessive.
        if (/[?+]/.test(pattern.charAt(i + 1))) i++
        break
      case '{': {
        const count = /^\{(\d{1,3})(?:,(\d{1,3})?)?\}/.exec(pattern.slice(i, i + 9))
        if (!atom || !count || (count[2] && Number(count[2]) < Number(count[1]))) return undefined
        i += count[0].length - 1
        atom = false
        if (/[?+]/.test(pattern.charAt(i + 1))) i++
        break
      }
      default:
        if (ch > '~' || ch < ' ') return undefined
        atom = true
    }
  }
  return depth === 0 ? { captures, names: names.sort() } : undefined
}

/** Where a class ends that holds only letters, digits, rising ranges of those, escaped and plain signs; undefined for any other. */
function endOfPlainClass(pattern: string, start: number): number | undefined {
  const end =
    /^\[\^?(?:[A-Z]-[A-Z]|[a-z]-[a-z]|[0-9]-[0-9]|\\[dDwWsS](?!-)|\\[-^\]./\\$&?+*()|,"'](?!-)|[A-Za-z0-9_./:%@&=+*?!,;~$ ](?!-)|[_.](?=-\]))+-?\]/.exec(
      pattern.slice(start),
    )
  if (!end) return undefined
  for (const [, low, high] of end[0].matchAll(/([A-Za-z0-9])-([A-Za-z0-9])/g)) if ((low ?? '') > (high ?? '')) return undefined
  return start + end[0].length - 1
}
