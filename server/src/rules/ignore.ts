import type { Source } from '../configuration/placed.ts'
import type { Place } from '../problem/place.ts'
import { forEachItem, type Items } from '../syntax/items.ts'

/** A comment that silences rules: `# webconf: ignore RULE… -- reason` or `# webconf: ignore-file RULE…`. */
export interface Ignore {
  readonly at: Place
  readonly rules: readonly string[]
  /** What it covers, as offsets in its file. */
  readonly from: number
  readonly to: number
  used: boolean
}

/** The ignore comments of a configuration file. One above a directive covers it with its block, and the comments between; below the last directive, those that follow. */
export function ignoresOf(source: Source): Ignore[] {
  const ignores: Ignore[] = []
  if (!source.text.includes('webconf:')) return ignores
  const look = (items: Items, start: number): void => {
    let pending: Ignore[] = []
    const cover = (to: number): void => {
      for (const ignore of pending) Object.assign(ignore, { to })
      pending = []
    }
    forEachItem(items, start, (item, at) => {
      if (item.kind === 'comment') {
        const lead = item.text.length - item.text.trimStart().length
        const ignore = parseIgnore(item.text.slice(lead), source.path, at + lead, source.text.length)
        if (ignore) {
          ignores.push(ignore)
          if (ignore.to < 0) pending.push(ignore)
        }
        return
      }
      cover(at + item.width)
      if (item.kind === 'directive' && item.block) look(item.block.items, at + item.text.length)
    })
    cover(start + items.width)
  }
  look(source.tree.items, 0)
  return ignores
}

/** The same comments in a file of another language (Python, YAML), where one covers the line below it. */
export function ignoresOfText(path: string, text: string): Ignore[] {
  const ignores: Ignore[] = []
  if (!text.includes('webconf:')) return ignores
  let at = 0
  for (const line of text.split('\n')) {
    const lead = line.length - line.trimStart().length
    const ignore = parseIgnore(line.slice(lead), path, at + lead, text.length)
    const next = at + line.length + 1
    if (ignore) {
      if (ignore.to < 0) {
        const end = text.indexOf('\n', next)
        Object.assign(ignore, { from: next, to: end < 0 ? text.length : end })
      }
      ignores.push(ignore)
    }
    at = next
  }
  return ignores
}

function parseIgnore(comment: string, path: string, start: number, fileEnd: number): Ignore | undefined {
  const match = /^#\s*webconf:\s*(ignore|ignore-file)\s+(.*)$/s.exec(comment.trimEnd())
  if (!match?.[2]) return undefined
  const rules = (match[2].split(/\s--(?:\s|$)/)[0] ?? '').split(/[\s,]+/).filter(Boolean)
  const whole = match[1] === 'ignore-file'
  return { at: { path, start, end: start + comment.trimEnd().length }, rules, from: whole ? 0 : start, to: whole ? fileEnd : -1, used: false }
}

export const covers = (ignore: Ignore, rule: string, offset: number): boolean => offset >= ignore.from && offset <= ignore.to && ignore.rules.includes(rule)
