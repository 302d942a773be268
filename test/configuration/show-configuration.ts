import { makeFileIndex } from '../../server/src/configuration/locate.ts'
import type { Configuration, PlacedDirective } from '../../server/src/configuration/placed.ts'
import { resolveConfiguration } from '../../server/src/configuration/resolve.ts'
import { makeSourceReader } from '../../server/src/configuration/source.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { makeSession } from '../../server/src/workspace/session.ts'
import { defaultSettings, type Settings } from '../../server/src/workspace/settings.ts'
import { readExample, workspace } from '../support/example.ts'
import { memoryFileSystem } from '../support/memory-file-system.ts'

/** The configuration of the first file of an example, with all that it includes. */
export async function configurationOf(text: string, dialect: Dialect, settings: Settings = defaultSettings): Promise<Configuration> {
  const { files } = readExample(text)
  const paths = Object.keys(files)
  const session = makeSession(memoryFileSystem(files), settings.limits.fileSize)
  const options = { index: makeFileIndex(paths, [workspace]), reader: makeSourceReader(), settings }
  const configuration = await session.settle((snapshot) => resolveConfiguration(snapshot, paths.slice(0, 1), dialect, options))
  if (!configuration) throw new Error('no configuration')
  return configuration
}

/** Directives as indented lines, with `?` in front where their presence is unknown. */
export function showConfiguration(configuration: Configuration): string {
  const lines: string[] = []
  const show = (directive: PlacedDirective, indent: string): void => {
    const args = directive.args.map((argument) => ` |${argument.value}${argument.known ? '' : '?'}|`).join('')
    lines.push(`${indent}${directive.presence === 'unknown' ? '?' : ''}${directive.name}${args}`)
    for (const child of directive.children) show(child, `${indent}  `)
  }
  for (const directive of configuration.top) show(directive, '')
  return lines.join('\n')
}
