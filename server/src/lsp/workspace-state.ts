import { understandWorkspace } from '../application/understand.ts'
import type { Configuration, Source } from '../configuration/placed.ts'
import { makeSourceReader } from '../configuration/source.ts'
import { type DeploymentNode, deploymentView } from '../features/deployment-view.ts'
import type { DocumentView, WorkspacePart } from '../features/lib/view.ts'
import { makeOpenLog, type OpenLog } from '../features/log-problems.ts'
import type { FileReport } from '../problem/report.ts'
import { checkUnderstood, type WorkspaceInput } from '../rules/check-workspace.ts'
import type { Dialect } from '../syntax/tree.ts'
import { discoverFiles } from '../workspace/discover.ts'
import type { FileSystem } from '../workspace/file-system.ts'
import { dirname, isInside, join } from '../workspace/path.ts'
import { makeSession } from '../workspace/session.ts'
import { defaultSettings, type Settings } from '../workspace/settings.ts'
import { readSettings } from '../workspace/settings-file.ts'
import type { Snapshot } from '../workspace/snapshot.ts'

/** The workspace as the editor shows it, and what is wrong in it. */
export interface WorkspaceState {
  /** Grows with every change that could matter. */
  readonly revision: number
  readonly folders: readonly string[]
  setFolders(folders: readonly string[]): void
  setTrusted(trusted: boolean): void
  /** The editor's `webconf` settings of a folder. */
  setEditorSettings(settings: unknown): void
  /** The text of a document, or undefined when it is closed; and the server whose language the editor takes it for. */
  setOpen(path: string, text: string | undefined, language?: Dialect): void
  /** The text of a server's log that is open, or undefined when it is closed. */
  setLog(path: string, text: string | undefined): void
  /** A file changed, came or went on disk. */
  changedOnDisk(path: string, kind: 'changed' | 'created' | 'deleted'): void
  /** The problems of the whole workspace, as of the newest revision, and what open logs say. */
  check(): Promise<readonly FileReport[]>
  /** Sites, the applications behind them, and what was found of each, as of the newest revision. */
  deployment(): Promise<readonly DeploymentNode[]>
  /** The problems with other texts in place of some files. */
  checkWith(texts: ReadonlyMap<string, string>): Promise<readonly FileReport[]>
  /** What a feature says of a document on the newest understanding; what it asks of files is loaded. Undefined where it is no configuration. */
  ask<T>(path: string, compute: (view: DocumentView) => T): Promise<T | undefined>
  /** As `ask`, at once: on the document's newest text and what was last understood, which may be older. */
  askNow<T>(path: string, compute: (view: DocumentView) => T): Promise<T | undefined>
  /** What a feature says of the whole workspace, on the newest understanding. */
  askAll<T>(compute: (parts: readonly WorkspacePart[], snapshot: Snapshot) => T): Promise<T>
  /** A file's text as it is in the editor or on disk. */
  read(path: string): Promise<string | undefined>
  /** The settings of the folder that a path is in, as of now. */
  settingsOf(path: string): Promise<Settings>
  /** Calls the listener at each change, until what is returned is called. */
  onChange(listener: () => void): () => void
}

