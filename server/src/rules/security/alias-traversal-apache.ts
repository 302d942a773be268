import { directivesNamed, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { dirname, normalize } from '../../workspace/path.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { hasTopLevelChoice, rewriteScopesOf } from '../apache/lib/rewriting.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/alias-traversal-apache',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'An `AliasMatch` or `RewriteRule` without a slash behind its prefix: a path traversal to the folder above.',
  explanation: `
With \`AliasMatch ^/static(.*)$ /srv/site/static/$1\` a request for \`/static../settings.py\` fits the pattern, as \`static..\` is an ordinary name, and reads \`/srv/site/static/../settings.py\`.
Everything beside the folder can be had, as far as a section grants it. The same goes for a \`RewriteRule\` of the server or a virtual host whose target is a path on the disk.

Put a slash behind the prefix, in the pattern: \`^/static/(.*)$\`. \`Alias /static …\` is not open to this, as it takes whole segments only.
`,
  source: 'Tried with Apache 2.4.71: GET /static../a.html was answered 200 with the file beside the folder; modules/mappers/mod_alias.c: try_alias_list.',
  examples: {
    failing: [
      {
        title: 'an alias',
        files: `
#- site.conf
AliasMatch ^/static(.*)$ /srv/site/static/$1
#          ^^^^^^^^^^^^^ warning[security/alias-traversal-apache]: Path traversal: GET /static../settings.py reads /srv/site/settings.py, outside
<Directory /srv/site>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/static/a.css': 'a', '/srv/site/settings.py': 'SECRET_KEY = 1' },
          get: '/static../settings.py',
          before: { status: 200, body: /SECRET_KEY/ },
          after: { status: 403 },
        },
      },
      {
        title: 'a rule of a virtual host',
        files: `
#- site.conf
<Directory /srv/site>
    Require all granted
</Directory>
<VirtualHost *:80>
    ServerName example.org
    RewriteEngine On
    RewriteRule ^/media(.*)$ /srv/site/media/$1 [L]
#               ^^^^^^^^^^^^ warning[security/alias-traversal-apache]: Path traversal: GET /media../settings.py reads /srv/site/settings.py, outside
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/media/a.png': 'a', '/srv/site/settings.py': 'SECRET_KEY = 1' },
          host: 'example.org',
          get: '/media../settings.py',
          before: { status: 200, body: /SECRET_KEY/ },
          after: { status: 403 },
        },
      },
    ],
    passing: [
      {
        title: 'a slash in the pattern or in the group, none in the target, names of one kind',
        files: `
#- site.conf
AliasMatch ^/static/(.*)$ /srv/site/static/$1
AliasMatch ^/a(/.*)?$ /srv/site/a/$1
AliasMatch ^/b(.*)$ /srv/site/b$1
AliasMatch ^/c([0-9]+)\\.png$ /srv/site/c/$1.png
<Directory /srv/site>
    Require all granted
</Directory>
<VirtualHost *:80>
    RewriteEngine On
    RewriteRule ^/media/(.*)$ /srv/site/media/$1 [L]
    RewriteRule ^/x(.*)$ https://example.org/$1 [R=301,L]
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const directive of directivesNamed(configuration, 'aliasmatch', 'scriptaliasmatch'))
      if (isRead(directive) && directive.args.every(({ known }) => known)) tell(directive)
    for (const scope of rewriteScopesOf(configuration)) {
      if (!scope.certain || scope.kind !== 'server') continue
      for (const { directive, flags, negated } of scope.rules) if (!negated && !['r', 'p', 'pt', 'f', 'g'].some((flag) => flags.has(flag))) tell(directive)
    }

    function tell(directive: PlacedDirective): void {
      const [pattern, target] = directive.args
      const prefix = pattern && /^\^(\/[\w/-]*[\w-])\((?:\.[*+])\)\$?$/.exec(pattern.value)?.[1]
      // Of a target such as /images/$1 it is not known that it is a path on the disk.
      const folder = target && /^(\/(?:srv|var|home|opt|usr|data|www|mnt|app|etc)\/[^$%]*)\/\$1$/.exec(target.value)?.[1]
      if (!pattern || !prefix || !folder || hasTopLevelChoice(pattern.value) || directive.source.templated) return
      const at = directive.source.text.indexOf('(', pattern.start)
      report({
        at: placeOfArgument(directive, pattern),
        message: `Path traversal: GET ${prefix}../settings.py reads ${normalize(`${dirname(folder)}/settings.py`)}, outside ${folder}, where a section grants it. Write ^${prefix}/(.*)$.`,
        fixes:
          at < 0 || at >= pattern.end
            ? []
            : [{ title: `Write ^${prefix}/(.*)$`, safe: true, edits: [{ path: directive.source.path, start: at, end: at, newText: '/' }] }],
      })
    }
  },
})
