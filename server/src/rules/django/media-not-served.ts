import type { Application } from '../../application/application.ts'
import { isCertainlyDjango } from '../../application/behind.ts'
import { mayServeMedia } from '../../application/media.ts'
import { type ServedSetting, servedSetting } from '../../application/served-settings.ts'
import { placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { truthOf } from '../../deployment/django/values.ts'
import { isInside, normalize } from '../../workspace/path.ts'
import { replaceArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'
import { project, settings, unit } from './lib/example-site.ts'
import { isPassedOn, serve } from './lib/passed-on.ts'
import { allMappings, urlArgument, withSlash } from './lib/served.ts'

const urls = `#- site1/urls.py
from django.conf import settings
from django.conf.urls.static import static
from django.urls import path
urlpatterns = [path("", lambda request: None)] + static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
`

const media = `MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "site1.urls"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "uploads"
`

export const rule = defineRule({
  id: 'django/media-not-served',
  looksAt: 'application',
  severity: 'warning',
  summary: 'Uploads that nothing serves: DEBUG off, no view for `MEDIA_URL`, and no `Alias` or `location`.',
  explanation: `
Templates link to uploads below MEDIA_URL. With DEBUG off \`static(settings.MEDIA_URL, …)\` in the URLconf adds nothing, so the server in front must serve MEDIA_ROOT, or each
upload is a 404.

Where a view hands them out (private uploads, \`X-Accel-Redirect\`, \`X-Sendfile\`), where they are stored elsewhere, or where the configuration has something for MEDIA_URL or the
folder, nothing is said.
`,
  source:
    '`django/conf/urls/static.py`: `static` gives no pattern with DEBUG off; Django\'s documentation, "Serving files uploaded by a user"; tried with Django 3.2: 404 with DEBUG off.',
  examples: {
    failing: [
      {
        title: 'nginx hands them to Django',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        alias /srv/shop/collected/;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[django/media-not-served]: Nothing serves the uploads at /media/
    }
}
${unit}${project}${urls}#- site1/settings.py
${settings}${media}`,
        proof: {
          config: 'deploy/nginx/shop.conf',
          deployedAt: '/srv/shop',
          tree: { '/srv/shop/uploads/a.jpg': 'a' },
          get: '/media/a.jpg',
          before: { status: 502 },
          after: { status: 200 },
        },
      },
      {
        title: 'Apache hands them to Django',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[django/media-not-served]: Nothing serves the uploads at /media/
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
    Alias /static/ /srv/shop/collected/
    <Directory /srv/shop/collected>
        Require all granted
    </Directory>
</VirtualHost>
${project}${urls}#- site1/settings.py
${settings}${media}`,
      },
      {
        title: 'the folder at another URL',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        alias /srv/shop/collected/;
    }
    location /uploads/ {
#            ^^^^^^^^^ warning[django/media-not-served]: /srv/shop/uploads is MEDIA_ROOT, but it is served at /uploads/
        alias /srv/shop/uploads/;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}${urls}#- site1/settings.py
${settings}${media}`,
      },
    ],
    passing: [
      {
        title: 'private uploads: a view, and a location for X-Accel-Redirect',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        alias /srv/shop/collected/;
    }
    location /protected/ {
        internal;
        alias /srv/shop/uploads/;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}${urls}#- site1/settings.py
${settings}${media}`,
      },
      {
        title: 'a view at MEDIA_URL',
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
${unit}${project}#- site1/urls.py
from django.urls import include, path
urlpatterns = [path("", include("shop.urls"))]
#- shop/urls.py
from django.urls import path
from . import views
urlpatterns = [path("media/<path:name>", views.upload)]
#- site1/settings.py
${settings}${media}`,
      },
      {
        title: 'uploads in a bucket',
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
${unit}${project}${urls}#- site1/settings.py
${settings}${media}STORAGES = {"default": {"BACKEND": "storages.backends.s3.S3Storage"}}
`,
      },
      {
        title: 'a location of its own that asks Django on purpose',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        alias /srv/shop/collected/;
    }
    location /media/ {
        proxy_pass http://127.0.0.1:8000;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}${urls}#- site1/settings.py
${settings}${media}`,
      },
    ],
  },
  check(application, context) {
    const { settings, directive } = application
    if (!settings?.whole || context.configuration.unread || directive.presence !== 'present' || truthOf(settings.get('DEBUG')) !== false) return
    const setting = servedSetting(application, 'MEDIA', context.snapshot)
    if (!setting?.certain || !isCertainlyDjango(application, context) || mayServeMedia(application, settings, context.snapshot)) return
    // Uploads below STATIC_URL are among the static files, where they are served.
    const collected = servedSetting(application, 'STATIC', context.snapshot)
    if (collected && setting.url.startsWith(collected.url)) return
    if (!isPassedOn(setting.url, application, context)) return
    if (namesFolder(setting.root, application, context)) {
      reportOtherUrl(setting, application, context)
      return
    }
    context.report({
      at: placeOfDirective(directive),
      message: `Nothing serves the uploads at ${setting.url}: DEBUG is off, so Django does not, and the server hands them to the application. Serve MEDIA_ROOT, ${setting.root}.`,
      related: [{ at: setting.rootAt, message: `MEDIA_ROOT is ${setting.root}` }],
      fixes: [serve(setting, application, context)],
    })
  },
})

/** Whether the configuration has something for the folder: a private location, another host for uploads. */
const namesFolder = (folder: string, { host }: Application, { configuration }: ConfigurationContext): boolean =>
  configuration.all.some((each) => {
    // A root for the whole server is looked into by locations that are no private ones.
    if (each.name === 'root' && each.parent === host && host !== undefined && each.args[0]?.known && normalize(each.args[0].value) !== folder) return false
    if (!/^(alias|aliasmatch|root|documentroot|xsendfile|xsendfilepath|sendfile_root|scriptalias)$/.test(each.name)) return each.name === 'xsendfile'
    return each.args.some((argument) => !argument.known || isInside(folder, normalize(argument.value)) || isInside(normalize(argument.value), folder))
  })

/** The folder is there for everyone, and at another URL than pages link to. */
function reportOtherUrl(setting: ServedSetting, application: Application, context: ConfigurationContext): void {
  const [mapping, ...others] = allMappings(application, context).filter((each) => each.folder === setting.root)
  const url = mapping && urlArgument(mapping)
  if (!mapping || !url || others.length > 0 || !url.directive.plain || setting.url.startsWith(withSlash(mapping.url))) return
  context.report({
    at: placeOfArgument(url.directive, url.argument),
    message: `${mapping.folder} is MEDIA_ROOT, but it is served at ${mapping.url}, and pages link to ${setting.url} (MEDIA_URL), which nothing serves. Use one URL in both places.`,
    related: setting.urlAt ? [{ at: setting.urlAt, message: `MEDIA_URL is ${setting.url}` }] : [],
    fixes: [
      {
        title: `Serve it at ${setting.url}`,
        safe: false,
        edits: [replaceArgument(url.directive, url.argument, url.argument.value.endsWith('/') ? setting.url : setting.url.slice(0, -1))],
      },
      ...(setting.urlAt
        ? [{ title: `Set MEDIA_URL to ${withSlash(mapping.url)}`, safe: false, edits: [{ ...setting.urlAt, newText: JSON.stringify(withSlash(mapping.url)) }] }]
        : []),
    ],
  })
}
