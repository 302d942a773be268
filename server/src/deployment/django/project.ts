import { basename, dirname, isInside, join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { possibleValues, textOf } from './values.ts'
import { readWsgiScript, type WsgiScript } from './wsgi-script.ts'

/** A Django project in the workspace. */
export interface DjangoProject {
  /** The folder of `manage.py`, or the one from which the settings module is imported. */
  readonly root: string
  /** The path of `manage.py`. */
  readonly manage: string | undefined
  readonly wsgi: readonly WsgiScript[]
  readonly asgi: readonly WsgiScript[]
  /** What the scripts name, those that a server runs first; each module once. */
  readonly settingsModules: readonly SettingsModule[]
}

export interface SettingsModule {
  readonly dotted: string
  /** The file, where it is among the files of the workspace. */
  readonly path: string | undefined
  /** The script that names it. */
  readonly namedBy: string
}

/** The Django projects among the files of a workspace: each `manage.py`, `wsgi.py` and `asgi.py` that names a settings module. */
export function findDjangoProjects(snapshot: Snapshot, files: readonly string[]): readonly DjangoProject[] {
  const all = new Set(files)
  const scripts = files.filter(isScript).sort()
  const managed = scripts.filter((path) => basename(path) === 'manage.py').map((path) => readWsgiScript(snapshot, path))
  const served = scripts.filter((path) => basename(path) !== 'manage.py').map((path) => readWsgiScript(snapshot, path))
  const found = new Map<string, WsgiScript[]>()
  for (const script of [...served, ...managed]) {
    if (!script.settingsModule) continue
    const root = rootOf(script, managed, all)
    found.set(root, [...(found.get(root) ?? []), script])
  }
  return [...found].map(([root, group]) => makeProject(root, group, all)).sort((a, b) => (a.root < b.root ? -1 : 1))
}

const isScript = (path: string): boolean =>
  (/^(manage|[\w-]*(wsgi|asgi)[\w-]*)\.py$/.test(basename(path)) || path.endsWith('.wsgi')) &&
  !/\/(site-packages|dist-packages|node_modules|project_template|\.git)\//.test(path)

const isAsgi = (path: string): boolean => basename(path).includes('asgi')

function makeProject(root: string, scripts: readonly WsgiScript[], files: ReadonlySet<string>): DjangoProject {
  const modules = new Map<string, SettingsModule>()
  for (const script of scripts) {
    for (const dotted of settingsNamesOf(script)) {
      if (!modules.has(dotted)) modules.set(dotted, { dotted, path: moduleFile(root, dotted, files), namedBy: script.path })
    }
  }
  const served = scripts.filter((script) => basename(script.path) !== 'manage.py')
  return {
    root,
    manage: scripts.find((script) => script.path === join(root, 'manage.py'))?.path,
    wsgi: served.filter((script) => !isAsgi(script.path)),
    asgi: served.filter((script) => isAsgi(script.path)),
    settingsModules: [...modules.values()],
  }
}

/** The dotted names that a script may put into DJANGO_SETTINGS_MODULE. */
export function settingsNamesOf(script: WsgiScript): readonly string[] {
  if (!script.settingsModule) return []
  return possibleValues(script.settingsModule.value).values.flatMap((one) => textOf(one.value) || [])
}

/** The nearest folder above with a `manage.py`; else the one in which the settings module is found; else the first without `__init__.py`. */
function rootOf(script: WsgiScript, managed: readonly WsgiScript[], files: ReadonlySet<string>): string {
  const folders = ancestorsOf(script.path)
  const names = settingsNamesOf(script)
  const holds = (folder: string): boolean => names.some((dotted) => moduleFile(folder, dotted, files) !== undefined)
  const withManage = folders.find((folder) => managed.some((one) => one.settingsModule && dirname(one.path) === folder))
  if (withManage !== undefined && (holds(withManage) || !folders.some(holds))) return withManage
  const importable = folders.find(holds)
  if (importable !== undefined) return importable
  const insertion = script.sysPath.flatMap((entry) => (entry.value.state === 'known' ? (textOf(entry.value.value) ?? []) : [])).find((folder) => holds(folder))
  return insertion ?? folders.find((folder) => !files.has(join(folder, '__init__.py'))) ?? dirname(script.path)
}

function ancestorsOf(path: string): readonly string[] {
  const folders: string[] = []
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.push(folder)
    if (!isInside(folder, dirname(folder)) || folder === dirname(folder)) return folders
  }
}

function moduleFile(root: string, dotted: string, files: ReadonlySet<string>): string | undefined {
  const base = join(root, ...dotted.split('.'))
  return [`${base}/__init__.py`, `${base}.py`].find((path) => files.has(path))
}
