import { eachItem, type Items } from '../../server/src/syntax/items.ts'
import { parse } from '../../server/src/syntax/parse.ts'
import type { ConfigFile, Dialect, Hole } from '../../server/src/syntax/tree.ts'

/** A tree as indented lines: `name |argument|…` with values as the server gets them. */
export function showTree(text: string, dialect: Dialect, holes: readonly Hole[] = []): string {
  const file = parse(text, dialect, holes)
  const lines: string[] = []
  showItems(file.items, '', lines)
  return lines.join('\n')
}

/** Faults as `kind at "marked text": server's words (line that the server names)`. */
export function showFaults(text: string, dialect: Dialect): string[] {
  const file: ConfigFile = parse(text, dialect)
  return file.faults.map((fault) => {
    const line = text.slice(0, fault.serverAt).split('\n').length
    return `${fault.kind} at ${JSON.stringify(text.slice(fault.start, fault.end))}: ${fault.serverMessage ?? '(silent)'} (line ${line})`
  })
}

/** The text after every fault's own mend. */
export function mend(text: string, dialect: Dialect): string {
  const fault = parse(text, dialect).faults[0]
  if (!fault?.mend) return text
  return text.slice(0, fault.mend.start) + fault.mend.newText + text.slice(fault.mend.end)
}

function showItems(items: Items, indent: string, lines: string[]): void {
  for (const item of eachItem(items)) {
    if (item.kind === 'directive') {
      const [name, ...args] = item.words.map((word) => `${word.quote ?? ''}${word.value.replaceAll('\n', '\\n')}${word.holes ? '?' : ''}`)
      const block = item.block ? ` {${item.block.holds === 'directives' ? '' : ` ${item.block.holds}`}` : ''
      lines.push(`${indent}${name ?? ''}${args.map((each) => ` |${each}|`).join('')}${block}`)
      if (item.block) showItems(item.block.items, `${indent}  `, lines)
    } else lines.push(`${indent}${item.kind}${item.kind === 'comment' && item.hole ? ` ${item.hole}` : ''}: ${item.text.trim().replaceAll('\n', '\\n')}`)
  }
}
