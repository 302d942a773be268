import {
  type CodeAction,
  commands,
  type Diagnostic,
  type Event,
  type Extension,
  extensions,
  languages,
  type TextDocument,
  type TextEditor,
  Uri,
  window,
  workspace,
} from 'vscode'

/** The extension under test. */
export function webconf(): Extension<unknown> {
  const found = extensions.getExtension('webconf.webconf')
  if (found === undefined) throw new Error('the extension webconf.webconf is not in this VS Code')
  return found
}

/** The address of a file of the suite's workspace. */
export function inWorkspace(path: string): Uri {
  const folder = workspace.workspaceFolders?.[0]
  if (folder === undefined) throw new Error('no folder is open')
  return Uri.joinPath(folder.uri, path)
}

/** Opens a file of the suite's workspace in an editor, as a click on it does. */
export async function openExample(path: string): Promise<TextEditor> {
  return window.showTextDocument(await workspace.openTextDocument(inWorkspace(path)), { preview: false })
}

/** Waits until `condition` gives something; it is asked again at each of the events, and now and then. */
export async function eventually<T>(what: string, condition: () => T | undefined | false, { events = [], timeout = 20_000 }: Waiting = {}): Promise<T> {
  const deadline = Date.now() + timeout
  for (;;) {
    const answer = condition()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > deadline) throw new Error(`waited ${timeout / 1000} s in vain: ${what}`)
    await oneOf(events, 250)
  }
}

interface Waiting {
  readonly events?: readonly Event<unknown>[]
  /** Milliseconds. */
  readonly timeout?: number
}

/** Waits until a document has a language, and returns the document. */
export function languageOf(uri: Uri, language: string): Promise<TextDocument> {
  const document = () => workspace.textDocuments.find((each) => each.uri.toString() === uri.toString())
  return eventually(
    `${uri.path} has the language ${language}, not ${document()?.languageId}`,
    () => {
      const found = document()
      return found?.languageId === language ? found : undefined
    },
    { events: [workspace.onDidOpenTextDocument] },
  )
}

/** A file's diagnostics from webconf, as soon as `until` holds of them (by default: as soon as there are any). */
export async function diagnosticsOf(
  uri: Uri,
  { until = (found) => found.length > 0, timeout = 20_000 }: { until?: (found: readonly Diagnostic[]) => boolean; timeout?: number } = {},
): Promise<readonly Diagnostic[]> {
  const now = () => languages.getDiagnostics(uri).filter(({ source }) => source === 'webconf')
  try {
    return await eventually(
      `diagnostics of ${uri.path}`,
      () => {
        const found = now()
        return until(found) ? found : undefined
      },
      { events: [languages.onDidChangeDiagnostics], timeout },
    )
  } catch (error) {
    const seen = now().map((diagnostic) => `${diagnostic.range.start.line + 1}: ${ruleOf(diagnostic)}: ${diagnostic.message}`)
    throw new Error(`${error instanceof Error ? error.message : error}; there are: ${seen.join('\n') || 'none'}`)
  }
}

/** The id of the rule that gave a diagnostic. */
export function ruleOf({ code }: Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code)
}

/** The quick fixes that VS Code offers for the first diagnostic of a rule in a file. */
export async function quickFixesOf(uri: Uri, rule: string): Promise<readonly CodeAction[]> {
  const found = await diagnosticsOf(uri, { until: (all) => all.some((each) => ruleOf(each) === rule) })
  const range = found.find((each) => ruleOf(each) === rule)?.range
  // The last argument is how many are resolved: their edits may be worked out only then.
  return commands.executeCommand<CodeAction[]>('vscode.executeCodeActionProvider', uri, range, 'quickfix', 100)
}

/** Applies the quick fix of a rule whose title fits, edits and command, as choosing it in the menu does; returns its title. */
export async function applyQuickFix(uri: Uri, rule: string, title: RegExp = /./): Promise<string> {
  const offered = await quickFixesOf(uri, rule)
  const action = offered.find((each) => title.test(each.title))
  if (action === undefined) throw new Error(`no quick fix of ${rule} fits ${title}; offered: ${offered.map((each) => each.title).join(' | ') || 'none'}`)
  if (action.edit !== undefined && !(await workspace.applyEdit(action.edit))) throw new Error(`the edit of "${action.title}" was refused`)
  if (action.command !== undefined) await commands.executeCommand(action.command.command, ...(action.command.arguments ?? []))
  return action.title
}

/** Waits for one of the events, or some milliseconds. */
function oneOf(events: readonly Event<unknown>[], milliseconds: number): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer)
      for (const each of listening) each.dispose()
      done()
    }
    const timer = setTimeout(end, milliseconds)
    const listening = events.map((event) => event(end))
  })
}
