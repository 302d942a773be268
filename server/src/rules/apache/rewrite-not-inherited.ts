import { directivesNamed, placeOfDirective } from '../../configuration/placed.ts'
import { insertInside } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { rewriteScopesOf } from './lib/rewriting.ts'
import { virtualHostsOf } from './lib/virtual-hosts.ts'

export const rule = defineRule({
  id: 'apache/rewrite-not-inherited',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'Rules of the main server that no request meets, because virtual hosts take all of them and do not inherit rules.',
  explanation: `
A virtual host does not inherit the \`RewriteRule\` lines of the main server unless \`RewriteOptions Inherit\` in the virtual host says so. (\`InheritDown\` in the main server does not reach
a virtual host without a directive of mod_rewrite: tried.) Where each
port that Apache listens on has virtual hosts for all addresses, no request is left for the main server.
`,
  source: '`modules/mappers/mod_rewrite.c`: `config_server_merge`; Apache documentation of RewriteOptions; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'one virtual host for all',
        files: `
#- httpd.conf
Listen 80
RewriteEngine On
RewriteRule ^/old$ https://example.org/new [R=301,L]
# <------------------------------------------------- warning[apache/rewrite-not-inherited]: No request meets this rule: the virtual hosts take everything, and they do not inherit
<VirtualHost *:80>
    ServerName example.org
</VirtualHost>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          get: '/old',
          host: 'example.org',
          before: { status: 403 },
          after: { status: 301 },
        },
      },
    ],
    passing: [
      {
        title: 'inherited, or a port without virtual hosts',
        files: `
#- httpd.conf
Listen 80
Listen 8080
RewriteEngine On
RewriteRule ^/old$ https://example.org/new [R=301,L]
<VirtualHost *:80>
    ServerName example.org
</VirtualHost>
#- other/httpd.conf
Listen 80
RewriteEngine On
RewriteOptions InheritDown
RewriteRule ^/old$ https://example.org/new [R=301,L]
<VirtualHost *:80>
    ServerName example.org
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    if (!configuration.whole || configuration.open) return
    const scope = rewriteScopesOf(configuration).find((each) => each.section === undefined && each.kind === 'server')
    const [first] = scope?.rules ?? []
    if (!scope?.certain || !first || scope.options.length > 0 || directivesNamed(configuration, 'rewriteoptions').length > 0) return
    const hosts = virtualHostsOf(configuration)
    const listens = directivesNamed(configuration, 'listen').filter((each) => each.presence !== 'absent')
    const ports = listens.map((each) => /(\d+)$/.exec(each.args[0]?.known ? each.args[0].value : '')?.[1])
    if (
      ports.length === 0 ||
      !ports.every((port) => hosts.some(({ addresses }) => port !== undefined && (addresses.includes(`*:${port}`) || addresses.includes('*'))))
    )
      return
    report({
      at: placeOfDirective(first.directive),
      message: `No request meets ${scope.rules.length === 1 ? 'this rule' : 'these rules'}: the virtual hosts take everything, and they do not inherit the rules of the main server. Add "RewriteOptions Inherit" to them, or move ${scope.rules.length === 1 ? 'it' : 'them'} there.`,
      related: hosts.slice(0, 3).map(({ directive }) => ({ at: placeOfDirective(directive), message: 'does not inherit them' })),
      fixes: [
        {
          title: hosts.length === 1 ? 'Inherit the rules in the virtual host' : 'Inherit the rules in each virtual host',
          safe: false,
          edits: hosts.map(({ directive }) => insertInside(directive, ['RewriteOptions Inherit'])),
        },
      ],
    })
  },
})
