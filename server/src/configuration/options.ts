import type { Settings } from '../workspace/settings.ts'
import type { FileIndex } from './locate.ts'
import type { Configuration } from './placed.ts'
import type { SourceReader } from './source.ts'

/** What resolving needs beside the snapshot. */
export interface ResolveOptions {
  readonly index: FileIndex
  readonly reader: SourceReader
  readonly settings: Settings
  /** The context of the roots, where it is given and not to be inferred: `http,server`, `virtualhost`. */
  readonly context?: string | undefined
  /** Apache: the server that reads it, whose modules and defines hold (a `.htaccess`). */
  readonly within?: Pick<Configuration, 'modules' | 'defines'> | undefined
}
