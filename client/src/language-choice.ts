import * as vscode from 'vscode'
import { dialectOf } from '../../server/src/workspace/dialect.ts'

const languageIds = { nginx: 'nginx', apache: 'apacheconf' } as const

/** Languages that VS Code gives to files whose name tells it nothing. */
const undecided: ReadonlySet<string> = new Set(['properties', 'plaintext', 'ini'])

/**
 * Sets the language of files that could be either server's, or neither's, by their content, and only where it
 * speaks clearly. Each document is decided on once: a choice made by hand, or by `files.associations`, stays.
 */
export function chooseLanguages(): vscode.Disposable {
  const decided = new Set<string>()
  const decide = async (document: vscode.TextDocument): Promise<void> => {
    const uri = document.uri.toString()
    if (decided.has(uri) || !undecided.has(document.languageId) || isAssociated(document)) return
    decided.add(uri)
    const dialect = dialectOf(document.uri.path, document.getText())
    if (dialect) await vscode.languages.setTextDocumentLanguage(document, languageIds[dialect])
  }
  for (const document of vscode.workspace.textDocuments) void decide(document)
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(decide),
    // A language set by hand closes and opens the document: what was decided stays decided while it is open.
    vscode.workspace.onDidDeleteFiles(({ files }) => {
      for (const file of files) decided.delete(file.toString())
    }),
  )
}

function isAssociated(document: vscode.TextDocument): boolean {
  const associations = vscode.workspace.getConfiguration('files', document.uri).get<Record<string, string>>('associations', {})
  return Object.entries(associations).some(([glob, language]) => {
    const pattern = glob.includes('/') ? glob : `**/${glob}`
    return undecided.has(language) && vscode.languages.match({ pattern }, document) > 0
  })
}
