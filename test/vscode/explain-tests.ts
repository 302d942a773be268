import { type CodeLens, commands, type Extension, Range, Selection, type TextEditor, Uri, window, workspace } from 'vscode'
import { diagnosticsOf, eventually, inWorkspace, openExample, webconf } from './helpers.ts'

const shop = 'nginx/conf.d/shop.conf'

/** What holds of the panel in every VS Code. */
export const explainTests = {
  'a request is explained step by step': async () => {
    await openExample(shop)
    await commands.executeCommand('webconf.explainRequest', { url: 'https://shop.example/static/site.css' })
    await shows(
      '200 OK',
      'File /srv/shop/static/site.css',
      'Cache-Control: max-age=3600 nginx/conf.d/shop.conf:10',
      'strict-transport-security',
      'Answered by nginx/nginx.conf',
    )
    await shows('decided location /static/ for /static/site.css nginx/conf.d/shop.conf:8')
    await eventually('the panel has a title', () => tabs().includes('GET shop.example/static/site.css'))
  },
  'a step leads to its line, and the file to what is deployed': async () => {
    await press('nginx/conf.d/shop.conf:8')
    await eventually('the location is shown', () => at(window.activeTextEditor) === `${shop}:8`)
    await press('/srv/shop/static/site.css')
    await eventually('the style sheet is shown', () => at(window.activeTextEditor) === 'shop/static/site.css:1')
  },
  'the answer follows the configuration': async () => {
    const editor = await openExample(shop)
    const text = editor.document.getText()
    const start = editor.document.positionAt(text.indexOf('expires 1h;'))
    await editor.edit((edit) => edit.replace(new Range(start, start.translate(0, 'expires 1h;'.length)), 'return 410;'))
    await shows('410 Gone', 'return 410')
    await commands.executeCommand('undo')
    await shows('200 OK')
  },
  'a file that comes is seen': async () => {
    await commands.executeCommand('webconf.explainRequest', { url: 'https://shop.example/static/new.css' })
    await shows('404 Not Found')
    await workspace.fs.writeFile(inWorkspace('shop/static/new.css'), new Uint8Array())
    await shows('200 OK')
  },
  'a code lens asks for what comes to its location': async () => {
    const editor = await openExample(shop)
    await diagnosticsOf(editor.document.uri, { until: () => true })
    const lenses = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', editor.document.uri, 100)
    const own = lenses.filter(({ command }) => command?.command === 'webconf.explainRequest')
    const lines = own.map(({ range }) => range.start.line + 1)
    if (lines.join() !== '1,8,13,19,24,31') throw new Error(`lenses above ${lines.join()}`)
    const lens = own.find(({ range }) => range.start.line + 1 === 13)?.command
    await commands.executeCommand(lens?.command ?? '', ...(lens?.arguments ?? []))
    await shows('403 Forbidden', 'Access denied', '~ ^/(?:export|report)/.+\\.csv$ for /export/')
  },
  'the request is changed in the panel, and asked again': async () => {
    await explanations().read({ url: 'http://www.shop.example/<b>cart</b>?a=1', press: 'Explain' })
    await shows('301 Moved Permanently', 'Redirects to https://shop.example/<b>cart</b>?a=1', 'return 301')
    await eventually('the title is that of the new request', () => tabs().includes('GET www.shop.example/<b>cart</b>?a=1'))
  },
  'what cannot be known has its own answer': async () => {
    await commands.executeCommand('webconf.explainRequest', { url: 'https://shop.example/about' })
    await shows('File /srv/pages/about', 'If something is otherwise', 'If there is nothing at /srv/pages/about : Handed on to 127.0.0.1:8000', 'as /about')
  },
  'the command proposes a request for the cursor, and takes it': async () => {
    const editor = await openExample('apache/httpd.conf')
    const position = editor.document.positionAt(editor.document.getText().indexOf('Alias /static'))
    editor.selection = new Selection(position, position)
    const asked = commands.executeCommand('webconf.explainRequest')
    // The box is there when the server has answered; nothing tells when.
    let waiting = true
    void asked.then(() => {
      waiting = false
    })
    while (waiting) {
      await pause(300)
      await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem')
    }
    await eventually('the request is that of the alias', () => tabs().includes('GET admin.example:8080/static'))
    await shows('Answered by apache/httpd.conf', '/static is /srv/shop/static apache/httpd.conf:9')
  },
  'what cannot be asked is said in words': async () => {
    await commands.executeCommand('webconf.explainRequest', { url: 'https://shop.example/', headers: ['no header'] })
    await shows('A header is "Name: value", not "no header".')
  },
  'nothing is left when the panel is closed': async () => {
    await commands.executeCommand('webconf.explainRequest', { url: 'https://shop.example/static/site.css' })
    await shows('200 OK')
    const panel = window.tabGroups.all.flatMap((group) => group.tabs).find(({ label }) => label === 'GET shop.example/static/site.css')
    if (!panel) throw new Error('no panel')
    await window.tabGroups.close(panel)
    const text = await explanations().read()
    if (text !== undefined) throw new Error(`still shown: ${text}`)
  },
}

interface Explanations {
  read(use?: { readonly url?: string; readonly press?: string }): Promise<string | undefined>
}

const explanations = (): Explanations => (webconf() as Extension<{ readonly explanations: Explanations }>).exports.explanations

/** Waits until all of some texts are in the panel. */
export async function shows(...texts: readonly string[]): Promise<void> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const text = (await explanations().read()) ?? 'no panel'
    const missing = texts.filter((each) => !text.includes(each))
    if (missing.length === 0) return
    if (Date.now() > deadline) throw new Error(`not shown: ${missing.join(' | ')}; but: ${text}`)
    await pause(250)
  }
}

/** Presses a button or link of the panel. */
async function press(text: string): Promise<void> {
  await shows(text)
  await explanations().read({ press: text })
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

const tabs = (): readonly string[] => window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label))

/** `nginx/conf.d/shop.conf:8` */
function at(editor: TextEditor | undefined): string | undefined {
  const folder = workspace.workspaceFolders?.[0]
  if (!editor || !folder) return undefined
  return `${editor.document.uri.path.slice(Uri.joinPath(folder.uri, '/').path.length)}:${editor.selection.active.line + 1}`
}
