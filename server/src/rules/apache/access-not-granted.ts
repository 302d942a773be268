import { enclosing, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { basename, isInside } from '../../workspace/path.ts'
import { insertAfter, insertInside, quoted } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { isElsewhere, nearMissesOf } from './lib/near-miss.ts'
import { accessOfTarget, folderOfTarget, hasUnreadGrants, pathOf, sectionsWithOldAccess, type Target, targetsOf } from './lib/targets.ts'

export const rule = defineRule({
  id: 'apache/access-not-granted',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'error',
  summary: 'A WSGI script or the folder of an `Alias` that no section grants: every request is answered with 403.',
  explanation: `
\`WSGIScriptAlias\` and \`Alias\` say where files are, not that anyone may have them. The main files of Debian and RHEL deny everything
(\`<Directory />\` with \`Require all denied\`) and grant only \`/var/www\` and \`/usr/share\`, so each other folder needs a section with
\`Require all granted\`. Apache merges all sections that hold for a file, \`<Directory>\` from short to long, then \`<Files>\`, then
\`<Location>\`; the last one with a \`Require\` decides.

In a part of a configuration in which no section says anything, the main file decides, which is not here: that is a warning. It is fine
where your main file grants the folder. Nothing is said where a grant may stand in a file that was not found, in a \`.htaccess\`, or for some files only.
`,
  source: 'Tried with Apache 2.4.71: AH01630, client denied by server configuration. Order of merging: server/request.c.',
  examples: {
    failing: [
      {
        title: 'the root denies, and nothing grants the static files',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
Alias /static/ /srv/pier/static/
#              ^^^^^^^^^^^^^^^^^ error[apache/access-not-granted]: Nobody may have /srv/pier/static
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/pier/static/a.css': 'a {}' },
          get: '/static/a.css',
          before: { status: 403, log: /AH01630/ },
          after: { status: 200 },
        },
      },
      {
        title: 'a section for the script that grants nothing',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
WSGIScriptAlias / /srv/pier/pier/wsgi.py
#                 ^^^^^^^^^^^^^^^^^^^^^^ error[apache/access-not-granted]: Nobody may have /srv/pier/pier/wsgi.py
<Directory /srv/pier/pier>
    Options None
</Directory>
`,
      },
      {
        title: 'a part of a configuration that says nothing of the script',
        files: `
#- sites-available/pier.conf
<VirtualHost *:80>
    ServerName pier.example.org
    WSGIScriptAlias / /srv/pier/pier/wsgi.py
#                     ^^^^^^^^^^^^^^^^^^^^^^ warning[apache/access-not-granted]: No section here grants /srv/pier/pier/wsgi.py
</VirtualHost>
`,
      },
      {
        title: 'a lone line, whose section may be elsewhere',
        files: `
#- notes.conf
Alias /image /ftp/pub/image
#            ^^^^^^^^^^^^^^ info[apache/access-not-granted]: No section here grants /ftp/pub/image
`,
      },
    ],
    passing: [
      {
        title: 'granted for the one file',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
Alias /static/ /srv/pier/static/
<Directory /srv/pier/static>
Require all granted
</Directory>
WSGIScriptAlias / /srv/pier/pier/wsgi.py
<Directory /srv/pier/pier>
<Files wsgi.py>
Require all granted
</Files>
</Directory>
`,
      },
      {
        title: 'granted by URL',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
Alias /static/ /srv/pier/static/
<Location />
    Require all granted
</Location>
`,
      },
      {
        title: 'Debian grants /var/www',
        files: `
#- sites-available/pier.conf
<VirtualHost *:80>
    ServerName pier.example.org
    Alias /static/ /var/www/pier/static/
</VirtualHost>
`,
      },
      {
        title: 'a file that is not here may grant it',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
IncludeOptional /opt/grants/*.conf
Alias /static/ /srv/pier/static/
`,
      },
      {
        title: 'a whole configuration in which nothing denies',
        files: `
#- httpd.conf
Listen 80
Alias /static/ /srv/pier/static/
`,
      },
    ],
  },
  check(context) {
    const { configuration, report } = context
    if (hasUnreadGrants(configuration)) return
    const explained = new Set(nearMissesOf(context).map((miss) => folderOfTarget(miss.target)))
    const told = new Set<string>()
    for (const target of targetsOf(configuration)) {
      const folder = folderOfTarget(target)
      const access = accessOfTarget(target, context)
      if (!access || explained.has(folder) || isElsewhere(target, context) || hasOldAccessAround(folder, context)) continue
      const denied = access.answer === 'denied'
      const key = `${target.path} ${target.host?.order ?? ''}`
      if ((!denied && !access.nothingDecides) || told.has(key)) continue
      // What the main files of Windows distributions open differs from one to the next.
      if (!denied && /^[A-Za-z]:/.test(target.path)) continue
      told.add(key)
      const what = target.path
      report({
        at: placeOfArgument(target.directive, target.argument),
        severity: denied ? 'error' : isFragment(context) ? 'info' : 'warning',
        message: denied
          ? `Nobody may have ${what}: ${access.decidedBy.map(nameOfSection).join(', ')} denies it, and requests for ${target.url} are answered with 403. Grant it with "Require all granted" in a section of its own.`
          : `No section here grants ${what}. The main files of Debian and RHEL deny everything in <Directory /> but /var/www and /usr/share: requests for ${target.url} would be answered with 403. Grant it with "Require all granted".`,
        related: access.decidedBy.filter((each) => each.node.block).map((section) => ({ at: placeOfDirective(section), message: 'This section denies it.' })),
        fixes: fixesFor(target, access.decidedBy, context),
      })
    }
  },
})

