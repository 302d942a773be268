import type { Place } from './values.ts'

export interface DotenvEntry {
  readonly text: string
  /** The value as written, without quotes. */
  readonly at: Place
}

/** The variables of a `.env` file; the last of a name counts. Lines that are no assignment are passed over. */
export function parseDotenv(path: string, text: string): ReadonlyMap<string, DotenvEntry> {
  const entries = new Map<string, DotenvEntry>()
  let offset = 0
  for (const line of text.split('\n')) {
    const match = /^(\s*(?:export\s+)?([A-Za-z_]\w*)\s*=[ \t]*)(.*?)\s*$/.exec(line)
    if (match) {
      const start = offset + (match[1] as string).length
      entries.set(match[2] as string, valueAt(path, start, match[3] as string))
    }
    offset += line.length + 1
  }
  return entries
}

function valueAt(path: string, start: number, written: string): DotenvEntry {
  const quoted = /^(["'])(.*?)\1(?:\s+#.*)?$/.exec(written)
  if (quoted) {
    const text = quoted[2] as string
    return { text, at: { path, start: start + 1, end: start + 1 + text.length } }
  }
  const text = written.replace(/(^|\s+)#.*$/, '')
  return { text, at: { path, start, end: start + text.length } }
}
