import type { UnderstoodConfiguration } from '../../application/understand.ts'
import { enclosing, type PlacedDirective, placeOfDirective, placeOfName } from '../../configuration/placed.ts'
import type { Place } from '../../problem/place.ts'
import { answerDeployed } from '../../request/deployed.ts'
import { requestOfUrl } from '../../request/read-url.ts'
import type { Answer } from '../../request/request.ts'
import type { Dialect } from '../../syntax/tree.ts'
import { derived } from '../../workspace/derived.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { cursorAt } from '../lib/cursor.ts'
import { type DocumentView, type NodeAt, placementsOf } from '../lib/view.ts'
import { byPath, pathsToMapping } from './apache-paths.ts'
import { pathsToLocation } from './nginx-paths.ts'
import { escapedPath } from './paths.ts'
import { hostOfAddress, type Site, type SiteEndpoint } from './site.ts'
import { sitesOf, urlOf } from './sites.ts'

/** A request to begin with at a place of a configuration. */
export interface RequestExample {
  readonly url: string
  /** It was tried, and comes to the location, section, mapping or server at the place. Else it is only one to the server. */
  readonly reaches: boolean
}

/** A request for the location, mapping or server at an offset; undefined where no server is in sight. */
export function requestExampleAt(view: DocumentView, offset: number): RequestExample | undefined {
  if (!view.current) return undefined
  for (const node of nodesAt(view, offset)) {
    for (const { directive, configuration } of placementsOf(view, node)) {
      const site = siteAround(directive, configuration)
      if (!site || !(isTarget(directive) || directive === site.directive)) continue
      return exampleOf(configuration, site, directive === site.directive ? undefined : directive, view.snapshot)
    }
  }
  for (const configuration of view.configurations) {
    const [first] = sitesOf(configuration)
    if (first) return exampleOf(configuration, first, undefined, view.snapshot)
  }
  return undefined
}

/** Where in a document a request can be explained, as `requestLens` wants it: at servers and virtual hosts, at locations and mappings to files or scripts. */
export function requestLensesIn(view: DocumentView): readonly Place[] {
  const wanted = view.part.input.settings.requestLens
  if (!view.current || wanted === 'off') return []
  const names = shown[view.source.tree.dialect][wanted]
  const places = new Map<number, Place>()
  for (const understood of view.configurations) {
    for (const directive of understood.configuration.all) {
      const { source, presence, name, start } = directive
      if (source !== view.source || presence === 'absent' || !names.has(name) || places.has(start)) continue
      if (siteAround(directive, understood)) places.set(start, placeOfName(directive))
    }
  }
  return [...places.values()]
}

/** Blocks that requests are sent to, and what has requests of its own in them. */
const shown: Readonly<Record<Dialect, { readonly servers: ReadonlySet<string>; readonly all: ReadonlySet<string> }>> = {
  nginx: { servers: new Set(['server']), all: new Set(['server', 'location']) },
  apache: {
    servers: new Set(['virtualhost']),
    all: new Set(['virtualhost', 'alias', 'aliasmatch', 'scriptalias', 'scriptaliasmatch', 'wsgiscriptalias', 'wsgiscriptaliasmatch']),
  },
}

/** What is at an offset, then what is around it, outwards. */
function nodesAt({ source }: DocumentView, offset: number): readonly NodeAt[] {
  const { at, around } = cursorAt(source.tree, source.text, offset)
  const own = (at.kind === 'name' || at.kind === 'argument' || at.kind === 'close') && at.directive ? [at.directive] : []
  return [...own, ...[...around].reverse()]
}

const isTarget = ({ name, source }: PlacedDirective): boolean => (source.tree.dialect === 'nginx' ? name === 'location' : byPath.has(name))

/** The server or virtual host that a directive belongs to; of what stands outside of all in Apache's configuration, the main server. */
function siteAround(directive: PlacedDirective, understood: UnderstoodConfiguration): Site | undefined {
  const names = understood.configuration.dialect === 'nginx' ? ['server'] : ['virtualhost']
  const block = names.includes(directive.name) ? directive : enclosing(directive, ...names)
  if (!block && understood.configuration.dialect === 'nginx') return undefined
  return byBlock(sitesOf(understood)).get(block)
}

const byBlock = derived((all: readonly Site[]): ReadonlyMap<PlacedDirective | undefined, Site> => new Map(all.map((site) => [site.directive, site])))

/** Tries names, addresses and paths until the interpreter comes to the place. */
function exampleOf(understood: UnderstoodConfiguration, site: Site, target: PlacedDirective | undefined, snapshot: Snapshot): RequestExample | undefined {
  const paths = target ? pathsTo(target) : ['/']
  const hosts = site.hosts()
  const answered = (url: string, address: string, port: number): Answer | undefined =>
    answerDeployed(understood, requestOfUrl(url, { connect: `${hostOfAddress(address)}:${port}` }), snapshot)
  // What does not get there shows why.
  const suggested = (host: string, endpoint: SiteEndpoint): string => urlOf(host, endpoint, escapedPath(paths[0] ?? '/'))
  for (const endpoint of site.endpoints.slice(0, most)) {
    for (const host of hosts.slice(0, most)) {
      const answerFor = (path: string) => {
        const url = urlOf(host, endpoint, escapedPath(path))
        return { url, answer: answered(url, endpoint.address, endpoint.port) }
      }
      const first = answerFor('/')
      if (!first.answer || !isAnsweredBy(first.answer, site)) continue
      if (!target) return { url: first.url, reaches: true }
      for (const path of paths) {
        const { url, answer } = answerFor(path)
        if (answer && comesTo(answer, target)) return { url, reaches: true }
      }
      return { url: suggested(host, endpoint), reaches: false }
    }
  }
  const [endpoint] = site.endpoints
  const [host] = hosts
  return endpoint && host !== undefined ? { url: suggested(host, endpoint), reaches: false } : undefined
}

/** Names and addresses that are tried of one site. */
const most = 4

const pathsTo = (directive: PlacedDirective): readonly string[] =>
  directive.source.tree.dialect === 'nginx' ? pathsToLocation(directive) : pathsToMapping(directive)

function isAnsweredBy({ steps }: Answer, { chosenBy }: Site): boolean {
  const chosen = steps.findLast(({ phase, outcome }) => phase === 'server' && outcome === 'decided')
  // Apache's main server without a name answers where no step names anything.
  if (!chosen?.at) return chosen !== undefined && chosenBy.length === 0
  return chosenBy.some((directive) => isAt(chosen.at, directive))
}

const comesTo = (answer: Answer, target: PlacedDirective): boolean =>
  answer.steps.some(
    ({ phase, outcome, at }) =>
      isAt(at, target) && (target.name === 'location' && isNginx(target) ? phase === 'location' && outcome === 'decided' : outcome !== 'lost'),
  ) || answer.branches.some((branch) => comesTo(branch.answer, target))

const isNginx = ({ source }: PlacedDirective): boolean => source.tree.dialect === 'nginx'

function isAt(at: Answer['steps'][number]['at'], directive: PlacedDirective): boolean {
  const own = placeOfDirective(directive)
  return at?.path === own.path && at.start === own.start
}
