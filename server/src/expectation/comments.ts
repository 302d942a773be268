import type { Source } from '../configuration/placed.ts'
import { forEachItem, type Items } from '../syntax/items.ts'
import type { Directive } from '../syntax/tree.ts'
import { derived } from '../workspace/derived.ts'
import type { Expectation, Unreadable } from './expectation.ts'
import { readLine } from './read-line.ts'

/** An expectation in a comment of a configuration file, with the blocks of this file around it, outermost first. */
export interface Commented {
  readonly around: readonly Directive[]
  readonly expectation: Expectation | undefined
  /** Why there is none. */
  readonly mistake: Unreadable | undefined
}

/** The comments `# webconf: expect REQUEST -> FACTS` of a file. */
export const expectationsIn: (source: Source) => readonly Commented[] = derived((source: Source): readonly Commented[] => {
  const found: Commented[] = []
  if (!/webconf:[^\S\n]*expect\b/.test(source.text)) return found
  const look = (items: Items, start: number, around: readonly Directive[]): void => {
    forEachItem(items, start, (item, at) => {
      if (item.kind === 'directive' && item.block?.holds === 'directives') look(item.block.items, at + item.text.length, [...around, item])
      else if (item.kind === 'comment' && item.hole === undefined) {
        const read = readComment(item.text, source.path, at)
        if (read) found.push({ around, ...read })
      }
    })
  }
  look(source.tree.items, 0, [])
  return found
})

/** Where the text of an expectation begins in a comment; undefined where the comment is no expectation. */
export function expectationStart(comment: string): number | undefined {
  const head = /^\s*#\s*webconf:[^\S\n]*expect(?![\w-])[^\S\n]*/.exec(comment)
  return head?.[0].length
}

function readComment(comment: string, path: string, at: number): Pick<Commented, 'expectation' | 'mistake'> | undefined {
  const start = expectationStart(comment)
  if (start === undefined) return undefined
  const text = comment.slice(start).trimEnd()
  const whole = { path, start: at + comment.length - comment.trimStart().length, end: at + start + text.length }
  const { asked, facts, mistake } = readLine(text, path, at + start)
  if (mistake) {
    // Where nothing is behind the word there is nothing to mark but the comment.
    return { expectation: undefined, mistake: mistake.at.end > mistake.at.start ? mistake : { ...mistake, at: whole } }
  }
  return { expectation: { at: whole, title: `${asked.method} ${asked.target}`, name: undefined, asked, facts }, mistake: undefined }
}
