import { directivesNamed, enclosing, type PlacedDirective } from '../../../configuration/placed.ts'
import { editDistance } from '../../../syntax/text.ts'
import { isInside, segmentsOf } from '../../../workspace/path.ts'
import type { ConfigurationContext } from '../../rule.ts'
import { accessOfTarget, folderOfTarget, grantsFor, pathOf, type Target, targetsOf } from './targets.ts'

/** A grant written for another folder than the one that is served. */
export interface NearMiss {
  readonly section: PlacedDirective
  readonly target: Target
}

/** Grants for folders that nothing serves and that differ little from a folder that is served and not granted. */
export function nearMissesOf(context: ConfigurationContext): NearMiss[] {
  const { configuration } = context
  const targets = targetsOf(configuration)
  const missing = targets.filter((target) => {
    // Of a script that is elsewhere that is to be said, and a grant may be right already.
    if (isElsewhere(target, context)) return false
    const access = accessOfTarget(target, context)
    return access !== undefined && (access.answer === 'denied' || access.nothingDecides)
  })
  if (missing.length === 0) return []
  const misses: NearMiss[] = []
  for (const section of directivesNamed(configuration, 'directory')) {
    const path = pathOf(section)
    if (path === undefined || section.presence !== 'present' || isUsed(path, targets, context)) continue
    const host = enclosing(section, 'virtualhost')
    const near = missing
      .filter((target) => (!host || host === target.host) && grantsFor(section, target) && isNear(path, folderOfTarget(target)))
      .map((target) => ({ target, distance: editDistance(path, folderOfTarget(target)) }))
      .sort((a, b) => a.distance - b.distance)
    const [best, second] = near
    if (!best || (second && second.distance === best.distance && folderOfTarget(second.target) !== folderOfTarget(best.target))) continue
    if (!misses.some((each) => each.target === best.target)) misses.push({ section, target: best.target })
  }
  return misses
}

/** Whether a script is not where it is named, while the project has one: nothing is to be granted there. */
export function isElsewhere(target: Target, { deployment, paths, snapshot }: ConfigurationContext): boolean {
  const workspace = target.kind === 'script' ? paths.toWorkspace(target.path) : undefined
  if (workspace === undefined || !paths.covers(target.path) || !deployment.django.some((project) => project.wsgi.length > 0)) return false
  return snapshot.stat(workspace).state === 'absent'
}

/** A sibling, one segment more or less, or a slip of the pen. */
function isNear(written: string, served: string): boolean {
  if (isInside(served, written)) return false
  const [a, b] = [segmentsOf(written), segmentsOf(served)]
  if (editDistance(written.toLowerCase(), served.toLowerCase()) <= 2) return true
  if (a.length === b.length) return a.length >= 3 && a.slice(0, -1).every((segment, i) => segment === b[i])
  const [long, short] = a.length > b.length ? [a, b] : [b, a]
  if (long.length !== short.length + 1 || short.length < 2) return false
  return long.some((_, i) => long.filter((__, j) => j !== i).join('/') === short.join('/'))
}

/** Directives beside the aliases that make a folder reachable. */
const serving = new Set([
  'documentroot',
  'aliasmatch',
  'scriptaliasmatch',
  'wsgiscriptaliasmatch',
  'xsendfilepath',
  'virtualdocumentroot',
  'rewriterule',
  'userdir',
])

/** Whether something is served from a folder, from one inside, or from one around it. */
function isUsed(path: string, targets: readonly Target[], { configuration }: ConfigurationContext): boolean {
  if (targets.some((target) => isInside(folderOfTarget(target), path))) return true
  return directivesNamed(configuration, ...serving).some(
    (each) =>
      each.presence !== 'absent' && each.args.some(({ value }) => value.startsWith(path) || (value.length > 1 && isInside(path, value.replace(/\/$/, '')))),
  )
}
