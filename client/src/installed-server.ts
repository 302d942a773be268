import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { commands, Diagnostic, DiagnosticSeverity, type Disposable, languages, ProgressLocation, Range, Uri, window, workspace } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import { type Said, saidByApache, saidByNginx } from './server-output.ts'

/** What the server answers to `webconf/root`: the main file of the configuration to which a document belongs. */
interface Root {
  readonly dialect: 'nginx' | 'apache'
  readonly uri: string
  readonly whole: boolean
}

/** Debian's script sets the environment that Apache's configuration needs; it comes first. */
const programs = { nginx: ['nginx', 'openresty', 'angie'], apache: ['apache2ctl', 'apachectl', 'httpd', 'apache2'] } as const
const names = { nginx: 'nginx', apache: 'Apache' } as const

/**
 * "Check with the Installed Server": runs `nginx -t` or `apache2ctl -t` on the open configuration, when asked and in a trusted workspace only, as
 * both load the modules that it names. What the server says and webconf has not said stands among the problems until something is changed.
 */
export function checkWithInstalledServer(client: BaseLanguageClient): Disposable[] {
  const collection = languages.createDiagnosticCollection('webconf.installed')
  const isOurs = (languageId: string): boolean => languageId === 'nginx' || languageId === 'apacheconf'
  return [
    collection,
    commands.registerCommand('webconf.checkWithInstalledServer', () =>
      window.withProgress({ location: ProgressLocation.Window, title: 'webconf: asking the installed server' }, () => check(client, collection)),
    ),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (isOurs(document.languageId) && contentChanges.length > 0) collection.clear()
    }),
  ]
}

async function check(client: BaseLanguageClient, collection: ReturnType<typeof languages.createDiagnosticCollection>): Promise<void> {
  const document = window.activeTextEditor?.document
  if (!workspace.isTrusted || !document || document.uri.scheme !== 'file') {
    void window.showInformationMessage('Open a configuration file of a trusted folder on this machine first.')
    return
  }
  const root = await client.sendRequest<Root | null>('webconf/root', { uri: document.uri.toString() })
  if (!root?.whole) {
    void window.showInformationMessage(
      root ? 'This file is a piece: the configuration that includes it is not in the workspace.' : 'This file is no configuration of nginx or Apache.',
    )
    return
  }
  const program = programOf(root.dialect)
  if (program === undefined) {
    void window.showErrorMessage(`No ${programs[root.dialect].join(' or ')} is on the PATH; the setting webconf.installed.${root.dialect} can name one.`)
    return
  }
  if (!(await savedAll())) return
  const file = Uri.parse(root.uri).fsPath
  const args = root.dialect === 'nginx' ? ['-t', '-c', file] : ['-t', '-f', file]
  const { output, failed } = await run(program, args)
  const said = root.dialect === 'nginx' ? saidByNginx(output) : saidByApache(output)
  collection.clear()
  show(said, root, collection)
  const summary = said.find(({ severity }) => severity === 'error') ?? said[0]
  if (failed) void window.showErrorMessage(`${program} -t: ${summary?.message ?? output.trim().slice(0, 500)}`)
  else void window.showInformationMessage(`${program} -t: ${names[root.dialect]} takes this configuration${summary ? `, and warns: ${summary.message}` : ''}.`)
}

/** What is in the editors only is not what the server reads. */
async function savedAll(): Promise<boolean> {
  if (!workspace.textDocuments.some((each) => each.isDirty && each.uri.scheme === 'file')) return true
  const save = 'Save all, and check'
  if ((await window.showWarningMessage('The installed server reads the files on disk, and some are not saved.', { modal: true }, save)) !== save) return false
  return workspace.saveAll()
}

/** Puts what was said beside webconf's own problems, without what these say already. */
function show(said: readonly Said[], root: Root, collection: ReturnType<typeof languages.createDiagnosticCollection>): void {
  const byFile = new Map<string, Diagnostic[]>()
  for (const { file, line, message, severity } of said) {
    const uri = file === undefined ? Uri.parse(root.uri) : Uri.file(file)
    const at = Math.max(0, (line ?? 1) - 1)
    const known = languages
      .getDiagnostics(uri)
      .some((each) => each.source === 'webconf' && each.severity === DiagnosticSeverity.Error && each.range.start.line === at)
    if (known) continue
    const diagnostic = new Diagnostic(new Range(at, 0, at, 1000), message, severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning)
    diagnostic.source = root.dialect === 'nginx' ? 'nginx -t' : 'apache2 -t'
    byFile.set(uri.toString(), [...(byFile.get(uri.toString()) ?? []), diagnostic])
  }
  for (const [uri, diagnostics] of byFile) collection.set(Uri.parse(uri), diagnostics)
}

function programOf(dialect: Root['dialect']): string | undefined {
  const named = workspace.getConfiguration('webconf').get<string>(`installed.${dialect}`)
  if (named) return named
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin']
  for (const name of programs[dialect]) {
    const found = folders.map((folder) => join(folder, process.platform === 'win32' ? `${name}.exe` : name)).find(isExecutable)
    if (found !== undefined) return found
  }
  return undefined
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function run(program: string, args: readonly string[]): Promise<{ output: string; failed: boolean }> {
  return new Promise((done) => {
    execFile(program, args, { timeout: 60_000, maxBuffer: 4 * 1024 * 1024 }, (error, stdout, stderr) => {
      done({ output: `${stderr}${stdout}` || (error?.message ?? ''), failed: error !== null })
    })
  })
}
