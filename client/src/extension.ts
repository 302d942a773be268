import * as vscode from 'vscode'
import { LanguageClient, type LanguageClientOptions, type ServerOptions, TransportKind } from 'vscode-languageclient/node'
import { registerCommands } from './commands.ts'
import { chooseLanguages } from './language-choice.ts'

let client: LanguageClient | undefined

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const module = context.asAbsolutePath('dist/server.js')
  const server: ServerOptions = { run: { module, transport: TransportKind.ipc }, debug: { module, transport: TransportKind.ipc } }
  const options: LanguageClientOptions = {
    documentSelector: [{ language: 'nginx' }, { language: 'apacheconf' }, { language: 'python' }, { language: 'json', pattern: '**/webconf.json' }],
    initializationOptions: { trusted: vscode.workspace.isTrusted, docsUri: vscode.Uri.joinPath(context.extensionUri, 'docs').toString() },
    diagnosticPullOptions: { onChange: true, onSave: true, onFocus: true },
  }
  client = new LanguageClient('webconf', 'webconf', server, options)
  context.subscriptions.push(
    ...registerCommands(context, () => client?.restart()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => client?.sendNotification('webconf/trusted')),
    chooseLanguages(),
  )
  await client.start()
}

export async function deactivate(): Promise<void> {
  await client?.stop()
}
