import { enclosing, placeOfDirective } from '../../configuration/placed.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { ofHost } from '../apache/lib/of-host.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/strict-transport-missing-apache',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['sslengine'],
  severity: 'info',
  profile: 'strict',
  summary: 'A virtual host with TLS that does not send `Strict-Transport-Security`.',
  explanation: `
With \`Strict-Transport-Security\` a browser that has once been there asks by TLS only, and does not let its user click past a wrong certificate. Without it the first request of each visit may go in
clear, and whoever stands between answers it.

Browsers remember it for as long as it says: begin with a short time, and only where everything of the host is served by TLS. The application may send it too; then nothing is missing. It is on in
the profile \`strict\` only.
`,
  source: 'RFC 6797; Mozilla, Server Side TLS 6.0.',
  examples: {
    failing: [
      {
        title: 'without',
        files: `
#- webconf.json
{ "profile": "strict" }
#- site.conf
<VirtualHost *:443>
    ServerName example.org
    SSLEngine on
#   ^^^^^^^^^^^^ info[security/strict-transport-missing-apache]: Browsers are not told to come by TLS only: example.org sends no
    SSLCertificateFile /etc/ssl/site.pem
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'with it',
        files: `
#- webconf.json
{ "profile": "strict" }
#- site.conf
<VirtualHost *:443>
    ServerName example.org
    SSLEngine on
    SSLCertificateFile /etc/ssl/site.pem
    Header always set Strict-Transport-Security "max-age=63072000"
</VirtualHost>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const host = enclosing(directive, 'virtualhost')
    if (!isRead(directive) || directive.args[0]?.value.toLowerCase() !== 'on' || !host || directive.source.templated) return
    const elsewhere = ofHost(configuration, host, 'header', 'include', 'includeoptional', 'use').some((each) =>
      each.name === 'header' ? each.args.some(({ value, known }) => !known || /^strict-transport-security$/i.test(value)) : true,
    )
    if (elsewhere) return
    report({
      at: placeOfDirective(directive),
      message: `Browsers are not told to come by TLS only: ${host.children.find((each) => each.name === 'servername')?.args[0]?.value ?? 'this virtual host'} sends no Strict-Transport-Security.`,
      fixes: [
        {
          title: 'Send Strict-Transport-Security',
          safe: false,
          edits: [insertAfter(directive, ['Header always set Strict-Transport-Security "max-age=63072000"'])],
        },
      ],
    })
  },
})
