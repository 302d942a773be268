import { type Configuration, directivesNamed, enclosing, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { aliasesOf, aliasHolds } from '../../site/apache/aliases.ts'
import { appendToLine } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/alias-missed-by-rewrite',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['rewriterule'],
  severity: 'error',
  summary: 'A `RewriteRule` of the server that leads to the URL of an `Alias` or `WSGIScriptAlias` without the flag `PT`.',
  explanation: `
At the server's own level, and in a virtual host, what a \`RewriteRule\` gives is taken for a file: below \`DocumentRoot\`, or from the root of the file system. \`Alias\` and
\`WSGIScriptAlias\` are not asked any more, and the request is answered with 404 or 403. The flag \`PT\` ("pass through") hands the result on as a URL.

In \`<Directory>\`, \`<Location>\` and \`.htaccess\` the new URL is looked up anew, and no flag is needed. A file below \`DocumentRoot\` needs none either.
`,
  source: 'Run with Apache 2.4.71: 403 without, 200 with PT; httpd.apache.org/docs/2.4/rewrite/flags.html#flag_pt.',
  examples: {
    failing: [
      {
        title: 'the front script',
        files: `
#- httpd.conf
Listen 80
WSGIScriptAlias /app.wsgi /srv/site/app.wsgi
<Directory /srv/site>
    Require all granted
</Directory>
RewriteEngine On
RewriteCond %{REQUEST_URI} !^/static/
RewriteRule ^/(.*)$ /app.wsgi/$1 [QSA,L]
#                   ^^^^^^^^^^^^ error[apache/alias-missed-by-rewrite]: /app.wsgi/$1 is taken for a file
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: {
            '/srv/site/app.wsgi':
              'def application(environ, start_response):\n    start_response("200 OK", [("Content-Type", "text/plain")])\n    return [environ["PATH_INFO"].encode()]\n',
          },
          get: '/page',
          before: { status: 403 },
          after: { status: 200, body: /^\/page$/ },
        },
      },
      {
        title: 'a folder of files',
        files: `
#- site.conf
<VirtualHost *:80>
    Alias /static/ /srv/site/static/
    RewriteEngine On
    RewriteRule ^/favicon\\.ico$ /static/favicon.ico
#                               ^^^^^^^^^^^^^^^^^^^ error[apache/alias-missed-by-rewrite]: /static/favicon.ico is taken for a file
</VirtualHost>
<Directory /srv/site/static>
    Require all granted
</Directory>
`,
      },
    ],
    passing: [
      {
        title: 'passed through, redirected, a file of its own, in a folder, and not the last word',
        files: `
#- site.conf
<VirtualHost *:80>
    Alias /static/ /srv/site/static/
    DocumentRoot /srv/site/public
    RewriteEngine On
    RewriteRule ^/a\\.ico$ /static/a.ico [PT]
    RewriteRule ^/b\\.ico$ /static/b.ico [R=301,L]
    RewriteRule ^/c\\.ico$ /srv/site/static/c.ico [L]
    RewriteRule ^/d\\.ico$ /d.html [L]
    RewriteRule ^/e\\.ico$ /static/e.ico
    RewriteRule ^/static/(.*)$ /static/$1 [PT]
</VirtualHost>
<Directory /srv/site/static>
    Require all granted
    RewriteEngine On
    RewriteRule ^old\\.ico$ /static/new.ico [L]
</Directory>
<Directory /srv/site/public>
    Require all granted
</Directory>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const [pattern, target, flags] = directive.args
    if (directive.presence !== 'present' || !pattern?.known || !target?.known || flags?.known === false) return
    if (configuration.context === 'htaccess' || configuration.context === 'directory' || !isOfServer(directive)) return
    const literal = /^\/[^$%?]*/.exec(target.value)?.[0]
    const given = flagsOf(flags?.value ?? '')
    if (literal === undefined || given.some((flag) => handing.has(flag)) || !isLast(directive, given, configuration)) return
    const host = enclosing(directive, 'virtualhost')
    const passed = mountOf(literal, host, configuration)
    if (!passed || isTurnedOff(directive, configuration)) return
    report({
      at: placeOfArgument(directive, target),
      message: `${target.value} is taken for a file, not for a URL: ${passed.name} ${passed.url} is passed over, and the request is answered with 404 or 403. Add the flag PT.`,
      related: [{ at: placeOfDirective(passed.directive), message: 'This is not asked.' }],
      fixes: passingThrough(directive),
    })
  },
})

const isOfServer = (directive: PlacedDirective): boolean => !directive.parent || (directive.parent.name === 'virtualhost' && !directive.parent.parent)

const flagsOf = (text: string): string[] =>
  text
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((flag) => (flag.trim().split('=')[0] ?? '').toLowerCase())

/** Flags with which the result is a URL, or is nothing that is looked up. */
const handing: ReadonlySet<string> = new Set('pt passthrough r redirect p proxy f forbidden g gone c chain n next s skip h handler'.split(' '))

/** Whether no other rule comes behind this one. */
function isLast(directive: PlacedDirective, flags: readonly string[], configuration: Configuration): boolean {
  if (flags.some((flag) => flag === 'l' || flag === 'last' || flag === 'end')) return true
  return !directivesNamed(configuration, 'rewriterule', 'rewriteoptions').some(
    (each) => each.presence !== 'absent' && (each.name === 'rewriteoptions' || (each.parent === directive.parent && each.order > directive.order)),
  )
}

/** The alias for a URL, other than one for all. */
function mountOf(
  url: string,
  host: PlacedDirective | undefined,
  configuration: Configuration,
): { directive: PlacedDirective; name: string; url: string } | undefined {
  const isSeen = (each: PlacedDirective | undefined): boolean => each === undefined || each === host
  for (const directive of directivesNamed(configuration, 'wsgiscriptalias')) {
    const mount = directive.args[0]
    if (directive.presence === 'present' && mount?.known && mount.value !== '/' && isSeen(enclosing(directive, 'virtualhost')) && aliasHolds(mount.value, url))
      return { directive, name: 'WSGIScriptAlias', url: mount.value }
  }
  const alias = aliasesOf(configuration).find(
    (each) => each.directive.presence === 'present' && each.url !== '/' && isSeen(each.host) && aliasHolds(each.url, url) && !each.target.startsWith(each.url),
  )
  return alias && { directive: alias.directive, name: alias.directive.name === 'alias' ? 'Alias' : 'ScriptAlias', url: alias.url }
}

const isTurnedOff = (directive: PlacedDirective, configuration: Configuration): boolean =>
  !directivesNamed(configuration, 'rewriteengine').some(
    (each) => each.presence === 'present' && each.parent === directive.parent && each.args[0]?.value.toLowerCase() === 'on',
  )

function passingThrough(directive: PlacedDirective): FindingFix[] {
  const flags = directive.args[2]
  const title = 'Add the flag PT'
  if (!flags) return [{ title, safe: true, edits: [appendToLine(directive, ' [PT]')] }]
  const { path, text } = directive.source
  const bracket = text.indexOf('[', flags.start)
  if (bracket < 0 || bracket >= flags.end) return []
  return [{ title, safe: true, edits: [{ path, start: bracket + 1, end: bracket + 1, newText: 'PT,' }] }]
}
