import type { UnderstoodConfiguration } from '../application/understand.ts'
import type { Place } from '../problem/place.ts'
import { answerDeployed } from '../request/deployed.ts'
import { RequestError, requestOfUrl } from '../request/read-url.ts'
import type { Answer, Request, Step } from '../request/request.ts'
import type { Dialect } from '../syntax/tree.ts'
import { isInside, relativeTo } from '../workspace/path.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import type { WorkspacePart } from './lib/view.ts'
import { hostOfAddress, type Site } from './requests/site.ts'
import { connectionFor, sitesOf } from './requests/sites.ts'

/** A request as a person writes it. */
export interface Question {
  readonly method: string
  /** With scheme and host. */
  readonly url: string
  /** Each as `Name: value`. */
  readonly headers: readonly string[]
  /** The client's address; empty for this machine's own. */
  readonly client: string
  /** A document: a configuration that reads it answers, where one can. */
  readonly document: string | undefined
  /** The root of the configuration that is to answer, where one was chosen. */
  readonly configuration: string | undefined
}

/** What becomes of a request, and which configurations could say so. */
export interface Explanation {
  readonly answer: ExplainedAnswer | undefined
  /** Why there is no answer. */
  readonly why: string | undefined
  /** The one that answered. */
  readonly configuration: Candidate | undefined
  /** Others that listen where the request goes. */
  readonly others: readonly Candidate[]
}

export interface Candidate {
  readonly root: string
  readonly dialect: Dialect
  /** Its root as seen from the workspace's folder. */
  readonly name: string
  /** A main configuration file and what it includes; else pieces of one. */
  readonly whole: boolean
}

export interface ExplainedAnswer extends Omit<Answer, 'steps' | 'branches'> {
  /** The workspace's file that is deployed as `file`, where there is one. */
  readonly workspaceFile: string | undefined
  readonly steps: readonly ExplainedStep[]
  readonly branches: readonly { readonly condition: string; readonly answer: ExplainedAnswer }[]
}

export interface ExplainedStep extends Omit<Step, 'at'> {
  readonly at: NamedPlace | undefined
}

/** A place with its file as seen from the workspace's folder. */
export interface NamedPlace extends Place {
  readonly name: string
}

/** Asks the configuration that the request is meant for what becomes of it. What is not loaded yet is wanted, and unknown so far. */
export function explainRequest(parts: readonly WorkspacePart[], question: Question, snapshot: Snapshot): Explanation {
  let request: Request
  try {
    request = requestFor(question, undefined)
  } catch (error) {
    if (error instanceof RequestError) return unanswered(sentence(error.message))
    throw error
  }
  const { host, port } = goalOf(question.url, request)
  const rated = parts
    .flatMap((part) => part.understanding.configurations.map((understood) => ({ part, understood, sites: sitesOf(understood) })))
    .map((each) => ({ ...each, fit: fitOf(each.sites, host, port) }))
    .filter(({ sites }) => sites.length > 0)
  const reads = (each: (typeof rated)[number]): boolean => each.understood.configuration.sources.some(({ path }) => path === question.document)
  const listening = rated.filter(({ fit }) => fit > 0)
  // Whom the person chose, then who knows the name, then who reads the open file.
  const [chosen] = [...(listening.length > 0 ? listening : rated)].sort(
    (a, b) => Number(isRoot(b.understood, question)) - Number(isRoot(a.understood, question)) || b.fit - a.fit || Number(reads(b)) - Number(reads(a)),
  )
  if (!chosen) return unanswered('No server or virtual host was found in this workspace.')
  const others = listening.filter((each) => each !== chosen).map(({ part, understood }) => candidateOf(part, understood))
  const configuration = candidateOf(chosen.part, chosen.understood)
  const answer = answerDeployed(chosen.understood, requestFor(question, chosen.sites), snapshot)
  if (!answer) return { ...unanswered(`Requests to ${configuration.name} cannot be explained.`), configuration, others }
  return { answer: explained(answer, chosen.understood, chosen.part, snapshot), why: undefined, configuration, others }
}

const unanswered = (why: string): Explanation => ({ answer: undefined, why, configuration: undefined, others: [] })

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** The request, sent to the address where the site with its name listens. */
function requestFor({ method, url, headers, client }: Question, sites: readonly Site[] | undefined): Request {
  const options = { method: method || 'GET', headers, ...(client === '' ? {} : { client }) }
  const request = requestOfUrl(url, options)
  const { host, port } = goalOf(url, request)
  const connection =
    sites && (addressIn(host) === undefined ? connectionFor(sites, nameAskedFor(request, host), port) : { address: addressIn(host) ?? '', port })
  return connection ? requestOfUrl(url, { ...options, connect: `${hostOfAddress(connection.address)}:${connection.port}` }) : request
}

/** Where a URL leads: its host without brackets, and the port of the request that it makes. */
function goalOf(url: string, { connect }: Request): { readonly host: string; readonly port: number } {
  const authority = /^https?:\/\/(?:[^/?#@]*@)?([^/?#]*)/i.exec(url)?.[1] ?? ''
  return { host: authority.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1'), port: connect.port }
}

const addressIn = (host: string): string | undefined => (/^\d+(?:\.\d+){3}$/.test(host) || host.includes(':') ? host : undefined)

/** A Host header of one's own is what servers are chosen by. */
function nameAskedFor({ headers }: Request, host: string): string {
  const own = headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  return own === undefined ? host : own.replace(/:\d*$/, '')
}

/** 2: a site has the name and listens on the port; 1: one listens there; 0: none does. */
function fitOf(sites: readonly Site[], host: string, port: number): number {
  const listening = sites.filter(({ endpoints }) => endpoints.some((endpoint) => endpoint.port === port))
  return listening.some((site) => site.isCalled(host)) ? 2 : listening.length > 0 ? 1 : 0
}

const isRoot = ({ configuration }: UnderstoodConfiguration, question: Question): boolean => configuration.root.path === question.configuration

const candidateOf = ({ input }: WorkspacePart, { configuration }: UnderstoodConfiguration): Candidate => ({
  root: configuration.root.path,
  dialect: configuration.dialect,
  name: seenFrom(input.folders, configuration.root.path),
  whole: configuration.whole,
})

function seenFrom(folders: readonly string[], path: string): string {
  const folder = folders.find((each) => isInside(path, each))
  return folder === undefined ? path : relativeTo(path, folder)
}

function explained(answer: Answer, understood: UnderstoodConfiguration, part: WorkspacePart, snapshot: Snapshot): ExplainedAnswer {
  const { configuration, paths } = understood
  const own = new Set(configuration.sources.map(({ path }) => path))
  // Of what is on the server alone there is nothing to be opened.
  const named = (at: Place): NamedPlace | undefined =>
    own.has(at.path) || snapshot.content(at.path).state === 'content' ? { ...at, name: seenFrom(part.input.folders, at.path) } : undefined
  const file = answer.file === undefined ? undefined : paths.toWorkspace(answer.file)
  return {
    ...answer,
    workspaceFile: file !== undefined && isFile(snapshot, file) ? file : undefined,
    steps: answer.steps.map((step) => ({ ...step, at: step.at && named(step.at) })),
    branches: answer.branches.map((branch) => ({ condition: branch.condition, answer: explained(branch.answer, understood, part, snapshot) })),
  }
}

function isFile(snapshot: Snapshot, path: string): boolean {
  const stat = snapshot.stat(path)
  return stat.state === 'content' && stat.value.kind === 'file'
}