/** A few lines without any section and without a project beside them: the sections that go with them are elsewhere. */
const isFragment = ({ configuration, deployment }: ConfigurationContext): boolean =>
  !configuration.whole && deployment.django.length === 0 && !configuration.all.some((each) => each.node.block)

const nameOfSection = (section: PlacedDirective): string => {
  const written = section.source.text.slice(placeOfDirective(section).start, placeOfDirective(section).end)
  return written.startsWith('<') ? written : `<${section.name}>`
}

/** Those who write in the words of Apache 2.2 are told so by another rule. */
const hasOldAccessAround = (folder: string, { configuration }: ConfigurationContext): boolean =>
  sectionsWithOldAccess(configuration).some((each) => isInside(folder, pathOf(each) ?? '/-'))

function fixesFor(target: Target, decidedBy: readonly PlacedDirective[], { configuration }: ConfigurationContext): FindingFix[] {
  const folder = folderOfTarget(target)
  // What comes behind all <Directory> sections in the order of merging must be changed itself.
  if (decidedBy.some((each) => each.name !== 'directory' || (pathOf(each) ?? '') === folder)) return []
  // Inside <Location>, or in a script folder under the site's code, a new section cannot stand where the directive does.
  if (enclosing(target.directive, 'location', 'directory')) return []
  const own = configuration.all.find(
    (each) =>
      each.presence === 'present' &&
      pathOf(each) === folder &&
      each.source.path === target.directive.source.path &&
      enclosing(each, 'virtualhost') === target.host,
  )
  const name = basename(target.path)
  const lines = target.kind === 'script' ? [`<Files ${quoted(name)}>`, '    Require all granted', '</Files>'] : ['Require all granted']
  if (own) {
    return [{ title: `Grant it in <Directory ${folder}>`, safe: true, edits: [insertInside(own, lines)] }]
  }
  const section = [`<Directory ${quoted(folder)}>`, ...lines.map((line) => `    ${line}`), '</Directory>']
  return [{ title: `Add a section that grants ${target.path}`, safe: true, edits: [insertAfter(target.directive, section)] }]
}
