import { placeOfDirective } from '../../configuration/placed.ts'
import { removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { rewriteScopesOf } from './lib/rewriting.ts'

export const rule = defineRule({
  id: 'apache/rewrite-condition-without-rule',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'info',
  summary: 'A `RewriteCond` behind which no `RewriteRule` comes: it does nothing.',
  explanation: `
Conditions belong to the one rule that comes next in the same section. Behind the last rule they belong to nothing. Often the rule was commented out, or the two were written the other
way round.
`,
  source: '`modules/mappers/mod_rewrite.c`: `cmd_rewritecond`, `cmd_rewriterule`; Apache documentation of RewriteCond.',
  examples: {
    failing: [
      {
        title: 'the rule before its condition',
        files: `
#- .htaccess
RewriteEngine On
RewriteRule ^admin - [F]
RewriteCond %{REMOTE_ADDR} !^10\\.
# <------------------------------ info[apache/rewrite-condition-without-rule]: This condition does nothing: no RewriteRule comes behind it here, and conditions hold for
`,
      },
    ],
    passing: [
      {
        title: 'a rule behind them',
        files: `
#- .htaccess
RewriteEngine On
RewriteCond %{REMOTE_ADDR} !^10\\.
RewriteRule ^admin - [F]
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const { stray, section, certain } of rewriteScopesOf(configuration)) {
      const [first] = stray
      // What is included elsewhere may be followed by a rule there.
      if (!first || !certain || (section === undefined && !configuration.whole && configuration.context !== 'htaccess')) continue
      report({
        at: placeOfDirective(first),
        message: `${stray.length === 1 ? 'This condition does' : 'These conditions do'} nothing: no RewriteRule comes behind ${stray.length === 1 ? 'it' : 'them'} here, and conditions hold for the next rule only.`,
        fixes: [{ title: stray.length === 1 ? 'Remove it' : 'Remove them', safe: true, edits: stray.map(removeDirective) }],
      })
    }
  },
})
