import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CodeAction, Diagnostic, DocumentDiagnosticReport } from 'vscode-languageserver/node'
import { type Bundle, bundle } from '../support/bundle.ts'
import { startClient, type TestClient } from './client.ts'

let server: Bundle
beforeAll(async () => {
  server = await bundle('server/src/lsp/node-main.ts', 'server-expectations')
})
afterAll(() => server.remove())

const config = `events {}
http {
    server {
        listen 80;
        server_name shop.test;
        # webconf: expect /a -> 404
        location / { return 410; }
    }
}
`
const requests = 'requests:\n  - request: http://shop.test/b\n    expect: 404\n'

async function failures(client: TestClient, path: string): Promise<Diagnostic[]> {
  const report: DocumentDiagnosticReport = await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri: client.uri(path) } })
  return report.kind === 'full' ? report.items.filter(({ code }) => String(code).startsWith('request/')) : []
}

describe('expectations in the editor', () => {
  it('are checked as the configuration is written, and follow it where that is wanted', async () => {
    const capabilities = { textDocument: { diagnostic: {}, publishDiagnostics: { relatedInformation: true } } }
    const client = await startClient(server.path, { files: { 'nginx.conf': config, 'webconf.requests.yaml': requests }, capabilities })
    try {
      await client.open('nginx.conf', config)
      const [comment] = await failures(client, 'nginx.conf')
      expect(comment).toMatchObject({
        severity: 1,
        message: 'GET /a gets 410 and not 404: return 410',
        range: { start: { line: 5, character: 8 }, end: { line: 5, character: 35 } },
        relatedInformation: [{ location: { range: { start: { line: 6 } } } }],
      })
      expect(await failures(client, 'webconf.requests.yaml')).toMatchObject([{ severity: 1, range: { start: { line: 1, character: 13 } } }])
      const actions: CodeAction[] = await client.connection.sendRequest('textDocument/codeAction', {
        textDocument: { uri: client.uri('nginx.conf') },
        range: comment?.range,
        context: { diagnostics: [comment] },
      })
      const fix = actions.find(({ title }) => title === 'Expect what the configuration gives')
      expect(JSON.stringify(fix?.edit)).toContain('"newText":"410"')
      await client.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: client.uri('nginx.conf'), version: 2 },
        contentChanges: [{ text: config.replace('410', '404') }],
      })
      expect(await failures(client, 'nginx.conf')).toEqual([])
      expect(await failures(client, 'webconf.requests.yaml')).toEqual([])
    } finally {
      await client.stop()
    }
  })
})
