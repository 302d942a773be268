import { directivesNamed, enclosing, type PlacedDirective, placeOfArgument, placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { insertBefore, removeDirective } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { isRead } from './config-test/conditions.ts'
import { makePathIndex, type PathIndex } from './lib/path-index.ts'

export const rule = defineRule({
  id: 'apache/redirect-shadowed',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A `Redirect` that is never reached, because one before it takes its path.',
  explanation: `
\`Redirect\` lines are tried in their order, and the first whose path is a prefix wins; the length does not matter. Behind \`Redirect / …\` no other is reached, and
\`Redirect /shop …\` takes \`/shop/old\` too. Put the longer paths first.
`,
  source: '`modules/mappers/mod_alias.c`: `try_redirect_list`; Apache documentation of mod_alias, "Order of Processing"; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'everything, then a page',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName old.example.org
    Redirect permanent / https://example.org/
    Redirect permanent /team https://example.org/about/team
#                      ^^^^^ warning[apache/redirect-shadowed]: This is never reached: the redirection of / above it takes /team too. Put it before that
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          host: 'old.example.org',
          get: '/team',
          before: { status: 301, headers: /^location: https:\/\/example\.org\/team$/im },
          after: { status: 301, headers: /^location: https:\/\/example\.org\/about\/team$/im },
        },
      },
      {
        title: 'a folder, then a page in it',
        files: `
#- .htaccess
Redirect 301 /shop https://shop.example.org/
Redirect 301 /shop/terms.html https://example.org/terms
#            ^^^^^^^^^^^^^^^^ warning[apache/redirect-shadowed]: This is never reached: the redirection of /shop above it takes /shop/terms.html too. Put
`,
      },
    ],
    passing: [
      {
        title: 'the longer first, names that only begin alike, another section',
        files: `
#- site.conf
<VirtualHost *:80>
    Redirect permanent /team https://example.org/about/team
    Redirect permanent /teamwork https://example.org/teamwork
    Redirect permanent / https://example.org/
</VirtualHost>
<VirtualHost *:8080>
    Redirect permanent /team https://example.org/about/team
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    const before = new Map<PlacedDirective | string, PathIndex>()
    for (const directive of directivesNamed(configuration, 'redirect', 'redirectpermanent', 'redirecttemp')) {
      const path = pathOf(directive)
      if (
        !path?.known ||
        !isRead(directive) ||
        directive.source.templated ||
        !path.value.startsWith('/') ||
        enclosing(directive, 'location', 'locationmatch', 'if')
      )
        continue
      const key = directive.parent ?? directive.source.path
      const earlier = before.get(key) ?? makePathIndex()
      before.set(key, earlier)
      const shadow = earlier.taker(path.value)
      earlier.add(path.value, directive)
      if (!shadow || shadow.condition !== directive.condition) continue
      const taker = pathOf(shadow)?.value ?? ''
      const same = taker === path.value
      // The same again does no harm.
      if (same && shadow.args.at(-1)?.value === directive.args.at(-1)?.value) continue
      report({
        at: placeOfArgument(directive, path),
        message: `This is never reached: the redirection of ${taker} above it takes ${path.value}${same ? ' already' : ' too'}. ${same ? 'Remove one of them.' : 'Put it before that one.'}`,
        related: [{ at: placeOfDirective(shadow), message: 'this one comes first' }],
        fixes: same ? [{ title: 'Remove it', safe: true, edits: [removeDirective(directive)] }] : moveBefore(directive, shadow, taker),
      })
    }
  },
})

/** The path of a `Redirect [status] path [URL]`; a status may stand without a URL (`Redirect gone /x`). */
function pathOf(directive: PlacedDirective) {
  if (directive.name !== 'redirect') return directive.args.length === 2 ? directive.args[0] : undefined
  const [first, second] = directive.args
  return first?.value.startsWith('/') ? first : second
}

function moveBefore(directive: PlacedDirective, before: PlacedDirective, taker: string): FindingFix[] {
  if (directive.source !== before.source || !directive.plain || !before.plain) return []
  const { start, end } = placeOfWhole(directive)
  return [
    {
      title: `Move it before the redirection of ${taker}`,
      safe: true,
      edits: [insertBefore(before, [directive.source.text.slice(start, end)]), removeDirective(directive)],
    },
  ]
}
