import { derived } from '../../workspace/derived.ts'
import type { FileStat } from '../../workspace/file-system.ts'
import { dirname, isInside, normalize } from '../../workspace/path.ts'
import type { Known, Snapshot } from '../../workspace/snapshot.ts'
import { fromBytes } from './bytes.ts'

/** What stands at a path. */
export type FileKind = 'none' | 'file' | 'folder' | 'link' | 'other'

/** The files of the server's machine, asked for by paths of bytes. */
export interface Files {
  /** Links followed. */
  stat(path: string): FileFacts
  /** The thing itself, where it is a link. */
  lstat(path: string): FileFacts
  /** A file's text, one character a byte; undefined where there is none to be read. */
  content(path: string): FileContent
  /** Says that a file's text will be asked for. */
  expect(path: string): void
  /** Names in a folder, in the order of bytes; undefined where it cannot be listed. */
  list(path: string): readonly string[] | undefined
}

export interface FileFacts {
  readonly kind: FileKind
  /** Bytes. */
  readonly size: number
  /** It cannot even be looked for: something stands in the way to it that is no folder, or a name is longer than file systems take. */
  readonly isBlocked: boolean
  readonly executable: boolean
  readonly owner: number | undefined
}

type FileContent = { readonly state: 'content'; readonly text: string } | { readonly state: 'absent' } | { readonly state: 'refused' }

/** Thrown where a file has to be looked at that nobody has loaded yet; the snapshot knows what is wanted, and the request is answered again. */
export class NotLoadedYet extends Error {}

/** Thrown where the way on depends on something that cannot be known, as the time. */
export class Undecided extends Error {
  readonly what: string

  constructor(what: string) {
    super(what)
    this.what = what
  }
}

/** Thrown where the way on would never be decided, whatever is taken for known. */
export class Endless extends Undecided {}

/** Linux: NAME_MAX and PATH_MAX, in bytes. */
const isTooLong = (path: string): boolean => path.length >= 4096 || path.split('/').some((segment) => segment.length > 255)

const nothing: FileFacts = { kind: 'none', size: 0, isBlocked: false, executable: false, owner: undefined }

const textOf = derived((bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
})

/** The files of a snapshot, with one more file that is taken to be there. */
export function filesOf(snapshot: Snapshot, assumed?: string): Files {
  const resolved = <T>(known: Known<T>): Exclude<Known<T>, { state: 'not asked' }> => {
    if (known.state === 'not asked') throw new NotLoadedYet()
    return known
  }
  /** Asks for all that will be looked at on the way, so that it is loaded together. */
  const prepare = (path: string): void => {
    for (let at = path; at.length > 1; at = dirname(at)) {
      snapshot.stat(at)
      snapshot.linkTarget(at)
    }
  }
  const factsOf = (known: Known<FileStat>): FileFacts => {
    const found = resolved(known)
    if (found.state !== 'content') return nothing
    const { kind, size, mode, owner } = found.value
    return { kind, size, isBlocked: false, executable: mode === undefined || (mode & 0o111) !== 0, owner: owner?.user }
  }
  const assumedAt = (path: string): FileFacts | undefined => {
    if (assumed === undefined || (assumed !== path && !isInside(assumed, path))) return undefined
    const kind = assumed === path ? 'file' : 'folder'
    return { ...nothing, kind, size: 1, executable: true }
  }
  const stat = (written: string): FileFacts => {
    if (isTooLong(written)) return { ...nothing, isBlocked: true }
    const path = normalize(fromBytes(written))
    prepare(path)
    const given = assumedAt(path)
    if (given) return given
    const facts = factsOf(snapshot.stat(path))
    if (facts.kind === 'none' && path !== '/') {
      const parent = factsOf(snapshot.stat(dirname(path)))
      if (parent.kind !== 'folder' && parent.kind !== 'none') return { ...nothing, isBlocked: true }
    }
    return written.endsWith('/') && facts.kind !== 'folder' ? { ...nothing, isBlocked: facts.kind !== 'none' } : facts
  }
  return {
    stat,
    lstat(written) {
      if (isTooLong(written)) return { ...nothing, isBlocked: true }
      const path = normalize(fromBytes(written))
      prepare(path)
      const given = assumedAt(path)
      if (given) return given
      const target = resolved(snapshot.linkTarget(path))
      return target.state === 'content' && target.value !== undefined && !written.endsWith('/') ? { ...nothing, kind: 'link' } : stat(written)
    },
    content(written) {
      if (isTooLong(written)) return { state: 'absent' }
      const path = normalize(fromBytes(written))
      const found = resolved(snapshot.bytes(path))
      if (found.state !== 'content') return found.state === 'absent' ? { state: 'absent' } : { state: 'refused' }
      return { state: 'content', text: textOf(found.value) }
    },
    expect(written) {
      if (!isTooLong(written)) snapshot.bytes(normalize(fromBytes(written)))
    },
    list(written) {
      const path = normalize(fromBytes(written))
      const found = resolved(snapshot.folder(path))
      return found.state === 'content' ? found.value.map((entry) => entry.name).sort((a, b) => (a < b ? -1 : 1)) : undefined
    },
  }
}
