import { directivesNamed, enclosing, placeOfDirective } from '../../configuration/placed.ts'
import { oldAccessOf } from '../../site/apache/access-compat.ts'
import { authorizationOf } from '../../site/apache/authorization.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/open-proxy',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['proxyrequests'],
  severity: 'warning',
  summary: '`ProxyRequests On` without a `<Proxy>` that says for whom: the server fetches anything for anyone.',
  explanation: `
\`ProxyRequests On\` makes the server a *forward* proxy: whoever sends \`GET http://any.host/\` gets what it fetches there. Such proxies are found within hours, and used for
spam, attacks and to reach what lies behind the firewall.

To pass requests on to an application with \`ProxyPass\` it is not needed, and stays Off. Where a forward proxy is meant, \`<Proxy *>\` must say who may use it.
`,
  source: 'Apache documentation of mod_proxy, "Forward Proxies and Reverse Proxies/Gateways" and ProxyRequests; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'beside a ProxyPass that does not need it',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName example.org
    ProxyRequests On
#   ^^^^^^^^^^^^^^^^ warning[security/open-proxy]: Anyone may use this server as a proxy: "GET http://169.254.169.254/" is fetched for
    ProxyPass /app/ http://127.0.0.1:8000/
    ProxyPassReverse /app/ http://127.0.0.1:8000/
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          host: '127.0.0.1:9',
          get: 'http://127.0.0.1:9/',
          before: { status: 503, log: /AH00957/ },
          after: { status: 403 },
        },
      },
      {
        title: 'granted to all',
        files: `
#- proxy.conf
ProxyRequests On
# <------------- warning[security/open-proxy]: Anyone may use this server as a proxy: "GET http://169.254.169.254/" is fetched for
<Proxy *>
    Require all granted
</Proxy>
`,
      },
    ],
    passing: [
      {
        title: 'off, or for some addresses',
        files: `
#- site.conf
<VirtualHost *:80>
    ProxyRequests Off
    ProxyPass / http://127.0.0.1:8000/
</VirtualHost>
<VirtualHost *:3128>
    ProxyRequests On
    <Proxy "*">
        Require ip 10.0.0.0/8
    </Proxy>
</VirtualHost>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const [value] = directive.args
    if (!isRead(directive) || !value?.known || value.value.toLowerCase() !== 'on' || directive.source.templated) return
    const host = enclosing(directive, 'virtualhost')
    const guards = directivesNamed(configuration, 'proxy', 'proxymatch', 'location', 'locationmatch').filter(
      (each) => each.presence !== 'absent' && (enclosing(each, 'virtualhost') ?? host) === host,
    )
    const guarded = guards.some((each) => {
      const own = authorizationOf(each)
      const old = oldAccessOf(each)
      return (own && own.verdict !== 'granted') || (old && old.verdict !== 'granted') || each.presence === 'unknown'
    })
    if (guarded || directivesNamed(configuration, 'proxyblock').length > 0) return
    const passes = directivesNamed(configuration, 'proxypass', 'proxypassmatch').some((each) => each.presence !== 'absent')
    const granted = guards.some(
      (each) => each.name.startsWith('proxy') && (authorizationOf(each)?.verdict === 'granted' || oldAccessOf(each)?.verdict === 'granted'),
    )
    const sure = passes || granted || (configuration.whole && !configuration.open)
    report({
      at: placeOfDirective(directive),
      ...(sure ? {} : { severity: 'info' }),
      message: `Anyone may use this server as a proxy: "GET http://169.254.169.254/" is fetched for whoever asks${sure ? '' : ', unless a <Proxy> elsewhere says who may'}. ${passes ? 'ProxyPass does not need it: turn it off.' : 'Turn it off, or say who may in a <Proxy *>.'}`,
      fixes: [{ title: 'Turn it off', safe: passes, edits: [replaceArgument(directive, value, 'Off')] }],
    })
  },
})
