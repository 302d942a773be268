import { placeOfArgument } from '../../configuration/placed.ts'
import { defineRule, type FindingEdit } from '../rule.ts'
import { flagsOf, rewriteScopesOf } from './lib/rewriting.ts'

export const rule = defineRule({
  id: 'apache/rewrite-or-without-alternative',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'The flag `OR` on the last `RewriteCond` before a rule: none of the conditions joined by it has any effect.',
  explanation: `
\`[OR]\` says that the next condition may hold instead. Behind the last condition there is no next one, and Apache does not stop where that one fails: the rule is applied whether or not
any condition of the group holds. A list of unwanted robots that ends in \`[NC,OR]\` shuts everyone out, and one that guards a redirection redirects all.
`,
  source: '`modules/mappers/mod_rewrite.c`: `apply_rewrite_rule`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a list of robots',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
    RewriteEngine On
    RewriteCond %{HTTP_USER_AGENT} EmailSiphon [NC,OR]
    RewriteCond %{HTTP_USER_AGENT} WebBandit [NC,OR]
#                                            ^^^^^^^ warning[apache/rewrite-or-without-alternative]: No condition comes behind this one, so its OR makes the whole group hold always: the rule
    RewriteRule ^ - [F]
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/a.html': 'page' },
          get: '/a.html',
          before: { status: 403 },
          after: { status: 200 },
        },
      },
      {
        title: 'alone between brackets',
        files: `
#- .htaccess
RewriteEngine On
RewriteCond %{HTTPS} off [OR]
RewriteCond %{HTTP_HOST} ^www\\. [OR]
#                               ^^^^ warning[apache/rewrite-or-without-alternative]: No condition comes behind this one, so its OR makes the whole group hold always: the rule
RewriteRule ^ https://example.org%{REQUEST_URI} [R=301,L]
`,
      },
    ],
    passing: [
      {
        title: 'a last condition without it, and a condition whose rule is not known',
        files: `
#- .htaccess
RewriteEngine On
RewriteCond %{HTTPS} off [OR]
RewriteCond %{HTTP_HOST} ^www\\. [NC]
RewriteRule ^ https://example.org%{REQUEST_URI} [R=301,L]
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const scope of rewriteScopesOf(configuration)) {
      if (!scope.certain) continue
      for (const { conditions, directive } of scope.rules) {
        const last = conditions.at(-1)
        const flags = last?.args[2]
        if (!last || !flags || !flagsOf(flags.value).has('or')) continue
        report({
          at: placeOfArgument(last, flags),
          message: `No condition comes behind this one, so its OR makes the whole group hold always: the rule ${directive.args[0]?.value ?? ''} is applied whatever the ${conditions.length === 1 ? 'condition says' : 'conditions joined by OR say'}. Leave the OR out.`,
          fixes: [{ title: 'Leave OR out', safe: true, edits: [withoutOr(last.source.path, flags.start, flags.end, last.source.text)] }],
        })
      }
    }
  },
})

function withoutOr(path: string, start: number, end: number, text: string): FindingEdit {
  const kept = text
    .slice(start, end)
    .replace(/^\[|\]$/g, '')
    .split(',')
    .filter((flag) => !/^\s*or(?:next)?\s*$/i.test(flag))
  let from = start
  if (kept.length === 0) while (/[ \t]/.test(text.charAt(from - 1))) from--
  return { path, start: from, end, newText: kept.length === 0 ? '' : `[${kept.join(',')}]` }
}
