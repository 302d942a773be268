import type { Application } from '../../application/application.ts'
import { isCertainlyDjango } from '../../application/behind.ts'
import { type ServedSetting, servedSetting, servesItself, usesStaticFiles } from '../../application/served-settings.ts'
import { placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { aliasesOf, aliasFor } from '../../site/apache/aliases.ts'
import { type Location, locationsIn, passOf } from '../../site/nginx/locations.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'
import { project, settings, unit } from './lib/example-site.ts'
import { isPassedOn, serve } from './lib/passed-on.ts'
import { allMappings, serverOf, withSlash } from './lib/served.ts'

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
      {
        title: 'Apache as a proxy: ProxyPass comes before the Alias',
        files: `
#- deploy/site.conf
<IfModule !proxy_module>
    LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
    LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
</IfModule>
<VirtualHost *:80>
    ProxyPass / http://127.0.0.1:8000/
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[django/static-not-served]: The static files at /static/ are handed to the application, although there is an Alias for them
    ProxyPassReverse / http://127.0.0.1:8000/
    ProxyPreserveHost On
    Alias /static/ /srv/shop/collected/
    <Directory /srv/shop/collected>
        Require all granted
    </Directory>
</VirtualHost>
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
        proof: {
          config: 'deploy/site.conf',
          deployedAt: '/srv/shop',
          tree: { '/srv/shop/collected/a.css': 'a' },
          get: '/static/a.css',
          before: { status: 503 },
          after: { status: 200 },
        },
      },
      {
        title: 'a location for the one URL',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location = /static/ {
#              ^^^^^^^^ error[django/static-not-served]: "=" makes this the location of /static/ alone
        alias /srv/shop/collected/;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
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
        title: 'kept out of ProxyPass',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    ProxyPass /static/ !
    ProxyPass / http://127.0.0.1:8000/
    ProxyPreserveHost On
    Alias /static/ /srv/shop/collected/
    <Directory /srv/shop/collected>
        Require all granted
    </Directory>
</VirtualHost>
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
      {
        title: 'uWSGI serves them',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        include uwsgi_params;
        uwsgi_pass 127.0.0.1:8000;
    }
}
#- deploy/uwsgi.ini
[uwsgi]
socket = 127.0.0.1:8000
chdir = /srv/shop
module = site1.wsgi:application
static-map = /static=/srv/shop/collected
${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
      {
        title: 'another program behind another server of nginx',
        files: `
#- deploy/nginx/all.conf
server {
    listen 80;
    location /static/ {
        alias /srv/shop/collected/;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
server {
    listen 81;
    location / {
        proxy_pass http://127.0.0.1:3000;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
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
    if (!isCertainlyDjango(application, context)) return
    const exact = exactLocation(setting, application)
    if (exact && isPassedOn(setting.url, application, context, exact.directive)) {
      reportExact(exact, setting, context)
      return
    }
    if (!isPassedOn(setting.url, application, context)) return
    const never = context.configuration.dialect === 'apache' ? aliasFor(aliasesOf(context.configuration), `${setting.url}x`, application.host) : undefined
    if (never) {
      context.report({
        at: placeOfDirective(directive),
        message: `The static files at ${setting.url} are handed to the application, although there is an Alias for them: mod_proxy comes first, and with DEBUG off Django serves none. Keep them out with "ProxyPass ${setting.url} !" before it.`,
        related: [{ at: placeOfDirective(never.directive), message: 'never asked' }],
        fixes: [serve(setting, application, context)],
      })
      return
    }
    // The folder at another URL is a mistake of its own: see django/static-url-mismatch.
    if (allMappings(application, context).some((each) => each.folder === setting.root)) return
    context.report({
      at: placeOfDirective(directive),
      message: `Nothing serves the static files at ${setting.url}: DEBUG is off, so Django does not, and the server hands them to the application. Serve STATIC_ROOT, ${setting.root}.`,
      related: [{ at: setting.rootAt, message: `STATIC_ROOT is ${setting.root}` }],
      fixes: [serve(setting, application, context)],
    })
  },
})

/** `location = /static/ { alias …; }`, which is for that one URL and none below it. */
function exactLocation(setting: ServedSetting, application: Application): Location | undefined {
  const server = serverOf(application)
  const exact = server && locationsIn(server).find((each) => each.modifier === '=' && withSlash(each.path) === setting.url)
  return exact &&
    !passOf(exact) &&
    exact.directive.presence === 'present' &&
    exact.directive.children.some((each) => each.name === 'alias' || each.name === 'root')
    ? exact
    : undefined
}

function reportExact({ directive, argument, path }: Location, { url }: ServedSetting, { report }: ConfigurationContext): void {
  const [modifier, second] = directive.args
  report({
    at: placeOfArgument(directive, argument),
    message: `"=" makes this the location of ${path} alone: files below ${url} are handed to the application, which with DEBUG off answers 404. Leave the "=" away.`,
    fixes:
      modifier?.value === '=' && second && directive.plain
        ? [{ title: `Write location ${path}`, safe: false, edits: [{ path: directive.source.path, start: modifier.start, end: second.start, newText: '' }] }]
        : [],
  })
}
