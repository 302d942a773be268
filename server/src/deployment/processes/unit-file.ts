import type { Snapshot } from '../../workspace/snapshot.ts'
import type { Told } from './command-line.ts'

/** One `Key=value` of a file of sections (systemd units, supervisor programs, uWSGI's ini). */
export interface UnitEntry extends Told {
  readonly section: string
  /** As written. */
  readonly key: string
  readonly path: string
}

/**
 * Reads a file of `[sections]`. A value keeps its length and its offsets: line breaks of continued lines, and comments between them, become
 * spaces (systemd.syntax(7)). `continued`: a backslash at the end of a line continues it; else lines that begin with white space do (Python's
 * `configparser`, which supervisor uses).
 */
export function readUnitFile(path: string, text: string, continued: 'backslash' | 'indent' | 'none'): UnitEntry[] {
  const entries: UnitEntry[] = []
  let section = ''
  let at = 0
  while (at < text.length) {
    let end = endOfLine(text, at)
    const line = text.slice(at, end)
    const header = /^\s*\[([^\]]*)\]/.exec(line)
    const pair = /^(\s*)([\w.:-]+)(\s*=[ \t]*)/.exec(line)
    if (header) section = header[1]?.trim() ?? ''
    else if (pair && !/^\s*[#;]/.test(line)) {
      const start = at + pair[0].length
      let value = text.slice(start, end)
      for (;;) {
        const next = Math.min(end + 1, text.length)
        if (next >= text.length) break
        const nextEnd = endOfLine(text, next)
        const following = text.slice(next, nextEnd)
        if (continued === 'backslash') {
          if (!/\\\r?$/.test(value)) break
          value = value.replace(/\\(\r?)$/, (_, cr: string) => ` ${cr === '' ? '' : ' '}`)
          value += ` ${/^\s*[#;]/.test(following) ? `${' '.repeat(Math.max(0, following.length - 1))}${following === '' ? '' : '\\'}` : following}`
        } else if (continued === 'indent') {
          if (!/^[ \t]+\S/.test(following)) break
          value += ` ${following}`
        } else break
        end = nextEnd
      }
      if (continued === 'indent') value = value.replace(/\s;.*$/, (comment) => ' '.repeat(comment.length))
      const trimmed = value.replace(/\s+$/, '')
      entries.push({ section, key: pair[2] ?? '', value: trimmed, known: true, start, end: start + trimmed.length, path })
    }
    at = end + 1
  }
  return entries
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

/** A unit with its drop-ins (`NAME.service.d/*.conf`): where a key is given empty, what stood before is gone. */
export interface Unit {
  /** `site.service`, `site@.service`. */
  readonly name: string
  readonly path: string
  /** All values of a key that hold, in order. */
  values(section: string, key: string): readonly UnitEntry[]
  /** The last value of a key. */
  value(section: string, key: string): UnitEntry | undefined
  /** A yes of systemd's: `yes`, `true`, `on`, `1`. */
  isOn(section: string, key: string): boolean
}

/** The systemd units among some files, with the drop-ins that lie beside them. */
export function readUnits(snapshot: Snapshot, files: readonly string[]): Unit[] {
  const dropIns = new Map<string, string[]>()
  const paths: string[] = []
  for (const path of files) {
    const [, folder] = /\/([^/]+\.(?:service|socket))\.d\/[^/]+\.conf$/.exec(path) ?? []
    if (folder !== undefined) {
      const list = dropIns.get(folder)
      if (list) list.push(path)
      else dropIns.set(folder, [path])
    } else if (/\.(?:service|socket)$/.test(path)) paths.push(path)
  }
  return paths.flatMap((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const entries: UnitEntry[] = []
    for (const each of [path, ...(dropIns.get(name) ?? []).sort()]) {
      const content = snapshot.content(each)
      if (content.state !== 'content' || content.value.binary || content.value.text.length > longestUnit) {
        if (each === path) return []
        continue
      }
      entries.push(...readUnitFile(each, content.value.text, 'backslash'))
    }
    return [makeUnit(name, path, entries)]
  })
}

const longestUnit = 200_000

function makeUnit(name: string, path: string, entries: readonly UnitEntry[]): Unit {
  const values = (section: string, key: string): readonly UnitEntry[] => {
    const all = entries.filter((each) => each.section === section && each.key === key)
    const reset = all.findLastIndex((each) => each.value === '')
    return all.slice(reset + 1)
  }
  return {
    name,
    path,
    values,
    value: (section, key) => values(section, key).at(-1),
    isOn: (section, key) => /^(?:yes|true|on|1|y|t)$/i.test(values(section, key).at(-1)?.value ?? ''),
  }
}

/** What systemd puts for `%` specifiers in a unit's values, as far as it is certain (systemd.unit(5)). */
export function specifiers(unit: string): Map<string, string> {
  const stem = unit.replace(/\.\w+$/, '')
  const [prefix = stem, instance] = stem.split('@')
  return new Map([
    ['%n', unit],
    ['%N', stem],
    ['%p', prefix],
    ['%t', '/run'],
    ['%S', '/var/lib'],
    ['%C', '/var/cache'],
    ['%L', '/var/log'],
    ['%T', '/tmp'],
    ['%V', '/var/tmp'],
    ['%%', '%'],
    // Of a system service the home is root's, whatever its User= is.
    ['%h', '/root'],
    ['%u', 'root'],
    ...(instance ? [['%i', instance] as const, ['%I', instance] as const] : []),
  ])
}

/** The folders of RuntimeDirectory=, as they come out. */
export function runtimeDirectories(unit: Unit | undefined): string[] {
  if (!unit) return []
  const stem = unit.name.replace(/\.\w+$/, '')
  return unit.values('Service', 'RuntimeDirectory').flatMap((each) =>
    each.value
      .replace(/%[Nnp]/g, (sign) => (sign === '%n' ? unit.name : (stem.split('@')[0] ?? stem)))
      .split(/\s+/)
      .map((path) => path.split('/')[0] ?? ''),
  )
}
