import type { Place } from '../../problem/place.ts'
import { dirname, join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { normalizeDistributionName } from '../python/packages.ts'

/** A line of a requirements file that asks for a package. */
export interface Requirement {
  /** As compared (PEP 503). */
  readonly name: string
  /** Where the name stands as written. */
  readonly nameAt: Place
  /** `==2.9.9`, without the marker. */
  readonly specifier: string
  readonly extras: readonly string[]
  /** A condition behind `;`: whether it is installed depends. */
  readonly conditional: boolean
}

export interface Requirements {
  readonly path: string
  readonly all: readonly Requirement[]
  /** Every file read, the first included. */
  readonly files: readonly string[]
  /** Places of `-r` with the files that they name, there or not. */
  readonly references: readonly { readonly at: Place; readonly path: string; readonly exists: boolean }[]
  /** Nothing else can be asked for: no option, URL or file that is not read. */
  readonly whole: boolean
}

/** Reads a requirements file and what it names by `-r`, as pip does: relative to the file in which it is said. */
export function readRequirements(snapshot: Snapshot, path: string): Requirements | undefined {
  const all: Requirement[] = []
  const files: string[] = []
  const references: { at: Place; path: string; exists: boolean }[] = []
  let whole = true
  const read = (file: string, depth: number): boolean => {
    if (files.includes(file) || depth > 10) return true
    const content = snapshot.content(file)
    if (content.state !== 'content' || content.value.binary || content.value.text.length > 500_000) {
      whole = false
      return content.state !== 'absent'
    }
    files.push(file)
    let start = 0
    for (const line of content.value.text.split('\n')) {
      const lead = /^\s*/.exec(line)?.[0].length ?? 0
      const text = line.replace(/(^|\s)#.*$/, '').trim()
      const at = { path: file, start: start + lead, end: start + lead + text.length }
      start += line.length + 1
      if (text === '') continue
      const reference = /^(?:-r|--requirement)[\s=]*(\S+)/.exec(text)?.[1]
      if (reference !== undefined) {
        const target = join(dirname(file), reference)
        const exists = /^[a-z]+:\/\//i.test(reference) || reference.includes('$') || read(target, depth + 1)
        references.push({ at, path: target, exists })
        continue
      }
      if (text.startsWith('-')) {
        if (/^(-e|--editable)/.test(text)) whole = false
        continue
      }
      const match = /^([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?\s*(.*)$/.exec(text)
      if (!match || /^[\w.-]*[/\\]|:\/\//.test(text.split('@')[0] ?? '')) {
        whole = false
        continue
      }
      const name = match[1] ?? ''
      const [specifier = '', marker] = (match[3] ?? '').split(/;(.*)/s)
      all.push({
        name: normalizeDistributionName(name),
        nameAt: { path: file, start: at.start, end: at.start + name.length },
        specifier: specifier.replace(/\s*--hash=\S+|\\$/g, '').trim(),
        extras: (match[2] ?? '').split(',').flatMap((each) => each.trim().toLowerCase() || []),
        conditional: marker !== undefined,
      })
    }
    return true
  }
  if (!read(path, 0) || files.length === 0) return undefined
  return { path, all, files, references, whole }
}
