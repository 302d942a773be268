import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { understandWorkspace } from '../application/understand.ts'
import { type Explanation, type LogReading, makeLogReading } from '../log/explain.ts'
import type { Cause, LogView } from '../log/look.ts'
import { checkUnderstood } from '../rules/check-workspace.ts'
import { isInside, relativeTo } from '../workspace/path.ts'
import { type OpenWorkspace, openWorkspace, slashed, UsageError } from './open-workspace.ts'
import { coloured, type Paint, plain } from './text-report.ts'

export interface LogOptions {
  /** `-` for standard input. */
  readonly file: string
  readonly workspace: string
  readonly format: 'text' | 'json'
  readonly follow: boolean
  readonly settingsFile: string | undefined
}

/** How often a log that grows is looked at, in milliseconds. */
const pause = 500

/** `webconf log`: prints what the messages of a log mean, and the lines that caused them; returns the exit status. */
export async function showLog({ file, workspace, format, follow, settingsFile }: LogOptions): Promise<number> {
  const folder = slashed(workspace)
  const open = await openWorkspace([folder], settingsFile, {})
  const shown = (path: string): string => (isInside(path, folder) ? relativeTo(path, folder) : path)
  const name = file === '-' ? '<stdin>' : file
  const paint = process.stdout.isTTY && process.env.NO_COLOR === undefined ? coloured : plain
  const reading = makeLogReading()
  if (file === '-') {
    await append(reading, process.stdin)
    reading.end()
    await print(reading, open, format, (all) => textOf(all, reading, name, shown, paint), shown)
    return 0
  }
  let { size, inode } = await appendFile(reading, file, 0)
  if (!follow) {
    reading.end()
    await print(reading, open, format, (all) => textOf(all, reading, name, shown, paint), shown)
    return 0
  }
  let current = reading
  let counts = new Map<string, number>()
  for (let grown = true; ; ) {
    if (grown) {
      const all = await explained(current, open)
      const news = all.filter((each) => (counts.get(keyOf(each)) ?? 0) < each.count)
      for (const each of news) {
        const again = counts.has(keyOf(each))
        counts.set(keyOf(each), each.count)
        if (format === 'json') process.stdout.write(`${JSON.stringify(jsonOf(each, shown))}\n`)
        else
          process.stdout.write(
            again ? `${name}:${each.lastLine + 1}: again, ${each.count} times now: ${oneLine(each.message)}\n` : `${entryText(each, name, shown, paint)}\n\n`,
          )
      }
    }
    await delay(pause)
    const now = await stat(file).catch(() => undefined)
    // A log that was rotated or emptied begins anew.
    if (now && (now.size < size || now.ino !== inode)) {
      current = makeLogReading()
      counts = new Map()
      size = 0
    }
    grown = now !== undefined && now.size > size
    if (grown) ({ size, inode } = await appendFile(current, file, size))
  }
}

/** Reads a file from an offset in bytes on; gives where it ends now. */
async function appendFile(reading: LogReading, file: string, from: number): Promise<{ size: number; inode: number }> {
  const { size, ino, isFile } = await stat(file).then(
    (each) => ({ size: each.size, ino: each.ino, isFile: !each.isDirectory() }),
    () => {
      throw new UsageError(`${file} cannot be read`)
    },
  )
  if (!isFile) throw new UsageError(`${file} is a folder`)
  if (size > from) await append(reading, createReadStream(file, { start: from, end: size - 1, highWaterMark: 1 << 20 }))
  return { size, inode: ino }
}

