import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import type { FolderEntry } from '../../../server/src/workspace/file-system.ts'
import { type Known, makeSnapshot, type Snapshot, type Want } from '../../../server/src/workspace/snapshot.ts'

/** A snapshot of this machine's own disk; `asked` tells what was asked of it. */
export function nodeSnapshot(): { readonly snapshot: Snapshot; readonly asked: ReadonlySet<string> } {
  const asked = new Set<string>()
  const lookup = <T>(kind: Want['kind'], get: (path: string) => T): ReadonlyMap<string, Known<T>> => {
    const map = new Map<string, Known<T>>()
    map.get = (path) => {
      asked.add(`${kind} ${path}`)
      try {
        return { state: 'content', value: get(path) }
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code
        return code === 'ENOENT' || code === 'ENOTDIR' ? { state: 'absent' } : { state: 'refused', why: String(code) }
      }
    }
    return map
  }
  const kindOf = (entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): FolderEntry['kind'] =>
    entry.isSymbolicLink() ? 'link' : entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other'
  const snapshot = makeSnapshot(
    {
      read: lookup('read', (path) => new Uint8Array(readFileSync(path))),
      list: lookup('list', (path) => readdirSync(path, { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: kindOf(entry) }))),
      stat: lookup('stat', (path) => {
        const stat = statSync(path)
        return { kind: stat.isDirectory() ? ('folder' as const) : ('file' as const), size: stat.size, mark: '', mode: stat.mode & 0o7777, owner: undefined }
      }),
      link: lookup('link', (path) => (lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined)),
      open: new Map(),
    },
    new Map(),
  )
  return { snapshot, asked }
}
