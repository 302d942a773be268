import type { Place } from '../../problem/place.ts'
import { basename, dirname, isAbsolute, join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type PyvenvConfig, type PyvenvSetting, parsePyvenvConfig } from './pyvenv-config.ts'
import { isSameMinor, type PythonVersion, parsePythonVersion, versionOfName } from './version.ts'

/** A folder that can be a Python home: a virtual environment, or (`installation`) Python itself. */
export interface Virtualenv {
  readonly root: string
  /** What made it. `old virtualenv`: before version 20, without `pyvenv.cfg`. */
  readonly kind: 'venv' | 'virtualenv' | 'uv' | 'old virtualenv' | 'conda' | 'installation'
  /** All keys of `pyvenv.cfg`. */
  readonly config: PyvenvConfig | undefined
  /** By the best evidence there is. */
  readonly version: PythonVersion | undefined
  /** Everything that tells a version, the best first. */
  readonly evidence: readonly VersionEvidence[]
  /** True where two of them name different minor versions: it was made by another Python than it is of now. */
  readonly isStale: boolean
  /** The folder of the Python that it was made from. */
  readonly home: PyvenvSetting | undefined
  /** The interpreter that it was made from, where that is told. */
  readonly baseInterpreter: string | undefined
  readonly includeSystemSitePackages: boolean | undefined
  /** Existing folders, by path. */
  readonly sitePackages: readonly string[]
  /** Folders `lib/pythonX.Y`. */
  readonly libraries: readonly string[]
  /** `bin/python`, where it is there. */
  readonly interpreter: Interpreter | undefined
  /** The folders that its scripts take for its own: another than where it stands means that it was moved or copied. */
  readonly scriptRoots: readonly ScriptRoot[]
  /** False while something of it is not known. */
  readonly complete: boolean
}

export interface VersionEvidence {
  readonly version: PythonVersion
  readonly from: 'pyvenv.cfg' | 'library folder' | 'interpreter name' | 'interpreter link' | 'home'
  /** The file or folder that says so. */
  readonly path: string
  /** The text that says so, where it is one. */
  readonly at: Place | undefined
}

export interface Interpreter {
  readonly path: string
  /** Where its links lead, as far as that is known; the path itself for no link. */
  readonly target: string
  /** Whether there is something at the end of the links. `absent` means that the link dangles. */
  readonly state: 'present' | 'absent' | 'unknown'
}

export interface ScriptRoot {
  /** The folder of the environment that the script names. */
  readonly root: string
  readonly at: Place
}

/** Reads a virtual environment from a dozen small files. `absent`: the folder is none, or is not there. */
export function readVirtualenv(snapshot: Snapshot, root: string): Virtualenv | 'absent' | 'unknown' {
  const folder = snapshot.folder(root)
  if (folder.state === 'absent') return 'absent'
  if (folder.state !== 'content') return 'unknown'
  const reader = new Set<'incomplete'>()
  const list = (path: string): ReadonlyMap<string, string> => namesIn(snapshot, path, reader)
  const top = new Map(folder.value.map((entry) => [entry.name, entry.kind]))

  const config = top.has('pyvenv.cfg') ? readConfig(snapshot, join(root, 'pyvenv.cfg'), reader) : undefined
  const libraries = librariesOf(root, top, list)
  const scripts = top.has('bin') ? join(root, 'bin') : top.has('Scripts') ? join(root, 'Scripts') : undefined
  const commands = scripts === undefined ? new Map<string, string>() : list(scripts)
  const insides = new Map(libraries.map((library) => [library, list(library)]))
  const kind = kindOf(top, config, commands, [...insides.values()])
  if (!kind) return reader.size > 0 ? 'unknown' : 'absent'

  const interpreter = scripts === undefined ? undefined : interpreterOf(snapshot, scripts, commands, reader)
  const home = config?.get('home')
  const evidence = evidenceOf(root, config, libraries, scripts, commands, interpreter)
  return {
    root,
    kind,
    config,
    version: bestVersion(evidence),
    evidence,
    isStale: evidence.some((a) => evidence.some((b) => isSameMinor(a.version, b.version) === false)),
    home,
    baseInterpreter: config?.get('executable')?.value ?? config?.get('base-executable')?.value ?? outside(interpreter, root),
    includeSystemSitePackages: systemPackages(config, kind, [...insides.values()]),
    sitePackages: sitePackagesOf(root, top, insides, list),
    libraries,
    interpreter,
    scriptRoots: scripts === undefined ? [] : scriptRootsOf(snapshot, scripts, commands, reader),
    complete: reader.size === 0,
  }
}

type Doubt = Set<'incomplete'>

