import { eachItem } from '../syntax/items.ts'
import { segmentsOf } from '../workspace/path.ts'
import { segmentMatcher } from './glob.ts'
import type { ResolveOptions } from './options.ts'
import type { Source } from './placed.ts'

/** The context that a comment `# webconf: context=http,server` at the head of a file states. */
function statedContext(source: Source): string | undefined {
  let seen = 0
  for (const item of eachItem(source.tree.items)) {
    if (item.kind !== 'comment' || ++seen > 50) return undefined
    const match = /^#\s*webconf:\s*context=(\S+)/.exec(item.text.trimStart())
    if (match?.[1]) return match[1]
  }
  return undefined
}

/** The context that a root stands in, where someone says it: the command, a comment at the file's head, or a glob of the settings. */
export function givenContext(root: Source, { context, settings }: ResolveOptions): string | undefined {
  return context ?? statedContext(root) ?? Object.entries(settings.contexts).find(([glob]) => fits(root.path, glob))?.[1] ?? contextOfPath(root.path)
}

/** Elastic Beanstalk includes these files in its own configuration: its developer guide, "Extending Elastic Beanstalk Linux platforms". */
function contextOfPath(path: string): string | undefined {
  const match = /\/\.platform\/(nginx|httpd)\/conf\.d\/(elasticbeanstalk\/)?[^/]+\.conf$/.exec(path)
  if (!match) return undefined
  if (match[1] === 'nginx') return match[2] === undefined ? 'http' : 'http,server'
  return match[2] === undefined ? 'server' : 'virtualhost'
}

/** Whether a path ends as the glob says, segment by segment. */
function fits(path: string, glob: string): boolean {
  const wanted = segmentsOf(glob.replace(/^(\.\/|\*\*\/)+/, ''))
  const segments = segmentsOf(path).slice(-wanted.length)
  return segments.length === wanted.length && wanted.every((pattern, i) => segmentMatcher(pattern)(segments[i] ?? ''))
}
