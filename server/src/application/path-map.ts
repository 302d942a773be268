import { derived } from '../workspace/derived.ts'
import { isInside, normalize, segmentsOf } from '../workspace/path.ts'

/** Pairs deployed paths (`/srv/www/site/project/wsgi.py`) with workspace paths. What does not map is unknown, not missing. */
export interface PathMap {
  /** The workspace path of a deployed path; undefined where nothing is known of it. */
  toWorkspace(deployed: string): string | undefined
  /** The deployed path of a workspace path; undefined where it is deployed in more than one place. */
  toDeployed(workspace: string): string | undefined
  /** Whether a deployed path belongs to a mapped folder, so that its absence in the workspace means something. */
  covers(deployed: string): boolean
  /** Whether a mapped folder lies at or below a deployed path, which is a folder then. */
  isAbove(deployed: string): boolean
}

interface Pair {
  readonly deployed: string
  readonly workspace: string
}

/**
 * Learns the map of the workspace in `folders` from anchors: deployed files that the configuration names. An anchor counts where its last
 * two or more segments are in the workspace exactly once; the prefixes that remain are paired. Anchors that
 * disagree on a deployed folder map nothing there. Pairs that the settings give come first.
 */
export function makePathMap(
  anchors: readonly string[],
  files: readonly string[],
  folders: readonly string[],
  given: Readonly<Record<string, string>>,
  thisMachine: boolean,
): PathMap {
  const pairs: Pair[] = Object.entries(given).map(([deployed, workspace]) => ({ deployed: normalize(deployed), workspace: normalize(workspace) }))
  const { byName, known } = namesOf(files)
  const own = anchors.map(normalize)
  // How many of the files that are named are where a pair has them.
  const support = ({ deployed, workspace }: Pair): number =>
    new Set(own.filter((anchor) => isInside(anchor, deployed) && known.has(normalize(`${workspace}/${anchor.slice(deployed.length)}`)))).size
  const code = own.filter((anchor) => !isVirtualenv(anchor))
  const learnt = agreedPairs(code, byName, folders)
  // A virtualenv can be anywhere and has the name that all have: against what the code tells it counts only with other files on its side.
  for (const pair of agreedPairs(own.filter(isVirtualenv), byName, folders)) {
    const rivals = learnt.filter((each) => each.workspace === pair.workspace || each.deployed === pair.deployed)
    if (rivals.some((each) => support(each) >= support(pair))) continue
    for (const each of rivals) learnt.splice(learnt.indexOf(each), 1)
    learnt.push(pair)
  }
  pairs.push(...learnt)
  pairs.sort((a, b) => b.deployed.length - a.deployed.length)
  const translate = (path: string, from: keyof Pair, to: keyof Pair): string | undefined => {
    const plain = normalize(path)
    for (const pair of pairs) {
      const [source, target] = [pair[from], pair[to]]
      if (isInside(plain, source)) return normalize(`${target}/${plain.slice(source.length)}`)
    }
    return thisMachine ? plain : undefined
  }
  return {
    toWorkspace: (deployed) => translate(deployed, 'deployed', 'workspace'),
    toDeployed: (workspace) => {
      const plain = normalize(workspace)
      const [best, ...others] = pairs.filter((pair) => isInside(plain, pair.workspace)).sort((a, b) => b.workspace.length - a.workspace.length)
      // A folder that is deployed twice, as for production and for a trial, is in no one place.
      const isTwice = best && learnt.includes(best) && others.some((each) => each.workspace === best.workspace && each.deployed !== best.deployed)
      if (best) return isTwice ? undefined : normalize(`${best.deployed}/${plain.slice(best.workspace.length)}`)
      return thisMachine ? plain : undefined
    },
    covers: (deployed) => thisMachine || pairs.some((pair) => isInside(normalize(deployed), pair.deployed)),
    isAbove: (deployed) => pairs.some((pair) => isInside(pair.deployed, normalize(deployed))),
  }
}

/** All maps of a workspace are learnt from the same files. */
const namesOf = derived((files: readonly string[]): { readonly byName: ReadonlyMap<string, readonly string[]>; readonly known: ReadonlySet<string> } => {
  const byName = new Map<string, string[]>()
  for (const file of files) {
    const name = file.slice(file.lastIndexOf('/') + 1)
    const list = byName.get(name)
    if (list) list.push(file)
    else byName.set(name, [file])
  }
  return { byName, known: new Set(files) }
})

const isVirtualenv = (anchor: string): boolean => anchor.endsWith('/pyvenv.cfg')

/** The pairs of deployed folders of which all anchors say the same. */
function agreedPairs(anchors: readonly string[], byName: ReadonlyMap<string, readonly string[]>, folders: readonly string[]): Pair[] {
  const votes = new Map<string, Set<string>>()
  for (const anchor of anchors) {
    const pair = pairOf(anchor, byName, folders)
    if (!pair) continue
    const set = votes.get(pair.deployed)
    if (set) set.add(pair.workspace)
    else votes.set(pair.deployed, new Set([pair.workspace]))
  }
  return [...votes].flatMap(([deployed, workspaces]) => {
    const [workspace] = workspaces
    return workspaces.size === 1 && workspace !== undefined ? [{ deployed, workspace }] : []
  })
}

/** The longest common tail of an anchor and the one workspace file that shares two or more segments with it. */
function pairOf(anchor: string, byName: ReadonlyMap<string, readonly string[]>, folders: readonly string[]): Pair | undefined {
  const wanted = segmentsOf(anchor)
  const candidates = byName.get(wanted.at(-1) ?? '') ?? []
  // Every virtualenv has a `bin/gunicorn`: the folder above tells one from another.
  const least = wanted.at(-2) === 'bin' ? 3 : 2
  let best: { file: string; common: number } | undefined
  let tie = false
  for (const file of candidates) {
    const segments = segmentsOf(file)
    const folder = folders.find((each) => isInside(file, each))
    // What lies above the workspace's folder is none of it, even where it has the same name.
    const most = segments.length - (folder === undefined ? 0 : segmentsOf(folder).length)
    let common = 0
    while (common < wanted.length && common < most && wanted.at(-1 - common) === segments.at(-1 - common)) common++
    if (common < least) continue
    if (best && common === best.common) tie = true
    else if (!best || common > best.common) {
      best = { file, common }
      tie = false
    }
  }
  if (!best || tie) return undefined
  const segments = segmentsOf(best.file)
  const rest = segments.slice(0, segments.length - best.common)
  const drive = best.file.startsWith('/') ? '/' : ''
  return { deployed: `/${wanted.slice(0, wanted.length - best.common).join('/')}`, workspace: `${drive}${rest.join('/')}` }
}
