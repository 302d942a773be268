import type { CancellationToken, CodeAction, CodeActionParams } from 'vscode-languageserver'
import { conversionsAt, convertDocument } from '../features/convert.ts'
import type { Position } from '../syntax/position.ts'
import type { FeatureHost, ProtocolFeature } from './feature.ts'
import { action, type ProtocolContext } from './to-protocol.ts'
import { pathOfUri } from './uri.ts'
import type { WorkspaceState } from './workspace-state.ts'

/** Writes what stands at a place, or the whole document, for the other server: the client opens the text. */
export const convert: ProtocolFeature = {
  capabilities: () => ({}),
  register({ connection, state, handle }: FeatureHost) {
    connection.onRequest('webconf/convert', ({ uri, position }: { uri: string; position?: Position }, token: CancellationToken) =>
      handle('convert', token, null, async () => {
        const made = await state.ask(pathOfUri(uri), (view) => convertDocument(view, position && view.source.lines.offsetAt(position)))
        return made ?? null
      }),
    )
  },
}

/** The conversions of what stands in a range, for clients that open texts. */
export async function conversionActions(
  params: CodeActionParams,
  wants: (kind: string) => boolean,
  state: WorkspaceState,
  context: ProtocolContext,
): Promise<CodeAction[]> {
  if (!context.opensTexts || !wants('refactor.rewrite')) return []
  const { textDocument, range } = params
  const offers = await state.ask(pathOfUri(textDocument.uri), (view) => conversionsAt(view, view.source.lines.offsetAt(range.start)))
  return (offers ?? []).map(({ title }) =>
    action(title, 'refactor.rewrite', { command: { title, command: 'webconf.convert', arguments: [textDocument.uri, range.start] } }),
  )
}