export function makeWorkspaceState(fs: FileSystem): WorkspaceState {
  let revision = 0
  let folders: readonly string[] = []
  let trusted = true
  let editorSettings: unknown = {}
  let discovered: Promise<readonly string[]> | undefined
  let understood: { revision: number; parts: Promise<readonly WorkspacePart[]> } | undefined
  /** The last understanding that is ready. */
  let ready: readonly WorkspacePart[] | undefined
  let checked: { revision: number; byPart: Promise<readonly (readonly FileReport[])[]> } | undefined
  let viewed: { revision: number; nodes: Promise<readonly DeploymentNode[]> } | undefined
  const open = new Map<string, string>()
  const languages = new Map<string, Dialect>()
  const logs = new Map<string, OpenLog>()
  const session = makeSession(fs, defaultSettings.limits.fileSize)
  const reader = makeSourceReader()
  const listeners = new Set<() => void>()

  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  const changed = (): void => {
    revision++
    tell()
  }
  const files = (): Promise<readonly string[]> => {
    discovered ??= discoverFiles(fs, folders).then(
      (found) => found.files,
      (error: unknown) => {
        // A connection may come back: the next check asks again.
        discovered = undefined
        checked = undefined
        understood = undefined
        throw error
      },
    )
    return discovered
  }

  /** What there is to look at: each folder with its files. */
  const parts = async (texts: ReadonlyMap<string, string>): Promise<{ folder: string; own: readonly string[] }[]> => {
    const found = await files()
    // Documents outside the workspace's folders are looked at beside what lies around them.
    const loose = [...open.keys()].filter((path) => !folders.some((folder) => isInside(path, folder)))
    const all = [...new Set([...found, ...loose, ...texts.keys(), ...[...open.keys()].filter((path) => folders.some((folder) => isInside(path, folder)))])]
    const roots = folders.length > 0 ? folders : [...new Set(loose.map(dirname))]
    const inside = roots.map((folder) => ({ folder, own: all.filter((path) => isInside(path, folder)) }))
    const outside = folders.length > 0 ? loose : []
    return [...inside, ...[...new Set(outside.map(dirname))].map((folder) => ({ folder, own: outside.filter((path) => dirname(path) === folder) }))]
  }

  /** What the workspace is understood to be: the features and the check stand on the same. */
  const understand = async (texts: ReadonlyMap<string, string>): Promise<WorkspacePart[]> => {
    const made: WorkspacePart[] = []
    for (const { folder, own } of await parts(texts)) {
      made.push(await understandPart(folder, own, texts))
    }
    return made
  }

  /** The reports of each part. */
  const run = async (made: readonly WorkspacePart[], texts: ReadonlyMap<string, string>): Promise<(readonly FileReport[])[]> => {
    const reports: (readonly FileReport[])[] = []
    for (const { understanding, input } of made) {
      reports.push(await withTexts(texts, () => session.settle((snapshot) => checkUnderstood(understanding, snapshot, input))))
    }
    return reports
  }

  const view = async (made: readonly WorkspacePart[], reports: readonly (readonly FileReport[])[]): Promise<readonly DeploymentNode[]> => {
    const nodes: DeploymentNode[] = []
    for (const [i, part] of made.entries()) nodes.push(...(await session.settle((snapshot) => deploymentView(snapshot, part, reports[i] ?? []))))
    return nodes
  }

  const understandPart = (folder: string, own: readonly string[], texts: ReadonlyMap<string, string>): Promise<WorkspacePart> => {
    const settingsPath = join(folder, 'webconf.json')
    const hasSettings = own.includes(settingsPath)
    return withTexts(texts, () =>
      session.settle((snapshot) => {
        const content = hasSettings ? snapshot.content(settingsPath) : undefined
        const { settings, problems } = readSettings(content?.state === 'content' ? content.value.text : undefined, editorSettings, folder)
        const settingsFile = content?.state === 'content' ? { path: settingsPath, problems } : undefined
        const input: WorkspaceInput = {
          folders: [folder],
          files: own,
          settings: trusted ? settings : restrict(settings, folder),
          settingsFile,
          request: { kind: 'workspace' },
        }
        return { input, understanding: understandWorkspace(snapshot, input, reader) }
      }),
    )
  }

  const withTexts = async <T>(texts: ReadonlyMap<string, string>, compute: () => Promise<T>): Promise<T> => {
    for (const [path, text] of texts) session.setOpen(path, text)
    try {
      return await compute()
    } finally {
      // What is open now, not what was: the person may have gone on typing.
      for (const path of texts.keys()) session.setOpen(path, open.get(path))
    }
  }

  const settingsIn = (snapshot: Snapshot, folder: string, own: readonly string[]): Pick<WorkspaceInput, 'settings' | 'settingsFile'> => {
    const path = join(folder, 'webconf.json')
    const content = own.includes(path) ? snapshot.content(path) : undefined
    const { settings, problems } = readSettings(content?.state === 'content' ? content.value.text : undefined, editorSettings, folder)
    return {
      settings: trusted ? settings : restrict(settings, folder),
      settingsFile: content?.state === 'content' ? { path, problems } : undefined,
    }
  }

  // Runs follow one another: they share what is loaded, and `checkWith` sets texts for its own time only.
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(compute: () => Promise<T>): Promise<T> => {
    const next = queue.then(compute)
    queue = next.catch(() => undefined)
    return next
  }
  const newest = (): Promise<readonly WorkspacePart[]> => {
    if (understood?.revision !== revision) {
      const parts = inTurn(() => understand(new Map()))
      understood = { revision, parts }
      parts.then(
        (made) => {
          ready = made
        },
        () => undefined,
      )
    }
    return understood.parts
  }

  /** The reports of each part, in the order of `newest`. */
  const newestCheck = (): Promise<readonly (readonly FileReport[])[]> => {
    if (checked?.revision !== revision) {
      const parts = newest()
      checked = { revision, byPart: inTurn(async () => run(await parts, new Map())) }
    }
    return checked.byPart
  }

  /** What open logs say, with the causes in the part of the workspace that each lies in. */
  const logReports = async (): Promise<FileReport[]> => {
    if (logs.size === 0) return []
    const known = await newest()
    const reports = await newestCheck()
    return session.settle((snapshot) =>
      [...logs].map(([path, log]) => {
        const part = partOf(path, known)
        const view = part && { understanding: part.understanding, reports: reports[known.indexOf(part)] ?? [], snapshot, files: part.input.files }
        return { path, dialect: null, contexts: [], problems: log.problems(view) }
      }),
    )
  }

  const look = async <T>(path: string, known: readonly WorkspacePart[], compute: (view: DocumentView) => T): Promise<T | undefined> =>
    session.settle((snapshot) => {
      const part = partOf(path, known)
      const configurations = part?.understanding.configurations.filter(({ configuration }) => sourceIn(configuration, path) !== undefined) ?? []
      const dialect = configurations[0]?.configuration.dialect ?? languages.get(path)
      if (!part || !dialect) return undefined
      const read = reader.read(snapshot, path, dialect, part.input.settings.limits.fileSize)
      if (read.state !== 'content') return undefined
      const source = read.value
      const current = configurations.every(({ configuration }) => sourceIn(configuration, path) === source)
      return compute({ source, part, parts: known, configurations, snapshot, current })
    })

  return {
    get revision() {
      return revision
    },
    get folders() {
      return folders
    },
    setFolders(next) {
      folders = next
      discovered = undefined
      changed()
    },
    setTrusted(next) {
      trusted = next
      changed()
    },
    setEditorSettings(next) {
      editorSettings = next
      changed()
    },
    setOpen(path, text, language) {
      if (text === undefined) open.delete(path)
      else open.set(path, text)
      if (language) languages.set(path, language)
      else languages.delete(path)
      session.setOpen(path, text)
      changed()
    },
    setLog(path, text) {
      const log = logs.get(path) ?? makeOpenLog()
      if (text === undefined) logs.delete(path)
      else {
        log.update(text)
        logs.set(path, log)
      }
      // What a log says changes nothing in the workspace.
      tell()
    },
    changedOnDisk(path, kind) {
      session.forget(path)
      if (kind !== 'changed') discovered = undefined
      if (kind === 'changed' && open.has(path)) return
      changed()
    },
    check: async () => [...(await newestCheck()).flat(), ...(await logReports())],
    deployment() {
      if (viewed?.revision !== revision) {
        const parts = newest()
        const reports = newestCheck()
        viewed = { revision, nodes: inTurn(async () => view(await parts, await reports)) }
      }
      return viewed.nodes
    },
    checkWith: (texts) => inTurn(async () => (await run(await understand(texts), texts)).flat()),
    async ask(path, compute) {
      return look(path, await newest(), compute)
    },
    async askNow(path, compute) {
      return look(path, ready ?? (await newest()), compute)
    },
    async askAll(compute) {
      const parts = await newest()
      return session.settle((snapshot) => compute(parts, snapshot))
    },
    async read(path) {
      const text = open.get(path)
      if (text !== undefined) return text
      return session.settle((snapshot) => {
        const content = snapshot.content(path)
        return content.state === 'content' ? content.value.text : undefined
      })
    },
    async settingsOf(path) {
      const all = await parts(new Map())
      const part = all.find(({ folder }) => isInside(path, folder))
      return session.settle((snapshot) => settingsIn(snapshot, part?.folder ?? dirname(path), part?.own ?? []).settings)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The part of the workspace in which a document lies: the innermost folder. */
const partOf = (path: string, parts: readonly WorkspacePart[]): WorkspacePart | undefined =>
  parts.filter(({ input }) => input.files.includes(path)).at(-1) ??
  parts.filter(({ input }) => input.folders.some((folder) => isInside(path, folder))).at(-1) ??
  parts[0]

const sourceIn = (configuration: Configuration, path: string): Source | undefined => configuration.sources.find((source) => source.path === path)

/** What settings of an untrusted workspace may not do: look at this machine, or outside the workspace. */
const restrict = (settings: Settings, folder: string): Settings => ({
  ...settings,
  paths: Object.fromEntries(Object.entries(settings.paths).filter(([, path]) => isInside(path, folder))),
  deployment: { ...settings.deployment, thisMachine: false },
})
