import { type Disposable, StatusBarAlignment, type TextDocument, window, workspace } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'

/** What the server answers to `webconf/contexts`. */
interface FileContexts {
  readonly dialect: 'nginx' | 'apache'
  readonly contexts: readonly (readonly string[])[]
}

const languages = new Set(['nginx', 'apacheconf'])

/** Shows in the status bar in which block of the configuration the open file is read: `http › server`. */
export function showContexts(client: BaseLanguageClient): Disposable[] {
  const item = window.createStatusBarItem('webconf.context', StatusBarAlignment.Right, 100)
  item.name = 'webconf: context of the file'
  let asked = 0

  const update = async (document: TextDocument | undefined): Promise<void> => {
    const turn = ++asked
    if (!document || !languages.has(document.languageId) || !client.isRunning()) {
      item.hide()
      return
    }
    let found: FileContexts | null = null
    try {
      found = await client.sendRequest<FileContexts | null>('webconf/contexts', { uri: document.uri.toString() })
    } catch {
      // The server ended meanwhile, or was asked anew.
    }
    if (turn !== asked) return
    if (!found) {
      item.hide()
      return
    }
    const paths = found.contexts.map((context) => context.join(' › '))
    item.text = `in ${paths[0]}${paths.length > 1 ? ` +${paths.length - 1}` : ''}`
    item.tooltip = `webconf reads this file in ${paths.join(', and in ')}. A comment at its head says otherwise: # webconf: context=http,server`
    item.show()
  }
  /** What is typed can change it: asked again when the typing pauses. */
  let pause: ReturnType<typeof setTimeout> | undefined
  const updateSoon = (document: TextDocument): void => {
    if (document !== window.activeTextEditor?.document) return
    clearTimeout(pause)
    pause = setTimeout(() => void update(document), 400)
  }
  void update(window.activeTextEditor?.document)
  return [
    item,
    client.onDidChangeState(() => void update(window.activeTextEditor?.document)),
    window.onDidChangeActiveTextEditor((editor) => void update(editor?.document)),
    workspace.onDidChangeTextDocument(({ document }) => updateSoon(document)),
    { dispose: () => clearTimeout(pause) },
  ]
}
