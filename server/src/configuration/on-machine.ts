import type { Dialect } from '../syntax/tree.ts'
import { dirname, isAbsolute, join, normalize } from '../workspace/path.ts'
import type { Settings } from '../workspace/settings.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { isPattern, segmentMatcher } from './glob.ts'
import { makeFileIndex } from './locate.ts'
import type { Configuration } from './placed.ts'
import { resolveConfiguration } from './resolve.ts'
import type { SourceReader } from './source.ts'

/**
 * Reads a configuration that is installed on this machine: its includes are looked for where the server would, and nowhere else. Undefined
 * where the root cannot be read.
 */
export function resolveOnMachine(snapshot: Snapshot, root: string, dialect: Dialect, reader: SourceReader, settings: Settings): Configuration | undefined {
  const files = new Set([root])
  const folders = new Set([dirname(root)])
  for (;;) {
    const index = makeFileIndex([...files], [...folders])
    const configuration = resolveConfiguration(snapshot, [root], dialect, { index, reader, settings })
    if (!configuration) return undefined
    const before = files.size + folders.size
    for (const directive of configuration.all) {
      const argument = includes.has(directive.name) && !directive.node.block ? directive.args[0] : undefined
      if (!argument?.known) continue
      const base = dialect === 'nginx' ? dirname(root) : (configuration.serverRoot ?? dirname(root))
      const path = isAbsolute(argument.value) ? normalize(argument.value) : join(base, argument.value)
      for (const file of filesAt(snapshot, path)) files.add(file)
      const fixed = isPattern(path) ? path.slice(0, path.search(/[*?[]/)) : path
      const folder = fixed.endsWith('/') ? normalize(fixed) : dirname(fixed)
      if (snapshot.folder(folder).state === 'content') folders.add(folder)
    }
    if (files.size + folders.size === before) return configuration
  }
}

const includes: ReadonlySet<string> = new Set(['include', 'includeoptional'])

/** The files that a path or pattern names; of a folder all below it. */
function filesAt(snapshot: Snapshot, path: string): string[] {
  let found = ['']
  for (const segment of path.split('/').slice(1)) {
    if (!isPattern(segment)) {
      found = found.map((each) => `${each}/${segment}`)
      continue
    }
    const fits = segmentMatcher(segment)
    found = found.flatMap((each) => {
      const entries = snapshot.folder(each || '/')
      return entries.state === 'content' ? entries.value.filter(({ name }) => fits(name)).map(({ name }) => `${each}/${name}`) : []
    })
  }
  return found.flatMap((each) => filesBelow(snapshot, each, 0))
}

const deepest = 16

function filesBelow(snapshot: Snapshot, path: string, depth: number): string[] {
  const stat = snapshot.stat(path)
  if (stat.state !== 'content') return []
  if (stat.value.kind !== 'folder') return [path]
  const entries = depth < deepest ? snapshot.folder(path) : undefined
  return entries?.state === 'content' ? entries.value.flatMap(({ name }) => filesBelow(snapshot, `${path}/${name}`, depth + 1)) : []
}
