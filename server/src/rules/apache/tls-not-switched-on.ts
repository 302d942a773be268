import { directivesNamed, placeOfDirective } from '../../configuration/placed.ts'
import { insertBefore } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { isRead } from './config-test/conditions.ts'

export const rule = defineRule({
  id: 'apache/tls-not-switched-on',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['virtualhost'],
  severity: 'warning',
  summary: 'A virtual host with a certificate whose TLS is not turned on: it speaks plain HTTP.',
  explanation: `
A certificate alone does nothing: \`SSLEngine on\` turns TLS on. Without it Apache does so by itself only on port 443, and on ports that \`Listen\` calls \`https\`. Elsewhere browsers
that ask with \`https://\` get an error (SSL_ERROR_RX_RECORD_TOO_LONG), and with \`http://\` the site answers unencrypted.
`,
  source: '`modules/ssl/ssl_engine_init.c`: `ssl_init_Module`; `server/core.c`: `ap_get_server_protocol`.',
  examples: {
    failing: [
      {
        title: 'another port',
        files: `
#- httpd.conf
Listen 8443
<VirtualHost *:8443>
    ServerName example.org
    SSLCertificateFile /etc/ssl/site.pem
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/tls-not-switched-on]: This certificate is not used: TLS is not turned on here, and port 8443 answers in plain
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'turned on, turned off on purpose, port 443, a port that is called https',
        files: `
#- httpd.conf
Listen 443
Listen 8443 https
Listen 9443
<VirtualHost *:443>
    SSLCertificateFile /etc/ssl/site.pem
</VirtualHost>
<VirtualHost *:8443>
    SSLCertificateFile /etc/ssl/site.pem
</VirtualHost>
<VirtualHost *:9443>
    SSLEngine on
    SSLCertificateFile /etc/ssl/site.pem
</VirtualHost>
<VirtualHost *:9443>
    ServerName two.example.org
    SSLEngine off
    SSLCertificateFile /etc/ssl/site.pem
</VirtualHost>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    if (!isRead(directive) || !configuration.whole || configuration.open || directive.args.some((argument) => !argument.known)) return
    const certificate = directive.children.find((each) => each.name === 'sslcertificatefile' && isRead(each))
    if (!certificate || directive.children.some((each) => each.name === 'sslengine')) return
    if (directivesNamed(configuration, 'sslengine').some((each) => each.parent === undefined) || directivesNamed(configuration, 'protocol').length > 0) return
    const ports = directive.args.map((argument) => /:(\d+)$/.exec(argument.value)?.[1])
    const listens = directivesNamed(configuration, 'listen')
    const named = listens
      .filter((each) => each.args.length > 1 || each.args.some((argument) => !argument.known))
      .map((each) => /(\d+)$/.exec(each.args[0]?.value ?? '')?.[1])
    if (ports.some((port) => port === undefined || port === '443' || named.includes(port))) return
    report({
      at: placeOfDirective(certificate),
      message: `This certificate is not used: TLS is not turned on here, and port ${ports.join(', ')} answers in plain HTTP. Add "SSLEngine on".`,
      fixes: [{ title: 'Add SSLEngine on', safe: false, edits: [insertBefore(certificate, ['SSLEngine on'])] }],
    })
  },
})
