import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CodeAction, DocumentDiagnosticReport, DocumentSymbol, InitializeParams, SemanticTokens, SymbolInformation } from 'vscode-languageserver/node'
import { tokenTypes } from '../../server/src/features/tokens/token.ts'
import { type Bundle, bundle } from '../support/bundle.ts'
import { startClient, type TestClient } from './client.ts'

let server: Bundle
beforeAll(async () => {
  server = await bundle('server/src/lsp/node-main.ts', 'structure')
})
afterAll(() => server.remove())

const lazily: InitializeParams['capabilities'] = {
  textDocument: {
    diagnostic: {},
    publishDiagnostics: { tagSupport: { valueSet: [1] } },
    codeAction: { dataSupport: true, resolveSupport: { properties: ['edit'] } },
  },
}

async function withClient(
  files: Readonly<Record<string, string>>,
  use: (client: TestClient, ask: <T>(method: string, path: string, more?: object) => Promise<T>) => Promise<void>,
  capabilities = lazily,
): Promise<void> {
  const client = await startClient(server.path, { files, capabilities })
  try {
    for (const [path, text] of Object.entries(files)) await client.open(path, text)
    await use(client, (method, path, more = {}) => client.connection.sendRequest(method, { textDocument: { uri: client.uri(path) }, ...more }))
  } finally {
    await client.stop()
  }
}

const at = (line: number, character: number) => ({ start: { line, character }, end: { line, character } })

const nginx = 'events {}\nhttp {\n    server {\n        listen 8080;\n        location / { return 200 $uri; }\n    }\n}\n'
const apache = `ServerRoot /etc/httpd
Listen 80
LoadModule alias_module modules/mod_alias.so
<IfModule mod_ssl.c>
    Listen 443
</IfModule>
`

it('tells of the outline, folds, selections and symbols, and which parts are what', () =>
  withClient({ 'nginx.conf': nginx }, async ({ connection, uri }, ask) => {
    expect((await ask<DocumentSymbol[]>('textDocument/documentSymbol', 'nginx.conf'))[1]?.children?.[0]?.name).toBe('server :8080')
    expect(await ask('textDocument/foldingRange', 'nginx.conf')).toEqual([
      { startLine: 1, endLine: 5 },
      { startLine: 2, endLine: 4 },
    ])
    expect(await ask('textDocument/selectionRange', 'nginx.conf', { positions: [{ line: 3, character: 18 }] })).toMatchObject([
      { range: { start: { line: 3, character: 15 }, end: { line: 3, character: 19 } } },
    ])
    const symbols = await connection.sendRequest<SymbolInformation[]>('workspace/symbol', { query: 'location' })
    expect(symbols).toMatchObject([{ name: 'location /', containerName: 'server :8080', location: { uri: uri('nginx.conf'), range: { start: { line: 4 } } } }])
    const { data } = await ask<SemanticTokens>('textDocument/semanticTokens/full', 'nginx.conf')
    expect(data).toEqual([4, 32, 4, tokenTypes.indexOf('variable'), 2])
    expect(
      (
        await ask<SemanticTokens>('textDocument/semanticTokens/range', 'nginx.conf', {
          range: { start: { line: 0, character: 0 }, end: { line: 2, character: 0 } },
        })
      ).data,
    ).toEqual([])
  }))

it('links the names of a section, closes one, and shows faintly what is passed over', () =>
  withClient({ 'httpd.conf': apache, 'site.vhost': '<VirtualHost *:80>\n    <Directory /x>\n</VirtualHost>\n' }, async ({ connection, uri }, ask) => {
    expect(await ask('textDocument/linkedEditingRange', 'httpd.conf', { position: { line: 3, character: 4 } })).toMatchObject({
      ranges: [{ start: { line: 3 } }, { start: { line: 5 } }],
    })
    const close = (character: number) => connection.sendRequest('webconf/closeSection', { uri: uri('site.vhost'), position: { line: 1, character } })
    expect(await close(18)).toMatchObject({ close: '</Directory>', newText: '\n    </Directory>' })
    expect(await close(17)).toBeNull()
    const report = await ask<DocumentDiagnosticReport>('textDocument/diagnostic', 'httpd.conf')
    const faint = report.kind === 'full' ? report.items.filter((item) => item.tags?.includes(1)) : []
    expect(faint).toMatchObject([{ severity: 4, range: { start: { line: 3, character: 0 }, end: { line: 5, character: 11 } } }])
    expect(faint[0]?.message).toBe('<IfModule mod_ssl.c> does not hold in this configuration: Apache passes over what stands here.')
  }))

it('says nothing of what is passed over to a client that would show it as a problem', () =>
  withClient(
    { 'httpd.conf': apache },
    async (_, ask) => {
      const report = await ask<DocumentDiagnosticReport>('textDocument/diagnostic', 'httpd.conf')
      expect(report.kind === 'full' && report.items.some((item) => item.tags !== undefined)).toBe(false)
    },
    { textDocument: { diagnostic: {} } },
  ))

it('makes the edits of a refactoring when it is chosen, or at once for clients that do not ask again', () =>
  withClient({ 'nginx.conf': nginx }, async ({ connection, uri }, ask) => {
    const selection = { start: { line: 4, character: 0 }, end: { line: 5, character: 0 } }
    const actions = await ask<CodeAction[]>('textDocument/codeAction', 'nginx.conf', { range: selection, context: { diagnostics: [], only: ['refactor'] } })
    const extract = actions.find((each) => each.kind === 'refactor.extract')
    expect(extract?.edit).toBeUndefined()
    const resolved = await connection.sendRequest<CodeAction>('codeAction/resolve', extract)
    expect(resolved.edit?.documentChanges).toMatchObject([
      { kind: 'create', uri: uri('snippets/location.conf') },
      { textDocument: { uri: uri('snippets/location.conf') }, edits: [{ newText: 'location / { return 200 $uri; }\n' }] },
      { textDocument: { uri: uri('nginx.conf') }, edits: [{ newText: 'include snippets/location.conf;' }] },
    ])
  }))

it('makes the edits at once for clients that do not ask again', () =>
  withClient(
    { 'nginx.conf': nginx },
    async (_, ask) => {
      const actions = await ask<CodeAction[]>('textDocument/codeAction', 'nginx.conf', {
        range: at(4, 18),
        context: { diagnostics: [], only: ['refactor.rewrite'] },
      })
      expect(actions.find((each) => each.title.startsWith('Convert to'))?.edit?.documentChanges).toMatchObject([{ edits: [{ newText: '^~ /' }] }])
    },
    { textDocument: { diagnostic: {} } },
  ))
