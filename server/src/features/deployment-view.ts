import type { Application, ProxiedApplication, WsgiApplication } from '../application/application.ts'
import { servedSetting } from '../application/served-settings.ts'
import type { Understanding, UnderstoodConfiguration } from '../application/understand.ts'
import { type PlacedDirective, placeOfDirective, placeOfWhole } from '../configuration/placed.ts'
import type { DjangoSettings } from '../deployment/django/settings.ts'
import { possibleValues, textOf, type Value } from '../deployment/django/values.ts'
import type { Beanstalk } from '../deployment/platforms/beanstalk.ts'
import { showAddress } from '../deployment/processes/address.ts'
import { programName } from '../deployment/processes/command-line.ts'
import type { ApplicationProcess } from '../deployment/processes/process.ts'
import { formatPythonVersion } from '../deployment/python/version.ts'
import type { Place } from '../problem/place.ts'
import type { Problem } from '../problem/problem.ts'
import type { FileReport } from '../problem/report.ts'
import { allMappings } from '../rules/django/lib/served.ts'
import { serverPython } from '../rules/python/lib/server-python.ts'
import type { ConfigurationContext } from '../rules/rule.ts'
import type { Range } from '../syntax/position.ts'
import { isInside, relativeTo } from '../workspace/path.ts'
import type { Settings } from '../workspace/settings.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { textsIn } from '../workspace/texts.ts'
import type { WorkspacePart } from './lib/view.ts'

/** One thing of a deployment, with what was found of it. */
export interface DeploymentNode {
  readonly kind: 'site' | 'application' | 'script' | 'process' | 'settings' | 'python' | 'static' | 'media' | 'hosts' | 'platform'
  /** What it is: `shop.example`, `static files`. */
  readonly label: string
  /** What was found, or why it is not known. */
  readonly detail: string
  readonly state: 'known' | 'not known'
  /** Where that was read. */
  readonly at: { readonly path: string; readonly range: Range } | undefined
  readonly problems: readonly FiledProblem[]
  readonly children: readonly DeploymentNode[]
}

export interface FiledProblem {
  readonly path: string
  readonly severity: Problem['severity']
  readonly rule: string
  readonly message: string
  readonly range: Range
}

/** Sites with the applications that they serve, what of the deployment belongs to none of them, and what the check of the same part has reported of each. */
export function deploymentView(snapshot: Snapshot, { input, understanding }: WorkspacePart, reports: readonly FileReport[]): DeploymentNode[] {
  const { folders, settings } = input
  const view = makeView(reports, folders, snapshot)
  const { configurations, deployment } = understanding
  const sites = configurations.flatMap((each) => sitesOf(each, understanding, view, snapshot, settings))
  const attached = new Set(configurations.flatMap(({ applications }) => applications.flatMap((each) => (each.kind === 'proxied' ? each.processes : []))))
  const processes = deployment.processes.filter((each) => !attached.has(each)).map((each) => processNode(each, view))
  const environments = deployment.virtualenvs.map((each) => {
    const version = each.version ? formatPythonVersion(each.version) : 'of a version that is not known'
    const at = each.config ? { path: `${each.root}/pyvenv.cfg`, start: 0, end: 0 } : each.evidence.find((one) => one.at)?.at
    return view.node('python', view.shown(each.root), `${each.kind}, Python ${version}`, at)
  })
  const platforms = deployment.beanstalks.map((each) => platformNode(each, reports, view))
  return [...sites, ...processes, ...environments, ...platforms]
}

interface View {
  shown(path: string): string
  node(kind: DeploymentNode['kind'], label: string, detail: string, at: Place | undefined, children?: readonly DeploymentNode[], within?: Place): DeploymentNode
  unknown(kind: DeploymentNode['kind'], label: string, why: string, at?: Place): DeploymentNode
}

function makeView(reports: readonly FileReport[], folders: readonly string[], snapshot: Snapshot): View {
  const { range: rangeOf } = textsIn(snapshot)
  const problemsIn = (path: string, range: Range): FiledProblem[] =>
    reports
      .filter((report) => report.path === path)
      .flatMap((report) => report.problems)
      .filter((problem) => problem.range.start.line >= range.start.line && problem.range.start.line <= range.end.line)
      .map(({ severity, rule, message, range: own }) => ({ path, severity, rule, message, range: own }))
  const make: View['node'] = (kind, label, detail, at, children = [], within = at) => ({
    kind,
    label,
    detail,
    state: 'known',
    at: at && { path: at.path, range: rangeOf(at) },
    problems: within ? problemsIn(within.path, rangeOf(within)) : [],
    children,
  })
  return {
    shown: (path) => {
      const folder = folders.find((each) => isInside(path, each))
      return folder === undefined ? path : relativeTo(path, folder)
    },
    node: make,
    unknown: (kind, label, why, at) => ({ ...make(kind, label, `not known: ${why}`, at), state: 'not known' }),
  }
}

