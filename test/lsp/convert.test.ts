import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CodeAction } from 'vscode-languageserver/node'
import type { InitializationOptions } from '../../server/src/lsp/initialization-options.ts'
import { type Bundle, bundle } from '../support/bundle.ts'
import { startClient, type TestClient } from './client.ts'

let server: Bundle
beforeAll(async () => {
  server = await bundle('server/src/lsp/node-main.ts', 'convert')
})
afterAll(() => server.remove())

const apache = `Listen 80
<VirtualHost *:80>
    ServerName one.test
    DocumentRoot /srv/one
</VirtualHost>
<VirtualHost *:80>
    ServerName two.test
    DocumentRoot /srv/two
</VirtualHost>
`
const nginx = `events {}
http {
    server {
        listen 80;
        server_name shop.test;
        root /srv/shop;
    }
}
`

async function withClient(options: InitializationOptions, use: (client: TestClient) => Promise<void>): Promise<void> {
  const client = await startClient(server.path, {
    files: { 'httpd.conf': apache, 'nginx.conf': nginx },
    capabilities: { textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['refactor.rewrite'] } } } } },
    options,
  })
  try {
    await client.open('httpd.conf', apache)
    await client.open('nginx.conf', nginx)
    await use(client)
  } finally {
    await client.stop()
  }
}

interface Made {
  readonly dialect: string
  readonly text: string
}

const convert = (client: TestClient, path: string, position?: object): Promise<Made | null> =>
  client.connection.sendRequest('webconf/convert', { uri: client.uri(path), position })

async function actions(client: TestClient, path: string, line: number): Promise<CodeAction[]> {
  const at = { line, character: 4 }
  const found: CodeAction[] | null = await client.connection.sendRequest('textDocument/codeAction', {
    textDocument: { uri: client.uri(path) },
    range: { start: at, end: at },
    context: { diagnostics: [], only: ['refactor.rewrite'] },
  })
  return (found ?? []).filter(({ command }) => command?.command === 'webconf.convert')
}

it('the server around a position is written for the other server, or all of the document', () =>
  withClient({}, async (client) => {
    const one = await convert(client, 'httpd.conf', { line: 2, character: 4 })
    expect(one?.dialect).toBe('nginx')
    expect(one?.text).toMatch(/^# httpd\.conf for nginx/)
    expect(one?.text).toContain('server_name one.test;')
    expect(one?.text).not.toContain('two.test')
    const both = await convert(client, 'httpd.conf')
    expect(both?.text.match(/server_name \S+;/g)).toEqual(['server_name one.test;', 'server_name two.test;'])
    const back = await convert(client, 'nginx.conf')
    expect(back?.dialect).toBe('apache')
    expect(back?.text).toContain('<VirtualHost *:80>\n    ServerName shop.test\n')
  }))

it('what is typed is converted, and nothing while it has a syntax error', () =>
  withClient({}, async (client) => {
    const change = (version: number, text: string): Promise<void> =>
      client.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: client.uri('nginx.conf'), version },
        contentChanges: [{ text }],
      })
    await change(2, nginx.replace('shop.test', 'new.test'))
    expect((await convert(client, 'nginx.conf'))?.text).toContain('ServerName new.test')
    await change(3, nginx.slice(0, nginx.lastIndexOf('}')))
    expect(await convert(client, 'nginx.conf')).toBeNull()
    expect(await convert(client, 'none.conf')).toBeNull()
  }))

it('is an action of each virtual host and server, whose command says which', () =>
  withClient({ opensTexts: true }, async (client) => {
    const [action, ...others] = await actions(client, 'httpd.conf', 6)
    expect(others).toEqual([])
    expect(action).toMatchObject({ title: 'Convert this virtual host to nginx', kind: 'refactor.rewrite' })
    const [uri, position] = action?.command?.arguments ?? []
    expect(uri).toBe(client.uri('httpd.conf'))
    const made = await convert(client, 'httpd.conf', position)
    expect(made?.text).toContain('server_name two.test;')
    expect(made?.text).not.toContain('one.test')
    expect((await actions(client, 'nginx.conf', 3)).map(({ title }) => title)).toEqual(['Convert this server to Apache'])
    expect(await actions(client, 'httpd.conf', 0)).toEqual([])
  }))

it('is no action for a client that opens no texts', () =>
  withClient({}, async (client) => {
    expect(await actions(client, 'httpd.conf', 6)).toEqual([])
  }))
