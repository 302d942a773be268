import { realpathSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFileIndex } from '../configuration/locate.ts'
import { resolveConfiguration } from '../configuration/resolve.ts'
import { configurationFiles, findRoots } from '../configuration/roots.ts'
import { holesOf } from '../configuration/source.ts'
import { formatDocument } from '../features/format.ts'
import { applyReplacements } from '../problem/edits.ts'
import { makeLineIndex } from '../syntax/line-index.ts'
import type { Dialect } from '../syntax/tree.ts'
import { dialectOf } from '../workspace/dialect.ts'
import { type Decoded, decode, encode } from '../workspace/encoding.ts'
import { FileError } from '../workspace/file-system.ts'
import { isInside, join } from '../workspace/path.ts'
import { makeSession } from '../workspace/session.ts'
import type { Settings } from '../workspace/settings.ts'
import { readSettings } from '../workspace/settings-file.ts'
import { fileError, waitingFileSystem } from './node-file-system.ts'
import { openWorkspace, readText, slashed, UsageError } from './open-workspace.ts'
import { replaceFile } from './write-file.ts'

export interface FormatCommand {
  /** Files and folders; `-` alone is standard input. */
  readonly paths: readonly string[]
  readonly check: boolean
  readonly dialect: Dialect | undefined
  /** One step of indentation. */
  readonly indent: string
  /** Undefined: as the settings say. */
  readonly align: boolean | undefined
  readonly settingsFile: string | undefined
}

/** A file that is to be laid out. */
interface Target {
  readonly path: string
  readonly dialect: Dialect | undefined
  readonly settings: Settings
  /** A template that cannot be laid out is no failure where nobody has named it. */
  readonly named: boolean
}

/** In a terminal, and nearly everywhere else. */
const tabWidth = 8

/** `webconf format`: lays out files in their places, or with `check` names those that it would change; returns the exit status. */
export async function format(command: FormatCommand): Promise<number> {
  if (command.paths.includes('-')) {
    if (command.paths.length > 1) throw new UsageError('format takes "-" alone or paths, not both')
    return formatInput(command)
  }
  let failed = false
  const fail = (path: string, why: string): void => {
    failed = true
    process.stderr.write(`webconf: ${path} is left as it is: ${why}\n`)
  }
  const changed: string[] = []
  let count = 0
  const seen = new Set<string>()
  for (const target of await targetsOf(command, fail)) {
    const { path } = target
    const real = realPath(path)
    if (seen.has(real)) continue
    seen.add(real)
    const shown = shorten(path)
    const read = await readFile(target)
    if ('why' in read) {
      fail(shown, read.why)
      continue
    }
    const result = layOut(read, path, target.dialect, target.settings, command)
    if ('why' in result) {
      if (target.named || result.certain) fail(shown, result.why)
      else process.stderr.write(`webconf: ${shown} is left as it is: ${result.why}\n`)
      continue
    }
    count++
    if (result.text === read.text) continue
    const notWritten = command.check ? undefined : await replaceFile(path, read.text, result.text, false)
    if (notWritten !== undefined) fail(shown, notWritten)
    else changed.push(shown)
  }
  for (const path of changed) process.stdout.write(`${path}\n`)
  const files = (n: number): string => `${n} file${n === 1 ? '' : 's'}`
  process.stderr.write(`webconf: ${files(changed.length)} ${command.check ? 'to be formatted' : 'formatted'}, ${count - changed.length} as they should be\n`)
  return failed ? 2 : command.check && changed.length > 0 ? 1 : 0
}

async function formatInput(command: FormatCommand): Promise<number> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  const read = decode(Buffer.concat(chunks))
  const { settings } = await settingsBeside(process.cwd(), command.settingsFile)
  // The name is one that either server has, so that the content decides.
  const result = layOut(read, 'input.conf', command.dialect ?? dialectOf('input.conf', read.text), settings, command)
  if ('why' in result) {
    process.stderr.write(`webconf: standard input: ${result.why}\n`)
    return 2
  }
  if (command.check) return result.text === read.text ? 0 : 1
  process.stdout.write(encode(result.text, read.encoding) ?? result.text)
  return 0
}

