import { type Disposable, languages, Range, Uri, ViewColumn, type WebviewPanel, window, workspace } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import type { Explanation, FromPage, PlainRange, Question, ToPage, Use } from './answer.ts'
import { makeMarks } from './marks.ts'
import { pageOf } from './page.ts'

export const viewType = 'webconf.explanation'

/** The one panel that explains a request, and follows the configuration. */
export interface ExplanationPanel extends Disposable {
  ask(question: Question): Promise<void>
  /** Takes over a panel that VS Code kept, with what was asked in it. */
  restore(panel: WebviewPanel, question: Question | undefined): Promise<void>
  /** What the page shows, as text, after it was used as is said. Undefined where no panel is open and drawn. */
  read(use?: Use): Promise<string | undefined>
}

export function makePanel(extensionUri: Uri, client: BaseLanguageClient): ExplanationPanel {
  let open: Opened | undefined
  let reads = 0

  interface Opened {
    readonly panel: WebviewPanel
    readonly marks: ReturnType<typeof makeMarks>
    readonly parts: readonly Disposable[]
    question: Question | undefined
    explanation: Explanation | undefined
    /** Counts what was asked: an answer that a later one has overtaken is dropped. */
    turn: number
    isReady: boolean
    readonly reading: Map<number, (text: string) => void>
  }

  const post = ({ panel }: Opened, message: ToPage): Thenable<boolean> => panel.webview.postMessage(message)

  const show = (opened: Opened, isNew: boolean): void => {
    const { question, explanation } = opened
    if (question && explanation && opened.isReady) void post(opened, { kind: 'show', question, explanation, isNew })
  }

  /** Asks the server; what is shown stays until its answer is there, and where that is the same. */
  const askServer = async (opened: Opened, isNew: boolean): Promise<void> => {
    const { question } = opened
    const turn = ++opened.turn
    if (!question) return
    const explanation = await explain(client, question)
    if (turn !== opened.turn || opened !== open) return
    if (!isNew && JSON.stringify(explanation) === JSON.stringify(opened.explanation)) return
    opened.explanation = explanation
    opened.marks.show(explanation.answer ?? undefined)
    show(opened, isNew)
  }

  const hear = (opened: Opened, message: FromPage): void => {
    switch (message.kind) {
      case 'ready':
        opened.isReady = true
        show(opened, true)
        return
      case 'ask':
        opened.question = message.question
        opened.panel.title = titleOf(message.question)
        void askServer(opened, true)
        return
      case 'open':
        if (opened.explanation && placesIn(opened.explanation).has(message.uri)) void openPlace(message.uri, message.range, opened.panel)
        return
      case 'text':
        opened.reading.get(message.id)?.(message.text)
        opened.reading.delete(message.id)
    }
  }

  const adopt = (panel: WebviewPanel): Opened => {
    const { webview } = panel
    webview.options = { enableScripts: true, localResourceRoots: [Uri.joinPath(extensionUri, 'dist')] }
    let pause: ReturnType<typeof setTimeout> | undefined
    const again = (): void => {
      clearTimeout(pause)
      pause = setTimeout(() => void askServer(opened, false), 300)
    }
    const opened: Opened = {
      panel,
      marks: makeMarks(extensionUri),
      parts: [
        workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
          if (contentChanges.length > 0 && document.uri.scheme !== 'output') again()
        }),
        // What changes on disk is heard of by what it changes in the problems.
        languages.onDidChangeDiagnostics(again),
        ...watchFiles(client, again),
        client.onDidChangeState(again),
        { dispose: () => clearTimeout(pause) },
      ],
      question: undefined,
      explanation: undefined,
      turn: 0,
      isReady: false,
      reading: new Map(),
    }
    webview.onDidReceiveMessage((message: FromPage) => hear(opened, message))
    panel.onDidDispose(() => {
      for (const part of [...opened.parts, opened.marks]) part.dispose()
      if (open === opened) open = undefined
    })
    webview.html = pageOf(webview, extensionUri)
    return opened
  }

  const askIn = async (opened: Opened, question: Question): Promise<void> => {
    opened.question = question
    opened.panel.title = titleOf(question)
    await askServer(opened, true)
  }

  return {
    async ask(question) {
      if (open) open.panel.reveal(undefined, false)
      else open = adopt(window.createWebviewPanel(viewType, 'Explain a Request', { viewColumn: ViewColumn.Beside }, { enableFindWidget: true }))
      await askIn(open, question)
    },
    async restore(panel, question) {
      open?.panel.dispose()
      open = adopt(panel)
      if (question) await askIn(open, question)
    },
    async read(use = {}) {
      const opened = open
      if (!opened?.isReady || !opened.panel.visible) return undefined
      return new Promise<string>((resolve) => {
        const id = ++reads
        opened.reading.set(id, resolve)
        void post(opened, { kind: 'read', id, use })
      })
    },
    dispose: () => open?.panel.dispose(),
  }
}

const titleOf = ({ method, url }: Question): string => `${method} ${url.replace(/^https?:\/\//i, '')}`.slice(0, 60)

async function explain(client: BaseLanguageClient, question: Question): Promise<Explanation> {
  const none = (why: string): Explanation => ({ answer: null, why, configuration: null, others: [] })
  if (!client.isRunning()) return none("webconf's language server is not running.")
  try {
    return (
      (await client.sendRequest<Explanation | null>('webconf/explainRequest', question)) ??
      none('The request could not be explained; the output "webconf" says why.')
    )
  } catch (error) {
    return none(`The request could not be explained: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Files that come and go decide too, those among them of which the server is told nothing otherwise. */
function watchFiles(client: BaseLanguageClient, changed: () => void): Disposable[] {
  const watcher = workspace.createFileSystemWatcher('**/*', false, true, false)
  const tell = (uri: Uri, type: 1 | 3): void => {
    if (/\/(?:\.git|node_modules|__pycache__)\//.test(uri.path) || !client.isRunning()) return
    void client.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uri.toString(), type }] })
    changed()
  }
  return [watcher, watcher.onDidCreate((uri) => tell(uri, 1)), watcher.onDidDelete((uri) => tell(uri, 3))]
}

/** The documents that an explanation leads to: the page opens no others. */
function placesIn({ answer, configuration }: Explanation): ReadonlySet<string> {
  const uris = new Set<string>(configuration ? [configuration.uri] : [])
  const add = (one: NonNullable<Explanation['answer']>): void => {
    if (one.fileUri !== undefined) uris.add(one.fileUri)
    for (const { at } of one.steps) if (at) uris.add(at.uri)
    for (const branch of one.branches) add(branch.answer)
  }
  if (answer) add(answer)
  return uris
}

/** Opens a document where it is open already, else beside the panel. */
async function openPlace(text: string, range: PlainRange | undefined, panel: WebviewPanel): Promise<void> {
  const uri = Uri.parse(text)
  const shown = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString())
  const beside = window.visibleTextEditors.find(({ viewColumn }) => viewColumn !== undefined && viewColumn !== panel.viewColumn)
  const viewColumn = shown?.viewColumn ?? beside?.viewColumn ?? (panel.viewColumn === ViewColumn.One ? ViewColumn.Beside : ViewColumn.One)
  const start = range && new Range(range.start.line, range.start.character, range.start.line, range.start.character)
  try {
    await window.showTextDocument(uri, { viewColumn, ...(start ? { selection: start } : {}) })
  } catch (error) {
    void window.showErrorMessage(`${uri.path} cannot be opened: ${error instanceof Error ? error.message : String(error)}`)
  }
}
