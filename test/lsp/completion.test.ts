import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CompletionItem, CompletionList, SignatureHelp } from 'vscode-languageserver/node'
import { type Bundle, bundle } from '../support/bundle.ts'
import { startClient, type TestClient } from './client.ts'

let server: Bundle
beforeAll(async () => {
  server = await bundle('server/src/lsp/node-main.ts', 'server')
})
afterAll(() => server.remove())

const text = 'events {}\nhttp {\n    ser\n    gzip o\n    set $a $;\n}\n'

async function withClient(completionItem: object, use: (client: TestClient) => Promise<void>): Promise<void> {
  const client = await startClient(server.path, { files: { 'nginx.conf': text }, capabilities: { textDocument: { completion: { completionItem } } } })
  try {
    await client.open('nginx.conf', text)
    await use(client)
  } finally {
    await client.stop()
  }
}

const at = (client: TestClient, line: number, character: number): object => ({ textDocument: { uri: client.uri('nginx.conf') }, position: { line, character } })
const complete = (client: TestClient, line: number, character: number, more: object = {}): Promise<CompletionList> =>
  client.connection.sendRequest('textDocument/completion', { ...at(client, line, character), ...more })

describe('completion over the protocol', () => {
  it('puts a snippet in place of what is typed, and tells of the directive when asked', () =>
    withClient({ snippetSupport: true, documentationFormat: ['markdown'] }, async (client) => {
      const { items } = await complete(client, 2, 7)
      const item = items.find(({ label }) => label === 'server')
      expect(item).toMatchObject({
        insertTextFormat: 2,
        textEdit: { range: { start: { line: 2, character: 4 }, end: { line: 2, character: 7 } }, newText: 'server {\n\t$0\n}' },
      })
      expect(item?.documentation).toBeUndefined()
      const resolved: CompletionItem = await client.connection.sendRequest('completionItem/resolve', item as object)
      expect(resolved.documentation).toMatchObject({ kind: 'markdown', value: expect.stringContaining('Context: http') })
    }))

  it('puts plain text where the client knows no snippets', () =>
    withClient({}, async (client) => {
      const { items } = await complete(client, 2, 7)
      const item = items.find(({ label }) => label === 'server')
      expect(item).toMatchObject({ textEdit: { newText: 'server' } })
      expect(item?.insertTextFormat).toBeUndefined()
      expect(items.some(({ textEdit }) => /\$\{?\d/.test(textEdit?.newText ?? ''))).toBe(false)
      const resolved: CompletionItem = await client.connection.sendRequest('completionItem/resolve', item as object)
      expect(resolved.documentation).toEqual(expect.stringContaining('Context: http'))
    }))

  it('tells of a variable when asked', () =>
    withClient({}, async (client) => {
      const { items } = await complete(client, 4, 11)
      const item = items.find(({ label }) => label === '$host')
      const resolved: CompletionItem = await client.connection.sendRequest('completionItem/resolve', item as object)
      expect(resolved.documentation).toEqual(expect.stringMatching(/\bHost\b|host/))
    }))

  it('says nothing for the blanks of an indentation', () =>
    withClient({}, async (client) => {
      expect((await complete(client, 2, 4, { context: { triggerKind: 2, triggerCharacter: ' ' } })).items).toEqual([])
    }))

  it('lets a word of a closed set be followed by its semicolon', () =>
    withClient({ commitCharactersSupport: true }, async (client) => {
      const { items } = await complete(client, 3, 10)
      expect(items.find(({ label }) => label === 'on')).toMatchObject({ commitCharacters: [';'] })
    }))

  it('helps with the arguments', () =>
    withClient({}, async (client) => {
      const help: SignatureHelp = await client.connection.sendRequest('textDocument/signatureHelp', at(client, 3, 10))
      expect(help).toMatchObject({ activeSignature: 0, activeParameter: 0, signatures: [{ label: 'gzip on | off;', parameters: [{ label: [5, 13] }] }] })
      expect(await client.connection.sendRequest('textDocument/signatureHelp', at(client, 2, 7))).toBeNull()
    }))
})
