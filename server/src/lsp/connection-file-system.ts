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
    // Over a pipe bytes come as JSON writes them: an array, or an object with the numbers as names.
    read: async (path) => bytesOf(await ask<Uint8Array | number[] | Record<string, number>>('read', path)),
    list: (path) => ask<FolderEntry[]>('list', path),
    stat: (path) => ask<FileStat>('stat', path),
  }
}

const bytesOf = (sent: Uint8Array | number[] | Record<string, number>): Uint8Array =>
  sent instanceof Uint8Array ? sent : Uint8Array.from(Array.isArray(sent) ? sent : Object.values(sent))
