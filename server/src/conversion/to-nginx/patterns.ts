/**
 * The pattern of a file's name as one of a whole path: it meets the last segment alone. Undefined where it cannot be written: a `^` within a choice.
 */
export function fileNamePattern(pattern: string): string | undefined {
  const made = choicesOf(pattern).map(oneNamePattern)
  return made.some((each) => each === undefined) ? undefined : made.join('|')
}

function oneNamePattern(pattern: string): string | undefined {
  const isAnchored = pattern.startsWith('^')
  const rest = isAnchored ? pattern.slice(1) : pattern
  if (/(?<![[\\])\^/.test(rest)) return undefined
  // A pattern of plain signs up to the end of the name cannot begin before the last slash.
  if (!isAnchored && /^\\\.(?:[\w-]+|\((?:\?:)?[\w|?-]+\))\$$/.test(pattern)) return pattern
  if (isAnchored && /^(?:[\w-]|\\\.)+\$$/.test(rest)) return `/${rest}`
  return isAnchored ? `/(?=[^/]*$)${rest}` : `/(?=[^/]*$).*?(?:${pattern})`
}

/** The alternatives of a pattern outside of all groups. */
function choicesOf(pattern: string): string[] {
  const parts: string[] = []
  let depth = 0
  let inClass = false
  let from = 0
  for (let i = 0; i < pattern.length; i++) {
    const sign = pattern.charAt(i)
    if (sign === '\\') i++
    else if (inClass) inClass = sign !== ']'
    else if (sign === '[') inClass = true
    else if (sign === '(') depth++
    else if (sign === ')') depth--
    else if (sign === '|' && depth === 0) {
      parts.push(pattern.slice(from, i))
      from = i + 1
    }
  }
  return [...parts, pattern.slice(from)]
}

/**
 * The pattern of a rule of a folder, which meets what remains of the path behind the folder, as one of the whole path. Undefined where its
 * anchors cannot be followed.
 *
 * @param base the folder's URL with a slash at both ends
 */
export function folderPattern(pattern: string, base: string): string | undefined {
  const escaped = base.replace(/[.+*?^${}()|[\]\\]/g, '\\$&')
  const choices = choicesOf(pattern)
  const made = choices.map((each) => {
    const isAnchored = each.startsWith('^')
    const rest = isAnchored ? each.slice(1) : each
    if (/(?<![[\\])\^/.test(rest)) return undefined
    if (isAnchored) return `^${escaped}${rest.replace(/^\/\?(?!\?)/, '')}`
    // What begins with a sign that is no slash begins behind the folder's own.
    if (base === '/' && /^(?:\\\.|[\w-])[^*?+{]/.test(`${each} `) && !/^\\[a-z]/i.test(each)) return each
    return `^${escaped}.*?${choices.length > 1 ? `(?:${each})` : each}`
  })
  return made.some((each) => each === undefined) ? undefined : made.join('|')
}

/** Whether a pattern fits every path, as the patterns of front controllers do. Of `.` and `.+` all but the folder itself. */
export const isUniversal = (pattern: string): boolean =>
  /^(?:\^?|\^?\.[*+]?\$?|\^?\(\.[*+]\)\$?|\^?\/\?\(?\.[*+]\)?\$?|\^?\/\(?\.\*\)?\$?|\^\/\?|\^\/)$/.test(pattern)

/** Whether the first group of a universal pattern holds the whole path, with or without its slash. */
export const capturesAll = (pattern: string): 'with slash' | 'without slash' | undefined => {
  if (/^\^?\/\(\.[*+]\)\$?$|^\^?\/\?\(\.[*+]\)\$?$/.test(pattern)) return 'without slash'
  return /^\^?\(\.[*+]\)\$?$/.test(pattern) ? 'with slash' : undefined
}
