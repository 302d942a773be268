import type { Configuration } from '../../configuration/placed.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import type { Answer, Request } from '../request.ts'

/** What nginx does with a request. */
export function answerNginx(_configuration: Configuration, _request: Request, _snapshot: Snapshot): Answer {
  return {
    status: undefined,
    location: undefined,
    server: undefined,
    matched: undefined,
    file: undefined,
    upstreamUri: undefined,
    authz: undefined,
    headers: {},
    upstream: undefined,
    upstreamHeaders: undefined,
    handler: undefined,
    steps: [],
    branches: [],
  }
}
