import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallHierarchyItem, CodeLens, WorkspaceEdit } from 'vscode-languageserver/node'
import { type Bundle, bundle } from '../support/bundle.ts'
import { type ClientOptions, startClient, type TestClient } from './client.ts'

let server: Bundle
beforeAll(async () => {
  server = await bundle('server/src/lsp/node-main.ts', 'server')
})
afterAll(() => server.remove())

const capabilities: ClientOptions['capabilities'] = {
  textDocument: { diagnostic: {}, definition: { linkSupport: true }, rename: { prepareSupport: true } },
  workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
}
const files = {
  'nginx.conf': 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n',
  'conf.d/app.conf': 'upstream app { server 127.0.0.1:8000; }\n',
  'conf.d/site.conf': 'server {\n    location / { proxy_pass http://app; }\n    location /static/ { alias /srv/site/static/; }\n}\n',
  'site/manage.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n",
  'site/site/wsgi.py':
    "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\napplication = get_wsgi_application()\n",
  'site/site/settings.py': "STATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/site/static'\nDEBUG = False\n",
  'site.service': '[Service]\nWorkingDirectory=/srv/site\nExecStart=/v/bin/gunicorn --bind 127.0.0.1:8000 site.wsgi\n',
}

async function withClient(options: Partial<ClientOptions>, use: (client: TestClient) => Promise<void>): Promise<void> {
  const client = await startClient(server.path, { files, capabilities, ...options })
  try {
    await use(client)
  } finally {
    await client.stop()
  }
}

const at = (client: TestClient, path: string, line: number, character: number) => ({ textDocument: { uri: client.uri(path) }, position: { line, character } })
const range = (line: number, start: number, end: number) => ({ start: { line, character: start }, end: { line, character: end } })

describe('navigation over the protocol', () => {
  it('goes from a name to its definition and back, and says what it was asked from', () =>
    withClient({}, async (client) => {
      const { connection } = client
      expect(await connection.sendRequest('textDocument/definition', at(client, 'conf.d/site.conf', 1, 35))).toEqual([
        {
          originSelectionRange: range(1, 35, 38),
          targetUri: client.uri('conf.d/app.conf'),
          targetRange: range(0, 9, 12),
          targetSelectionRange: range(0, 9, 12),
        },
      ])
      const references = { ...at(client, 'conf.d/app.conf', 0, 10), context: { includeDeclaration: false } }
      expect(await connection.sendRequest('textDocument/references', references)).toEqual([{ uri: client.uri('conf.d/site.conf'), range: range(1, 35, 38) }])
      expect(await connection.sendRequest('textDocument/documentHighlight', at(client, 'conf.d/app.conf', 0, 10))).toEqual([
        { range: range(0, 9, 12), kind: 3 },
      ])
    }))

  it('goes from Django’s settings to what serves their folder, and says nothing elsewhere in Python', () =>
    withClient({}, async (client) => {
      const { connection } = client
      await client.open('site/site/settings.py', files['site/site/settings.py'])
      expect(await connection.sendRequest('textDocument/definition', at(client, 'site/site/settings.py', 1, 3))).toEqual([
        { uri: client.uri('conf.d/site.conf'), range: range(2, 30, 47) },
      ])
      expect(await connection.sendRequest('textDocument/definition', at(client, 'site/site/settings.py', 2, 3))).toBeNull()
      expect(
        await connection.sendRequest('textDocument/references', { ...at(client, 'site/site/settings.py', 1, 3), context: { includeDeclaration: true } }),
      ).toEqual([])
      expect(await connection.sendRequest('textDocument/codeLens', { textDocument: { uri: client.uri('site/site/settings.py') } })).toEqual([])
    }))

  it('renames in all files, or says why not', () =>
    withClient({}, async (client) => {
      const { connection } = client
      expect(await connection.sendRequest('textDocument/prepareRename', at(client, 'conf.d/site.conf', 1, 36))).toEqual({
        range: range(1, 35, 38),
        placeholder: 'app',
      })
      const edit: WorkspaceEdit = await connection.sendRequest('textDocument/rename', { ...at(client, 'conf.d/site.conf', 1, 36), newName: 'shop' })
      expect(edit.documentChanges).toEqual([
        { textDocument: { uri: client.uri('conf.d/app.conf'), version: null }, edits: [{ range: range(0, 9, 12), newText: 'shop' }] },
        { textDocument: { uri: client.uri('conf.d/site.conf'), version: null }, edits: [{ range: range(1, 35, 38), newText: 'shop' }] },
      ])
      await expect(connection.sendRequest('textDocument/rename', { ...at(client, 'conf.d/site.conf', 1, 36), newName: 'a b' })).rejects.toThrow(
        '"a b" cannot be the name of an upstream.',
      )
      expect(await connection.sendRequest('textDocument/prepareRename', at(client, 'conf.d/site.conf', 0, 2))).toBeNull()
    }))

  it('shows who includes a file, and links to included files', () =>
    withClient({}, async (client) => {
      const { connection } = client
      const items: CallHierarchyItem[] = await connection.sendRequest('textDocument/prepareCallHierarchy', at(client, 'conf.d/site.conf', 0, 0))
      expect(items).toMatchObject([{ name: 'conf.d/site.conf — http', uri: client.uri('conf.d/site.conf') }])
      const incoming = await connection.sendRequest('callHierarchy/incomingCalls', { item: items[0] })
      expect(incoming).toMatchObject([{ from: { name: 'nginx.conf — main', uri: client.uri('nginx.conf') }, fromRanges: [range(2, 4, 25)] }])
      const outgoing = await connection.sendRequest('callHierarchy/outgoingCalls', { item: { ...items[0], uri: client.uri('nginx.conf') } })
      expect(outgoing).toMatchObject([{ to: { name: 'conf.d/app.conf — http' } }, { to: { name: 'conf.d/site.conf — http' } }])
    }))

  it('lists the names of the workspace', () =>
    withClient({}, async (client) => {
      expect(await client.connection.sendRequest('workspace/symbol', { query: 'ap' })).toMatchObject([
        { name: 'app', containerName: 'upstream', location: { uri: client.uri('conf.d/app.conf'), range: range(0, 9, 12) } },
      ])
    }))

  it('has code lenses that lead to the uses, unless the setting turns them off', async () => {
    const ask = (client: TestClient): Promise<CodeLens[]> =>
      client.connection.sendRequest('textDocument/codeLens', { textDocument: { uri: client.uri('conf.d/app.conf') } })
    await withClient({}, async (client) => {
      expect(await ask(client)).toMatchObject([
        { range: range(0, 0, 0), command: { title: 'included from nginx.conf:3', command: 'webconf.showReferences' } },
        {
          range: range(0, 9, 12),
          command: {
            title: 'used by 1 server',
            arguments: [client.uri('conf.d/app.conf'), { line: 0, character: 9 }, [{ uri: client.uri('conf.d/site.conf'), range: range(1, 35, 38) }]],
          },
        },
      ])
    })
    await withClient({ settings: { current: { codeLens: false } } }, async (client) => expect(await ask(client)).toEqual([]))
  })
})
