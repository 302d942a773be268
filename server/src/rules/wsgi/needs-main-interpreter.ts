import type { WsgiApplication } from '../../application/application.ts'
import { wsgiOptions } from '../../application/wsgi-process.ts'
import { type Configuration, directivesNamed, enclosing, placeOfDirective } from '../../configuration/placed.ts'
import { readRequirements } from '../../deployment/platforms/requirements.ts'
import { normalizeDistributionName, readPackages } from '../../deployment/python/packages.ts'
import type { Place } from '../../problem/place.ts'
import { dirname, join } from '../../workspace/path.ts'
import { appendToLine } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'
import { placeOfOption } from './lib/python-home.ts'

const project = `#- config/__init__.py
#- config/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = None
#- config/settings.py
DEBUG = False
#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
#- webconf.json
{ "paths": { "/srv/site": "." } }
`

const daemon = 'WSGIDaemonProcess site python-path=/srv/site'
const alias = 'WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site'
const grant = `<Directory /srv/site/config>
    Require all granted
</Directory>`
const requirements = '#- requirements.txt\nDjango>=3.2\nnumpy==1.26.4\n'

export const rule = defineRule({
  id: 'wsgi/needs-main-interpreter',
  looksAt: 'application',
  severity: 'warning',
  summary: 'NumPy and its like in a sub-interpreter of mod_wsgi, where they can hang.',
  explanation: `
Unless \`WSGIApplicationGroup\` or \`application-group=\` says otherwise, mod_wsgi runs an application in a sub-interpreter, also when it is the only one of its daemon
process. NumPy, SciPy, pandas and what is built on them do not support that: requests hang in their code without a word, or the import fails. \`%{GLOBAL}\` stands for
the main interpreter, in which they work. One application should have that for itself, in a daemon process of its own.

It is reported where the requirements or the virtualenv have such a package. In a part of a configuration it is an information, as the main file may name the group.
`,
  source: 'mod_wsgi\'s documentation, "Application Issues: Python Simplified GIL State API"; NumPy\'s own warning on import in a sub-interpreter.',
  examples: {
    failing: [
      {
        title: 'no group is named',
        files: `
#- deploy/httpd.conf
Listen 80
${daemon}
${alias}
# <---- warning[wsgi/needs-main-interpreter]: numpy does not work reliably in the sub-interpreter
${grant}
${requirements}${project}`,
      },
      {
        title: 'a group of its own name, in a part of a configuration',
        files: `
#- deploy/site.conf
${daemon}
${alias} application-group=site
# <---- info[wsgi/needs-main-interpreter]: numpy does not
${grant}
${requirements}${project}`,
      },
    ],
    passing: [
      {
        title: 'the main interpreter, however it is said',
        files: `
#- deploy/httpd.conf
Listen 80
${daemon}
${alias} application-group=%{GLOBAL}
${grant}
#- second/httpd.conf
Listen 80
${daemon}
${alias}
<Location />
    WSGIApplicationGroup %{GLOBAL}
</Location>
${grant}
${requirements}${project}`,
      },
      {
        title: 'nothing of the kind is required',
        files: `
#- deploy/httpd.conf
Listen 80
${daemon}
${alias}
${grant}
#- requirements.txt
Django>=3.2
psycopg2==2.9.9
${project}`,
      },
    ],
  },
  check(application, context) {
    if (application.kind !== 'mod_wsgi' || application.directive.presence !== 'present' || application.process.mode === 'unknown') return
    const option = wsgiOptions(application.directive, 2).findLast((each) => each.name === 'application-group')
    if (option ? !option.known || option.value.includes('%{GLOBAL}') || option.value.includes('%{ENV') : mayBeMain(application, context.configuration)) return
    const needing = packageNeeding(application, context)
    if (!needing) return
    const group = 'application-group=%{GLOBAL}'
    const at = option ? placeOfOption(application.directive, option) : placeOfDirective(application.directive)
    context.report({
      at,
      ...(context.configuration.open ? { severity: 'info' } : {}),
      message: `${needing.name} does not work reliably in the sub-interpreter in which mod_wsgi runs ${application.script.path}: requests can hang without a word. Run it in the main one with ${group}.`,
      related: needing.at ? [{ at: needing.at, message: 'It is required here.' }] : [],
      fixes: [
        {
          title: 'Run it in the main interpreter',
          safe: false,
          edits: [option ? { ...at, newText: group } : appendToLine(application.directive, ` ${group}`)],
        },
      ],
    })
  },
})

/** Whether a directive may name the main interpreter for the application. */
const mayBeMain = ({ host }: WsgiApplication, configuration: Configuration): boolean =>
  directivesNamed(configuration, 'wsgiapplicationgroup').some(
    (each) =>
      each.presence !== 'absent' &&
      [undefined, host].includes(enclosing(each, 'virtualhost')) &&
      (!each.args[0]?.known || /%\{(?:GLOBAL|ENV)/.test(each.args[0].value)),
  )

const needingMain: ReadonlySet<string> = new Set(
  'numpy scipy pandas scikit-learn scikit-image matplotlib opencv-python opencv-python-headless torch tensorflow xarray geopandas statsmodels'.split(' '),
)

/** The first such package of the requirements beside or above the project, or of the virtualenv. */
function packageNeeding(
  { project, process }: WsgiApplication,
  { paths, deployment, snapshot }: ConfigurationContext,
): { name: string; at: Place | undefined } | undefined {
  if (!project) return undefined
  const folders = [project.root, ...(paths.toDeployed(dirname(project.root)) === undefined ? [] : [dirname(project.root)])]
  for (const folder of folders) {
    for (const name of ['requirements.txt', 'requirements/production.txt', 'requirements/base.txt']) {
      const found = readRequirements(snapshot, join(folder, name))?.all.find((each) => needingMain.has(each.name) && !each.conditional)
      if (found) return { name: found.name, at: found.nameAt }
    }
  }
  const definition = process.mode === 'daemon' ? process.definition : undefined
  const home = definition && wsgiOptions(definition, 1).find((each) => each.name === 'python-home')?.value
  const environment = home === undefined ? undefined : deployment.virtualenvs.find((each) => each.root === paths.toWorkspace(home))
  for (const folder of environment?.sitePackages ?? []) {
    const packages = readPackages(snapshot, folder)
    const found = typeof packages === 'string' ? undefined : packages.distributions.find((each) => needingMain.has(normalizeDistributionName(each.name)))
    if (found) return { name: found.name, at: undefined }
  }
  return undefined
}
