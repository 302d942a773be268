import { parseApache } from './apache/parse.ts'
import { parseNginx } from './nginx/parse.ts'
import type { ConfigFile, Dialect, Hole } from './tree.ts'

/**
 * Parses one file. Never throws; every mistake is a `Fault` of the tree.
 *
 * @param holes parts of a template, in order and without overlap, as offsets in `text`
 */
export function parse(text: string, dialect: Dialect, holes: readonly Hole[] = []): ConfigFile {
  return dialect === 'nginx' ? parseNginx(text, holes) : parseApache(text, holes)
}
