import { hoverAt } from '../features/hover/hover.ts'
import type { ProtocolFeature } from './feature.ts'
import { pathOfUri } from './uri.ts'

export const hover: ProtocolFeature = {
  capabilities: () => ({ hoverProvider: true }),
  register({ connection, state, handle }) {
    connection.onHover(({ textDocument, position }, token) =>
      handle(
        'hover',
        token,
        null,
        async () => (await state.ask(pathOfUri(textDocument.uri), (view) => hoverAt(view, view.source.lines.offsetAt(position)))) ?? null,
      ),
    )
  },
}
