import { FileError, type FileStat, type FileSystem, type FolderEntry } from './file-system.ts'
import { type Known, type Loaded, makeSnapshot, type Snapshot, type TextContent, type Want } from './snapshot.ts'

/** Files as a host has loaded them, from one moment to the next. */
export interface Session {
  /** Computes, loads what was wanted, and computes again, until nothing more is wanted. */
  settle<T>(compute: (snapshot: Snapshot) => T): Promise<T>
  /** The text of a document open in an editor, or undefined when it is closed. */
  setOpen(path: string, text: string | undefined): void
  /** Something changed on disk: the path, its folder and what is known of them are loaded anew when asked for. */
  forget(path: string): void
}

/** A round loads what the last one asked for; a chain of includes or links deeper than this has lost its way. */
const mostRounds = 200

export function makeSession(fs: FileSystem, sizeLimit: number): Session {
  const read = new Map<string, Known<Uint8Array>>()
  const list = new Map<string, Known<readonly FolderEntry[]>>()
  const stat = new Map<string, Known<FileStat>>()
  const link = new Map<string, Known<string | undefined>>()
  const open = new Map<string, string>()
  const loaded: Loaded = { read, list, stat, link, open }
  const decoded = new WeakMap<Uint8Array, TextContent>()
  /** How often each path was forgotten: what was asked for before that is not kept. */
  const forgotten = new Map<string, number>()

  const load = async ({ kind, path }: Want): Promise<void> => {
    if (kind === 'read') await keep(read, path, () => readGuarded(fs, path, sizeLimit))
    else if (kind === 'list') await keep(list, path, () => fs.list(path))
    else if (kind === 'stat') await keep(stat, path, () => fs.stat(path))
    else if (fs.linkTarget) await keep(link, path, async () => fs.linkTarget?.(path))
    else link.set(path, { state: 'refused', why: 'links cannot be read here' })
  }
  const keep = async <T>(map: Map<string, Known<T>>, path: string, ask: () => Promise<T>): Promise<void> => {
    const before = forgotten.get(path)
    const answer = await known(ask)
    if (forgotten.get(path) === before) map.set(path, answer)
  }

  return {
    async settle(compute) {
      for (let round = 0; ; round++) {
        const wants = new Map<string, Want>()
        const result = compute(makeSnapshot(loaded, wants, decoded))
        if (wants.size === 0 || round >= mostRounds) return result
        await Promise.all([...wants.values()].map(load))
      }
    },
    setOpen(path, text) {
      if (text === undefined) open.delete(path)
      else open.set(path, text)
    },
    forget(path) {
      for (const each of [path, path.slice(0, path.lastIndexOf('/')) || '/']) {
        forgotten.set(each, (forgotten.get(each) ?? 0) + 1)
        for (const map of [read, list, stat, link]) map.delete(each)
      }
    },
  }
}

/** A file far over the limit is refused before its bytes are read. */
async function readGuarded(fs: FileSystem, path: string, sizeLimit: number): Promise<Uint8Array> {
  const { kind, size } = await fs.stat(path)
  if (kind === 'folder') throw new FileError('refused', 'it is a folder')
  if (kind !== 'file') throw new FileError('refused', 'it is no regular file')
  if (size > sizeLimit)
    throw new FileError(
      'refused',
      `it has ${Math.round(size / 1024 / 1024)} MB, more than the ${Math.round(sizeLimit / 1024 / 1024)} MB that are read (limits.fileSize)`,
    )
  return fs.read(path)
}

async function known<T>(ask: () => Promise<T>): Promise<Known<T>> {
  try {
    return { state: 'content', value: await ask() }
  } catch (error) {
    if (error instanceof FileError) return error.code === 'absent' ? { state: 'absent' } : { state: 'refused', why: error.reason }
    throw error
  }
}
