import {
  type CancellationToken,
  type Connection,
  DiagnosticTag,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { contextsOfFile, rootOfFile } from '../features/contexts.ts'
import type { DeploymentNode } from '../features/deployment-view.ts'
import type { Dialect } from '../syntax/tree.ts'
import { FileError, type FileSystem } from '../workspace/file-system.ts'
import { codeActions } from './code-actions.ts'
import { codeLens } from './code-lens.ts'
import { completion } from './completion.ts'
import { connectionFileSystem } from './connection-file-system.ts'
import { convert } from './convert.ts'
import { documentDiagnostics, pushDiagnostics, workspaceDiagnostics } from './diagnostics.ts'
import { explainRequests } from './explain-request.ts'
import type { FeatureHost, ProtocolFeature } from './feature.ts'

import { formatting } from './formatting.ts'
import { hover } from './hover.ts'
import type { InitializationOptions } from './initialization-options.ts'
import { inlayHints } from './inlay-hints.ts'
import { navigation } from './navigation.ts'
import { refactoringKinds, resolveRefactoring } from './refactorings.ts'
import { rename } from './rename.ts'
import { semanticTokensFeature } from './semantic-tokens.ts'
import { signature } from './signature.ts'
import { structure } from './structure.ts'
import type { ProtocolContext } from './to-protocol.ts'
import { pathOfUri, uriOfPath } from './uri.ts'
import { makeWorkspaceState } from './workspace-state.ts'

/** Files whose change can change what is wrong. */
const watched = [
  '**/*.{conf,conf.*,vhost,nginx,htaccess,load,j2,template}',
  '**/.htaccess',
  '**/{sites,conf,mods}-{available,enabled}/*',
  '**/{httpd,apache2,nginx}*.conf',
  '**/envvars',
  '**/*.py',
  '**/pyvenv.cfg',
  '**/error{.,_}log',
  '**/*.{service,socket,ini,yml,yaml,config}',
  '**/{Procfile,Buildfile,Dockerfile*,.ebignore,.gitignore,.env,requirements*.txt}',
  '**/*.{service,socket}.d/*.conf',
  '**/.platform/**',
  '**/webconf.{json,requests.json}',
]

/** Serves one client over `connection`; files are read through `fs`, or through the client where it asks for that. Runs wherever the connection does. */
export function startServer(connection: Connection, fs: FileSystem = connectionFileSystem(connection)): void {
  const files = switchable(fs)
  const state = makeWorkspaceState(files)
  const documents = new TextDocuments(TextDocument)
  let like = 'file://'
  let options: InitializationOptions = {}
  let client: InitializeParams['capabilities'] = {}
  const context: ProtocolContext = {
    get like() {
      return like
    },
    get docsUri() {
      return options.docsUri
    },
    get closesSections() {
      return options.closesSections === true
    },
    get opensTexts() {
      return options.opensTexts === true
    },
    get explainsRequests() {
      return options.explainsRequests === true
    },
    get dims() {
      const { diagnostic, publishDiagnostics } = client.textDocument ?? {}
      return [diagnostic, publishDiagnostics].some((each) => each?.tagSupport?.valueSet.includes(DiagnosticTag.Unnecessary))
    },
    get resolvesActions() {
      const support = client.textDocument?.codeAction
      return support?.dataSupport === true && support.resolveSupport?.properties.includes('edit') === true
    },
    versionOf: (uri) => documents.get(uri)?.version ?? null,
  }
  const pulls = (): boolean => client.textDocument?.diagnostic !== undefined

  connection.onInitialize((params): InitializeResult => {
    client = params.capabilities
    options = params.initializationOptions ?? {}
    if (options.filesOfClient) files.use(connectionFileSystem(connection))
    const folders = params.workspaceFolders?.map((folder) => folder.uri) ?? (params.rootUri ? [params.rootUri] : [])
    like = folders[0] ?? like
    state.setTrusted(options.trusted ?? true)
    state.setFolders(folders.map(pathOfUri).map(withoutSlash))
    return {
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        ...Object.assign({}, ...features.map((feature) => feature.capabilities(client))),
        codeActionProvider: { codeActionKinds: ['quickfix', 'source.fixAll.webconf', ...refactoringKinds], resolveProvider: context.resolvesActions },
        ...(pulls() ? { diagnosticProvider: { identifier: 'webconf', interFileDependencies: true, workspaceDiagnostics: true } } : {}),
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
      serverInfo: { name: 'webconf' },
    }
  })

  connection.onInitialized(async () => {
    // First of all: what is asked from now on waits for it.
    const settings = readEditorSettings()
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      const watchers = watched.flatMap(expandBraces).map((globPattern) => ({ globPattern }))
      await registered(connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }))
    }
    for (const feature of features) if (feature.initialized) await registered(feature.initialized(host, client))
    if (client.workspace?.didChangeConfiguration?.dynamicRegistration) {
      await registered(connection.client.register(DidChangeConfigurationNotification.type, { section: 'webconf' }))
    }
    if (client.workspace?.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(async () => {
        const folders = (await connection.workspace.getWorkspaceFolders()) ?? []
        like = folders[0]?.uri ?? like
        state.setFolders(folders.map((folder) => withoutSlash(pathOfUri(folder.uri))))
      })
    }
    await settings
    if (!pulls()) pushDiagnostics(connection, state, context)
    await showFirstCheck()
  })

  /** The first look at a large workspace takes seconds: the person is told. */
  const showFirstCheck = async (): Promise<void> => {
    if (!client.window?.workDoneProgress || state.folders.length === 0) return
    const progress = await connection.window.createWorkDoneProgress()
    let begun = false
    const timer = setTimeout(() => {
      begun = true
      progress.begin('webconf: reading the configuration')
    }, 500)
    const end = (): void => {
      clearTimeout(timer)
      if (begun) progress.done()
    }
    await state.check().then(end, end)
  }

  /** Some clients offer registration and then refuse it: everything else works all the same. */
  const registered = (answer: Promise<unknown>): Promise<unknown> => answer.catch((error: unknown) => connection.console.warn(`registration: ${String(error)}`))

  // What is asked meanwhile waits for the settings: it would be answered by the old ones.
  let settingsRead: Promise<void> = Promise.resolve()
  const readEditorSettings = (): Promise<void> => {
    if (client.workspace?.configuration) {
      settingsRead = connection.workspace.getConfiguration('webconf').then(
        (settings) => state.setEditorSettings(settings),
        (error: unknown) => connection.console.error(`settings: ${String(error)}`),
      )
    }
    return settingsRead
  }
  const refresh = (): void => {
    if (client.workspace?.diagnostics?.refreshSupport) connection.languages.diagnostics.refresh()
  }
  connection.onDidChangeConfiguration(async (params) => {
    if (client.workspace?.configuration) await readEditorSettings()
    else state.setEditorSettings(params.settings?.webconf)
    refresh()
  })
  connection.onNotification('webconf/trusted', () => {
    state.setTrusted(true)
    refresh()
  })
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri, type } of changes) {
      state.changedOnDisk(pathOfUri(uri), type === FileChangeType.Changed ? 'changed' : type === FileChangeType.Created ? 'created' : 'deleted')
    }
    refresh()
  })
  documents.onDidChangeContent(({ document }) => {
    if (like === 'file://' && !document.uri.startsWith('file:')) like = document.uri
    if (document.languageId === logLanguage) state.setLog(pathOfUri(document.uri), document.getText())
    else state.setOpen(pathOfUri(document.uri), document.getText(), dialectOfLanguage(document.languageId))
  })
  documents.onDidClose(({ document }) => {
    if (document.languageId === logLanguage) {
      state.setLog(pathOfUri(document.uri), undefined)
      return
    }
    state.setOpen(pathOfUri(document.uri), undefined)
    state.changedOnDisk(pathOfUri(document.uri), 'changed')
  })

  /** Yields once so that cancellations arrive, then computes; what goes wrong is logged and costs one answer only. */
  const handle = async <T>(name: string, token: CancellationToken, fallback: T, compute: () => Promise<T>): Promise<T> => {
    await new Promise((resolve) => setTimeout(resolve, 0))
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, `${name} was cancelled`)
    try {
      await settingsRead
      return await compute()
    } catch (error) {
      connection.console.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      return fallback
    }
  }
  connection.onCodeAction((params, token) => handle('codeAction', token, [], () => codeActions(params, state, context)))
  connection.onCodeActionResolve((chosen, token) => handle('codeAction/resolve', token, chosen, () => resolveRefactoring(chosen, state, context)))
  connection.languages.diagnostics.on((params, token) =>
    handle('diagnostic', token, { kind: 'full' as const, items: [] }, () => documentDiagnostics(params, state, context)),
  )
  connection.languages.diagnostics.onWorkspace((params, token) =>
    handle('workspace diagnostic', token, { items: [] }, () => workspaceDiagnostics(params, state, context, token)),
  )

  const host: FeatureHost = {
    connection,
    state,
    context,
    handle,
    languageOf: (uri) => documents.get(uri)?.languageId,
    get client() {
      return client
    },
  }
  for (const feature of features) feature.register(host)

  connection.onRequest('webconf/contexts', ({ uri }: { uri: string }, token: CancellationToken) =>
    handle('contexts', token, null, async () => contextsOfFile(await state.check(), pathOfUri(uri)) ?? null),
  )
  connection.onRequest('webconf/root', ({ uri }: { uri: string }, token: CancellationToken) =>
    handle('root', token, null, async () => {
      const root = await state.ask(pathOfUri(uri), rootOfFile)
      return root ? { dialect: root.dialect, uri: uriOfPath(root.path, like), whole: root.whole } : null
    }),
  )
  connection.onRequest('webconf/deployment', (_, token: CancellationToken) =>
    handle('deployment', token, [], async () => withUris(await state.deployment(), like)),
  )

  documents.listen(connection)
  connection.listen()
}

