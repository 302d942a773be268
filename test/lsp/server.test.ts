import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CodeAction, Diagnostic, DocumentDiagnosticReport, WorkspaceDiagnosticReport } from 'vscode-languageserver/node'
import { type Bundle, bundle } from '../support/bundle.ts'
import { type ClientOptions, startClient, type TestClient } from './client.ts'

let server: Bundle
beforeAll(async () => {
  server = await bundle('server/src/lsp/node-main.ts', 'server')
})
afterAll(() => server.remove())

const unfinished = 'worker_processes auto; events {}\nhttp { server_tokens off;\n    server {\n        listen 8080\n    }\n}\n'
const sound = unfinished.replace('8080\n', '8080;\n')
const pulling: ClientOptions['capabilities'] = {
  textDocument: { diagnostic: {}, publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true } },
  workspace: {
    configuration: true,
    didChangeWatchedFiles: { dynamicRegistration: true },
    didChangeConfiguration: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
  },
}

async function withClient(options: Partial<ClientOptions>, use: (client: TestClient) => Promise<void>): Promise<void> {
  const client = await startClient(server.path, { files: {}, capabilities: pulling, ...options })
  try {
    await use(client)
  } finally {
    await client.stop()
  }
}

const pull = (client: TestClient, path: string, previousResultId?: string): Promise<DocumentDiagnosticReport> =>
  client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri: client.uri(path) }, ...(previousResultId ? { previousResultId } : {}) })

async function codesOf(client: TestClient, path: string): Promise<unknown[]> {
  const report = await pull(client, path)
  return report.kind === 'full' ? report.items.map((item) => item.code) : ['unchanged']
}

describe('the context of a file', () => {
  it('is told for the status bar, as the configuration around it says', () =>
    withClient(
      { files: { 'nginx.conf': 'events {}\nhttp { server { include parts/a.conf; } }\n', 'parts/a.conf': 'root /a;\n', 'notes.txt': '' } },
      async (client) => {
        const ask = (path: string): Promise<unknown> => client.connection.sendRequest('webconf/contexts', { uri: client.uri(path) })
        expect(await ask('parts/a.conf')).toEqual({ dialect: 'nginx', contexts: [['http', 'server']] })
        expect(await ask('nginx.conf')).toEqual({ dialect: 'nginx', contexts: [['main']] })
        expect(await ask('notes.txt')).toBeNull()
      },
    ))
})

describe('the deployment', () => {
  it('is told for the view: sites, what is behind them, what is wrong there, with URIs', () =>
    withClient(
      {
        files: {
          'shop.conf': 'server {\n    listen 80;\n    server_name shop.example;\n    location / {\n        proxy_pass http://127.0.0.1:8001;\n    }\n}\n',
          'shop.service': '[Service]\nWorkingDirectory=/srv/shop\nExecStart=/v/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi\n',
        },
      },
      async (client) => {
        const nodes = await client.connection.sendRequest('webconf/deployment', {})
        expect(nodes).toMatchObject([
          {
            kind: 'site',
            label: 'shop.example 80',
            at: { uri: client.uri('shop.conf') },
            children: [{ kind: 'application', label: '/', problems: [{ rule: 'process/nothing-listens', uri: client.uri('shop.conf') }] }],
          },
          { kind: 'process', label: 'shop.service', state: 'known', at: { uri: client.uri('shop.service') } },
        ])
      },
    ))
})

