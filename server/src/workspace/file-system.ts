/**
 * All that webconf asks of a file system. Implementations live in the hosts (Node, memory, later the
 * editor's own). Paths are absolute, with `/` on every system.
 */
export interface FileSystem {
  /** The bytes of a file; throws a `FileError` where there are none to be had. */
  read(path: string): Promise<Uint8Array>
  /** The entries of a folder, in any order; throws a `FileError`. */
  list(path: string): Promise<readonly FolderEntry[]>
  /** What stands at a path, links followed; throws a `FileError`. */
  stat(path: string): Promise<FileStat>
  /** Where a symbolic link points, as written in it; undefined where the path is no link. Absent: unknown. */
  linkTarget?(path: string): Promise<string | undefined>
}

export interface FolderEntry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
}

export interface FileStat {
  readonly kind: 'file' | 'folder' | 'other'
  /** Bytes. */
  readonly size: number
  /** Changes whenever the content does: a host's own mark (modification time and size, version …). */
  readonly mark: string
  /** Unix permission bits, owner and group; undefined where the host cannot know. */
  readonly mode: number | undefined
  readonly owner: { readonly user: number; readonly group: number } | undefined
}

/** Why a path could not be read: it is not there, or `reason` says what stood in the way. */
export class FileError extends Error {
  readonly code: 'absent' | 'refused'
  readonly reason: string

  constructor(code: 'absent' | 'refused', reason: string) {
    super(reason)
    this.name = 'FileError'
    this.code = code
    this.reason = reason
  }
}
