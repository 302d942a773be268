import { LSPErrorCodes, type Range, ResponseError, type WorkspaceEdit } from 'vscode-languageserver'
import { prepareRename, rename as renameName } from '../features/rename.ts'
import type { ProtocolFeature } from './feature.ts'
import { makeLocator } from './locations.ts'
import { askAt } from './navigation.ts'
import { toWorkspaceEdit } from './to-protocol.ts'

/** Renames names; where that cannot be done for certain, the person is told why. */
export const rename: ProtocolFeature = {
  capabilities: (client) => ({ renameProvider: client.textDocument?.rename?.prepareSupport ? { prepareProvider: true } : true }),
  register(host) {
    const { connection, context, handle } = host
    connection.onPrepareRename(async ({ textDocument, position }, token) => {
      const answer = await handle('prepare rename', token, null, async (): Promise<Answer<{ range: Range; placeholder: string }> | null> => {
        const found = await askAt(host, textDocument.uri, position, (view, offset) => {
          const ready = prepareRename(view, offset)
          if (!ready || 'refused' in ready) return ready
          return { value: { range: makeLocator(view.snapshot, context).range(ready.place), placeholder: ready.text } }
        })
        return found ?? null
      })
      return answer && orRefuse(answer)
    })
    connection.onRenameRequest(async ({ textDocument, position, newName }, token) => {
      const answer = await handle('rename', token, null, async (): Promise<Answer<WorkspaceEdit> | null> => {
        const found = await askAt(host, textDocument.uri, position, (view, offset) => {
          const edits = renameName(view, offset, newName)
          return 'refused' in edits ? edits : { value: toWorkspaceEdit(edits, () => true, context) }
        })
        return found ?? null
      })
      return answer && orRefuse(answer)
    })
  },
}

type Answer<T> = { readonly value: T } | { readonly refused: string }

/** An error of the request is what editors show a person. */
function orRefuse<T>(answer: Answer<T>): T {
  if ('refused' in answer) throw new ResponseError(LSPErrorCodes.RequestFailed, answer.refused)
  return answer.value
}
