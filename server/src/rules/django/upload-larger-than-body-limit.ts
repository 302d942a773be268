import type { Application } from '../../application/application.ts'
import { isCertainlyDjango } from '../../application/behind.ts'
import { type AcceptedSize, acceptedSize, bytesOf } from '../../application/upload-size.ts'
import { directivesNamed, enclosing, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { effective } from '../../site/nginx/locations.ts'
import { isInside, normalize } from '../../workspace/path.ts'
import { insertBefore, replaceArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'
import { project, unit } from './lib/example-site.ts'

export const rule = defineRule({
  id: 'django/upload-larger-than-body-limit',
  looksAt: 'application',
  severity: 'warning',
  summary: 'The settings accept larger requests than the server lets through (`client_max_body_size`, 1m where none is set; `LimitRequestBody`).',
  explanation: `
nginx answers 413 to a request whose body is larger than client_max_body_size, before Django sees it: 1 megabyte where nothing is said. So an upload that the settings allow fails.

Compared is a size that the settings state: DATA_UPLOAD_MAX_MEMORY_SIZE, or a setting of the project such as MAX_UPLOAD_SIZE, in bytes or with its unit in the name (\`…_MB\`). FILE_UPLOAD_MAX_MEMORY_SIZE
is no limit: larger files are put on disk.
`,
  source:
    '`src/http/ngx_http_core_module.c`: `client_max_body_size`, 1m; `server/core.c`: `LimitRequestBody`; tried with nginx 1.22.1: 413 for a body of 2 megabytes.',
  examples: {
    failing: [
      {
        title: 'a limit that is smaller',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    client_max_body_size 10m;
#                        ^^^ warning[django/upload-larger-than-body-limit]: nginx answers 413 to more than 10m, and DATA_UPLOAD_MAX_MEMORY_SIZE accepts up to 50m
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024
`,
      },
      {
        title: 'no limit, which is 1m',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_pass http://127.0.0.1:8000;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[django/upload-larger-than-body-limit]: nginx answers 413 to more than 1m, as no client_max_body_size is set here, and MAX_UPLOAD_SIZE_MB accepts up to 20m
    }
}
${unit}${project}#- site1/settings.py
MAX_UPLOAD_SIZE_MB = 20
`,
      },
      {
        title: 'Apache',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    LimitRequestBody 5242880
#                    ^^^^^^^ warning[django/upload-larger-than-body-limit]: Apache refuses bodies of more than 5m, and MAX_UPLOAD_SIZE accepts up to 10m
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
</VirtualHost>
${project}#- site1/settings.py
MAX_UPLOAD_SIZE = 10485760
`,
      },
    ],
    passing: [
      {
        title: 'enough for the place where uploads arrive, and none at all',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    client_max_body_size 1m;
    location / {
        client_max_body_size 0;
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024
`,
      },
      {
        title: 'a threshold that is no limit, and Django’s default',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
FILE_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024
LOG_FILE_MAX_SIZE = 20000000
`,
      },
      {
        title: 'uploads have a location of their own',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    client_max_body_size 1m;
    location /upload/ {
        client_max_body_size 50m;
        proxy_pass http://127.0.0.1:8000;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024
`,
      },
    ],
  },
  check(application, context) {
    const { settings } = application
    if (settings?.state !== 'read' || application.directive.presence !== 'present' || !isCertainlyDjango(application, context)) return
    const accepted = acceptedSize(settings)
    if (!accepted) return
    if (context.configuration.dialect === 'nginx') checkNginx(accepted, application, context)
    else checkApache(accepted, application, context)
  },
})

const show = (bytes: number): string => (bytes % 1_048_576 === 0 ? `${bytes / 1_048_576}m` : bytes % 1024 === 0 ? `${bytes / 1024}k` : `${bytes} bytes`)

/** In megabytes, rounded up: a form has more than its file. */
const wanted = (bytes: number): string => `${Math.ceil(bytes / 1_048_576)}m`

function checkNginx(accepted: AcceptedSize, application: Application, context: ConfigurationContext): void {
  const { configuration, report } = context
  const location = application.directive.parent
  const server = enclosing(application.directive, 'server')
  if (!location || !server || configuration.unread) return
  const limits = directivesNamed(configuration, 'client_max_body_size')
  // A larger one for a part of the server is where uploads are meant to go.
  if (limits.some((each) => !each.args[0]?.known || (isWithin(each, server) && isEnough(each.args[0].value, accepted)))) return
  const limit = effective(location, 'client_max_body_size')
  const related = [{ at: accepted.at, message: `${accepted.name} is ${accepted.bytes}` }]
  const argument = limit?.args[0]
  if (limit && argument) {
    if (limit.presence !== 'present' || isEnough(argument.value, accepted) || bytesOf(argument.value) === undefined) return
    report({
      at: placeOfArgument(limit, argument),
      message: `nginx answers 413 to more than ${argument.value}, and ${accepted.name} accepts up to ${show(accepted.bytes)}. Set client_max_body_size to ${wanted(accepted.bytes)}.`,
      related,
      fixes: [
        { title: `Set client_max_body_size to ${wanted(accepted.bytes)}`, safe: false, edits: [replaceArgument(limit, argument, wanted(accepted.bytes))] },
      ],
    })
  } else if (accepted.bytes > 1_048_576 && location.name === 'location') {
    report({
      at: placeOfDirective(application.directive),
      message: `nginx answers 413 to more than 1m, as no client_max_body_size is set here, and ${accepted.name} accepts up to ${show(accepted.bytes)}. Set client_max_body_size to ${wanted(accepted.bytes)}.`,
      related,
      fixes: [
        {
          title: `Set client_max_body_size to ${wanted(accepted.bytes)}`,
          safe: false,
          edits: [insertBefore(location, [`client_max_body_size ${wanted(accepted.bytes)};`])],
        },
      ],
    })
  }
}

const isEnough = (size: string, { bytes }: AcceptedSize): boolean => size === '0' || (bytesOf(size) ?? 0) >= bytes

const isWithin = (directive: PlacedDirective, section: PlacedDirective): boolean => {
  for (let at = directive.parent; at; at = at.parent) if (at === section) return true
  return false
}

function checkApache(accepted: AcceptedSize, application: Application, { configuration, report }: ConfigurationContext): void {
  const limits = directivesNamed(configuration, 'limitrequestbody').filter((each) => each.presence !== 'absent' && holdsFor(each, application))
  const [limit, ...others] = limits
  const argument = limit?.args[0]
  if (!limit || !argument?.known || others.length > 0 || limit.presence !== 'present') return
  const bytes = Number(argument.value)
  if (!(bytes > 0) || bytes >= accepted.bytes) return
  report({
    at: placeOfArgument(limit, argument),
    message: `Apache refuses bodies of more than ${show(bytes)}, and ${accepted.name} accepts up to ${show(accepted.bytes)}. Set LimitRequestBody to ${accepted.bytes} or more.`,
    related: [{ at: accepted.at, message: `${accepted.name} is ${accepted.bytes}` }],
    fixes: [
      {
        title: `Set LimitRequestBody to ${Math.ceil(accepted.bytes)}`,
        safe: false,
        edits: [replaceArgument(limit, argument, String(Math.ceil(accepted.bytes)))],
      },
    ],
  })
}

/** Whether a limit counts for the application: one of its host, of all, or of a section that holds it. */
function holdsFor(limit: PlacedDirective, application: Application): boolean {
  const host = enclosing(limit, 'virtualhost')
  if (host && host !== application.host) return false
  const section = enclosing(limit, 'directory', 'location', 'files', 'directorymatch', 'locationmatch', 'filesmatch', 'if', 'proxy')
  const path = section?.args[0]?.value ?? ''
  if (!section) return true
  if (section.name === 'location') return path === '/' || path === application.mount
  return section.name === 'directory' && application.kind === 'mod_wsgi' && isInside(application.script.path, normalize(path))
}
