import { resolveApache } from '../configuration/apache/resolve.ts'
import { makeFileIndex } from '../configuration/locate.ts'
import type { Configuration } from '../configuration/placed.ts'
import type { SourceReader } from '../configuration/source.ts'
import type { Settings } from '../workspace/settings.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import type { ToNginxOptions } from './to-nginx/convert.ts'

/** How deep below a site's folder a `.htaccess` is looked for, and in how many folders. */
const deepest = 4
const most = 500

/**
 * Finds and reads the `.htaccess` files of a configuration's folders.
 *
 * @param toSnapshot where a deployed folder lies in the snapshot; undefined where it is not known
 */
export function htaccessFiles(
  configuration: Configuration,
  snapshot: Snapshot,
  reader: SourceReader,
  settings: Settings,
  toSnapshot: (folder: string) => string | undefined,
): Pick<ToNginxOptions, 'htaccess' | 'htaccessBelow'> {
  return {
    htaccess(folder) {
      const at = toSnapshot(folder)
      if (at === undefined) return undefined
      const path = `${at === '/' ? '' : at}/.htaccess`
      if (snapshot.content(path).state !== 'content') return undefined
      const read = resolveApache(snapshot, [path], { index: makeFileIndex([path], [at]), reader, settings, within: configuration })
      return read && { ...read, context: 'htaccess', contextKnown: true }
    },
    htaccessBelow(folder) {
      const found: string[] = []
      let left = most
      const look = (at: string, depth: number): void => {
        const here = toSnapshot(at)
        if (here === undefined || left-- <= 0) return
        const entries = snapshot.folder(here)
        if (entries.state !== 'content') return
        if (entries.value.some(({ name, kind }) => name === '.htaccess' && kind !== 'folder')) found.push(at)
        if (depth < deepest)
          for (const { name, kind } of entries.value) if (kind === 'folder' && !passed.has(name)) look(`${at === '/' ? '' : at}/${name}`, depth + 1)
      }
      look(folder, 0)
      return found
    },
  }
}

const passed: ReadonlySet<string> = new Set(['.git', 'node_modules', 'site-packages'])
