import { isCertainlyDjango } from '../../application/behind.ts'
import { checksEveryHost, hostsReaching, type ReachedHost } from '../../application/reached-hosts.ts'
import { isForDevelopment, settingsBeside } from '../../application/settings-module.ts'
import { placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { type AllowedHosts, allowedHostsOf, effectiveEntries, isAllowedHost, malformedHost, mayAllowBelow } from '../../deployment/django/allowed-hosts.ts'
import { appendBehind, fillEmpty } from '../../deployment/django/list-literal.ts'
import type { DjangoSettings } from '../../deployment/django/settings.ts'
import { truthOf } from '../../deployment/django/values.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { appendLine, removeDirective } from '../lib/edits.ts'
import { defineRule, type FindingEdit, type FindingFix } from '../rule.ts'
import { project, unit } from './lib/example-site.ts'

const head = `from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = False
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
`

export const rule = defineRule({
  id: 'django/host-not-allowed',
  looksAt: 'application',
  severity: 'error',
  summary: 'A `server_name`, `ServerName` or `ServerAlias` that `ALLOWED_HOSTS` does not have: every request for it is answered 400.',
  explanation: `
Django compares the host of a request with ALLOWED_HOSTS, and answers 400 Bad Request where none fits. With DEBUG off it leaves no line in the server's log. An entry \`.example.org\`
stands for the domain and all below it, \`*\` for everything; any other entry is a whole name, without scheme, port and path.

Compared are the names of servers that hand requests to Django with the host that was asked for. A server that only redirects, one that sets a Host header made of
something else, and an ALLOWED_HOSTS that comes from the environment are left alone.
`,
  source: '`django/http/request.py`: `HttpRequest.get_host`, `validate_host`; tried with Django 3.2 in mod_wsgi 4.9.4: 400 for the name that is missing.',
  examples: {
    failing: [
      {
        title: 'nginx answers for a name more than Django',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    server_name www.example.org shop.example.net;
#                               ^^^^^^^^^^^^^^^^ error[django/host-not-allowed]: ALLOWED_HOSTS does not have shop.example.net, so that Django answers 400 Bad Request
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
    }
}
${unit}${project}#- site1/settings.py
${head}ALLOWED_HOSTS = [".example.org"]
`,
      },
      {
        title: 'names of a virtual host, a list over several lines',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    ServerName www.example.org
    ServerAlias example.org
#               ^^^^^^^^^^^ error[django/host-not-allowed]: ALLOWED_HOSTS does not have example.org
    ServerAlias example.net www.example.net
#               ^^^^^^^^^^^ error[django/host-not-allowed]: ALLOWED_HOSTS does not have example.net
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
</VirtualHost>
${project}#- site1/settings.py
${head}ALLOWED_HOSTS = [
    'www.example.org',
    'www.example.net',  # the old name
]
`,
        proof: {
          config: 'deploy/site.conf',
          deployedAt: '/srv/shop',
          tree: {
            '/srv/shop/site1/__init__.py': '',
            '/srv/shop/site1/wsgi.py':
              'import os, sys\nsys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))\nos.environ["DJANGO_SETTINGS_MODULE"] = "site1.settings"\nimport site1.settings\nsite1.settings.SECRET_KEY = "x"\nsite1.settings.ROOT_URLCONF = "site1.urls"\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n',
            '/srv/shop/site1/urls.py':
              'from django.http import HttpResponse\nfrom django.urls import path\nurlpatterns = [path("", lambda request: HttpResponse("all is well"))]\n',
          },
          get: 'http://example.org/',
          before: { status: 400 },
          after: { status: 200, body: /all is well/ },
        },
      },
      {
        title: 'no list at all, a name that the proxy sets, a domain of which nothing is allowed',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 443 ssl;
    server_name www.example.org;
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host shop.internal.example;
#                             ^^^^^^^^^^^^^^^^^^^^^ error[django/host-not-allowed]: ALLOWED_HOSTS is not set, so that Django answers 400 Bad Request to every request for shop.internal.example
    }
}
${unit}${project}#- site1/settings.py
${head}
`,
      },
      {
        title: 'Debian’s proxy_params, a list that is added to',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    server_name www.example.org example.org;
#                               ^^^^^^^^^^^ error[django/host-not-allowed]: ALLOWED_HOSTS does not have example.org
    location / {
        include proxy_params;
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${head}ALLOWED_HOSTS = ["localhost"]
ALLOWED_HOSTS.append("www.example.org")
`,
      },
      {
        title: 'an empty list behind a server for any name',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80 default_server;
    server_name _;
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
    }
}
${unit}${project}#- site1/settings.py
${head}ALLOWED_HOSTS = []
#               ^^ error[django/host-not-allowed]: ALLOWED_HOSTS is empty and DEBUG is off
`,
      },
      {
        title: 'DEBUG on takes localhost only, uWSGI gets the header as it is',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    server_name .example.net localhost;
#               ^^^^^^^^^^^^ error[django/host-not-allowed]: ALLOWED_HOSTS is empty, so that Django answers 400
    location / {
        include uwsgi_params;
        uwsgi_pass 127.0.0.1:8000;
    }
}
${project}#- site1/settings.py
import os
DEBUG = os.environ.get("DEBUG") == "1"
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ALLOWED_HOSTS = []
`,
      },
    ],
    passing: [
      {
        title: 'headers from a file that is not here',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    server_name www.example.net;
    location / {
        include snippets/proxy.conf;
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${head}ALLOWED_HOSTS = ["www.example.org"]
`,
      },
      {
        title: 'a domain with all below it, other letters, a redirect for the other names, a server that is not for Django',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    server_name example.net www.example.net;
    return 301 https://www.example.org$request_uri;
}
server {
    listen 443 ssl;
    server_name _ WWW.example.org example.org *.shop.example.org ~^(.+)\\.example\\.com$ localhost 127.0.0.1;
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $http_host;
    }
}
server {
    listen 443 ssl;
    server_name static.example.net;
    root /srv/static;
}
${unit}${project}#- site1/settings.py
${head}ALLOWED_HOSTS = [".Example.org"]
`,
      },
      {
        title: 'hosts from the environment, and a list that the environment adds to',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    ServerName www.example.org
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
</VirtualHost>
${project}#- site1/settings.py
import os
${head}ALLOWED_HOSTS = ["localhost"] + os.environ.get("HOSTS", "").split(",")
`,
      },
      {
        title: 'a local file may set them',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    ServerName www.example.org
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
</VirtualHost>
${project}#- site1/settings.py
${head}ALLOWED_HOSTS = []
try:
    from .local_settings import *
except ImportError:
    pass
`,
      },
      {
        title: 'a condition keeps other names away, in nginx and Apache',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    server_name www.example.org example.org;
    if ($host = example.org) {
        return 301 https://www.example.org$request_uri;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
    }
}
#- deploy/apache/site.conf
<VirtualHost *:80>
    ServerName www.example.org
    ServerAlias example.org
    RewriteEngine On
    RewriteCond %{HTTP_HOST} !^www\\.example\\.org$
    RewriteRule ^ https://www.example.org%{REQUEST_URI} [R=301,L]
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
</VirtualHost>
${unit}${project}#- site1/settings.py
${head}ALLOWED_HOSTS = ["www.example.org"]
`,
      },
      {
        title: 'settings for another stage have the name',
        files: `
#- deploy/nginx/staging.conf
server {
    listen 80;
    server_name staging.example.org;
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
    }
}
${unit}#- site1/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings.production")
application = None
#- site1/settings/__init__.py
#- site1/settings/staging.py
ALLOWED_HOSTS = ["staging.example.org"]
#- site1/settings/production.py
${head}ALLOWED_HOSTS = ["www.example.org"]
`,
      },
      {
        title: 'another program behind the same nginx',
        files: `
#- deploy/nginx/all.conf
server {
    listen 80;
    server_name www.example.org;
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
    }
}
server {
    listen 80;
    server_name graphs.example.net;
    location / {
        proxy_pass http://127.0.0.1:3000;
        proxy_set_header Host $host;
    }
}
${unit}${project}#- site1/settings.py
${head}ALLOWED_HOSTS = ["www.example.org"]
`,
      },
      {
        title: 'the environment decides which of two lists',
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
${unit}${project}#- site1/settings.py
import os
${head}if os.environ.get("STAGE") == "production":
    ALLOWED_HOSTS = ["www.example.org"]
else:
    ALLOWED_HOSTS = ["localhost"]
`,
      },
    ],
  },
  check(application, context) {
    const { settings } = application
    const { configuration, snapshot, report } = context
    if (!settings || !isCertainlyDjango(application, context) || !checksEveryHost(application)) return
    const lists = allowedHostsOf(settings.get('ALLOWED_HOSTS'))
    const [list, ...others] = lists ?? []
    if (!lists || !list) return
    const debug = settings.get('DEBUG')
    let found = false
    for (const host of hostsReaching(application, configuration)) {
      if (isPrivate(host.name) || isOfOtherSettings(host.name, settings, snapshot)) continue
      if (lists.some((each) => isTaken(host.name, each, effectiveEntries(each, debug)))) continue
      found = true
      const why = list.at === undefined ? 'is not set' : list.entries.length === 0 ? 'is empty' : `does not have ${host.name}`
      const all = list.at !== undefined && list.entries.length > 0 ? 'every request for it' : `every request for ${host.name}`
      report({
        at: placeOfArgument(host.directive, host.argument),
        message: `ALLOWED_HOSTS ${why}, so that Django answers 400 Bad Request to ${all}. Add the name to the setting${host.header ? ', or pass on the host that was asked for' : ', or take it away here'}.`,
        related: list.at === undefined ? [] : [{ at: list.at, message: `ALLOWED_HOSTS has ${list.entries.map((each) => each.text).join(', ') || 'no entry'}` }],
        fixes: [...(others.length === 0 ? allow(host, list, settings, snapshot) : []), ...withoutName(host)],
      })
    }
    // Whatever the host is: with DEBUG off and no entry, none is taken.
    if (!found && list.at && others.length === 0 && list.entries.length === 0 && truthOf(debug) === false && application.directive.presence === 'present') {
      report({
        at: list.at,
        message: 'ALLOWED_HOSTS is empty and DEBUG is off, so that Django answers 400 Bad Request to every request. List the names of the site.',
        related: [{ at: placeOfDirective(application.directive), message: 'hands requests to it' }],
        fixes: [],
      })
    }
  },
})

