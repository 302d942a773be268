import { placeOfWhole } from '../../configuration/placed.ts'
import { levelInEffect } from '../../site/nginx/inheritance.ts'
import { blocksWithUnknown } from '../nginx/lib/known.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/auth-without-user-file',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'An `auth_basic` without `auth_basic_user_file`: nobody is asked for a password.',
  explanation: `
\`auth_basic\` names the realm; whose passwords count is said by \`auth_basic_user_file\`. Without such a file in effect nginx takes the module as switched off and lets
everybody in, without a word in the log.
`,
  source: '`src/http/modules/ngx_http_auth_basic_module.c`: `ngx_http_auth_basic_handler`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'no file anywhere',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 80;
        root /srv/www;
        location /admin/ {
            auth_basic "Staff only";
#           ^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/auth-without-user-file]: Nobody is asked for a password: no "auth_basic_user_file" is in effect here
        }
    }
}
`,
        proof: {
          config: 'nginx.conf',
          deployedAt: '/etc/nginx',
          tree: { '/srv/www/admin/secret.html': 'secret', '/etc/nginx/.htpasswd': '' },
          get: '/admin/secret.html',
          before: { status: 200, body: /secret/ },
          after: { status: 401 },
        },
      },
    ],
    passing: [
      {
        title: 'here, further out, switched off, or in a piece',
        files: `
#- nginx.conf
events {}
http {
    auth_basic_user_file /etc/nginx/.htpasswd;
    server {
        listen 80;
        auth_basic Staff;
        location /public/ { auth_basic off; }
    }
}
#- snippets/auth.conf
auth_basic Staff;
`,
      },
    ],
  },
  directives: ['auth_basic'],
  check(directive, { configuration, report }) {
    const [realm] = directive.args
    if (!realm?.known || realm.value === 'off' || directive.presence !== 'present' || !configuration.whole || configuration.open) return
    if (levelInEffect(directive.parent, configuration, 'auth_basic_user_file', 'auth_request', 'auth_jwt')) return
    if (blocksWithUnknown(configuration).size > 0 || directive.source.templated) return
    // The file may come in the blocks below.
    if (directive.parent?.name !== 'location' && configuration.all.some((each) => each.name === 'auth_basic_user_file')) return
    const { path } = directive.source
    const { end } = placeOfWhole(directive)
    report({
      at: placeOfWhole(directive),
      message: 'Nobody is asked for a password: no "auth_basic_user_file" is in effect here, and nginx lets everybody in. Name the file with the passwords.',
      fixes: [
        {
          title: 'Add auth_basic_user_file /etc/nginx/.htpasswd',
          safe: false,
          edits: [{ path, start: end, end, newText: ' auth_basic_user_file /etc/nginx/.htpasswd;' }],
        },
      ],
    })
  },
})
