import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createProtocolConnection, type InitializeParams, type ProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node'
import type { InitializationOptions } from '../../server/src/lsp/initialization-options.ts'

/** A workspace on disk and a client of the server over standard input and output. */
export interface TestClient {
  readonly connection: ProtocolConnection
  readonly registered: readonly string[]
  uri(path: string): string
  put(path: string, text: string): void
  open(path: string, text: string): Promise<void>
  stop(): Promise<void>
}

export interface ClientOptions {
  readonly files: Readonly<Record<string, string>>
  readonly capabilities: InitializeParams['capabilities']
  /** The `webconf` section of the editor's settings. */
  readonly settings?: { current: unknown }
  readonly trusted?: boolean
  /** What the client says of itself besides. */
  readonly options?: InitializationOptions
}

export async function startClient(server: string, { files, capabilities, settings, trusted = true, options }: ClientOptions): Promise<TestClient> {
  const folder = mkdtempSync(join(tmpdir(), 'webconf-workspace-'))
  const put = (path: string, text: string): void => {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  for (const [path, text] of Object.entries(files)) put(path, text)
  const child: ChildProcess = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
  if (!child.stdout || !child.stdin) throw new Error('no pipes')
  const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin))
  const registered: string[] = []
  connection.onRequest('client/registerCapability', ({ registrations }: { registrations: { method: string }[] }) => {
    registered.push(...registrations.map((each) => each.method))
  })
  connection.onRequest('workspace/configuration', () => [settings?.current ?? {}])
  connection.onRequest('workspace/diagnostic/refresh', () => undefined)
  connection.listen()
  const uri = (path: string): string => pathToFileURL(join(folder, path)).toString()
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: [{ uri: pathToFileURL(folder).toString(), name: 'test' }],
    capabilities,
    initializationOptions: { trusted, docsUri: 'file:///docs', ...options },
  } satisfies InitializeParams)
  await connection.sendNotification('initialized', {})
  return {
    connection,
    registered,
    uri,
    put,
    async open(path, text) {
      const languageId = path.endsWith('.py') ? 'python' : path.includes('nginx') ? 'nginx' : 'apacheconf'
      await connection.sendNotification('textDocument/didOpen', { textDocument: { uri: uri(path), languageId, version: 1, text } })
    },
    async stop() {
      await connection.sendRequest('shutdown')
      await connection.sendNotification('exit')
      connection.dispose()
      await new Promise((resolve) => child.once('exit', resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
