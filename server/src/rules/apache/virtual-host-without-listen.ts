import { directivesNamed, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/virtual-host-without-listen',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A virtual host with a port that no `Listen` opens, so that no request reaches it.',
  explanation: `
The address of a \`<VirtualHost>\` only chooses between virtual hosts; it is \`Listen\` that opens a port. A virtual host on a port that nothing listens on is never used, and Apache says nothing.

Told of a whole configuration of which every file was read.
`,
  source: '`server/listen.c`, `server/vhost.c`; https://httpd.apache.org/docs/2.4/mod/core.html#virtualhost',
  examples: {
    failing: [
      {
        title: 'the port for TLS',
        files: `
#- httpd.conf
ServerRoot /etc/httpd
Listen 80
<VirtualHost *:80>
    ServerName www.example.org
</VirtualHost>
<VirtualHost *:443>
#            ^^^^^ warning[apache/virtual-host-without-listen]: Nothing listens on port 443, so that no request reaches this virtual host. Add "Listen 443".
    ServerName www.example.org
</VirtualHost>
`,
      },
      {
        title: 'a slip of the pen',
        files: `
#- httpd.conf
ServerRoot /etc/httpd
Listen 192.0.2.1:8080 http
<VirtualHost 192.0.2.1:8008>
#            ^^^^^^^^^^^^^^ warning[apache/virtual-host-without-listen]: Nothing listens on port 8008
    ServerName www.example.org
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'ports with and without addresses, one that may be opened, and virtual hosts for any port',
        files: `
#- httpd.conf
ServerRoot /etc/httpd
Listen 80
Listen [::]:8080
Listen 127.0.0.1:8081 https
<IfDefine Tls>
    Listen 443
</IfDefine>
<VirtualHost *>
    ServerName any.example.org
</VirtualHost>
<VirtualHost *:* *:80 [2001:db8::1]:8080 127.0.0.1:8081>
    ServerName www.example.org
</VirtualHost>
<VirtualHost *:443>
    ServerName www.example.org
</VirtualHost>
`,
      },
      {
        title: 'a site by itself, and a configuration of which a file is missing',
        files: `
#- sites-available/site.conf
<VirtualHost *:8443>
    ServerName www.example.org
</VirtualHost>
#- httpd/httpd.conf
ServerRoot /etc/httpd
Listen 80
Include elsewhere/ports.conf
<VirtualHost *:8443>
    ServerName www.example.org
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    if (configuration.open) return
    const listens = directivesNamed(configuration, 'listen').filter((each) => each.presence !== 'absent' && each.args[0])
    const ports = listens.map(portOfListen)
    const last = listens.findLast((each) => each.presence === 'present' && !each.parent)
    if (!last || ports.includes(undefined)) return
    const open = new Set(ports)
    for (const host of configuration.all) {
      if (host.name !== 'virtualhost' || host.presence !== 'present') continue
      for (const argument of host.args) {
        const port = argument.known ? /:(\d+)$/.exec(argument.value)?.[1] : undefined
        if (port === undefined || port === '0' || Number(port) > 65535 || open.has(port)) continue
        report({
          at: placeOfArgument(host, argument),
          message: `Nothing listens on port ${port}, so that no request reaches this virtual host. Add "Listen ${port}".`,
          fixes: [{ title: `Add Listen ${port}`, safe: false, edits: [insertAfter(last, [`Listen ${port}`])] }],
        })
      }
    }
  },
})

/** Undefined where the port is not known. */
function portOfListen({ args }: PlacedDirective): string | undefined {
  const [argument] = args
  return argument?.known ? /(?:^|:)(\d+)$/.exec(argument.value)?.[1] : undefined
}
