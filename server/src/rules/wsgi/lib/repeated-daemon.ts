import { daemonOptions } from '../../../application/wsgi-process.ts'
import { enclosing, type PlacedDirective, placeOfDirective } from '../../../configuration/placed.ts'
import { insertBefore, removeDirective } from '../../lib/edits.ts'
import type { FindingFix } from '../../rule.ts'
import { nameOfHost } from './host-name.ts'

/**
 * What to do about a second `WSGIDaemonProcess` of one name with the same options, as in a virtual host that was copied for TLS: it goes, and where
 * the two virtual hosts have different names the first moves before them, as only hosts of one name may share it.
 */
export function repeatedDaemonFixes(first: PlacedDirective, second: PlacedDirective): FindingFix[] {
  // A file that is included twice holds one line only.
  if (first.node === second.node || (first.source.path === second.source.path && first.start === second.start)) return []
  if (!hasSameOptions(first, second)) return []
  const name = second.args[0]?.value ?? ''
  const owner = enclosing(first, 'virtualhost')
  if (!owner || isReachable(owner, enclosing(second, 'virtualhost')))
    return [{ title: `Delete this WSGIDaemonProcess ${name}`, safe: true, edits: [removeDirective(second)] }]
  if (first.parent !== owner || owner.parent || first.source !== owner.source) return []
  const { start, end } = placeOfDirective(first)
  return [
    {
      title: `Declare WSGIDaemonProcess ${name} once, before the virtual hosts`,
      safe: true,
      edits: [insertBefore(owner, [first.source.text.slice(start, end)]), removeDirective(first), removeDirective(second)],
    },
  ]
}

/** Whether a host may use a daemon process of another one: where both have the same name. */
function isReachable(owner: PlacedDirective, user: PlacedDirective | undefined): boolean {
  if (owner === user) return true
  const name = nameOfHost(owner)
  return user !== undefined && name !== undefined && name === nameOfHost(user)
}

/** Letter for letter, in any order. */
function hasSameOptions(one: PlacedDirective, other: PlacedDirective): boolean {
  const [own, theirs] = [one, other].map((daemon) =>
    daemonOptions(daemon)
      .map((option) => `${option.name}=${option.value}`)
      .sort()
      .join('\n'),
  )
  return own === theirs && [one, other].every((daemon) => daemon.args.every((argument) => argument.known) && daemon.args.length === one.args.length)
}
