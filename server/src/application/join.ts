import { type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../configuration/placed.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { type DjangoProject, settingsNamesOf } from '../deployment/django/project.ts'
import { type DjangoSettings, readSettings } from '../deployment/django/settings.ts'
import { readWsgiScript, type WsgiScript } from '../deployment/django/wsgi-script.ts'
import { reaches } from '../deployment/processes/address.ts'
import type { ApplicationProcess } from '../deployment/processes/process.ts'
import { isAbsolute, isInside, join, normalize } from '../workspace/path.ts'
import type { Settings } from '../workspace/settings.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import type { Application, ProxiedApplication, WsgiApplication, WsgiProcess } from './application.ts'
import type { PathMap } from './path-map.ts'
import { targetsOf } from './targets.ts'
import { daemonOptions, daemonsOf, processOf } from './wsgi-process.ts'

/** Deployed files that a configuration names: what the path map is learnt from, with those that processes name. */
export function anchorsOf(configuration: Configuration): string[] {
  const anchors: string[] = []
  const add = (path: string | undefined): void => {
    if (path !== undefined && isAbsolute(path)) anchors.push(normalize(path))
  }
  const addEnvironment = (root: string): void => {
    // Two segments of an anchor decide, so only a file directly in the environment tells `env` from `venv`.
    add(`${root}/pyvenv.cfg`)
  }
  const addPythonPath = (value: string): void => {
    for (const folder of value.split(':')) {
      const environment = /^(.*)\/lib(?:64)?\/python\d(?:\.\d+)?\/site-packages\/?$/.exec(folder)?.[1]
      if (environment !== undefined) addEnvironment(environment)
      else add(`${folder}/manage.py`)
    }
  }
  for (const directive of directivesNamed(configuration, ...naming)) {
    if (directive.presence === 'absent') continue
    const value = (index: number): string | undefined => (directive.args[index]?.known ? directive.args[index]?.value : undefined)
    if (directive.name === 'wsgiscriptalias') add(value(1))
    else if (directive.name === 'documentroot') add(`${value(0) ?? ''}/.htaccess`)
    else if (directive.name === 'wsgipythonhome') addEnvironment(value(0) ?? '')
    else if (directive.name === 'wsgipythonpath') addPythonPath(value(0) ?? '')
    else if (directive.name === 'wsgidaemonprocess') {
      for (const option of daemonOptions(directive)) {
        if (option.name === 'python-home') addEnvironment(option.value)
        else if (option.name === 'python-path') addPythonPath(option.value)
        else if (option.name === 'home') add(`${option.value}/manage.py`)
      }
    }
  }
  return anchors
}

/** Directives that name files of the application, or the folder that they are in. */
const naming = ['wsgiscriptalias', 'documentroot', 'wsgipythonhome', 'wsgipythonpath', 'wsgidaemonprocess']

/** Pairs what a configuration serves with the application in the workspace. */
export function joinApplications(configuration: Configuration, deployment: Deployment, paths: PathMap, snapshot: Snapshot, settings: Settings): Application[] {
  const applications: Application[] = []
  for (const directive of directivesNamed(configuration, 'wsgiscriptalias', ...Object.keys(passing))) {
    if (directive.presence === 'absent') continue
    if (directive.name === 'wsgiscriptalias') {
      const application = wsgiApplication(directive, configuration, deployment, paths, snapshot, settings)
      if (application) applications.push(application)
    } else {
      const application = proxiedApplication(directive, configuration, deployment, paths, snapshot, settings)
      if (application) applications.push(application)
    }
  }
  return applications
}

function wsgiApplication(
  directive: PlacedDirective,
  configuration: Configuration,
  deployment: Deployment,
  paths: PathMap,
  snapshot: Snapshot,
  settings: Settings,
): WsgiApplication | undefined {
  const [url, target] = directive.args
  if (!url || !target?.known) return undefined
  const path = normalize(target.value)
  const workspace = isAbsolute(path) ? paths.toWorkspace(path) : undefined
  const content = workspace === undefined ? undefined : readWsgiScript(snapshot, workspace)
  const project = deployment.django.find((each) => workspace !== undefined && isInside(workspace, each.root))
  const process = processOf(directive, configuration)
  const roots = [...pythonFolders(process, configuration).flatMap((folder) => paths.toWorkspace(folder) ?? []), ...(project ? [project.root] : [])]
  return {
    kind: 'mod_wsgi',
    directive,
    host: enclosing(directive, 'virtualhost'),
    mount: url.value,
    script: { path, workspace, content: content?.state === 'read' ? content : undefined },
    process,
    project,
    settings: project && content ? settingsOf(project, content, roots, snapshot, settings) : undefined,
    deployed: paths.toDeployed,
  }
}

/** The folders that Python is told to look in. */
function pythonFolders(process: WsgiProcess, configuration: Configuration): string[] {
  if (process.mode === 'daemon') {
    return daemonsOf(configuration)
      .filter((daemon) => daemon === process.definition)
      .flatMap((daemon) => daemonOptions(daemon))
      .filter((option) => option.name === 'python-path' || option.name === 'home')
      .flatMap((option) => option.value.split(':'))
  }
  return directivesNamed(configuration, 'wsgipythonpath').flatMap((each) => each.args[0]?.value.split(':') ?? [])
}

/** Directives that hand requests to a process, with the protocol that they speak. */
const passing: Readonly<Record<string, string>> = {
  proxy_pass: 'http',
  uwsgi_pass: 'uwsgi',
  scgi_pass: 'scgi',
  fastcgi_pass: 'fastcgi',
  proxypass: 'http',
  proxypassmatch: 'http',
}

function proxiedApplication(
  directive: PlacedDirective,
  configuration: Configuration,
  deployment: Deployment,
  paths: PathMap,
  snapshot: Snapshot,
  settings: Settings,
): ProxiedApplication | undefined {
  const protocol = passing[directive.name]
  if (protocol === undefined || directive.args.some((argument) => argument.value === '!')) return undefined
  const targets = targetsOf(directive, configuration)
  const processes = deployment.processes.filter(({ listeners }) =>
    listeners.some((listener) => targets.some((target) => reaches(target.address, listener.address))),
  )
  const { project, script } = servedBy(processes, deployment)
  const location = enclosing(directive, 'location')
  const said = processes.length === 1 ? processes[0]?.environment.get('DJANGO_SETTINGS_MODULE')?.value : undefined
  return {
    kind: 'proxied',
    protocol,
    targets,
    processes,
    directive,
    host: enclosing(directive, 'server', 'virtualhost'),
    mount: directive.name.startsWith('proxypass') && !location ? (directive.args[0]?.value ?? '/') : (location?.args.at(-1)?.value ?? '/'),
    project,
    settings: project && script ? settingsOf(project, script, [project.root], snapshot, settings, said) : undefined,
    deployed: paths.toDeployed,
  }
}

/** The project and script that the processes behind an address serve. Where they do not say, it is the only project of the workspace. */
function servedBy(
  processes: readonly ApplicationProcess[],
  deployment: Deployment,
): { readonly project: DjangoProject | undefined; readonly script: WsgiScript | undefined } {
  const modules = new Set(processes.flatMap(({ application }) => application?.value.split(':')[0] ?? []))
  const [module] = modules
  if (module !== undefined && modules.size === 1) {
    const tail = `/${module.replaceAll('.', '/')}.py`
    const named = deployment.django.flatMap((project) =>
      [...project.wsgi, ...project.asgi].flatMap((script) => (script.path.endsWith(tail) ? [{ project, script }] : [])),
    )
    if (named.length === 1 && named[0]) return named[0]
  }
  // Which of several projects is meant cannot be told from an address.
  const [project, ...others] = deployment.django
  if (!project || others.length > 0) return { project: undefined, script: undefined }
  return { project, script: project.wsgi[0] ?? project.asgi[0] }
}

/** The settings that the server's own script names, where it names one module beyond doubt; or those that webconf's settings name. */
function settingsOf(
  project: DjangoProject,
  script: WsgiScript,
  roots: readonly string[],
  snapshot: Snapshot,
  settings: Settings,
  fromEnvironment?: string,
): DjangoSettings | undefined {
  const said = settings.deployment.settingsModule ?? (script.settingsModule?.overridable === false ? undefined : fromEnvironment)
  const names = said === undefined ? settingsNamesOf(script) : [said]
  const [dotted, ...others] = names
  if (dotted === undefined || others.length > 0) return undefined
  const known = project.settingsModules.find((module) => module.dotted === dotted)?.path
  if (known !== undefined) return readSettings(snapshot, known, rootOf(known, dotted) ?? project.root)
  for (const root of roots) {
    for (const file of [`${dotted.replaceAll('.', '/')}.py`, `${dotted.replaceAll('.', '/')}/__init__.py`]) {
      const path = join(root, file)
      if (snapshot.stat(path).state === 'content') return readSettings(snapshot, path, root)
    }
  }
  return undefined
}

/** The folder from which a module's file is imported by its dotted name. */
function rootOf(path: string, dotted: string): string | undefined {
  const tail = `/${dotted.replaceAll('.', '/')}`
  const plain = path.replace(/(\/__init__)?\.py$/, '')
  return plain.endsWith(tail) ? plain.slice(0, -tail.length) : undefined
}
