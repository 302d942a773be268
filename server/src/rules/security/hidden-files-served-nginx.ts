import { type PlacedDirective, placeOfName } from '../../configuration/placed.ts'
import { mayHoldUnread, ownOf } from '../../site/nginx/blocks.ts'
import { locationsIn } from '../../site/nginx/locations.ts'
import { httpServersOf } from '../../site/nginx/servers.ts'
import { insertAfter, insertInside } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/hidden-files-served-nginx',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'warning',
  profile: 'strict',
  summary: 'A server with a `root` that refuses neither dot-files (`.git`, `.env`) nor backups (`.bak`, `.sql`, `~`).',
  explanation: `
Where a site is deployed from Git, or an editor leaves copies, \`/.git/config\`, \`/.env\` and \`/dump.sql\` can be downloaded: programs that scan the net ask for them all day. Refuse names that begin with a
dot, except \`/.well-known/\`, which certificates need, and the endings of backups.

It is on in the profile \`strict\` only: where the root holds nothing but what a build has put there, nothing is lost.
`,
  source: 'h5bp server-configs-nginx, security/file_access; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a site with its .git',
        files: `
#- webconf.json
{ "profile": "strict" }
#- conf.d/site.conf
server {
# <---- warning[security/hidden-files-served-nginx]: GET /.git/config reads /srv/www/.git/config
    listen 80;
    root /srv/www;
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/.git/config': '[remote]' },
          get: '/.git/config',
          before: { status: 200, body: /remote/ },
          after: { status: 403 },
        },
      },
    ],
    passing: [
      {
        title: 'refused, or nothing served from the disk',
        files: `
#- webconf.json
{ "profile": "strict" }
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location ~ /\\.(?!well-known) { deny all; }
}
server {
    listen 81;
    location / { proxy_pass http://127.0.0.1:8000; }
}
server {
    listen 82;
    root /srv/www;
    include snippets/hardening.conf;
}
server {
    listen 83;
    root /srv/www;
    return 301 https://example.org$request_uri;
}
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const { directive } of httpServersOf(configuration)) {
      const root = ownOf(directive, configuration, 'root').at(-1)
      const folder = root?.args[0]
      if (!root || !folder?.known || directive.presence !== 'present' || mayHoldUnread(directive, configuration, 'location')) continue
      if (ownOf(directive, configuration, 'return').length > 0 || ownOf(directive, configuration, 'deny').length > 0) continue
      const locations = locationsIn(directive)
      if (locations.some(({ modifier, path }) => modifier !== '=' && /\\\.|\/\.|\[\.\]/.test(path) && !/well-known\/?(?:acme|$)/.test(path))) continue
      const outer = locations.find(({ modifier, path }) => (modifier === '' || modifier === '^~') && path === '/')
      if (outer && handsOn(outer.directive)) continue
      const last = ownOf(directive, configuration, 'location').at(-1)
      const block = [
        '# Dot-files, except those for certificates, and copies that editors leave',
        'location ~ /\\.(?!well-known/) { deny all; }',
        'location ~* (?:\\.(?:bak|conf|dist|fla|inc|ini|log|orig|psd|sh|sql|swp|swo)|~)$ { deny all; }',
      ]
      report({
        at: placeOfName(directive),
        message: `GET /.git/config reads ${folder.value.replace(/\/$/, '')}/.git/config, where there is one: this server refuses no dot-files. Refuse them, and the endings of backups.`,
        fixes: [
          {
            title: 'Add locations that refuse dot-files and backups',
            safe: false,
            edits: [
              last && last.source === directive.source
                ? insertAfter(last, block)
                : root.source === directive.source
                  ? insertAfter(root, block)
                  : insertInside(directive, block),
            ],
          },
        ],
      })
    }
  },
})

/** The location for everything gives requests on, and looks at no files. */
const handsOn = (location: PlacedDirective): boolean =>
  location.children.some(({ name }) => /_pass$|^return$/.test(name)) && !location.children.some(({ name }) => name === 'try_files')
