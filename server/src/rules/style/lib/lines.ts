import type { Source } from '../../../configuration/placed.ts'
import { forEachItem, type Items } from '../../../syntax/items.ts'

/** Whether an offset is outside of all words, quoted texts and blocks of another language: white space there means nothing. */
export function isPlainText(source: Source, offset: number): boolean {
  let plain = true
  const look = (items: Items, start: number): void => {
    forEachItem(items, start, (item, at) => {
      if (offset < at || offset >= at + item.width) return
      if (item.kind === 'unparsed') plain = false
      if (item.kind !== 'directive') return
      const inHead = offset < at + item.text.length
      if (inHead) plain = plain && !item.words.some((word) => offset >= at + word.start && offset < at + word.end)
      else if (item.block) {
        if (item.block.holds !== 'code') look(item.block.items, at + item.text.length)
        else plain = false
      }
    })
  }
  look(source.tree.items, 0)
  return plain
}
