import { Uri, window } from 'vscode'
import { LanguageClient, type ServerOptions, TransportKind } from 'vscode-languageclient/node'
import { clientOptions } from './client-options.ts'

/** The client of the bundled server, which runs in a Node process of its own. */
export function makeClient(extensionUri: Uri): LanguageClient {
  const module = Uri.joinPath(extensionUri, 'dist', 'server.js').fsPath
  const run = { module, transport: TransportKind.ipc }
  const server: ServerOptions = { run, debug: { ...run, options: { execArgv: ['--nolazy', '--inspect=6019'] } } }
  return new LanguageClient('webconf', 'webconf', server, clientOptions(extensionUri))
}

/** Starts the server; where it does not start, the person is told and can try again. */
export async function startClient(client: LanguageClient): Promise<void> {
  try {
    await client.start()
  } catch (error) {
    void offerRestart(client, error)
  }
}

async function offerRestart(client: LanguageClient, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error)
  const again = 'Try again'
  const chosen = await window.showErrorMessage(`webconf's language server did not start: ${reason}`, again)
  if (chosen === again) await startClient(client)
}