function sitesOf(understood: UnderstoodConfiguration, understanding: Understanding, view: View, snapshot: Snapshot, settings: Settings): DeploymentNode[] {
  const { configuration, applications, paths } = understood
  const { deployment } = understanding
  const context: ConfigurationContext = { configuration, applications, deployment, paths, snapshot, settings, report: () => undefined }
  const byHost = new Map<PlacedDirective | undefined, Application[]>()
  for (const application of applications) {
    const list = byHost.get(application.host)
    if (list) list.push(application)
    else byHost.set(application.host, [application])
  }
  return [...byHost].map(([host, own]) => {
    const server = configuration.dialect === 'nginx' ? 'nginx' : 'Apache'
    const first = own[0]?.directive
    const at = host ? placeOfDirective(host) : first && placeOfDirective(first)
    const children = own.map((application) => applicationNode(application, context, view))
    const where = at ? view.shown(at.path) : view.shown(configuration.root.path)
    return view.node('site', siteName(host), `${server}, ${where}`, at, children, host ? placeOfWhole(host) : at)
  })
}

/** The names and the port of a server or virtual host. */
function siteName(host: PlacedDirective | undefined): string {
  if (!host) return 'main server'
  const values = (name: string): string[] => host.children.filter((each) => each.name === name).flatMap((each) => each.args.map((word) => word.value))
  const names = host.name === 'server' ? values('server_name') : values('servername')
  const ports = host.name === 'server' ? values('listen').filter((each) => /\d|unix:/.test(each)) : host.args.map((each) => each.value)
  return [names.join(' ') || 'any host', ...ports.slice(0, 2)].join(' ')
}

function applicationNode(application: Application, context: ConfigurationContext, view: View): DeploymentNode {
  const at = placeOfDirective(application.directive)
  const children = [
    ...(application.kind === 'mod_wsgi' ? wsgiNodes(application, context, view) : proxiedNodes(application, view)),
    settingsNode(application, view),
    ...(application.settings
      ? [filesNode('STATIC', application, context, view), filesNode('MEDIA', application, context, view), hostsNode(application.settings, view)]
      : []),
  ]
  const detail =
    application.kind === 'mod_wsgi'
      ? `mod_wsgi, ${application.script.path}`
      : `${application.protocol} to ${application.targets.map(({ address }) => showAddress(address)).join(', ') || 'an address that is not known'}`
  return view.node('application', application.mount, detail, at, children)
}

function wsgiNodes(application: WsgiApplication, context: ConfigurationContext, view: View): DeploymentNode[] {
  const { script, process } = application
  const scriptNode =
    script.workspace === undefined
      ? view.unknown('script', 'script', `${script.path} is not in the workspace`)
      : view.node('script', 'script', view.shown(script.workspace), { path: script.workspace, start: 0, end: 0 })
  const python = serverPython(context)
  const pythonNode = python
    ? view.node('python', 'Python of mod_wsgi', `${formatPythonVersion(python.version)}, ${python.by}`, python.at)
    : view.unknown('python', 'Python of mod_wsgi', 'neither a LoadModule line nor an error log here names it (setting: webconf.deployment.python)')
  return [scriptNode, modeNode(process, view), pythonNode]
}

function modeNode(process: WsgiApplication['process'], view: View): DeploymentNode {
  if (process.mode === 'embedded') return view.node('process', 'process', "embedded in Apache's own processes", undefined)
  if (process.mode === 'unknown') return view.unknown('process', 'process', 'the process group is made of something that is not here')
  const { definition, name } = process
  if (!definition) return view.unknown('process', 'process', `no WSGIDaemonProcess ${name} is in this configuration`, placeOfDirective(process.namedBy))
  return view.node('process', 'process', `daemon process ${name}`, placeOfDirective(definition))
}

