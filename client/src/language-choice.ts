import { type Disposable, languages, type Memento, Range, type TextDocument, workspace } from 'vscode'
import { dialectOf } from '../../server/src/workspace/dialect.ts'
import { schemes } from './client-options.ts'

/** The languages that VS Code itself gives to `*.conf` and to files whose name says nothing. */
const undecided = new Set(['properties', 'plaintext'])
const languageOf = { nginx: 'nginx', apache: 'apacheconf' } as const

/** Under this key the workspace remembers the documents whose language a person has chosen. */
const memory = 'webconf.languageChosenByHand'
const mostRemembered = 500

/**
 * Gives documents that VS Code leaves undecided the language of the server that their content plainly speaks to.
 * Never where `files.associations` says what they are, nor where a person has chosen.
 */
export function chooseLanguages(state: Memento): Disposable[] {
  const known = new WeakMap<TextDocument, string>()
  const ours = new WeakSet<TextDocument>()
  const chosenByHand = new Set<string>(state.get<string[]>(memory, []))

  const meet = (document: TextDocument) => {
    const before = known.get(document)
    known.set(document, document.languageId)
    // A document that closes and opens as the same object has changed its language.
    if (before !== undefined && before !== document.languageId && !ours.delete(document)) remember(document)
    void choose(document)
  }
  const remember = (document: TextDocument) => {
    const uri = document.uri.toString()
    chosenByHand.delete(uri)
    if (undecided.has(document.languageId)) chosenByHand.add(uri)
    void state.update(memory, [...chosenByHand].slice(-mostRemembered))
  }
  const choose = async (document: TextDocument) => {
    if (!undecided.has(document.languageId) || chosenByHand.has(document.uri.toString()) || !mayBeOurs(document)) return
    const dialect = dialectOf(document.uri.path, document.getText(head))
    if (dialect === undefined || isAssociated(document)) return
    ours.add(document)
    try {
      await languages.setTextDocumentLanguage(document, languageOf[dialect])
    } catch {
      // Closed in the meantime, or the language is unknown to this VS Code.
      ours.delete(document)
    }
  }

  for (const document of workspace.textDocuments) meet(document)
  // A new file says what it is when it has been written.
  return [workspace.onDidOpenTextDocument(meet), workspace.onDidSaveTextDocument((document) => void choose(document))]
}

/** As much as is looked at. */
const head = new Range(0, 0, 2000, 0)

const mayBeOurs = (document: TextDocument): boolean => schemes.includes(document.uri.scheme)

/** Whether the person's `files.associations` name the document's language. */
function isAssociated(document: TextDocument): boolean {
  const associations = workspace.getConfiguration('files', document.uri).get<Record<string, string>>('associations', {})
  return Object.keys(associations).some((glob) => languages.match({ pattern: glob.includes('/') ? glob : `**/${glob}` }, document) > 0)
}
