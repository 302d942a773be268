import { defineRule } from '../rule.ts'
import { project, settings, unit } from './lib/example-site.ts'
import { reportRootMismatch } from './lib/mismatch.ts'

export const rule = defineRule({
  id: 'django/media-root-mismatch',
  looksAt: 'application',
  severity: 'error',
  summary: 'The folder served at `MEDIA_URL` is not `MEDIA_ROOT`, where uploads are written.',
  explanation: `
Django writes uploads to MEDIA_ROOT and links to them below MEDIA_URL. A server that serves another folder there finds none of them.

A private folder that is only reached through \`X-Accel-Redirect\` or \`X-Sendfile\` is a matter of its own, and not compared.
`,
  source: "Django's documentation, MEDIA_ROOT; tried with Apache 2.4.71 (403 where the folder is missing) and nginx 1.22.1 (404).",
  examples: {
    failing: [
      {
        title: 'an Alias to another folder',
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
    Alias /media/ /srv/shop/media/
#                 ^^^^^^^^^^^^^^^^ error[django/media-root-mismatch]: /srv/shop/media is served at /media/, but uploads are written to MEDIA_ROOT
    <Directory /srv/shop/media>
        Require all granted
    </Directory>
</VirtualHost>
${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "uploads"
`,
      },
      {
        title: 'a location with another folder',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        alias /srv/shop/collected/;
    }
    location /media/ {
        alias /srv/shop/media/;
#             ^^^^^^^^^^^^^^^^ error[django/media-root-mismatch]: /srv/shop/media is served at /media/
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "uploads"
`,
        proof: {
          config: 'deploy/nginx/shop.conf',
          deployedAt: '/srv/shop',
          tree: { '/srv/shop/uploads/a.txt': 'a' },
          get: '/media/a.txt',
          before: { status: 404 },
          after: { status: 200 },
        },
      },
    ],
    passing: [
      {
        title: 'the right folder, and a private one',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        alias /srv/shop/collected/;
    }
    location /media/ {
        alias /srv/shop/uploads/;
    }
    location /protected/ {
        internal;
        alias /srv/shop/private/;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "uploads"
`,
      },
    ],
  },
  check: (application, context) => reportRootMismatch('MEDIA', application, context),
})
