import { makeSourceReader } from '../configuration/source.ts'
import { type DeploymentNode, deploymentView } from '../features/deployment-view.ts'
import type { FileReport } from '../problem/report.ts'
import { checkWorkspace, type WorkspaceInput } from '../rules/check-workspace.ts'
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
  /** The text of a document, or undefined when it is closed. */
  setOpen(path: string, text: string | undefined): void
  /** A file changed, came or went on disk. */
  changedOnDisk(path: string, kind: 'changed' | 'created' | 'deleted'): void
  /** The problems of the whole workspace, as of the newest revision. */
  check(): Promise<readonly FileReport[]>
  /** Sites, the applications behind them, and what was found of each, as of the newest revision. */
  deployment(): Promise<readonly DeploymentNode[]>
  /** The problems with other texts in place of some files. */
  checkWith(texts: ReadonlyMap<string, string>): Promise<readonly FileReport[]>
  /** A file's text as it is in the editor or on disk. */
  read(path: string): Promise<string | undefined>
  /** Calls the listener at each change, until what is returned is called. */
  onChange(listener: () => void): () => void
}

export function makeWorkspaceState(fs: FileSystem): WorkspaceState {
  let revision = 0
  let folders: readonly string[] = []
  let trusted = true
  let editorSettings: unknown = {}
  let discovered: Promise<readonly string[]> | undefined
  let checked: { revision: number; reports: Promise<readonly FileReport[]> } | undefined
  let viewed: { revision: number; nodes: Promise<readonly DeploymentNode[]> } | undefined
  const open = new Map<string, string>()
  const session = makeSession(fs, defaultSettings.limits.fileSize)
  const reader = makeSourceReader()
  const listeners = new Set<() => void>()

  const changed = (): void => {
    revision++
    for (const listener of listeners) listener()
  }
  const files = (): Promise<readonly string[]> => {
    discovered ??= discoverFiles(fs, folders).then(
      (found) => found.files,
      (error: unknown) => {
        // A connection may come back: the next check asks again.
        discovered = undefined
        checked = undefined
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

  const run = async (texts: ReadonlyMap<string, string>): Promise<readonly FileReport[]> => {
    const reports: FileReport[] = []
    for (const { folder, own } of await parts(texts))
      reports.push(...(await settled(folder, own, texts, (snapshot, input) => checkWorkspace(snapshot, input, reader))))
    return reports
  }

  const view = async (): Promise<readonly DeploymentNode[]> => {
    const nodes: DeploymentNode[] = []
    for (const { folder, own } of await parts(new Map())) {
      const found = await settled(folder, own, new Map(), (snapshot, input) => deploymentView(snapshot, input, reader))
      nodes.push(...found)
    }
    return nodes
  }

  const settled = async <T>(
    folder: string,
    own: readonly string[],
    texts: ReadonlyMap<string, string>,
    compute: (snapshot: Snapshot, input: WorkspaceInput) => T,
  ): Promise<T> => {
    const settingsPath = join(folder, 'webconf.json')
    const hasSettings = own.includes(settingsPath)
    for (const [path, text] of texts) session.setOpen(path, text)
    try {
      return await session.settle((snapshot) => {
        const content = hasSettings ? snapshot.content(settingsPath) : undefined
        const { settings, problems } = readSettings(content?.state === 'content' ? content.value.text : undefined, editorSettings, folder)
        const settingsFile = content?.state === 'content' ? { path: settingsPath, problems } : undefined
        const input = {
          folders: [folder],
          files: own,
          settings: trusted ? settings : restrict(settings, folder),
          settingsFile,
          request: { kind: 'workspace' } as const,
        }
        return compute(snapshot, input)
      })
    } finally {
      // What is open now, not what was: the person may have gone on typing.
      for (const path of texts.keys()) session.setOpen(path, open.get(path))
    }
  }

  // Runs follow one another: they share what is loaded, and `checkWith` sets texts for its own time only.
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(compute: () => Promise<T>): Promise<T> => {
    const next = queue.then(compute)
    queue = next.catch(() => undefined)
    return next
  }
  const enqueue = (texts: ReadonlyMap<string, string>): Promise<readonly FileReport[]> => inTurn(() => run(texts))

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
    setOpen(path, text) {
      if (text === undefined) open.delete(path)
      else open.set(path, text)
      session.setOpen(path, text)
      changed()
    },
    changedOnDisk(path, kind) {
      session.forget(path)
      if (kind !== 'changed') discovered = undefined
      if (kind === 'changed' && open.has(path)) return
      changed()
    },
    check() {
      if (checked?.revision !== revision) checked = { revision, reports: enqueue(new Map()) }
      return checked.reports
    },
    deployment() {
      if (viewed?.revision !== revision) viewed = { revision, nodes: inTurn(view) }
      return viewed.nodes
    },
    checkWith: (texts) => enqueue(texts),
    async read(path) {
      const text = open.get(path)
      if (text !== undefined) return text
      return session.settle((snapshot) => {
        const content = snapshot.content(path)
        return content.state === 'content' ? content.value.text : undefined
      })
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** What settings of an untrusted workspace may not do: look at this machine, or outside the workspace. */
const restrict = (settings: Settings, folder: string): Settings => ({
  ...settings,
  paths: Object.fromEntries(Object.entries(settings.paths).filter(([, path]) => isInside(path, folder))),
  deployment: { ...settings.deployment, thisMachine: false },
})
