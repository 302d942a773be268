import { directivesNamed } from '../../../configuration/placed.ts'
import { pythonOfBanner, pythonOfModule, pythonOfModuleName, pythonOfModulePath } from '../../../deployment/python/module-python.ts'
import { formatPythonVersion, isSameMinor, type PythonVersion, parsePythonVersion } from '../../../deployment/python/version.ts'
import type { Place } from '../../../problem/place.ts'
import { basename, isAbsolute, join } from '../../../workspace/path.ts'
import type { Snapshot } from '../../../workspace/snapshot.ts'
import type { ConfigurationContext } from '../../rule.ts'

/** The Python that mod_wsgi is built for, and what says so. */
export interface ServerPython {
  readonly version: PythonVersion
  /** In words, for a message: `by the banner in logs/error_log`. */
  readonly by: string
  readonly at: Place | undefined
  /** Python 2: how wide a character is, where it is proved. */
  readonly unicode: 'ucs2' | 'ucs4' | undefined
}

/** By the settings, else by the module that is loaded, else by the one error log in the workspace; undefined where these leave a doubt. */
export function serverPython({ configuration, deployment, paths, snapshot, settings }: ConfigurationContext): ServerPython | undefined {
  const said = settings.deployment.python === undefined ? undefined : parsePythonVersion(settings.deployment.python)
  if (said) return { version: said, by: 'by the setting deployment.python', at: undefined, unicode: undefined }
  const loads = directivesNamed(configuration, 'loadmodule').filter((each) => each.presence !== 'absent' && each.args[0]?.value === 'wsgi_module')
  // Apache loads the first and passes over the others.
  const [load] = loads
  if (loads.some((each) => each.presence !== 'present')) return undefined
  const file = load?.args[1]
  if (load && file?.known) {
    const deployed = isAbsolute(file.value) ? file.value : configuration.serverRoot === undefined ? undefined : join(configuration.serverRoot, file.value)
    const workspace = deployed === undefined ? undefined : paths.toWorkspace(deployed)
    const best = workspace === undefined ? undefined : pythonOfModule(snapshot, workspace)[0]
    const version = best?.version ?? pythonOfModuleName(basename(file.value)) ?? pythonOfModulePath(file.value)
    const at = { path: load.source.path, start: file.start, end: file.end }
    // Of Red Hat's mod_wsgi_python3.so only the major version is told, which no virtualenv of today contradicts.
    if (version && (version.minor !== undefined || version.major === 2))
      return { version, by: `by ${best?.text ?? basename(file.value)}`, at, unicode: best?.unicode }
  }
  const loaded = load ? undefined : loadedElsewhere(deployment.wsgiLoadFiles, snapshot)
  if (loaded) return loaded
  const banners = deployment.errorLogs.flatMap((log) => {
    const content = snapshot.content(log)
    const banner = content.state === 'content' ? pythonOfBanner(log, content.value.text) : undefined
    return banner && content.state === 'content' ? [{ log, banner, text: content.value.text }] : []
  })
  const [found] = banners
  if (!found || banners.some((each) => differs(each.banner.python, found.banner.python))) return undefined
  const { log, banner, text } = found
  // A module of the other width is refused by the interpreter's linker, which proves the interpreter's own.
  const missing = /undefined symbol: PyUnicode(UCS[24])_/.exec(text)?.[1]
  const unicode = missing === 'UCS2' ? 'ucs4' : missing === 'UCS4' ? 'ucs2' : undefined
  return { version: banner.python, by: `by the banner in ${basename(log)}`, at: banner.at, unicode }
}

/** By the file of a distribution that loads the module for a part of a configuration; undefined where several differ, or the name says nothing. */
function loadedElsewhere(files: readonly string[], snapshot: Snapshot): ServerPython | undefined {
  const found = files.flatMap((path) => {
    const content = snapshot.content(path)
    const text = content.state === 'content' && !content.value.binary ? content.value.text : ''
    const match = /^[ \t]*LoadModule[ \t]+wsgi_module[ \t]+"?([^\s"]+)"?[ \t]*$/im.exec(text)
    const file = match?.[1]
    const version = file === undefined ? undefined : (pythonOfModuleName(basename(file)) ?? pythonOfModulePath(file))
    if (!match || file === undefined || version?.minor === undefined) return []
    const start = match.index + match[0].indexOf(file)
    return [{ version, by: `by ${basename(file)}`, at: { path, start, end: start + file.length }, unicode: undefined }]
  })
  const [first] = found
  return first && found.every((each) => !differs(each.version, first.version)) ? first : undefined
}

/** Whether two Pythons surely differ in their minor version. */
export const differs = (a: PythonVersion, b: PythonVersion): boolean => isSameMinor(a, b) === false

/** `3.11`. */
export const minorOf = (version: PythonVersion): string => formatPythonVersion({ ...version, patch: undefined })
