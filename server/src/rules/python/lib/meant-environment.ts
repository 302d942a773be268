import { type Configuration, directivesNamed } from '../../../configuration/placed.ts'
import { foldersMadeFor, readVirtualenv, type Virtualenv } from '../../../deployment/python/virtualenv.ts'
import { editDistance } from '../../../syntax/text.ts'
import { basename, dirname, isInside, normalize, segmentsOf } from '../../../workspace/path.ts'
import type { ConfigurationContext } from '../../rule.ts'
import { directivesWithEnvironments, environmentsNamedBy } from './named-environments.ts'

/** The virtualenv that was meant where another folder is named. */
export interface MeantEnvironment {
  readonly environment: Virtualenv
  /** As deployed. */
  readonly root: string
  /** Why the folder that is named is none: it is not there, it is there and holds none, or its name is a slip of the pen. */
  readonly why: 'absent' | 'none' | 'slip'
}

/** The one virtualenv of the workspace that was meant by a deployed folder which is none; undefined where that folder is one, or where there is a doubt. */
export function meantEnvironment(named: string, context: ConfigurationContext): MeantEnvironment | undefined {
  const { configuration, deployment, paths, snapshot } = context
  const free = deployment.virtualenvs.flatMap((environment) => {
    const root = environment.kind === 'installation' ? undefined : paths.toDeployed(environment.root)
    return root !== undefined && !isNamed(root, configuration) && isMadeFor(environment, [root, named]) ? [{ environment, root }] : []
  })
  const workspace = paths.covers(named) ? paths.toWorkspace(named) : undefined
  if (workspace === undefined) {
    const slips = free.filter((each) => isSlip(named, each.root))
    return slips[0] && slips.length === 1 ? { ...slips[0], why: 'slip' } : undefined
  }
  const state = snapshot.stat(workspace).state
  if (state === 'absent') {
    const beside = free.filter((each) => dirname(each.root) === dirname(named))
    const alike = free.filter((each) => basename(each.root) === basename(named))
    const near = beside.length > 0 ? beside : alike.length > 0 ? alike : isVirtualenvName(basename(named)) ? free : []
    return near[0] && near.length === 1 ? { ...near[0], why: 'absent' } : undefined
  }
  if (state !== 'content' || readVirtualenv(snapshot, workspace) !== 'absent') return undefined
  const inside = free.filter((each) => isInside(each.root, named))
  const near = inside.length > 0 ? inside : free.filter((each) => dirname(each.root) === dirname(named))
  return near[0] && near.length === 1 ? { ...near[0], why: 'none' } : undefined
}

/** Names that virtualenvs have and nothing else does. */
export const isVirtualenvName = (name: string): boolean => /^(?:\.?v(?:irtual)?_?env|\.?env|pyenv|venvs?)(?:[-_.]?(?:py(?:thon)?)?-?\d[\d.]*)?$/i.test(name)

const isNamed = (root: string, configuration: Configuration): boolean =>
  directivesNamed(configuration, ...directivesWithEnvironments).some(
    (each) => each.presence !== 'absent' && environmentsNamedBy(each).some((one) => one.root === root),
  )

/** False for a virtualenv that says it was made for other folders: that of the developer's own machine, say. */
function isMadeFor(environment: Virtualenv, deployed: readonly string[]): boolean {
  const said = foldersMadeFor(environment)
  return said.length === 0 || said.some((each) => deployed.includes(normalize(each)))
}

/** Whether one path is the other with a letter or two wrong in one segment. */
export function isSlip(written: string, meant: string): boolean {
  const [a, b] = [segmentsOf(written), segmentsOf(meant)]
  const other = a.flatMap((segment, i) => (segment === b[i] ? [] : [[segment, b[i] ?? ''] as const]))
  const [pair] = other
  if (a.length !== b.length || !pair || other.length > 1) return false
  const [one, two] = pair
  // `site1` and `site2`, `env-old` and `env` are two folders.
  if (/\d/.test(one) || /\d/.test(two) || Math.min(one.length, two.length) < 4) return false
  return editDistance(one, two) <= (Math.min(one.length, two.length) < 6 ? 1 : 2)
}
