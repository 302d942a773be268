import { type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { aliasesOf, aliasHolds } from '../../site/apache/aliases.ts'
import { insertBefore, removeDirective } from '../lib/edits.ts'
import { areReadTogether } from '../lib/together.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/alias-nested-order',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'An `Alias` that is never reached, because a shorter one before it takes its URLs.',
  explanation: `
Apache tries aliases in the order in which they stand, and the first whose URL is a prefix wins: an \`Alias /static/maps/\` behind an
\`Alias /static/\` is never used. Apache itself warns (AH00671) for some of these, and starts. Put the longer URL first. The order between
\`Alias\` and \`WSGIScriptAlias\` does not matter: \`Alias\` always comes first.
`,
  source: 'modules/mappers/mod_alias.c: try_alias_list; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'the longer URL comes second',
        files: `
#- site.conf
Alias /static/ /srv/site/static/
Alias /static/maps/ /srv/site/maps/
#     ^^^^^^^^^^^^^ warning[apache/alias-nested-order]: This alias is never reached: /static/ above it takes every URL below /static/maps/
<Directory /srv/site>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/maps/a.txt': 'a', '/srv/site/static/b.txt': 'b' },
          get: '/static/maps/a.txt',
          before: { status: 404 },
          after: { status: 200 },
        },
      },
      {
        title: 'two applications',
        files: `
#- site.conf
WSGIScriptAlias / /var/www/main/wsgi.py
WSGIScriptAlias /shop /var/www/shop/wsgi.py
#               ^^^^^ warning[apache/alias-nested-order]: This alias is never reached: / above it
`,
      },
    ],
    passing: [
      {
        title: 'the longer first, another virtual host, an Alias behind a WSGIScriptAlias, a URL that only begins alike',
        files: `
#- site.conf
WSGIScriptAlias / /var/www/main/wsgi.py
Alias /static/maps/ /var/www/maps/
Alias /static /var/www/static
Alias /static2/ /var/www/static2/
<VirtualHost *:80>
    Alias / /var/www/html/
</VirtualHost>
<VirtualHost *:8080>
    Alias /docs/ /var/www/docs/
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    const aliases = aliasesOf(configuration).map(({ directive, url, host, urlArgument }) => ({ directive, url, host, urlArgument, kind: 'alias' }))
    const scripts = configuration.all
      .filter((each) => each.name === 'wsgiscriptalias' && each.presence === 'present' && each.args[0]?.known)
      .map((directive) => ({ directive, url: directive.args[0]?.value ?? '', host: directive.parent, urlArgument: directive.args[0], kind: 'script' }))
    for (const list of [aliases, scripts]) {
      const before = new Map<PlacedDirective | undefined, typeof list>()
      for (const alias of list) {
        if (alias.directive.presence !== 'present' || !alias.urlArgument) continue
        const earlier = before.get(alias.host) ?? []
        before.set(alias.host, earlier)
        const shadow = earlier.find((each) => each.url !== alias.url && aliasHolds(each.url, alias.url) && areReadTogether(each.directive, alias.directive))
        earlier.push(alias)
        if (!shadow) continue
        report({
          at: placeOfArgument(alias.directive, alias.urlArgument),
          message: `This alias is never reached: ${shadow.url} above it takes every URL below ${alias.url}. Put it before that one.`,
          related: [{ at: placeOfDirective(shadow.directive), message: 'this one comes first' }],
          fixes:
            alias.directive.source === shadow.directive.source
              ? [{ title: `Move it before the alias for ${shadow.url}`, safe: true, edits: moveBefore(alias.directive, shadow.directive) }]
              : [],
        })
      }
    }
  },
})

function moveBefore(directive: PlacedDirective, before: PlacedDirective) {
  const { start, end } = placeOfDirective(directive)
  return [insertBefore(before, [directive.source.text.slice(start, end)]), removeDirective(directive)]
}
