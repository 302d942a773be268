import { type ExtensionContext, window, workspace } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import { closeSections } from './close-sections.ts'
import { registerCommands } from './commands.ts'
import { showContexts } from './context-status.ts'
import { showDeployment } from './deployment-tree.ts'
import { type Explanations, explainRequests } from './explain/explain.ts'
import { answerFiles } from './files.ts'
import { chooseLanguages } from './language-choice.ts'

let running: BaseLanguageClient | undefined

/** What the extension does, wherever its server runs. */
export async function startExtension(context: ExtensionContext, client: BaseLanguageClient): Promise<Exported> {
  running = client
  const { parts, explanations } = explainRequests(context, client)
  context.subscriptions.push(
    ...registerCommands(context.extensionUri, client),
    ...chooseLanguages(context.workspaceState),
    ...showContexts(client),
    ...showDeployment(client),
    ...answerFiles(client),
    ...parts,
    closeSections(client),
    workspace.onDidGrantWorkspaceTrust(() => {
      if (client.isRunning()) void client.sendNotification('webconf/trusted')
    }),
  )
  await startClient(client)
  return { explanations }
}

/** What other extensions get of this one. */
export interface Exported {
  readonly explanations: Explanations
}

export async function stopExtension(): Promise<void> {
  await running?.dispose()
}

/** Starts the server; where it does not start, the person is told and can try again. */
async function startClient(client: BaseLanguageClient): Promise<void> {
  try {
    await client.start()
  } catch (error) {
    void offerRestart(client, error)
  }
}

async function offerRestart(client: BaseLanguageClient, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error)
  const again = 'Try again'
  const chosen = await window.showErrorMessage(`webconf's language server did not start: ${reason}`, again)
  if (chosen === again) await startClient(client)
}
