import { Uri } from 'vscode'
import { LanguageClient, type ServerOptions, TransportKind } from 'vscode-languageclient/node'
import { clientOptions } from './client-options.ts'

/** The client of the bundled server, which runs in a Node process of its own. */
export function makeClient(extensionUri: Uri): LanguageClient {
  const module = Uri.joinPath(extensionUri, 'dist', 'server.js').fsPath
  const run = { module, transport: TransportKind.ipc }
  const server: ServerOptions = { run, debug: { ...run, options: { execArgv: ['--nolazy', '--inspect=6019'] } } }
  return new LanguageClient('webconf', 'webconf', server, clientOptions(extensionUri))
}
