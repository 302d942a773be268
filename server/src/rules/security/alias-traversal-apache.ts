import { placeOfArgument } from '../../configuration/placed.ts'
import type { GroupPart, VariablePart } from '../../site/apache/expansion.ts'
import { expanded } from '../../site/apache/values.ts'
import { requestsWith, requestText } from '../../site/apache/witness.ts'
import { normalize } from '../../workspace/path.ts'
import { groupsReaching, matchRulesOf, type PathRule, rewriteRulesOf } from '../apache/lib/path-patterns.ts'
import { insertBefore } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'

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
      {
        title: 'a name from the query, which Apache does not look at',
        files: `
#- site.conf
<Directory /srv/site>
    Require all granted
</Directory>
<VirtualHost *:80>
    ServerName example.org
    RewriteEngine On
    RewriteCond %{QUERY_STRING} ^file=([^&]+)$
    RewriteRule ^/show$ /srv/site/files/%1 [L]
#                       ^^^^^^^^^^^^^^^^^^ warning[security/alias-traversal-apache]: Path traversal: GET /show?file=../settings.py reads /srv/site/settings.py, outside
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/files/a.txt': 'a', '/srv/site/settings.py': 'SECRET_KEY = 1' },
          host: 'example.org',
          get: '/show?file=../settings.py',
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
    RewriteRule \\.\\. - [F]
    RewriteRule ^/guarded(.*)$ /srv/site/guarded/$1 [L]
    RewriteCond %{QUERY_STRING} ^file=(\\w+)$
    RewriteRule ^/show$ /srv/site/files/%1 [L]
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const rule of matchRulesOf(configuration, 'aliasmatch', 'scriptaliasmatch')) tell(rule)
    for (const rule of rewriteRulesOf(configuration))
      if (rule.subject === 'whole' && rule.rewrite && !['r', 'p', 'pt', 'f', 'g'].some((flag) => rule.rewrite?.flags.has(flag))) tell(rule)

    function tell(rule: PathRule): void {
      const [folder, focus] = rule.target
      // Of a target such as /images/$1 it is not known that it is a path on the disk.
      if (folder?.kind !== 'text' || !/^\/(?:srv|var|home|opt|usr|data|www|mnt|app|etc)\/[^%]*\/$/.test(folder.text)) return
      if (focus?.kind !== 'group' && focus?.kind !== 'variable') return
      for (const request of requestsWith(rule, focus, '^\\.\\./settings\\.py$')) {
        const groups = groupsReaching(rule, request)
        const path = groups && expanded(rule.target, groups, request, rule.subject)
        if (!path?.startsWith(`${folder.text}../`)) continue
        const { directive, patternArgument, targetArgument } = rule
        const fix = focus.kind === 'group' && focus.of === 'rule' ? slashFix(rule) : undefined
        report({
          at: fix ? placeOfArgument(directive, patternArgument) : placeOfArgument(directive, targetArgument),
          message: `Path traversal: ${requestText(request)} reads ${normalize(path)}, outside ${folder.text}, where a section grants it.${fix ? ` Write ${fix.pattern}.` : ''}`,
          fixes: fix?.fixes ?? noDotsFix(rule, focus),
        })
        return
      }
    }
  },
})

/** A slash behind the prefix of a simple pattern. */
function slashFix({ directive, patternArgument }: PathRule): { readonly pattern: string; readonly fixes: readonly FindingFix[] } | undefined {
  const prefix = /^\^(\/[\w/-]*[\w-])\((?:\.[*+])\)\$?$/.exec(patternArgument.value)?.[1]
  const at = directive.source.text.indexOf('(', patternArgument.start)
  if (!prefix || at < 0 || at >= patternArgument.end) return undefined
  const pattern = `^${prefix}/(.*)$`
  return { pattern, fixes: [{ title: `Write ${pattern}`, safe: true, edits: [{ path: directive.source.path, start: at, end: at, newText: '/' }] }] }
}

/** A condition more, where the name comes from the query. */
function noDotsFix({ directive }: PathRule, focus: GroupPart | VariablePart): readonly FindingFix[] {
  if (focus.kind !== 'group' || focus.of !== 'condition') return []
  return [{ title: 'Take no name with ".." in it', safe: false, edits: [insertBefore(directive, ['RewriteCond %{QUERY_STRING} !\\.\\.'])] }]
}
