import { commands, type Disposable, type ExtensionContext, window } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import type { Question } from './answer.ts'
import { type Called, questionFor } from './ask.ts'
import { makePanel, viewType } from './panel.ts'

/** What the panel shows, for other extensions and tests. */
export interface Explanations {
  /** The text of the panel, after a button or link in it was pressed where one is named; undefined where none is open and drawn. */
  read(press?: string): Promise<string | undefined>
}

/** The command that explains a request, and its panel. */
export function explainRequests(
  { extensionUri, workspaceState }: ExtensionContext,
  client: BaseLanguageClient,
): { parts: Disposable[]; explanations: Explanations } {
  const panel = makePanel(extensionUri, client)
  const parts = [
    panel,
    commands.registerCommand('webconf.explainRequest', async (called?: unknown) => {
      const question = await questionFor(client, workspaceState, calledWith(called))
      if (question) await panel.ask(question)
    }),
    window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: (kept, state: Question | undefined) => panel.restore(kept, state),
    }),
  ]
  return { parts, explanations: { read: (press) => panel.read(press) } }
}

/** The menu of an editor gives its address, the palette nothing; a code lens and other extensions give what they mean. */
function calledWith(given: unknown): Called {
  return typeof given === 'object' && given !== null && ('url' in given || 'position' in given) ? (given as Called) : {}
}
