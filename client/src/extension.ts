import type { ExtensionContext } from 'vscode'
import { workspace } from 'vscode'
import type { LanguageClient } from 'vscode-languageclient/node'
import { closeSections } from './close-sections.ts'
import { registerCommands } from './commands.ts'
import { showContexts } from './context-status.ts'
import { showDeployment } from './deployment-tree.ts'
import { chooseLanguages } from './language-choice.ts'
import { makeClient, startClient } from './node-client.ts'

let client: LanguageClient | undefined

/** Called by VS Code when a file of ours, or one that may be ours, is opened. */
export async function activate(context: ExtensionContext): Promise<void> {
  const started = makeClient(context.extensionUri)
  client = started
  context.subscriptions.push(
    ...registerCommands(context.extensionUri, started),
    ...chooseLanguages(context.workspaceState),
    ...showContexts(started),
    ...showDeployment(started),
    closeSections(started),
    workspace.onDidGrantWorkspaceTrust(() => {
      if (started.isRunning()) void started.sendNotification('webconf/trusted')
    }),
  )
  await startClient(started)
}

/** Called by VS Code before it ends; it waits for the server to have ended. */
export async function deactivate(): Promise<void> {
  await client?.dispose()
}
