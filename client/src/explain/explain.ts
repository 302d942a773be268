import { commands, type Disposable, type ExtensionContext, window } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import type { Question, Use } from './answer.ts'
import { type Called, questionFor } from './ask.ts'
import { makePanel, viewType } from './panel.ts'

/** What the panel shows, for other extensions and tests. */
export interface Explanations {
  /** The text of the panel, after it was used as is said; undefined where none is open and drawn. */
  read(use?: Use): Promise<string | undefined>
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
  return { parts, explanations: { read: (use) => panel.read(use) } }
}

/** The menu of an editor gives its address, the palette nothing; a code lens and other extensions give what they mean. */
function calledWith(given: unknown): Called {
  return typeof given === 'object' && given !== null && ('url' in given || 'position' in given) ? (given as Called) : {}
}
