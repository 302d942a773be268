import type { Application } from '../../application/application.ts'
import { isCertainlyDjango } from '../../application/behind.ts'
import { isForDevelopment, loadsCertainly, settingsBeside } from '../../application/settings-module.ts'
import { directivesNamed, type PlacedDirective } from '../../configuration/placed.ts'
import { allowedHostsOf, isAllowedHost } from '../../deployment/django/allowed-hosts.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { project, unit } from './lib/example-site.ts'

const site = `#- deploy/site.conf
<VirtualHost *:80>
    ServerName www.example.org
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
</VirtualHost>
`

const head = `MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ALLOWED_HOSTS = ["www.example.org"]
`

export const rule = defineRule({
  id: 'django/debug-in-production',
  looksAt: 'application',
  severity: 'warning',
  summary: '`DEBUG = True` in the settings that the server loads.',
  explanation: `
With DEBUG on, an error page shows the settings, the source around the error and the values of its variables to whoever asks, and Django keeps every database query in memory.

It is reported where the server's own \`wsgi.py\` loads settings that set DEBUG to True beyond doubt: not by the environment, not where a local file that is not here may change it, and not for a
server that only has names such as \`localhost\` or \`site.test\`.
`,
  source:
    'Django\'s documentation, "Deployment checklist"; `django/views/debug.py`; tried with Django 3.2: the answer to an error has the traceback with DEBUG on, and not with it off.',
  examples: {
    failing: [
      {
        title: 'the settings of mod_wsgi',
        files: `
${site}${project}#- site1/settings.py
DEBUG = True
#       ^^^^ warning[django/debug-in-production]: DEBUG is on in the settings that site1/wsgi.py loads
${head}`,
      },
      {
        title: 'on in the base, and not turned off',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    server_name www.example.org;
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
    }
}
${unit}#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings.dev")
#- site1/wsgi.py
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "site1.settings.production"
application = None
#- site1/settings/__init__.py
#- site1/settings/base.py
DEBUG = True
#       ^^^^ warning[django/debug-in-production]: DEBUG is on in the settings that the server loads (site1/settings/production.py)
${head}#- site1/settings/production.py
from .base import *
#- site1/settings/dev.py
from .base import *
`,
      },
    ],
    passing: [
      {
        title: 'on in the base, off in production',
        files: `
${site}#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings.dev")
#- site1/wsgi.py
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "site1.settings.production"
application = None
#- site1/settings/__init__.py
#- site1/settings/base.py
DEBUG = True
${head}#- site1/settings/production.py
from .base import *
DEBUG = False
#- site1/settings/dev.py
from .base import *
`,
      },
      {
        title: 'the environment decides, or a local file',
        files: `
${site}${project}#- site1/settings.py
import os
DEBUG = os.environ.get("DEBUG", "True") == "True"
${head}`,
      },
      {
        title: 'a local file may turn it off',
        files: `
${site}${project}#- site1/settings.py
DEBUG = True
${head}try:
    from .local_settings import *
except ImportError:
    pass
`,
      },
      {
        title: 'a server for development',
        files: `
#- deploy/nginx/dev.conf
server {
    listen 80;
    server_name shop.test localhost;
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
    }
}
${unit}${project}#- site1/settings.py
DEBUG = True
MIDDLEWARE = []
ALLOWED_HOSTS = ["shop.test", "localhost"]
`,
      },
      {
        title: 'the unit’s environment file may name other settings',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    server_name www.example.org;
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
    }
}
#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
EnvironmentFile=/etc/default/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 site1.wsgi:application
#- site1/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings.dev")
application = None
#- site1/settings/__init__.py
#- site1/settings/production.py
DEBUG = False
${head}#- site1/settings/dev.py
DEBUG = True
${head}`,
      },
    ],
  },
  check(application, context) {
    const { settings } = application
    if (settings?.state !== 'read' || application.directive.presence !== 'present' || !isCertainlyDjango(application, context)) return
    const debug = settings.get('DEBUG')
    if (debug.state !== 'known' || debug.value.kind !== 'boolean' || !debug.value.value || !debug.at) return
    if (!loadsCertainly(application, settings, context.snapshot) || isForPeopleAtHome(application, context)) return
    // Settings for development in the place of those for production are a mistake of their own.
    if (isForDevelopment(settings.path) && (settingsBeside(settings, context.snapshot)?.length ?? 0) > 0) return
    const script = application.kind === 'mod_wsgi' ? application.script.workspace : undefined
    const shown = (path: string): string => (application.project ? path.slice(application.project.root.length + 1) : path)
    const who = debug.at.path === settings.path && script !== undefined ? `that ${shown(script)} loads` : `that the server loads (${shown(settings.path)})`
    context.report({
      at: debug.at,
      message: `DEBUG is on in the settings ${who}: error pages show source and settings to whoever asks. Set it to False there, or take it from the environment.`,
      related: [{ at: { path: application.directive.source.path, ...placeOf(application.directive) }, message: 'serves it' }],
      fixes: off(application, context),
    })
  },
})

const placeOf = (directive: PlacedDirective): { start: number; end: number } => ({
  start: directive.start + (directive.node.words[0]?.start ?? 0),
  end: directive.start + directive.node.text.length,
})

/** Whether all names of the server are such as no one outside asks for. */
function isForPeopleAtHome(application: Application, { configuration }: ConfigurationContext): boolean {
  if (application.kind === 'proxied' && application.processes.some((each) => each.server === 'runserver')) return true
  const named = application.host ? application.host.children : directivesNamed(configuration, 'servername', 'serveralias')
  const names = named
    .filter((each) => /^(server_name|servername|serveralias)$/.test(each.name))
    .flatMap((each) => each.args.map((argument) => argument.value.replace(/:\d+$/, '')))
    .filter((name) => name !== '_' && name !== '')
  return (
    names.length > 0 &&
    names.every((name) => !name.includes('.') || /^(127\.|192\.168\.|10\.)|\.(localhost|local|localdomain|test|lan|internal|dev)$/i.test(name))
  )
}

/** Only where no other mistake comes of it: with DEBUG off, ALLOWED_HOSTS counts. */
function off({ settings }: Application, { snapshot }: ConfigurationContext): FindingFix[] {
  const debug = settings?.get('DEBUG')
  const lists = settings && allowedHostsOf(settings.get('ALLOWED_HOSTS'))
  if (debug?.state !== 'known' || !debug.at || !lists) return []
  const content = snapshot.content(debug.at.path)
  const written = content.state === 'content' ? content.value.text.slice(debug.at.start, debug.at.end) : ''
  const hosts = lists.every((list) => list.entries.length > 0 && !list.entries.every((each) => isAllowedHost('localhost', [each.text])))
  return written === 'True' && hosts ? [{ title: 'Set DEBUG to False', safe: false, edits: [{ ...debug.at, newText: 'False' }] }] : []
}
