import { directivesNamed, enclosing, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { oldAccessOf } from '../../site/apache/access-compat.ts'
import { authorizationOf } from '../../site/apache/authorization.ts'
import { locationHolds } from '../../site/apache/pattern.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

const pages: Readonly<Record<string, string>> = {
  'server-status': 'which client asks for what at this moment, query strings and all',
  'server-info': 'the whole configuration',
  'ldap-status': 'the state of the LDAP cache',
  'balancer-manager': 'the backends, and lets everyone switch them off',
}

export const rule = defineRule({
  id: 'security/status-page-exposed-apache',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['sethandler'],
  severity: 'warning',
  summary: 'The page of mod_status, mod_info or the balancer manager, for everyone to see.',
  explanation: `
\`server-status\` shows the requests that are served at this moment with the addresses of the clients, \`server-info\` the configuration, and with \`balancer-manager\` whoever comes can
switch backends off. Let in addresses of your own only: \`Require local\`, \`Require ip …\`.

Behind a proxy on the same machine every request is local, and \`Require local\` keeps no one out.
`,
  source: 'Apache documentation of mod_status, mod_info and mod_proxy_balancer; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'granted to all',
        files: `
#- site.conf
<Location /server-status>
    SetHandler server-status
#   ^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/status-page-exposed-apache]: Everyone may see /server-status: GET /server-status shows which client asks for what at
    Require all granted
</Location>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          get: '/server-status?auto',
          before: { status: 200, body: /Scoreboard/ },
          after: { status: 403 },
          fix: 1,
        },
      },
      {
        title: 'nothing is asked for',
        files: `
#- httpd.conf
Listen 80
<Location "/status">
    SetHandler server-status
#   ^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/status-page-exposed-apache]: Everyone may see /status: GET /status shows which client asks for what at this moment,
</Location>
<Location /balancer>
    SetHandler balancer-manager
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/status-page-exposed-apache]: Everyone may see /balancer: GET /balancer shows the backends, and lets everyone switch
    Order allow,deny
    Allow from all
</Location>
`,
      },
    ],
    passing: [
      {
        title: 'for some addresses, here or in a section that holds as well',
        files: `
#- site.conf
<Location /server-status>
    SetHandler server-status
    Require local
</Location>
<Location /server-info>
    SetHandler server-info
</Location>
<Location /server-info>
    Require ip 10.0.0.0/8
</Location>
<Location /balancer>
    SetHandler balancer-manager
    <RequireAny>
        Require local
        Require host example.org
    </RequireAny>
</Location>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const section = directive.parent
    const handler = directive.args[0]?.value.toLowerCase() ?? ''
    const shows = pages[handler]
    if (!isRead(directive) || !shows || !section || section.source.templated || !/^(?:location|files)$/.test(section.name)) return
    const url = section.args[0]?.value ?? ''
    // What is handed out is decided by all sections that hold for the URL.
    const holding = directivesNamed(configuration, 'location', 'locationmatch').filter(
      (each) => each.presence !== 'absent' && (each === section || each.name === 'locationmatch' || locationHolds(each.args[0]?.value ?? '', url)),
    )
    const own = authorizationOf(section)
    const old = oldAccessOf(section)
    if (holding.some((each) => restricts(each)) || restricts(section) || enclosing(directive, 'if')) return
    if (section.children.some((each) => each.presence === 'unknown' || each.name === 'limitexcept' || each.name === 'limit')) return
    const granted = own?.verdict === 'granted' || old?.verdict === 'granted'
    if (!granted && !(configuration.whole && !configuration.open)) return
    const grant = section.children.find((each) => each.name === 'require')
    const replace = grant && placeOfDirective(grant)
    report({
      at: placeOfDirective(directive),
      message: `Everyone may see ${url}: GET ${url} shows ${shows}. Let in some addresses only.`,
      fixes: [
        {
          title: 'Let in this machine only',
          safe: false,
          edits: [
            grant && replace
              ? { path: grant.source.path, start: replace.start, end: replace.end, newText: 'Require local' }
              : insertAfter(directive, ['Require local']),
          ],
        },
        {
          title: 'Let in no one',
          safe: false,
          edits: [
            grant && replace
              ? { path: grant.source.path, start: replace.start, end: replace.end, newText: 'Require all denied' }
              : insertAfter(directive, ['Require all denied']),
          ],
        },
      ],
    })
  },
})

/** Whether a section asks for anything, or may. */
function restricts(section: PlacedDirective): boolean {
  const own = authorizationOf(section)
  const old = oldAccessOf(section)
  return (own !== undefined && own.verdict !== 'granted') || (old !== undefined && old.verdict !== 'granted')
}
