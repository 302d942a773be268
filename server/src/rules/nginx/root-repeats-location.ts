import { placeOfArgument } from '../../configuration/placed.ts'
import { project, settings, unit } from '../django/lib/example-site.ts'
import { isRootRepeated } from '../django/lib/mismatch.ts'
import { mappingFor, settingsOf, withSlash } from '../django/lib/served.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/root-repeats-location',
  looksAt: 'application',
  severity: 'error',
  summary: '`root` with the folder itself where `alias` was meant: nginx appends the whole URI to it.',
  explanation: `
\`root\` is the folder to which the whole URI is appended: with \`location /static/ { root /srv/site/static; }\` a request for
\`/static/app.css\` looks for \`/srv/site/static/static/app.css\`. Where the folder itself is meant, \`alias\` (with a slash at its end) is right.

It is reported where Django's STATIC_ROOT or MEDIA_ROOT shows which folder was meant.
`,
  source: 'nginx documentation of root and alias; tried with nginx 1.22.1: 404.',
  examples: {
    failing: [
      {
        title: 'root is STATIC_ROOT',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        root /srv/shop/collected;
#            ^^^^^^^^^^^^^^^^^^^ error[nginx/root-repeats-location]: A request for /static/app.css looks for /srv/shop/collected/static/app.css
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
          tree: { '/srv/shop/collected/app.css': 'a' },
          get: '/static/app.css',
          before: { status: 404 },
          after: { status: 200 },
        },
      },
    ],
    passing: [
      {
        title: 'a rewrite takes the prefix away first',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        rewrite ^/static/(.*)$ /$1 break;
        root /srv/shop/public/static;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "public" / "static"
`,
      },
      {
        title: 'root above STATIC_ROOT',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        root /srv/shop/public;
    }
    location / {
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
    if (context.configuration.dialect !== 'nginx') return
    for (const setting of settingsOf(application, context)) {
      const mapping = mappingFor(setting, application, context)
      if (!mapping || !isRootRepeated(mapping, setting) || mapping.folder === setting.root) continue
      const { directive, argument } = mapping
      const location = directive.parent
      const own = location?.name === 'location' && location.args.length === 1 && withSlash(location.args[0]?.value ?? '') === setting.url
      const name = directive.node.words[0]
      const alias = location?.args[0]?.value.endsWith('/') ? `${setting.root}/` : setting.root
      context.report({
        at: placeOfArgument(directive, argument),
        message: `A request for ${setting.url}app.css looks for ${mapping.folder}/app.css: root is followed by the whole URI. ${setting.root} is ${setting.kind}_ROOT itself; write alias.`,
        related: [{ at: setting.rootAt, message: `${setting.kind}_ROOT is ${setting.root}` }],
        fixes:
          own && name
            ? [
                {
                  title: `Write alias ${alias}`,
                  safe: true,
                  edits: [
                    { path: directive.source.path, start: directive.start + name.start, end: directive.start + name.end, newText: 'alias' },
                    replaceArgument(directive, argument, alias),
                  ],
                },
              ]
            : [],
      })
    }
  },
})
