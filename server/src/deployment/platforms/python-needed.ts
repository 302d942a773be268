/**
 * The oldest Python on which a release of Django can be installed: `Requires-Python` of its files on PyPI, as its FAQ says ("What Python version can I use
 * with Django?"). As of 2025-12.
 */
const djangoNeeds: readonly (readonly [from: number, minor: number])[] = [
  [6, 12],
  [5, 10],
  [4, 8],
  [3, 6],
  [2.1, 5],
]

/** The minor version of Python 3 that a pinned release of Django needs at least; undefined where the requirement leaves an older release open. */
export function pythonForDjango(specifier: string): { readonly release: string; readonly minor: number } | undefined {
  const match = /(?:===?|~=|>=)\s*(\d+)\.(\d+)[\w.]*/.exec(specifier)
  if (!match) return undefined
  const release = Number(`${match[1]}.${match[2]}`)
  const found = djangoNeeds.find(([from]) => release >= from)
  return found && { release: `${match[1]}.${match[2]}`, minor: found[1] }
}
