import { anchorsOf, joinApplications } from '../application/join.ts'
import { makePathMap, type PathMap } from '../application/path-map.ts'
import { makeFileIndex } from '../configuration/locate.ts'
import type { Configuration, Source } from '../configuration/placed.ts'
import { resolveConfiguration } from '../configuration/resolve.ts'
import { findRoots } from '../configuration/roots.ts'
import type { SourceReader } from '../configuration/source.ts'
import { surveyDeployment } from '../deployment/deployment.ts'
import { anchorsOfProcess, programsOf } from '../deployment/processes/anchors.ts'
import { anchorsOfServed, servedModules } from '../deployment/processes/served-modules.ts'
import type { FileReport } from '../problem/report.ts'
import type { Dialect } from '../syntax/tree.ts'
import type { Settings } from '../workspace/settings.ts'
import type { SettingsProblem } from '../workspace/settings-file.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { rules } from './all.ts'
import { makeCollector } from './collect.ts'
import { runDeploymentRules, runRules } from './run.ts'

/** What a host hands in. */
export interface WorkspaceInput {
  /** The workspace's folders. */
  readonly folders: readonly string[]
  /** All its files (see `discoverFiles`). */
  readonly files: readonly string[]
  readonly settings: Settings
  /** What was wrong with `webconf.json`, to be reported there. */
  readonly settingsFile?: { readonly path: string; readonly problems: readonly SettingsProblem[] } | undefined
  readonly request: CheckRequest
}

export type CheckRequest =
  /** All configurations found in the workspace. */
  | { readonly kind: 'workspace' }
  /** These files, each as a root of its own. */
  | { readonly kind: 'files'; readonly paths: readonly string[]; readonly dialect?: Dialect | undefined; readonly context?: string | undefined }

/** Checks configurations together with the application behind them. Pure and synchronous: see `Session.settle`. */
export function checkWorkspace(snapshot: Snapshot, input: WorkspaceInput, reader: SourceReader): FileReport[] {
  const { settings, files, folders, request } = input
  const index = makeFileIndex(files, folders)
  const options = { index, reader, settings }
  const collector = makeCollector(snapshot, settings)
  const configurations: Configuration[] = []
  const resolve = (paths: readonly string[], dialect: Dialect, context: string | undefined): void => {
    const configuration = resolveConfiguration(snapshot, paths, dialect, { ...options, context })
    if (configuration) configurations.push(configuration)
    else for (const path of paths) collector.unread(path, dialect, snapshot.content(path))
  }
  if (request.kind === 'files') {
    for (const path of request.paths) {
      const root = request.dialect ? undefined : findRoots(snapshot, [path], options)[0]
      const dialect = request.dialect ?? root?.dialect
      if (root?.configuration && request.context === undefined) configurations.push(root.configuration)
      else if (dialect) resolve([path], dialect, request.context)
      else collector.unread(path, null, snapshot.content(path))
    }
  } else {
    for (const root of findRoots(snapshot, files, options)) {
      if (root.configuration) configurations.push(root.configuration)
      else resolve(root.paths, root.dialect, undefined)
    }
  }

  const deployment = surveyDeployment(snapshot, files)
  const served = servedModules(snapshot, files)
  const processes = [...anchorsOfServed(served), ...deployment.processes.flatMap(anchorsOfProcess)]
  const mapOf = (anchors: readonly string[]): PathMap => makePathMap(anchors, files, folders, settings.paths, settings.deployment.thisMachine)
  const understood = configurations.map((configuration) => {
    const anchors = anchorsOf(configuration)
    const paths = mapOf([...anchors, ...processes])
    return { configuration, anchors, paths, applications: joinApplications(configuration, deployment, paths, snapshot, settings) }
  })
  // Rules are run when all that they look at is there, and not at each step on the way.
  if (snapshot.wanting) return collector.reports()
  for (const { configuration, paths, applications } of understood) {
    const contexts = contextsOf(configuration)
    for (const source of configuration.sources) collector.addSource(source, contexts.get(source) ?? ['main'])
    for (const found of runRules(rules, { configuration, applications, deployment, paths, snapshot, settings })) collector.add(found, configuration)
  }
  if (request.kind === 'workspace') {
    const applications = understood.flatMap((each) => each.applications)
    // Where the module of a process lies tells where its folder is only if nothing else does: it may be the folder that is wrong.
    const anchors = [
      ...understood.flatMap((each) => each.anchors),
      ...served.flatMap(({ program }) => program ?? []),
      ...deployment.processes.flatMap(programsOf),
    ]
    const sure = mapOf(anchors)
    const isSure = deployment.django.some(({ root }) => sure.toDeployed(root) !== undefined)
    const paths = isSure ? sure : mapOf([...anchors, ...processes])
    for (const found of runDeploymentRules(rules, { deployment, applications, paths, files, folders, snapshot, settings })) collector.add(found)
  }
  if (input.settingsFile) collector.addSettings(input.settingsFile.path, input.settingsFile.problems)
  return collector.reports()
}

/** The context in which each source stands, as a list of names. */
function contextsOf(configuration: Configuration): Map<Source, string[]> {
  const own = configuration.context.split(',')
  const contexts = new Map<Source, string[]>([[configuration.root, own]])
  if (configuration.dialect === 'apache') {
    for (const source of configuration.sources) contexts.set(source, own)
    return contexts
  }
  for (const directive of configuration.all) {
    if (contexts.has(directive.source)) continue
    const around: string[] = []
    for (let at = directive.parent; at; at = at.parent) around.unshift(at.name)
    const all = [...(configuration.context === 'main' ? [] : own), ...around]
    contexts.set(directive.source, all.length > 0 ? all : ['main'])
  }
  return contexts
}
