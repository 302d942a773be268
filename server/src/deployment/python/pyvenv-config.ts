import type { Place } from '../../problem/place.ts'

/** The keys of a `pyvenv.cfg`, in lower case as Python compares them; of a key that is given twice the last counts. */
export type PyvenvConfig = ReadonlyMap<string, PyvenvSetting>

export interface PyvenvSetting {
  readonly value: string
  /** The value alone. */
  readonly at: Place
}

/** Reads the lines `key = value` (`Lib/site.py: venv`); others are passed over. */
export function parsePyvenvConfig(path: string, text: string): PyvenvConfig {
  const settings = new Map<string, PyvenvSetting>()
  let offset = 0
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=')
    if (equals > 0) {
      const raw = line.slice(equals + 1)
      const value = raw.trim()
      const start = offset + equals + 1 + (value === '' ? raw.length : raw.length - raw.trimStart().length)
      settings.set(line.slice(0, equals).replace('\uFEFF', '').trim().toLowerCase(), { value, at: { path, start, end: start + value.length } })
    }
    offset += line.length + 1
  }
  return settings
}
