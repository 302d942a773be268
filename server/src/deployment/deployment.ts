import type { Snapshot } from '../workspace/snapshot.ts'
import { type DjangoProject, findDjangoProjects } from './django/project.ts'
import { readVirtualenv, type Virtualenv } from './python/virtualenv.ts'

/** What the workspace holds of the application, read where it lies and never run. All paths are workspace paths. */
export interface Deployment {
  readonly django: readonly DjangoProject[]
  /** Virtualenvs whose files are in the workspace. */
  readonly virtualenvs: readonly Virtualenv[]
  /** Error logs of a server that lie in the workspace. */
  readonly errorLogs: readonly string[]
  /** Dockerfiles and compose files are there: the server and the application may each have files of their own. */
  readonly containers: boolean
}

/** Surveys a workspace, given the paths of all files that were found in it. */
export function surveyDeployment(snapshot: Snapshot, files: readonly string[]): Deployment {
  const roots = new Set<string>()
  const errorLogs: string[] = []
  for (const path of files) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (name === 'pyvenv.cfg') roots.add(path.slice(0, -name.length - 1))
    else if (path.endsWith('/bin/activate_this.py') || path.endsWith('/bin/activate')) roots.add(path.slice(0, path.lastIndexOf('/bin/')))
    else if (/^error[._]log$/.test(name)) errorLogs.push(path)
  }
  const virtualenvs: Virtualenv[] = []
  for (const root of roots) {
    const found = readVirtualenv(snapshot, root)
    if (typeof found !== 'string') virtualenvs.push(found)
  }
  return {
    django: findDjangoProjects(snapshot, files),
    virtualenvs,
    errorLogs,
    containers: files.some((path) => /(^|\/)(Dockerfile[^/]*|(docker-)?compose[^/]*\.ya?ml)$/.test(path)),
  }
}
