import { placeOfArgument } from '../../configuration/placed.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { addFlag, type Rewrite, redirects, rewriteScopesOf } from './lib/rewriting.ts'

export const rule = defineRule({
  id: 'apache/rewrite-target-escaped',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A `#` or a code like `%20` in the target of a redirection, which does not arrive as written.',
  explanation: `
mod_rewrite escapes what it redirects to: \`#\` becomes \`%23\`, so that the browser asks for a page with that in its name. The flag \`NE\` turns this off.

And \`%\` with a digit is no escape in a target: \`%2\` stands for the second group of the last \`RewriteCond\`. Of \`a%20b\` without conditions remains \`a0b\`. Write \`\\%20\`, and \`NE\` lest
the percent sign is escaped once more.
`,
  source: '`modules/mappers/mod_rewrite.c`: `do_expand`, `escape_absolute_uri`; tried with Apache 2.4.71: /new%23top, /a0b.',
  examples: {
    failing: [
      {
        title: 'a place in a page',
        files: `
#- site.conf
RewriteEngine On
RewriteRule ^/team$ https://example.org/about#team [R=301,L]
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/rewrite-target-escaped]: The "#" arrives as %23, and the browser asks for a page with that in its name. Add the
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          get: '/team',
          before: { status: 301, headers: /^location: .*\/about%23team$/im },
          after: { status: 301, headers: /^location: .*\/about#team$/im },
        },
      },
      {
        title: 'a space',
        files: `
#- site.conf
RewriteEngine On
RewriteRule ^/paper$ https://example.org/annual%20report.pdf [R=301,L]
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/rewrite-target-escaped]: "%20" is no escape here: %2 stands for a group of a RewriteCond, of which there is none,
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          get: '/paper',
          before: { status: 301, headers: /^location: .*\/annual0report\.pdf$/im },
          after: { status: 301, headers: /^location: .*\/annual%20report\.pdf$/im },
        },
      },
    ],
    passing: [
      {
        title: 'with NE, escaped, groups of a condition, and no redirection',
        files: `
#- .htaccess
RewriteEngine On
RewriteRule ^team$ /about#team [R=301,NE,L]
RewriteRule ^paper$ /annual\\%20report.pdf [R=301,NE,L]
RewriteCond %{QUERY_STRING} ^(a)(b)$
RewriteRule ^x$ /%20/ [R=301,L]
RewriteRule ^y$ /y%{REQUEST_URI} [R=301,L]
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const scope of rewriteScopesOf(configuration)) {
      if (!scope.certain) continue
      for (const rewrite of scope.rules) {
        if (!redirects(rewrite) || rewrite.target === '-') continue
        const code = rewrite.conditions.length === 0 ? /(?<![\\%])%([2-7])([0-9A-F])/i.exec(rewrite.target) : null
        if (code) {
          report({
            at: placeOfArgument(rewrite.directive, rewrite.targetArgument),
            message: `"${code[0]}" is no escape here: %${code[1]} stands for a group of a RewriteCond, of which there is none, so that only "${code[2]}" remains of it. Write \\${code[0]}, and the flag NE.`,
            fixes: escaping(rewrite),
          })
        } else if (/(?<!\\)#/.test(rewrite.target.replace(/\$\{[^}]*\}|%\{[^}]*\}/g, '')) && !rewrite.flags.has('ne')) {
          const edit = addFlag(rewrite.directive, 'NE')
          report({
            at: placeOfArgument(rewrite.directive, rewrite.targetArgument),
            message: `The "#" arrives as %23, and the browser asks for a page with that in its name. Add the flag NE.`,
            fixes: edit ? [{ title: 'Add the flag NE', safe: true, edits: [edit] }] : [],
          })
        }
      }
    }
  },
})

function escaping({ directive, targetArgument, flags }: Rewrite): FindingFix[] {
  const written = directive.source.text.slice(targetArgument.start, targetArgument.end)
  const newText = written.replace(/(?<![\\%])%(?=[2-7][0-9A-F])/gi, '\\%')
  const flag = flags.has('ne') ? undefined : addFlag(directive, 'NE')
  if (newText === written || (!flags.has('ne') && !flag)) return []
  const edit = { path: directive.source.path, start: targetArgument.start, end: targetArgument.end, newText }
  return [{ title: 'Escape the percent sign', safe: true, edits: flag ? [edit, flag] : [edit] }]
}
