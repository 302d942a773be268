import { type LogEntry, type LogPlace, type LogWriter, makeLogReader } from './line.ts'
import { type Cause, type LogView, makeLook, uniqueCauses } from './look.ts'
import type { Found, LogPattern } from './pattern.ts'
import { apachePatterns } from './patterns/apache.ts'
import { djangoPatterns } from './patterns/django.ts'
import { gunicornPatterns } from './patterns/gunicorn.ts'
import { nginxPatterns } from './patterns/nginx.ts'
import { pythonPatterns } from './patterns/python.ts'
import { uwsgiPatterns } from './patterns/uwsgi.ts'
import { wsgiPatterns } from './patterns/wsgi.ts'

/** What some entries of a log mean, and the lines of the workspace that caused them. */
export interface Explanation {
  /** The pattern's id. */
  readonly pattern: string
  readonly writer: LogWriter
  readonly level: string | undefined
  readonly code: string | undefined
  /** The first of the messages, as it is written. */
  readonly message: string
  /** Where the first of them stands, and the line (from 0) of the last one. */
  readonly place: LogPlace
  readonly lastLine: number
  /** How many entries it stands for. */
  readonly count: number
  readonly meaning: string
  readonly checks: readonly string[]
  readonly causes: readonly Cause[]
}

/** A log that is read piece by piece. Its size in memory does not grow with the log: repeated messages are counted. */
export interface LogReading {
  /** Text that follows what was read before. */
  append(text: string): void
  /** Nothing follows: a last line without its end counts too. */
  end(): void
  /** The explanations so far, with causes in a workspace as it is now; without one, causes are empty. */
  explanations(view?: LogView): Explanation[]
  readonly lines: number
  /** Entries that no pattern explains. */
  readonly unexplained: number
}

interface Group {
  readonly pattern: LogPattern
  readonly first: LogEntry
  readonly found: Found
  count: number
  lastLine: number
}

/** Messages of one pattern with values of their own; further ones are counted with the last. */
const mostOfOnePattern = 100
const mostCauses = 8

export function makeLogReading(): LogReading {
  const reader = makeLogReader()
  const groups = new Map<string, Group>()
  const perPattern = new Map<LogPattern, Group[]>()
  let unexplained = 0
  const take = (entry: LogEntry): void => {
    const matched = matchEntry(entry)
    if (!matched) {
      unexplained++
      return
    }
    const { pattern, found } = matched
    const key = `${pattern.id} ${entry.fields.server ?? ''} ${JSON.stringify(matched.own)}`
    const own = perPattern.get(pattern) ?? []
    const group = groups.get(key) ?? (own.length >= mostOfOnePattern ? own.at(-1) : undefined)
    if (group) {
      group.count++
      group.lastLine = entry.place.line
      return
    }
    const made: Group = { pattern, first: entry, found, count: 1, lastLine: entry.place.line }
    groups.set(key, made)
    perPattern.set(pattern, [...own, made])
  }
  return {
    append(text) {
      for (const entry of reader.read(text)) take(entry)
    },
    end() {
      for (const entry of reader.end()) take(entry)
    },
    explanations: (view) => explain([...groups.values()], view),
    get lines() {
      return reader.lines
    },
    get unexplained() {
      return unexplained
    },
  }
}

/** Explains a log that is there as a whole. */
export function explainLog(text: string, view?: LogView): Explanation[] {
  const reading = makeLogReading()
  reading.append(text)
  reading.end()
  return reading.explanations(view)
}

/** All patterns: the first of a writer's that matches explains. */
export const logPatterns: readonly LogPattern[] = [
  ...nginxPatterns,
  ...apachePatterns,
  ...wsgiPatterns,
  ...gunicornPatterns,
  ...djangoPatterns,
  ...pythonPatterns,
  ...uwsgiPatterns,
]

const ofWriter: Readonly<Record<LogWriter, readonly LogPattern[]>> = {
  nginx: nginxPatterns,
  apache: [...wsgiPatterns, ...apachePatterns, ...pythonPatterns, ...djangoPatterns],
  gunicorn: [...gunicornPatterns, ...pythonPatterns, ...djangoPatterns],
  plain: [...uwsgiPatterns, ...apachePatterns, ...gunicornPatterns, ...pythonPatterns, ...djangoPatterns],
}

function matchEntry(entry: LogEntry): { pattern: LogPattern; found: Found; own: Found } | undefined {
  for (const pattern of ofWriter[entry.writer]) {
    if (pattern.at !== undefined && (pattern.at === 'request') !== 'client' in entry.fields) continue
    const match = pattern.match.exec(entry.message)
    if (match) return { pattern, found: { ...entry.fields, ...match.groups, message: entry.message }, own: match.groups ?? {} }
  }
  return undefined
}

/** Groups with one meaning and the same causes are one explanation. */
function explain(groups: readonly Group[], view: LogView | undefined): Explanation[] {
  const look = view && makeLook(view)
  const made = new Map<string, { -readonly [K in keyof Explanation]: Explanation[K] }>()
  for (const { pattern, first, found, count, lastLine } of groups) {
    const causes = look && pattern.causes ? uniqueCauses(pattern.causes(found, look)).slice(0, mostCauses) : []
    const meaning = withValues(pattern.meaning, found)
    const key = `${pattern.id} ${causes.length > 0 ? JSON.stringify(causes.map(({ path, range, rule }) => [path, range, rule])) : ''}${meaning}`
    const same = made.get(key)
    if (same) {
      same.count += count
      same.lastLine = Math.max(same.lastLine, lastLine)
      continue
    }
    const { writer, level, code, message, place } = first
    made.set(key, { pattern: pattern.id, writer, level, code, message, place, lastLine, count, meaning, checks: pattern.checks, causes })
  }
  return [...made.values()]
}

/** A meaning with the values of a message; what the message does not say leaves no brackets behind. */
const withValues = (meaning: string, found: Found): string =>
  meaning
    .replace(/\$\{\{(\w+)\}\}/g, (_, name: string) => `\${${found[name] ?? '…'}}`)
    .replace(/\{(\w+)\}/g, (_, name: string) => found[name] ?? '')
    .replace(/ \([\s:]*\)/g, '')
