import { defineRule } from '../rule.ts'
import { project, settings, unit } from './lib/example-site.ts'
import { reportRootMismatch } from './lib/mismatch.ts'

export const rule = defineRule({
  id: 'django/static-root-mismatch',
  looksAt: 'application',
  severity: 'error',
  summary: 'The folder served at `STATIC_URL` is not `STATIC_ROOT`, where `collectstatic` puts the files.',
  explanation: `
\`collectstatic\` copies the static files of all applications into STATIC_ROOT. A server that serves another folder at STATIC_URL answers 404
(nginx) or 403 (Apache, where the folder is missing), and pages come without style. Serving a source folder (\`STATICFILES_DIRS\`) instead works
for the project's own files only: those of the admin are missing.

Both sides must be known: a path from the environment, or one that does not map to the server, is not compared. A default that the environment may replace makes it an
\`info\`.
`,
  source: 'Django\'s documentation, "How to deploy static files"; tried with Apache 2.4.71 and nginx 1.22.1.',
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
    Alias /static/ /srv/shop/staticfiles/
#                  ^^^^^^^^^^^^^^^^^^^^^^ error[django/static-root-mismatch]: /srv/shop/staticfiles is served at /static/
    <Directory /srv/shop/staticfiles>
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
        title: 'a location with another folder',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        alias /srv/shop/static/;
#             ^^^^^^^^^^^^^^^^^ error[django/static-root-mismatch]: /srv/shop/static is served at /static/
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
          before: { status: 404 },
          after: { status: 200 },
        },
      },
      {
        title: 'the source folder instead of the collected one',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
    Alias /static/ "/srv/shop/assets/"
#                  ^^^^^^^^^^^^^^^^^^^ error[django/static-root-mismatch]: /srv/shop/assets is served at /static/, but that folder is a source of static files
    <Directory /srv/shop/assets>
        Require all granted
    </Directory>
</VirtualHost>
${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
STATICFILES_DIRS = [BASE_DIR / "assets"]
`,
      },
      {
        title: 'patterns that lead to another folder',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location ~ ^/static/(.*)$ {
        alias /srv/shop/static/$1;
#             ^^^^^^^^^^^^^^^^^^^ error[django/static-root-mismatch]: /srv/shop/static is served at /static/
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
#- deploy/apache/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    AliasMatch ^/static/(.*)$ /srv/shop/static/$1
#                             ^^^^^^^^^^^^^^^^^^^ error[django/static-root-mismatch]: /srv/shop/static is served at /static/
    <Directory /srv/shop>
        Require all granted
    </Directory>
</VirtualHost>
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
    ],
    passing: [
      {
        title: 'a sample that is to be filled in',
        files: `
#- deploy/nginx.conf.sample
server {
    listen 80;
    location /static/ {
        alias /path/to/shop/static/;
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
      },
      {
        title: 'the same project in two places, for customers and for trials',
        files: `
#- deploy/nginx/trial.conf
server {
    listen 80;
    server_name trial.shop.example;
    location /static/ {
        alias /srv/trial/collected/;
    }
    location / {
        proxy_pass http://unix:/srv/trial/trial.sock;
        proxy_set_header Host $host;
    }
}
#- deploy/trial.service
[Service]
WorkingDirectory=/srv/trial
ExecStart=/srv/trial/venv/bin/gunicorn --bind unix:/srv/trial/trial.sock site1.wsgi:application
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ALLOWED_HOSTS = ["trial.shop.example"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
      {
        title: 'a frontend that has files of its own at /static/',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    root /srv/frontend/dist;
    location /api/ {
        proxy_pass http://127.0.0.1:8000;
    }
    location / {
        try_files $uri $uri/ /index.html;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
      {
        title: 'patterns that lead to the right folder, and one that cannot be compared',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location ~ ^/static/(.*)$ {
        alias /srv/shop/collected/$1;
    }
    location ~ ^/(static|files)/(.*)$ {
        alias /srv/shop/files/$2;
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
      },
      {
        title: 'the right folder, with and without slashes',
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
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
      {
        title: 'nginx with root above the folder',
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
      {
        title: 'a folder from the environment, which nobody can know',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
    Alias /static/ /srv/shop/staticfiles/
    <Directory /srv/shop/staticfiles>
        Require all granted
    </Directory>
</VirtualHost>
${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
import os
STATIC_URL = "/static/"
STATIC_ROOT = os.environ["STATIC_ROOT"]
`,
      },
    ],
  },
  check: (application, context) => reportRootMismatch('STATIC', application, context),
})
