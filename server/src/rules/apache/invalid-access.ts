import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/invalid-access',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'An access rule that Apache does not take: Require, Order, Allow, Deny, Satisfy.',
  explanation: `
\`Require\` names a provider and its arguments; \`Require not\` counts only where something else grants; \`Order\` has no space behind its comma.
`,
  source: '`modules/aaa/mod_authz_core.c`: `add_authz_provider`, `modules/aaa/mod_access_compat.c`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'Order and Require',
        files: `
#- httpd.conf
Listen 8080
<Directory /srv/www>
    Require all grant
#               ^^^^^ error[apache/invalid-access]: "Require all" takes granted or denied
</Directory>
<Directory /srv/old>
    Require ip 10.0.0.300
#              ^^^^^^^^^^ error[apache/invalid-access]: "10.0.0.300" is no IP address
</Directory>
`,
      },
    ],
    passing: [
      {
        title: 'requirements',
        files: `
#- httpd.conf
Listen 8080
<Directory /srv/www>
    <RequireAll>
        Require all granted
        Require not ip 192.0.2.7
    </RequireAll>
</Directory>
`,
      },
    ],
  },
})
