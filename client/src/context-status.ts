import { commands, type Disposable, Range, StatusBarAlignment, type TextDocument, WorkspaceEdit, window, workspace } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'

/** What the server answers to `webconf/contexts`. */
interface FileContexts {
  readonly dialect: 'nginx' | 'apache'
  readonly contexts: readonly (readonly string[])[]
}

const languages = new Set(['nginx', 'apacheconf'])

/** What a comment can say of a file, as the settings and the command have it. */
const contexts = {
  nginx: [
    'main',
    'http',
    'http,server',
    'http,server,location',
    'http,upstream',
    'http,map',
    'http,types',
    'events',
    'stream',
    'stream,server',
    'stream,upstream',
    'mail',
    'mail,server',
  ],
  apacheconf: ['server', 'virtualhost', 'directory', 'location', 'htaccess'],
} as const

const comment = /^[ \t]*#[ \t]*webconf:[ \t]*context=.*$/

/** Asks in which block the open file is read, and writes it as a comment at its head, where every editor and the command read it. */
async function chooseContext(): Promise<void> {
  const document = window.activeTextEditor?.document
  if (!document || (document.languageId !== 'nginx' && document.languageId !== 'apacheconf')) return
  const lines = Array.from({ length: Math.min(document.lineCount, 20) }, (_, line) => document.lineAt(line))
  const said = lines.find(({ text }) => comment.test(text))
  const automatic = { label: 'As the files around it say', detail: said ? 'removes the comment' : 'as it is now', context: undefined }
  const choices = contexts[document.languageId].map((context) => ({ label: context.replaceAll(',', ' › '), context }))
  const chosen = await window.showQuickPick([automatic, ...choices], {
    title: 'Where is this file read?',
    placeHolder: 'The block in which the server includes it',
  })
  if (!chosen) return
  const edit = new WorkspaceEdit()
  if (chosen.context === undefined) {
    if (said) edit.delete(document.uri, said.rangeIncludingLineBreak)
  } else if (said) edit.replace(document.uri, said.range, `# webconf: context=${chosen.context}`)
  else edit.replace(document.uri, new Range(0, 0, 0, 0), `# webconf: context=${chosen.context}\n`)
  await workspace.applyEdit(edit)
}

/** Shows in the status bar in which block of the configuration the open file is read: `http › server`. */
export function showContexts(client: BaseLanguageClient): Disposable[] {
  const item = window.createStatusBarItem('webconf.context', StatusBarAlignment.Right, 100)
  item.name = 'webconf: context of the file'
  item.command = 'webconf.chooseContext'
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
    item.tooltip = `webconf reads this file in ${paths.join(', and in ')}. Select to say otherwise.`
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
    commands.registerCommand('webconf.chooseContext', chooseContext),
    client.onDidChangeState(() => void update(window.activeTextEditor?.document)),
    window.onDidChangeActiveTextEditor((editor) => void update(editor?.document)),
    workspace.onDidChangeTextDocument(({ document }) => updateSoon(document)),
    { dispose: () => clearTimeout(pause) },
  ]
}
