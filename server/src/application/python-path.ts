import { type Configuration, directivesNamed, type PlacedDirective } from '../configuration/placed.ts'
import { resolveModule } from '../deployment/django/resolve-module.ts'
import { textOf } from '../deployment/django/values.ts'
import { changesPathOtherwise } from '../deployment/python/script-imports.ts'
import { readVirtualenv } from '../deployment/python/virtualenv.ts'
import { dirname, isAbsolute, isInside, join, normalize, relativeTo, segmentsOf } from '../workspace/path.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import type { WsgiApplication } from './application.ts'
import type { PathMap } from './path-map.ts'
import { daemonOptions, type WsgiOption } from './wsgi-process.ts'

/** Where mod_wsgi has Python look for the modules of an application. */
export interface PythonPath {
  readonly folders: readonly PathFolder[]
  /** The `WSGIDaemonProcess` or `WSGIPythonPath` that says so; undefined where none does. */
  readonly by: PlacedDirective | undefined
}

export interface PathFolder {
  /** As deployed, normalized. */
  readonly deployed: string
  /** As written. */
  readonly written: string
  readonly from: 'python-path' | 'home' | 'WSGIPythonPath' | 'script'
  readonly option: WsgiOption | undefined
}

/** The folders that the configuration and the script put on Python's path, as far as all of them are known; undefined where some are not. */
export function pythonPathOf(application: WsgiApplication, configuration: Configuration, paths: PathMap, snapshot: Snapshot): PythonPath | undefined {
  const { process, script } = application
  if (process.mode === 'unknown' || !script.content || script.workspace === undefined) return undefined
  // Such a script is run first, in the same interpreter, and may put folders on the path.
  if (directivesNamed(configuration, 'wsgiimportscript').some((each) => each.presence !== 'absent')) return undefined
  const folders: PathFolder[] = []
  for (const entry of script.content.sysPath) {
    const text = entry.value.state === 'known' ? textOf(entry.value.value) : undefined
    if (text === undefined || !isAbsolute(text)) return undefined
    const deployed = paths.toWorkspace(text) === undefined ? paths.toDeployed(text) : text
    if (deployed === undefined) return undefined
    folders.push({ deployed: normalize(deployed), written: text, from: 'script', option: undefined })
  }
  if (changesPathOtherwise(snapshot, script.workspace)) return undefined
  if (process.mode === 'daemon') {
    if (process.definition?.presence !== 'present') return undefined
    for (const option of daemonOptions(process.definition)) {
      if (option.name !== 'python-path' && option.name !== 'home') continue
      if (!option.known) return undefined
      for (const written of option.name === 'home' ? [option.value] : option.value.split(':').filter(Boolean)) {
        folders.push({ deployed: normalize(written), written, from: option.name, option })
      }
    }
    return { folders, by: process.definition }
  }
  const directives = directivesNamed(configuration, 'wsgipythonpath').filter((each) => each.presence !== 'absent')
  if (directives.length === 0 && configuration.open) return undefined
  for (const directive of directives) {
    const argument = directive.args[0]
    if (!argument?.known || directive.presence !== 'present') return undefined
    for (const written of argument.value.split(':').filter(Boolean))
      folders.push({ deployed: normalize(written), written, from: 'WSGIPythonPath', option: undefined })
  }
  return { folders, by: directives.at(-1) }
}

/** Whether a folder on the path has a module of the project, which lies in `root` (deployed); undefined where that is not known. */
export function holdsModule(folder: string, dotted: string, root: string, paths: PathMap, snapshot: Snapshot): boolean | undefined {
  const workspace = paths.toWorkspace(folder)
  if (workspace !== undefined && paths.covers(folder)) {
    const found = resolveModule(snapshot, [workspace], dotted).state
    return found === 'unknown' ? undefined : found !== 'absent'
  }
  // Above the project nothing is in the workspace; what the project's own folder is called may be the name of the module.
  if (!isInside(root, folder)) return undefined
  const [first, ...more] = segmentsOf(relativeTo(root, folder))
  const [name, ...rest] = dotted.split('.')
  if (first !== name) return false
  const own = paths.toWorkspace(root)
  if (more.length > 0 || own === undefined) return undefined
  const found = resolveModule(snapshot, [own], rest.join('.')).state
  return found === 'unknown' ? undefined : rest.length === 0 || found !== 'absent'
}

/** Whether the packages of the environment may have a module of the project in `root` (workspace): installed, or by a `.pth` file. */
export function mayBeInstalled(dotted: string, root: string, home: string | undefined, paths: PathMap, snapshot: Snapshot): boolean {
  const workspace = home === undefined ? undefined : paths.toWorkspace(home)
  const environment = workspace === undefined ? undefined : readVirtualenv(snapshot, workspace)
  if (environment === undefined || typeof environment === 'string' || !environment.complete || environment.sitePackages.length === 0) {
    return isPackaged(root, paths, snapshot)
  }
  return environment.sitePackages.some((folder) => {
    const entries = snapshot.folder(folder)
    if (entries.state !== 'content') return true
    const first = dotted.split('.')[0] ?? dotted
    return entries.value.some(({ name }) => {
      if (name === first || name.startsWith(`${first}.`) || name.endsWith('.egg-link') || name.startsWith('__editable__')) return true
      if (!name.endsWith('.pth') || /^(?:distutils-precedence|_virtualenv|.*-nspkg|coverage|a1_coverage)\.pth$/.test(name)) return false
      const content = snapshot.content(join(folder, name))
      return content.state !== 'content' || content.value.text.split('\n').some((line) => line.trim() !== '' && !line.startsWith('#'))
    })
  })
}

/** Whether the project can be installed as a package: `pip install .` puts it where no path is needed. */
function isPackaged(root: string, paths: PathMap, snapshot: Snapshot): boolean {
  const folders = [root, dirname(root), dirname(dirname(root))]
  for (const folder of folders.filter((each) => paths.toDeployed(each) !== undefined)) {
    if (['setup.py', 'setup.cfg'].some((name) => mayBeThere(snapshot.stat(join(folder, name)).state))) return true
    const project = snapshot.content(join(folder, 'pyproject.toml'))
    const text = project.state === 'content' ? project.value.text : '[project]'
    if (mayBeThere(project.state) && /^\s*\[(?:project|build-system|tool\.(?:poetry|flit|pdm|hatch|setuptools))\b/m.test(text)) return true
  }
  return false
}

/** What is not known yet may be there. */
const mayBeThere = (state: 'content' | 'absent' | 'refused' | 'not asked'): boolean => state !== 'absent'

/** Whether one of the files that set environment variables of the server sets PYTHONPATH. */
export const setsPythonPath = (files: readonly string[], snapshot: Snapshot): boolean =>
  files.some((path) => {
    const content = snapshot.content(path)
    return content.state === 'not asked' || (content.state === 'content' && content.value.text.includes('PYTHONPATH'))
  })
