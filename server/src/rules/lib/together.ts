import type { PlacedDirective } from '../../configuration/placed.ts'
import { basename, dirname } from '../../workspace/path.ts'

/**
 * Whether Apache surely reads two directives in one start. Files of one folder that nothing here includes are looked at together, and may be each
 * other's alternative (`production.conf`, `staging.conf`).
 */
export function areReadTogether(one: PlacedDirective, other: PlacedDirective): boolean {
  const [first, second] = [rootOf(one), rootOf(other)]
  if (first === second) return true
  if (dirname(first) !== dirname(second)) return false
  return /^(?:.+-enabled|.*conf\.d|conf\.modules\.d|vhosts?\.d)$/.test(basename(dirname(first))) || withoutTls(first) === withoutTls(second)
}

/** The file whose includes led to a directive. */
const rootOf = (directive: PlacedDirective): string => (directive.includedBy[0] ?? directive).source.path

/** certbot copies `site.conf` to `site-le-ssl.conf`, and has Apache read both. */
const withoutTls = (path: string): string => path.replace(/-le-ssl\.conf$/, '.conf')