describe('diagnostics', () => {
  it('are pulled, carry the rule with a link to its page, and are not sent twice', () =>
    withClient({ files: { 'nginx.conf': unfinished } }, async (client) => {
      await client.open('nginx.conf', unfinished)
      const report = await pull(client, 'nginx.conf')
      expect(report).toMatchObject({
        kind: 'full',
        items: [
          {
            code: 'nginx/syntax',
            source: 'webconf',
            severity: 1,
            codeDescription: { href: 'file:///docs/rules/nginx/syntax.md' },
            range: { start: { line: 3, character: 8 }, end: { line: 3, character: 19 } },
          },
        ],
      })
      expect(await pull(client, 'nginx.conf', report.resultId)).toMatchObject({ kind: 'unchanged' })
    }))
  it('follow each change to an open document', () =>
    withClient({ files: { 'nginx.conf': unfinished } }, async (client) => {
      await client.open('nginx.conf', unfinished)
      expect(await codesOf(client, 'nginx.conf')).toEqual(['nginx/syntax'])
      const at = { line: 3, character: 19 }
      await client.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: client.uri('nginx.conf'), version: 2 },
        contentChanges: [{ range: { start: at, end: at }, text: ';' }],
      })
      expect(await codesOf(client, 'nginx.conf')).toEqual([])
    }))
  it('cover the rest of the workspace, and wait with the next answer until something changes', () =>
    withClient({ files: { 'a/nginx.conf': unfinished, 'b/nginx.conf': sound } }, async (client) => {
      const ask = (previousResultIds: { uri: string; value: string }[]): Promise<WorkspaceDiagnosticReport> =>
        client.connection.sendRequest('workspace/diagnostic', { previousResultIds })
      const first = await ask([])
      const ids = first.items.map((item) => ({ uri: item.uri, value: item.resultId ?? '' }))
      expect(first.items.find((item) => item.uri === client.uri('a/nginx.conf'))).toMatchObject({ items: [{ code: 'nginx/syntax' }] })
      let answered = false
      const second = ask(ids).then((report) => {
        answered = true
        return report
      })
      await codesOf(client, 'a/nginx.conf')
      expect(answered).toBe(false)
      client.put('b/nginx.conf', unfinished)
      await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: client.uri('b/nginx.conf'), type: 2 }] })
      expect((await second).items.find((item) => item.uri === client.uri('b/nginx.conf'))).toMatchObject({ kind: 'full', items: [{ code: 'nginx/syntax' }] })
    }))
  it('are computed anew when an included file, the application or a setting changes on disk', () =>
    withClient(
      { files: { 'nginx.conf': 'worker_processes auto; events {}\nhttp { server_tokens off;\n    include parts/a.conf;\n}\n', 'parts/b.conf': '' } },
      async (client) => {
        expect(await codesOf(client, 'nginx.conf')).toEqual(['nginx/include-not-found'])
        client.put('parts/a.conf', 'gzip on;\n')
        await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: client.uri('parts/a.conf'), type: 1 }] })
        expect(await codesOf(client, 'nginx.conf')).toEqual([])
        client.put('parts/a.conf', 'gzip on\n')
        client.put('webconf.json', '{ "rules": { "nginx/syntax": "off" } }')
        await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
          changes: [
            { uri: client.uri('parts/a.conf'), type: 2 },
            { uri: client.uri('webconf.json'), type: 1 },
          ],
        })
        expect(await codesOf(client, 'parts/a.conf')).toEqual([])
        expect(client.registered).toContain('workspace/didChangeWatchedFiles')
      },
    ))
  it('follow the settings of the editor', () => {
    const settings = { current: {} as unknown }
    return withClient({ files: { 'nginx.conf': unfinished }, settings }, async (client) => {
      expect(await codesOf(client, 'nginx.conf')).toEqual(['nginx/syntax'])
      settings.current = { rules: { 'nginx/syntax': 'off' } }
      await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null })
      expect(await codesOf(client, 'nginx.conf')).toEqual([])
    })
  })
  it('are pushed to clients that do not pull', () =>
    withClient({ files: { 'nginx.conf': unfinished }, capabilities: {} }, async (client) => {
      const next = (): Promise<Diagnostic[]> =>
        new Promise((resolve) => {
          const stop = client.connection.onNotification('textDocument/publishDiagnostics', (params: { uri: string; diagnostics: Diagnostic[] }) => {
            if (params.uri !== client.uri('nginx.conf')) return
            stop.dispose()
            resolve(params.diagnostics)
          })
        })
      expect((await next()).map((each) => each.code)).toEqual(['nginx/syntax'])
      const mended = next()
      await client.open('nginx.conf', sound)
      expect(await mended).toEqual([])
    }))
  it('are at most 1,000 a file, errors first, with the number of the others', () => {
    const many = `worker_processes auto; events {}\nhttp { server_tokens off;\n${'    include x/missing.conf;\n'.repeat(1200)}}\n;\n`
    return withClient({ files: { 'nginx.conf': many, 'x/there.conf': '' } }, async (client) => {
      const report = await pull(client, 'nginx.conf')
      const items = report.kind === 'full' ? report.items : []
      expect(items).toHaveLength(1001)
      expect(items.at(-1)?.message).toBe('201 more problems of this file are not shown.')
    })
  })
})

