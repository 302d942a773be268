import {
  type CallHierarchyItem,
  type Definition,
  type DefinitionLink,
  type DocumentHighlight,
  type DocumentLink,
  type Location,
  type Position,
  SymbolKind,
  type WorkspaceSymbol,
} from 'vscode-languageserver'
import { placesForSetting } from '../features/application-links.ts'
import { type IncludeCall, type IncludeNode, includedBy, includeNodesAt, includersOf } from '../features/call-hierarchy.ts'
import { definitionAt } from '../features/definition.ts'
import { highlightsAt } from '../features/highlight.ts'
import type { DocumentView } from '../features/lib/view.ts'
import { linksIn } from '../features/links.ts'
import type { NameKind } from '../features/names/name-use.ts'
import { referencesAt } from '../features/references.ts'
import { workspaceNames } from '../features/workspace-names.ts'
import { workspaceSymbols } from '../features/workspace-symbols.ts'
import { makeLineIndex } from '../syntax/line-index.ts'
import type { FeatureHost, ProtocolFeature } from './feature.ts'
import { makeLocator } from './locations.ts'
import { pathOfUri, uriOfPath } from './uri.ts'

/** Asks a feature at a position of a document; undefined where the document is none of ours. */
export const askAt = <T>({ state }: FeatureHost, uri: string, position: Position, compute: (view: DocumentView, offset: number) => T): Promise<T | undefined> =>
  state.ask(pathOfUri(uri), (view) => compute(view, view.source.lines.offsetAt(position)))

/** Definitions, references, highlights, links, includes as calls, and the blocks and names of the whole workspace. */
export const navigation: ProtocolFeature = {
  capabilities: () => ({
    definitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    documentLinkProvider: {},
    callHierarchyProvider: true,
    workspaceSymbolProvider: true,
  }),
  register(host) {
    const { connection, handle } = host
    connection.onDefinition(({ textDocument, position }, token) => handle('definition', token, null, () => definition(textDocument.uri, position, host)))
    connection.onReferences(({ textDocument, position, context }, token) =>
      handle('references', token, [], async (): Promise<Location[]> => {
        const found = await askAt(host, textDocument.uri, position, (view, offset) => {
          const { location } = makeLocator(view.snapshot, host.context)
          return referencesAt(view, offset, context.includeDeclaration).map(location)
        })
        return found ?? []
      }),
    )
    connection.onDocumentHighlight(({ textDocument, position }, token) =>
      handle('highlight', token, [], async (): Promise<DocumentHighlight[]> => (await askAt(host, textDocument.uri, position, highlightsAt)) ?? []),
    )
    connection.onDocumentLinks(({ textDocument }, token) =>
      handle('links', token, [], async (): Promise<DocumentLink[]> => {
        const found = await host.state.ask(pathOfUri(textDocument.uri), (view) => {
          const { range } = makeLocator(view.snapshot, host.context)
          return linksIn(view).map(({ at, target }) => ({ range: range(at), target: uriOfPath(target, host.context.like) }))
        })
        return found ?? []
      }),
    )
    connection.languages.callHierarchy.onPrepare(({ textDocument, position }, token) =>
      handle('includes', token, null, async (): Promise<CallHierarchyItem[] | null> => {
        const found = await askAt(host, textDocument.uri, position, (view, offset) => includeNodesAt(view, offset).map((node) => itemOf(node, host)))
        return found && found.length > 0 ? found : null
      }),
    )
    connection.languages.callHierarchy.onIncomingCalls(({ item }, token) =>
      handle('included from', token, [], async () => {
        const calls = await callsOf(pathOfUri(item.uri), includersOf, host)
        return calls.map(({ other, ranges }) => ({ from: other, fromRanges: ranges }))
      }),
    )
    connection.languages.callHierarchy.onOutgoingCalls(({ item }, token) =>
      handle('includes of', token, [], async () => {
        const calls = await callsOf(pathOfUri(item.uri), includedBy, host)
        return calls.map(({ other, ranges }) => ({ to: other, fromRanges: ranges }))
      }),
    )
    connection.onWorkspaceSymbol(({ query }, token) =>
      handle('workspace symbols', token, [], () =>
        host.state.askAll((parts, snapshot): WorkspaceSymbol[] => {
          const { location } = makeLocator(snapshot, host.context)
          const blocks = workspaceSymbols(parts, query).map(({ container, kind, name, path, range }) => ({
            name,
            kind,
            location: { uri: uriOfPath(path, host.context.like), range },
            containerName: container,
          }))
          const names = workspaceNames(query, parts).map(({ kind, text, place }) => ({
            name: text,
            kind: symbolOf[kind],
            location: location(place),
            containerName: kind,
          }))
          return [...blocks, ...names]
        }),
      ),
    )
  },
}

