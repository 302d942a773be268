import type { CodeLens } from 'vscode-languageserver'
import { lensesIn } from '../features/code-lens.ts'
import type { ProtocolFeature } from './feature.ts'
import { makeLocator } from './locations.ts'
import { pathOfUri } from './uri.ts'

/** What uses a definition, and what includes a file; the setting `codeLens` turns it off. */
export const codeLens: ProtocolFeature = {
  capabilities: () => ({ codeLensProvider: {} }),
  register({ connection, state, context, handle }) {
    connection.onCodeLens(({ textDocument: { uri } }, token) =>
      handle('code lens', token, [], async (): Promise<CodeLens[]> => {
        const found = await state.ask(pathOfUri(uri), (view) => {
          if (!view.part.input.settings.codeLens) return []
          const { range, location } = makeLocator(view.snapshot, context)
          return lensesIn(view).map(({ at, title, to }) => {
            const own = range(at)
            // The client makes VS Code's own positions and locations of them.
            const command = to.length > 0 ? 'webconf.showReferences' : ''
            return { range: own, command: { title, command, arguments: [uri, own.start, to.map(location)] } }
          })
        })
        return found ?? []
      }),
    )
  },
}
