import { enclosing, placeOfDirective } from '../../configuration/placed.ts'
import { hasAuthentication, isLocal, refusesOthers, serverAround } from '../../site/nginx/access.ts'
import { ownOf } from '../../site/nginx/blocks.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/directory-listing-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['autoindex', 'fancyindex'],
  severity: 'info',
  summary: '`autoindex on`: whoever asks for a folder without an index gets the names of all its files.',
  explanation: `
A list of files shows backups, uploads of other people and whatever else was not meant to be found. It is fine for a folder of downloads; say so by an ignore comment.
`,
  source: 'nginx documentation, ngx_http_autoindex_module; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'uploads',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /uploads/ {
        root /srv/www;
        autoindex on;
#       ^^^^^^^^^^^^^ info[security/directory-listing-nginx]: Everyone sees the names of all files: GET /uploads/
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/uploads/salaries.xls': 'x' },
          get: '/uploads/',
          before: { status: 200, body: /salaries\.xls/ },
          after: { status: 403 },
        },
      },
    ],
    passing: [
      {
        title: 'off, or behind a password or a list of addresses',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a/ { root /srv/www; autoindex off; }
    location /b/ { root /srv/www; autoindex on; allow 10.0.0.0/8; deny all; }
    location /c/ { root /srv/www; autoindex on; auth_basic x; auth_basic_user_file /etc/nginx/users; }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const value = directive.args[0]
    const block = directive.parent
    if (directive.presence !== 'present' || !value?.known || value.value.toLowerCase() !== 'on') return
    if (refusesOthers(block, configuration) || hasAuthentication(block, configuration)) return
    const location = enclosing(directive, 'location')
    if (location && ownOf(location, configuration, 'internal').length > 0) return
    const server = serverAround(directive)
    if (server && isLocal(server)) return
    const path = location?.args.length === 1 ? (location.args[0]?.value ?? '/') : '/'
    report({
      at: placeOfDirective(directive),
      message: `Everyone sees the names of all files: GET ${path.endsWith('/') ? path : `${path}/`} answers with a list where there is no index file.`,
      fixes: [{ title: 'Write "off"', safe: false, edits: [replaceArgument(directive, value, 'off')] }],
    })
  },
})
