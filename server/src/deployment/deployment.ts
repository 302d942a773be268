import type { Snapshot } from '../workspace/snapshot.ts'
import { type DjangoProject, findDjangoProjects } from './django/project.ts'
import { type Beanstalk, findBeanstalks } from './platforms/beanstalk.ts'
import { type ContainerSetup, readContainers } from './platforms/containers.ts'
import type { ApplicationProcess } from './processes/process.ts'
import { readProcesses } from './processes/processes.ts'
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
  /** Files that may set environment variables of the server: Debian's `envvars`, Dockerfiles, units. */
  readonly environmentFiles: readonly string[]
  /** Files that do nothing but load mod_wsgi, as distributions have them: `wsgi.load`, `conf.modules.d/10-wsgi.conf`. */
  readonly wsgiLoadFiles: readonly string[]
  /** What starts the application, in units and the like. */
  readonly processes: readonly ApplicationProcess[]
  /** Folders that Elastic Beanstalk runs. */
  readonly beanstalks: readonly Beanstalk[]
  /** Compose files and Dockerfiles, as they were read. */
  readonly containerSetup: ContainerSetup
}

/** Surveys a workspace, given the paths of all files that were found in it. */
export function surveyDeployment(snapshot: Snapshot, files: readonly string[]): Deployment {
  const roots = new Set<string>()
  const errorLogs: string[] = []
  for (const path of files) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (name === 'pyvenv.cfg') roots.add(path.slice(0, -name.length - 1))
    else if (path.endsWith('/bin/activate_this.py') || path.endsWith('/bin/activate')) roots.add(path.slice(0, path.lastIndexOf('/bin/')))
    else if (/^(?:[\w.-]+[-_.])?error[._-]log(?:\.1)?$/.test(name)) errorLogs.push(path)
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
    wsgiLoadFiles: files.filter((path) => /\/mods-(?:available|enabled)\/wsgi\.load$|\/conf\.modules\.d\/[\w-]*wsgi[\w-]*\.conf$/.test(path)),
    environmentFiles: files.filter((path) => /\/(?:envvars|Dockerfile[^/]*|[^/]*\.dockerfile|(?:docker-)?compose[^/]*\.ya?ml|[^/]*\.service)$/i.test(path)),
    containers: files.some((path) => /(^|\/)(Dockerfile[^/]*|(docker-)?compose[^/]*\.ya?ml)$/.test(path)),
    processes: readProcesses(snapshot, files),
    beanstalks: findBeanstalks(snapshot, files),
    containerSetup: readContainers(snapshot, files),
  }
}
