import type { WsgiApplication } from '../../application/application.ts'
import { wsgiOptions } from '../../application/wsgi-process.ts'
import { type Configuration, enclosing, placeOfDirective } from '../../configuration/placed.ts'
import { type DjangoSettings, entryAt } from '../../deployment/django/settings.ts'
import { knownItems } from '../../deployment/django/values.ts'
import type { Place } from '../../problem/place.ts'
import { directoryHolds } from '../../site/apache/pattern.ts'
import { dirname, join } from '../../workspace/path.ts'
import { insertBefore } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'

const project = `#- config/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = None
#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
#- webconf.json
{ "paths": { "/srv/site": "." } }
`

const settings = `#- config/settings.py
INSTALLED_APPS = ["rest_framework", "rest_framework.authtoken"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
}
`

const daemon = 'WSGIDaemonProcess site python-path=/srv/site'
const grant = '<Directory /srv/site/config>\n    Require all granted\n</Directory>'

export const rule = defineRule({
  id: 'wsgi/authorization-not-passed',
  looksAt: 'application',
  severity: 'warning',
  summary: 'Django REST framework takes tokens from the `Authorization` header, which mod_wsgi keeps from the application.',
  explanation: `
mod_wsgi does not hand the \`Authorization\` header to the application unless \`WSGIPassAuthorization On\` says so, because behind a login of Apache's own it
would tell the user's password. Authentication by token (TokenAuthentication, JWT, OAuth2) then answers every request with 401, while all works with
\`runserver\`.

It is reported where \`DEFAULT_AUTHENTICATION_CLASSES\` of the settings names such a class, and nothing in the configuration has to do with the header. In a
piece of a configuration it is an information, as another file may switch it on.
`,
  source: 'Tried with mod_wsgi 4.9.4 and Django REST framework: 401 without the directive, 200 with it; mod_wsgi.c: wsgi_build_environment.',
  examples: {
    failing: [
      {
        title: 'tokens',
        files: `
#- deploy/httpd.conf
Listen 80
${daemon}
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
# <---- warning[wsgi/authorization-not-passed]: The application takes tokens from the Authorization header (TokenAuthentication)
${grant}
${settings}${project}`,
      },
      {
        title: 'a virtual host that another one switches it on for; a piece',
        files: `
#- deploy/site.conf
<VirtualHost *:80>
    WSGIPassAuthorization On
</VirtualHost>
<VirtualHost *:443>
    ${daemon}
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site pass-authorization=Off
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[wsgi/authorization-not-passed]: The application takes tokens
</VirtualHost>
${grant}
#- config/settings.py
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": (
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework_simplejwt.authentication.JWTAuthentication",
    ),
}
${project}`,
      },
    ],
    passing: [
      {
        title: 'in the folder of the script, as an option of the alias, or by a rewrite rule',
        files: `
#- deploy/httpd.conf
Listen 80
${daemon}
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
<Directory /srv/site/config>
    WSGIPassAuthorization On
    Require all granted
</Directory>
#- second/httpd.conf
Listen 80
${daemon}
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site pass-authorization=On
${grant}
#- third/httpd.conf
Listen 80
${daemon}
RewriteEngine On
RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
${grant}
${settings}${project}`,
      },
      {
        title: "sessions only, and a header of one's own",
        files: `
#- deploy/httpd.conf
Listen 80
${daemon}
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
${grant}
#- config/settings.py
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication", "config.tokens.HeaderAuthentication"],
}
${project}`,
      },
      {
        title: 'JWT in another header',
        files: `
#- deploy/httpd.conf
Listen 80
${daemon}
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
${grant}
#- config/settings.py
SIMPLE_JWT = {"AUTH_HEADER_NAME": "HTTP_X_ACCESS_TOKEN"}
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"]}
${project}`,
      },
    ],
  },
  check(application, context) {
    const { configuration, report } = context
    if (application.kind !== 'mod_wsgi' || !application.settings || application.directive.presence !== 'present' || configuration.unread) return
    const needed = tokenClass(application.settings)
    if (!needed || mayPass(application, configuration) || hasHtaccess(application, context)) return
    const name = needed.name.slice(needed.name.lastIndexOf('.') + 1)
    const off = wsgiOptions(application.directive, 2).find((each) => each.name === 'pass-authorization')
    report({
      at: placeOfDirective(application.directive),
      ...(configuration.open ? { severity: 'info' } : {}),
      message: `The application takes ${needed.name === basic ? 'passwords' : 'tokens'} from the Authorization header (${name}), which mod_wsgi does not hand on: every request with one is answered with 401. Add WSGIPassAuthorization On.`,
      related: needed.at ? [{ at: needed.at, message: 'the settings name it here' }] : [],
      fixes: [
        {
          title: 'Pass the Authorization header to the application',
          safe: true,
          edits: [
            off
              ? { path: application.directive.source.path, start: off.start, end: off.end, newText: 'pass-authorization=On' }
              : insertBefore(application.directive, ['WSGIPassAuthorization On']),
          ],
        },
      ],
    })
  },
})

