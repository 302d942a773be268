import { directivesNamed, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { insertAfter, removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/client-address-forgeable-apache',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A `RemoteIPHeader` that is believed from everyone: whoever sends the header chooses his own address.',
  explanation: `
mod_remoteip takes the client's address out of a header such as \`X-Forwarded-For\`. It does so only for the proxies that \`RemoteIPInternalProxy\` or \`RemoteIPTrustedProxy\` name; where
neither is given it believes everyone, and all entries of the header, so that a proxy in front that appends to it changes nothing. Then \`Require ip 203.0.113.0/24\` lets in who
sends \`X-Forwarded-For: 203.0.113.7\`, and the log says what the client likes. Private addresses are believed from an internal proxy only.

Name the addresses of your own proxies, and no more.
`,
  source: '`modules/metadata/mod_remoteip.c`: `remoteip_modify_request`; Apache documentation of RemoteIPHeader; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'no proxy is named',
        files: `
#- httpd.conf
Listen 80
RemoteIPHeader X-Forwarded-For
# <--------------------------- warning[security/client-address-forgeable-apache]: X-Forwarded-For is believed from everyone: a request with "X-Forwarded-For: 203.0.113.7"
DocumentRoot /srv/site
<Directory /srv/site>
    Require ip 203.0.113.0/24
</Directory>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/a.html': 'inside' },
          headers: { 'X-Forwarded-For': '203.0.113.7, 198.51.100.9' },
          get: '/a.html',
          before: { status: 200, body: /inside/ },
          after: { status: 403 },
        },
      },
      {
        title: 'all the world is a proxy',
        files: `
#- conf-enabled/remoteip.conf
RemoteIPHeader X-Real-IP
RemoteIPTrustedProxy 10.0.0.1
RemoteIPTrustedProxy 0.0.0.0/0
#                    ^^^^^^^^^ warning[security/client-address-forgeable-apache]: Everyone counts as a proxy of yours and chooses his own address: with "X-Real-IP:
`,
      },
    ],
    passing: [
      {
        title: 'proxies that are named',
        files: `
#- httpd.conf
Listen 80
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 10.0.0.0/8
RemoteIPTrustedProxyList conf/trusted
`,
      },
    ],
  },
  check({ configuration, report }) {
    const trusting = directivesNamed(
      configuration,
      'remoteipinternalproxy',
      'remoteiptrustedproxy',
      'remoteipinternalproxylist',
      'remoteiptrustedproxylist',
    ).filter((each) => each.presence !== 'absent')
    const [header] = directivesNamed(configuration, 'remoteipheader').filter(isRead)
    for (const directive of trusting) {
      const everyone = directive.args.find((argument) => /^(?:0\.0\.0\.0\/0(?:\.0\.0\.0)?|::\/0)$/.test(argument.value))
      if (!everyone || !isRead(directive) || directive.name.endsWith('list')) continue
      report({
        at: placeOfArgument(directive, everyone),
        message: `Everyone counts as a proxy of yours and chooses his own address: with "${header?.args[0]?.value ?? 'X-Forwarded-For'}: ${directive.name.includes('internal') ? '127.0.0.1' : '203.0.113.7'}" a request comes from there. Name your proxies only.`,
        fixes: trusting.length > 1 && directive.args.length === 1 ? [{ title: 'Remove it', safe: false, edits: [removeDirective(directive)] }] : [],
      })
    }
    if (!header || trusting.length > 0 || header.source.templated) return
    const name = header.args[0]?.value ?? ''
    const sure = configuration.whole && !configuration.open
    report({
      at: placeOfDirective(header),
      ...(sure ? {} : { severity: 'info' }),
      message: `${name} is believed from everyone${sure ? '' : ', unless another file names the proxies'}: a request with "${name}: 203.0.113.7" counts as one from 203.0.113.7, for Require ip and in the log. Name your proxies with RemoteIPInternalProxy.`,
      fixes: [{ title: 'Believe a proxy on this machine only', safe: false, edits: [insertAfter(header, ['RemoteIPInternalProxy 127.0.0.1'])] }],
    })
  },
})
