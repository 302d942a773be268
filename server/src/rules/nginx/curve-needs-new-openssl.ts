import { placeOfDirective } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/curve-needs-new-openssl',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['ssl_ecdh_curve'],
  severity: 'info',
  summary: 'A post-quantum group in `ssl_ecdh_curve` (`X25519MLKEM768`): with OpenSSL before 3.5 nginx does not start.',
  explanation: `
OpenSSL refuses the whole list for one name that it does not know. The groups with ML-KEM came with OpenSSL 3.5; Debian 12, Ubuntu 24.04 and RHEL 9 have 3.0 to 3.2. From OpenSSL 3.3 on a \`?\` before the name
passes over what is unknown (\`?X25519MLKEM768:X25519\`). Without the directive OpenSSL chooses, 3.5 with ML-KEM first.
`,
  source: 'OpenSSL, SSL_CTX_set1_curves(3); tried with nginx 1.22.1 and OpenSSL 3.0: "SSL_CTX_set1_curves_list … failed".',
  examples: {
    failing: [
      {
        title: 'as the newest profiles have it',
        files: `
#- snippets/tls.conf
ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1;
# <-------------------------------------------- info[nginx/curve-needs-new-openssl]: nginx does not start with OpenSSL before 3.5, which does not know X25519MLKEM768
`,
      },
    ],
    passing: [
      {
        title: 'passed over where unknown, or known to all',
        files: `
#- a/snippets/tls.conf
ssl_ecdh_curve ?X25519MLKEM768:X25519;
#- b/snippets/tls.conf
ssl_ecdh_curve X25519:prime256v1:secp384r1;
#- c/snippets/tls.conf
ssl_ecdh_curve auto;
`,
      },
    ],
  },
  check(directive, { report }) {
    const list = directive.args[0]
    if (directive.presence !== 'present' || !list?.known) return
    const groups = list.value.split(':')
    const fresh = groups.filter((group) => /mlkem|kyber/i.test(group) && !group.startsWith('?'))
    if (fresh.length === 0) return
    const rest = groups.filter((group) => !fresh.includes(group))
    report({
      at: placeOfDirective(directive),
      message: `nginx does not start with OpenSSL before 3.5, which does not know ${fresh.join(', ')} and refuses the whole list. Leave the choice to OpenSSL ("auto"), unless it is known to be new.`,
      fixes: [
        {
          title: rest.length > 0 ? `Take ${fresh.join(', ')} out` : 'Write "auto"',
          safe: false,
          edits: [replaceArgument(directive, list, rest.length > 0 ? rest.join(':') : 'auto')],
        },
      ],
    })
  },
})
