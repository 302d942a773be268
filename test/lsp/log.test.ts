import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CodeAction, Diagnostic, DocumentDiagnosticReport } from 'vscode-languageserver/node'
import { type Bundle, bundle } from '../support/bundle.ts'
import { startClient, type TestClient } from './client.ts'

let server: Bundle
beforeAll(async () => {
  server = await bundle('server/src/lsp/node-main.ts', 'server')
})
afterAll(() => server.remove())

const config = `events {}
http {
    upstream app {
        server 127.0.0.1:8000;
    }
    server {
        listen 80;
        server_name shop.test;
        location / {
            proxy_pass http://app;
        }
    }
}
`
const refused = (time: string): string =>
  `2026/03/01 10:00:${time} [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 192.0.2.1, server: shop.test, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:8000/", host: "shop.test"\n`
const harmless = '2026/03/01 09:59:00 [notice] 7#7: start worker processes\n'

async function withLog(language: string, text: string, use: (client: TestClient) => Promise<void>): Promise<void> {
  const client = await startClient(server.path, {
    files: { 'nginx.conf': config },
    capabilities: { textDocument: { diagnostic: {}, publishDiagnostics: { relatedInformation: true } } },
  })
  try {
    await client.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: client.uri('logs/error.log'), languageId: language, version: 1, text },
    })
    await use(client)
  } finally {
    await client.stop()
  }
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((each) => (each.isFile() ? [`${each.parentPath}/${each.name}`] : []))

async function said(client: TestClient): Promise<Diagnostic[]> {
  const report: DocumentDiagnosticReport = await client.connection.sendRequest('textDocument/diagnostic', {
    textDocument: { uri: client.uri('logs/error.log') },
  })
  return report.kind === 'full' ? report.items : []
}

it('an open log says what its messages mean, and leads to the line that caused them', () =>
  withLog('webserver-log', harmless + refused('01'), async (client) => {
    const [first, ...others] = await said(client)
    expect(others).toEqual([])
    expect(first).toMatchObject({
      severity: 1,
      source: 'webconf',
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: refused('01').length - 1 } },
    })
    expect(first?.message).toMatch(/^Nothing accepts connections at 127\.0\.0\.1:8000|^Nothing listens|127\.0\.0\.1:8000/)
    const places = first?.relatedInformation?.map(({ location }) => `${location.uri.replace(/.*\//, '')}:${location.range.start.line + 1}`)
    expect(places).toContain('nginx.conf:4')
  }))

it('a log that grows is read on, and one that is emptied begins anew', () =>
  withLog('webserver-log', refused('01'), async (client) => {
    const uri = client.uri('logs/error.log')
    const grow = (version: number, line: number, text: string): Promise<void> => {
      const at = { line, character: 0 }
      return client.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ range: { start: at, end: at }, text }],
      })
    }
    expect((await said(client))[0]?.message).not.toContain('times')
    await grow(2, 1, refused('02') + harmless)
    expect((await said(client))[0]?.message).toContain('(2 times, last on line 2.)')
    await client.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: 3 }, contentChanges: [{ text: harmless }] })
    expect(await said(client)).toEqual([])
  }))

it('a text of another language is no log', () =>
  withLog('plaintext', refused('01'), async (client) => {
    expect(await said(client)).toEqual([])
  }))

it('what mends the cause is offered at the message', async () => {
  const log = readFileSync('examples/coralnet/logs/error_log', 'utf8')
  const files = Object.fromEntries(filesBelow('examples/coralnet').map((path) => [path.slice('examples/coralnet/'.length), readFileSync(path, 'utf8')]))
  const client = await startClient(server.path, { files, capabilities: { textDocument: { diagnostic: {} } } })
  try {
    const uri = client.uri('logs/error_log')
    await client.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'webserver-log', version: 1, text: log } })
    const report: DocumentDiagnosticReport = await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } })
    const symbol = report.kind === 'full' ? report.items.find(({ message }) => String(message).startsWith('Two Pythons are mixed')) : undefined
    expect(symbol).toBeDefined()
    const actions: CodeAction[] = await client.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri },
      range: symbol?.range,
      context: { diagnostics: [], only: ['quickfix'] },
    })
    expect(actions.map(({ title }) => title)).toEqual([
      "Rebuild the virtualenv with mod_wsgi's Python 2.7",
      "Load the virtualenv's own mod_wsgi",
      "Serve it with gunicorn in the virtualenv's own Python, and pass requests on to that",
      'Use WSGIPythonHome /srv/www/virtenv_coralnet for the virtualenv',
      'Run it in the daemon process coralnet',
    ])
  } finally {
    await client.stop()
  }
})
