import type { WsgiApplication } from '../../application/application.ts'
import { servedSetting } from '../../application/served-settings.ts'
import { type Argument, directivesNamed, enclosing, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { accessOf } from '../../site/apache/access.ts'
import { aliasesOf, aliasFor, aliasHolds } from '../../site/apache/aliases.ts'
import { dirname, isAbsolute, isInside, join, normalize, relativeTo } from '../../workspace/path.ts'
import { replaceArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'

const project = (settings = ''): string => `#- config/__init__.py
#- config/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = None
#- config/settings.py
import os
BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECRET_KEY = "told to nobody"
${settings}#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
#- webconf.json
{ "paths": { "/srv/site": "." } }
`

const daemon = 'WSGIDaemonProcess site python-path=/srv/site'
const grant = '<Directory /srv/site>\n    Require all granted\n</Directory>'

export const rule = defineRule({
  id: 'wsgi/source-exposed',
  looksAt: 'application',
  severity: 'warning',
  summary: "The project's source, with its settings, can be downloaded: an `Alias` or `DocumentRoot` serves the folder that holds it.",
  explanation: `
What lies in the folder of an \`Alias\` or \`DocumentRoot\` is sent to anyone who asks for it by name, if the folder is granted: \`/static/config/settings.py\`
gives away \`SECRET_KEY\` and the password of the database. Serve a folder that holds nothing but what is to be served.

The script and its project need to be in no folder that is served. A \`DocumentRoot\` that a \`WSGIScriptAlias /\` covers is not reached, and not reported; nor a folder
in which Python files are denied.
`,
  source: 'Run with Apache 2.4.71: 200 with the text of settings.py.',
  examples: {
    failing: [
      {
        title: 'the alias for static files is the whole project',
        files: `
#- deploy/site.conf
Alias /files/ /srv/site/
#             ^^^^^^^^^^ warning[wsgi/source-exposed]: /files/config/settings.py is answered with the source of the settings
${daemon}
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
${grant}
${project('MEDIA_URL = "/files/"\nMEDIA_ROOT = os.path.join(BASE_DIR, "uploads")\n').replace('application = None', 'def application(environ, start_response):\n    start_response("200 OK", [("Content-Type", "text/plain")])\n    return [b"not served"]')}`.replace(
          '#             ^^^^^^^^^^ warning[wsgi/source-exposed]',
          '#             ^^^^^^^^^^ error[django/media-root-mismatch]: /srv/site is served\n#             ^^^^^^^^^^ warning[wsgi/source-exposed]',
        ),
        proof: {
          config: 'deploy/site.conf',
          deployedAt: '/srv/site',
          get: '/files/config/settings.py',
          before: { status: 200, body: /told to nobody/ },
          after: { status: 404 },
        },
      },
      {
        title: 'the document root, with the application below it',
        files: `
#- deploy/httpd.conf
Listen 80
DocumentRoot /srv/site
#            ^^^^^^^^^ warning[wsgi/source-exposed]: /config/settings.py is answered with the source of the settings
${daemon}
WSGIScriptAlias /app /srv/site/config/wsgi.py process-group=site
${grant}
${project()}`,
      },
    ],
    passing: [
      {
        title: 'a folder inside; a document root that is not reached',
        files: `
#- deploy/httpd.conf
Listen 80
DocumentRoot /srv/site
Alias /files/ /srv/site/uploads/
${daemon}
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
${grant}
${project()}`,
      },
      {
        title: 'Python files are denied',
        files: `
#- deploy/httpd.conf
Listen 80
Alias /files/ /srv/site/
${daemon}
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
${grant}
<DirectoryMatch "^/srv/site/config">
    <FilesMatch "^(?!wsgi).*\\.py$">
        Require all denied
    </FilesMatch>
</DirectoryMatch>
${project()}`,
      },
    ],
  },
  check(application, context) {
    if (application.kind !== 'mod_wsgi' || application.directive.presence !== 'present') return
    const settings = application.project?.settingsModules.find((each) => each.path !== undefined)?.path ?? application.project?.manage
    const file = settings === undefined ? undefined : application.deployed(settings)
    if (file === undefined || isRunBesides(context)) return
    const served = servedBy(file, application, context)
    if (!served) return
    const access = accessOf(context.configuration, { path: file, url: served.url, host: served.host })
    if (access.answer !== 'granted' || access.nothingDecides) return
    context.report({
      at: placeOfArgument(served.directive, served.argument),
      message: `${served.url} is answered with the source of the settings, passwords and SECRET_KEY in it: ${normalize(served.argument.value)} holds the project, and all in it can be downloaded. Serve a folder that holds nothing else.`,
      fixes: fixesFor(served, application, context),
    })
  },
})

interface Served {
  readonly directive: PlacedDirective
  readonly argument: Argument
  readonly url: string
  readonly host: PlacedDirective | undefined
}

/** Where handlers are given by the name of a file, or URLs are rewritten, what is done with it is not told here. */
const isRunBesides = ({ configuration }: ConfigurationContext): boolean =>
  directivesNamed(configuration, 'addhandler', 'sethandler', 'rewriterule', 'redirectmatch', 'proxypass', 'aliasmatch').some(
    (each) => each.presence !== 'absent',
  )

/** What serves a file in the application's virtual host, and the URL of it. */
function servedBy(file: string, { host }: WsgiApplication, { configuration }: ConfigurationContext): Served | undefined {
  const aliases = aliasesOf(configuration)
  for (const alias of aliases) {
    if (alias.directive.presence !== 'present' || (alias.host && alias.host !== host) || !isAbsolute(alias.target)) continue
    const folder = normalize(alias.target)
    if (!isInside(file, folder)) continue
    const url = join(alias.url, relativeTo(file, folder))
    if (aliasFor(aliases, url, host) === alias) return { directive: alias.directive, argument: alias.targetArgument, url, host }
  }
  const roots = directivesNamed(configuration, 'documentroot').filter(
    (each) => each.presence === 'present' && [undefined, host].includes(enclosing(each, 'virtualhost')),
  )
  const root = roots.findLast((each) => enclosing(each, 'virtualhost') === host) ?? roots.at(-1)
  const argument = root?.args[0]
  if (!root || !argument?.known || !isAbsolute(argument.value) || !isInside(file, normalize(argument.value))) return undefined
  const url = `/${relativeTo(file, normalize(argument.value))}`
  const isTaken =
    aliasFor(aliases, url, host) !== undefined ||
    directivesNamed(configuration, 'wsgiscriptalias', 'wsgiscriptaliasmatch', 'location', 'locationmatch').some(
      (each) => each.presence !== 'absent' && (each.name !== 'wsgiscriptalias' || aliasHolds(each.args[0]?.value ?? '/', url)),
    )
  return isTaken ? undefined : { directive: root, argument, url, host }
}

/** The folder that Django's settings name for the URL. */
function fixesFor({ directive, argument }: Served, application: WsgiApplication, context: ConfigurationContext): FindingFix[] {
  if (directive.name !== 'alias') return []
  const url = directive.args.length > 1 ? (directive.args[0]?.value ?? '') : ''
  return (['STATIC', 'MEDIA'] as const).flatMap((kind) => {
    const setting = servedSetting(application, kind, context.snapshot)
    if (!setting || setting.url.replace(/\/$/, '') !== url.replace(/\/$/, '')) return []
    if (!isInside(setting.root, normalize(argument.value)) || setting.root === normalize(argument.value) || dirname(setting.root) === '/') return []
    return [
      {
        title: `Serve ${setting.root}`,
        safe: false,
        edits: [replaceArgument(directive, argument, argument.value.endsWith('/') ? `${setting.root}/` : setting.root)],
      },
    ]
  })
}
