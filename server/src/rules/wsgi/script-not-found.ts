import { placeOfArgument } from '../../configuration/placed.ts'
import { basename, dirname } from '../../workspace/path.ts'
import { replaceArgument } from '../lib/edits.ts'
import { nearest } from '../lib/names.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'wsgi/script-not-found',
  looksAt: 'application',
  severity: 'error',
  summary: 'A `WSGIScriptAlias` whose script is not there, although the folders around it are.',
  explanation: `
Apache answers with 404 and logs \`Target WSGI script not found or unable to stat\` where the script is missing, and with 403 where its
folder is missing, which looks like a missing grant. It is reported only where the project's folder is known in the workspace and one of its
scripts was plainly meant.
`,
  source: 'Tried with Apache 2.4.71 and mod_wsgi 4.9.4.',
  examples: {
    failing: [
      {
        title: 'another folder of the project',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-home=/srv/site/venv python-path=/srv/site
WSGIScriptAlias / /srv/site/conf/wsgi.py process-group=site
#                 ^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/script-not-found]: There is no /srv/site/conf/wsgi.py
<Directory /srv/site>
    Require all granted
</Directory>
#- config/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = None
#- config/settings.py
DEBUG = False
#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
    ],
    passing: [
      {
        title: 'a path of which nothing is known here',
        files: `
#- deploy/site.conf
WSGIScriptAlias / /srv/elsewhere/app/wsgi.py
<Directory /srv/elsewhere/app>
    Require all granted
</Directory>
#- config/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = None
`,
      },
      {
        title: 'the script is there',
        files: `
#- deploy/site.conf
WSGIScriptAlias / /srv/site/config/wsgi.py
<Directory /srv/site/config>
    Require all granted
</Directory>
#- config/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = None
`,
      },
    ],
  },
  check(application, { deployment, paths, snapshot, report }) {
    if (application.kind !== 'mod_wsgi') return
    const { path, workspace } = application.script
    const argument = application.directive.args[1]
    if (workspace === undefined || !argument || snapshot.stat(workspace).state !== 'absent') return
    const scripts = deployment.django.flatMap((project) => project.wsgi.map((script) => script.path))
    const same = scripts.filter((script) => basename(script) === basename(path) || dirname(script) === dirname(workspace))
    const [only, ...others] = same.length > 0 ? same : scripts
    const near = only !== undefined && others.length === 0 ? only : nearest(workspace, scripts)
    const meant = near === undefined ? undefined : paths.toDeployed(near)
    // Without a script that was meant, the file may come with the deployment.
    if (meant === undefined) return
    report({
      at: placeOfArgument(application.directive, argument),
      message: `There is no ${path}: requests are answered with 404, or 403 where its folder is missing. The project's script is ${meant}.`,
      fixes: [{ title: `Name ${meant}`, safe: true, edits: [replaceArgument(application.directive, argument, meant)] }],
    })
  },
})
