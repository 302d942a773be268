import { directivesNamed, placeOfDirective } from '../../configuration/placed.ts'
import { insertBefore } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { rewriteScopesOf } from './lib/rewriting.ts'

export const rule = defineRule({
  id: 'apache/rewrite-engine-off',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'Rules of mod_rewrite where nothing turns it on: they do nothing.',
  explanation: `
Rewriting is off until \`RewriteEngine On\` says otherwise, in each virtual host and folder. Rules without it are read, tested for their syntax, and never applied.

A virtual host inherits the switch from the main server, and a folder from the folders above it. Where the main server or the \`.htaccess\` of a folder above may be elsewhere this is
told as information only.
`,
  source: '`modules/mappers/mod_rewrite.c`: `hook_uri2file`, `config_server_merge`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a virtual host',
        files: `
#- httpd.conf
Listen 80
<VirtualHost *:80>
    ServerName example.org
    RewriteRule ^/old$ https://example.org/new [R=301,L]
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/rewrite-engine-off]: This rule does nothing: there is no "RewriteEngine On"
</VirtualHost>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          get: '/old',
          host: 'example.org',
          before: { status: 403 },
          after: { status: 301 },
        },
      },
      {
        title: 'a .htaccess',
        files: `
#- .htaccess
<IfModule mod_rewrite.c>
    RewriteCond %{HTTPS} off
    RewriteRule ^ https://example.org%{REQUEST_URI} [R=301,L]
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[apache/rewrite-engine-off]: This rule does nothing: there is no "RewriteEngine On" here, unless it is turned on
</IfModule>
`,
      },
    ],
    passing: [
      {
        title: 'turned on here, in the main server, or off on purpose',
        files: `
#- httpd.conf
Listen 80
RewriteEngine On
<VirtualHost *:80>
    ServerName example.org
    RewriteRule ^/old$ https://example.org/new [R=301,L]
</VirtualHost>
<VirtualHost *:80>
    ServerName two.example.org
    RewriteEngine Off
    RewriteRule ^/old$ https://example.org/new [R=301,L]
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    const anywhere = directivesNamed(configuration, 'rewriteengine').filter((each) => each.presence !== 'absent')
    for (const scope of rewriteScopesOf(configuration)) {
      const [first] = scope.rules
      if (!scope.certain || !first || scope.engine.length > 0 || scope.kind === 'other') continue
      // A folder may have it from another section for the same folder, or for one above; a virtual host from the main server.
      if (anywhere.some((each) => scope.kind === 'folder' || each.parent === undefined)) continue
      const sure = scope.kind === 'server' && configuration.whole && !configuration.open
      const condition = first.conditions[0] ?? first.directive
      report({
        at: placeOfDirective(first.directive),
        ...(sure ? {} : { severity: 'info' }),
        message: `${scope.rules.length === 1 ? 'This rule does' : 'These rules do'} nothing: there is no "RewriteEngine On" here${sure ? '' : ', unless it is turned on further out, in a file that is not here'}.`,
        fixes: [{ title: 'Add RewriteEngine On', safe: false, edits: [insertBefore(condition, ['RewriteEngine On'])] }],
      })
    }
  },
})
