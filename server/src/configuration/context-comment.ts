import { eachItem } from '../syntax/items.ts'
import type { Source } from './placed.ts'

/** The context that a comment `# webconf: context=http,server` at the head of a file states. */
export function statedContext(source: Source): string | undefined {
  let seen = 0
  for (const item of eachItem(source.tree.items)) {
    if (item.kind !== 'comment' || ++seen > 50) return undefined
    const match = /^#\s*webconf:\s*context=(\S+)/.exec(item.text.trimStart())
    if (match?.[1]) return match[1]
  }
  return undefined
}
