import { placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { listensSeen, serverAround, speaksTls } from '../../site/nginx/access.ts'
import { inEffect } from '../../site/nginx/blocks.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/client-certificate-not-asked-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['ssl_verify_client'],
  severity: 'warning',
  summary: '`ssl_verify_client` in a server without TLS, or `optional` with nothing that looks at the outcome: everyone gets in.',
  explanation: `
A certificate is asked for in the TLS handshake. In a server that listens without \`ssl\` there is none, and everyone gets in. With \`optional\` (and \`optional_no_ca\`) nginx lets in who has no certificate, or a bad
one, and leaves it to \`$ssl_client_verify\` to be looked at: by an \`if\`, a \`map\` or the application.
`,
  source: 'nginx documentation, ssl_verify_client; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'no TLS, and no look at the outcome',
        files: `
#- conf.d/site.conf
server {
    listen 8080;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_client_certificate /etc/ssl/ca.pem;
    ssl_verify_client on;
#   ^^^^^^^^^^^^^^^^^^^^^ warning[security/client-certificate-not-asked-nginx]: No certificate is asked for
    root /srv/www;
}
#- nginx.conf
events {}
http {
    server_tokens off;
    server {
        listen 443 ssl;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_certificate /etc/ssl/a.pem;
        ssl_certificate_key /etc/ssl/a.key;
        ssl_client_certificate /etc/ssl/ca.pem;
        ssl_verify_client optional;
#                         ^^^^^^^^ info[security/client-certificate-not-asked-nginx]: Who has no certificate gets in as well
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'TLS, and the outcome looked at',
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_client_certificate /etc/ssl/ca.pem;
    ssl_verify_client optional;
    if ($ssl_client_verify != SUCCESS) { return 403; }
}
server { listen 80; ssl_verify_client off; }
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const value = directive.args[0]
    if (directive.presence !== 'present' || !value?.known || value.value === 'off') return
    const server = serverAround(directive)
    if (server && listensSeen(server, configuration) && !speaksTls(server, configuration)) {
      report({
        at: placeOfDirective(directive),
        message: 'No certificate is asked for: this server listens without "ssl", and everyone gets in. Write "ssl" behind "listen".',
        fixes:
          server.listens.length > 0 &&
          inEffect(server.directive, configuration, 'ssl_certificate') &&
          inEffect(server.directive, configuration, 'ssl_certificate_key')
            ? [
                {
                  title: 'Write "ssl" behind each "listen"',
                  safe: false,
                  edits: server.listens.map(({ directive: { source, args, start } }) => {
                    const end = args.at(-1)?.end ?? start
                    return { path: source.path, start: end, end, newText: ' ssl' }
                  }),
                },
              ]
            : [],
      })
    } else if (
      /^optional/.test(value.value) &&
      !configuration.open &&
      !configuration.sources.some(({ text }) => /\bssl_client_/.test(text.replaceAll('ssl_client_certificate', '')))
    ) {
      report({
        at: placeOfArgument(directive, value),
        severity: 'info',
        message: 'Who has no certificate gets in as well, as nothing here looks at $ssl_client_verify. Write "on", or look at it.',
        fixes: [{ title: 'Write "on"', safe: false, edits: [replaceArgument(directive, value, 'on')] }],
      })
    }
  },
})
