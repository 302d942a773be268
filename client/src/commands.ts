import * as vscode from 'vscode'

/** The extension's commands. `restart` starts the language server anew. */
export function registerCommands(context: vscode.ExtensionContext, restart: () => Thenable<void> | undefined): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('webconf.restart', restart),
    vscode.commands.registerCommand('webconf.openRulePage', async (rule?: string) => {
      const page = vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules', `${rule ?? 'README'}.md`)
      await vscode.commands.executeCommand('markdown.showPreview', page)
    }),
    // webconf runs nothing itself: what is to be run is handed to the person.
    vscode.commands.registerCommand('webconf.copyCommands', async (title: string, commands: readonly string[]) => {
      await vscode.env.clipboard.writeText(`${commands.join('\n')}\n`)
      void vscode.window.showInformationMessage(`${title}: copied to the clipboard.`, { detail: commands.join('\n') })
    }),
  ]
}
