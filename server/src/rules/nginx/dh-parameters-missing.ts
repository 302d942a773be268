import { placeOfDirective } from '../../configuration/placed.ts'
import { inEffect, mayComeUnseen } from '../../site/nginx/blocks.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/dh-parameters-missing',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['ssl_ciphers'],
  severity: 'hint',
  summary: 'Ciphers with DHE in `ssl_ciphers` and no `ssl_dhparam`: they are never used.',
  explanation: `
Since nginx 1.11.0 there are no parameters for DHE without \`ssl_dhparam\`, and then no visitor gets such a cipher. Mozilla's profiles have none any more (guidelines 6.0): take them out, or make a file of 2048 bits.
`,
  source: 'nginx documentation, ssl_dhparam.',
  examples: {
    failing: [
      {
        title: 'two that nobody gets',
        files: `
#- nginx.conf
events {}
http {
    server_tokens off;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[nginx/dh-parameters-missing]: DHE-RSA-AES128-GCM-SHA256 and DHE-RSA-AES256-GCM-SHA384 are never used
    server { listen 80; }
}
`,
      },
    ],
    passing: [
      {
        title: 'with parameters, or perhaps elsewhere',
        files: `
#- a/nginx.conf
events {}
http {
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_dhparam /etc/nginx/dhparam.pem;
    ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256;
    server { listen 80; }
}
#- b/snippets/tls.conf
ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256;
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const list = directive.args[0]
    if (directive.presence !== 'present' || !list?.known) return
    const tokens = list.value.split(':')
    const unused = tokens.filter((token) => /^(?:DHE|EDH)-/.test(token))
    if (unused.length === 0 || unused.length === tokens.length) return
    if (inEffect(directive.parent, configuration, 'ssl_dhparam') || mayComeUnseen(directive.parent, configuration, 'ssl_dhparam')) return
    // In the http block each server may have parameters of its own.
    if (configuration.all.some(({ name, presence }) => name === 'ssl_dhparam' && presence !== 'absent')) return
    report({
      at: placeOfDirective(directive),
      message: `${unused.length > 3 ? `${unused.slice(0, 2).join(', ')} and ${unused.length - 2} more` : unused.join(' and ')} ${unused.length === 1 ? 'is' : 'are'} never used: without "ssl_dhparam" there are no parameters for DHE.`,
      fixes: [
        {
          title: 'Take the ciphers with DHE out',
          safe: false,
          edits: [replaceArgument(directive, list, tokens.filter((token) => !unused.includes(token)).join(':'))],
        },
      ],
    })
  },
})
