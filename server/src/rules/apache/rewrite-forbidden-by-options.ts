import { type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { appendToLine } from '../lib/edits.ts'
import { defineRule, type FindingEdit } from '../rule.ts'
import { isRead } from './config-test/conditions.ts'
import { rewriteScopesOf } from './lib/rewriting.ts'

export const rule = defineRule({
  id: 'apache/rewrite-forbidden-by-options',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'Rewriting in a folder whose `Options` take `FollowSymLinks` away: every request is answered with 403.',
  explanation: `
In a \`.htaccess\` or \`<Directory>\` mod_rewrite works only where \`Options\` has \`FollowSymLinks\` or \`SymLinksIfOwnerMatch\`, as a rule could lead past what these protect. \`FollowSymLinks\` is
on by default, but \`Options\` without signs replaces all options: \`Options Indexes\` and \`Options None\` take it away. Then Apache writes AH00670 into its log and answers 403.

Write \`Options +Indexes\`, or name \`SymLinksIfOwnerMatch\` too.
`,
  source: '`modules/mappers/mod_rewrite.c`: `hook_fixup` (AH00670); tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'options without signs',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Options ExecCGI
#   ^^^^^^^^^^^^^^^ warning[apache/rewrite-forbidden-by-options]: Every request here is answered with 403 (AH00670): mod_rewrite needs FollowSymLinks or
    Require all granted
    RewriteEngine On
    RewriteRule ^old$ /new.html [L]
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/new.html': 'new page' },
          get: '/new.html',
          before: { status: 403, log: /AH00670/ },
          after: { status: 200, body: /new page/ },
        },
      },
      {
        title: 'taken away by name',
        files: `
#- .htaccess
Options -Indexes -FollowSymLinks
# <----------------------------- warning[apache/rewrite-forbidden-by-options]: Every request here is answered with 403 (AH00670): mod_rewrite needs FollowSymLinks or
RewriteEngine On
RewriteRule ^old$ /new.html [L]
`,
      },
    ],
    passing: [
      {
        title: 'with a sign, with links of the owner, all, in the server, and rewriting turned off',
        files: `
#- a/.htaccess
Options -Indexes
RewriteEngine On
RewriteRule ^old$ /new.html [L]
#- b/.htaccess
Options -FollowSymLinks +SymLinksIfOwnerMatch
RewriteEngine On
RewriteRule ^old$ /new.html [L]
#- c/.htaccess
Options None
RewriteEngine Off
#- site.conf
<VirtualHost *:80>
    Options None
    RewriteEngine On
    RewriteRule ^/old$ /new.html [L]
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const scope of rewriteScopesOf(configuration)) {
      if (scope.kind !== 'folder' || !scope.certain || scope.rules.length === 0) continue
      if (scope.engine.at(-1)?.args[0]?.value.toLowerCase() !== 'on') continue
      const options = (scope.section?.children ?? configuration.top).filter((each) => each.name === 'options')
      const last = options.at(-1)
      if (!last || !options.every((each) => isRead(each) && each.args.every((argument) => argument.known)) || !takesLinksAway(options)) continue
      const bare = last.args.some(({ value }) => !/^[+-]/.test(value))
      report({
        at: placeOfDirective(last),
        message: `Every request here is answered with 403 (AH00670): mod_rewrite needs FollowSymLinks or SymLinksIfOwnerMatch, and these options ${bare ? 'replace the default, which has it' : 'take it away'}. Add it.`,
        fixes: [{ title: 'Allow links of the same owner', safe: false, edits: [addition(last, bare)] }],
      })
    }
  },
})

/** Of the section alone: what it inherits is the default, or is replaced. */
function takesLinksAway(options: readonly PlacedDirective[]): boolean {
  let follow: boolean | undefined
  let owner: boolean | undefined
  for (const { args } of options) {
    if (args.some(({ value }) => !/^[+-]/.test(value))) [follow, owner] = [false, false]
    for (const { value } of args) {
      const name = value.replace(/^[+-]/, '').toLowerCase()
      const on = !value.startsWith('-')
      if (name === 'followsymlinks' || name === 'all') follow = on
      if (name === 'symlinksifownermatch') owner = on
    }
  }
  // Where only FollowSymLinks is taken away, an outer section seldom has the other: it is not the default.
  return follow === false && owner !== true
}

function addition(directive: PlacedDirective, bare: boolean): FindingEdit {
  const [only] = directive.args
  if (bare && directive.args.length === 1 && only?.value.toLowerCase() === 'none')
    return { path: directive.source.path, start: only.start, end: only.end, newText: 'SymLinksIfOwnerMatch' }
  return appendToLine(directive, bare ? ' SymLinksIfOwnerMatch' : ' +SymLinksIfOwnerMatch')
}
