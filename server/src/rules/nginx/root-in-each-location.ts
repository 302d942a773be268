import { placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { levelInEffect } from '../../site/nginx/inheritance.ts'
import { locationsIn } from '../../site/nginx/locations.ts'
import { insertBefore, removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/root-in-each-location',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'The same `root` in several locations, and none in the server.',
  explanation: `
A \`root\` in the server holds for all of its locations. Said in each of them, it is missing from the next one that is added, and from every request that no location fits: there
nginx takes the folder that it was built with (\`/usr/share/nginx/html\` or the like).
`,
  source: 'github.com/nginxinc/nginx-wiki: Pitfalls, "Root inside location block"; `src/http/ngx_http_core_module.c`: `ngx_http_core_merge_loc_conf`.',
  examples: {
    failing: [
      {
        title: 'twice the same',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location / {
        root /srv/www;
#       ^^^^^^^^^^^^^^ hint[nginx/root-in-each-location]: 2 locations say "root /srv/www", and the server says none
    }
    location /images/ {
        root /srv/www;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'in the server, once, or different ones',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location / { root /srv/a; }
    location /images/ { root /srv/a; }
}
server {
    listen 81;
    location / { root /srv/a; }
    location /images/ { root /srv/b; }
    location /more/ { proxy_pass http://127.0.0.1:8000; }
}
`,
      },
    ],
  },
  directives: ['server'],
  check(server, { configuration, report }) {
    if (server.presence !== 'present' || server.source.templated || !server.node.block) return
    const roots = locationsIn(server).flatMap(({ directive }) => directive.children.filter((each) => each.name === 'root' && each.source === server.source))
    const [first, ...more] = roots
    const folder = first?.args[0]
    if (!first || more.length === 0 || !folder?.known || more.some((each) => each.args[0]?.value !== folder.value)) return
    if (levelInEffect(server, configuration, 'root') || server.children.some((each) => each.source !== server.source)) return
    const [anchor] = server.children.filter((each) => each.name === 'location')
    if (!anchor) return
    report({
      at: placeOfDirective(first),
      message: `${roots.length} locations say "root ${folder.value}", and the server says none: move it up.`,
      related: more.map((each) => ({ at: placeOfDirective(each), message: 'the same' })),
      fixes: [
        {
          title: 'Move it to the server',
          safe: false,
          edits: [insertBefore(anchor, [server.source.text.slice(placeOfWhole(first).start, placeOfWhole(first).end)]), ...roots.map(removeDirective)],
        },
      ],
    })
  },
})
