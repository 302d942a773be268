import {
  type ClientCapabilities,
  type CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  type CompletionList,
  CompletionTriggerKind,
  InsertTextFormat,
  MarkupKind,
} from 'vscode-languageserver'
import { complete } from '../features/completion/complete.ts'
import { documentationOf } from '../features/completion/documentation.ts'
import { type Proposal, type ProposalKind, plainOfSnippet } from '../features/completion/proposal.ts'
import { describeVariable } from '../features/lib/describe.ts'
import type { DocumentView } from '../features/lib/view.ts'
import type { Dialect } from '../syntax/tree.ts'
import type { ProtocolFeature } from './feature.ts'
import { pathOfUri } from './uri.ts'

/** What an item remembers for its documentation. */
interface ItemData {
  readonly dialect: Dialect
  readonly directive?: Proposal['directive']
  readonly variable?: Proposal['variable']
}

export const completion: ProtocolFeature = {
  capabilities: () => ({
    completionProvider: { resolveProvider: true, triggerCharacters: ['$', '{', '%', '<', '/', '"', ' ', '=', ':', '@', '-', ',', '[', '+'] },
  }),
  register(host) {
    const { connection, state, handle } = host
    connection.onCompletion((params, token) => {
      const empty: CompletionList = { isIncomplete: false, items: [] }
      return handle('completion', token, empty, async () => {
        const trigger = params.context?.triggerKind === CompletionTriggerKind.TriggerCharacter ? params.context.triggerCharacter : undefined
        const answer = await state.askNow(pathOfUri(params.textDocument.uri), (view) =>
          listOf(view, complete(view, view.source.lines.offsetAt(params.position), trigger), host.client),
        )
        return answer ?? empty
      })
    })
    connection.onCompletionResolve((item, token) => handle('completion resolve', token, item, async () => resolved(item, host.client)))
  },
}

const kinds: Readonly<Record<ProposalKind, CompletionItemKind>> = {
  directive: CompletionItemKind.Property,
  block: CompletionItemKind.Module,
  template: CompletionItemKind.Snippet,
  word: CompletionItemKind.EnumMember,
  parameter: CompletionItemKind.Field,
  value: CompletionItemKind.Value,
  variable: CompletionItemKind.Variable,
  name: CompletionItemKind.Reference,
  function: CompletionItemKind.Function,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
  module: CompletionItemKind.Module,
}

/** The order of ranks as text. */
const sortText = (rank: number): string =>
  Math.round(rank * 1000)
    .toString()
    .padStart(6, '0')

function listOf({ source }: DocumentView, proposals: readonly Proposal[], client: ClientCapabilities): CompletionList {
  const { completionItem } = client.textDocument?.completion ?? {}
  const snippets = completionItem?.snippetSupport === true
  const items = proposals.map((each): CompletionItem => {
    const { label, kind, rank, detail, deprecated, filter, commit, about, directive, variable } = each
    const snippet = snippets ? each.snippet : undefined
    const newText = snippet ?? plainText(each)
    return {
      label,
      kind: kinds[kind],
      sortText: sortText(rank),
      textEdit: { range: { start: source.lines.positionAt(each.start), end: source.lines.positionAt(each.end) }, newText },
      ...(detail === undefined ? {} : { detail }),
      ...(filter === undefined || filter === label ? {} : { filterText: filter }),
      ...(snippet === undefined ? {} : { insertTextFormat: InsertTextFormat.Snippet }),
      ...(deprecated ? { tags: [CompletionItemTag.Deprecated] } : {}),
      ...(commit && completionItem?.commitCharactersSupport ? { commitCharacters: [...commit] } : {}),
      ...(about === undefined ? {} : { documentation: about }),
      ...(directive ? { data: { dialect: source.tree.dialect, directive } satisfies ItemData } : {}),
      ...(variable ? { data: { dialect: source.tree.dialect, variable } satisfies ItemData } : {}),
    }
  })
  return { isIncomplete: false, items }
}

/** What a client without snippets puts: a template whole, of a directive the name. */
const plainText = ({ text, label, snippet, kind }: Proposal): string =>
  kind === 'template' && snippet !== undefined ? plainOfSnippet(snippet) : (text ?? label)

function resolved(item: CompletionItem, client: ClientCapabilities): CompletionItem {
  const data = item.data as ItemData | undefined
  const value = data?.directive
    ? documentationOf(data.dialect, data.directive.name, data.directive.module)
    : data?.variable && describeVariable(data.dialect, data.variable.name, data.variable.protocol)
  if (value === undefined) return item
  const markdown = client.textDocument?.completion?.completionItem?.documentationFormat?.includes(MarkupKind.Markdown) === true
  return { ...item, documentation: markdown ? { kind: MarkupKind.Markdown, value } : value.replace(/^```.*\n?/gm, '').replaceAll('`', '') }
}
