import { inlayHintsIn } from '../features/inlay-hints.ts'
import type { ProtocolFeature } from './feature.ts'
import { pathOfUri } from './uri.ts'

export const inlayHints: ProtocolFeature = {
  capabilities: () => ({ inlayHintProvider: true }),
  register({ connection, state, handle }) {
    connection.languages.inlayHint.on(({ textDocument, range }, token) =>
      handle('inlay hints', token, [], async () => (await state.ask(pathOfUri(textDocument.uri), (view) => inlayHintsIn(view, range))) ?? []),
    )
  },
}