/** `a.{b,c*}` as `a.b` and `a.c*`: not every client takes braces with signs in them. */
function expandBraces(glob: string): string[] {
  const found = /\{([^{}]*)\}/.exec(glob)
  if (!found) return [glob]
  const [whole, inside = ''] = found
  return inside.split(',').flatMap((each) => expandBraces(glob.slice(0, found.index) + each + glob.slice(found.index + whole.length)))
}

/** A file system that can be put in another's place, before the first file is asked for. */
function switchable(first: FileSystem): FileSystem & { use(next: FileSystem): void } {
  let fs = first
  return {
    use(next) {
      fs = next
    },
    read: (path) => fs.read(path),
    list: (path) => fs.list(path),
    stat: (path) => fs.stat(path),
    async linkTarget(path) {
      if (fs.linkTarget) return fs.linkTarget(path)
      throw new FileError('refused', 'links cannot be read here')
    },
  }
}

/** The features of an editor, each with its own handlers. */
const features: readonly ProtocolFeature[] = [
  completion,
  hover,
  signature,
  structure,
  semanticTokensFeature,
  inlayHints,
  navigation,
  rename,
  codeLens,
  explainRequests,
  formatting,
  convert,
]

/** The language of a server's log, by whatever name the file has. */
const logLanguage = 'webserver-log'

/** Language ids of editors: those of VS Code and of others that have their own words. */
function dialectOfLanguage(languageId: string): Dialect | undefined {
  if (/^nginx$/i.test(languageId)) return 'nginx'
  return /^apache(?:conf|2|_conf)?$|^httpd$/i.test(languageId) ? 'apache' : undefined
}

const withoutSlash = (path: string): string => (path.length > 1 ? path.replace(/\/$/, '') : path)

/** The view as the client gets it: with URIs for paths. */
const withUris = (nodes: readonly DeploymentNode[], like: string): unknown[] =>
  nodes.map((node) => ({
    ...node,
    at: node.at && { uri: uriOfPath(node.at.path, like), range: node.at.range },
    problems: node.problems.map(({ path, ...problem }) => ({ ...problem, uri: uriOfPath(path, like) })),
    children: withUris(node.children, like),
  }))
