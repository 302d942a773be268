import { type Decoded, decode } from './encoding.ts'
import type { FileStat, FolderEntry } from './file-system.ts'

/**
 * The files as they are known at one moment. Reading it is synchronous and never fails: what nobody
 * has loaded yet is `not asked`, is noted as a want, and counts as unknown. A host loads what is wanted,
 * makes the next snapshot and computes again, until nothing is wanted.
 */
export interface Snapshot {
  content(path: string): Known<TextContent>
  bytes(path: string): Known<Uint8Array>
  folder(path: string): Known<readonly FolderEntry[]>
  stat(path: string): Known<FileStat>
  /** Where a link points; `value` undefined: no link. Unknown where the host cannot tell. */
  linkTarget(path: string): Known<string | undefined>
  /** Something was asked for that is not loaded yet: what is computed now will be computed again. */
  readonly wanting: boolean
}

export type Known<T> =
  | { readonly state: 'content'; readonly value: T }
  | { readonly state: 'absent' }
  | { readonly state: 'refused'; readonly why: string }
  | { readonly state: 'not asked' }

export interface TextContent extends Decoded {
  /** True where the text is that of an open editor and not of the disk. */
  readonly open: boolean
}

export type WantKind = 'read' | 'list' | 'stat' | 'link'

export interface Want {
  readonly kind: WantKind
  readonly path: string
}

/** What a host has loaded so far. */
export interface Loaded {
  readonly read: ReadonlyMap<string, Known<Uint8Array>>
  readonly list: ReadonlyMap<string, Known<readonly FolderEntry[]>>
  readonly stat: ReadonlyMap<string, Known<FileStat>>
  readonly link: ReadonlyMap<string, Known<string | undefined>>
  /** The text of documents open in an editor: they hide the file on disk. */
  readonly open: ReadonlyMap<string, string>
}

/** A snapshot of what is loaded, which notes in `wants` what was asked for and is not. */
export function makeSnapshot(loaded: Loaded, wants: Map<string, Want>, decoded: WeakMap<Uint8Array, TextContent> = new WeakMap()): Snapshot {
  const ask = <T>(kind: WantKind, known: ReadonlyMap<string, Known<T>>, path: string): Known<T> => {
    const found = known.get(path)
    if (found) return found
    wants.set(`${kind} ${path}`, { kind, path })
    return { state: 'not asked' }
  }
  return {
    content(path) {
      const open = loaded.open.get(path)
      if (open !== undefined) return { state: 'content', value: { text: open, encoding: 'utf-8', binary: false, open: true } }
      const found = ask('read', loaded.read, path)
      if (found.state !== 'content') return found
      let content = decoded.get(found.value)
      if (!content) {
        content = { ...decode(found.value), open: false }
        decoded.set(found.value, content)
      }
      return { state: 'content', value: content }
    },
    bytes: (path) => ask('read', loaded.read, path),
    folder: (path) => ask('list', loaded.list, path),
    stat: (path) => ask('stat', loaded.stat, path),
    linkTarget: (path) => ask('link', loaded.link, path),
    get wanting() {
      return wants.size > 0
    },
  }
}
