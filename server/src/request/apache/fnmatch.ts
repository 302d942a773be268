/** `apr_fnmatch`: whether a text fits a pattern. With `pathname` (APR_FNM_PATHNAME) no wildcard takes a slash; a leading dot is like any character. */
export function fnmatch(pattern: string, text: string, options: { readonly pathname: boolean; readonly ignoresCase?: boolean }): boolean {
  const key = `${options.pathname ? '/' : ''}${options.ignoresCase ? 'i' : ''} ${pattern}`
  let expression = made.get(key)
  if (!expression) {
    expression = new RegExp(`^(?:${sourceOf(pattern, options.pathname)})$`, options.ignoresCase ? 'is' : 's')
    if (made.size >= mostKept) made.clear()
    made.set(key, expression)
  }
  return expression.test(text)
}

const made = new Map<string, RegExp>()
const mostKept = 1000

function sourceOf(pattern: string, pathname: boolean): string {
  const any = pathname ? '[^/]' : '.'
  let source = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at)
    if (character === '*') source += source.endsWith(`${any}*`) ? '' : `${any}*`
    else if (character === '?') source += any
    else if (character === '[') {
      const set = bracketAt(pattern, at, pathname)
      if (set) {
        source += set.source
        at = set.end - 1
      } else source += '\\['
    } else if (character === '\\' && at + 1 < pattern.length) source += literal(pattern.charAt(++at))
    else source += literal(character)
  }
  return source
}

function bracketAt(pattern: string, start: number, pathname: boolean): { source: string; end: number } | undefined {
  let at = start + 1
  const negated = pattern.charAt(at) === '!' || pattern.charAt(at) === '^'
  if (negated) at++
  let inside = ''
  for (let first = true; at < pattern.length; first = false) {
    let character = pattern.charAt(at)
    if (character === ']' && !first) {
      const set = inside === '' ? '(?!)' : `[${negated ? '^' : ''}${inside}]`
      return { source: pathname ? `(?!/)${set}` : set, end: at + 1 }
    }
    if (pathname && character === '/') return undefined
    if (character === '\\' && at + 1 < pattern.length) character = pattern.charAt(++at)
    at++
    if (pattern.charAt(at) === '-' && pattern.charAt(at + 1) !== ']' && at + 1 < pattern.length) {
      let last = pattern.charAt(at + 1)
      at += 2
      if (last === '\\' && at < pattern.length) last = pattern.charAt(at++)
      if (character <= last) inside += `${literal(character)}-${literal(last)}`
    } else inside += literal(character)
  }
  return undefined
}

const literal = (character: string): string => character.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

/** `apr_fnmatch_test` as `ap_is_matchexp` has it: whether there is a wildcard in it. */
export const isMatchExpression = (text: string): boolean => /[*?]/.test(text)

/** `server/util.c: ap_strcasecmp_match`: `*` and `?` over the whole text, letters in any case. */
export const fitsIgnoringCase = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replaceAll('?', '.')}$`,
    'is',
  ).test(text)
