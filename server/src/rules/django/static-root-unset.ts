import type { Application } from '../../application/application.ts'
import { isSourceFolder, servesItself, urlOf, usesStaticFiles } from '../../application/served-settings.ts'
import { placeOfArgument } from '../../configuration/placed.ts'
import type { DjangoSettings } from '../../deployment/django/settings.ts'
import { knownItems, knownText } from '../../deployment/django/values.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { project, settings, unit } from './lib/example-site.ts'
import { folderExpression } from './lib/python-text.ts'
import { mappingAt } from './lib/served.ts'

export const rule = defineRule({
  id: 'django/static-root-unset',
  looksAt: 'application',
  severity: 'error',
  summary: 'The server serves `STATIC_URL` from a folder, but without `STATIC_ROOT` nothing collects the files into it.',
  explanation: `
\`collectstatic\` copies the static files of all applications into STATIC_ROOT, and stops with ImproperlyConfigured where it is not set. So the folder that the server has at STATIC_URL
stays without them, and the admin comes without style.

It is reported where the settings are known whole. A project without packages that bring static files, whose own folder is served directly, needs no STATIC_ROOT.
`,
  source:
    '`django/contrib/staticfiles/storage.py`: `StaticFilesStorage.path`; `manage.py collectstatic` of Django 3.2: "You\'re using the staticfiles app without having set the STATIC_ROOT setting".',
  examples: {
    failing: [
      {
        title: 'a folder at STATIC_URL, and no STATIC_ROOT',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        alias /srv/shop/collected/;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
#            ^^^^^^^^^ error[django/static-root-unset]: STATIC_ROOT is not set, so that collectstatic stops, and /srv/shop/collected, which is served at /static/
`,
      },
      {
        title: 'the project’s own folder, in which those of the admin are missing',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
    Alias /static/ /srv/shop/assets/
    <Directory /srv/shop/assets>
        Require all granted
    </Directory>
</VirtualHost>
${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
#            ^^^^^^^^^ error[django/static-root-unset]: STATIC_ROOT is not set, and /srv/shop/assets, which is served at /static/, has the project's own static files only
STATICFILES_DIRS = [BASE_DIR / "assets"]
`,
      },
    ],
    passing: [
      {
        title: 'own files only, without the admin',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
    Alias /static/ /srv/shop/assets/
    <Directory /srv/shop/assets>
        Require all granted
    </Directory>
</VirtualHost>
${project}#- site1/settings.py
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = False
INSTALLED_APPS = ["django.contrib.staticfiles", "shop"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "assets"]
`,
      },
      {
        title: 'a local file may set it',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
    Alias /static/ /srv/shop/collected/
    <Directory /srv/shop/collected>
        Require all granted
    </Directory>
</VirtualHost>
${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
from .local import *
`,
      },
    ],
  },
  check(application, context) {
    const { settings } = application
    if (settings?.state !== 'read' || !settings.whole || context.configuration.unread || !usesStaticFiles(settings)) return
    const root = settings.get('STATIC_ROOT')
    const isUnset = root.state === 'known' && (root.value.kind === 'none' || knownText(root) === '')
    const url = urlOf(settings, 'STATIC', application)
    if (!isUnset || !url?.certain || !url.at || servesItself(settings, application, context.snapshot) !== false) return
    const mapping = mappingAt(url.url, application, context)
    if (mapping?.directive.presence !== 'present') return
    const source = isSourceFolder(mapping.folder, application, settings, context.snapshot)
    if (source && !bringsFiles(settings)) return
    const served = `${mapping.folder}, which is served at ${url.url},`
    context.report({
      at: url.at,
      message: source
        ? `STATIC_ROOT is not set, and ${served} has the project's own static files only: those of the admin are not found. Set STATIC_ROOT to a folder of its own, run collectstatic, and serve that.`
        : `STATIC_ROOT is not set, so that collectstatic stops, and ${served} gets no files. Set it to that folder.`,
      related: [{ at: placeOfArgument(mapping.directive, mapping.argument), message: `${mapping.folder} is served at ${url.url}` }],
      fixes: source ? [] : setRoot(mapping.folder, application, settings, context),
    })
  },
})

/** Whether packages outside the project have static files that pages of theirs need. */
const bringsFiles = (settings: DjangoSettings): boolean =>
  knownItems(settings.get('INSTALLED_APPS'))?.items.some(({ text }) => /^(django\.contrib\.admin\b|rest_framework$|wagtail\.admin|cms$)/.test(text)) ?? false

function setRoot(folder: string, application: Application, settings: DjangoSettings, { snapshot }: ConfigurationContext): FindingFix[] {
  const statement = settings.assignments.get('STATIC_URL')?.at(-1)?.statement
  const content = statement && snapshot.content(statement.path)
  if (!statement || content?.state !== 'content') return []
  const value = folderExpression(folder, statement, settings, application)
  return [
    {
      title: `Set STATIC_ROOT to ${folder}`,
      safe: false,
      edits: [{ path: statement.path, start: statement.end, end: statement.end, newText: `\nSTATIC_ROOT = ${value}` }],
    },
  ]
}
