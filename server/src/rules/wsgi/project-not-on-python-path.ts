import type { WsgiApplication } from '../../application/application.ts'
import { holdsModule, mayBeInstalled, type PathFolder, type PythonPath, pythonPathOf, setsPythonPath } from '../../application/python-path.ts'
import { daemonOptions, daemonsOf } from '../../application/wsgi-process.ts'
import { directivesNamed, enclosing, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { settingsNamesOf } from '../../deployment/django/project.ts'
import { resolveModule } from '../../deployment/django/resolve-module.ts'
import { importsOfScript } from '../../deployment/python/script-imports.ts'
import type { Place } from '../../problem/place.ts'
import { dirname, isInside, normalize } from '../../workspace/path.ts'
import { appendToLine, insertBefore, quoted, replaceArgument } from '../lib/edits.ts'
import { isSlip } from '../python/lib/meant-environment.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { placeOfOption } from './lib/python-home.ts'

const project = `#- config/__init__.py
#- config/wsgi.py
import os
import config.settings
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [config.settings.GREETING]
#- config/settings.py
GREETING = b"from config.settings"
#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
`

const map = `#- webconf.json
{ "paths": { "/srv/site": "." } }
`

const grant = `<Directory /srv/site/config>
    Require all granted
</Directory>`

const alias = 'WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site'

const proof = {
  config: 'deploy/site.conf',
  deployedAt: '/srv/site',
  get: '/',
  before: { status: 500, log: /No module named 'config'/ },
  after: { status: 200, body: /from config.settings/ },
} as const

export const rule = defineRule({
  id: 'wsgi/project-not-on-python-path',
  looksAt: 'application',
  severity: 'error',
  summary: 'The package of the settings, or what the script imports, is in no folder where mod_wsgi has Python look.',
  explanation: `
\`manage.py\` puts its own folder on Python's path, mod_wsgi puts nothing there: neither the folder of the script nor the project's. Without \`python-path=\` or
\`home=\` of the daemon process (or \`WSGIPythonPath\` in embedded mode, or \`sys.path\` in the script) \`import config.settings\` fails, and every request is answered
with 500. The folder to name is the one that holds the package, that of \`manage.py\`, not the package itself.

Nothing is said where a folder on the path is not known, where the project may be installed in the virtualenv (it has a \`setup.py\` or \`pyproject.toml\`, or the
virtualenv has a \`.pth\` file), or where a file in the workspace sets PYTHONPATH.
`,
  source:
    'Run with Apache 2.4.71 and mod_wsgi 4.9.4, in a daemon process and embedded: ModuleNotFoundError, 500. WSGIPythonPath is ignored by daemon processes (tried).',
  examples: {
    failing: [
      {
        title: 'no path at all',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site display-name=site
# <---- error[wsgi/project-not-on-python-path]: Python finds no module config
${alias}
${grant}
${project}${map}`,
        proof,
      },
      {
        title: 'the package itself',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-path=/srv/site/config
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/project-not-on-python-path]: Python finds no module config
${alias}
${grant}
${project}${map}`,
        proof,
      },
      {
        title: 'the folder above; another fix keeps it',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site threads=5 python-path=/srv
#                                ^^^^^^^^^^^^^^^^ error[wsgi/project-not-on-python-path]: Python finds no module config
${alias}
${grant}
${project}${map}`,
        proof: { ...proof, fix: 1 },
      },
      {
        title: 'embedded',
        files: `
#- deploy/httpd.conf
Listen 80
WSGIScriptAlias / /srv/site/config/wsgi.py
# <---- error[wsgi/project-not-on-python-path]: Python finds no module config
${grant}
${project}${map}`,
        proof: { ...proof, config: 'deploy/httpd.conf' },
      },
      {
        title: 'the home is the package',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site home=/srv/site/config
#                      ^^^^^^^^^^^^^^^^^^^^^ error[wsgi/project-not-on-python-path]: Python finds no module config
${alias}
${grant}
${project}${map}`,
        proof,
      },
    ],
    passing: [
      {
        title: 'python-path, home, and a project that is found by its own name from above',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-path=/srv/site
${alias}
${grant}
#- second/site.conf
WSGIDaemonProcess site home=/srv/site
${alias}
${grant}
#- third/httpd.conf
Listen 80
WSGIPythonPath /opt/lib:/srv/site
WSGIScriptAlias / /srv/site/config/wsgi.py
${grant}
${project}${map}`,
      },
      {
        title: 'the script puts it on the path',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site
${alias}
${grant}
${project.replace('import os\n', 'import os, sys\nfrom pathlib import Path\nsys.path.insert(0, str(Path(__file__).resolve().parent.parent))\n')}${map}`,
      },
      {
        title: 'the virtualenv has it by a .pth file',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-home=/srv/site/venv
${alias}
${grant}
#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
#- venv/lib/python3.11/site-packages/site.pth
/srv/site
${project}${map}`,
      },
      {
        title: 'the project can be installed, and the virtualenv is on the server only',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-home=/opt/envs/site
${alias}
${grant}
#- pyproject.toml
[project]
name = "site"
${project}${map}`,
      },
      {
        title: 'a folder of which nothing is known; PYTHONPATH',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-path=/opt/site/current
${alias}
${grant}
#- second/site.conf
WSGIDaemonProcess site
${alias}
${grant}
#- second/envvars
export PYTHONPATH=/srv/site
${project}${map}`,
      },
    ],
  },
  check(application, context) {
    if (application.kind !== 'mod_wsgi' || application.directive.presence !== 'present') return
    const { configuration, deployment, paths, snapshot, report } = context
    const missing = missingOf(application, context)
    if (!missing) return
    const { needed, root, path } = missing
    if (setsPythonPath(deployment.environmentFiles, snapshot)) return
    // Where a daemon process is declared, it is the missing process group that is to be mended.
    if (application.process.mode === 'embedded' && daemonsOf(configuration).length > 0) return
    if (application.process.mode === 'daemon' && isOnIgnoredPath(root, context)) return
    const home = homeOf(application, context)
    if (home === 'unknown' || mayBeInstalled(needed.dotted, paths.toWorkspace(root) ?? root, home, paths, snapshot)) return
    const package_ = needed.dotted.split('.')[0] ?? needed.dotted
    const where = path.by
      ? application.process.mode === 'daemon'
        ? 'python-path='
        : 'WSGIPythonPath'
      : configuration.whole
        ? 'WSGIPythonPath'
        : 'python-path='
    report({
      at: placeOf(application, path),
      message: `Python finds no module ${package_}, which ${needed.by} needs (${needed.dotted}): it is in ${root}, and ${path.folders.length === 0 ? 'mod_wsgi puts nothing of the project' : `only ${path.folders.map((each) => each.deployed).join(', ')} is`} on the path. Every request is answered with 500; name ${root} with ${where}.`,
      related: [
        ...(path.by && path.by !== application.directive ? [{ at: placeOfDirective(application.directive), message: 'This application needs it.' }] : []),
        { at: needed.at, message: `${needed.dotted} is named here.` },
      ],
      fixes: fixesFor(application, path, root, context),
    })
  },
})

/** Whether WSGIPythonPath names it, of which no daemon process takes notice: another rule says so. */
const isOnIgnoredPath = (root: string, { applications, configuration }: ConfigurationContext): boolean =>
  applications.every((each) => each.kind !== 'mod_wsgi' || each.process.mode === 'daemon') &&
  directivesNamed(configuration, 'wsgipythonpath').some(
    (each) => each.presence === 'present' && each.args[0]?.value.split(':').some((one) => normalize(one) === root),
  )

interface Needed {
  readonly dotted: string
  /** In words: what needs it. */
  readonly by: string
  readonly at: Place
}

/** The first module of the project that is in none of the folders, with the folder (deployed) that has it. */
function missingOf(application: WsgiApplication, context: ConfigurationContext): { needed: Needed; root: string; path: PythonPath } | undefined {
  const { configuration, paths, settings, snapshot } = context
  const { content, workspace } = application.script
  if (!content || workspace === undefined || settings.deployment.settingsModule !== undefined) return undefined
  const path = pythonPathOf(application, configuration, paths, snapshot)
  if (!path) return undefined
  const [dotted, ...others] = settingsNamesOf(content)
  const candidates: Needed[] = [
    ...importsOfScript(snapshot, workspace).map((each) => ({ ...each, by: application.script.path })),
    ...(dotted !== undefined && others.length === 0 && content.settingsModule ? [{ dotted, by: 'DJANGO_SETTINGS_MODULE', at: content.settingsModule.at }] : []),
  ]
  for (const needed of candidates) {
    const own = rootOf(needed.dotted, workspace, application, context)
    const root = own === undefined ? undefined : paths.toDeployed(own)
    if (root === undefined) continue
    const answers = path.folders.map((each) =>
      isSlip(each.deployed, root) && !paths.covers(each.deployed) ? false : holdsModule(each.deployed, needed.dotted, root, paths, snapshot),
    )
    if (answers.every((each) => each === false)) return { needed, root, path }
    if (answers.includes(undefined)) return undefined
  }
  return undefined
}

/** The folder of the workspace in which a module of the project is found: the project's, the script's, or one above that. */
function rootOf(dotted: string, script: string, { project }: WsgiApplication, { paths, snapshot }: ConfigurationContext): string | undefined {
  const folders = project ? [project.root] : []
  for (let folder = dirname(script); paths.toDeployed(folder) !== undefined && folders.length < 6; folder = dirname(folder)) folders.push(folder)
  for (const folder of folders) {
    const found = resolveModule(snapshot, [folder], dotted)
    if (found.state === 'unknown') return undefined
    if (found.state === 'file') return folder
  }
  return undefined
}

/** The Python home of the application's process (deployed); undefined where none is named. */
function homeOf(application: WsgiApplication, { configuration }: ConfigurationContext): string | 'unknown' | undefined {
  const own = application.process.mode === 'daemon' && application.process.definition ? daemonOptions(application.process.definition) : []
  const option = own.find((each) => each.name === 'python-home')
  if (option) return option.known ? option.value : 'unknown'
  const directive = directivesNamed(configuration, 'wsgipythonhome').find((each) => each.presence !== 'absent')
  const argument = directive?.args[0]
  return argument && !argument.known ? 'unknown' : argument?.value
}

function placeOf(application: WsgiApplication, path: PythonPath): Place {
  const { by } = path
  if (!by) return placeOfDirective(application.directive)
  const option = path.folders.find((each) => each.option)?.option
  if (option) return placeOfOption(by, option)
  const argument = by.name === 'wsgipythonpath' ? by.args[0] : undefined
  return argument ? placeOfArgument(by, argument) : placeOfDirective(by)
}

function fixesFor(application: WsgiApplication, path: PythonPath, root: string, context: ConfigurationContext): FindingFix[] {
  const { by, folders } = path
  const own = folders.filter((each) => each.from === 'python-path' || each.from === 'WSGIPythonPath')
  const written = (list: readonly string[]): string => list.join(':')
  const replaced = own.map((each) => (isMisplaced(each, root, context) ? root : each.written))
  const isReplaced = replaced.filter((each) => each === root).length === 1
  const added = [root, ...own.map((each) => each.written)]
  if (application.process.mode === 'embedded') {
    const argument = by?.args[0]
    if (by && argument) {
      return [
        ...(isReplaced ? [{ title: `Name ${root} instead`, safe: false, edits: [replaceArgument(by, argument, written(replaced))] }] : []),
        { title: `Put ${root} on WSGIPythonPath`, safe: true, edits: [replaceArgument(by, argument, written(added))] },
      ]
    }
    const top = enclosing(application.directive, 'virtualhost') ?? application.directive
    if (!context.configuration.whole || top.parent || top.includedBy.length > 0) return []
    return [{ title: `Put ${root} on WSGIPythonPath`, safe: true, edits: [insertBefore(top, [`WSGIPythonPath ${quoted(root)}`])] }]
  }
  if (!by) return []
  const option = own[0]?.option
  const value = (list: readonly string[]): string => `python-path=${quoted(written(list))}`
  if (option) {
    const at = placeOfOption(by, option)
    return [
      ...(isReplaced ? [{ title: `Name ${root} instead`, safe: false, edits: [{ ...at, newText: value(replaced) }] }] : []),
      { title: `Put ${root} on python-path=`, safe: true, edits: [{ ...at, newText: value(added) }] },
    ]
  }
  const home = folders.find((each) => each.from === 'home')
  return [
    { title: `Put ${root} on python-path=`, safe: true, edits: [appendToLine(by, ` ${value([root])}`)] },
    ...(home?.option && isMisplaced(home, root, context)
      ? [{ title: `Make ${root} the home`, safe: false, edits: [{ ...placeOfOption(by, home.option), newText: `home=${quoted(root)}` }] }]
      : []),
  ]
}

/** A folder that can only have been written for the project's: inside of it, above it, not there, or a slip of the pen. */
function isMisplaced({ deployed }: PathFolder, root: string, { paths, snapshot }: ConfigurationContext): boolean {
  if (/\/(?:site|dist)-packages$/.test(deployed)) return false
  if (isInside(root, deployed) || isInside(deployed, root) || isSlip(deployed, root)) return true
  const workspace = paths.covers(deployed) ? paths.toWorkspace(deployed) : undefined
  return workspace !== undefined && snapshot.stat(workspace).state === 'absent'
}
