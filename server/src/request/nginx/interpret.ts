import { type Configuration, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { dirname } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { branchesOf, type Choices } from '../choices.ts'
import { type Answer, emptyAnswer, type Request } from '../request.ts'
import { isKnown } from '../unknown.ts'
import { textOfBytes } from './files.ts'
import { listenerFor } from './listeners.ts'
import { handle, refuse } from './phases.ts'
import { readRequest, scopeOfServer } from './read.ts'
import type { Run } from './run.ts'
import { newRun } from './start.ts'

/** What nginx does with a request; each branch is the answer were something otherwise that cannot be known. */
export function answerNginx(configuration: Configuration, request: Request, snapshot: Snapshot): Answer {
  const choices: Choices = { given: [], made: [] }
  const answer = answerDeciding(configuration, request, snapshot, choices)
  return { ...answer, branches: branchesOf(choices, (given) => answerDeciding(configuration, request, snapshot, { given, made: [] })) }
}

/** As `answerNginx`, without branches: what cannot be known is decided as given, and `choices` has what was decided afterwards. */
export function answerDeciding(configuration: Configuration, request: Request, snapshot: Snapshot, choices: Choices): Answer {
  const folder = dirname(configuration.root.path)
  const settings = { configuration, prefix: folder.endsWith('/') ? folder : `${folder}/` }
  const listener = listenerFor(configuration, request.connect)
  if (!listener) return notConnected(`no server listens on ${addressOf(request)}`)
  if (request.tls && !listener.tls) return notConnected(`the server on ${addressOf(request)} does not speak TLS: the connection fails`, listener.by)
  const run = newRun(settings, snapshot, request, scopeOfServer(listener.default), choices)
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
