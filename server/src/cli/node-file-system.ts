import { type Dirent, readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { FileError, type FileStat, type FileSystem, type FolderEntry } from '../workspace/file-system.ts'

/** The files of this machine, for a host that has other work while it waits. */
export const nodeFileSystem: FileSystem = {
  read: (path) => asked(() => readFile(path)),
  list: (path) => asked(async () => (await readdir(path, { withFileTypes: true })).map(entryOf)),
  stat: (path) => asked(async () => factsOf(await stat(path))),
  async linkTarget(path) {
    return targetOf(path)
  },
}

/** The same for a command that only waits: thousands of small files are read in a third of the time. */
export const waitingFileSystem: FileSystem = {
  read: (path) => asked(async () => readFileSync(path)),
  list: (path) => asked(async () => readdirSync(path, { withFileTypes: true }).map(entryOf)),
  stat: (path) => asked(async () => factsOf(statSync(path))),
  async linkTarget(path) {
    return targetOf(path)
  },
}

const onWindows = process.platform === 'win32'

const factsOf = (found: Stats): FileStat => ({
  kind: found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other',
  size: found.size,
  mark: `${found.mtimeMs} ${found.size} ${found.ino}`,
  mode: onWindows ? undefined : found.mode & 0o7777,
  owner: onWindows ? undefined : { user: found.uid, group: found.gid },
})

function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch (error) {
    if (codeOf(error) === 'EINVAL' || codeOf(error) === 'UNKNOWN') return undefined
    throw fileError(error)
  }
}

function entryOf(entry: Dirent): FolderEntry {
  const kind = entry.isSymbolicLink() ? 'link' : entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other'
  return { name: entry.name, kind }
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw fileError(error)
  }
}

/** A system error as a plain reason. */
export function fileError(error: unknown): FileError {
  const code = codeOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return new FileError('absent', 'it is not there')
  return new FileError('refused', reasons[code] ?? (error instanceof Error ? error.message : String(error)))
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  ERR_FS_FILE_TOO_LARGE: 'it is too large to read',
}

const codeOf = (error: unknown): string => (typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '')
