import ignore from 'ignore'
import type { Place } from '../../problem/place.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'

/** A line of `.gitignore` or `.ebignore`. */
export interface IgnorePattern {
  readonly text: string
  readonly negated: boolean
  readonly at: Place
  matches(path: string): boolean
}

export interface IgnoreFile {
  readonly path: string
  readonly patterns: readonly IgnorePattern[]
  /** The pattern that leaves a file out; its path is relative to the folder of the ignore file. */
  leavesOut(path: string): IgnorePattern | undefined
}

/**
 * Reads an ignore file. Git does not look for exceptions below a folder that is left out; the EB CLI, which matches every file by itself (pathspec), does.
 */
export function readIgnoreFile(snapshot: Snapshot, path: string, manner: 'git' | 'eb'): IgnoreFile | undefined {
  const content = snapshot.content(path)
  if (content.state !== 'content' || content.value.binary || content.value.text.length > 200_000) return undefined
  const patterns = patternsOf(path, content.value.text)
  const last = (relative: string): IgnorePattern | undefined => patterns.findLast((pattern) => pattern.matches(relative))
  return {
    path,
    patterns,
    leavesOut(relative) {
      if (manner === 'git') {
        const segments = relative.split('/')
        for (let i = 1; i < segments.length; i++) {
          const folder = last(`${segments.slice(0, i).join('/')}/`)
          if (folder && !folder.negated) return folder
        }
      }
      const found = last(relative)
      return found && !found.negated ? found : undefined
    },
  }
}

function patternsOf(path: string, text: string): IgnorePattern[] {
  const patterns: IgnorePattern[] = []
  let start = 0
  for (const line of text.split('\n')) {
    const written = line.replace(/\r$/, '')
    const pattern = written.replace(/(?<!\\)\s+$/, '')
    if (pattern !== '' && !pattern.startsWith('#')) {
      const negated = pattern.startsWith('!')
      const matcher = ignore({ allowRelativePaths: true }).add(negated ? pattern.slice(1) : pattern)
      patterns.push({ text: pattern, negated, at: { path, start, end: start + pattern.length }, matches: (relative) => matcher.ignores(relative) })
    }
    start += line.length + 1
  }
  return patterns
}
