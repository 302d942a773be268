import { placeOfDirective } from '../../configuration/placed.ts'
import { isForAll } from '../../site/nginx/access.ts'
import { ownOf } from '../../site/nginx/blocks.ts'
import { insertAfter, removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/unreachable-access-rule',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['allow', 'deny'],
  severity: 'warning',
  summary: 'An `allow` behind `deny all`, or a `deny` behind `allow all`, which is never looked at.',
  explanation: `
nginx takes the first rule that fits. Behind \`deny all\` (or \`allow all\`) no rule of the block is looked at: move the one for all to the end.
`,
  source: 'nginx documentation, ngx_http_access_module; `ngx_http_access_inet`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'the office is refused like everyone',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /admin/ {
        deny all;
        allow 127.0.0.1;
#       ^^^^^^^^^^^^^^^^ warning[nginx/unreachable-access-rule]: Never looked at: "deny all" above fits every address, 127.0.0.1 too
        root /srv/www;
    }
    location /b/ {
        allow all;
        deny 192.0.2.1;
#       ^^^^^^^^^^^^^^^ warning[nginx/unreachable-access-rule]: Never looked at: "allow all" above
        root /srv/www;
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/admin/a.txt': 'a' },
          get: '/admin/a.txt',
          before: { status: 403 },
          after: { status: 200 },
        },
      },
    ],
    passing: [
      {
        title: 'the one for all comes last, or the other is of the same sense',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a/ { allow 10.0.0.1; deny all; }
    location /b/ { deny 192.0.2.1; allow all; }
    location /c/ { deny all; location /c/d/ { allow all; } }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    if (directive.presence !== 'present') return
    const other = directive.name === 'allow' ? 'deny' : 'allow'
    const first = [...ownOf(directive.parent, configuration, 'allow'), ...ownOf(directive.parent, configuration, 'deny')]
      .filter((each) => each.presence === 'present' && isForAll(each))
      .reduce<typeof directive | undefined>((best, each) => (best && best.order < each.order ? best : each), undefined)
    if (first?.name !== other || first.order > directive.order) return
    const rules = [...ownOf(directive.parent, configuration, 'allow'), ...ownOf(directive.parent, configuration, 'deny')].sort((a, b) => a.order - b.order)
    const last = rules.at(-1)
    const value = directive.args[0]?.value ?? ''
    report({
      at: placeOfDirective(directive),
      message: `Never looked at: "${other} all" above fits every address${value === 'all' ? '' : `, ${value} too`}. Move it to the end.`,
      related: [{ at: placeOfDirective(first), message: 'the first that fits counts' }],
      fixes:
        last && value !== 'all' && rules.every((each) => each.source === first.source) && rules.filter(isForAll).length === 1
          ? [{ title: `Move "${other} all" to the end`, safe: false, edits: [removeDirective(first), insertAfter(last, [`${other} all;`])] }]
          : [],
    })
  },
})
