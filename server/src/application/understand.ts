import { makeFileIndex } from '../configuration/locate.ts'
import type { Configuration } from '../configuration/placed.ts'
import { resolveConfiguration } from '../configuration/resolve.ts'
import { findRoots } from '../configuration/roots.ts'
import type { SourceReader } from '../configuration/source.ts'
import { type Deployment, surveyDeployment } from '../deployment/deployment.ts'
import { anchorsOfProcess, programsOf } from '../deployment/processes/anchors.ts'
import { anchorsOfServed, servedModules } from '../deployment/processes/served-modules.ts'
import type { Dialect } from '../syntax/tree.ts'
import type { Settings } from '../workspace/settings.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import type { Application } from './application.ts'
import { anchorsOf, joinApplications } from './join.ts'
import { makePathMap, type PathMap } from './path-map.ts'

/** A workspace as a host hands it in. */
export interface Workspace {
  /** The workspace's folders. */
  readonly folders: readonly string[]
  /** All its files (see `discoverFiles`). */
  readonly files: readonly string[]
  readonly settings: Settings
  readonly request: CheckRequest
}

export type CheckRequest =
  /** All configurations found in the workspace. */
  | { readonly kind: 'workspace' }
  /** These files, each as a root of its own. */
  | { readonly kind: 'files'; readonly paths: readonly string[]; readonly dialect?: Dialect | undefined; readonly context?: string | undefined }

/** The configurations of a workspace, each with what it serves, and the application as it lies there. */
export interface Understanding {
  readonly configurations: readonly UnderstoodConfiguration[]
  readonly deployment: Deployment
  /** Learnt from all that configurations and processes name. */
  readonly paths: PathMap
  /** Files that were asked for and are no configuration that can be read. */
  readonly unread: readonly { readonly path: string; readonly dialect: Dialect | null }[]
}

export interface UnderstoodConfiguration {
  readonly configuration: Configuration
  /** Learnt from what this configuration and the processes name. */
  readonly paths: PathMap
  readonly applications: readonly Application[]
}

/** Reads a workspace from its configurations to the application behind them. What is not loaded yet is wanted, and unknown so far. */
export function understandWorkspace(snapshot: Snapshot, workspace: Workspace, reader: SourceReader): Understanding {
  const { settings, files, folders } = workspace
  const { configurations, unread } = resolveAll(snapshot, workspace, reader)
  const deployment = surveyDeployment(snapshot, files)
  const served = servedModules(snapshot, files)
  const processes = [...anchorsOfServed(served), ...deployment.processes.flatMap(anchorsOfProcess)]
  const mapOf = (anchors: readonly string[]): PathMap => makePathMap(anchors, files, folders, settings.paths, settings.deployment.thisMachine)
  const programs = [...served.flatMap(({ program }) => program ?? []), ...deployment.processes.flatMap(programsOf)]
  // Where the module of a process lies tells where its folder is only if nothing else does: it may be the folder that is wrong.
  const learn = (anchors: readonly string[]): PathMap => {
    const sure = mapOf([...anchors, ...programs])
    return deployment.django.some(({ root }) => sure.toDeployed(root) !== undefined) ? sure : mapOf([...anchors, ...processes])
  }
  const understood = configurations.map((configuration) => {
    const paths = learn(anchorsOf(configuration))
    return { configuration, paths, applications: joinApplications(configuration, deployment, paths, snapshot, settings) }
  })
  return { configurations: understood, deployment, paths: learn(configurations.flatMap(anchorsOf)), unread }
}

function resolveAll(
  snapshot: Snapshot,
  { settings, files, folders, request }: Workspace,
  reader: SourceReader,
): { configurations: Configuration[]; unread: { path: string; dialect: Dialect | null }[] } {
  const options = { index: makeFileIndex(files, folders), reader, settings }
  const configurations: Configuration[] = []
  const unread: { path: string; dialect: Dialect | null }[] = []
  const resolve = (paths: readonly string[], dialect: Dialect, context: string | undefined): void => {
    const configuration = resolveConfiguration(snapshot, paths, dialect, { ...options, context })
    if (configuration) configurations.push(configuration)
    else unread.push(...paths.map((path) => ({ path, dialect })))
  }
  if (request.kind === 'workspace') {
    for (const root of findRoots(snapshot, files, options)) {
      if (root.configuration) configurations.push(root.configuration)
      else resolve(root.paths, root.dialect, undefined)
    }
    return { configurations, unread }
  }
  for (const path of request.paths) {
    const root = request.dialect ? undefined : findRoots(snapshot, [path], options)[0]
    const dialect = request.dialect ?? root?.dialect
    if (root?.configuration && request.context === undefined) configurations.push(root.configuration)
    else if (dialect) resolve([path], dialect, request.context)
    else unread.push({ path, dialect: null })
  }
  return { configurations, unread }
}
