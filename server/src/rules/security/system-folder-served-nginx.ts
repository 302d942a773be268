import { enclosing, placeOfDirective } from '../../configuration/placed.ts'
import { ownOf } from '../../site/nginx/blocks.ts'
import { locationOf } from '../../site/nginx/locations.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/system-folder-served-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['root', 'alias'],
  severity: 'warning',
  summary: 'A `root` or `alias` that is the whole disk, or a folder of the system with secrets in it: `/`, `/etc`, `/root` …',
  explanation: `
With \`root /;\` a request for \`/etc/passwd\` reads that very file, and so it is with every file that nginx may read: keys, configurations, the code of the application. Give the folder that holds
what is to be served and nothing else.

In a location for a part of the disk (\`location /usr/share/doc/ { root /; }\`) only that part is served: then it is information. In an \`internal\` location the application chooses the file.
`,
  source: '`ngx_http_map_uri_to_path`; tried with nginx 1.22.1: GET /etc/passwd with root / answered 200.',
  examples: {
    failing: [
      {
        title: 'the whole disk',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /;
#   ^^^^^^^ warning[security/system-folder-served-nginx]: GET /etc/passwd reads /etc/passwd
    location /files/ {
        alias //;
#       ^^^^^^^^^ warning[security/system-folder-served-nginx]: GET /files/etc/passwd reads /etc/passwd
    }
    location /conf/ {
        alias /etc/nginx/;
#       ^^^^^^^^^^^^^^^^^^ warning[security/system-folder-served-nginx]: GET /conf/nginx.conf reads /etc/nginx/nginx.conf
    }
    location /usr/share/doc/ {
        root /;
#       ^^^^^^^ info[security/system-folder-served-nginx]: The root is the whole disk
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'folders of their own, one file, internal, variables',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location /a/ { alias /var/www/a/; }
    location = /passwd { alias /etc/site/passwd; }
    location /protected/ { internal; alias /; }
    location /c/ { root $site_root; }
    location /.well-known/ { root /var/lib/letsencrypt; }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const target = directive.args[0]
    if (directive.presence !== 'present' || !target?.known || !target.value.startsWith('/')) return
    const folder = normal(target.value)
    const file = secrets[folder]
    if (file === undefined) return
    const block = enclosing(directive, 'location')
    const location = block && locationOf(block)
    if (block && ownOf(block, configuration, 'internal').length > 0) return
    if (location?.modifier === '=' || location?.modifier === '@') return
    const path = location?.path ?? '/'
    const isRegex = location?.modifier === '~' || location?.modifier === '~*'
    if (directive.name === 'alias' && isRegex) return
    // \`location /x/ { alias /; }\`: the rest of the URL is put behind it; without both slashes it is another mistake.
    const partly = directive.name === 'root' && (isRegex || path !== '/')
    const url = directive.name === 'alias' ? `${path.endsWith('/') ? path : `${path}/`}${file}` : `/${file}`
    const disk = folder === '/' ? `/${file}` : `${folder}/${file}`
    report({
      at: placeOfDirective(directive),
      severity: partly ? 'info' : 'warning',
      message: partly
        ? `The root is ${folder === '/' ? 'the whole disk' : folder}: this location serves of it whatever its pattern lets through. Give the folder that holds what is to be served.`
        : `GET ${url} reads ${disk}: ${folder === '/' ? 'the whole disk' : folder} is served. Give the folder that holds what is to be served, and nothing else.`,
    })
  },
})

/** Folders that no site is in, each with a file that shows why. */
const secrets: Readonly<Record<string, string>> = {
  '/': 'etc/passwd',
  '/etc': 'passwd',
  '/etc/nginx': 'nginx.conf',
  '/etc/ssl': 'private/server.key',
  '/etc/letsencrypt': 'live/example.org/privkey.pem',
  '/root': '.ssh/id_rsa',
  '/proc': 'self/environ',
  '/sys': 'kernel/notes',
  '/dev': 'mem',
  '/boot': 'grub/grub.cfg',
}

/** A path without \`//\`, \`/./\`, \`/../\` and a final slash. */
function normal(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
