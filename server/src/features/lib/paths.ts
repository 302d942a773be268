import type { PathMap } from '../../application/path-map.ts'
import { code, shownPath } from './markdown.ts'
import type { DocumentView } from './view.ts'

/** Where a deployed path lies in the workspace, and whether it is there; undefined where it does not map. */
export function inWorkspace(view: DocumentView, paths: PathMap, deployed: string): string | undefined {
  const path = paths.toWorkspace(deployed)
  if (path === undefined) return undefined
  const stat = view.snapshot.stat(path)
  const shown = path === deployed ? 'On this machine' : `In the workspace: ${code(shownPath(view, path))}`
  if (stat.state === 'content') return `${shown}, ${stat.value.kind === 'folder' ? 'a folder' : 'a file'} that is there.`
  // What is made or built on the server need not be here.
  return stat.state === 'absent' ? `${shown}, which is not there.` : undefined
}
