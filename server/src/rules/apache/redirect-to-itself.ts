import { directivesNamed, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { removeDirective, replaceInArgument } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { isRead } from './config-test/conditions.ts'
import { rewriteScopesOf } from './lib/rewriting.ts'

export const rule = defineRule({
  id: 'apache/redirect-to-itself',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A virtual host that redirects everything to its own address: browsers give up after some twenty rounds.',
  explanation: `
\`Redirect / https://example.org/\` in the virtual host for \`https://example.org\` leads every request to the virtual host that it came from, and so on without end
(ERR_TOO_MANY_REDIRECTS). It belongs into the virtual host for port 80, or into the one for the other name.
`,
  source: 'Tried with Apache 2.4.71: the answer leads to the same URL.',
  examples: {
    failing: [
      {
        title: 'in the virtual host for TLS, and without TLS',
        files: `
#- site.conf
<VirtualHost *:443>
    ServerName example.org
    SSLEngine on
    Redirect permanent / https://example.org/
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/redirect-to-itself]: This leads to itself without end: a request for https://example.org/ is redirected to
</VirtualHost>
<VirtualHost *:80>
    ServerName www.example.org
    RewriteEngine On
    RewriteRule ^/(.*)$ http://www.example.org/$1 [R=301,L]
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/redirect-to-itself]: This leads to itself without end: a request for http://www.example.org/ is redirected to
</VirtualHost>
`,
      },
      {
        title: 'the same address again',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName example.org
    Redirect permanent / http://example.org/
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/redirect-to-itself]: This leads to itself without end: a request for http://example.org/ is redirected to
</VirtualHost>
<VirtualHost *:443>
    ServerName example.org
    DocumentRoot /srv/site
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          host: 'example.org',
          get: '/cart',
          before: { status: 301, headers: /^location: http:\/\/example\.org\/cart$/im },
          after: { status: 301, headers: /^location: https:\/\/example\.org\/cart$/im },
        },
      },
    ],
    passing: [
      {
        title: 'to TLS, to another name, from an alias, under a condition, a part',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName example.org
    Redirect permanent / https://example.org/
</VirtualHost>
<VirtualHost *:443>
    ServerName example.org
    ServerAlias www.example.org
    SSLEngine on
    Redirect permanent /old https://example.org/new
    RewriteEngine On
    RewriteCond %{HTTP_HOST} ^www
    RewriteRule ^/(.*)$ https://example.org/$1 [R=301,L]
</VirtualHost>
<VirtualHost *:443>
    ServerName old.example.org
    SSLEngine on
    Redirect / https://example.org/
</VirtualHost>
<VirtualHost *:80>
    ServerName three.example.org
    Redirect / http://three.example.org/start
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const directive of directivesNamed(configuration, 'redirect', 'redirectpermanent', 'redirecttemp')) {
      const host = directive.parent
      const [target, from] = [directive.args.at(-1), directive.args.at(-2)]
      if (host?.name !== 'virtualhost' || !isRead(directive) || !target?.known || from?.value !== '/') continue
      if (!/^https?:\/\/[^/]+\/?$/i.test(target.value)) continue
      tell(directive, host, target.value, directive.args.length - 1)
    }
    for (const scope of rewriteScopesOf(configuration)) {
      if (!scope.certain || scope.section?.name !== 'virtualhost') continue
      if (!scope.engine.some((each) => each.args[0]?.value.toLowerCase() === 'on')) continue
      const [first] = scope.rules
      if (
        !first ||
        first.conditions.length > 0 ||
        first.negated ||
        !first.flags.has('r') ||
        !/^\^?(?:\/\(\.\*\)|\/\?\(\.\*\)|\(\.\*\))\$?$/.test(first.pattern)
      )
        continue
      if (!/^https?:\/\/[^/]+\/?\$1$/.test(first.target)) continue
      tell(first.directive, scope.section, first.target, 1)
    }

    function tell(directive: PlacedDirective, host: PlacedDirective, target: string, index: number): void {
      const [, scheme = '', name = ''] = /^(https?):\/\/([^/$:]+)(?=[/$]|$)/i.exec(target) ?? []
      const own = host.children.find((each) => each.name === 'servername' && isRead(each))?.args[0]?.value.toLowerCase()
      if (name === '' || own !== name.toLowerCase() || host.args.length === 0) return
      const port = scheme.toLowerCase() === 'https' ? '443' : '80'
      // TLS that ends elsewhere may come to another port, and a name without TLS to one that a proxy hands on.
      if (!host.args.every((argument) => argument.known && argument.value.endsWith(`:${port}`))) return
      if (port === '443' && !host.children.some((each) => each.name === 'sslengine' && each.args[0]?.value.toLowerCase() === 'on')) return
      const secure = directivesNamed(configuration, 'virtualhost').some(
        (each) =>
          each.args.some(({ value }) => value.endsWith(':443')) &&
          each.children.some((child) => /^server(?:name|alias)$/.test(child.name) && child.args.some(({ value }) => value.toLowerCase() === own)),
      )
      report({
        at: placeOfDirective(directive),
        message: `This leads to itself without end: a request for ${scheme}://${name}/ is redirected to ${scheme}://${name}/, which is this virtual host.${port === '80' && secure ? ' Was https:// meant?' : ''}`,
        fixes: fixes(directive, index, port === '80' && secure),
      })
    }
  },
})

function fixes(directive: PlacedDirective, index: number, secure: boolean): FindingFix[] {
  const argument = directive.args[index]
  const edit = argument && secure ? replaceInArgument(directive, argument, 'http://', 'https://') : undefined
  return edit ? [{ title: 'Redirect to https://', safe: false, edits: [edit] }] : [{ title: 'Remove it', safe: false, edits: [removeDirective(directive)] }]
}
