import type { FoldingRange } from 'vscode-languageserver-types'
import { forEachItem, type Items } from '../syntax/items.ts'
import { type Comment, type Directive, nameOf } from '../syntax/tree.ts'
import type { DocumentView } from './lib/view.ts'

/**
 * What can be folded away: blocks and sections up to the line before their end, directives over several lines, runs of comments, of
 * modules that are loaded, and `# region` … `# endregion`.
 */
export function foldingRanges({ source: { text, tree, lines } }: DocumentView): FoldingRange[] {
  const ranges: FoldingRange[] = []
  const regions: number[] = []
  const add = (startLine: number, endLine: number, kind?: FoldingRange['kind']): void => {
    if (endLine > startLine) ranges.push(kind === undefined ? { startLine, endLine } : { startLine, endLine, kind })
  }
  const walk = (items: Items, at: number): void => {
    let comments: Run | undefined
    let loads: Run | undefined
    const endRuns = (): void => {
      if (comments) add(comments.first, comments.last, 'comment')
      comments = undefined
    }
    const endLoads = (): void => {
      if (loads && loads.last - loads.first >= 2) add(loads.first, loads.last, 'imports')
      loads = undefined
    }
    forEachItem(items, at, (item, start) => {
      if (item.kind === 'comment' && item.hole === undefined) {
        const line = lines.lineAt(start + leadOf(item.text))
        const mark = markOf(item)
        if (mark === 'region') regions.push(line)
        else if (mark === 'endregion') {
          const begun = regions.pop()
          if (begun !== undefined) add(begun, line, 'region')
        }
        const own = item.text.slice(0, leadOf(item.text)).includes('\n') || start === 0
        if (mark === undefined && comments?.last === line - 1) comments = { first: comments.first, last: line }
        else {
          endRuns()
          if (own && mark === undefined) comments = { first: line, last: line }
        }
        return
      }
      endRuns()
      if (item.kind !== 'directive') {
        endLoads()
        return
      }
      const first = lines.lineAt(start + leadOf(item.text))
      const headEnd = start + item.text.length
      if (isLoad(item)) {
        if (loads?.last === first - 1) loads = { first: loads.first, last: first }
        else {
          endLoads()
          loads = { first, last: first }
        }
      } else endLoads()
      const { block } = item
      if (!block) {
        add(first, lines.lineAt(headEnd - (item.text.endsWith('\n') ? 1 : 0)))
        return
      }
      const end = start + item.width
      if (block.close === '') add(first, lines.lineAt(endBefore(text, headEnd + block.items.width)))
      else add(first, lines.lineAt(end - block.close.trimStart().length) - 1)
      if (block.holds !== 'code') walk(block.items, headEnd)
    })
    endRuns()
    endLoads()
  }
  walk(tree.items, 0)
  return ranges
}

/** Lines, zero-based. */
interface Run {
  readonly first: number
  readonly last: number
}

const leadOf = (text: string): number => text.length - text.trimStart().length

/** The offset behind what stands before `end`, white space left out. */
function endBefore(text: string, end: number): number {
  let at = end
  while (at > 0 && text.charCodeAt(at - 1) <= 32) at--
  return at
}

const markOf = ({ text }: Comment): string | undefined => /^\s*#\s*(region|endregion)\b/.exec(text)?.[1]

const isLoad = (directive: Directive): boolean => /^load_?module$/i.test(nameOf(directive))
