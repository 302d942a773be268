import type { Application } from '../../application/application.ts'
import { type ServedSetting, servedSetting, servesItself, usesStaticFiles } from '../../application/served-settings.ts'
import { directivesNamed, enclosing, placeOfDirective } from '../../configuration/placed.ts'
import { aliasesOf, aliasHolds } from '../../site/apache/aliases.ts'
import { locationFor, locationsIn, passOf } from '../../site/nginx/locations.ts'
import { insertAfter, insertBefore, quoted } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { project, settings, unit } from './lib/example-site.ts'
import { allMappings, serverOf } from './lib/served.ts'

export const rule = defineRule({
  id: 'django/static-not-served',
  looksAt: 'application',
  severity: 'error',
  summary: 'Static files that nothing serves: DEBUG off, no WhiteNoise, and no `Alias` or `location` for `STATIC_URL`.',
  explanation: `
With DEBUG off, Django itself serves no static files. Unless a library in it does (WhiteNoise), or another host has them, the server in front must:
otherwise pages come without style, and each file is a 404.

It is reported where DEBUG is certainly off, the settings are known whole, and the virtual host or server hands STATIC_URL to the application.
`,
  source: 'Django\'s documentation, "How to deploy static files"; Apache 2.4.71 and nginx 1.22.1 pass the request on to the application, which answers 404.',
  examples: {
    failing: [
      {
        title: 'Apache hands everything to the application',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[django/static-not-served]: Nothing serves the static files at /static/
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>

</VirtualHost>
${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
      {
        title: 'nginx hands everything to the application',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;

    location / {
        proxy_pass http://127.0.0.1:8000;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[django/static-not-served]: Nothing serves the static files at /static/
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
        proof: {
          config: 'deploy/nginx/shop.conf',
          deployedAt: '/srv/shop',
          tree: { '/srv/shop/collected/a.css': 'a' },
          get: '/static/a.css',
          before: { status: 502 },
          after: { status: 200 },
        },
      },
    ],
    passing: [
      {
        title: 'WhiteNoise',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>

</VirtualHost>
${project}#- site1/settings.py
${settings}MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
      {
        title: 'another host',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>

</VirtualHost>
${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "https://cdn.example.org/static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
      {
        title: 'DEBUG from the environment',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>

</VirtualHost>
${project}#- site1/settings.py
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
import os
DEBUG = os.environ.get("DEBUG") == "1"
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.staticfiles"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
      {
        title: 'a regular expression serves them, and a root that holds them',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    root /srv/shop/public;
    location ~* \\.(css|js|png)$ {
        expires 7d;
    }
    location / {
        try_files $uri @app;
    }
    location @app {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "public" / "static"
`,
      },
    ],
  },
  check(application, context) {
    const { settings, directive } = application
    if (!settings?.whole || context.configuration.unread || directive.presence !== 'present' || !usesStaticFiles(settings)) return
    const setting = servedSetting(application, 'STATIC', context.snapshot)
    if (!setting?.certain || servesItself(settings, application, context.snapshot) !== false) return
    const certainly = context.configuration.dialect === 'apache' ? apachePassesOn(setting, application, context) : nginxPassesOn(setting, application)
    // The folder at another URL is a mistake of its own: see django/static-url-mismatch.
    if (!certainly || allMappings(application, context).some((each) => each.folder === setting.root)) return
    context.report({
      at: placeOfDirective(directive),
      message: `Nothing serves the static files at ${setting.url}: DEBUG is off, so Django does not, and the server hands them to the application. Serve STATIC_ROOT, ${setting.root}.`,
      related: [{ at: setting.rootAt, message: `STATIC_ROOT is ${setting.root}` }],
      fixes: [serve(setting, application, context)],
    })
  },
})

/** Directives by which files could be served without an alias, or the request be answered elsewhere. */
const otherWays: ReadonlySet<string> = new Set([
  'aliasmatch',
  'rewriterule',
  'proxypass',
  'proxypassmatch',
  'fallbackresource',
  'redirect',
  'redirectmatch',
  'sethandler',
  'use',
  'virtualdocumentroot',
])

function apachePassesOn(setting: ServedSetting, application: Application, { configuration }: ConfigurationContext): boolean {
  // Below another mount point the document root serves what the application does not take.
  if (application.kind !== 'mod_wsgi' || application.mount !== '/') return false
  if (aliasesOf(configuration).some((alias) => (alias.host === undefined || alias.host === application.host) && aliasHolds(alias.url, `${setting.url}x`)))
    return false
  // Virtual hosts inherit an application of the main server, and may serve the files themselves.
  if (application.host === undefined && directivesNamed(configuration, 'virtualhost').some((each) => each.presence !== 'absent')) return false
  return !configuration.all.some((each) => each.presence !== 'absent' && otherWays.has(each.name) && sameHost(each, application))
}

const sameHost = (directive: Application['directive'], application: Application): boolean => {
  const host = enclosing(directive, 'virtualhost')
  return host === undefined || host === application.host
}

function nginxPassesOn(setting: ServedSetting, application: Application): boolean {
  const server = serverOf(application)
  if (!server) return false
  const location = locationFor(server, `${setting.url}app.css`)
  if (location === 'none' || location === 'unknown' || passOf(location) !== application.directive) return false
  // Files may be tried before the request is passed on, or a pattern take other endings.
  if (location.directive.children.some((each) => each.name === 'try_files' || each.name === 'if')) return false
  if (server.children.some((each) => each.name === 'rewrite' || each.name === 'try_files' || each.name === 'if')) return false
  return !locationsIn(server).some((each) => each.modifier === '~' || each.modifier === '~*' || each.path.startsWith(setting.url.slice(0, -1)))
}

function serve(setting: ServedSetting, application: Application, { configuration }: ConfigurationContext): FindingFix {
  const title = `Serve ${setting.root} at ${setting.url}`
  if (configuration.dialect === 'apache') {
    const lines = [`Alias ${setting.url} ${quoted(`${setting.root}/`)}`, `<Directory ${quoted(setting.root)}>`, '    Require all granted', '</Directory>']
    return { title, safe: false, edits: [insertAfter(application.directive, lines)] }
  }
  const location = application.directive.parent
  const path = /\s/.test(setting.root) ? `"${setting.root}/"` : `${setting.root}/`
  const edits = location ? [insertBefore(location, [`location ${setting.url} {`, `    alias ${path};`, '}', ''])] : []
  return { title, safe: false, edits }
}
