/** Whether a pattern has wildcards (`* ? [`). */
export const isPattern = (path: string): boolean => /[*?[]/.test(path)

/** A test for one path segment, as `fnmatch` with FNM_PERIOD: wildcards never match a leading dot. */
export function segmentMatcher(pattern: string): (name: string) => boolean {
  if (!isPattern(pattern)) return (name) => name === pattern
  let source = ''
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern.charAt(i)
    if (ch === '*') source += '[^/]*'
    else if (ch === '?') source += '[^/]'
    else if (ch === '[') {
      const end = pattern.indexOf(']', i + 2)
      if (end < 0) source += '\\['
      else {
        const inside = pattern
          .slice(i + 1, end)
          .replace(/^!/, '^')
          .replaceAll('\\', '\\\\')
        source += `[${inside}]`
        i = end
      }
    } else if (ch === '\\' && i + 1 < pattern.length) {
      i++
      source += escapeForRegExp(pattern.charAt(i))
    } else source += escapeForRegExp(ch)
  }
  let expression: RegExp
  try {
    expression = new RegExp(`^${source}$`, 's')
  } catch {
    return (name) => name === pattern
  }
  const dot = pattern.startsWith('.')
  return (name) => (dot || !name.startsWith('.')) && expression.test(name)
}

/** The paths among `files` that fit a pattern, segment by segment, in the order of `strcmp`. */
export function matchPaths(pattern: string, files: Iterable<string>): string[] {
  const matchers = pattern.split('/').map(segmentMatcher)
  const fitting: string[] = []
  for (const file of files) {
    const segments = file.split('/')
    if (segments.length === matchers.length && matchers.every((fits, i) => fits(segments[i] ?? ''))) fitting.push(file)
  }
  return fitting.sort(compareStrings)
}

/** Byte order, as `strcmp` sorts. */
export const compareStrings = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const escapeForRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
