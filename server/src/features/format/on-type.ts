import type { Replacement } from '../../problem/edits.ts'
import { forEachItem, type Items } from '../../syntax/items.ts'
import { parse } from '../../syntax/parse.ts'
import type { Dialect, Directive, Hole } from '../../syntax/tree.ts'
import { deepestNesting } from './layout.ts'

/** Characters behind which `formatOnType` is asked. */
export const typedCharacters = ['}', ';', '>', '\n'] as const

/** Where a text was typed in: what is open there, from the outermost block in, and the item that covers the place. */
interface Surroundings {
  /** Offsets of the first words of the blocks that are open. */
  readonly open: readonly number[]
  /** The first word of the block that ends right at the place. */
  readonly closes: number | undefined
  /** The place is inside a word, a comment, code, or behind what a template says. */
  readonly inside: boolean
  /** The place is between the words of a directive that has not ended. */
  readonly unfinished: boolean
  /** The directive that ends right at the place. */
  readonly ends: { readonly directive: Directive; readonly start: number } | undefined
}

/**
 * Sets the indentation of the line that was typed in, by what stands around it: a line goes one step further in than the line on which its block
 * begins, however that one is indented. The file may be as unfinished as it is while one types.
 *
 * @param offset behind the typed character
 * @param indent one step of indentation
 */
export function formatOnType(text: string, dialect: Dialect, holes: readonly Hole[], offset: number, typed: string, indent: string): Replacement[] {
  const file = parse(text, dialect, holes)
  if (file.nestingUnknown) return []
  const around = surroundingsOf(file.items, text, dialect, offset)
  if (typed === '\n') return around.inside || isContinued(text, offset, dialect) ? [] : newLine(text, dialect, offset, indent, around)
  if (typed === '}' || typed === '>') {
    const fits = typed === '}' ? dialect === 'nginx' : dialect === 'apache'
    return fits && around.closes !== undefined ? lineIndent(text, offset, indentOf(text, around.closes)) : []
  }
  const { ends } = around
  if (typed !== ';' || dialect !== 'nginx' || !ends) return []
  const begins = ends.start + (ends.directive.words[0]?.start ?? 0)
  // Only the line on which the directive begins: what goes on below has a place of its own.
  const isFirstLine = !text.slice(begins, offset).includes('\n')
  const word = ends.start + (ends.directive.words.at(-1)?.end ?? 0)
  const isBlank = text.slice(word, offset - 1).trim() === '' && !text.slice(word, offset - 1).includes('\n')
  const outer = around.open.at(-1)
  return [
    ...(isFirstLine ? lineIndent(text, begins, outer === undefined ? '' : indentOf(text, outer) + indent, begins) : []),
    ...(isBlank && word < offset - 1 ? [{ start: word, end: offset - 1, newText: '' }] : []),
  ]
}

function newLine(text: string, dialect: Dialect, offset: number, indent: string, around: Surroundings): Replacement[] {
  const outer = around.open.at(-1)
  const base = outer === undefined ? '' : indentOf(text, outer)
  const lineEnd = text.indexOf('\n', offset)
  const rest = text.slice(offset, lineEnd < 0 ? text.length : lineEnd).trimStart()
  const closes = outer !== undefined && (dialect === 'nginx' ? rest.startsWith('}') : rest.startsWith('</'))
  const depth = closes || outer === undefined ? '' : indent
  return lineIndent(text, offset, base + depth + (around.unfinished ? indent : ''))
}

/** The indentation of the line of `offset`, if it is another; nothing where `only` is given and the line begins elsewhere. */
function lineIndent(text: string, offset: number, indent: string, only?: number): Replacement[] {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const end = start + (/^[ \t]*/.exec(text.slice(start, start + 1000))?.[0].length ?? 0)
  if ((only !== undefined && end !== only) || text.slice(start, end) === indent) return []
  return [{ start, end, newText: indent }]
}

/** The white space that the line of an offset begins with. */
function indentOf(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? ''
}

/** Apache: the line goes on with the one before it. */
function isContinued(text: string, offset: number, dialect: Dialect): boolean {
  const feed = text.lastIndexOf('\n', offset - 1)
  return dialect === 'apache' && feed > 0 && /\\\r?$/.test(text.slice(Math.max(0, feed - 2), feed))
}

function surroundingsOf(top: Items, text: string, dialect: Dialect, offset: number): Surroundings {
  const open: number[] = []
  let closes: number | undefined
  let inside = false
  let unfinished = false
  let ends: Surroundings['ends']
  const look = (items: Items, start: number): void => {
    forEachItem(items, start, (item, at) => {
      if (offset <= at || offset > at + item.width) return
      const begin = at + item.text.length - item.text.trimStart().length
      if (item.kind !== 'directive') {
        const isComment = item.kind === 'comment' && item.hole === undefined
        inside = item.kind === 'code' || (offset > begin && (!isComment || offset < at + item.width))
        return
      }
      const headerEnd = at + item.text.length
      if (offset <= headerEnd) {
        if (offset === headerEnd && item.terminated && !item.block) ends = { directive: item, start: at }
        inside = item.words.some((word) => offset > at + word.start && offset < at + word.end)
        unfinished = dialect === 'nginx' && offset > begin && offset < headerEnd
        return
      }
      const first = at + (item.words[0]?.start ?? 0)
      const { block } = item
      if (!block) return
      const itemsEnd = headerEnd + block.items.width
      const closeEnd = itemsEnd + block.close.length
      if (offset === closeEnd && block.close.trim() !== '') {
        const mark = closeEnd - block.close.trimStart().length
        if (text.slice(text.lastIndexOf('\n', mark - 1) + 1, mark).trim() === '') closes = first
        return
      }
      open.push(first)
      if (offset <= itemsEnd && open.length <= deepestNesting) look(block.items, headerEnd)
    })
  }
  look(top, 0)
  return { open, closes, inside, unfinished, ends }
}
