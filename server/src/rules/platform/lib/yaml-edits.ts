import type { YamlEntry, YamlFile, YamlScalar } from '../../../deployment/platforms/yaml.ts'
import type { Place } from '../../../problem/place.ts'
import type { FindingEdit } from '../../rule.ts'

/** Writes another text in a scalar's place, in the quotes that it has. */
export function replaceScalar(file: YamlFile, scalar: YamlScalar, text: string): FindingEdit {
  const written = file.text.slice(scalar.at.start, scalar.at.end)
  const quote = scalar.style === 'quoted' ? written.charAt(0) : ''
  return { ...scalar.at, newText: `${quote}${text}${quote}` }
}

/** Replaces a part of the text at a place, where it is written there just so. */
export function replaceWithin(file: YamlFile, at: Place, from: string, to: string): FindingEdit | undefined {
  const found = file.text.slice(at.start, at.end).indexOf(from)
  return found < 0 ? undefined : { path: at.path, start: at.start + found, end: at.start + found + from.length, newText: to }
}

/** The lines of an entry of a block map, from the line of its key to the last line of its value. */
export function linesOfEntry(file: YamlFile, entry: YamlEntry): Place {
  const { text } = file
  const start = text.lastIndexOf('\n', entry.keyAt.start - 1) + 1
  const written = text.slice(entry.keyAt.start, Math.max(entry.keyAt.end + 1, entry.value?.at.end ?? 0)).replace(/\s+$/, '')
  const end = text.indexOf('\n', entry.keyAt.start + written.length)
  return { path: file.path, start, end: end < 0 ? text.length : end + 1 }
}

/** The first line of a text that is not empty. */
export function firstLine(path: string, text: string): Place {
  const start = /^\s*/.exec(text)?.[0].length ?? 0
  const end = text.indexOf('\n', start)
  return start >= text.length ? { path, start: 0, end: 0 } : { path, start, end: end < 0 ? text.length : end }
}
