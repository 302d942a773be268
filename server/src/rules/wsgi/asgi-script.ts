import { directivesNamed, placeOfArgument } from '../../configuration/placed.ts'
import { basename, dirname, isInside, join, normalize } from '../../workspace/path.ts'
import { replaceArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'

const project = `#- config/__init__.py
#- config/asgi.py
import os
from django.core.asgi import get_asgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()
#- config/wsgi.py
import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
#- config/settings.py
SECRET_KEY = "x"
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "config.urls"
#- config/urls.py
from django.http import HttpResponse
from django.urls import path
urlpatterns = [path("", lambda request: HttpResponse("answered"))]
#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
#- webconf.json
{ "paths": { "/srv/site": "." } }
`

export const rule = defineRule({
  id: 'wsgi/asgi-script',
  looksAt: 'application',
  severity: 'error',
  summary: 'mod_wsgi is given the `asgi.py` of a project.',
  explanation: `
The application in \`asgi.py\` speaks ASGI: it is called with a scope and two coroutines. mod_wsgi speaks WSGI, and every request ends with a TypeError and 500.
Name \`wsgi.py\`; for ASGI (websockets) run a server such as uvicorn or daphne behind \`ProxyPass\`.
`,
  source: 'Run with Apache 2.4.71, mod_wsgi 4.9.4 and Django 3.2: TypeError, 500.',
  examples: {
    failing: [
      {
        title: 'with the grant for the same name',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-path=/srv/site
WSGIScriptAlias / /srv/site/config/asgi.py process-group=site application-group=%{GLOBAL}
#                 ^^^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/asgi-script]: /srv/site/config/asgi.py holds an ASGI application
<Directory /srv/site/config>
    <Files asgi.py>
        Require all granted
    </Files>
</Directory>
${project}`,
        proof: {
          config: 'deploy/site.conf',
          deployedAt: '/srv/site',
          get: '/',
          before: { status: 500, log: /TypeError/ },
          after: { status: 200, body: /answered/ },
        },
      },
    ],
    passing: [
      {
        title: 'wsgi.py, and a script that wraps one for the other',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-path=/srv/site
WSGIScriptAlias /old /srv/site/config/both.py process-group=site application-group=%{GLOBAL}
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site application-group=%{GLOBAL}
<Directory /srv/site/config>
    Require all granted
</Directory>
#- config/both.py
from a2wsgi import ASGIMiddleware
from django.core.asgi import get_asgi_application
application = ASGIMiddleware(get_asgi_application())
${project}`,
      },
    ],
  },
  check(application, context) {
    if (application.kind !== 'mod_wsgi' || application.directive.presence !== 'present') return
    const { path, workspace } = application.script
    const argument = application.directive.args[1]
    const content = workspace === undefined ? undefined : context.snapshot.content(workspace)
    if (!argument || workspace === undefined || content?.state !== 'content' || content.value.binary) return
    if (!isAsgi(content.value.text)) return
    const beside = join(dirname(workspace), 'wsgi.py')
    const other = context.snapshot.stat(beside).state === 'content' ? join(dirname(path), 'wsgi.py') : undefined
    context.report({
      at: placeOfArgument(application.directive, argument),
      message: `${path} holds an ASGI application, which mod_wsgi cannot call: every request ends with a TypeError and 500. ${other === undefined ? 'Name a script that holds a WSGI application.' : `Name ${other}.`}`,
      fixes: other === undefined ? [] : [naming(other, path, context, { directive: application.directive, argument })],
    })
  },
})

/** What is called is made for ASGI, by Django or by Channels, and nothing makes it one for WSGI. */
const isAsgi = (text: string): boolean =>
  /^application\s*=\s*(?:get_asgi_application\s*\(\s*\)|get_default_application\s*\(\s*\)|ProtocolTypeRouter\s*\()/m.test(text) &&
  !/wsgi(?!_?asgi)/i.test(text.replace(/asgi/gi, ''))

/** Sections for the file's own name follow it. */
function naming(
  other: string,
  path: string,
  { configuration }: ConfigurationContext,
  { directive, argument }: { directive: Parameters<typeof replaceArgument>[0]; argument: Parameters<typeof replaceArgument>[1] },
): FindingFix {
  const sections = directivesNamed(configuration, 'files').flatMap((section) => {
    const name = section.args[0]
    const around = section.parent?.name === 'directory' ? section.parent.args[0]?.value : undefined
    const isOwn = name?.known && name.value === basename(path) && section.presence === 'present' && (around === undefined || isInside(path, normalize(around)))
    return isOwn ? [replaceArgument(section, name, basename(other))] : []
  })
  return { title: `Name ${other}`, safe: true, edits: [replaceArgument(directive, argument, other), ...sections] }
}