function namesIn(snapshot: Snapshot, path: string, doubt: Doubt): ReadonlyMap<string, string> {
  const entries = snapshot.folder(path)
  if (entries.state === 'content') return new Map(entries.value.map((entry) => [entry.name, entry.kind]))
  if (entries.state !== 'absent') doubt.add('incomplete')
  return new Map()
}

function readConfig(snapshot: Snapshot, path: string, doubt: Doubt): PyvenvConfig | undefined {
  const content = snapshot.content(path)
  if (content.state !== 'absent' && content.state !== 'content') doubt.add('incomplete')
  return content.state === 'content' && !content.value.binary ? parsePyvenvConfig(path, content.value.text) : undefined
}

/** `lib/pythonX.Y`, and `lib64/pythonX.Y` where that is no link to it. */
function librariesOf(root: string, top: ReadonlyMap<string, string>, list: (path: string) => ReadonlyMap<string, string>): readonly string[] {
  const folders = ['lib', 'lib64'].filter((name) => top.has(name) && !(name === 'lib64' && top.get('lib64') === 'link' && top.has('lib')))
  return folders.flatMap((name) => {
    const inside = [...list(join(root, name)).keys()].filter((entry) => versionOfName(entry)?.minor !== undefined)
    return inside.sort().map((entry) => join(root, name, entry))
  })
}

function kindOf(
  top: ReadonlyMap<string, string>,
  config: PyvenvConfig | undefined,
  commands: ReadonlyMap<string, string>,
  insides: readonly ReadonlyMap<string, string>[],
): Virtualenv['kind'] | undefined {
  // Without `home` Python takes no notice of the file (`getpath.py`).
  if (config?.has('home')) return config.has('uv') ? 'uv' : config.has('virtualenv') ? 'virtualenv' : 'venv'
  if (insides.some((inside) => inside.has('orig-prefix.txt') || inside.has('no-global-site-packages.txt')) || commands.has('activate_this.py'))
    return 'old virtualenv'
  if (top.has('conda-meta')) return 'conda'
  // A virtualenv of Python 2 whose markers are not in the repository still has its `activate`.
  if (insides.length > 0 && commands.has('activate')) return 'old virtualenv'
  return insides.some((inside) => inside.has('os.py')) ? 'installation' : undefined
}

function interpreterOf(snapshot: Snapshot, scripts: string, commands: ReadonlyMap<string, string>, doubt: Doubt): Interpreter | undefined {
  const name = ['python', 'python3', 'python.exe', 'python2', ...commands.keys()].find(
    (one) => commands.has(one) && (versionOfName(one) || /^python(\.exe)?$/.test(one)),
  )
  if (name === undefined) return undefined
  const path = join(scripts, name)
  let target = path
  for (let hops = 0; hops < 8; hops++) {
    const link = hops === 0 && commands.get(name) === 'file' ? undefined : snapshot.linkTarget(target)
    if (link?.state === 'not asked') doubt.add('incomplete')
    if (link?.state !== 'content' || link.value === undefined) break
    target = isAbsolute(link.value) ? link.value : join(dirname(target), link.value)
  }
  if (commands.get(name) === 'file') return { path, target, state: 'present' }
  const stat = snapshot.stat(path)
  if (stat.state === 'not asked') doubt.add('incomplete')
  return { path, target, state: stat.state === 'content' ? 'present' : stat.state === 'absent' ? 'absent' : 'unknown' }
}

const outside = (interpreter: Interpreter | undefined, root: string): string | undefined =>
  interpreter && interpreter.target !== interpreter.path && !interpreter.target.startsWith(`${root}/`) ? interpreter.target : undefined

function evidenceOf(
  root: string,
  config: PyvenvConfig | undefined,
  libraries: readonly string[],
  scripts: string | undefined,
  commands: ReadonlyMap<string, string>,
  interpreter: Interpreter | undefined,
): readonly VersionEvidence[] {
  const evidence: VersionEvidence[] = []
  const add = (version: PythonVersion | undefined, from: VersionEvidence['from'], path: string, at: Place | undefined): void => {
    if (version?.minor !== undefined) evidence.push({ version, from, path, at })
  }
  const written = config?.get('version') ?? config?.get('version_info')
  if (written) add(parsePythonVersion(written.value), 'pyvenv.cfg', join(root, 'pyvenv.cfg'), written.at)
  for (const library of libraries) add(versionOfName(basename(library)), 'library folder', library, undefined)
  for (const name of [...commands.keys()].sort()) if (scripts !== undefined) add(versionOfName(name), 'interpreter name', join(scripts, name), undefined)
  if (interpreter && interpreter.target !== interpreter.path && dirname(interpreter.target) !== scripts) {
    add(versionOfName(basename(interpreter.target)) ?? versionOfInstallation(dirname(interpreter.target)), 'interpreter link', interpreter.path, undefined)
  }
  const home = config?.get('home')
  if (home) add(versionOfInstallation(home.value), 'home', join(root, 'pyvenv.cfg'), home.at)
  return evidence
}

