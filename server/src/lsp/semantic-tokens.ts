import { type CancellationToken, type SemanticTokens, SemanticTokensBuilder } from 'vscode-languageserver'
import { semanticTokens } from '../features/semantic-tokens.ts'
import { tokenModifiers, tokenTypes } from '../features/tokens/token.ts'
import type { Range } from '../syntax/position.ts'
import type { FeatureHost, ProtocolFeature } from './feature.ts'
import { pathOfUri } from './uri.ts'

/** Colours of a whole document or of what is shown of it. */
export const semanticTokensFeature: ProtocolFeature = {
  capabilities: () => ({
    semanticTokensProvider: { legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] }, full: true, range: true },
  }),
  register(host) {
    const { semanticTokens: requests } = host.connection.languages
    requests.on(({ textDocument }, token) => answer(host, textDocument.uri, undefined, token))
    requests.onRange(({ textDocument, range }, token) => answer(host, textDocument.uri, range, token))
  },
}

const answer = ({ handle, state }: FeatureHost, uri: string, range: Range | undefined, token: CancellationToken): Promise<SemanticTokens> =>
  handle('semanticTokens', token, { data: [] }, async () => {
    const found = await state.askNow(pathOfUri(uri), (view) => {
      const { lines } = view.source
      const within = range && { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end) }
      const builder = new SemanticTokensBuilder()
      for (const { start, end, type, modifier } of semanticTokens(view, within)) {
        const { line, character } = lines.positionAt(start)
        builder.push(line, character, end - start, tokenTypes.indexOf(type), modifier ? 1 << tokenModifiers.indexOf(modifier) : 0)
      }
      return builder.build()
    })
    return found ?? { data: [] }
  })
