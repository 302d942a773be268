import { placeOfDirective } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/upstream-certificate-not-checked-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['proxy_ssl_verify', 'grpc_ssl_verify', 'uwsgi_ssl_verify'],
  severity: 'info',
  summary: '`proxy_ssl_verify off`: nginx takes any certificate of the server behind, so that whoever is in between can be that server.',
  explanation: `
TLS to the server behind protects against listening only, where its certificate is not checked. Where the way leads over a net that is not one's own, write \`proxy_ssl_verify on;\` with
\`proxy_ssl_trusted_certificate\` (such as \`/etc/ssl/certs/ca-certificates.crt\`), \`proxy_ssl_server_name on;\` and \`proxy_ssl_name\`. It is also the default, where nothing is said.
`,
  source: 'nginx documentation, proxy_ssl_verify (default: off).',
  examples: {
    failing: [
      {
        title: 'said aloud',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location / {
        proxy_pass https://10.0.0.5;
        proxy_ssl_verify off;
#       ^^^^^^^^^^^^^^^^^^^^^ info[security/upstream-certificate-not-checked-nginx]: Any certificate of the server behind is taken
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'checked',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location / {
        proxy_pass https://10.0.0.5;
        proxy_ssl_verify on;
        proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
    }
}
`,
      },
    ],
  },
  check(directive, { report }) {
    if (directive.presence !== 'present' || directive.args[0]?.value.toLowerCase() !== 'off') return
    const prefix = directive.name.replace(/verify$/, '')
    report({
      at: placeOfDirective(directive),
      message: `Any certificate of the server behind is taken: whoever is in between can be that server. Write "${directive.name} on" with "${prefix}trusted_certificate", unless the way is all your own.`,
    })
  },
})
