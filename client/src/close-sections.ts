import { type Disposable, type Position, SnippetString, type TextDocument, type TextDocumentChangeEvent, window, workspace } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'

/** The server's answer: see `server/src/features/close-section.ts`. */
interface SectionEnd {
  readonly close: string
}

/** Where `>` is typed behind the beginning of a section, its end is put in, with the cursor between the two. */
export function closeSections(client: BaseLanguageClient): Disposable {
  return workspace.onDidChangeTextDocument((event) => {
    const behind = typedBracket(event)
    if (behind) void close(client, event.document, behind)
  })
}

/** The place behind the bracket, where the change is one bracket typed by the person and sections are to be closed. */
function typedBracket({ contentChanges, document, reason }: TextDocumentChangeEvent): Position | undefined {
  const [change, ...others] = contentChanges
  if (change?.text !== '>' || others.length > 0 || reason !== undefined || document.languageId !== 'apacheconf') return undefined
  return workspace.getConfiguration('webconf', document).get('autoCloseSections', true) ? change.range.start.translate(0, 1) : undefined
}

async function close(client: BaseLanguageClient, document: TextDocument, position: Position): Promise<void> {
  const editor = window.activeTextEditor
  if (editor?.document !== document || !client.isRunning() || editor.selections.length !== 1) return
  const { version } = document
  const end = await client.sendRequest<SectionEnd | null>('webconf/closeSection', {
    uri: document.uri.toString(),
    position: { line: position.line, character: position.character },
  })
  if (!end || document.version !== version) return
  // The editor gives each line of a snippet the indentation of the line that it stands on.
  await editor.insertSnippet(new SnippetString().appendText('\n\t').appendTabstop(0).appendText(`\n${end.close}`), position, {
    undoStopBefore: false,
    undoStopAfter: true,
  })
}
