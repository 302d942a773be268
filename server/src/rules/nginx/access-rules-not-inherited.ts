import { placeOfDirective } from '../../configuration/placed.ts'
import { mayHoldUnread, ownOf } from '../../site/nginx/blocks.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { levelOutside, placesOfLost } from './lib/lost.ts'

export const rule = defineRule({
  id: 'nginx/access-rules-not-inherited',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['deny'],
  severity: 'warning',
  summary: 'A `deny` in an inner block, for which the `deny all` further out no longer holds there.',
  explanation: `
nginx takes \`allow\` and \`deny\` from the nearest level that has any, both together. A single \`deny\` of an address in a \`location\` therefore takes the place of a \`deny all\` of the server: the location is
open to everyone but that address. Repeat the rules further out behind it.
`,
  source: '`ngx_http_access_merge_loc_conf`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'one more address is refused, and all others are let in',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    allow 10.0.0.0/8;
    deny all;
    location /admin/ {
        deny 10.0.0.5;
#       ^^^^^^^^^^^^^^ warning[nginx/access-rules-not-inherited]: Everyone but 10.0.0.5 gets in here
        root /srv/www;
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/admin/a.txt': 'secret' },
          get: '/admin/a.txt',
          before: { status: 200, body: /secret/ },
          after: { status: 403 },
        },
      },
    ],
    passing: [
      {
        title: 'rules that are complete by themselves, or nothing further out',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    allow 10.0.0.0/8;
    deny all;
    location /a/ { deny all; }
    location /b/ { allow all; }
    location /c/ { deny 10.0.0.5; allow 10.0.0.0/8; deny all; }
}
server {
    listen 81;
    location / { deny 192.0.2.1; root /srv/www; }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const block = directive.parent
    if (!block || directive.presence !== 'present') return
    const denied = ownOf(block, configuration, 'deny')
    if (denied[0] !== directive || ownOf(block, configuration, 'allow').length > 0 || denied.some((each) => each.args[0]?.value === 'all')) return
    const around = levelOutside(block, configuration, 'deny')
    const last = around?.at(-1)
    if (last?.presence !== 'present' || last.args[0]?.value !== 'all') return
    const level = last.parent
    // A nearer level with "allow" alone would be the one in effect.
    if (levelOutside(block, configuration, 'allow')?.some((each) => each.parent !== level)) return
    if (mayHoldUnread(block, configuration, 'deny')) return
    const rules = [...ownOf(level, configuration, 'allow'), ...(around ?? [])].sort((a, b) => a.order - b.order)
    report({
      at: placeOfDirective(directive),
      message: `Everyone but ${denied.map((each) => each.args[0]?.value).join(', ')} gets in here: these rules take the place of the ones further out, with their "deny all". Repeat those behind them.`,
      related: placesOfLost({ block, own: denied, lost: [last] }),
      fixes: [
        {
          title: 'Repeat the rules further out',
          safe: false,
          edits: [
            insertAfter(
              denied.at(-1) ?? directive,
              rules.map((each) => `${each.name} ${each.args[0]?.value};`),
            ),
          ],
        },
      ],
    })
  },
})
