import { placeOfDirective } from '../../configuration/placed.ts'
import { mayHoldUnread } from '../../site/nginx/blocks.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/map-without-default',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['map', 'geo'],
  severity: 'hint',
  summary: 'A `map` of several entries, or a `geo`, that does not say what applies to all the rest: an empty value.',
  explanation: `
What no entry fits gets the empty value. Where the variable decides on access or on a limit, that may be the wrong side. Write the \`default\`, be it empty, so that whoever reads it knows that it is meant.
A \`map\` of one entry is commonly written without.
`,
  source: 'nginx documentation, ngx_http_map_module and ngx_http_geo_module.',
  examples: {
    failing: [
      {
        title: 'two entries, and addresses',
        files: `
#- conf.d/maps.conf
map $http_user_agent $blocked {
# <--------------------------- hint[nginx/map-without-default]: What none of the 2 entries fits gets an empty $blocked
    ~bot 1;
    ~spider 1;
}
geo $office {
# <--------- hint[nginx/map-without-default]: What none of the 1 entries fits gets an empty $office
    10.0.0.0/8 1;
}
server {
    listen 80;
    if ($blocked) { return 403; }
    if ($office) { return 200 hello; }
}
`,
      },
    ],
    passing: [
      {
        title: 'a default, a single entry, all networks, entries from elsewhere',
        files: `
#- conf.d/maps.conf
map $host $a { default 0; a 1; b 2; }
map $host $b { a 1; }
geo $c { default 0; 10.0.0.0/8 1; }
geo $d { 0.0.0.0/0 0; 10.0.0.0/8 1; }
map $host $e { include hosts.map; a 1; b 1; }
server { listen 80; return 200 $a$b$c$d$e; }
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    if (directive.presence !== 'present' || !directive.node.block || mayHoldUnread(directive, configuration, 'map')) return
    const entries = directive.children.filter(({ name }) => !words.has(name))
    if (directive.children.some(({ name }) => name === 'default' || name === '0.0.0.0/0') || entries.length < (directive.name === 'map' ? 2 : 1)) return
    const last = directive.children.at(-1)
    const variable = directive.args.at(-1)?.value ?? ''
    report({
      at: placeOfDirective(directive),
      message: `What none of the ${entries.length} entries fits gets an empty ${variable}. Write a "default", so that it is plain what is meant.`,
      fixes: last && last.source === directive.source ? [{ title: 'Add an empty "default"', safe: true, edits: [insertAfter(last, ['default "";'])] }] : [],
    })
  },
})

const words = new Set(['hostnames', 'volatile', 'include', 'ranges', 'proxy', 'proxy_recursive', 'delete'])
