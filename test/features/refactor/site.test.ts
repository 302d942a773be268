import { describe, expect, test } from 'vitest'
import { offered, refactored } from '../../support/refactorings.ts'

const django = `#- shop/manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
#- shop/config/__init__.py
#- shop/config/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
#- shop/config/settings.py
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = False
ALLOWED_HOSTS = ["shop.example", "www.shop.example", ".shop.example.org"]
INSTALLED_APPS = ["django.contrib.staticfiles"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
MEDIA_URL = "media/"
MEDIA_ROOT = BASE_DIR / "uploads"
`
const unit = `#- deploy/shop.service
[Service]
WorkingDirectory=/opt/shop
ExecStart=/opt/shop/venv/bin/gunicorn --bind unix:/run/shop.sock config.wsgi:application
`

describe('generate a site for the Django project of the workspace', () => {
  test('nginx, at the end of the http block', async () => {
    const after = await refactored('generate-site', `#- nginx/nginx.conf\nevents {}\nhttp {\n    server_tokens off;‸\n}\n${django}`, {
      server: 'nginx/nginx.conf',
    })
    expect(after['nginx/nginx.conf']).toBe(`events {}
http {
    server_tokens off;

    server {
        listen 80;
        server_name shop.example www.shop.example .shop.example.org;

        location /static/ {
            alias /srv/shop/collected/;
        }

        location /media/ {
            alias /srv/shop/uploads/;
        }

        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
        }
    }
}
`)
  })

  test('nginx, where the unit says that it lies and listens', async () => {
    const after = await refactored('generate-site', `#- nginx/nginx.conf\nevents {}\nhttp {\n    server_tokens off;‸\n}\n${django}${unit}`, {
      server: 'nginx/nginx.conf',
    })
    expect(after['nginx/nginx.conf']).toContain('alias /opt/shop/collected/;')
    expect(after['nginx/nginx.conf']).toContain('proxy_pass http://unix:/run/shop.sock;')
  })

  test('nginx, in an empty file', async () => {
    const after = await refactored('generate-site', `#- sites-available/shop-nginx.conf\n# the ‸shop\n${django}`)
    expect(after['sites-available/shop-nginx.conf']).toMatch(/^# the shop\n\nserver \{\n {4}listen 80;/)
  })

  test('Apache', async () => {
    const after = await refactored(
      'generate-site',
      `#- apache2/apache2.conf\nServerRoot /etc/apache2\nListen 8080\nLoadModule mpm_event_module modules/mod_mpm_event.so\nLoadModule authz_core_module modules/mod_authz_core.so\nLoadModule alias_module modules/mod_alias.so\nLoadModule wsgi_module modules/mod_wsgi.so\nServer‸Tokens Prod\n${django}`,
      {
        dialect: 'apache',
        server: 'apache2/apache2.conf',
      },
    )
    expect(after['apache2/apache2.conf']).toBe(`ServerRoot /etc/apache2
Listen 8080
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule alias_module modules/mod_alias.so
LoadModule wsgi_module modules/mod_wsgi.so
ServerTokens Prod

<VirtualHost *:8080>
    ServerName shop.example
    ServerAlias www.shop.example shop.example.org *.shop.example.org

    Alias /static/ /srv/shop/collected/
    <Directory /srv/shop/collected>
        Require all granted
    </Directory>

    Alias /media/ /srv/shop/uploads/
    <Directory /srv/shop/uploads>
        Require all granted
    </Directory>

    WSGIDaemonProcess shop python-path=/srv/shop
    WSGIScriptAlias / /srv/shop/config/wsgi.py process-group=shop application-group=%{GLOBAL}
    <Directory /srv/shop/config>
        <Files wsgi.py>
            Require all granted
        </Files>
    </Directory>
</VirtualHost>
`)
  })

  test('not where it is served already, or without a project', async () => {
    const served = `#- nginx/nginx.conf\nevents {}\nhttp {\n    server { listen 80; location / { proxy_pass http://127.0.0.1:8000; } }‸\n}\n`
    expect(await offered('generate-site', `${served}${django}`)).toEqual([])
    expect(await offered('generate-site', '#- nginx/nginx.conf\nevents {}\nhttp {‸\n}\n')).toEqual([])
  })
})

describe('add a location', () => {
  const site = (inside: string): string => `#- deploy/nginx/nginx.conf
events {}
http {
    server {‸
        listen 8081;
        server_name shop.example www.shop.example .shop.example.org;
${inside}        location / {
            proxy_pass http://unix:/run/shop.sock;
            proxy_set_header Host $host;
        }
    }
}
${django}${unit}`

  test('for the static files of the project behind the server', async () => {
    const after = await refactored('add-location', site(''), { title: 'Add a location for STATIC_URL', server: 'deploy/nginx/nginx.conf' })
    expect(after['deploy/nginx/nginx.conf']).toContain(`        }

        location /static/ {
            alias /opt/shop/collected/;
        }
    }
}
`)
  })

  test('what there is already is not offered', async () => {
    expect(await offered('add-location', site('        location /static/ { alias /opt/shop/collected/; }\n'))).toEqual([
      'Add a location for MEDIA_URL: /media/ from /opt/shop/uploads',
      'Add a location for /favicon.ico that is not logged',
    ])
  })

  test('the icon is got as everything else is', async () => {
    const after = await refactored('add-location', site(''), { title: 'Add a location for /favicon.ico', server: 'deploy/nginx/nginx.conf' })
    expect(after['deploy/nginx/nginx.conf']).toContain(`        location = /favicon.ico {
            access_log off;
            log_not_found off;
            proxy_pass http://unix:/run/shop.sock;
            proxy_set_header Host $host;
        }
`)
  })

  test('not outside of a server', async () => expect(await offered('add-location', 'events {}\nhttp {‸\n gzip on; }\n')).toEqual([]))
})
