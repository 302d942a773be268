import { directivesNamed, enclosing, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { type Rewrite, rewriteScopesOf } from '../apache/lib/rewriting.ts'
import { type HostFromRequest, hostFromRequest } from '../apache/lib/target-host.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'

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
#                      ^^^^^^^^^^^^^^^^^^ warning[security/request-forgery-apache]: The request can choose the host: GET /@169.254.169.254/ is passed to
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
#                           ^^^^^^^^^^^^^^^^^^^^^^^ warning[security/request-forgery-apache]: The request can choose the host: GET /app/@169.254.169.254/ is passed to
</VirtualHost>
<Directory /srv/site>
    RewriteEngine On
    RewriteRule ^(.*)$ http://backend.internal$1 [P]
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/request-forgery-apache]: The request can choose the host: GET /@169.254.169.254/ is passed to
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
#                             ^^^^^^^^^ warning[security/request-forgery-apache]: The request chooses the host: GET /fetch/169.254.169.254/ is passed to
    RewriteRule ^/other/(.*)$ http://%{HTTP_HOST}/$1 [P,L]
#                             ^^^^^^^^^^^^^^^^^^^^^^ warning[security/request-forgery-apache]: The request says where it is passed: GET /other/ with "Host: 169.254.169.254" is answered
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
`,
      },
    ],
  },
  check(context) {
    const { configuration, report } = context
    for (const directive of directivesNamed(configuration, 'proxypassmatch')) {
      const [pattern, target] = directive.args
      if (!isRead(directive) || !pattern?.known || !target?.known || enclosing(directive, 'location', 'locationmatch')) continue
      const found = hostFromRequest(pattern.value, target.value, true)
      if (found) tell(context, directive, 1, found)
    }
    for (const scope of rewriteScopesOf(configuration)) {
      if (!scope.certain || scope.kind === 'other') continue
      for (const rewrite of scope.rules) {
        if (!rewrite.flags.has('p') || rewrite.negated) continue
        const found = hostFromRequest(rewrite.pattern, rewrite.target, scope.kind === 'server')
        if (found && found.before.includes('%{') === false) tell(context, rewrite.directive, 1, found)
        else if (takesHostHeader(rewrite))
          report({
            at: placeOfArgument(rewrite.directive, rewrite.targetArgument),
            message: `The request says where it is passed: GET ${samplePath(rewrite)} with "Host: 169.254.169.254" is answered by that machine. Name the host here, or test %{HTTP_HOST} with a RewriteCond.`,
          })
      }
    }
  },
})

/** Whether the host is that of the request, and no condition tests it. */
const takesHostHeader = ({ target, conditions }: Rewrite): boolean =>
  /^https?:\/\/%\{(?:HTTP_HOST|HTTP:Host)\}/i.test(target) &&
  conditions.every((each) => !/HTTP_HOST|HTTP:Host|SERVER_NAME/i.test(each.args.map((argument) => argument.value).join(' ')))

const samplePath = ({ pattern }: Rewrite): string => {
  const literal = /^\^\/?([\w/-]*)/.exec(pattern)?.[1] ?? ''
  return `/${literal}`
}

function tell({ report }: ConfigurationContext, directive: PlacedDirective, index: number, found: HostFromRequest): void {
  const argument = directive.args[index]
  if (!argument) return
  report({
    at: placeOfArgument(directive, argument),
    message:
      found.kind === 'glued'
        ? `The request can choose the host: GET ${found.path}@169.254.169.254/ is passed to ${found.before}@169.254.169.254/, which is 169.254.169.254. Put a slash between the host and ${found.reference}.`
        : `The request chooses the host: GET ${found.path}169.254.169.254/ is passed to ${found.before}169.254.169.254/. Name the host here.`,
    fixes: found.kind === 'glued' ? slashFix(directive, argument.start, found) : [],
  })
}

function slashFix(directive: PlacedDirective, start: number, found: HostFromRequest): FindingFix[] {
  const { path, text } = directive.source
  const at = text.indexOf(found.reference, start)
  return at < 0 ? [] : [{ title: `Put a slash before ${found.reference}`, safe: true, edits: [{ path, start: at, end: at, newText: '/' }] }]
}