function proxiedNodes({ processes, targets }: ProxiedApplication, view: View): DeploymentNode[] {
  if (processes.length > 0) return processes.map((each) => processNode(each, view))
  const where = targets.map(({ address }) => showAddress(address)).join(', ')
  return [view.unknown('process', 'process', where === '' ? 'the address is made of variables' : `nothing in the workspace says what listens at ${where}`)]
}

function processNode(process: ApplicationProcess, view: View): DeploymentNode {
  const { application, folder, listeners, listenersKnown, name, path, server, user } = process
  const at = process.program?.at ?? { path, start: 0, end: 0 }
  const addresses = listeners.map(({ address }) => showAddress(address))
  const detail = [
    `${programName(server)}${application ? ` with ${application.value}` : ''}`,
    addresses.length > 0 ? `at ${addresses.join(', ')}` : '',
    listenersKnown ? '' : 'may listen elsewhere (what is said cannot be read whole)',
    folder ? `in ${folder.value}` : '',
    user ? `as ${user.value}` : '',
  ]
  return view.node('process', name, detail.filter((each) => each !== '').join(', '), at)
}

/** A folder that Elastic Beanstalk runs, with what is wrong in its files. */
function platformNode({ root, platform, extensions, cli }: Beanstalk, reports: readonly FileReport[], view: View): DeploymentNode {
  const name = platform.name ?? (platform.generation ? `${platform.family ?? ''} on ${platform.generation}`.trim() : undefined)
  const file = cli?.path ?? extensions[0]?.path
  const at = platform.at ?? (file === undefined ? undefined : { path: file, start: 0, end: 0 })
  const where = view.shown(root) === '.' ? '' : `, ${view.shown(root)}`
  const node =
    name === undefined
      ? view.unknown('platform', 'Elastic Beanstalk', `no file names the platform${where}`, at)
      : view.node('platform', 'Elastic Beanstalk', `${name}${where}`, at)
  const problems = reports.flatMap(({ path, problems: own }) =>
    isInside(path, root)
      ? own.filter((each) => each.rule.startsWith('platform/')).map(({ severity, rule, message, range }) => ({ path, severity, rule, message, range }))
      : [],
  )
  return { ...node, problems }
}

function settingsNode({ settings, project }: Application, view: View): DeploymentNode {
  if (settings?.state === 'read') return view.node('settings', 'settings', view.shown(settings.path), { path: settings.path, start: 0, end: 0 })
  const why = project
    ? 'no script of the project names one module beyond doubt (setting: webconf.deployment.settingsModule)'
    : 'no Django project of the workspace belongs to it beyond doubt'
  return view.unknown('settings', 'settings', why)
}

function filesNode(kind: 'STATIC' | 'MEDIA', application: Application, context: ConfigurationContext, view: View): DeploymentNode {
  const label = kind === 'STATIC' ? 'static files' : 'media files'
  const of = kind === 'STATIC' ? 'static' : 'media'
  const { settings } = application
  const setting = servedSetting(application, kind, context.snapshot)
  if (!setting) {
    const root = settings?.get(`${kind}_ROOT`)
    return view.unknown(of, label, root ? whyUnknown(`${kind}_ROOT`, root) : 'there are no settings')
  }
  const mapping = allMappings(application, context).find((each) => each.url.replace(/\/$/, '') === setting.url.replace(/\/$/, ''))
  const served = mapping ? `served from ${mapping.folder}` : 'served by no directive here'
  return view.node(of, label, `${setting.url} is ${setting.root}, ${served}`, mapping ? placeOfDirective(mapping.directive) : setting.rootAt)
}

function hostsNode(settings: DjangoSettings, view: View): DeploymentNode {
  const value = settings.get('ALLOWED_HOSTS')
  if (value.state !== 'known' || !('items' in value.value)) return view.unknown('hosts', 'allowed hosts', whyUnknown('ALLOWED_HOSTS', value))
  const items = value.value.items.map((item) => (item.state === 'known' ? (textOf(item.value) ?? '?') : '?'))
  return view.node('hosts', 'allowed hosts', items.join(', ') || 'none', value.at)
}

function whyUnknown(name: string, value: Value): string {
  if (value.state === 'unknown') return value.why
  if (value.state === 'default') return `${name} may come from the environment variable ${value.variable}`
  if (value.state === 'one-of') return `${name} may be one of ${possibleValues(value).values.length} values`
  return 'isDefault' in value ? `the settings do not set ${name}` : `the place of ${name} on the server is not known (setting: webconf.paths)`
}
