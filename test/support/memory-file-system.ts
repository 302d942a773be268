import { FileError, type FileSystem } from '../../server/src/workspace/file-system.ts'
import { dirname } from '../../server/src/workspace/path.ts'

/** A file system of texts and bytes by path; folders are those that the paths imply. */
export function memoryFileSystem(files: Readonly<Record<string, string | Uint8Array>>): FileSystem {
  const bytesOf = (path: string): Uint8Array | undefined => {
    const content = files[path]
    return typeof content === 'string' ? new TextEncoder().encode(content) : content
  }
  const folders = new Map<string, Map<string, 'file' | 'folder'>>()
  const enter = (folder: string, name: string, kind: 'file' | 'folder'): void => {
    const entries = folders.get(folder) ?? new Map<string, 'file' | 'folder'>()
    folders.set(folder, entries)
    entries.set(name, kind)
    if (folder !== '/') enter(dirname(folder), folder.slice(folder.lastIndexOf('/') + 1), 'folder')
  }
  for (const path of Object.keys(files)) enter(dirname(path), path.slice(path.lastIndexOf('/') + 1), 'file')
  return {
    async read(path) {
      const bytes = bytesOf(path)
      if (!bytes) throw new FileError('absent', 'it is not there')
      return bytes
    },
    async list(path) {
      const entries = folders.get(path)
      if (!entries) throw new FileError('absent', 'it is not there')
      return [...entries].map(([name, kind]) => ({ name, kind }))
    },
    async stat(path) {
      const bytes = bytesOf(path)
      if (bytes) return { kind: 'file', size: bytes.length, mark: '1', mode: undefined, owner: undefined }
      if (folders.has(path)) return { kind: 'folder', size: 0, mark: '1', mode: undefined, owner: undefined }
      throw new FileError('absent', 'it is not there')
    },
    async linkTarget() {
      return undefined
    },
  }
}
