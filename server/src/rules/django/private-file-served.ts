import type { Application } from '../../application/application.ts'
import { deployedFolder } from '../../application/served-settings.ts'
import { type Argument, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { entryAt } from '../../deployment/django/settings.ts'
import { knownText } from '../../deployment/django/values.ts'
import { accessOf } from '../../site/apache/access.ts'
import { aliasesOf, aliasFor } from '../../site/apache/aliases.ts'
import { fileOf, type Location, locationFor, locationsIn, passOf } from '../../site/nginx/locations.ts'
import { isInside, join, normalize, relativeTo } from '../../workspace/path.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'
import { project, settings, unit } from './lib/example-site.ts'
import { serverOf } from './lib/served.ts'

const database = `DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
`

export const rule = defineRule({
  id: 'django/private-file-served',
  looksAt: 'application',
  severity: 'error',
  summary: 'The settings, the SQLite database or `.env` can be downloaded: a `root`, `alias` or `Alias` serves the folder that they are in.',
  explanation: `
nginx sends every file below a \`root\` or \`alias\` to anyone who asks for it by name. With \`root /srv/site;\` and \`try_files $uri @app;\` a request for \`/config/settings.py\` is answered with
the SECRET_KEY, one for \`/db.sqlite3\` with the database. Serve a folder in which there is nothing but what is to be served.

Locations that refuse such files (\`location ~ \\.py$ { deny all; }\`) are seen. For the source behind mod_wsgi see wsgi/source-exposed.
`,
  source:
    '`src/http/ngx_http_core_module.c`: `ngx_http_core_find_location`, `ngx_http_map_uri_to_path`; tried with nginx 1.22.1: 200 with the text of settings.py.',
  examples: {
    failing: [
      {
        title: 'root is the folder of the project',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    root /srv/shop;
#        ^^^^^^^^^ error[django/private-file-served]: /site1/settings.py is answered with the settings, and /db.sqlite3 with the database
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
STATIC_ROOT = BASE_DIR / "static"
${database}`,
      },
      {
        title: 'the database among the uploads',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
    Alias /data/ /srv/shop/data/
#                ^^^^^^^^^^^^^^^ error[django/private-file-served]: /data/db.sqlite3 is answered with the database
    <Directory /srv/shop/data>
        Require all granted
    </Directory>
</VirtualHost>
${project}#- site1/settings.py
${settings.replace(', "django.contrib.staticfiles"', '')}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
${database.replace('"db.sqlite3"', '"data" / "db.sqlite3"')}`,
      },
    ],
    passing: [
      {
        title: 'a folder of its own, and the database beside it',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    root /srv/shop/public;
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
${database}`,
      },
      {
        title: 'a root that only the static files are looked for in',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    root /srv/shop;
    location /static/ {
        expires 7d;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static"
${database}`,
      },
      {
        title: 'locations that refuse them',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    root /srv/shop;
    location ~ \\.(py|sqlite3)$ {
        deny all;
    }
    location ~ /\\. {
        return 404;
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
STATIC_ROOT = BASE_DIR / "static"
${database}`,
      },
    ],
  },
  check(application, context) {
    if (application.directive.presence !== 'present' || context.configuration.unread) return
    const files = privateFiles(application, context)
    const apache = context.configuration.dialect === 'apache'
    const found = files.flatMap((file) => (apache ? apacheServing(file, application, context) : nginxServing(file, application)))
    // What is said of the source by another rule is not said again.
    if (apache && found.some(({ file }) => file.what === 'the settings')) return
    for (const by of new Set(found.map(({ argument }) => argument))) {
      const own = found.filter(({ argument }) => argument === by)
      const [first, second] = own
      if (!first) continue
      context.report({
        at: placeOfArgument(first.directive, first.argument),
        message: `${first.url} is answered with ${first.file.what}${second ? `, and ${second.url} with ${second.file.what}` : ''}: everything in ${normalize(first.argument.value)} can be downloaded. Serve a folder that holds nothing but what is to be served.`,
        fixes: [],
      })
    }
  },
})

interface PrivateFile {
  readonly path: string
  readonly what: string
}

interface Served {
  readonly file: PrivateFile
  readonly url: string
  readonly directive: PlacedDirective
  readonly argument: Argument
}

/** The settings, the database and `.env`, as deployed. */
function privateFiles(application: Application, { snapshot }: ConfigurationContext): PrivateFile[] {
  const { settings, project } = application
  if (settings?.state !== 'read' || !project) return []
  const files: PrivateFile[] = []
  const add = (path: string | undefined, what: string): void => {
    if (path !== undefined) files.push({ path, what })
  }
  add(application.deployed(settings.path), 'the settings')
  const databases = settings.get('DATABASES')
  const [engine, name] = [knownText(entryAt(databases, 'default', 'ENGINE')), entryAt(databases, 'default', 'NAME')]
  const path = knownText(name)
  if (engine?.endsWith('.sqlite3') && path !== undefined && name.state === 'known' && name.at)
    add(deployedFolder(path, name.at, application, snapshot), 'the database')
  const dotenv = join(project.root, '.env')
  if (snapshot.content(dotenv).state === 'content') add(application.deployed(dotenv), 'the secrets of .env')
  return files
}

function nginxServing(file: PrivateFile, application: Application): Served[] {
  const server = serverOf(application)
  if (!server) return []
  for (const location of [undefined, ...locationsIn(server)]) {
    const uri = uriOf(file.path, location, server)
    const chosen = uri === undefined ? 'none' : locationFor(server, uri)
    if (uri === undefined || chosen === 'none' || chosen === 'unknown' || !isSent(chosen.directive, server)) continue
    const sent = fileOf(chosen, uri)
    const argument = sent?.by.args[0]
    if (sent && argument && sent.by.presence === 'present' && normalize(sent.path) === file.path && !passOf(chosen))
      return [{ file, url: uri, directive: sent.by, argument }]
  }
  return []
}

/** By which URI a file would be asked for, through a location's own folder, or through that of the server. */
function uriOf(file: string, location: Location | undefined, server: PlacedDirective): string | undefined {
  const block = location?.directive ?? server
  const folder = block.children.find((each) => each.name === 'root' || each.name === 'alias')
  const argument = folder?.args[0]
  if (!folder || !argument?.known || argument.value.includes('$') || (location && location.modifier !== '' && location.modifier !== '^~')) return undefined
  const path = normalize(argument.value)
  if (!isInside(file, path)) return undefined
  const rest = relativeTo(file, path)
  return folder.name === 'alias' ? `${location?.path.replace(/\/$/, '') ?? ''}/${rest}` : `/${rest}`
}

/** Whether a location sends a file that is there, to anyone. */
function isSent(location: PlacedDirective, server: PlacedDirective): boolean {
  const refuses = (each: PlacedDirective): boolean =>
    ['deny', 'internal', 'return', 'auth_basic', 'auth_request', 'satisfy', 'rewrite', 'if', 'secure_link', 'allow'].includes(each.name)
  for (let at: PlacedDirective | undefined = location; at; at = at.parent) {
    if (at.presence !== 'present' || at.children.some(refuses)) return false
    const tried = at.children.find((each) => each.name === 'try_files')
    if (tried && !tried.args.slice(0, -1).some((each) => each.value === '$uri')) return false
    if (at === server) return true
  }
  return false
}

function apacheServing(file: PrivateFile, application: Application, { configuration }: ConfigurationContext): Served[] {
  const aliases = aliasesOf(configuration)
  if (
    configuration.all.some((each) => each.presence !== 'absent' && /^(addhandler|sethandler|rewriterule|redirectmatch|proxypass|aliasmatch)$/.test(each.name))
  )
    return []
  for (const alias of aliases) {
    if (alias.directive.name !== 'alias' || alias.directive.presence !== 'present' || (alias.host && alias.host !== application.host)) continue
    const folder = normalize(alias.target)
    if (!isInside(file.path, folder)) continue
    const url = join(alias.url, relativeTo(file.path, folder))
    if (aliasFor(aliases, url, application.host) !== alias) continue
    const access = accessOf(configuration, { path: file.path, url, host: application.host })
    if (access.answer === 'granted' && !access.nothingDecides) return [{ file, url, directive: alias.directive, argument: alias.targetArgument }]
  }
  return []
}
