import { directivesNamed, placeOfArgument } from '../../configuration/placed.ts'
import { requestText } from '../../site/apache/witness.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { matchRulesOf, type PathRule, rewriteRulesOf } from '../apache/lib/path-patterns.ts'
import { redirects } from '../apache/lib/rewriting.ts'
import { insertBefore, replaceArgument } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { chosenHost, isOfLink, slashFix, urlWith } from './lib/chosen-host.ts'

export const rule = defineRule({
  id: 'security/redirect-host-from-request-apache',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A redirection whose host runs into what the request says: it leads to hosts of others, and to none of your own.',
  explanation: `
\`Redirect / https://example.org\` puts what remains of the path right behind the host. Of \`/cart\` it makes \`https://example.orgcart\`, which is nowhere, and of \`/.evil.net\` it makes
\`https://example.org.evil.net\`: a link that begins with your address leads to a page of someone else. The same goes for \`RedirectMatch ^/(.*)$ https://example.org$1\` and for a
\`RewriteRule ^(.*)$ https://example.org$1\` in a \`.htaccess\`, where the path has no slash at its beginning.
`,
  source: 'Tried with Apache 2.4.71; modules/mappers/mod_alias.c: try_alias_list; mod_rewrite.c: apply_rewrite_rule.',
  examples: {
    failing: [
      {
        title: 'Redirect of everything',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName old.example.org
    Redirect permanent / https://example.org
#                        ^^^^^^^^^^^^^^^^^^^ warning[security/redirect-host-from-request-apache]: The rest of the path is put right behind the host: /cart leads to
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          host: 'old.example.org',
          get: '/.evil.net/',
          before: { status: 301, headers: /^location: https:\/\/example\.org\.evil\.net\/$/im },
          after: { status: 301, headers: /^location: https:\/\/example\.org\/\.evil\.net\/$/im },
        },
      },
      {
        title: 'patterns that leave the slash out',
        files: `
#- site.conf
RedirectMatch 301 ^/(.*)$ https://example.org$1
#                         ^^^^^^^^^^^^^^^^^^^^^ warning[security/redirect-host-from-request-apache]: What $1 stands for is put right behind the host: GET /.evil.example redirects to example.org.evil.example, a host of someone else, and GET /cart to https://example.orgcart
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          get: '/.evil.example',
          before: { status: 301, headers: /^location: https:\/\/example\.org\.evil\.example$/im },
          after: { status: 301, headers: /^location: https:\/\/example\.org\/\.evil\.example$/im },
        },
      },
      {
        title: 'a parameter of the query, and a part of the host',
        files: `
#- site.conf
<VirtualHost *:80>
    RewriteEngine On
    RewriteCond %{QUERY_STRING} (?:^|&)next=([^&]+)
    RewriteRule ^/login$ %1 [R,L]
#                        ^^ warning[security/redirect-host-from-request-apache]: Whoever makes the link chooses where it leads: GET /login?next=http://evil.example redirects to evil.example
    RewriteCond %{HTTP_HOST} ^www\\.(.+)$ [NC]
    RewriteRule ^/old/?(.*)$ http://%1$1 [R=301,L]
#                            ^^^^^^^^^^^ warning[security/redirect-host-from-request-apache]: What $1 stands for is put right behind the host: GET /old.evil.example with "Host: www.
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          get: '/login?next=http://evil.example/',
          before: { status: 302, headers: /^location: http:\/\/evil\.example\/\?next=/im },
          after: { status: 403 },
        },
      },
      {
        title: 'rules in a folder and in a virtual host',
        files: `
#- .htaccess
RewriteEngine On
RewriteCond %{HTTPS} off
RewriteRule ^(.*)$ https://%{HTTP_HOST}$1 [R=301,L]
#                  ^^^^^^^^^^^^^^^^^^^^^^ warning[security/redirect-host-from-request-apache]: What $1 stands for is put right behind the host: GET /.evil.example redirects to example.org.evil.example
#- site.conf
<VirtualHost *:80>
    RewriteEngine On
    RewriteRule ^/go/(.*)$ https://$1 [R,L]
#                          ^^^^^^^^^^ warning[security/redirect-host-from-request-apache]: Whoever makes the link chooses where it leads: GET /go/evil.example redirects to evil.example
    RewriteRule ^/?(.*)$ https://www.example.org$1 [R=301,L]
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/redirect-host-from-request-apache]: What $1 stands for is put right behind the host: GET /.evil.example redirects to www.example.org.evil.example
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'with the slash on one side',
        files: `
#- site.conf
<VirtualHost *:80>
    Redirect permanent /shop https://shop.example.org
    Redirect permanent / https://example.org/
    RedirectMatch ^(.*)$ https://example.org$1
    RedirectMatch ^/(.*)$ https://example.org/$1
    RewriteEngine On
    RewriteRule ^(.*)$ https://www.example.org$1 [R=301,L]
    RewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [R=301,L]
    RewriteRule ^/([a-z]{2})/ https://$1.example.org/ [R=301,L]
    RewriteCond %{QUERY_STRING} ^to=([a-z]+)$
    RewriteRule ^/go$ https://example.org%1 [R]
    RewriteCond $1 !\\.
    RewriteRule ^/host/(.*)$ https://$1 [R]
    RewriteCond %{REQUEST_URI} !\\.
    RewriteRule ^/near/(.*)$ https://example.org$1 [R]
    RewriteRule ^/safe/ - [F]
    RewriteRule ^/safe/(.*)$ https://$1 [R]
    RewriteCond %{REMOTE_ADDR} ^10\\.
    RewriteRule ^/inside/(.*)$ https://$1 [R]
</VirtualHost>
#- .htaccess
RewriteEngine On
RewriteRule ^(.*)$ https://www.example.org/$1 [R=301,L]
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const directive of directivesNamed(configuration, 'redirect', 'redirectpermanent', 'redirecttemp')) {
      const target = directive.args.at(-1)
      const from = directive.args.at(-2)
      const counted = directive.name === 'redirect' ? directive.args.length === 2 || directive.args.length === 3 : directive.args.length === 2
      if (!isRead(directive) || !counted || !target?.known || !from?.known || !from.value.startsWith('/') || !from.value.endsWith('/')) continue
      if (!/^https?:\/\/[\w.-]+(?::\d+)?$/i.test(target.value)) continue
      report({
        at: placeOfArgument(directive, target),
        message: `The rest of the path is put right behind the host: ${from.value}cart leads to ${target.value}cart, and ${from.value}.evil.net to ${target.value}.evil.net, a host of someone else. End the target in a slash.`,
        fixes: [{ title: `Write ${target.value}/`, safe: true, edits: [replaceArgument(directive, target, `${target.value}/`)] }],
      })
    }
    for (const rule of matchRulesOf(configuration, 'redirectmatch')) tell(rule)
    for (const rule of rewriteRulesOf(configuration)) if (rule.rewrite && redirects(rule.rewrite)) tell(rule)

    function tell(rule: PathRule): void {
      const found = chosenHost(rule, 'evil.example', isOfLink(rule))
      if (!found) return
      const { directive, targetArgument } = rule
      const reference = targetArgument.value.slice(found.focus.start, found.focus.end)
      const shown = requestText(found.request)
      const plain = found.kind === 'glued' ? urlWith(rule, found.focus, 'cart') : undefined
      report({
        at: placeOfArgument(directive, targetArgument),
        message:
          found.kind === 'glued'
            ? `What ${reference} stands for is put right behind the host: ${shown} redirects to ${found.host}, a host of someone else${plain ? `, and ${requestText(plain.request)} to ${plain.url}` : ''}. Put a slash between.`
            : `Whoever makes the link chooses where it leads: ${shown} redirects to ${found.host}. Name the host here, or list those that are meant in the pattern.`,
        fixes: found.kind === 'glued' ? slashFix(rule, reference) : pathFix(rule, reference),
      })
    }
  },
})

/** A condition more, where the whole URL comes from the condition before: what it takes begins with a slash then. */
function pathFix({ directive, targetArgument }: PathRule, reference: string): readonly FindingFix[] {
  if (targetArgument.value !== reference || !/^%[1-9]$/.test(reference)) return []
  const line = `RewriteCond ${reference} ^(/.*)$`
  const edits = [insertBefore(directive, [line]), ...(reference === '%1' ? [] : [replaceArgument(directive, targetArgument, '%1')])]
  return [{ title: 'Lead to paths of this site only', safe: false, edits }]
}
