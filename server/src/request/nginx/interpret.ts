import { type Configuration, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { dirname } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type Answer, type Branch, emptyAnswer, type Request } from '../request.ts'
import { textOfBytes } from './files.ts'
import { listenerFor } from './listeners.ts'
import { handle, refuse } from './phases.ts'
import { readRequest, scopeOfServer } from './read.ts'
import type { Decisions, Run } from './run.ts'
import { newRun } from './start.ts'
import { isKnown } from './unknown.ts'

/** What nginx does with a request; each branch is the answer were something otherwise that cannot be known. */
export function answerNginx(configuration: Configuration, request: Request, snapshot: Snapshot): Answer {
  const decisions: Decisions = { given: [], made: [] }
  const answer = answerDeciding(configuration, request, snapshot, decisions)
  return { ...answer, branches: branchesOf(configuration, request, snapshot, decisions) }
}

/** More than these are not told. */
const mostBranches = 8

function branchesOf(configuration: Configuration, request: Request, snapshot: Snapshot, { made }: Decisions): Branch[] {
  const branches: Branch[] = []
  made.forEach(({ conditions }, i) => {
    conditions.forEach((condition, other) => {
      if (other === 0 || branches.length >= mostBranches) return
      const answer = answerDeciding(configuration, request, snapshot, { given: [...made.slice(0, i).map(({ chosen }) => chosen), other], made: [] })
      branches.push({ condition, answer })
    })
  })
  return branches
}

/** As `answerNginx`, without branches: what cannot be known is decided as given, and `decisions` has what was decided afterwards. */
export function answerDeciding(configuration: Configuration, request: Request, snapshot: Snapshot, decisions: Decisions): Answer {
  const folder = dirname(configuration.root.path)
  const settings = { configuration, prefix: folder.endsWith('/') ? folder : `${folder}/` }
  const listener = listenerFor(configuration, request.connect)
  if (!listener) return notConnected(`no server listens on ${addressOf(request)}`)
  if (request.tls && !listener.tls) return notConnected(`the server on ${addressOf(request)} does not speak TLS: the connection fails`, listener.by)
  const run = newRun(settings, snapshot, request, scopeOfServer(listener.default), decisions)
  const refused = readRequest(run, listener)
  if (refused === undefined) handle(run)
  else refuse(run, refused)
  return answerOf(run)
}

const addressOf = ({ connect }: Request): string => `${connect.address}:${connect.port}`

function notConnected(message: string, by?: PlacedDirective): Answer {
  return { ...emptyAnswer, steps: [{ phase: 'connection', outcome: 'decided', message, at: by && placeOfDirective(by) }] }
}

function answerOf(run: Run): Answer {
  const { outcome } = run
  const known = (text: string | undefined): string | undefined => (text === undefined || !isKnown(text) ? undefined : text)
  const location = outcome.withHeaders ? known(outcome.location) : undefined
  const isRedirect = outcome.location !== undefined && outcome.status !== undefined && outcome.status >= 300 && outcome.status < 400
  const file = isRedirect ? undefined : known(outcome.file)
  const headers: Record<string, string> = {}
  const notKnown = new Set<string>()
  if (location === undefined && outcome.location !== undefined) notKnown.add('location')
  if (file === undefined && outcome.file !== undefined && !isRedirect) notKnown.add('file')
  if (outcome.withHeaders) {
    for (const { name, value } of outcome.headers) {
      const key = name.toLowerCase()
      if (!isKnown(value)) notKnown.add(`header.${key}`)
      else headers[key] = key in headers ? `${headers[key]}, ${value}` : value
    }
  }
  return {
    ...emptyAnswer,
    status: outcome.status,
    location,
    server: textOfBytes(run.server.name),
    matched: outcome.matched === undefined ? undefined : textOfBytes(outcome.matched),
    file: file === undefined ? undefined : textOfBytes(file),
    upstreamUri: outcome.upstreamUri,
    authz: outcome.refused ? 'denied' : outcome.checked ? 'granted' : 'n/a',
    headers,
    upstream: outcome.upstream,
    upstreamHeaders: outcome.upstreamHeaders,
    steps: run.steps,
    notKnown,
  }
}
