import type { SignatureHelp } from 'vscode-languageserver'
import { signatureAt } from '../features/signature.ts'
import type { ProtocolFeature } from './feature.ts'
import { pathOfUri } from './uri.ts'

export const signature: ProtocolFeature = {
  capabilities: () => ({ signatureHelpProvider: { triggerCharacters: [' '], retriggerCharacters: ['='] } }),
  register({ connection, state, handle }) {
    connection.onSignatureHelp((params, token) =>
      handle('signature help', token, null, async (): Promise<SignatureHelp | null> => {
        const found = await state.askNow(pathOfUri(params.textDocument.uri), (view) => ({ of: signatureAt(view, view.source.lines.offsetAt(params.position)) }))
        if (!found?.of) return null
        const { forms, active } = found.of
        return {
          signatures: forms.map(({ label, parameters, active: parameter }) => ({
            label,
            parameters: parameters.map(([start, end]) => ({ label: [start, end] as [number, number] })),
            // Behind the last parameter none is marked.
            activeParameter: parameter ?? parameters.length,
          })),
          activeSignature: active,
          activeParameter: forms[active]?.active ?? forms[active]?.parameters.length ?? 0,
        }
      }),
    )
  },
}
