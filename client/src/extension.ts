import type { ExtensionContext } from 'vscode'
import { makeClient } from './node-client.ts'
import { startExtension, stopExtension } from './start.ts'

/** Called by VS Code when a file of ours, or one that may be ours, is opened. */
export const activate = (context: ExtensionContext): Promise<void> => startExtension(context, makeClient(context.extensionUri))

/** Called by VS Code before it ends; it waits for the server to have ended. */
export const deactivate = stopExtension
