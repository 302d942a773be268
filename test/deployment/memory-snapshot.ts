import type { FileStat, FolderEntry } from '../../server/src/workspace/file-system.ts'
import { dirname, join } from '../../server/src/workspace/path.ts'
import { type Known, type Loaded, makeSnapshot, type Snapshot, type Want } from '../../server/src/workspace/snapshot.ts'

/** Path to text, bytes, or a link's target. A path that is not there, and is no folder of one that is, is absent. */
export type MemoryFiles = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>

/** A snapshot in which everything is known; `asked` tells what was asked of it. */
export function memorySnapshot(files: MemoryFiles): { readonly snapshot: Snapshot; readonly asked: ReadonlyMap<string, Want> } {
  const asked = new Map<string, Want>()
  const disk = memoryDisk(files)
  const lookup = <T>(kind: Want['kind'], get: (path: string) => Known<T>): ReadonlyMap<string, Known<T>> => {
    const map = new Map<string, Known<T>>()
    map.get = (path) => {
      asked.set(`${kind} ${path}`, { kind, path })
      return get(path)
    }
    return map
  }
  const loaded: Loaded = {
    read: lookup('read', disk.read),
    list: lookup('list', disk.list),
    stat: lookup('stat', disk.stat),
    link: lookup('link', disk.link),
    open: new Map(),
  }
  return { snapshot: makeSnapshot(loaded, new Map()), asked }
}

/** Computes as a host does: loads what is wanted and computes again, until nothing is wanted. */
export function computeWithWants<T>(
  files: MemoryFiles,
  compute: (snapshot: Snapshot) => T,
): { readonly result: T; readonly wants: readonly string[]; readonly rounds: number } {
  const disk = memoryDisk(files)
  const loaded = { read: new Map(), list: new Map(), stat: new Map(), link: new Map(), open: new Map() }
  const wanted: string[] = []
  for (let rounds = 1; ; rounds++) {
    const wants = new Map<string, Want>()
    const result = compute(makeSnapshot(loaded, wants))
    if (wants.size === 0) return { result, wants: wanted, rounds }
    for (const { kind, path } of wants.values()) {
      wanted.push(`${kind} ${path}`)
      loaded[kind].set(path, disk[kind](path))
    }
  }
}

function memoryDisk(files: MemoryFiles) {
  const folders = new Set<string>(['/'])
  for (const path of Object.keys(files)) for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) folders.add(folder)
  const ABSENT = { state: 'absent' } as const

  /** The path with all links followed, or with all but the last. */
  const resolve = (path: string, last: boolean, hops = 0): string | undefined => {
    let resolved = '/'
    const segments = path.split('/').filter(Boolean)
    for (const [i, segment] of segments.entries()) {
      const next = join(resolved, segment)
      const file = files[next]
      const isLink = typeof file === 'object' && 'link' in file
      if (isLink && (last || i < segments.length - 1)) {
        const followed = hops > 20 ? undefined : resolve(join(resolved, file.link, ...segments.slice(i + 1)), last, hops + 1)
        return followed
      }
      resolved = next
    }
    return resolved
  }
  const bytesAt = (path: string): Uint8Array | undefined => {
    const resolved = resolve(path, true)
    const file = resolved === undefined ? undefined : files[resolved]
    if (typeof file === 'string') return new TextEncoder().encode(file)
    return file instanceof Uint8Array ? file : undefined
  }
  const kindOf = (path: string): FolderEntry['kind'] => {
    const file = files[path]
    if (file === undefined) return 'folder'
    return typeof file === 'object' && 'link' in file ? 'link' : 'file'
  }

  return {
    read(path: string): Known<Uint8Array> {
      const bytes = bytesAt(path)
      return bytes ? { state: 'content', value: bytes } : ABSENT
    },
    list(path: string): Known<readonly FolderEntry[]> {
      const folder = resolve(path, true)
      if (folder === undefined || !folders.has(folder)) return ABSENT
      const names = new Set<string>()
      for (const one of [...Object.keys(files), ...folders]) if (one !== '/' && dirname(one) === folder) names.add(one.slice(one.lastIndexOf('/') + 1))
      return { state: 'content', value: [...names].map((name) => ({ name, kind: kindOf(join(folder, name)) })) }
    },
    stat(path: string): Known<FileStat> {
      const bytes = bytesAt(path)
      const resolved = resolve(path, true)
      const kind = bytes ? 'file' : resolved !== undefined && folders.has(resolved) ? 'folder' : undefined
      return kind ? { state: 'content', value: { kind, size: bytes?.length ?? 0, mark: '', mode: undefined, owner: undefined } } : ABSENT
    },
    link(path: string): Known<string | undefined> {
      const resolved = resolve(path, false)
      const file = resolved === undefined ? undefined : files[resolved]
      if (file !== undefined) return { state: 'content', value: typeof file === 'object' && 'link' in file ? file.link : undefined }
      return resolved !== undefined && folders.has(resolved) ? { state: 'content', value: undefined } : ABSENT
    },
  }
}
