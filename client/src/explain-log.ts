import { commands, type Disposable, env, languages, type TextDocument, window, workspace } from 'vscode'

const language = 'webserver-log'

/**
 * The command that explains a server's log: the one in the editor, one from a file, or lines that were copied. The language makes the server
 * read it; what it says of each message stands in the editor and among the problems.
 */
export function explainLogs(): Disposable {
  return commands.registerCommand('webconf.explainLog', async () => {
    const active = window.activeTextEditor?.document
    if (active?.languageId === language) {
      await showProblems()
      return
    }
    const document = active && isLog(active) ? active : await chooseLog()
    if (!document) return
    await window.showTextDocument(await languages.setTextDocumentLanguage(document, language))
    await showProblems()
  })
}

const showProblems = (): Thenable<unknown> => commands.executeCommand('workbench.actions.view.problems')

/** A log by its language or name, or by the time that its first lines begin with. */
function isLog(document: TextDocument): boolean {
  if (document.languageId === 'log' || /(?:[._-]log|\.log\.\d+)$/i.test(document.uri.path)) return true
  if (document.languageId !== 'plaintext') return false
  return Array.from({ length: Math.min(5, document.lineCount) }, (_, i) => document.lineAt(i).text).some((line) => /^\[?(?:\w{3} )?[\d:/. \w-]{8,}/.test(line))
}

async function chooseLog(): Promise<TextDocument | undefined> {
  const copied = 'The lines that were copied'
  const file = 'A file …'
  const chosen = await window.showQuickPick([copied, file], { placeHolder: 'Which log shall be explained?' })
  if (chosen === copied) {
    const content = await env.clipboard.readText()
    if (content.trim() !== '') return workspace.openTextDocument({ language, content })
    void window.showInformationMessage('Nothing is on the clipboard: copy some lines of a log first.')
  } else if (chosen === file) {
    const [uri] = (await window.showOpenDialog({ title: 'The log of a server', openLabel: 'Explain' })) ?? []
    return uri && workspace.openTextDocument(uri)
  }
  return undefined
}
