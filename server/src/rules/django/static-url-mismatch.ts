import { servesItself } from '../../application/served-settings.ts'
import { placeOfArgument } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { project, settings, unit } from './lib/example-site.ts'
import { allMappings, mappingFor, settingsOf, urlArgument, withSlash } from './lib/served.ts'

export const rule = defineRule({
  id: 'django/static-url-mismatch',
  looksAt: 'application',
  severity: 'warning',
  summary: '`STATIC_ROOT` is served at another URL than `STATIC_URL`.',
  explanation: `
Pages link to the files below STATIC_URL. Where the server has the folder at another URL, and nothing at that one, no link finds
its file.
`,
  source: "Django's documentation, STATIC_URL; tried with nginx 1.22.1 and Apache 2.4.71.",
  examples: {
    failing: [
      {
        title: 'the folder at another URL',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
    Alias /assets/ /srv/shop/collected/
#         ^^^^^^^^ warning[django/static-url-mismatch]: /srv/shop/collected is STATIC_ROOT, but it is served at /assets/
    <Directory /srv/shop/collected>
        Require all granted
    </Directory>
</VirtualHost>
${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
    ],
    passing: [
      {
        title: 'the folder at both URLs',
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
    Alias /assets/ /srv/shop/collected/
</VirtualHost>
${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
      {
        title: 'a URL without a slash begins where the application is mounted',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias /shop /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
    Alias /shop/static/ /srv/shop/collected/
    <Directory /srv/shop/collected>
        Require all granted
    </Directory>
</VirtualHost>
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /shop/static/ {
        alias /srv/shop/collected/;
    }
    location /shop/ {
        proxy_pass http://127.0.0.1:8000/;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
      {
        title: 'WhiteNoise serves STATIC_URL',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
    Alias /assets/ /srv/shop/collected/
    <Directory /srv/shop/collected>
        Require all granted
    </Directory>
</VirtualHost>
${project}#- site1/settings.py
${settings}MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
    ],
  },
  check(application, context) {
    const { settings } = application
    if (!settings || context.configuration.unread) return
    // Uploads may be handed out by a view, from a folder at a private URL: of them nothing is claimed.
    for (const setting of settingsOf(application, context).filter((each) => each.kind === 'STATIC')) {
      if (mappingFor(setting, application, context) !== undefined || servesItself(settings, application, context.snapshot) !== false) continue
      const mappings = allMappings(application, context)
      if (mappings.some((each) => setting.url.startsWith(withSlash(each.url)))) continue
      const [mapping, ...others] = mappings.filter((each) => each.folder === setting.root)
      const url = mapping && urlArgument(mapping)
      if (!mapping || !url || others.length > 0) continue
      context.report({
        at: placeOfArgument(url.directive, url.argument),
        message: `${mapping.folder} is ${setting.kind}_ROOT, but it is served at ${mapping.url}, and pages link to ${setting.url} (${setting.kind}_URL). Use one URL in both places.`,
        related: setting.urlAt ? [{ at: setting.urlAt, message: `${setting.kind}_URL is ${setting.url}` }] : [],
        fixes: [
          {
            title: `Serve it at ${setting.url}`,
            safe: false,
            edits: [replaceArgument(url.directive, url.argument, url.argument.value.endsWith('/') ? setting.url : setting.url.slice(0, -1))],
          },
          ...(setting.urlAt
            ? [
                {
                  title: `Set ${setting.kind}_URL to ${withSlash(mapping.url)}`,
                  safe: false,
                  edits: [{ ...setting.urlAt, newText: JSON.stringify(withSlash(mapping.url)) }],
                },
              ]
            : []),
        ],
      })
    }
  },
})
