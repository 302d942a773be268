import { placeOfDirective } from '../../configuration/placed.ts'
import { hasAuthentication, isForAll } from '../../site/nginx/access.ts'
import { mayHoldUnread, ownOf, valueInEffect } from '../../site/nginx/blocks.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/allow-without-deny',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['allow'],
  severity: 'warning',
  summary: 'An `allow` for some addresses without a `deny all`: everyone else gets in as well.',
  explanation: `
nginx lets in whoever no rule names. A list of \`allow\` alone therefore keeps nobody out: it needs \`deny all;\` behind it, in the same block, as an inner block takes nothing of the rules further out.

It is fine under \`satisfy any\` with a password: whoever is not on the list has to log in. A file of nothing but \`allow\` lines, which is included elsewhere, is only pointed out.
`,
  source: 'nginx documentation, ngx_http_access_module; `ngx_http_access_handler`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'an address that shall be the only one',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /admin/ {
        allow 10.0.0.1;
#       ^^^^^^^^^^^^^^^ warning[security/allow-without-deny]: Everyone gets in: nginx lets in whoever no rule names
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
      {
        title: 'methods, a nested location that takes nothing of the rules further out, and a file of rules',
        files: `
#- a.conf
location /upload/ {
    allow 10.0.0.0/8;
    deny all;
    limit_except GET {
        allow 10.1.0.0/16;
#       ^^^^^^^^^^^^^^^^^^ warning[security/allow-without-deny]: Everyone gets in
        allow 10.2.0.0/16;
    }
}
#- nginx/conf.d/office.conf
allow 192.0.2.0/24;
# <---------------- info[security/allow-without-deny]: These addresses are let in, and nobody is refused in this file
`,
      },
    ],
    passing: [
      {
        title: 'with a deny, for all, a password for the others',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a/ { allow 10.0.0.1; deny all; }
    location /b/ { deny 192.0.2.1; allow all; }
    location /c/ { allow all; }
    location /d/ {
        satisfy any;
        allow 10.0.0.1;
        auth_basic "Members";
        auth_basic_user_file /etc/nginx/users;
    }
    location /e/ { allow 10.0.0.1; include /etc/nginx/deny.conf; }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const block = directive.parent
    if (directive.presence !== 'present' || ownOf(block, configuration, 'deny').length > 0) return
    const allowed = ownOf(block, configuration, 'allow').filter((each) => !isForAll(each))
    if (allowed[0] !== directive || allowed.length < ownOf(block, configuration, 'allow').length) return
    if (mayHoldUnread(block, configuration, 'deny')) return
    if (valueInEffect(block, configuration, 'satisfy') === 'any' && hasAuthentication(block, configuration)) return
    // There the status page's own rule says so.
    if (block && (ownOf(block, configuration, 'stub_status').length > 0 || ownOf(block, configuration, 'check_status').length > 0)) return
    const last = allowed.at(-1) ?? directive
    const fixes = [{ title: 'Add "deny all"', safe: false, edits: [insertAfter(last, ['deny all;'])] }]
    report(
      block
        ? {
            at: placeOfDirective(directive),
            message: `Everyone gets in: nginx lets in whoever no rule names, and no rule of this block refuses anyone. Write "deny all;" behind the last "allow".`,
            fixes,
          }
        : {
            at: placeOfDirective(directive),
            severity: 'info',
            message: 'These addresses are let in, and nobody is refused in this file: where it is included "deny all;" has to follow, else everyone gets in.',
            fixes,
          },
    )
  },
})