/** The version in the folder names of pyenv and uv: `~/.pyenv/versions/3.9.18/bin`, `…/cpython-3.11.7-linux-x86_64-gnu/bin`. */
function versionOfInstallation(folder: string): PythonVersion | undefined {
  const match = /\/(?:versions\/|c?python-)(\d+\.\d+(?:\.\d+)?)[^/]*(?:\/bin)?\/?$/.exec(folder)
  return match ? parsePythonVersion(match[1] as string) : undefined
}

/** The first evidence, with the patch level of another that agrees. */
function bestVersion(evidence: readonly VersionEvidence[]): PythonVersion | undefined {
  const first = evidence[0]?.version
  if (!first || first.patch !== undefined) return first
  return evidence.find((one) => one.version.patch !== undefined && isSameMinor(one.version, first))?.version ?? first
}

function systemPackages(config: PyvenvConfig | undefined, kind: Virtualenv['kind'], insides: readonly ReadonlyMap<string, string>[]): boolean | undefined {
  const written = config?.get('include-system-site-packages')?.value.toLowerCase()
  if (written !== undefined) return written === 'true'
  // The old virtualenv's `site.py` looks at this file only.
  if (kind === 'old virtualenv' && insides.some((inside) => inside.has('orig-prefix.txt')))
    return !insides.some((inside) => inside.has('no-global-site-packages.txt'))
  return undefined
}

function sitePackagesOf(
  root: string,
  top: ReadonlyMap<string, string>,
  insides: ReadonlyMap<string, ReadonlyMap<string, string>>,
  list: (path: string) => ReadonlyMap<string, string>,
): readonly string[] {
  const unix = [...insides].filter(([, inside]) => inside.has('site-packages')).map(([library]) => join(library, 'site-packages'))
  const windows = top.has('Lib') && list(join(root, 'Lib')).has('site-packages') ? [join(root, 'Lib', 'site-packages')] : []
  return [...unix, ...windows]
}

const MOST_SCRIPTS = 2
const LONGEST_SCRIPT = 100_000

/** What `activate` and a couple of installed commands say about where they are. */
function scriptRootsOf(snapshot: Snapshot, scripts: string, commands: ReadonlyMap<string, string>, doubt: Doubt): readonly ScriptRoot[] {
  const roots: ScriptRoot[] = []
  const installed = ['pip', 'pip3', 'gunicorn', 'uwsgi', 'django-admin', 'django-admin.py', 'easy_install']
    .filter((name) => commands.get(name) === 'file')
    .slice(0, MOST_SCRIPTS)
  for (const name of ['activate', ...installed]) {
    if (!commands.has(name)) continue
    const path = join(scripts, name)
    const content = snapshot.content(path)
    if (content.state === 'not asked') doubt.add('incomplete')
    if (content.state !== 'content' || content.value.binary || content.value.text.length > LONGEST_SCRIPT) continue
    const { text } = content.value
    const match =
      name === 'activate'
        ? /^\s*(?:export\s+)?VIRTUAL_ENV=(["']?)(\/[^"'\n$]+)\1\s*$/m.exec(text)
        : /^#!(["']?)(\/[^\n"']+?)\/bin\/(?:python|pypy)[\d.]*\1(?:\s|$)/.exec(text)
    if (!match) continue
    const named = match[2] as string
    const start = match.index + match[0].indexOf(named)
    if (!/^\/usr(\/local)?$/.test(named)) roots.push({ root: named, at: { path, start, end: start + named.length } })
  }
  return roots
}

/** The folders for which it says that it was made: by its scripts, and by the command in `pyvenv.cfg`. Empty where it says none. */
export function foldersMadeFor(environment: Virtualenv): readonly string[] {
  const command = environment.config?.get('command')?.value
  const last = command === undefined ? undefined : / -m venv (?:.* )?(\/\S+|[A-Za-z]:[\\/]\S+)$/.exec(command)?.[1]
  const foreign = /^(?:[A-Za-z]:[\\/]|\/Users\/|\/opt\/homebrew\/)/.exec(environment.home?.value ?? '') ? [environment.home?.value ?? ''] : []
  return [...environment.scriptRoots.map((each) => each.root), ...(last === undefined ? [] : [last]), ...foreign]
}
