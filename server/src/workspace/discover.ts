import { FileError, type FileSystem, type FolderEntry } from './file-system.ts'

/** The files of a workspace by name; nothing is read. */
export interface Discovered {
  readonly files: readonly string[]
  /** True where the limit was reached and some files were left out. */
  readonly truncated: boolean
}

/** Folders that hold nothing of the deployment, or too much that is none of ours. */
const neverWalked: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  'site-packages',
  '__pycache__',
  '.tox',
  '.mypy_cache',
  '.cache',
  '.vscode-test',
])

/** Far more than a workspace that people work in holds. */
const mostFiles = 50_000

/**
 * Lists the files below some folders. A virtualenv is known from a few files: of one, only its own folder and
 * `bin` are listed. Links to folders are not followed, so there are no cycles.
 */
export async function discoverFiles(fs: FileSystem, folders: readonly string[], limit: number = mostFiles): Promise<Discovered> {
  const files: string[] = []
  const waiting = [...folders]
  let truncated = false
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    if (files.length >= limit) {
      truncated = true
      break
    }
    const entries = await listQuietly(fs, folder)
    const isVirtualenv = entries.some((entry) => entry.name === 'pyvenv.cfg') || looksLikeOldVirtualenv(entries)
    for (const entry of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder.endsWith('/') ? `${folder}${entry.name}` : `${folder}/${entry.name}`
      if (entry.kind === 'folder') {
        if (!neverWalked.has(entry.name) && (!isVirtualenv || entry.name === 'bin')) waiting.push(path)
      } else if (entry.kind === 'file' || (entry.kind === 'link' && (await isFile(fs, path)))) files.push(path)
    }
  }
  return { files, truncated }
}

/** virtualenv before version 20 wrote no `pyvenv.cfg`. */
const looksLikeOldVirtualenv = (entries: readonly FolderEntry[]): boolean => {
  const names = new Set(entries.map((entry) => entry.name))
  return names.has('bin') && names.has('lib') && !names.has('manage.py') && (names.has('include') || names.size <= 5)
}

async function listQuietly(fs: FileSystem, folder: string): Promise<readonly FolderEntry[]> {
  try {
    return await fs.list(folder)
  } catch (error) {
    if (error instanceof FileError) return []
    throw error
  }
}

async function isFile(fs: FileSystem, path: string): Promise<boolean> {
  try {
    return (await fs.stat(path)).kind === 'file'
  } catch {
    return false
  }
}
