import type { WsgiApplication } from '../../../application/application.ts'
import { daemonsOf, wsgiOptions } from '../../../application/wsgi-process.ts'
import { directivesNamed, enclosing, type PlacedDirective } from '../../../configuration/placed.ts'
import { appendToLine, insertBefore, quoted, removeDirective } from '../../lib/edits.ts'
import type { ConfigurationContext, FindingFix } from '../../rule.ts'

/**
 * Runs an embedded application in a daemon process of its own: declares it before the alias with the home and path that embedded mode has, and takes those
 * directives away where no other application is embedded; `meant` is what they should have said. Undefined where a daemon process is there, or something is not known.
 */
export function runInDaemon(
  application: WsgiApplication,
  context: ConfigurationContext,
  meant?: { readonly home: string; readonly path: readonly string[] },
): FindingFix | undefined {
  const { applications, configuration, deployment, paths } = context
  const { directive, process, project } = application
  if (process.mode !== 'embedded' || daemonsOf(configuration).length > 0 || directive.presence !== 'present') return undefined
  if (wsgiOptions(directive, 2).some((each) => each.name === 'process-group') || enclosing(directive, 'location', 'directory')) return undefined
  if (directivesNamed(configuration, 'wsgiprocessgroup').some((each) => each.presence !== 'absent')) return undefined
  const [home, path] = ['wsgipythonhome', 'wsgipythonpath'].map((name) => directivesNamed(configuration, name).filter((each) => each.presence !== 'absent'))
  if (!home || !path || [home, path].some((list) => list.length > 1 || list.some((each) => each.presence !== 'present' || !each.args[0]?.known)))
    return undefined
  const root = project && paths.toDeployed(project.root)
  const environments = deployment.virtualenvs.filter((each) => each.kind !== 'installation')
  const environment = environments.length === 1 && environments[0] ? paths.toDeployed(environments[0].root) : undefined
  const homeFolder = meant?.home ?? home[0]?.args[0]?.value ?? environment
  const pathFolders = meant && meant.path.length > 0 ? meant.path.join(':') : ((meant ? undefined : path[0]?.args[0]?.value) ?? root)
  const name = nameFor(application)
  const words = [
    `WSGIDaemonProcess ${name}`,
    ...(homeFolder === undefined ? [] : [`python-home=${quoted(homeFolder)}`]),
    ...(pathFolders === undefined ? [] : [`python-path=${quoted(pathFolders)}`]),
    'display-name=%{GROUP}',
  ]
  const group = wsgiOptions(directive, 2).some((each) => each.name === 'application-group') ? '' : ' application-group=%{GLOBAL}'
  const isOnly = applications.filter((each) => each.kind === 'mod_wsgi').length === 1
  const replaced: readonly PlacedDirective[] = isOnly ? [...home, ...path] : []
  return {
    title: `Run it in the daemon process ${name}`,
    safe: false,
    edits: [insertBefore(directive, [words.join(' ')]), appendToLine(directive, ` process-group=${name}${group}`), ...replaced.map(removeDirective)],
  }
}

/** By the package of the settings; by the folder of the script where that says nothing. */
function nameFor({ project, script }: WsgiApplication): string {
  const usual = /^(?:config|conf|settings|project|core|app|src|site|wsgi|django)$/
  const candidates = [project?.settingsModules[0]?.dotted.split('.')[0], ...script.path.split('/').slice(0, -1).reverse()]
  return candidates.find((each): each is string => each !== undefined && /^[A-Za-z][\w-]*$/.test(each) && !usual.test(each)) ?? 'site'
}
