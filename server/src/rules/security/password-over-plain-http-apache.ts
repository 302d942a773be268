import { directivesNamed, enclosing, placeOfDirective } from '../../configuration/placed.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { ofHost } from '../apache/lib/of-host.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/password-over-plain-http-apache',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['authtype'],
  severity: 'info',
  summary: '`AuthType Basic` in a virtual host for port 80: the password goes over the net as good as in clear.',
  explanation: `
With \`Basic\` the browser sends name and password with every request, only encoded. Without TLS everyone on the way can read them. Serve what asks for a password over TLS only.

Where a proxy in front ends TLS, nothing is wrong: say so with an ignore comment.
`,
  source: 'RFC 7617, section 4; Apache documentation of mod_auth_basic.',
  examples: {
    failing: [
      {
        title: 'port 80',
        files: `
#- site.conf
<VirtualHost *:80>
    <Location /admin>
        AuthType Basic
#       ^^^^^^^^^^^^^^ info[security/password-over-plain-http-apache]: The password goes over the net as good as in clear: this virtual host is for port 80,
        AuthName "Staff"
        AuthUserFile /etc/users
        Require valid-user
    </Location>
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'with TLS, behind a redirection, only with TLS',
        files: `
#- site.conf
<VirtualHost *:443>
    <Location /admin>
        AuthType Basic
        AuthName "Staff"
        AuthUserFile /etc/users
        Require valid-user
    </Location>
</VirtualHost>
<VirtualHost *:80>
    Redirect permanent / https://example.org/
    <Location /admin>
        AuthType Basic
        AuthName "Staff"
        AuthUserFile /etc/users
        Require valid-user
    </Location>
</VirtualHost>
<VirtualHost *:80>
    ServerName two.example.org
    <Location /admin>
        SSLRequireSSL
        AuthType Basic
        AuthName "Staff"
        AuthUserFile /etc/users
        Require valid-user
    </Location>
</VirtualHost>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const [type] = directive.args
    const host = enclosing(directive, 'virtualhost')
    if (!isRead(directive) || !type?.known || type.value.toLowerCase() !== 'basic' || !host || !directive.parent) return
    if (host.args.length === 0 || !host.args.every((argument) => /:80$/.test(argument.value))) return
    const own = (name: string): boolean => ofHost(configuration, host, name).length > 0
    if (['sslengine', 'sslrequiressl', 'remoteipheader'].some(own)) return
    const leadsOn = ofHost(configuration, host, 'redirect', 'redirectpermanent', 'redirectmatch', 'rewriterule', 'require', 'rewritecond').some((each) =>
      each.args.some(({ value }) => /https|^ssl$/i.test(value)),
    )
    if (leadsOn || directivesNamed(configuration, 'setenvif', 'requestheader').some((each) => each.args.some(({ value }) => /forwarded-proto/i.test(value))))
      return
    report({
      at: placeOfDirective(directive),
      message: `The password goes over the net as good as in clear: this virtual host is for port 80, without TLS. Serve it over TLS only.`,
      fixes: [{ title: 'Refuse it without TLS (SSLRequireSSL)', safe: false, edits: [insertAfter(directive, ['SSLRequireSSL'])] }],
    })
  },
})
