import type { CancellationToken, SelectionRange } from 'vscode-languageserver'
import { closingOf } from '../features/close-section.ts'
import { documentSymbols } from '../features/document-symbols.ts'
import { foldingRanges } from '../features/folding.ts'
import type { DocumentView } from '../features/lib/view.ts'
import { linkedNames } from '../features/linked-editing.ts'
import { selectionRange } from '../features/selection-ranges.ts'
import type { Position } from '../syntax/position.ts'
import type { ProtocolFeature } from './feature.ts'
import { pathOfUri } from './uri.ts'

/** Asked by the client when `>` was typed: `position` is right behind it. */
interface CloseSectionParams {
  readonly uri: string
  readonly position: Position
}

/** What a document is made of: outline, folding, selection, names of sections. */
export const structure: ProtocolFeature = {
  capabilities: () => ({
    documentSymbolProvider: { label: 'webconf' },
    foldingRangeProvider: true,
    selectionRangeProvider: true,
    linkedEditingRangeProvider: true,
  }),
  register({ connection, state, handle }) {
    /** On the newest text: all of this is read from the tree. */
    const ask = <T>(uri: string, compute: (view: DocumentView) => T): Promise<T | undefined> => state.askNow(pathOfUri(uri), compute)
    connection.onDocumentSymbol(({ textDocument: { uri } }, token) => handle('documentSymbol', token, [], async () => (await ask(uri, documentSymbols)) ?? []))
    connection.onFoldingRanges(({ textDocument: { uri } }, token) => handle('foldingRange', token, [], async () => (await ask(uri, foldingRanges)) ?? []))
    connection.onSelectionRanges(({ textDocument: { uri }, positions }, token) =>
      handle<SelectionRange[] | null>(
        'selectionRange',
        token,
        null,
        async () => (await ask(uri, (view) => positions.map((position) => selectionRange(view, view.source.lines.offsetAt(position))))) ?? null,
      ),
    )
    connection.languages.onLinkedEditingRange(({ textDocument: { uri }, position }, token) =>
      handle('linkedEditingRange', token, null, async () => {
        const ranges = await ask(uri, (view) => linkedNames(view, view.source.lines.offsetAt(position)))
        return ranges ? { ranges, wordPattern: '[A-Za-z][A-Za-z0-9_-]*' } : null
      }),
    )
    connection.onRequest('webconf/closeSection', ({ uri, position }: CloseSectionParams, token: CancellationToken) =>
      handle('closeSection', token, null, async () => (await ask(uri, ({ source }) => closingOf(source, source.lines.offsetAt(position)))) ?? null),
    )
  },
}
