import type { PlacedDirective } from '../../../configuration/placed.ts'

/** Paths of which the first that is a prefix at the end of a segment wins, as of `Redirect` and `ProxyPass` (see `aliasHolds`). */
export interface PathIndex {
  add(path: string, directive: PlacedDirective): void
  /** The first of those that were added which takes a path. */
  taker(path: string): PlacedDirective | undefined
}

/** Lists of thousands of redirections are real. */
export function makePathIndex(): PathIndex {
  const known = new Map<string, PlacedDirective>()
  return {
    add(path, directive) {
      if (!known.has(path)) known.set(path, directive)
    },
    taker(path) {
      let found = known.get(path)
      const consider = (prefix: string): void => {
        const directive = known.get(prefix)
        if (directive && (!found || directive.order < found.order)) found = directive
      }
      for (let i = path.indexOf('/'); i >= 0; i = path.indexOf('/', i + 1)) {
        consider(path.slice(0, i))
        consider(path.slice(0, i + 1))
      }
      return found
    },
  }
}
