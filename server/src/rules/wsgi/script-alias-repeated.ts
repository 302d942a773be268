import { enclosing, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { removeDirective } from '../lib/edits.ts'
import { areReadTogether } from '../lib/together.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'wsgi/script-alias-repeated',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A second `WSGIScriptAlias` for the same URL in one server: it is never used.',
  explanation: `
mod_wsgi tries the aliases of a server in the order in which they stand, and takes the first that fits. A second one for the same URL is left from an
earlier attempt, or came in with another file outside of all virtual hosts, and whatever is changed in it has no effect. Aliases in different
virtual hosts do not meet, and a virtual host's own come before those outside.
`,
  source: 'Tried with mod_wsgi 4.9.4: the first answers; mod_wsgi.c: wsgi_hook_intercept, wsgi_merge_server_config.',
  examples: {
    failing: [
      {
        title: 'the new script below the old one',
        files: `
#- site.conf
WSGIScriptAlias / /srv/site/old/wsgi.py
WSGIScriptAlias / /srv/site/new/wsgi.py
#               ^ warning[wsgi/script-alias-repeated]: /srv/site/new/wsgi.py is never run for /
<Directory /srv/site>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: {
            '/srv/site/old/wsgi.py': 'def application(environ, start_response):\n    start_response("200 OK", [])\n    return [b"old"]\n',
            '/srv/site/new/wsgi.py': 'def application(environ, start_response):\n    start_response("200 OK", [])\n    return [b"new"]\n',
          },
          get: '/',
          before: { status: 200, body: /^old$/ },
          after: { status: 200, body: /^new$/ },
          fix: 0,
        },
      },
      {
        title: 'one script with two sets of options',
        files: `
#- site.conf
<VirtualHost *:80>
    WSGIDaemonProcess site python-path=/srv/site
    WSGIScriptAlias /app /srv/site/config/wsgi.py process-group=%{GLOBAL}
    WSGIScriptAlias /app /srv/site/config/wsgi.py process-group=site
#                   ^^^^ warning[wsgi/script-alias-repeated]: This line is never used
</VirtualHost>
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
    ],
    passing: [
      {
        title: 'in different virtual hosts, and outside of them',
        files: `
#- site.conf
WSGIScriptAlias / /srv/site/main/wsgi.py
<VirtualHost *:80>
    WSGIScriptAlias / /srv/site/one/wsgi.py
</VirtualHost>
<VirtualHost *:443>
    WSGIScriptAlias / /srv/site/two/wsgi.py
</VirtualHost>
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
      {
        title: 'one of two, by a condition; and an exact copy, which changes nothing',
        files: `
#- site.conf
<IfDefine STAGING>
    WSGIScriptAlias / /srv/site/staging/wsgi.py
</IfDefine>
WSGIScriptAlias / /srv/site/config/wsgi.py
WSGIScriptAlias / /srv/site/config/wsgi.py
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
      {
        title: 'two files that are never read together',
        files: `
#- apache/production.conf
WSGIScriptAlias / /var/www/production/wsgi.py
#- apache/staging.conf
WSGIScriptAlias / /var/www/staging/wsgi.py
`,
      },
    ],
  },
  check({ configuration, report }) {
    const firsts = new Map<PlacedDirective | undefined, Map<string, PlacedDirective>>()
    for (const directive of configuration.all) {
      if (directive.name !== 'wsgiscriptalias' || directive.presence !== 'present') continue
      const [url, target] = directive.args
      if (!url?.known || !target?.known) continue
      const host = enclosing(directive, 'virtualhost')
      const ofHost = firsts.get(host) ?? new Map<string, PlacedDirective>()
      firsts.set(host, ofHost)
      const first = ofHost.get(url.value)
      if (!first) {
        ofHost.set(url.value, directive)
        continue
      }
      if (first.argumentText === directive.argumentText || !areReadTogether(first, directive)) continue
      const kept = first.args[1]?.value ?? ''
      report({
        at: placeOfArgument(directive, url),
        message:
          kept === target.value
            ? `This line is never used: ${kept} has ${url.value} already, with other options. Keep one of the two.`
            : `${target.value} is never run for ${url.value}: the line for ${kept} comes first and takes every request. Keep one of the two.`,
        related: [{ at: placeOfDirective(first), message: 'this one is used' }],
        fixes: [
          { title: 'Keep this one, and remove the first', safe: false, edits: [removeDirective(first)] },
          { title: 'Remove this one', safe: false, edits: [removeDirective(directive)] },
        ],
      })
    }
  },
})
