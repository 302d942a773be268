import { enclosing, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { oldAccessOf } from '../../site/apache/access-compat.ts'
import { normalize } from '../../workspace/path.ts'
import { insertAfter, insertInside, quoted } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { nearMisses } from './lib/near-miss.ts'
import { type Target, targetsOf } from './lib/targets.ts'

export const rule = defineRule({
  id: 'apache/access-not-granted',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'error',
  summary: 'A WSGI script or the folder of an `Alias` that the merged configuration does not grant.',
  explanation: `
Debian's and RHEL's main files deny the whole file system (\`<Directory /> Require all denied\`), as most people's do. What is served from
elsewhere than \`/var/www\` or \`/usr/share\` has to be granted, or each request is a 403 with
\`AH01630: client denied by server configuration\`.

All sections that hold for the file are merged in Apache's order, \`.htaccess\` included. Where a host, a user or an expression decides, or
a file that is not here, nothing is reported. In a piece of a configuration that says nothing of the folder it is a warning: the main file
that includes it may grant it.
`,
  source: 'server/request.c; tried with Apache 2.4.71: 403, AH01630.',
  examples: {
    failing: [
      {
        title: 'a script that the root denies',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
WSGIScriptAlias / /srv/site/config/wsgi.py
#                 ^^^^^^^^^^^^^^^^^^^^^^^^ error[apache/access-not-granted]: /srv/site/config/wsgi.py is not granted
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/config/wsgi.py': 'def application(environ, start_response):\n    start_response("200 OK", [])\n    return [b"ok"]\n' },
          get: '/',
          before: { status: 403, log: /AH01630/ },
          after: { status: 200 },
        },
      },
      {
        title: 'the folder of an alias, in a piece of a configuration',
        files: `
#- sites-available/site.conf
<VirtualHost *:80>
    Alias /static/ /srv/site/static/
#                  ^^^^^^^^^^^^^^^^^ warning[apache/access-not-granted]: Nothing here grants /srv/site/static
</VirtualHost>
`,
        proof: {
          config: 'sites-available/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/static/a.css': 'a' },
          get: '/static/a.css',
          before: { status: 403, log: /AH01630/ },
          after: { status: 200 },
        },
      },
      {
        title: 'a section that is there, without a grant',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
Alias /static/ "/srv/my site/static/"
#              ^^^^^^^^^^^^^^^^^^^^^^ error[apache/access-not-granted]: /srv/my site/static is not granted
<Directory "/srv/my site/static">
    Options None
</Directory>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/my site/static/a.css': 'a' },
          get: '/static/a.css',
          before: { status: 403, log: /AH01630/ },
          after: { status: 200 },
        },
      },
    ],
    passing: [
      {
        title: "the CoralNet notes' own lines",
        files: `
#- httpd.conf
Alias /static/ /srv/www/static_serve/
<Directory /srv/www/static_serve>
Require all granted
</Directory>
WSGIScriptAlias / /srv/www/coralnet/project/config/wsgi.py
<Directory /srv/www/coralnet/project/config>
<Files wsgi.py>
Require all granted
</Files>
</Directory>
`,
      },
      {
        title: 'no section denies, a folder that Debian grants, a host that decides, an include that is not here',
        files: `
#- a/httpd.conf
Listen 80
Alias /a/ /srv/a/
#- b/site.conf
Alias /b/ /var/www/b/
Alias /c/ /srv/c/
<Directory /srv/c>
    Require ip 10.0.0.0/8
</Directory>
#- c/httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
IncludeOptional /opt/panel/grants/*.conf
Alias /d/ /srv/d/
`,
      },
    ],
  },
  check(context) {
    const targets = targetsOf(context)
    const misses = nearMisses(context, targets)
    for (const target of targets) {
      const { answer, nothingDecides, decidedBy } = target.access
      if (misses.some((miss) => miss.target === target)) continue
      if (answer === 'denied') {
        // The old directives that deny are reported where they stand.
        if (decidedBy.some((section) => oldAccessOf(section))) continue
        // What is unread may grant it.
        if (context.configuration.open && !isDeniedHere(target, context)) continue
        reportTarget(target, context, 'error')
      } else if (nothingDecides) reportTarget(target, context, 'warning')
    }
  },
})

/** Whether the denial stands in a section for this very folder or virtual host, which no file elsewhere would undo by accident. */
function isDeniedHere(target: Target, { configuration }: ConfigurationContext): boolean {
  const unread = configuration.includeFaults.length > 0 || (configuration.whole && configuration.open)
  return !unread || target.access.decidedBy.some((section) => section.name !== 'directory' || normalize(section.args[0]?.value ?? '/') === target.folder)
}

function reportTarget(target: Target, context: ConfigurationContext, severity: 'error' | 'warning'): void {
  const what = target.kind === 'script' ? `${target.folder}/${target.file}` : target.folder
  const denier = target.access.decidedBy.at(-1)
  context.report({
    at: placeOfArgument(target.directive, target.argument),
    severity,
    message:
      severity === 'error'
        ? `${what} is not granted: every request for it is a 403 (AH01630). Add "Require all granted" for it.`
        : `Nothing here grants ${what}, and the main file of Debian and RHEL denies everything with <Directory />: requests get 403 unless a file elsewhere grants it.`,
    related: severity === 'error' && denier ? [{ at: placeOfDirective(denier), message: 'this denies it' }] : [],
    fixes: [grant(target, context)],
  })
}

/** Into the section for this folder where there is one, else the smallest section that does it. */
function grant(target: Target, { configuration }: ConfigurationContext): FindingFix {
  const existing = configuration.all.find(
    (each) =>
      each.name === 'directory' &&
      each.presence === 'present' &&
      each.args.length === 1 &&
      normalize(each.args[0]?.value ?? '') === target.folder &&
      sameHost(each, target) &&
      !hasRequire(each),
  )
  const title = `Grant ${target.folder}${target.kind === 'script' ? `/${target.file}` : ''}`
  const files = target.kind === 'script' || target.file !== undefined
  const inside = files ? [`<Files ${quoted(target.file ?? '')}>`, '    Require all granted', '</Files>'] : ['Require all granted']
  if (existing) return { title, safe: true, edits: [insertInside(existing, inside)] }
  const section = [`<Directory ${quoted(target.folder)}>`, ...inside.map((line) => `    ${line}`), '</Directory>']
  const anchor = enclosing(target.directive, 'location') ?? target.directive
  return { title, safe: true, edits: [insertAfter(anchor, section)] }
}

const sameHost = (section: PlacedDirective, target: Target): boolean => {
  const own = enclosing(section, 'virtualhost')
  return own === undefined || own === target.host
}

const hasRequire = (section: PlacedDirective): boolean => section.children.some((child) => child.name.startsWith('require'))
