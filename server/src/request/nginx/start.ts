import type { Snapshot } from '../../workspace/snapshot.ts'
import type { Choices } from '../choices.ts'
import type { Request } from '../request.ts'
import type { Outcome, Response, Run } from './run.ts'
import type { Scope, Settings } from './settings.ts'
import { splitArgs } from './uri.ts'
import { variable } from './variables.ts'

/** `NGX_HTTP_MAX_URI_CHANGES` and one more. */
const mostUriChanges = 11

const emptyResponse = (): Response => ({ status: 0, location: undefined, contentType: '', charset: '', headers: [], authenticate: undefined })

const emptyOutcome = (): Outcome => ({
  status: undefined,
  withHeaders: false,
  location: undefined,
  headers: [],
  matched: undefined,
  file: undefined,
  upstream: undefined,
  upstreamUri: undefined,
  upstreamHeaders: undefined,
  checked: false,
  refused: false,
})

/** A request of which nothing has been read yet, on a connection to a server. */
export function newRun(settings: Settings, snapshot: Snapshot, request: Request, server: Scope, choices: Choices): Run {
  return {
    settings,
    snapshot,
    request,
    variable,
    main: undefined,
    method: '',
    version: 1000,
    protocol: '',
    requestLine: '',
    headersIn: [],
    host: '',
    client: request.client,
    uri: '',
    args: '',
    unparsedUri: '',
    quotedUri: false,
    plusInUri: false,
    validUnparsedUri: false,
    validLocation: true,
    uriChanged: false,
    uriChanges: mostUriChanges,
    internal: false,
    addUriToAlias: false,
    errorPage: false,
    errStatus: 0,
    contentLength: -1,
    chunked: false,
    discardBody: false,
    user: undefined,
    server,
    scope: server,
    contentHandler: undefined,
    captures: [],
    variables: new Map(),
    computing: new Set(),
    response: emptyResponse(),
    outcome: emptyOutcome(),
    steps: [],
    choices,
    fastcgiSplit: undefined,
    realIpSet: false,
  }
}

/** A request of the server's own for another URI: it shares variables and headers, and sends nothing. */
export function startRun(run: Run, target: string): Run {
  const { uri, args } = splitArgs(target)
  return {
    ...run,
    main: run,
    method: 'GET',
    uri,
    args,
    validUnparsedUri: false,
    uriChanged: false,
    uriChanges: mostUriChanges,
    internal: true,
    addUriToAlias: false,
    errorPage: false,
    errStatus: 0,
    contentLength: -1,
    chunked: false,
    contentHandler: undefined,
    captures: [],
    response: emptyResponse(),
    outcome: emptyOutcome(),
    steps: [],
    fastcgiSplit: undefined,
  }
}
