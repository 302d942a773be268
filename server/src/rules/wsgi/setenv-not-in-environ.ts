import type { WsgiApplication } from '../../application/application.ts'
import { enclosing, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { knownText } from '../../deployment/django/values.ts'
import { basename } from '../../workspace/path.ts'
import { removeDirective } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'

const script = `import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config.site import application
`

const site = `import os

def application(environ, start_response):
    start_response("200 OK", [])
    return [os.environ["DJANGO_SETTINGS_MODULE"].encode()]
`

export const rule = defineRule({
  id: 'wsgi/setenv-not-in-environ',
  looksAt: 'application',
  severity: 'warning',
  summary: 'A `SetEnv DJANGO_SETTINGS_MODULE`, which does not reach the process, beside a script that names other settings.',
  explanation: `
\`SetEnv\` puts a variable into the environment of each request, which an application under mod_wsgi gets as a dictionary. \`os.environ\` is that of the process and
knows nothing of it, so that Django runs with the settings that \`wsgi.py\` names. (Under mod_python and CGI it was otherwise.) Name the settings in
\`wsgi.py\`, or set the variable where Apache itself is started (\`/etc/apache2/envvars\`).

It is reported where the script is in the workspace, names other settings, and does nothing with the requests' environment.
`,
  source: 'Tried with mod_wsgi 4.9.4: os.environ is without it; mod_wsgi\'s documentation, "Application Environment Variables".',
  examples: {
    failing: [
      {
        title: 'the settings for production',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-path=/srv/site
SetEnv DJANGO_SETTINGS_MODULE config.production
# <---- warning[wsgi/setenv-not-in-environ]: SetEnv does not reach os.environ: wsgi.py runs the application with config.settings, not config.production
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
<Directory /srv/site/config>
    Require all granted
</Directory>
#- config/wsgi.py
${script}#- config/site.py
${site}#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
        proof: {
          config: 'deploy/site.conf',
          deployedAt: '/srv/site',
          get: '/',
          before: { status: 200, body: /^config\.settings$/ },
          after: { status: 200, body: /^config\.production$/ },
        },
      },
      {
        title: 'in the virtual host of the application',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    SetEnv DJANGO_SETTINGS_MODULE config.production
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[wsgi/setenv-not-in-environ]: SetEnv does not reach os.environ
    WSGIScriptAlias / /srv/site/config/wsgi.py
    <Directory /srv/site/config>
        Require all granted
    </Directory>
</VirtualHost>
#- config/wsgi.py
${script}#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
    ],
    passing: [
      {
        title: 'a script that takes it from the request',
        files: `
#- deploy/site.conf
SetEnv DJANGO_SETTINGS_MODULE config.production
WSGIScriptAlias / /srv/site/config/wsgi.py
<Directory /srv/site/config>
    Require all granted
</Directory>
#- config/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

def application(environ, start_response):
    os.environ["DJANGO_SETTINGS_MODULE"] = environ["DJANGO_SETTINGS_MODULE"]
    from django.core.wsgi import get_wsgi_application
    return get_wsgi_application()(environ, start_response)
#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
      {
        title: 'the same settings, another virtual host, another variable',
        files: `
#- deploy/site.conf
SetEnv DJANGO_SETTINGS_MODULE config.settings
<VirtualHost *:80>
    SetEnv HTTPS on
    WSGIScriptAlias / /srv/site/config/wsgi.py
    <Directory /srv/site/config>
        Require all granted
    </Directory>
</VirtualHost>
<VirtualHost *:8080>
    SetEnv DJANGO_SETTINGS_MODULE config.production
</VirtualHost>
#- config/wsgi.py
${script}#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
    ],
  },
  check(application, context) {
    const { configuration, report } = context
    if (application.kind !== 'mod_wsgi' || application.directive.presence !== 'present') return
    const choice = application.script.content?.settingsModule
    const named = choice && knownText(choice.value)
    if (!choice || named === undefined || readsRequests(application, context)) return
    for (const directive of configuration.all) {
      if (directive.name !== 'setenv' || directive.presence !== 'present' || !isFor(application, directive)) continue
      const [name, value] = directive.args
      if (name?.value !== 'DJANGO_SETTINGS_MODULE' || !value?.known || value.value === named) continue
      const file = basename(choice.at.path)
      report({
        at: placeOfDirective(directive),
        message: `SetEnv does not reach os.environ: ${file} runs the application with ${named}, not ${value.value}. Name the settings in ${file}.`,
        related: [{ at: choice.at, message: 'the settings are named here' }],
        fixes: /^[\w.]+$/.test(value.value)
          ? [
              {
                title: `Name ${value.value} in ${file}`,
                safe: false,
                edits: [{ ...choice.at, newText: `"${value.value}"` }, removeDirective(directive)],
              },
            ]
          : [],
      })
    }
  },
})

/** Whether a directive holds for all requests of an application: in no section but the application's own virtual host. */
function isFor(application: WsgiApplication, directive: PlacedDirective): boolean {
  return directive.parent === undefined || (directive.parent === application.host && enclosing(directive, 'virtualhost') === application.host)
}

/** Whether a script has an application function of its own, which may take anything from a request; true where that is not known. */
function readsRequests({ script }: WsgiApplication, { snapshot }: ConfigurationContext): boolean {
  const content = script.workspace === undefined ? undefined : snapshot.content(script.workspace)
  return content?.state !== 'content' || /start_response|__call__|environ\s*\[\s*["']wsgi\.|middleware/i.test(content.value.text)
}
