import type { Position, Range } from 'vscode-languageserver'
import { type Candidate, type ExplainedAnswer, explainRequest, type NamedPlace, type Question } from '../features/explain-request.ts'
import { type RequestExample, requestExampleAt } from '../features/requests/example.ts'
import type { FeatureHost, ProtocolFeature } from './feature.ts'
import { type Locator, makeLocator } from './locations.ts'
import { pathOfUri, uriOfPath } from './uri.ts'

/** `webconf/explainRequest`: what is asked. All but the URL may be left out. */
export interface ExplainRequestParams {
  readonly url: string
  readonly method?: string
  /** Each as `Name: value`. */
  readonly headers?: readonly string[]
  readonly client?: string
  /** A document whose configuration is to answer, where it can. */
  readonly uri?: string
  /** The root of the configuration that is to answer. */
  readonly configuration?: string
}

/** `webconf/requestAt`: the request that a place of a document gets, to begin with. */
export interface RequestAtParams {
  readonly uri: string
  readonly position: Position
}

/** Explains requests, and proposes them. */
export const explainRequests: ProtocolFeature = {
  capabilities: () => ({}),
  register(host) {
    const { connection, state, context, handle } = host
    connection.onRequest('webconf/explainRequest', (params: ExplainRequestParams, token) => handle('explainRequest', token, null, () => explain(params, host)))
    connection.onRequest('webconf/requestAt', ({ uri, position }: RequestAtParams, token) =>
      handle('requestAt', token, null, async (): Promise<RequestExample | null> => {
        const found = await state.ask(pathOfUri(uri), (view) => requestExampleAt(view, view.source.lines.offsetAt(position)))
        return found ?? null
      }),
    )

    const explain = async (params: ExplainRequestParams, { state }: FeatureHost): Promise<unknown> => {
      const question: Question = {
        method: params.method ?? 'GET',
        url: params.url,
        headers: params.headers ?? [],
        client: params.client ?? '',
        document: params.uri === undefined ? undefined : pathOfUri(params.uri),
        configuration: params.configuration === undefined ? undefined : pathOfUri(params.configuration),
      }
      return state.askAll((parts, snapshot) => {
        const { answer, why, configuration, others } = explainRequest(parts, question, snapshot)
        return {
          answer: answer ? answerWithUris(answer, makeLocator(snapshot, context)) : null,
          why: why ?? null,
          configuration: configuration ? candidateWithUri(configuration) : null,
          others: others.map(candidateWithUri),
        }
      })
    }

    const candidateWithUri = ({ root, ...candidate }: Candidate): unknown => ({ ...candidate, uri: uriOfPath(root, context.like) })

    const answerWithUris = ({ workspaceFile, steps, branches, ...answer }: ExplainedAnswer, locator: Locator): Record<string, unknown> => ({
      ...answer,
      fileUri: workspaceFile === undefined ? undefined : uriOfPath(workspaceFile, context.like),
      steps: steps.map(({ at, ...step }) => ({ ...step, at: at && placeWithUri(at, locator) })),
      branches: branches.map((branch) => ({ condition: branch.condition, answer: answerWithUris(branch.answer, locator) })),
    })
  },
}

/** Where a step stands, with the name that is shown: `conf.d/shop.conf:12`. */
function placeWithUri({ name, ...place }: NamedPlace, locator: Locator): { uri: string; range: Range; name: string } {
  const { uri, range } = locator.location(place)
  return { uri, range, name: `${name}:${range.start.line + 1}` }
}
