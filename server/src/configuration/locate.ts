import { dirname, isAbsolute, isInside, join, segmentsOf } from '../workspace/path.ts'
import { compareStrings, isPattern, matchPaths } from './glob.ts'

/** Files that an include names, found in the workspace or on this machine. */
export interface Located {
  /** In the server's order. */
  readonly files: readonly string[]
  /** Whether the folder that the path names is known, so that a file missing there is missing. */
  readonly folderKnown: boolean
}

/** What is known of the workspace's files, by path. */
export interface FileIndex {
  readonly files: ReadonlySet<string>
  readonly folders: ReadonlySet<string>
  /** Workspace folders (roots). */
  readonly roots: readonly string[]
}

export function makeFileIndex(files: readonly string[], roots: readonly string[]): FileIndex {
  const folders = new Set<string>(roots)
  for (const file of files) {
    for (let at = dirname(file); !folders.has(at) && at !== '/' && at !== '.'; at = dirname(at)) folders.add(at)
  }
  return { files: new Set(files), folders, roots }
}

/**
 * Finds what an include names. A deployed path is tried where the server's own folder (`serverRoot`, as
 * deployed) lies in the workspace: beside the root file, then in the folders above it.
 *
 * @param serverFolders the server's configuration folders as deployed (`/etc/nginx`)
 */
export function locate(index: FileIndex, path: string, from: string, serverFolders: readonly string[], given: Readonly<Record<string, string>>): Located {
  for (const candidate of candidates(index, path, from, serverFolders, given)) {
    const found = findIn(index, candidate)
    if (found) return found
    // Debian's layout as it lies in a repository: what is available counts as enabled where nothing says which is.
    const available = candidate.replace(/-enabled\//, '-available/')
    if (available !== candidate && !index.folders.has(dirname(candidate))) {
      const fallback = findIn(index, available) ?? findIn(index, available.replace(/\*\.conf$/, '*'))
      if (fallback && fallback.files.length > 0) return fallback
    }
  }
  return { files: [], folderKnown: false }
}

function findIn(index: FileIndex, candidate: string): Located | undefined {
  if (isPattern(candidate)) {
    const fixed = candidate.slice(0, candidate.search(/[*?[]/))
    const folder = fixed.slice(0, Math.max(0, fixed.lastIndexOf('/')))
    if (!index.folders.has(folder) && folder !== '') return undefined
    return { files: matchPaths(candidate, index.files), folderKnown: true }
  }
  if (index.files.has(candidate)) return { files: [candidate], folderKnown: true }
  if (index.folders.has(candidate)) {
    return { files: [...index.files].filter((file) => isInside(file, candidate)).sort(compareStrings), folderKnown: true }
  }
  return index.folders.has(dirname(candidate)) && !index.roots.includes(dirname(candidate)) ? { files: [], folderKnown: true } : undefined
}

function* candidates(
  index: FileIndex,
  path: string,
  from: string,
  serverFolders: readonly string[],
  given: Readonly<Record<string, string>>,
): Generator<string> {
  if (isAbsolute(path)) {
    for (const [deployed, workspace] of Object.entries(given)) if (isInside(path, deployed)) yield join(workspace, `./${path.slice(deployed.length)}`)
    if (index.files.has(path) || index.folders.has(dirname(path)) || isPattern(path)) yield path
    const folder = serverFolders.find((each) => isInside(path, each))
    if (folder) yield* below(index, path.slice(folder.length + 1), from)
    // The same last segments, two or more, in one place of the workspace only.
    const wanted = segmentsOf(path)
    if (!isPattern(path) && wanted.length >= 2) {
      const tail = `/${wanted.slice(-2).join('/')}`
      const same = [...index.files].filter((file) => file.endsWith(tail))
      if (same.length === 1 && same[0] !== undefined) yield same[0]
    }
  } else yield* below(index, path, from)
}

/** A relative path beside the root file and in each folder above it, up to the workspace's own. */
function* below(index: FileIndex, path: string, from: string): Generator<string> {
  let folder = dirname(from)
  for (;;) {
    yield join(folder, path)
    if (index.roots.includes(folder) || folder === '/' || folder === '.') return
    folder = dirname(folder)
  }
}