async function definition(uri: string, position: Position, host: FeatureHost): Promise<Definition | DefinitionLink[] | null> {
  const { context, client } = host
  const path = pathOfUri(uri)
  if (path.endsWith('.py')) return settingDefinition(path, position, host)
  const found = await askAt(host, uri, position, (view, offset) => {
    const definition = definitionAt(view, offset)
    if (!definition) return null
    const { range, location } = makeLocator(view.snapshot, context)
    const from = range(definition.from)
    const to = definition.to.map(location)
    if (!client.textDocument?.definition?.linkSupport) return to
    return to.map((each): DefinitionLink => ({ originSelectionRange: from, targetUri: each.uri, targetRange: each.range, targetSelectionRange: each.range }))
  })
  return found ?? null
}

async function settingDefinition(path: string, position: Position, { state, context }: FeatureHost): Promise<Definition | null> {
  const text = await state.read(path)
  if (text === undefined) return null
  const lines = makeLineIndex(text)
  // Most lines of a Python file are asked about for nothing: the workspace need not be understood for that.
  if (!/^\s*(?:STATIC|MEDIA)_ROOT\b/.test(text.slice(lines.lineStart(position.line), lines.lineStart(position.line + 1)))) return null
  const offset = lines.offsetAt(position)
  return state.askAll((parts, snapshot) => placesForSetting(path, text, offset, parts, snapshot).map(makeLocator(snapshot, context).location))
}

const itemOf = ({ path, label }: IncludeNode, { context }: FeatureHost): CallHierarchyItem => {
  const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }
  return { name: label, kind: SymbolKind.File, uri: uriOfPath(path, context.like), range: top, selectionRange: top }
}

const callsOf = (
  path: string,
  find: (path: string, parts: Parameters<typeof includersOf>[1]) => IncludeCall[],
  host: FeatureHost,
): Promise<{ other: CallHierarchyItem; ranges: Location['range'][] }[]> =>
  host.state.askAll((parts, snapshot) => {
    const { range } = makeLocator(snapshot, host.context)
    return find(path, parts).map(({ node, at }) => ({ other: itemOf(node, host), ranges: at.map(range) }))
  })

const symbolOf: Readonly<Record<NameKind, SymbolKind>> = {
  upstream: SymbolKind.Interface,
  'named location': SymbolKind.Function,
  variable: SymbolKind.Variable,
  zone: SymbolKind.Struct,
  cache: SymbolKind.Struct,
  'thread pool': SymbolKind.Struct,
  'log format': SymbolKind.String,
  define: SymbolKind.Constant,
  macro: SymbolKind.Function,
  'macro parameter': SymbolKind.Variable,
  'process group': SymbolKind.Class,
  'authentication provider': SymbolKind.Interface,
  'authorization provider': SymbolKind.Interface,
  module: SymbolKind.Module,
  'rewrite map': SymbolKind.Function,
  'environment variable': SymbolKind.Variable,
  balancer: SymbolKind.Interface,
  'named group': SymbolKind.Variable,
}