/** Whether settings beside these, for another stage of the site, know the name: the environment may choose them there. */
const isOfOtherSettings = (name: string, settings: DjangoSettings, snapshot: Snapshot): boolean =>
  (settingsBeside(settings, snapshot) ?? [])
    .filter((path) => !settings.files.includes(path))
    .some((path) => {
      const content = snapshot.content(path)
      return content.state === 'content' && (content.value.text.includes(name.replace(/^\*?\./, '')) || /["']\*["']/.test(content.value.text))
        ? /ALLOWED_HOSTS/.test(content.value.text) && !isForDevelopment(path)
        : false
    })

/** Names for checks on the machine itself, single words, which no one outside asks for, and names that are still to be filled in. */
const isPrivate = (name: string): boolean =>
  !name.includes('.') ||
  name.startsWith('-') ||
  /^(.*\.)?(localhost|local|localdomain|internal|lan|test|invalid)$/i.test(name) ||
  /^[\d.]+$|^\[|^_|\.\*$/.test(name) ||
  /(^|\.)(your|my)[-_.]?(own)?[-_]?(domain|site|host|server|app|name|company)|(^|\.)(domain|site|hostname)\.\w+$|change[-_]?me|placeholder|[<>{}]/i.test(name)

/** Whether Django takes the name, or something of what it stands for; or an entry means it and is misspelt, which is a mistake of its own. */
function isTaken(name: string, list: AllowedHosts, entries: readonly string[]): boolean {
  const meant = list.entries.flatMap((each) => malformedHost(each.text)?.meant ?? [])
  const all = [...entries, ...meant]
  if (name.startsWith('*.')) return mayAllowBelow(name.slice(1), all)
  if (name.startsWith('.')) return mayAllowBelow(name, all) || isAllowedHost(name.slice(1), all)
  return isAllowedHost(name, all)
}

function allow(host: ReachedHost, list: AllowedHosts, settings: DjangoSettings, snapshot: Snapshot): FindingFix[] {
  const name = host.name.replace(/^\*\./, '.').replace(/:\d+$/, '')
  const behind = list.entries.toReversed().flatMap(({ at }) => (at && appendBehind(at, name, snapshot)) ?? [])[0]
  const edit =
    list.at === undefined
      ? appendLine(settings.path, `ALLOWED_HOSTS = ["${name}"]`, snapshot)
      : list.entries.length > 0
        ? behind
        : fillEmpty(list.at, name, snapshot)
  return edit ? [{ title: `Add ${name} to ALLOWED_HOSTS`, safe: false, edits: [edit] }] : []
}

/** The directive without the name, where others remain or it only gives further ones. */
function withoutName({ name, directive, argument, header }: ReachedHost): FindingFix[] {
  if (header || directive.name === 'servername' || !directive.plain) return []
  const title = `Take ${name} out of ${directive.name === 'server_name' ? 'server_name' : 'ServerAlias'}`
  if (directive.args.length === 1) return directive.name === 'serveralias' ? [{ title, safe: false, edits: [removeDirective(directive)] }] : []
  const { text } = directive.source
  let start = argument.start
  while (/[ \t]/.test(text.charAt(start - 1))) start--
  const edit: FindingEdit = { path: directive.source.path, start, end: argument.end, newText: '' }
  return [{ title, safe: false, edits: [edit] }]
}
