import type { ExtensionContext } from 'vscode'
import { checkWithInstalledServer } from './installed-server.ts'
import { makeClient } from './node-client.ts'
import { type Exported, startExtension, stopExtension } from './start.ts'

/** Called by VS Code when a file of ours, or one that may be ours, is opened. */
export function activate(context: ExtensionContext): Promise<Exported> {
  const client = makeClient(context.extensionUri)
  context.subscriptions.push(...checkWithInstalledServer(client))
  return startExtension(context, client)
}

/** Called by VS Code before it ends; it waits for the server to have ended. */
export const deactivate = stopExtension
