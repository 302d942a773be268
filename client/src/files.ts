import { type Disposable, FileSystemError, FileType, Uri, workspace } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import type { FileStat, FolderEntry } from '../../server/src/workspace/file-system.ts'

/** What the server gets for a `webconf/fs/…` request. */
type Answer<T> = { readonly value: T } | { readonly error: 'absent' | 'refused'; readonly reason: string }

interface Asked {
  readonly path: string
}

/** Reads files for a server that cannot: one in a browser's worker, or of a workspace that is on no disk of its machine. */
export function answerFiles(client: BaseLanguageClient): Disposable[] {
  return [
    client.onRequest('webconf/fs/read', ({ path }: Asked) => answer(() => workspace.fs.readFile(uriOf(path)))),
    client.onRequest('webconf/fs/list', ({ path }: Asked) =>
      answer(async (): Promise<FolderEntry[]> => {
        const entries = await workspace.fs.readDirectory(uriOf(path))
        return entries.map(([name, type]) => ({ name, kind: kindOf(type) }))
      }),
    ),
    client.onRequest('webconf/fs/stat', ({ path }: Asked) =>
      answer(async (): Promise<FileStat> => {
        const { type, size, mtime } = await workspace.fs.stat(uriOf(path))
        const kind = kindOf(type & ~FileType.SymbolicLink)
        return { kind: kind === 'link' ? 'other' : kind, size, mark: `${mtime} ${size}`, mode: undefined, owner: undefined }
      }),
    ),
  ]
}

/** Whether the workspace lies where a program of this machine cannot read it. */
export const isVirtual = (): boolean => workspace.workspaceFolders?.some(({ uri }) => uri.scheme !== 'file') ?? false

async function answer<T>(read: () => PromiseLike<T>): Promise<Answer<T>> {
  try {
    return { value: await read() }
  } catch (error) {
    const absent = error instanceof FileSystemError && error.code === 'FileNotFound'
    return { error: absent ? 'absent' : 'refused', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** The address of a path: in the workspace folder that holds it, else beside the first. */
function uriOf(path: string): Uri {
  const folders = workspace.workspaceFolders ?? []
  const owner = folders.find(({ uri }) => path === uri.path || path.startsWith(`${uri.path.replace(/\/$/, '')}/`)) ?? folders[0]
  const written = path.startsWith('/') ? path : `/${path}`
  return owner ? owner.uri.with({ path: written }) : Uri.file(written)
}

function kindOf(type: FileType): FolderEntry['kind'] {
  if (type & FileType.SymbolicLink) return 'link'
  if (type & FileType.Directory) return 'folder'
  return type & FileType.File ? 'file' : 'other'
}
