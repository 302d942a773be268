import {
  type ClientCapabilities,
  type Connection,
  DocumentFormattingRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  type FormattingOptions,
  type Range,
  type ServerCapabilities,
  type TextEdit,
} from 'vscode-languageserver'
import { holesOf } from '../configuration/source.ts'
import { formatOnType, typedCharacters } from '../features/format/on-type.ts'
import { type FormatOptions, formatDocument, formatRange } from '../features/format.ts'
import type { Replacement } from '../problem/edits.ts'
import { makeLineIndex } from '../syntax/line-index.ts'
import type { Dialect } from '../syntax/tree.ts'
import { pathOfUri } from './uri.ts'
import type { WorkspaceState } from './workspace-state.ts'

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
export const formattingCapabilities = (client: ClientCapabilities): ServerCapabilities =>
  registersFormatting(client) ? {} : { documentFormattingProvider: true, documentRangeFormattingProvider: true, documentOnTypeFormattingProvider: onType }

export async function registerFormatting(connection: Connection, client: ClientCapabilities): Promise<void> {
  if (!registersFormatting(client)) return
  const documentSelector = Object.keys(dialects).map((language) => ({ language }))
  await connection.client.register(DocumentFormattingRequest.type, { documentSelector })
  await connection.client.register(DocumentRangeFormattingRequest.type, { documentSelector })
  await connection.client.register(DocumentOnTypeFormattingRequest.type, { documentSelector, ...onType })
}

const registersFormatting = ({ textDocument }: ClientCapabilities): boolean =>
  textDocument?.formatting?.dynamicRegistration === true &&
  textDocument.rangeFormatting?.dynamicRegistration === true &&
  textDocument.onTypeFormatting?.dynamicRegistration === true

/**
 * The edits that lay out a document, or the lines of a range in it. Nothing where it is no configuration, or one whose blocks are not certain: then
 * the problems say why.
 *
 * @param languageId the document's language in the editor, where it is open
 */
export async function formatting(
  params: FormattingParams & { readonly range?: Range },
  state: WorkspaceState,
  languageId: string | undefined,
): Promise<TextEdit[]> {
  const path = pathOfUri(params.textDocument.uri)
  const text = await state.read(path)
  const reports = await state.check()
  const dialect = reports.find((report) => report.path === path)?.dialect ?? dialects[languageId ?? '']
  if (text === undefined || !dialect) return []
  const { format } = await state.settingsOf(path)
  const options: FormatOptions = { indent: indentOf(params.options), tabWidth: params.options.tabSize, align: format.align }
  const lines = makeLineIndex(text)
  const holes = holesOf(path, text, dialect)
  const { range } = params
  const formatted = range
    ? formatRange(text, dialect, holes, options, { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end) })
    : formatDocument(text, dialect, holes, options)
  return 'refused' in formatted ? [] : toTextEdits(text, formatted.replacements)
}

/** The edits behind a typed character, at once: the language is the editor's. */
export async function onTypeFormatting(
  params: FormattingParams & { readonly position: Range['start']; readonly ch: string },
  state: WorkspaceState,
  languageId: string | undefined,
): Promise<TextEdit[]> {
  const path = pathOfUri(params.textDocument.uri)
  const dialect = dialects[languageId ?? '']
  const text = await state.read(path)
  if (text === undefined || !dialect) return []
  const offset = makeLineIndex(text).offsetAt(params.position)
  return toTextEdits(text, formatOnType(text, dialect, holesOf(path, text, dialect), offset, params.ch, indentOf(params.options)))
}

const indentOf = ({ insertSpaces, tabSize }: FormattingOptions): string => (insertSpaces ? ' '.repeat(Math.max(1, tabSize)) : '\t')

function toTextEdits(text: string, replacements: readonly Replacement[]): TextEdit[] {
  const lines = makeLineIndex(text)
  return replacements.map(({ start, end, newText }) => ({ range: { start: lines.positionAt(start), end: lines.positionAt(end) }, newText }))
}
