import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import {
  type CodeAction,
  type CompletionList,
  commands,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type Location,
  languages,
  Position,
  Range,
  Selection,
  type SemanticTokens,
  type SymbolInformation,
  type TextDocument,
  type TextEdit,
  WorkspaceEdit,
  window,
  workspace,
} from 'vscode'
import { diagnosticsOf, eventually, openExample } from './helpers.ts'
import { screenshot } from './screenshot.ts'
import { suite } from './suite.ts'

const shop = 'nginx/conf.d/shop.conf'

export const run = suite({
  'completion offers what may stand in the block that includes the file': async () => {
    const document = await opened(shop)
    const labels = await completions(document, at(document, '        proxy_set_header'))
    assert.ok(labels.includes('proxy_read_timeout'), labels.join(' '))
    assert.ok(!labels.includes('worker_connections'))
    const names = await completions(document, at(document, 'shop_app'))
    assert.ok(
      names.some((name) => name.includes('shop_app')),
      names.slice(0, 20).join(' '),
    )
  },
  'hover says what a directive is': async () => {
    const document = await opened(shop)
    const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', document.uri, at(document, 'proxy_pass'))
    assert.match(hovers.flatMap(({ contents }) => contents.map((each) => (typeof each === 'string' ? each : each.value))).join('\n'), /proxy_pass/)
  },
  'a definition is found in another file, with all that refer to it': async () => {
    const document = await opened(shop)
    const position = at(document, 'shop_app')
    const definitions = await commands.executeCommand<Location[]>('vscode.executeDefinitionProvider', document.uri, position)
    assert.match(String(targetOf(definitions[0])), /nginx\.conf$/)
    const references = await commands.executeCommand<Location[]>('vscode.executeReferenceProvider', document.uri, position)
    assert.deepEqual(references.map(({ uri }) => uri.path.replace(/.*\//, '')).sort(), ['nginx.conf', 'shop.conf'])
  },
  'a name is changed in all files': async () => {
    const document = await opened(shop)
    const edit = await commands.executeCommand<WorkspaceEdit>('vscode.executeDocumentRenameProvider', document.uri, at(document, 'shop_app'), 'shop_backend')
    assert.equal(edit.entries().length, 2)
    assert.ok(await workspace.applyEdit(edit))
    assert.match(document.getText(), /proxy_pass http:\/\/shop_backend;/)
    assert.match((await opened('nginx/nginx.conf')).getText(), /upstream shop_backend \{/)
  },
  'the outline has names that say something': async () => {
    const document = await opened(shop)
    const symbols = await commands.executeCommand<(DocumentSymbol | SymbolInformation)[]>('vscode.executeDocumentSymbolProvider', document.uri)
    assert.match(symbols[0]?.name ?? '', /shop\.example/)
  },
  'blocks can be folded, and names have their colours': async () => {
    const document = await opened(shop)
    const folds = await commands.executeCommand<FoldingRange[]>('vscode.executeFoldingRangeProvider', document.uri)
    assert.ok(folds.some(({ start }) => start === 0))
    const tokens = await commands.executeCommand<SemanticTokens>('vscode.provideDocumentSemanticTokens', document.uri)
    assert.ok(tokens.data.length >= 5)
  },
  'a virtual host is opened as nginx has it, by its action': async () => {
    const document = await opened('apache/httpd.conf')
    const position = at(document, 'ServerName')
    const actions = await commands.executeCommand<CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new Range(position, position),
      'refactor.rewrite',
    )
    const action = actions.find(({ title }) => title === 'Convert this virtual host to nginx')
    assert.ok(action?.command, `none among: ${actions.map(({ title }) => title).join(' | ')}`)
    await commands.executeCommand(action.command.command, ...(action.command.arguments ?? []))
    await newText('nginx', /^server \{\n {4}listen [^\n]*8082[^\n]*;\n {4}server_name docs\.example;/m)
  },
  'a server is opened as Apache has it, by the command': async () => {
    await opened(shop)
    await commands.executeCommand('webconf.convertToApache')
    await newText('apacheconf', /^<VirtualHost [^>]*>\n {4}ServerName shop\.example$/m)
  },
  'a file is laid out, and keeps its comment': async () => {
    const document = await opened('nginx/conf.d/untidy.conf')
    const edits = await commands.executeCommand<TextEdit[]>('vscode.executeFormatDocumentProvider', document.uri, { tabSize: 4, insertSpaces: true })
    const edit = new WorkspaceEdit()
    edit.set(document.uri, edits)
    assert.ok(await workspace.applyEdit(edit))
    assert.match(document.getText(), /^ {4}listen 127\.0\.0\.1:8081;$/m)
    assert.match(document.getText(), /^ {4}server_name untidy\.example; +# the comment stays$/m)
  },
  'a block is extracted to an include': async () => {
    const document = await opened('nginx/conf.d/untidy.conf')
    const block = document.getText().indexOf('location')
    const range = new Range(document.positionAt(block), document.positionAt(document.getText().lastIndexOf('}') - 1))
    const actions = await commands.executeCommand<CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range, 'refactor.extract', 50)
    const action = actions.find(({ title }) => /include/i.test(title))
    assert.ok(action?.edit, `none among: ${actions.map(({ title }) => title).join(' | ')}`)
    assert.ok(await workspace.applyEdit(action.edit))
    assert.match(document.getText(), /^\s*include \S+;$/m)
  },
  'the end of a section is put in as its bracket is closed': async () => {
    const editor = await openExample('apache/httpd.conf')
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end
    editor.selection = new Selection(end, end)
    for (const text of '\n<Directory /srv/docs>') await commands.executeCommand('type', { text })
    await eventually('the section is closed', () => /<Directory \/srv\/docs>\n\s*\n<\/Directory>/.test(editor.document.getText()), {
      events: [workspace.onDidChangeTextDocument],
    })
    await commands.executeCommand('type', { text: 'Require all granted' })
    assert.match(editor.document.getText(), /<Directory \/srv\/docs>\n\s+Require all granted\n<\/Directory>/)
    await screenshot('editing')
  },
  'what a false condition leaves out is faint': async () => {
    const document = await opened('apache/httpd.conf')
    await eventually(
      'the section is tagged as unnecessary',
      () => languages.getDiagnostics(document.uri).some(({ tags, range }) => tags?.length && range.contains(at(document, 'SSLProtocol'))),
      { events: [languages.onDidChangeDiagnostics] },
    )
  },
  'the installed server can be asked, when that is wanted': async () => {
    if (!existsSync('/usr/sbin/nginx')) return console.log('# left out: no nginx is installed')
    const editor = await openExample('nginx/nginx.conf')
    // Only the server itself knows which modules it has.
    await editor.edit((edit) => edit.insert(new Position(0, 0), 'load_module modules/none_such.so;\n'))
    await workspace.saveAll()
    await commands.executeCommand('webconf.checkWithInstalledServer')
    const found = await eventually('what nginx -t says', () => languages.getDiagnostics(editor.document.uri).find(({ source }) => source === 'nginx -t'), {
      events: [languages.onDidChangeDiagnostics],
    })
    assert.match(found.message, /none_such\.so/)
    assert.equal(found.range.start.line, 0)
  },
})

async function opened(path: string): Promise<TextDocument> {
  const { document } = await openExample(path)
  await diagnosticsOf(document.uri, { until: () => true })
  // Answers come from the server once it has read the workspace.
  await eventually(`${path} is known`, () => window.activeTextEditor?.document === document)
  return document
}

/** The active editor has a new text of a language, which is closed again. */
async function newText(language: string, expected: RegExp): Promise<void> {
  const document = await eventually(
    `a new text of ${language}`,
    () => {
      const active = window.activeTextEditor?.document
      return active?.isUntitled && active.languageId === language ? active : undefined
    },
    { events: [window.onDidChangeActiveTextEditor] },
  )
  assert.match(document.getText(), expected)
  await commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
}

const at = (document: TextDocument, text: string): Position => document.positionAt(document.getText().indexOf(text) + text.search(/\S/))

async function completions(document: TextDocument, position: Position): Promise<string[]> {
  const { items } = await commands.executeCommand<CompletionList>('vscode.executeCompletionItemProvider', document.uri, position)
  return items.map(({ label }) => (typeof label === 'string' ? label : label.label))
}

const targetOf = (found: Location | { readonly targetUri?: unknown } | undefined): unknown =>
  found && 'targetUri' in found ? found.targetUri : (found as Location | undefined)?.uri
