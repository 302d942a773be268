import { placeOfDirective } from '../../configuration/placed.ts'
import { accessRules, hasAccessCode, hasAuthentication, isForAll, serverAround } from '../../site/nginx/access.ts'
import { mayHoldUnread, outwards } from '../../site/nginx/blocks.ts'
import { removeDirective, replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/satisfy-any-lets-all-in',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['satisfy'],
  severity: 'warning',
  summary: '`satisfy any` with `allow all`: the password is never asked for; or without a password at all.',
  explanation: `
With \`satisfy any\` it is enough that the addresses or the password let someone in. Where the rules for addresses let in everyone, no password is asked for. Write \`deny all\` for whoever is to log in.
Without anything that asks who someone is, \`satisfy any\` decides nothing (a hint).
`,
  source: '`ngx_http_core_access_phase`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'everyone is let in by the address',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /members/ {
        satisfy any;
#       ^^^^^^^^^^^^ warning[security/satisfy-any-lets-all-in]: The password is never asked for
        allow all;
        auth_basic "Members";
        auth_basic_user_file /etc/nginx/users;
        root /srv/www;
    }
    location /plain/ {
        satisfy any;
#       ^^^^^^^^^^^^ hint[security/satisfy-any-lets-all-in]: "satisfy any" decides nothing
        allow 10.0.0.0/8;
        deny all;
        root /srv/www;
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/members/a.txt': 'secret', '/etc/nginx/users': 'a:b' },
          get: '/members/a.txt',
          before: { status: 200, body: /secret/ },
          after: { status: 401 },
        },
      },
    ],
    passing: [
      {
        title: 'addresses or a password',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a/ {
        satisfy any;
        allow 10.0.0.0/8;
        deny all;
        auth_basic x;
        auth_basic_user_file /etc/nginx/users;
    }
    location /b/ { satisfy all; deny all; }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const block = directive.parent
    const value = directive.args[0]
    if (directive.presence !== 'present' || value?.value !== 'any') return
    for (const each of outwards(block)) if (each && mayHoldUnread(each, configuration, 'auth_basic')) return
    const rules = accessRules(block, configuration)
    if (hasAuthentication(block, configuration)) {
      const [first] = rules
      if (first?.name !== 'allow' || !isForAll(first)) return
      report({
        at: placeOfDirective(directive),
        message:
          'The password is never asked for: "satisfy any" is content with the address, and "allow all" lets in every one. Write "satisfy all", or "deny all" for whoever is to log in.',
        related: [{ at: placeOfDirective(first), message: 'lets in everyone' }],
        fixes: [{ title: 'Write "satisfy all"', safe: false, edits: [replaceArgument(directive, value, 'all')] }],
      })
    } else if (serverAround(directive) && rules.length > 0 && !hasAccessCode(block, configuration)) {
      report({
        at: placeOfDirective(directive),
        severity: 'hint',
        message: '"satisfy any" decides nothing: beside the addresses there is nothing here that asks who someone is.',
        fixes: [{ title: 'Remove it', safe: false, edits: [removeDirective(directive)] }],
      })
    }
  },
})
