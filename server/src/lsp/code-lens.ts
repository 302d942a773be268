import type { CodeLens } from 'vscode-languageserver'
import { lensesIn } from '../features/code-lens.ts'
import { requestLensesIn } from '../features/requests/example.ts'
import type { ProtocolFeature } from './feature.ts'
import { makeLocator } from './locations.ts'
import { pathOfUri } from './uri.ts'

/** What uses a definition, what includes a file, and where a request can be explained; the setting `codeLens` turns it off. */
export const codeLens: ProtocolFeature = {
  capabilities: () => ({ codeLensProvider: {} }),
  register({ connection, state, context, handle }) {
    connection.onCodeLens(({ textDocument: { uri } }, token) =>
      handle('code lens', token, [], async (): Promise<CodeLens[]> => {
        const found = await state.ask(pathOfUri(uri), (view) => {
          if (!view.part.input.settings.codeLens) return []
          const { range, location } = makeLocator(view.snapshot, context)
          const ofRequests = context.explainsRequests ? requestLensesIn(view) : []
          const requests = ofRequests.map((at): CodeLens => {
            const own = range(at)
            return { range: own, command: { title: 'Explain a request', command: 'webconf.explainRequest', arguments: [{ uri, position: own.start }] } }
          })
          const names = lensesIn(view).map(({ at, title, to }) => {
            const own = range(at)
            // The client makes VS Code's own positions and locations of them.
            const command = to.length > 0 ? 'webconf.showReferences' : ''
            return { range: own, command: { title, command, arguments: [uri, own.start, to.map(location)] } }
          })
          return [...names, ...requests]
        })
        return found ?? []
      }),
    )
  },
}
