import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TextEdit } from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { type Bundle, bundle } from '../support/bundle.ts'
import { type ClientOptions, startClient, type TestClient } from './client.ts'

let server: Bundle
beforeAll(async () => {
  server = await bundle('server/src/lsp/node-main.ts', 'server')
})
afterAll(() => server.remove())

const spaces = { tabSize: 2, insertSpaces: true }
const loose = 'http {\nserver {\nlisten   80;\n}\n}\n'

async function withClient(options: Partial<ClientOptions>, use: (client: TestClient) => Promise<void>): Promise<void> {
  const client = await startClient(server.path, { files: {}, capabilities: {}, ...options })
  try {
    await use(client)
  } finally {
    await client.stop()
  }
}

const apply = (text: string, edits: TextEdit[] | null): string => TextDocument.applyEdits(TextDocument.create('file:///x', '', 1, text), edits ?? [])

describe('formatting', () => {
  it('of a document, with the editor’s indentation and what the settings say', () =>
    withClient({ files: { 'webconf.json': '{ "format": { "align": true } }' } }, async (client) => {
      const text = 'http {\nsendfile on;\nserver_tokens off;\n}\n'
      await client.open('nginx.conf', text)
      const ask = (options: object): Promise<TextEdit[]> =>
        client.connection.sendRequest('textDocument/formatting', { textDocument: { uri: client.uri('nginx.conf') }, options })
      expect(apply(text, await ask(spaces))).toBe('http {\n  sendfile      on;\n  server_tokens off;\n}\n')
      expect(apply(text, await ask({ tabSize: 8, insertSpaces: false }))).toBe('http {\n\tsendfile      on;\n\tserver_tokens off;\n}\n')
    }))
  it('of a range, and while typing', () =>
    withClient({}, async (client) => {
      await client.open('nginx.conf', loose)
      const textDocument = { uri: client.uri('nginx.conf') }
      const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 5 } }
      const inRange: TextEdit[] = await client.connection.sendRequest('textDocument/rangeFormatting', { textDocument, range, options: spaces })
      expect(apply(loose, inRange)).toBe('http {\nserver {\n    listen 80;\n}\n}\n')
      const typed: TextEdit[] = await client.connection.sendRequest('textDocument/onTypeFormatting', {
        textDocument,
        position: { line: 2, character: 12 },
        ch: ';',
        options: spaces,
      })
      expect(apply(loose, typed)).toBe('http {\nserver {\n  listen   80;\n}\n}\n')
    }))
  it('leaves a document with a syntax error alone, and one that is no configuration', () =>
    withClient({}, async (client) => {
      await client.open('nginx.conf', 'http {\n')
      await client.open('settings.py', 'a  =  1\n')
      for (const path of ['nginx.conf', 'settings.py'])
        expect(await client.connection.sendRequest('textDocument/formatting', { textDocument: { uri: client.uri(path) }, options: spaces })).toEqual([])
    }))
  it('is registered for our languages alone where the client can', () => {
    const dynamicRegistration = true
    const capabilities = {
      textDocument: { formatting: { dynamicRegistration }, rangeFormatting: { dynamicRegistration }, onTypeFormatting: { dynamicRegistration } },
    }
    return withClient({ capabilities }, async (client) => {
      await expect.poll(() => client.registered).toEqual(['textDocument/formatting', 'textDocument/rangeFormatting', 'textDocument/onTypeFormatting'])
    })
  })
})
