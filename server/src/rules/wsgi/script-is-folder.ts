import { placeOfArgument } from '../../configuration/placed.ts'
import { join } from '../../workspace/path.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

const project = `#- config/__init__.py
#- config/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"answered"]
#- config/settings.py
DEBUG = False
#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
#- webconf.json
{ "paths": { "/srv/site": "." } }
`

export const rule = defineRule({
  id: 'wsgi/script-is-folder',
  looksAt: 'application',
  severity: 'error',
  summary: "A `WSGIScriptAlias` that names the project's package, not the script in it.",
  explanation: `
A \`WSGIScriptAlias\` may name a folder of scripts; the next part of the URL is then the script's name. Where the folder is the package of a Django project, no URL
leads to its \`wsgi.py\`: requests are answered with 403 ("Attempt to invoke directory as WSGI application") or 404. Name the file.
`,
  source: 'Run with Apache 2.4.71 and mod_wsgi 4.9.4.',
  examples: {
    failing: [
      {
        title: 'the package',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-path=/srv/site
WSGIScriptAlias / /srv/site/config process-group=site application-group=%{GLOBAL}
#                 ^^^^^^^^^^^^^^^^ error[wsgi/script-is-folder]: /srv/site/config is a folder
<Directory /srv/site/config>
    Require all granted
</Directory>
${project}`,
        proof: {
          config: 'deploy/site.conf',
          deployedAt: '/srv/site',
          get: '/',
          before: { status: 403, log: /Attempt to invoke directory as WSGI application/ },
          after: { status: 200, body: /answered/ },
        },
      },
    ],
    passing: [
      {
        title: 'a folder of scripts',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-path=/srv/site
WSGIScriptAlias /scripts/ /srv/site/scripts/ process-group=site application-group=%{GLOBAL}
WSGIScriptAlias /config/ /srv/site/config/ process-group=site application-group=%{GLOBAL}
<Directory /srv/site>
    Require all granted
</Directory>
#- scripts/one.wsgi
application = None
#- scripts/wsgi.py
application = None
${project}`,
      },
    ],
  },
  check(application, { paths, snapshot, report }) {
    if (application.kind !== 'mod_wsgi' || application.directive.presence !== 'present') return
    const { path, workspace } = application.script
    const argument = application.directive.args[1]
    // Below another URL it may be a folder of scripts.
    if (!argument || application.mount !== '/' || argument.value.endsWith('/') || workspace === undefined || !paths.covers(path)) return
    const folder = snapshot.folder(workspace)
    if (folder.state !== 'content') return
    const names = new Set(folder.value.map((each) => each.name))
    if (!names.has('wsgi.py') || !names.has('__init__.py')) return
    const script = join(path, 'wsgi.py')
    report({
      at: placeOfArgument(application.directive, argument),
      message: `${path} is a folder: no request reaches the wsgi.py in it, and they are answered with 403 or 404. Name ${script}.`,
      fixes: [{ title: `Name ${script}`, safe: true, edits: [replaceArgument(application.directive, argument, script)] }],
    })
  },
})
