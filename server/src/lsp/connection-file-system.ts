import type { Connection } from 'vscode-languageserver'
import { FileError, type FileStat, type FileSystem, type FolderEntry } from '../workspace/file-system.ts'

/** An answer of the client to a `webconf/fs/…` request. */
type Answer<T> = { readonly value: T } | { readonly error: 'absent' | 'refused'; readonly reason: string }

/** Files as the client sees them: for a server that has no file system of its own. */
export function connectionFileSystem(connection: Connection): FileSystem {
  const ask = async <T>(verb: 'read' | 'list' | 'stat', path: string): Promise<T> => {
    const answer = await connection.sendRequest<Answer<T>>(`webconf/fs/${verb}`, { path }).catch(
      (error: unknown): Answer<T> => ({
        error: 'refused',
        reason: error instanceof Error ? error.message : String(error),
      }),
    )
    if ('error' in answer) throw new FileError(answer.error, answer.reason)
    return answer.value
  }
  return {
    read: async (path) => Uint8Array.from(await ask<number[]>('read', path)),
    list: (path) => ask<FolderEntry[]>('list', path),
    stat: (path) => ask<FileStat>('stat', path),
  }
}
