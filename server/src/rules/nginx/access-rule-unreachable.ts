import { placeOfWhole } from '../../configuration/placed.ts'
import { removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/access-rule-unreachable',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'An `allow` or `deny` behind one for everybody: nginx takes the first that fits, and never comes to it.',
  explanation: `
nginx goes through \`allow\` and \`deny\` of a block in their order and takes the first that fits the client's address. Behind \`deny all\` no \`allow\` counts: everybody is refused.
Behind \`allow all\` no \`deny\` counts: everybody is let in. The rule for \`all\` belongs at the end.
`,
  source: '`src/http/modules/ngx_http_access_module.c`: `ngx_http_access_inet`; tried with nginx 1.22.1: 403 for the allowed address.',
  examples: {
    failing: [
      {
        title: 'everybody is refused',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location /private/ {
        deny all;
        allow 127.0.0.1;
#       ^^^^^^^^^^^^^^^^ warning[nginx/access-rule-unreachable]: "deny all" above fits everybody first: this is never looked at, and 127.0.0.1 is refused
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/private/a': 'a' },
          get: '/private/a',
          before: { status: 403 },
          after: { status: 200 },
        },
      },
      {
        title: 'everybody is let in',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    allow all;
    deny 192.0.2.7;
#   ^^^^^^^^^^^^^^^ warning[nginx/access-rule-unreachable]: "allow all" above fits everybody first: this is never looked at, and 192.0.2.7 is let in
}
`,
      },
    ],
    passing: [
      {
        title: 'the rule for all at the end, or the same twice',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    allow 192.0.2.0/24;
    deny all;
    location /a { allow 192.0.2.7; deny all; }
    location /b { deny 192.0.2.7; allow all; }
    location /c { deny all; deny all; }
}
`,
      },
    ],
  },
  directives: ['allow', 'deny'],
  check(directive, { report }) {
    const [who] = directive.args
    if (who?.value !== 'all' || directive.presence !== 'present' || directive.source.templated) return
    const around = directive.parent
    if (!around) return
    const [everybody] = around.children.filter(
      (each) => (each.name === 'allow' || each.name === 'deny') && each.presence === 'present' && each.args[0]?.value === 'all',
    )
    if (everybody !== directive) return
    for (const other of around.children) {
      const address = other.args[0]
      if (other.order <= directive.order || other.presence !== 'present' || !address?.known || other.source !== directive.source) continue
      if ((other.name !== 'allow' && other.name !== 'deny') || other.name === directive.name) continue
      const { start, end } = placeOfWhole(other)
      report({
        at: placeOfWhole(other),
        message: `"${directive.name} all" above fits everybody first: this is never looked at, and ${address.value === 'all' ? 'everybody' : address.value} is ${directive.name === 'deny' ? 'refused' : 'let in'}.`,
        related: [{ at: placeOfWhole(directive), message: 'fits everybody' }],
        fixes: [
          {
            title: `Put it before "${directive.name} all"`,
            safe: false,
            edits:
              address.value === 'all'
                ? [removeDirective(other)]
                : [
                    {
                      path: directive.source.path,
                      start: placeOfWhole(directive).start,
                      end: placeOfWhole(directive).start,
                      newText: `${other.source.text.slice(start, end)} `,
                    },
                    removeDirective(other),
                  ],
          },
        ],
      })
    }
  },
})