async function append(reading: LogReading, stream: NodeJS.ReadableStream): Promise<void> {
  const decoder = new TextDecoder()
  try {
    for await (const chunk of stream) reading.append(decoder.decode(chunk as Uint8Array, { stream: true }))
  } catch (error) {
    throw new UsageError(`the log cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The explanations with their causes in the workspace as it is now. */
function explained(reading: LogReading, { folders, files, settings, session, reader }: OpenWorkspace): Promise<Explanation[]> {
  return session.settle((snapshot) => {
    const input = { folders, files, settings, request: { kind: 'workspace' as const } }
    const understanding = understandWorkspace(snapshot, input, reader)
    const view: LogView = { understanding, reports: checkUnderstood(understanding, snapshot, input), snapshot, files }
    return reading.explanations(view)
  })
}

async function print(
  reading: LogReading,
  open: OpenWorkspace,
  format: 'text' | 'json',
  text: (all: readonly Explanation[]) => string,
  shown: (path: string) => string,
): Promise<void> {
  const all = await explained(reading, open)
  if (format === 'text') process.stdout.write(text(all))
  else {
    const entries = all.map((each) => jsonOf(each, shown))
    process.stdout.write(`${JSON.stringify({ lines: reading.lines, unexplained: reading.unexplained, entries }, undefined, 2)}\n`)
  }
}

const keyOf = ({ pattern, place }: Explanation): string => `${pattern} ${place.start}`

function jsonOf({ place, lastLine, causes, code, level, ...rest }: Explanation, shown: (path: string) => string): Record<string, unknown> {
  return {
    ...rest,
    ...(level === undefined ? {} : { level }),
    ...(code === undefined ? {} : { code }),
    line: place.line + 1,
    endLine: place.endLine + 1,
    lastLine: lastLine + 1,
    causes: causes.map(({ path, related, ...cause }) => ({
      file: shown(path),
      line: cause.range.start.line + 1,
      ...cause,
      ...(related ? { related: related.map((each) => ({ ...each, path: shown(each.path) })) } : {}),
    })),
  }
}

function textOf(all: readonly Explanation[], reading: LogReading, name: string, shown: (path: string) => string, paint: Paint): string {
  const parts = all.map((each) => entryText(each, name, shown, paint))
  const rest = reading.unexplained === 0 ? '' : `, ${reading.unexplained} messages that need none or are not known`
  parts.push(`${reading.lines} line${reading.lines === 1 ? '' : 's'} read: ${all.length} kind${all.length === 1 ? '' : 's'} of message explained${rest}.`)
  return `${parts.join('\n\n')}\n`
}

function entryText(
  { place, count, lastLine, message, meaning, checks, causes }: Explanation,
  name: string,
  shown: (path: string) => string,
  paint: Paint,
): string {
  const times = count > 1 ? paint('dim', ` (${count} times, last at line ${lastLine + 1})`) : ''
  return [
    `${paint('bold', `${name}:${place.line + 1}`)}${times} ${oneLine(message)}`,
    `  ${meaning}`,
    ...causes.flatMap((cause) => causeLines(cause, shown, paint)),
    ...checks.map((check) => `  check: ${check}`),
  ].join('\n')
}

function causeLines({ path, range, message, rule, severity, related = [], fixes = [] }: Cause, shown: (path: string) => string, paint: Paint): string[] {
  const place = paint('bold', `${shown(path)}:${range.start.line + 1}:${range.start.character + 1}`)
  return [
    `  → ${place} ${message}${rule === undefined ? '' : ` ${paint(severity ?? 'dim', `[${rule}]`)}`}`,
    ...related.map((each) => `      ${shown(each.path)}:${each.range.start.line + 1}: ${each.message}`),
    ...fixes.flatMap((fix) => [
      `      fix: ${fix.title}${fix.safe || fix.edits.length === 0 ? '' : ' (look at it first)'}`,
      ...(fix.commands ?? []).map((command) => `           ${command}`),
    ]),
  ]
}

/** A traceback by its last line, which says what happened; long messages are cut. */
function oneLine(message: string): string {
  const lines = message.split('\n')
  const said = message.startsWith('Traceback') ? (lines.at(-1) ?? '') : lines.join(' ')
  return said.length > 300 ? `${said.slice(0, 300)} …` : said
}
