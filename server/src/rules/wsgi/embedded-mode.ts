import { daemonsOf } from '../../application/wsgi-process.ts'
import { directivesNamed, placeOfDirective } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'
import { runInDaemon } from './lib/daemon-mode.ts'

const project = `#- shop/__init__.py
#- shop/wsgi.py
import os
import shop.settings
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["mod_wsgi.process_group"].encode()]
#- shop/settings.py
DEBUG = False
#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
#- webconf.json
{ "paths": { "/srv/site": "." } }
`

const grant = `<Directory /srv/site/shop>
    Require all granted
</Directory>`

export const rule = defineRule({
  id: 'wsgi/embedded-mode',
  looksAt: 'application',
  severity: 'info',
  summary: "An application that runs in Apache's own processes, not in a daemon process.",
  explanation: `
Without a process group mod_wsgi loads the application into each of Apache's processes. It then takes memory in every one of them, is loaded anew whenever Apache starts
another, runs as Apache's user, and sees a changed script only after Apache is restarted. A \`WSGIDaemonProcess\` keeps it apart; it has its own \`python-home=\` and
\`python-path=\`. Small sites run well either way.
`,
  source: 'mod_wsgi\'s documentation, "Processes and Threading"; the fix is run with mod_wsgi 4.9.4.',
  examples: {
    failing: [
      {
        title: 'with a path of its own',
        files: `
#- deploy/httpd.conf
Listen 80
WSGIPythonPath /srv/site
WSGIScriptAlias / /srv/site/shop/wsgi.py
# <---- info[wsgi/embedded-mode]: /srv/site/shop/wsgi.py runs in Apache's own processes
${grant}
${project}`,
        proof: {
          config: 'deploy/httpd.conf',
          deployedAt: '/srv/site',
          get: '/',
          before: { status: 200, body: /^$/ },
          after: { status: 200, body: /^shop$/ },
        },
      },
    ],
    passing: [
      {
        title: 'a daemon process',
        files: `
#- deploy/httpd.conf
Listen 80
WSGIDaemonProcess shop python-path=/srv/site
WSGIScriptAlias / /srv/site/shop/wsgi.py process-group=shop
${grant}
${project}`,
      },
    ],
  },
  check(application, context) {
    const { configuration } = context
    if (application.kind !== 'mod_wsgi' || application.process.mode !== 'embedded' || application.directive.presence !== 'present') return
    // What a daemon process that nothing uses, or a forbidden mode, comes to is told by other rules.
    if (
      daemonsOf(configuration).length > 0 ||
      directivesNamed(configuration, 'wsgirestrictembedded', 'wsgiprocessgroup').some((each) => each.presence !== 'absent')
    )
      return
    const fix = runInDaemon(application, context)
    context.report({
      at: placeOfDirective(application.directive),
      message: `${application.script.path} runs in Apache's own processes: each of them loads it, and it changes only when Apache is restarted. A WSGIDaemonProcess would keep it apart.`,
      fixes: fix ? [fix] : [],
    })
  },
})
