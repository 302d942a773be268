import { directivesNamed, placeOfDirective } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'
import { isVulnerable } from './lib/vulnerable.ts'

export const rule = defineRule({
  id: 'security/map-capture-overflow',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'info',
  summary:
    'A capture followed by the variable of a `map` with a regular expression in one value: nginx before 1.30.4 writes beyond its memory (CVE-2026-42533).',
  explanation: `
nginx puts a value together in two rounds: it counts, then it writes. A \`map\` with a regular expression changes the captures \`$1\` to \`$9\` (and its named ones) when it is evaluated, so that a capture that
stands before the map's variable is counted with one text and written with another. A \`map\` that is \`volatile\` can give two texts by itself.

Update nginx to 1.30.4 or 1.31.3. Until then keep the capture in a variable by \`set\` first, or write the map's variable before it. It is information as long as no \`nginx.version\` is set.
`,
  source: 'nginx.org/en/security_advisories.html; `ngx_http_complex_value`, `ngx_http_map_variable`.',
  examples: {
    failing: [
      {
        title: 'a capture before the map',
        files: `
#- conf.d/site.conf
map $http_user_agent $kind {
    default desktop;
    "~Mobile (\\w+)" mobile;
}
server {
    listen 80;
    location ~ ^/a/(.*)$ {
        return 200 "$1 $kind";
#       ^^^^^^^^^^^^^^^^^^^^^^ info[security/map-capture-overflow]: In nginx before 1.30.4 a request can write beyond memory here (CVE-2026-42533)
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'the map first, no captures in it, a mended version elsewhere',
        files: `
#- conf.d/site.conf
map $http_user_agent $kind {
    default desktop;
    "~Mobile (\\w+)" mobile;
}
map $host $site {
    default a;
    ~^b b;
}
server {
    listen 80;
    location ~ ^/a/(.*)$ { return 200 "$kind $1 $site"; }
    location ~ ^/b/(.*)$ { return 200 $1$site; }
}
`,
      },
    ],
  },
  check({ configuration, settings, report }) {
    const { version } = settings.nginx
    const fixed = ['1.30.4', '1.31.3']
    if (version !== undefined && !isVulnerable(version, [['0.9.6', '1.31.2']], fixed)) return
    const maps = new Map<string, { readonly captures: ReadonlySet<string>; readonly volatile: boolean }>()
    for (const map of directivesNamed(configuration, 'map')) {
      const captures = new Set<string>()
      for (const { name } of map.children) {
        if (!name.startsWith('~')) continue
        let count = 0
        for (const match of name.matchAll(/\\.|\((?!\?)|\(\?(?:P?<(?![=!])(\w+)>|'(\w+)')/g)) {
          if (match[0].startsWith('\\')) continue
          count++
          captures.add(String(count))
          const named = match[1] ?? match[2]
          if (named) captures.add(named)
        }
      }
      const variable = map.args[1]?.value.replace(/^\$/, '').toLowerCase()
      if (variable && captures.size > 0) maps.set(variable, { captures, volatile: map.children.some(({ name }) => name === 'volatile') })
    }
    if (maps.size === 0) return
    for (const directive of configuration.all) {
      if (directive.presence !== 'present' || directive.parent?.name === 'map' || directive.name === 'map' || !directive.node.text.includes('$')) continue
      for (const { value } of directive.args) {
        if (!value.includes('$')) continue
        const names = [...value.matchAll(/\$\{?([A-Za-z_]\w*|[1-9])/g)].map((match) => (match[1] ?? '').toLowerCase())
        const at = names.findIndex((name, i) => {
          const map = maps.get(name)
          return map !== undefined && (map.volatile || names.slice(0, i).some((before) => map.captures.has(before)))
        })
        if (at < 0) continue
        report({
          at: placeOfDirective(directive),
          severity: version === undefined ? 'info' : 'warning',
          message: `In nginx before ${fixed[0]} a request can write beyond memory here (CVE-2026-42533): the map of $${names[at]} changes captures while the value is put together. Update nginx; until then use "set" first.`,
        })
        break
      }
    }
  },
})
