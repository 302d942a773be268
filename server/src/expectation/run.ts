import type { Understanding, UnderstoodConfiguration } from '../application/understand.ts'
import { type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../configuration/placed.ts'
import { possibleAnswers } from '../request/possible.ts'
import type { Request } from '../request/request.ts'
import { derived } from '../workspace/derived.ts'
import { dirname, isAbsolute, isInside, join, normalize } from '../workspace/path.ts'
import type { Settings } from '../workspace/settings.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { type Commented, expectationsIn } from './comments.ts'
import type { Expectation, Unreadable } from './expectation.ts'
import { type Depth, judge, type Verdict } from './judge.ts'
import { isRequestsFile, type RequestsFile, readRequestsFile } from './requests-file.ts'
import { type AnsweringServer, answeringServers } from './servers.ts'
import { requestFor } from './to-request.ts'

/** An expectation with what comes of it wherever it is asked. */
export interface Judged {
  readonly expectation: Expectation
  /** One for each configuration and block in which it stands. */
  readonly outcomes: readonly Outcome[]
  /** Why it is asked nowhere. */
  readonly unchecked: string | undefined
}

export interface Outcome extends Verdict {
  readonly configuration: Configuration
  readonly request: Request
}

/** All expectations of a workspace. */
export interface Expectations {
  readonly judged: readonly Judged[]
  readonly unreadable: readonly Unreadable[]
}

interface Asking {
  readonly expectation: Expectation
  readonly places: { readonly understood: UnderstoodConfiguration; readonly server: AnsweringServer | undefined }[]
  unchecked: string | undefined
}

/**
 * Finds the expectations of a workspace, in comments of its configurations and in files of requests, and asks the configurations. What is
 * not loaded yet is wanted from the snapshot.
 */
export function judgeExpectations(
  { configurations }: Pick<Understanding, 'configurations'>,
  files: readonly string[],
  settings: Settings,
  snapshot: Snapshot,
  depth: Depth,
): Expectations {
  const unreadable: Unreadable[] = []
  const asking: Asking[] = [...commented(configurations, unreadable), ...listed(configurations, files, snapshot, unreadable)]
  const { thisMachine } = settings.deployment
  const judged = asking.map(({ expectation, places, unchecked }): Judged => {
    const outcomes = places.flatMap(({ understood, server }): Outcome[] => {
      const { configuration } = understood
      const request = requestFor(expectation.asked, configuration, server)
      if (!request) return []
      const answers = possibleAnswers(understood, request, snapshot, thisMachine)
      return [{ ...judge(expectation.facts, answers, request, understood, depth), configuration, request }]
    })
    return { expectation, outcomes, unchecked: outcomes.length > 0 ? undefined : (unchecked ?? 'no server of this configuration answers') }
  })
  return { judged, unreadable }
}

function commented(configurations: readonly UnderstoodConfiguration[], unreadable: Unreadable[]): Asking[] {
  const found = new Map<string, Asking>()
  const seen = new Set<string>()
  for (const understood of configurations) {
    const { configuration } = understood
    for (const source of configuration.sources) {
      for (const comment of expectationsIn(source)) {
        const { expectation, mistake } = comment
        const at = expectation?.at ?? mistake?.at
        const key = `${at?.start} ${source.path}`
        if (mistake && !seen.has(key)) unreadable.push(mistake)
        seen.add(key)
        if (!expectation) continue
        const known = found.get(key) ?? { expectation, places: [], unchecked: undefined }
        if (configuration.context === 'htaccess') {
          const places = configurations.flatMap((each) => servedBy(each, source.path) ?? [])
          known.places.push(...places)
          if (places.length === 0)
            known.unchecked = `no Apache configuration of the workspace serves ${dirname(source.path)}, as far as is known ("paths" in webconf.json says where a folder is deployed)`
        } else {
          const servers = serversAround(comment, source.path, understood)
          // Where the section around it is left out, nobody expects anything.
          if (servers.length === 0) continue
          known.places.push(...servers.map((server) => ({ understood, server })))
        }
        found.set(key, known)
      }
    }
  }
  return [...found.values()]
}

/** The servers in whose blocks a comment stands, through includes; undefined for a place outside of all. Empty: what it stands in is left out. */
function serversAround({ around }: Commented, path: string, { configuration }: UnderstoodConfiguration): (AnsweringServer | undefined)[] {
  const blocks = new Set<PlacedDirective | undefined>()
  const isBlock = (directive: PlacedDirective): boolean => directive.name === 'server' || directive.name === 'virtualhost'
  const blockAt = (directive: PlacedDirective): PlacedDirective | undefined => (isBlock(directive) ? directive : enclosing(directive, 'server', 'virtualhost'))
  const innermost = around.at(-1)
  if (innermost) {
    const isIn = (placed: PlacedDirective): boolean => placed.source.path === path && placed.presence !== 'absent' && isMeant(placed, configuration)
    for (const placed of placementsOf(configuration).get(innermost) ?? []) if (isIn(placed)) blocks.add(blockAt(placed))
  } else {
    if (path === configuration.root.path) blocks.add(undefined)
    for (const { directive, file } of configuration.inclusions) if (file.path === path && directive.presence !== 'absent') blocks.add(blockAt(directive))
    // Files of one folder make a piece together, without any include.
    if (blocks.size === 0 && !configuration.inclusions.some(({ file }) => file.path === path)) blocks.add(undefined)
  }
  return [...blocks].map((block) => block && answeringServers(configuration).find((server) => server.block === block))
}

/** What is inside a section is read, as far as anyone can tell; of modules it is taken that they are loaded. */
function isMeant(placed: PlacedDirective, { conditions }: Configuration): boolean {
  for (let at = conditions.get(placed) ?? placed.condition; at; at = at.outer) {
    if (at.holds === 'absent' || (at.holds === 'unknown' && at.directive.name !== 'ifmodule')) return false
  }
  return true
}

/** The placements of each node. */
const placementsOf = derived((configuration: Configuration): ReadonlyMap<PlacedDirective['node'], readonly PlacedDirective[]> => {
  const byNode = new Map<PlacedDirective['node'], PlacedDirective[]>()
  for (const directive of configuration.all) {
    const known = byNode.get(directive.node)
    if (known) known.push(directive)
    else byNode.set(directive.node, [directive])
  }
  return byNode
})

/** The virtual host of a configuration that serves a `.htaccess` file's folder: one with TLS, where others only lead there. */
function servedBy(understood: UnderstoodConfiguration, path: string): Asking['places'][number] | undefined {
  const { configuration, paths } = understood
  if (configuration.dialect !== 'apache' || configuration.context === 'htaccess') return undefined
  const servers = directivesNamed(configuration, 'documentroot', 'alias').flatMap((directive) => {
    const argument = directive.args.at(-1)
    const folder = argument?.known && directive.presence !== 'absent' ? paths.toWorkspace(argument.value) : undefined
    if (folder === undefined || !isInside(dirname(path), folder)) return []
    const block = enclosing(directive, 'virtualhost')
    return answeringServers(configuration).find((server) => server.block === block) ?? []
  })
  const server = servers.find(({ listens }) => listens[0]?.tls) ?? servers[0]
  return server && { understood, server }
}

function listed(configurations: readonly UnderstoodConfiguration[], files: readonly string[], snapshot: Snapshot, unreadable: Unreadable[]): Asking[] {
  return files.filter(isRequestsFile).flatMap((path) => {
    const file = readRequestsFile(snapshot, path)
    if (!file) return []
    unreadable.push(...file.mistakes)
    const chosen = file.expectations.length > 0 ? configurationsOf(file, configurations) : []
    if (typeof chosen === 'string') {
      unreadable.push({ at: file.config?.at ?? file.top, message: chosen })
      return []
    }
    return file.expectations.map((expectation) => ({
      expectation,
      places: chosen.map((understood) => ({ understood, server: undefined })),
      unchecked: undefined,
    }))
  })
}

/** The configurations that a file of requests is about, or what is wrong with what it says of them. */
function configurationsOf({ path, config }: RequestsFile, all: readonly UnderstoodConfiguration[]): readonly UnderstoodConfiguration[] | string {
  const candidates = all.filter(({ configuration }) => configuration.context !== 'htaccess')
  const roots = (): string => candidates.map(({ configuration }) => configuration.root.path).join(', ')
  if (config) {
    for (const folder of ancestorsOf(path)) {
      const wanted = isAbsolute(config.value) ? normalize(config.value) : normalize(join(folder, config.value))
      const asRoot = candidates.filter(({ configuration }) => configuration.root.path === wanted)
      const found = asRoot.length > 0 ? asRoot : candidates.filter(({ configuration }) => configuration.sources.some((source) => source.path === wanted))
      if (found.length > 0) return found
    }
    return `"${config.value}" is no configuration of this workspace${candidates.length > 0 ? `: there is ${roots()}` : ''}`
  }
  if (candidates.length === 1) return candidates
  const whole = candidates.filter(({ configuration }) => configuration.whole)
  if (whole.length === 1) return whole
  if (candidates.length === 0) return 'there is no configuration in this workspace that could be asked'
  return `there is more than one configuration: say which with "config:" (${roots()})`
}

/** The folder of a file and those around it, from the inside out: what a path in the file may begin from. */
function ancestorsOf(path: string): string[] {
  const folders = [dirname(path)]
  for (let at = dirname(path); at !== '/' && at !== dirname(at); at = dirname(at)) folders.push(dirname(at))
  return folders
}