/** The new text of a file, or why it stays; `certain`: because it is no configuration that can be read, and not because of its template. */
function layOut(
  { text, binary }: Decoded,
  path: string,
  dialect: Dialect | undefined,
  settings: Settings,
  { indent, align }: FormatCommand,
): { text: string } | { why: string; certain: boolean } {
  if (binary) return { why: 'it holds NUL bytes, so it is no configuration', certain: true }
  if (!dialect) return { why: 'nothing says whether it is of nginx or of Apache; --dialect does', certain: true }
  const formatted = formatDocument(text, dialect, holesOf(path, text, dialect), { indent, tabWidth, align: align ?? settings.format.align })
  if (!('refused' in formatted)) return { text: applyReplacements(text, formatted.replacements) ?? text }
  const where = formatted.at === undefined ? '' : `line ${makeLineIndex(text).lineAt(formatted.at) + 1}: `
  return { why: where + formatted.refused, certain: formatted.at !== undefined }
}

async function targetsOf(command: FormatCommand, fail: (path: string, why: string) => void): Promise<Target[]> {
  const targets: Target[] = []
  for (const given of command.paths) {
    const path = slashed(given)
    try {
      const found = await stat(path)
      if (found.isDirectory()) targets.push(...(await filesIn(path, command)))
      else targets.push(await fileAt(path, command))
    } catch (error) {
      if (error instanceof UsageError) throw error
      fail(given, fileError(error).reason)
    }
  }
  return targets
}

async function fileAt(path: string, command: FormatCommand): Promise<Target> {
  const { settings } = await settingsBeside(dirname(path), command.settingsFile)
  const session = makeSession(waitingFileSystem, settings.limits.fileSize)
  const dialect = command.dialect ?? (await session.settle((snapshot) => configurationFiles(snapshot, [path], 1)[0]?.dialect))
  return { path, dialect, settings, named: true }
}

/** The configuration in a folder: what the names or the content say is one, and what such a file includes. */
async function filesIn(folder: string, command: FormatCommand): Promise<Target[]> {
  const { files, folders, settings, session, reader } = await openWorkspace([folder], command.settingsFile, {})
  return session.settle((snapshot) => {
    const options = { index: makeFileIndex(files, folders), reader, settings }
    const found = new Map<string, Dialect>()
    for (const { path, dialect } of configurationFiles(snapshot, files, settings.limits.files)) found.set(path, dialect)
    for (const root of findRoots(snapshot, files, options)) {
      const configuration = root.configuration ?? resolveConfiguration(snapshot, root.paths, root.dialect, options)
      for (const { path } of configuration?.sources ?? []) if (isInside(path, folder) && !found.has(path)) found.set(path, root.dialect)
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, dialect]) => ({ path, dialect, settings, named: false }))
  })
}

async function settingsBeside(folder: string, settingsFile: string | undefined): Promise<{ settings: Settings }> {
  const path = settingsFile === undefined ? join(slashed(folder), 'webconf.json') : slashed(settingsFile)
  const text = await readText(path)
  if (settingsFile !== undefined && text === undefined) throw new UsageError(`${settingsFile} cannot be read`)
  return readSettings(text, {}, slashed(dirname(path)))
}

async function readFile({ path, settings }: Target): Promise<Decoded | { why: string }> {
  try {
    const { kind, size } = await waitingFileSystem.stat(path)
    if (kind !== 'file') return { why: 'it is no regular file' }
    if (size > settings.limits.fileSize) return { why: `it has ${Math.round(size / 1024 / 1024)} MB, more than limits.fileSize` }
    return decode(await waitingFileSystem.read(path))
  } catch (error) {
    return { why: error instanceof FileError ? error.reason : fileError(error).reason }
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function shorten(path: string): string {
  const here = slashed(process.cwd())
  return isInside(path, here) && path !== here ? path.slice(here.length + 1) : path
}
