import { directivesNamed, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { redirects, rewriteScopesOf } from '../apache/lib/rewriting.ts'
import { hostFromRequest } from '../apache/lib/target-host.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'

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
#                         ^^^^^^^^^^^^^^^^^^^^^ warning[security/redirect-host-from-request-apache]: What $1 stands for is put right behind the host: /cart leads to https://example.orgcart,
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          get: '/.evil.net/',
          before: { status: 301, headers: /^location: https:\/\/example\.org\.evil\.net\/$/im },
          after: { status: 301, headers: /^location: https:\/\/example\.org\/\.evil\.net\/$/im },
        },
      },
      {
        title: 'rules in a folder and in a virtual host',
        files: `
#- .htaccess
RewriteEngine On
RewriteCond %{HTTPS} off
RewriteRule ^(.*)$ https://%{HTTP_HOST}$1 [R=301,L]
#                  ^^^^^^^^^^^^^^^^^^^^^^ warning[security/redirect-host-from-request-apache]: What $1 stands for is put right behind the host: /cart leads to https://example.orgcart,
#- site.conf
<VirtualHost *:80>
    RewriteEngine On
    RewriteRule ^/?(.*)$ https://www.example.org$1 [R=301,L]
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/redirect-host-from-request-apache]: What $1 stands for is put right behind the host: /cart leads to
    RewriteRule ^/go/(.*)$ https://$1 [R,L]
#                          ^^^^^^^^^^ warning[security/redirect-host-from-request-apache]: Whoever makes the link chooses where it leads: /go/evil.net/ redirects to
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
    for (const directive of directivesNamed(configuration, 'redirectmatch')) {
      const target = directive.args.at(-1)
      const pattern = directive.args.at(-2)
      if (!isRead(directive) || directive.args.length < 2 || !target?.known || !pattern?.known) continue
      tell(directive, directive.args.length - 1, hostFromRequest(pattern.value, target.value, true))
    }
    for (const scope of rewriteScopesOf(configuration)) {
      if (!scope.certain || scope.kind === 'other') continue
      for (const rewrite of scope.rules) {
        if (!redirects(rewrite) || rewrite.negated) continue
        // A condition may look at what the group takes.
        if (rewrite.conditions.some((each) => /\$1|REQUEST_URI/.test(each.args[0]?.value ?? ''))) continue
        tell(rewrite.directive, 1, hostFromRequest(rewrite.pattern, rewrite.target, scope.kind === 'server'))
      }
    }

    function tell(directive: PlacedDirective, index: number, found: ReturnType<typeof hostFromRequest>): void {
      const argument = directive.args[index]
      if (!found || !argument) return
      const before = found.before.replace(/%\{\w+\}/, 'example.org')
      report({
        at: placeOfArgument(directive, argument),
        message:
          found.kind === 'glued'
            ? `What ${found.reference} stands for is put right behind the host: ${found.path}cart leads to ${before}cart, and ${found.path}.evil.net to ${before}.evil.net, a host of someone else. Put a slash between.`
            : `Whoever makes the link chooses where it leads: ${found.path}evil.net/ redirects to ${found.before}evil.net/. Name the host here, or list those that are meant in the pattern.`,
        fixes: found.kind === 'glued' ? slashFix(directive, argument.start, found.reference) : [],
      })
    }
  },
})

function slashFix(directive: PlacedDirective, start: number, reference: string): FindingFix[] {
  const { path, text } = directive.source
  const at = text.indexOf(reference, start)
  return at < 0 ? [] : [{ title: `Put a slash before ${reference}`, safe: true, edits: [{ path, start: at, end: at, newText: '/' }] }]
}
