import type { ExtensionContext } from 'vscode'
import { makeClient } from './browser-client.ts'
import { type Exported, startExtension, stopExtension } from './start.ts'

/** Called by a VS Code that runs in the browser alone. */
export const activate = (context: ExtensionContext): Promise<Exported> => startExtension(context, makeClient(context.extensionUri))

export const deactivate = stopExtension
