import {
  type ClientCapabilities,
  DocumentFormattingRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  type FormattingOptions,
  type Range,
  type TextEdit,
} from 'vscode-languageserver'
import { holesOf } from '../configuration/source.ts'
import { closingOf } from '../features/close-section.ts'
import { formatOnType, typedCharacters } from '../features/format/on-type.ts'
import { type FormatOptions, formatDocument, formatRange } from '../features/format.ts'
import type { Replacement } from '../problem/edits.ts'
import { makeLineIndex } from '../syntax/line-index.ts'
import type { Dialect } from '../syntax/tree.ts'
import type { FeatureHost, ProtocolFeature } from './feature.ts'
import { pathOfUri } from './uri.ts'

/** A document with the language that the editor gives it. */
interface FormattingParams {
  readonly textDocument: { readonly uri: string }
  readonly options: FormattingOptions
}

const [firstTriggerCharacter, ...moreTriggerCharacter] = typedCharacters
const onType = { firstTriggerCharacter, moreTriggerCharacter: [...moreTriggerCharacter] }

/** The languages of the editor that are ours to format. */
const dialects: Readonly<Record<string, Dialect>> = { nginx: 'nginx', apacheconf: 'apache' }

/**
 * What the server says of formatting from the start. A client that lets it register later is told there for which languages: Python and JSON,
 * which the server hears of too, have formatters of their own.
 */
export const formatting: ProtocolFeature = {
  capabilities: (client) =>
    registersFormatting(client) ? {} : { documentFormattingProvider: true, documentRangeFormattingProvider: true, documentOnTypeFormattingProvider: onType },
  register(host) {
    const { connection, handle } = host
    connection.onDocumentFormatting((params, token) => handle('formatting', token, [], () => format(params, host)))
    connection.onDocumentRangeFormatting((params, token) => handle('range formatting', token, [], () => format(params, host)))
    connection.onDocumentOnTypeFormatting((params, token) => handle('formatting while typing', token, [], () => formatTyped(params, host)))
  },
  async initialized({ connection }, client) {
    if (!registersFormatting(client)) return
    const documentSelector = Object.keys(dialects).map((language) => ({ language }))
    await connection.client.register(DocumentFormattingRequest.type, { documentSelector })
    await connection.client.register(DocumentRangeFormattingRequest.type, { documentSelector })
    await connection.client.register(DocumentOnTypeFormattingRequest.type, { documentSelector, ...onType })
  },
}

const registersFormatting = ({ textDocument }: ClientCapabilities): boolean =>
  textDocument?.formatting?.dynamicRegistration === true &&
  textDocument.rangeFormatting?.dynamicRegistration === true &&
  textDocument.onTypeFormatting?.dynamicRegistration === true

/**
 * The edits that lay out a document, or the lines of a range in it. Nothing where it is no configuration, or one whose blocks are not certain: then
 * the problems say why.
 */
async function format(params: FormattingParams & { readonly range?: Range }, { state, languageOf }: FeatureHost): Promise<TextEdit[]> {
  const path = pathOfUri(params.textDocument.uri)
  const text = await state.read(path)
  const dialect = (await state.askNow(path, ({ source }) => source.tree.dialect)) ?? dialects[languageOf(params.textDocument.uri) ?? '']
  if (text === undefined || !dialect) return []
  const { format: settings } = await state.settingsOf(path)
  const options: FormatOptions = { indent: indentOf(params.options), tabWidth: params.options.tabSize, align: settings.align }
  const lines = makeLineIndex(text)
  const holes = holesOf(path, text, dialect)
  const { range } = params
  const formatted = range
    ? formatRange(text, dialect, holes, options, { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end) })
    : formatDocument(text, dialect, holes, options)
  return 'refused' in formatted ? [] : toTextEdits(text, formatted.replacements)
}

/** The edits behind a typed character, at once: the language is the editor's. */
async function formatTyped(
  params: FormattingParams & { readonly position: Range['start']; readonly ch: string },
  { state, context, languageOf }: FeatureHost,
): Promise<TextEdit[]> {
  const path = pathOfUri(params.textDocument.uri)
  const dialect = dialects[languageOf(params.textDocument.uri) ?? '']
  const text = await state.read(path)
  if (text === undefined || !dialect) return []
  const offset = makeLineIndex(text).offsetAt(params.position)
  const end = params.ch === '>' && !context.closesSections ? await state.askNow(path, ({ source }) => closingOf(source, offset)) : undefined
  if (end) return toTextEdits(text, [{ start: end.offset, end: end.offset, newText: end.newText }])
  return toTextEdits(text, formatOnType(text, dialect, holesOf(path, text, dialect), offset, params.ch, indentOf(params.options)))
}

const indentOf = ({ insertSpaces, tabSize }: FormattingOptions): string => (insertSpaces ? ' '.repeat(Math.max(1, tabSize)) : '\t')

function toTextEdits(text: string, replacements: readonly Replacement[]): TextEdit[] {
  const lines = makeLineIndex(text)
  return replacements.map(({ start, end, newText }) => ({ range: { start: lines.positionAt(start), end: lines.positionAt(end) }, newText }))
}
