import { type ServedSetting, servedSetting } from '../../application/served-settings.ts'
import { dirname, isAbsolute, join } from '../../workspace/path.ts'
import type { DocumentView } from '../lib/view.ts'
import { type Proposal, proposal, type Span } from './proposal.ts'

export interface PathOptions {
  /** Files count too; else only folders. */
  readonly files: boolean
  /** What a relative path begins at, in the workspace. */
  readonly base?: string | undefined
  /** Which files, by name. */
  readonly only?: RegExp
}

/**
 * What can follow in a path that is half typed: what lies in its folder, deployed paths through the path map. `from` is where the path
 * begins in the document.
 */
export function pathProposals(view: DocumentView, typed: string, from: number, end: number, { files, base, only }: PathOptions, rank = 3): Proposal[] {
  const slash = typed.lastIndexOf('/') + 1
  const folder = typed.slice(0, slash)
  if (/[*?$[{]/.test(folder)) return []
  const span: Span = { start: from + slash, end }
  const found = new Map<string, Proposal>()
  for (const place of placesOf(view, folder, base)) {
    const entries = view.snapshot.folder(place)
    if (entries.state !== 'content') continue
    for (const { name, kind } of entries.value) {
      if (found.has(name) || name.startsWith('.git') || name === '__pycache__' || name === 'node_modules') continue
      if (kind === 'folder') found.set(name, proposal(span, 'folder', `${name}/`, rank))
      else if (files && (kind === 'file' || kind === 'link') && (only === undefined || only.test(name))) found.set(name, proposal(span, 'file', name, rank))
    }
  }
  // Where nothing of the workspace lies, the paths that the configuration knows tell the way.
  for (const known of deployedFolders(view)) {
    if (folder !== '' && !known.startsWith(folder)) continue
    const [next] = known.slice(folder.length).split('/')
    if (next && isAbsolute(known) && folder !== '' && !found.has(next)) found.set(next, proposal(span, 'folder', `${next}/`, rank + 0.5))
  }
  return [...found.values()]
}

/** Workspace folders that a typed folder may be. */
function placesOf(view: DocumentView, folder: string, base: string | undefined): string[] {
  if (!isAbsolute(folder)) return base === undefined ? [] : [join(base, folder === '' ? '.' : folder)]
  const places = new Set<string>()
  for (const { paths } of [...view.configurations, view.part.understanding]) {
    const place = paths.toWorkspace(folder)
    if (place !== undefined) places.add(place)
  }
  return [...places]
}

/** Folders as deployed that the application is known to have. */
function deployedFolders(view: DocumentView): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const { applications, paths } of view.configurations) {
    for (const application of applications) {
      const root = application.project && paths.toDeployed(application.project.root)
      if (root !== undefined) folders.add(root)
      if (application.kind === 'mod_wsgi') folders.add(dirname(application.script.path))
    }
  }
  for (const { root } of servedByDjango(view)) folders.add(root)
  return folders
}

/** STATIC and MEDIA of the Django projects that the document's configurations serve: URLs and folders, each once. */
export function servedByDjango(view: DocumentView): readonly ServedSetting[] {
  const found = new Map<string, ServedSetting>()
  for (const { applications } of view.configurations) {
    for (const application of applications) {
      for (const kind of ['STATIC', 'MEDIA'] as const) {
        const setting = servedSetting(application, kind, view.snapshot)
        if (setting) found.set(`${setting.url} ${setting.root}`, setting)
      }
    }
  }
  return [...found.values()]
}
