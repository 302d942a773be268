import type { Place } from '../../problem/place.ts'
import { join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'

/**
 * Where a standard library of Python 2.7 shows that it is of 2.7.7 or later: its `hmac.py` imports
 * `_compare_digest`, which an older interpreter does not have. Undefined where it is older or not known.
 */
export function compareDigestImport(snapshot: Snapshot, library: string): Place | undefined {
  const path = join(library, 'hmac.py')
  const content = snapshot.content(path)
  if (content.state !== 'content' || content.value.binary) return undefined
  const match = /^from operator import _compare_digest\b.*$/m.exec(content.value.text)
  return match ? { path, start: match.index, end: match.index + match[0].length } : undefined
}
