import { placeOfDirective } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/early-data-replayed-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['ssl_early_data'],
  severity: 'info',
  summary: '`ssl_early_data on`, and nothing tells the application: whoever records such a request can send it again.',
  explanation: `
A request in the early data of TLS 1.3 can be recorded and sent again, and the application acts twice. It has to refuse what must not happen twice, with 425, and for that it has to know:
\`proxy_set_header Early-Data $ssl_early_data;\`.
`,
  source: 'RFC 8470; nginx documentation, ssl_early_data.',
  examples: {
    failing: [
      {
        title: 'the application is not told',
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_early_data on;
#   ^^^^^^^^^^^^^^^^^^ info[security/early-data-replayed-nginx]: Requests can be recorded and sent again
    location / { proxy_pass http://127.0.0.1:8000; }
}
`,
      },
    ],
    passing: [
      {
        title: 'it is told',
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_early_data on;
    location / {
        proxy_set_header Early-Data $ssl_early_data;
        proxy_pass http://127.0.0.1:8000;
    }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const value = directive.args[0]
    if (directive.presence !== 'present' || value?.value.toLowerCase() !== 'on') return
    if (configuration.sources.some(({ text }) => /\$\{?ssl_early_data\b/i.test(text))) return
    report({
      at: placeOfDirective(directive),
      message:
        'Requests can be recorded and sent again, and the application cannot tell: hand on "Early-Data $ssl_early_data", and have it answer 425, or switch this off.',
      fixes: [{ title: 'Write "off"', safe: false, edits: [replaceArgument(directive, value, 'off')] }],
    })
  },
})
