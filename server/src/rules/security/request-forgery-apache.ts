import { type Configuration, directivesNamed, enclosing, placeOfArgument } from '../../configuration/placed.ts'
import type { GroupPart, VariablePart } from '../../site/apache/expansion.ts'
import { requestsWith, requestText } from '../../site/apache/witness.ts'
import { groupsReaching, matchRulesOf, type PathRule, rewriteRulesOf } from '../apache/lib/path-patterns.ts'
import { virtualHostsOf } from '../apache/lib/virtual-hosts.ts'
import { defineRule } from '../rule.ts'
import { chosenHost, slashFix } from './lib/chosen-host.ts'

export const rule = defineRule({
  id: 'security/request-forgery-apache',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A `ProxyPassMatch` or `RewriteRule … [P]` with which the request says to which host it is passed.',
  explanation: `
Where what a pattern has taken comes right behind the host, without a slash between, it can change the host: \`ProxyPassMatch ^/(.*)$ http://127.0.0.1$1\` passes \`GET /@10.0.0.5/\` to
\`http://127.0.0.1@10.0.0.5/\`, where \`127.0.0.1\` has become the name of a user, and the request goes to 10.0.0.5. Where the host itself comes from the request (\`http://$1\`,
\`http://%{HTTP_HOST}\`) nothing needs changing.

Everyone then reaches through the server what it reaches: services on its own addresses, the metadata of a cloud (169.254.169.254), other machines inside.
`,
  source: 'Tried with Apache 2.4.71: GET /m/@localhost:9/ connects to localhost:9; modules/proxy/mod_proxy.c: proxy_trans; mod_rewrite.c: apply_rewrite_rule.',
  examples: {
    failing: [
      {
        title: 'no slash behind the host',
        files: `
#- site.conf
ProxyPassMatch ^/(.*)$ http://127.0.0.1$1
#                      ^^^^^^^^^^^^^^^^^^ warning[security/request-forgery-apache]: The request can choose the host: GET /@169.254.169.254 is passed to http://127.0.0.1@169.254.169.254, which
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          get: '/@localhost:9/',
          before: { status: 503, log: /\(localhost:9\) failed/ },
          after: { status: 503, body: /Service Unavailable/ },
        },
      },
      {
        title: 'by a rule in a virtual host, and one in a folder',
        files: `
#- site.conf
<VirtualHost *:80>
    RewriteEngine On
    RewriteRule ^/app/(.*)$ http://127.0.0.1:8000$1 [P,L]
#                           ^^^^^^^^^^^^^^^^^^^^^^^ warning[security/request-forgery-apache]: The request can choose the host: GET /app/@169.254.169.254 is passed to
</VirtualHost>
<Directory /srv/site>
    RewriteEngine On
    RewriteRule ^(.*)$ http://backend.internal$1 [P]
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/request-forgery-apache]: The request can choose the host: GET /@169.254.169.254 is passed to http://backend.internal@
</Directory>
`,
      },
      {
        title: 'the host is what the request says',
        files: `
#- site.conf
<VirtualHost *:80>
    RewriteEngine On
    RewriteRule ^/fetch/(.*)$ http://$1 [P,L]
#                             ^^^^^^^^^ warning[security/request-forgery-apache]: The request chooses the host: GET /fetch/169.254.169.254 is passed to
    RewriteRule ^/other/(.*)$ http://%{HTTP_HOST}/$1 [P,L]
#                             ^^^^^^^^^^^^^^^^^^^^^^ info[security/request-forgery-apache]: The Host header says where it is passed, where this is the virtual host for names that no other has
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'a slash between, the slash in the group, a name that is spelled out, a condition on the host',
        files: `
#- site.conf
<VirtualHost *:80>
    ProxyPassMatch ^/(.*)$ http://127.0.0.1:8000/$1
    ProxyPassMatch ^(/app/.*)$ http://127.0.0.1:8000$1
    ProxyPassMatch ^(.*)$ http://127.0.0.1:8000$1
    RewriteEngine On
    RewriteRule ^(.*)$ http://127.0.0.1:8000$1 [P]
    RewriteRule ^/(blog|shop)/(.*)$ http://$1.internal/$2 [P]
    RewriteRule ^/port/([0-9]+)/(.*)$ http://127.0.0.1:$1/$2 [P]
    RewriteCond %{HTTP_HOST} ^(?:a|b)\\.example\\.org$
    RewriteRule ^ http://%{HTTP_HOST}%{REQUEST_URI} [P]
</VirtualHost>
<VirtualHost *:80>
    ServerName second.example.org
    RewriteEngine On
    RewriteRule ^ http://%{HTTP_HOST}%{REQUEST_URI} [P]
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const rule of matchRulesOf(configuration, 'proxypassmatch')) tell(rule)
    for (const rule of rewriteRulesOf(configuration)) if (rule.rewrite?.flags.has('p')) tell(rule)

    function tell(rule: PathRule): void {
      const { directive, targetArgument } = rule
      const found = chosenHost(rule, '169.254.169.254', (focus) => !isHost(focus)) ?? chosenHost(rule, 'evil.example', (focus) => !isHost(focus))
      const named = found ? undefined : namedByHost(rule, configuration)
      if (!found && !named) return
      const reference = found ? targetArgument.value.slice(found.focus.start, found.focus.end) : ''
      report({
        at: placeOfArgument(directive, targetArgument),
        ...(named === 'perhaps' ? { severity: 'info' } : {}),
        message: found
          ? found.kind === 'glued'
            ? `The request can choose the host: ${requestText(found.request)} is passed to ${found.url}, which is ${found.host}. Put a slash between the host and ${reference}.`
            : `The request chooses the host: ${requestText(found.request)} is passed to ${found.url}. Name the host here.`
          : `The Host header says where it is passed${named === 'perhaps' ? ', where this is the virtual host for names that no other has' : ''}: a request with "Host: 169.254.169.254" is answered by that machine. Name the host here, or test %{HTTP_HOST} with a RewriteCond.`,
        fixes: found?.kind === 'glued' ? slashFix(rule, reference) : [],
      })
    }
  },
})

const isHost = (focus: GroupPart | VariablePart): boolean => focus.kind === 'variable' && /^(?:HTTP_HOST|HTTP:Host|SERVER_NAME)$/i.test(focus.name)

/** Whether the host is that of the request, and a request with a foreign one comes here. */
function namedByHost(rule: PathRule, configuration: Configuration): 'certainly' | 'perhaps' | undefined {
  if (!/^https?:\/\/%\{(?:HTTP_HOST|HTTP:Host)\}(?=[/:?#%$]|$)/i.test(rule.targetArgument.value)) return undefined
  const part = rule.target.find((each): each is VariablePart => each.kind === 'variable')
  if (!part || !requestsWith(rule, part, '^169\\.254\\.169\\.254$').some((request) => groupsReaching(rule, request))) return undefined
  const host = enclosing(rule.directive, 'virtualhost')
  if (!host) return configuration.whole && directivesNamed(configuration, 'virtualhost').length === 0 ? 'certainly' : 'perhaps'
  const hosts = virtualHostsOf(configuration)
  const own = hosts.find(({ directive }) => directive === host)
  if (!own) return 'perhaps'
  const rival = hosts.find((each) => each.addresses.some((address) => own.addresses.includes(address)))
  if (rival !== own) return undefined
  return configuration.whole && !configuration.unread ? 'certainly' : 'perhaps'
}