describe('code actions', () => {
  const actionsAt = (client: TestClient, path: string, line: number, only?: string[]): Promise<CodeAction[]> =>
    client.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri: client.uri(path) },
      range: { start: { line, character: 10 }, end: { line, character: 10 } },
      context: { diagnostics: [], ...(only ? { only } : {}) },
    })
  it('mend, silence and explain a problem', () =>
    withClient({ files: { 'nginx.conf': unfinished } }, async (client) => {
      const actions = await actionsAt(client, 'nginx.conf', 3, ['quickfix'])
      expect(actions.map((each) => each.title)).toEqual(['Insert ";"', 'Ignore nginx/syntax here', 'Read about nginx/syntax'])
      const uri = client.uri('nginx.conf')
      expect(actions[0]?.edit).toEqual({
        documentChanges: [
          { textDocument: { uri, version: null }, edits: [{ range: { start: { line: 3, character: 19 }, end: { line: 3, character: 19 } }, newText: ';' }] },
        ],
      })
      expect(actions[1]?.edit?.documentChanges).toMatchObject([
        { edits: [{ range: { start: { line: 3, character: 0 } }, newText: '        # webconf: ignore nginx/syntax -- \n' }] },
      ])
      expect(actions[2]?.command).toMatchObject({ command: 'webconf.openRulePage', arguments: ['nginx/syntax'] })
    }))
  it('fix everything that is safe at once', () =>
    withClient({ files: { 'nginx.conf': unfinished } }, async (client) => {
      const [action] = await actionsAt(client, 'nginx.conf', 0, ['source.fixAll'])
      expect(action?.kind).toBe('source.fixAll.webconf')
      expect(action?.edit?.documentChanges).toMatchObject([{ edits: [{ newText: sound }] }])
    }))
  it('put an ignore above a continued line, never inside it', () =>
    withClient(
      {
        files: {
          'site.conf':
            '<VirtualHost *:80>\n    Alias /a/ \\\n        /srv/a\n    <Directory /srv/a>\n    Require all granted\n    </Directory>\n</VirtualHost>\n',
        },
      },
      async (client) => {
        const actions = await actionsAt(client, 'site.conf', 2, ['quickfix'])
        expect(actions.find((each) => each.title.startsWith('Ignore'))?.edit?.documentChanges).toMatchObject([
          { edits: [{ range: { start: { line: 1, character: 0 } } }] },
        ])
      },
    ))
})

describe('hover and inlay hints', () => {
  it('are answered over the connection, and the hints can be turned off', async () => {
    const text = 'events {}\nhttp {\n    client_max_body_size 10m;\n    root /srv/www;\n    server { location / { expires 1d; } }\n}\n'
    const ask = async (settings: unknown): Promise<unknown[]> => {
      let answers: unknown[] = []
      await withClient({ files: { 'nginx.conf': text }, settings: { current: settings } }, async (client) => {
        await client.open('nginx.conf', text)
        const textDocument = { uri: client.uri('nginx.conf') }
        answers = [
          await client.connection.sendRequest('textDocument/hover', { textDocument, position: { line: 2, character: 27 } }),
          await client.connection.sendRequest('textDocument/inlayHint', {
            textDocument,
            range: { start: { line: 0, character: 0 }, end: { line: 6, character: 0 } },
          }),
        ]
      })
      return answers
    }
    const hover = {
      contents: { kind: 'markdown', value: '10 MiB (10,485,760 bytes).' },
      range: { start: { line: 2, character: 25 }, end: { line: 2, character: 28 } },
    }
    expect(await ask({})).toEqual([hover, [{ position: { line: 4, character: 25 }, label: 'root /srv/www', paddingLeft: true, tooltip: 'Inherited: line 4' }]])
    expect(await ask({ inlayHints: false })).toEqual([hover, []])
  })
})
