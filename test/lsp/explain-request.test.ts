import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CodeLens } from 'vscode-languageserver/node'
import { type Bundle, bundle } from '../support/bundle.ts'
import { startClient, type TestClient } from './client.ts'

let server: Bundle
beforeAll(async () => {
  server = await bundle('server/src/lsp/node-main.ts', 'explain-request')
})
afterAll(() => server.remove())

const files = {
  'webconf.json': '{ "paths": { "/srv/shop": "shop" } }\n',
  'shop/static/a.css': 'a {}\n',
  'nginx.conf': 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n',
  'conf.d/shop.conf': `server {
    listen 8080;
    server_name shop.example;
    location /static/ { root /srv/shop; }
    location ~ \\.php$ { return 403; }
}
`,
}

async function withClient(use: (client: TestClient) => Promise<void>, options?: { explainsRequests: boolean }): Promise<void> {
  const client = await startClient(server.path, { files, capabilities: { textDocument: { diagnostic: {} } }, ...(options ? { options } : {}) })
  try {
    await client.open('conf.d/shop.conf', files['conf.d/shop.conf'])
    await use(client)
  } finally {
    await client.stop()
  }
}

const line = (number: number) => ({ start: { line: number }, end: { line: number } })

interface Explanation {
  readonly answer: { readonly steps: readonly { readonly phase: string; readonly outcome: string }[] }
}

it('explains a request with places that an editor can open', () =>
  withClient(async ({ connection, uri }) => {
    const explanation = await connection.sendRequest<Explanation>('webconf/explainRequest', {
      url: 'http://shop.example:8080/static/a.css',
      uri: uri('conf.d/shop.conf'),
    })
    expect(explanation).toMatchObject({
      answer: { status: 200, file: '/srv/shop/static/a.css', fileUri: uri('shop/static/a.css'), matched: '/static/', branches: [] },
      why: null,
      configuration: { uri: uri('nginx.conf'), name: 'nginx.conf', dialect: 'nginx', whole: true },
      others: [],
    })
    expect(explanation.answer.steps.find(({ phase, outcome }) => phase === 'location' && outcome === 'decided')).toMatchObject({
      message: '/static/ for /static/a.css',
      at: { uri: uri('conf.d/shop.conf'), range: line(3), name: 'conf.d/shop.conf:4' },
    })
  }))

it('follows what is typed, as it is not saved', () =>
  withClient(async ({ connection, uri }) => {
    const status = async (): Promise<unknown> => {
      const { answer } = await connection.sendRequest<{ answer: { status: number } }>('webconf/explainRequest', { url: 'http://shop.example:8080/a.php' })
      return answer.status
    }
    expect(await status()).toBe(403)
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: uri('conf.d/shop.conf'), version: 2 },
      contentChanges: [{ text: files['conf.d/shop.conf'].replace('403', '410') }],
    })
    expect(await status()).toBe(410)
  }))

it('says in words what cannot be asked', () =>
  withClient(async ({ connection }) => {
    expect(await connection.sendRequest('webconf/explainRequest', { url: 'shop' })).toEqual({
      answer: null,
      why: '"shop" is no URL that begins with http:// or https://.',
      configuration: null,
      others: [],
    })
  }))

it('proposes a request for a place', () =>
  withClient(async ({ connection, uri }) => {
    const at = (place: { line: number; character: number }, path = 'conf.d/shop.conf') =>
      connection.sendRequest('webconf/requestAt', { uri: uri(path), position: place })
    expect(await at({ line: 4, character: 8 })).toEqual({ url: 'http://shop.example:8080/a.php', reaches: true })
    expect(await at({ line: 0, character: 0 }, 'webconf.json')).toBeNull()
  }))

it('has lenses for clients that know the command, and for them only', async () => {
  const lenses = async ({ connection, uri }: TestClient): Promise<CodeLens[]> => {
    const all = await connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri: uri('conf.d/shop.conf') } })
    return all.filter(({ command }) => command?.command === 'webconf.explainRequest')
  }
  await withClient(
    async (client) => {
      const uri = client.uri('conf.d/shop.conf')
      expect(await lenses(client)).toMatchObject([
        { range: line(0), command: { title: 'Explain a request', arguments: [{ uri, position: { line: 0, character: 0 } }] } },
        { range: line(3), command: { arguments: [{ uri, position: { line: 3, character: 4 } }] } },
        { range: line(4) },
      ])
    },
    { explainsRequests: true },
  )
  await withClient(async (client) => expect(await lenses(client)).toEqual([]))
})
