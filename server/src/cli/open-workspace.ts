import { dirname, resolve } from 'node:path'
import { makeSourceReader, type SourceReader } from '../configuration/source.ts'
import type { WorkspaceInput } from '../rules/check-workspace.ts'
import { discoverFiles } from '../workspace/discover.ts'
import { decode } from '../workspace/encoding.ts'
import { join } from '../workspace/path.ts'
import { makeSession, type Session } from '../workspace/session.ts'
import type { Settings } from '../workspace/settings.ts'
import { readSettings } from '../workspace/settings-file.ts'
import { waitingFileSystem } from './node-file-system.ts'

/** Something wrong with how the command was called. */
export class UsageError extends Error {}

/** Folders as the command looks at them. */
export interface OpenWorkspace {
  readonly folders: readonly string[]
  readonly files: readonly string[]
  readonly settings: Settings
  readonly settingsFile: WorkspaceInput['settingsFile']
  readonly session: Session
  readonly reader: SourceReader
}

/**
 * Finds the files below some folders and reads the settings: `settingsFile`, or `webconf.json` in the first folder, under those of `editor`. Throws a
 * `UsageError` where a settings file that was given cannot be read.
 */
export async function openWorkspace(folders: readonly string[], settingsFile: string | undefined, editor: Record<string, unknown>): Promise<OpenWorkspace> {
  const settingsPath = settingsFile === undefined ? join(folders[0] ?? '/', 'webconf.json') : slashed(settingsFile)
  const text = await readText(settingsPath)
  if (settingsFile !== undefined && text === undefined) throw new UsageError(`${settingsFile} cannot be read`)
  const { settings, problems } = readSettings(text, editor, dirname(settingsPath))
  const { files } = await discoverFiles(waitingFileSystem, folders)
  return {
    folders,
    files,
    settings,
    settingsFile: text === undefined ? undefined : { path: settingsPath, problems },
    session: makeSession(waitingFileSystem, settings.limits.fileSize),
    reader: makeSourceReader(),
  }
}

/** The text of a file on disk; undefined where it cannot be read. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return decode(await waitingFileSystem.read(path)).text
  } catch {
    return undefined
  }
}

/** An absolute path with `/`. */
export const slashed = (path: string): string => resolve(path).replaceAll('\\', '/')
