import { eachItem, type Items } from './items.ts'
import type { ConfigFile } from './tree.ts'

/** The text of a file: exactly what was parsed. */
export function print(file: ConfigFile): string {
  const parts: string[] = []
  printItems(file.items, parts)
  parts.push(file.tail)
  return parts.join('')
}

function printItems(items: Items, parts: string[]): void {
  for (const item of eachItem(items)) {
    parts.push(item.text)
    if (item.kind === 'directive' && item.block) {
      printItems(item.block.items, parts)
      parts.push(item.block.close)
    }
  }
}