/** Classes that read the header and nothing else. */
const tokenClasses: ReadonlySet<string> = new Set([
  'rest_framework.authentication.TokenAuthentication',
  'rest_framework_simplejwt.authentication.JWTAuthentication',
  'rest_framework_simplejwt.authentication.JWTTokenUserAuthentication',
  'rest_framework_simplejwt.authentication.JWTStatelessUserAuthentication',
  'rest_framework_jwt.authentication.JSONWebTokenAuthentication',
  'oauth2_provider.contrib.rest_framework.OAuth2Authentication',
  'knox.auth.TokenAuthentication',
])

/** Beside a login by session it may be there for a developer's convenience. */
const basic = 'rest_framework.authentication.BasicAuthentication'

function tokenClass(settings: DjangoSettings): { name: string; at: Place | undefined } | undefined {
  const classes = knownItems(entryAt(settings.get('REST_FRAMEWORK'), 'DEFAULT_AUTHENTICATION_CLASSES'))
  const only = classes?.complete && classes.items.length === 1 ? classes.items[0] : undefined
  const found = classes?.items.find((each) => tokenClasses.has(each.text)) ?? (only?.text === basic ? only : undefined)
  if (!found || (found.text.startsWith('rest_framework_simplejwt.') && hasOwnHeader(settings))) return undefined
  return { name: found.text, at: found.at }
}

function hasOwnHeader(settings: DjangoSettings): boolean {
  const all = settings.assignments.has('SIMPLE_JWT')
  const header = entryAt(settings.get('SIMPLE_JWT'), 'AUTH_HEADER_NAME')
  return all && !(header.state === 'known' && header.value.kind === 'none')
}

/** Whether anything in the configuration could hand the header on: what is in another virtual host could not. */
function mayPass(application: WsgiApplication, configuration: Configuration): boolean {
  const option = wsgiOptions(application.directive, 2).findLast((each) => each.name === 'pass-authorization')
  if (option?.known && option.value.toLowerCase() !== 'off') return true
  return configuration.all.some((each) => {
    if (each.presence === 'absent' || each === application.directive) return false
    const host = enclosing(each, 'virtualhost')
    if (host && host !== application.host) return false
    const section = enclosing(each, 'directory')
    const folder = section?.args[0]
    // A section for a folder that does not hold the script says nothing of it.
    if (each.name === 'wsgipassauthorization' && section?.args.length === 1 && folder?.known && !directoryHolds(folder.value, application.script.path))
      return false
    if (each.name === 'wsgipassauthorization') return !option && each.args[0]?.value.toLowerCase() !== 'off'
    return each.name === 'cgipassauth' || each.name === 'use' || (!each.node.block && /authorization/i.test(each.argumentText))
  })
}

/** Whether a `.htaccess` file near the script may say it. */
function hasHtaccess({ script }: WsgiApplication, { snapshot }: ConfigurationContext): boolean {
  if (script.workspace === undefined) return true
  const folder = dirname(script.workspace)
  return [folder, dirname(folder)].some((each) => snapshot.stat(join(each, '.htaccess')).state !== 'absent')
}
