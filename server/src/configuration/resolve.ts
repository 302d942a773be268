import type { Dialect } from '../syntax/tree.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { resolveApache } from './apache/resolve.ts'
import { resolveNginx } from './nginx/resolve.ts'
import type { ResolveOptions } from './options.ts'
import type { Configuration } from './placed.ts'

/**
 * Reads a configuration as its server reads it: includes in place, in order and in context; for Apache also
 * defines, conditions and macros. Undefined where no root could be read.
 *
 * @param roots one root, or the orphan files of one folder that make a piece together
 */
export function resolveConfiguration(snapshot: Snapshot, roots: readonly string[], dialect: Dialect, options: ResolveOptions): Configuration | undefined {
  return dialect === 'nginx' ? resolveNginx(snapshot, roots, options) : resolveApache(snapshot, roots, options)
}
