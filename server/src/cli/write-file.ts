import { chmod, chown, mkdir, readFile, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { decode, encode } from '../workspace/encoding.ts'
import { fileError } from './node-file-system.ts'

/** Why a file was not written; undefined where it was. */
export type NotWritten = string | undefined

/**
 * Replaces a file's text in one step, through links, with its mode and encoding kept. A file that is no longer
 * what was read (`before`) is left alone; one that was absent (`before` undefined) is created.
 */
export async function replaceFile(path: string, before: string | undefined, after: string, executable: boolean): Promise<NotWritten> {
  const target = await realpath(path).catch(() => path)
  const now = await readFile(target).catch(() => undefined)
  if (before === undefined) {
    if (now !== undefined) return 'it has been created meanwhile'
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, after, { flag: 'wx', mode: executable ? 0o755 : 0o644 })
    return undefined
  }
  if (now === undefined) return 'it cannot be read any more'
  const { text, encoding } = decode(now)
  if (text !== before) return 'it has changed meanwhile'
  const bytes = encode(after, encoding)
  if (!bytes) return 'the fix needs a character that Latin-1 does not have'
  const { mode, uid, gid } = await stat(target)
  const temporary = join(dirname(target), `.webconf-${process.pid}-${Date.now()}`)
  try {
    await writeFile(temporary, bytes, { flag: 'wx', mode: mode & 0o7777 })
    await chmod(temporary, mode & 0o7777)
    if (process.getuid?.() === 0) await chown(temporary, uid, gid)
    await rename(temporary, target)
    return undefined
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    return fileError(error).reason.replace('read', 'write')
  }
}
