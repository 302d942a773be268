import { directivesNamed, enclosing, type PlacedDirective, placeOfArgument, placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { insertBefore, removeDirective } from '../lib/edits.ts'
import { areReadTogether } from '../lib/together.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { isRead } from './config-test/conditions.ts'
import { makePathIndex, type PathIndex } from './lib/path-index.ts'

export const rule = defineRule({
  id: 'apache/proxy-pass-shadowed',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A `ProxyPass` that is never reached, because one before it takes its URLs.',
  explanation: `
\`ProxyPass\` lines are tried in the order in which they stand, and the first that fits wins; the length of the path does not matter. Behind \`ProxyPass / …\` nothing is reached:
neither another backend (\`/api\`), nor what was to be left out (\`ProxyPass /static !\`), nor a WebSocket. Put the longer paths first.
`,
  source: '`modules/proxy/mod_proxy.c`: `proxy_trans`; Apache documentation of ProxyPass, "Ordering ProxyPass Directives"; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'files that were not to be passed on',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
</Directory>
ProxyPass / http://127.0.0.1:9/
ProxyPass /static !
#         ^^^^^^^ warning[apache/proxy-pass-shadowed]: This is never reached: "/" above it takes every request below /static to
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/static/a.css': 'a {}' },
          get: '/static/a.css',
          before: { status: 503 },
          after: { status: 200, body: /a \{\}/ },
        },
      },
      {
        title: 'another backend, in a virtual host',
        files: `
#- site.conf
<VirtualHost *:80>
    ProxyPass /app http://127.0.0.1:8000/app
    ProxyPassReverse /app http://127.0.0.1:8000/app
    ProxyPass /app/socket ws://127.0.0.1:8001/
#             ^^^^^^^^^^^ warning[apache/proxy-pass-shadowed]: This is never reached: "/app" above it takes every request below /app/socket to
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'the longer first, another virtual host, in a section, the same twice',
        files: `
#- site.conf
<VirtualHost *:80>
    ProxyPass /static !
    ProxyPass /app/socket ws://127.0.0.1:8001/
    ProxyPass /app http://127.0.0.1:8000/
    ProxyPass /application http://127.0.0.1:8002/
</VirtualHost>
<VirtualHost *:81>
    ProxyPass / http://127.0.0.1:8000/
    <Location /api>
        ProxyPass http://127.0.0.1:8001/
    </Location>
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    const before = new Map<PlacedDirective | undefined, PathIndex>()
    for (const directive of directivesNamed(configuration, 'proxypass')) {
      const [path, target] = directive.args
      if (!isRead(directive) || !path?.known || !target?.known || !path.value.startsWith('/') || enclosing(directive, 'location', 'locationmatch', 'if'))
        continue
      const host = enclosing(directive, 'virtualhost')
      const earlier = before.get(host) ?? makePathIndex()
      before.set(host, earlier)
      const shadow = earlier.taker(path.value)
      earlier.add(path.value, directive)
      if (!shadow || shadow.args[0]?.value === path.value || !areReadTogether(shadow, directive) || shadow.presence !== directive.presence) continue
      // Both lead to the same place.
      if (sameTarget(shadow, directive)) continue
      const taker = shadow.args[0]?.value ?? ''
      report({
        at: placeOfArgument(directive, path),
        message: `This is never reached: "${taker}" above it takes every request below ${path.value} to ${shadow.args[1]?.value === '!' ? 'no backend' : shadow.args[1]?.value}. Put it before that one.`,
        related: [{ at: placeOfDirective(shadow), message: 'this one comes first' }],
        fixes: moveBefore(directive, shadow),
      })
    }
  },
})

function sameTarget(shadow: PlacedDirective, directive: PlacedDirective): boolean {
  const [from = '', to = ''] = [shadow.args[0]?.value, shadow.args[1]?.value]
  const [path = '', target = ''] = [directive.args[0]?.value, directive.args[1]?.value]
  return to === '!' ? target === '!' : `${to}${path.slice(from.length)}` === target
}

function moveBefore(directive: PlacedDirective, before: PlacedDirective): FindingFix[] {
  if (directive.source !== before.source || directive.condition !== before.condition || !directive.plain || !before.plain) return []
  const { start, end } = placeOfWhole(directive)
  return [
    {
      title: `Move it before the ProxyPass for ${before.args[0]?.value}`,
      safe: true,
      edits: [insertBefore(before, [directive.source.text.slice(start, end)]), removeDirective(directive)],
    },
  ]
}
