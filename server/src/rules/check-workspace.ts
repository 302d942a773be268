import { type CheckRequest, type Understanding, understandWorkspace, type Workspace } from '../application/understand.ts'
import type { Configuration, Source } from '../configuration/placed.ts'
import type { SourceReader } from '../configuration/source.ts'
import { type Expectations, judgeExpectations } from '../expectation/run.ts'
import type { FileReport } from '../problem/report.ts'
import type { Settings } from '../workspace/settings.ts'
import type { SettingsProblem } from '../workspace/settings-file.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { rules } from './all.ts'
import { makeCollector } from './collect.ts'
import type { Rule } from './rule.ts'
import { type OnFailure, runDeploymentRules, runExpectationRules, runRules } from './run.ts'

export type { CheckRequest }

/** What a host hands in. */
export interface WorkspaceInput extends Workspace {
  /** What was wrong with `webconf.json`, to be reported there. */
  readonly settingsFile?: { readonly path: string; readonly problems: readonly SettingsProblem[] } | undefined
}

/** Checks configurations together with the application behind them. Pure and synchronous: see `Session.settle`. */
export const checkWorkspace = (snapshot: Snapshot, input: WorkspaceInput, reader: SourceReader): FileReport[] =>
  checkUnderstood(understandWorkspace(snapshot, input, reader), snapshot, input)

/** Checks what was understood of a workspace. */
export function checkUnderstood(understanding: Understanding, snapshot: Snapshot, input: WorkspaceInput): FileReport[] {
  const { settings, files, folders, request } = input
  const collector = makeCollector(snapshot, settings)
  const { configurations, deployment, paths: allPaths, unread } = understanding
  const wanted = rules.filter((rule) => isWanted(rule, settings))
  for (const { path, dialect } of unread) collector.unread(path, dialect, snapshot.content(path))
  const failedAt = (rule: string, error: unknown): void =>
    collector.failed(rule, configurations[0]?.configuration.root.path ?? files[0] ?? folders[0] ?? '/', error)
  const expectations = expectationsFor(wanted, understanding, snapshot, input, failedAt)
  // Rules are run when all that they look at is there, and not at each step on the way.
  if (snapshot.wanting) return collector.reports()
  for (const { configuration, paths, applications } of configurations) {
    const contexts = contextsOf(configuration)
    for (const source of configuration.sources) collector.addSource(source, contexts.get(source) ?? ['main'])
    const context = { configuration, applications, deployment, paths, snapshot, settings }
    const failed: OnFailure = (rule, error) => collector.failed(rule, configuration.root.path, error)
    for (const found of runRules(wanted, context, failed)) collector.add(found, configuration)
  }
  if (request.kind === 'workspace') {
    const applications = configurations.flatMap((each) => each.applications)
    const context = { deployment, applications, paths: allPaths, files, folders, snapshot, settings }
    for (const found of runDeploymentRules(wanted, context, failedAt)) collector.add(found)
  }
  if (expectations) for (const found of runExpectationRules(wanted, { expectations, folders }, failedAt)) collector.add(found)
  if (input.settingsFile) collector.addSettings(input.settingsFile.path, input.settingsFile.problems)
  return collector.reports()
}

/** What comes of the expectations that are written down, where a rule looks at them; the files that decide are wanted with the others. */
function expectationsFor(
  wanted: readonly Rule[],
  understanding: Understanding,
  snapshot: Snapshot,
  input: WorkspaceInput,
  failed: OnFailure,
): Expectations | undefined {
  const rule = wanted.find(({ looksAt }) => looksAt === 'expectations')
  if (!rule) return undefined
  try {
    return judgeExpectations(understanding, input.request.kind === 'workspace' ? input.files : [], input.settings, snapshot, 'verdict')
  } catch (error) {
    failed(rule.id, error)
    return undefined
  }
}

/** The user's word comes first, then the profile. */
function isWanted(rule: Rule, { rules: own, profile }: Settings): boolean {
  const severity = own[rule.id]
  if (severity) return severity !== 'off'
  return profile === 'strict' ? rule.profile !== 'asked' : profile === 'recommended' && rule.profile === undefined
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
