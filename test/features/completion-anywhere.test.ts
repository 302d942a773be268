import { describe, expect, test } from 'vitest'
import { complete } from '../../server/src/features/completion/complete.ts'
import { signatureAt } from '../../server/src/features/signature.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { cursorMark, marked } from '../support/features.ts'

// At any place of any text, cut off behind the cursor or not, completion answers, and what it replaces is around the cursor on its line.
const texts: readonly (readonly [Dialect, string])[] = [
  [
    'nginx',
    `events {}
http {
  log_format main '$remote_addr "$request" '
                  '$status $http_x';  # a comment
  map $http_upgrade $connection_upgrade { default upgrade; '' close; "~*a b" \${x}; }
  server {
    listen 80 default_server
    server_name ~^(?<sub>.+)\\.example\\.com$ "_";
    location ~ ^/(a|b)/(.*)$ { proxy_pass http://app/$1?x="\${args}"; rewrite ^/x /y$1 last; }
    if ($host ~* "a{1,2}") { return 301 https://$host$request_uri; }
    content_by_lua_block { local x = { 1 } }
  }
}}
`,
  ],
  [
    'apache',
    `Define SITE "/srv/www"
<VirtualHost *:80 [::]:80>
  ServerName a.example
  # a comment \\
  which goes on
  WSGIDaemonProcess app python-home=\${SITE}/venv \\
    threads=2
  RewriteCond %{HTTP_HOST} ^(www\\.)?a$ [NC,OR]
  RewriteRule ^/(.*)$ "https://%{HTTP_HOST}/$1" [R=301,L,E=x:1]
  <If "%{REQUEST_URI} =~ m#^/a# && -f '/b c'">
    Header always set X-A "b %{x}e" "expr=%{HTTPS} == 'on'"
  </If
  <Directory "/srv/a b">
    Require expr %{tolower:%{REMOTE_USER}} in {'a','b'}
</VirtualHost>
`,
  ],
]

describe.each(texts)('%s', (dialect, text) => {
  test.each(['cut off', 'whole'])(
    '%s',
    async (how) => {
      for (let offset = 0; offset <= text.length; offset++) {
        const fixture = marked(
          `#- ${dialect === 'nginx' ? 'nginx.conf' : 'httpd.conf'}\n${text.slice(0, offset)}${cursorMark}${how === 'whole' ? text.slice(offset) : ''}`,
          dialect,
        )
        const document = fixture.files[fixture.path] ?? ''
        const proposals = await fixture.ask((view) => {
          signatureAt(view, fixture.offset)
          return complete(view, fixture.offset)
        })
        for (const { label, start, end } of proposals) {
          const sound = start <= fixture.offset && fixture.offset <= end && end <= document.length && !document.slice(start, end).includes('\n')
          if (!sound)
            expect.fail(`${label} replaces ${JSON.stringify(document.slice(start, end))} at ${JSON.stringify(text.slice(Math.max(0, offset - 30), offset))}`)
        }
      }
    },
    120_000,
  )
})
