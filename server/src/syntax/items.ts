import type { Item } from './tree.ts'

/**
 * The items of a file or block in their order, kept as a shallow tree of chunks with summed widths
 * and line counts: position to item and back costs a logarithm, and an edit remakes one path.
 */
export interface Items {
  readonly chunks: readonly Items[] | undefined
  readonly leaves: readonly Item[]
  readonly count: number
  readonly width: number
  readonly lines: number
}

const chunkSize = 32

export const noItems: Items = { chunks: undefined, leaves: [], count: 0, width: 0, lines: 0 }

/** Arranges items in chunks. */
export function makeItems(items: readonly Item[]): Items {
  if (items.length <= chunkSize) return items.length === 0 ? noItems : leafOf(items)
  let level: Items[] = []
  for (let i = 0; i < items.length; i += chunkSize) level.push(leafOf(items.slice(i, i + chunkSize)))
  while (level.length > 1) {
    const above: Items[] = []
    for (let i = 0; i < level.length; i += chunkSize) above.push(branchOf(level.slice(i, i + chunkSize)))
    level = above
  }
  return level[0] ?? noItems
}

/** Calls `visit` with each item and its offset from `start`. */
export function forEachItem(items: Items, start: number, visit: (item: Item, start: number) => void): void {
  let at = start
  if (items.chunks) {
    for (const chunk of items.chunks) {
      forEachItem(chunk, at, visit)
      at += chunk.width
    }
    return
  }
  for (const item of items.leaves) {
    visit(item, at)
    at += item.width
  }
}

/** All items, one after the other. */
export function* eachItem(items: Items): Generator<Item> {
  if (items.chunks) for (const chunk of items.chunks) yield* eachItem(chunk)
  else yield* items.leaves
}

/** The item that covers `offset` (counted from the start of the items), with its own offset. */
export function itemAt(items: Items, offset: number): { item: Item; start: number } | undefined {
  let rest = offset
  let node = items
  descend: while (node.chunks) {
    for (const chunk of node.chunks) {
      if (rest < chunk.width) {
        node = chunk
        continue descend
      }
      rest -= chunk.width
    }
    return undefined
  }
  for (const item of node.leaves) {
    if (rest < item.width) return { item, start: offset - rest }
    rest -= item.width
  }
  return undefined
}

function leafOf(leaves: readonly Item[]): Items {
  let width = 0
  let lines = 0
  for (const item of leaves) {
    width += item.width
    lines += item.lines
  }
  return { chunks: undefined, leaves, count: leaves.length, width, lines }
}

function branchOf(chunks: readonly Items[]): Items {
  let width = 0
  let lines = 0
  let count = 0
  for (const chunk of chunks) {
    width += chunk.width
    lines += chunk.lines
    count += chunk.count
  }
  return { chunks, leaves: [], count, width, lines }
}
