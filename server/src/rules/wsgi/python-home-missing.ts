import { type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { readVirtualenv } from '../../deployment/python/virtualenv.ts'
import { isAbsolute } from '../../workspace/path.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { meantEnvironment } from '../python/lib/meant-environment.ts'
import { directivesWithEnvironments, environmentsNamedBy, type NamedEnvironment } from '../python/lib/named-environments.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'
import { insidePython } from './lib/python-home.ts'

const project = `#- config/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = None
#- config/settings.py
DEBUG = False
#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
`

const environment = `#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
`

const grant = `<Directory /srv/site/config>
    Require all granted
</Directory>`

export const rule = defineRule({
  id: 'wsgi/python-home-missing',
  looksAt: 'directive',
  dialect: 'apache',
  directives: directivesWithEnvironments,
  severity: 'error',
  summary: 'A Python home that is not there, while the project has its virtualenv in another folder.',
  explanation: `
mod_wsgi starts Python in the folder that \`WSGIPythonHome\` or \`python-home=\` names. Where there is none, or none with a Python in it, the interpreter cannot
start: the daemon process dies and is started again every second, and requests get no answer at all, while the configuration test says that all is well.

It is reported where the folder belongs to the project, and a virtualenv is found in the workspace that was plainly meant. A virtualenv outside the project is made on
the server, and nothing is said of it; nor where the one in the workspace says that it was made for another machine. With the setting \`deployment.thisMachine\` the
folder is looked for.
`,
  source:
    'Run with Apache 2.4.71 and mod_wsgi 4.9.4: "Unable to stat Python home", and no answer; a folder without pyvenv.cfg: "No module named \'encodings\'".',
  examples: {
    failing: [
      {
        title: 'the virtualenv has another name',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-home=/srv/site/env python-path=/srv/site
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/python-home-missing]: There is no /srv/site/env
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
${grant}
${project}${environment}#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
        proof: {
          config: 'deploy/site.conf',
          deployedAt: '/srv/site',
          get: '/',
          before: { status: 0, log: /Unable to stat Python home/ },
          after: { status: 500 },
        },
      },
      {
        title: 'the virtualenv is beside the project, not in it',
        files: `
#- deploy/site.conf
WSGIPythonHome /srv/site/project/venv
#              ^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/python-home-missing]: There is no /srv/site/project/venv
WSGIPythonPath /srv/site/project
WSGIScriptAlias / /srv/site/project/config/wsgi.py
<Directory /srv/site/project/config>
    Require all granted
</Directory>
${project.replaceAll('#- ', '#- project/')}${environment}`,
      },
      {
        title: 'the project itself is named',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-home=/srv/site python-path=/srv/site
#                      ^^^^^^^^^^^^^^^^^^^^^ error[wsgi/python-home-missing]: /srv/site is no virtualenv
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
${grant}
${project}${environment}#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
      {
        title: 'without its pyvenv.cfg',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-home=/srv/site/venv python-path=/srv/site
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[wsgi/python-home-missing]: /srv/site/venv has no pyvenv.cfg
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
${grant}
${project}#- venv/bin/activate
VIRTUAL_ENV="/srv/site/venv"
#- venv/lib/python3.11/site-packages/six.py
#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
      {
        title: 'on the machine that is the server',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-home=/srv/envs/site
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/python-home-missing]: There is no /srv/envs/site on this machine
#- webconf.json
{ "deployment": { "thisMachine": true } }
`,
      },
      {
        title: 'a slip of the pen',
        files: `
#- deploy/site.conf
WSGIDaemonProcess quarry python-home=/srv/qarry/venv python-path=/srv/quarry
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[wsgi/python-home-missing]: /srv/qarry/venv
WSGIScriptAlias / /srv/quarry/config/wsgi.py process-group=quarry
<Directory /srv/quarry/config>
    Require all granted
</Directory>
${project}${environment}#- webconf.json
{ "paths": { "/srv/quarry": "." } }
`,
      },
    ],
    passing: [
      {
        title: 'made by a virtualenv of old, which has no pyvenv.cfg',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-home=/srv/site/venv python-path=/srv/site
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
${grant}
${project}#- venv/bin/activate
VIRTUAL_ENV="/srv/site/venv"
#- venv/lib/python3.6/orig-prefix.txt
/usr
#- venv/lib/python3.6/site-packages/six.py
#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
      {
        title: 'outside the project; made on the server',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-home=/opt/envs/site python-path=/srv/site
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
${grant}
${project}${environment}#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
      {
        title: "the virtualenv in the workspace is the developer's own",
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-home=/srv/site/venv python-path=/srv/site
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
${grant}
${project}#- .venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
executable = /usr/bin/python3.11
command = /usr/bin/python3 -m venv /home/me/work/site/.venv
#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
      {
        title: 'another process has the other virtualenv',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-home=/srv/site/env python-path=/srv/site
WSGIDaemonProcess jobs python-home=/srv/site/venv python-path=/srv/site
WSGIScriptAlias /jobs /srv/site/config/wsgi.py process-group=jobs
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
${grant}
${project}${environment}#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
    ],
  },
  check(directive, context) {
    if (directive.presence !== 'present') return
    const seen = new Set<string>()
    for (const named of environmentsNamedBy(directive)) {
      // What is inside of a Python is told by another rule.
      if (seen.has(named.root) || !isAbsolute(named.root) || (named.library === undefined && insidePython(named.root))) continue
      seen.add(named.root)
      checkNamed(named, directive, context)
    }
  },
})

function checkNamed(named: NamedEnvironment, directive: PlacedDirective, context: ConfigurationContext): void {
  const meant = meantEnvironment(named.root, context)
  const at = placeOfArgument(directive, named.argument)
  const symptom = named.library === undefined ? 'Python cannot start there, and requests get no answer' : 'its packages are not found'
  if (!meant) {
    if (named.library === undefined && lacksConfig(named.root, context)) {
      context.report({
        at,
        severity: 'warning',
        message: `${named.root} has no pyvenv.cfg with a home, which tells Python where its standard library is: it cannot start there ("No module named 'encodings'"). Make the virtualenv anew.`,
        fixes: [{ title: `Make the virtualenv ${named.root} anew`, safe: false, edits: [], commands: [`python3 -m venv --upgrade ${named.root}`] }],
      })
      return
    }
    // On Windows a Python is laid out in another way.
    if (!context.settings.deployment.thisMachine || !named.root.startsWith('/')) return
    const found = readVirtualenv(context.snapshot, named.root)
    if (found !== 'absent') return
    const isThere = context.snapshot.stat(named.root).state === 'content'
    context.report({
      at,
      message: `${isThere ? `${named.root} holds no Python and no pyvenv.cfg` : `There is no ${named.root} on this machine`}: ${symptom}. Make a virtualenv there, or name the one that is meant.`,
    })
    return
  }
  const { root, why } = meant
  const edit = replaceInArgument(directive, named.argument, named.written, root)
  context.report({
    at,
    ...(why === 'slip' ? { severity: 'warning' } : {}),
    message:
      why === 'absent'
        ? `There is no ${named.root}: ${symptom}. The virtualenv is ${root}.`
        : why === 'none'
          ? `${named.root} is no virtualenv: ${symptom}. The virtualenv is ${root}.`
          : `${named.root} looks like a slip of the pen for ${root}, the project's virtualenv: where it is not there, ${symptom}.`,
    fixes: edit ? [{ title: `Name the virtualenv ${root}`, safe: false, edits: [edit] }] : [],
  })
}

/** A folder with the packages of a Python 3 and nothing that says where the rest of it is: neither `pyvenv.cfg` nor what virtualenv wrote before version 20. */
function lacksConfig(root: string, { paths, snapshot }: ConfigurationContext): boolean {
  const workspace = paths.covers(root) ? paths.toWorkspace(root) : undefined
  const environment = workspace === undefined ? 'absent' : readVirtualenv(snapshot, workspace)
  if (typeof environment === 'string' || environment.kind !== 'old virtualenv' || !environment.complete || environment.config?.has('home')) return false
  const [library, ...others] = environment.libraries
  const inside = library === undefined || others.length > 0 ? undefined : snapshot.folder(library)
  if (library === undefined || !/python3\.\d+$/.test(library) || inside?.state !== 'content') return false
  return inside.value.every(({ name }) => name === 'site-packages')
}
