import { commands, type Disposable, env, Location, Position, Range, Uri, ViewColumn, WorkspaceEdit, window, workspace } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'

/** Registers the commands that the manifest names. */
export function registerCommands(extensionUri: Uri, client: BaseLanguageClient): Disposable[] {
  return [
    commands.registerCommand('webconf.restart', () => restart(client)),
    commands.registerCommand('webconf.openRulePage', (rule: unknown) => openRulePage(extensionUri, rule)),
    commands.registerCommand('webconf.copyCommands', copyCommands),
    commands.registerCommand('webconf.showReferences', showReferences),
    commands.registerCommand('webconf.convert', (uri: string, position: PlainPosition) => convert(client, uri, position)),
    commands.registerCommand('webconf.convertToNginx', () => convertActive(client, 'apacheconf')),
    commands.registerCommand('webconf.convertToApache', () => convertActive(client, 'nginx')),
    commands.registerCommand('webconf.applyFixAll', () =>
      commands.executeCommand('editor.action.codeAction', { kind: 'source.fixAll.webconf', apply: 'first' }),
    ),
  ]
}

async function restart(client: BaseLanguageClient): Promise<void> {
  try {
    if (client.isRunning()) await client.stop()
    await client.start()
  } catch (error) {
    void window.showErrorMessage(`webconf's language server did not start: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Shows the page of a rule, `family/name`, from the extension's own folder; without one, the table of all rules. */
async function openRulePage(extensionUri: Uri, rule: unknown): Promise<void> {
  // From the command palette there is no argument, and other extensions may give any.
  const id = typeof rule === 'string' && /^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/.test(rule) ? rule : 'README'
  const page = Uri.joinPath(extensionUri, 'docs', 'rules', `${id}.md`)
  try {
    await commands.executeCommand('markdown.showPreview', page)
  } catch {
    // VS Code's own Markdown extension may be turned off.
    await commands.executeCommand('vscode.open', page)
  }
}

/** webconf runs nothing itself: what is to be run is handed to the person. */
async function copyCommands(title: string, lines: readonly string[]): Promise<void> {
  await env.clipboard.writeText(`${lines.join('\n')}\n`)
  void window.showInformationMessage(`${title}: copied to the clipboard.`, { detail: lines.join('\n') })
}

/** Opens what a document says, or the server around a position in it, in the language of the other server. */
async function convert(client: BaseLanguageClient, uri: string, position?: PlainPosition): Promise<void> {
  const made = await client.sendRequest<{ readonly dialect: 'nginx' | 'apache'; readonly text: string } | null>('webconf/convert', { uri, position })
  if (!made) {
    void window.showInformationMessage('There is no server or virtual host here that could be converted, or the file has a syntax error.')
    return
  }
  const document = await workspace.openTextDocument({ language: made.dialect === 'nginx' ? 'nginx' : 'apacheconf', content: made.text })
  // VS Code gives a name again that is closed, for a while with the text that was there.
  if (document.getText() !== made.text) {
    const edit = new WorkspaceEdit()
    edit.replace(document.uri, new Range(0, 0, document.lineCount, 0), made.text)
    await workspace.applyEdit(edit)
  }
  await window.showTextDocument(document, ViewColumn.Beside)
}

/** The whole of the active editor's document. */
async function convertActive(client: BaseLanguageClient, language: string): Promise<void> {
  const document = window.activeTextEditor?.document
  if (document?.languageId === language) await convert(client, document.uri.toString())
}

interface PlainPosition {
  readonly line: number
  readonly character: number
}

/** Shows the places that a code lens leads to; the server sends plain positions, VS Code's command takes its own kind. */
async function showReferences(
  uri: string,
  { line, character }: PlainPosition,
  locations: readonly { readonly uri: string; readonly range: { readonly start: PlainPosition; readonly end: PlainPosition } }[],
): Promise<void> {
  const places = locations.map(
    ({ uri: each, range: { start, end } }) => new Location(Uri.parse(each), new Range(start.line, start.character, end.line, end.character)),
  )
  await commands.executeCommand('editor.action.showReferences', Uri.parse(uri), new Position(line, character), places)
}
