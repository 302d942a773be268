import { expect, test } from 'vitest'
import { workspaceSymbols } from '../../server/src/features/workspace-symbols.ts'
import { marked } from '../support/features.ts'

const { state } = marked(`#- nginx/nginx.conf
events {}
http {
    upstream app { server 127.0.0.1:8000; }
    include sites/*.conf;‸
}
#- nginx/sites/shop.conf
server {
    include sites/listen.inc;
    server_name shop.example;
    location / { proxy_pass http://app; }
    location /static/ { root /srv; }
}
server {
    listen 443;
    server_name blog.example;
    location /static/ { root /srv; }
}
#- nginx/sites/listen.inc
listen 8080;
#- apache/httpd.conf
ServerRoot /etc/httpd
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    <Location /static>
    </Location>
</VirtualHost>
`)

const found = (query: string): Promise<string[]> =>
  state.askAll((parts) =>
    workspaceSymbols(parts, query).map(
      ({ name, container, path, range }) => `${name}${container ? ` in ${container}` : ''} ${path.slice(11)}:${range.start.line + 1}`,
    ),
  )

test('servers, virtual hosts and locations by the words of their names', async () => {
  expect((await found('shop')).sort()).toEqual([
    'Location /static in VirtualHost *:80 shop.example apache/httpd.conf:5',
    'VirtualHost *:80 shop.example apache/httpd.conf:3',
    'location / in server shop.example :8080 nginx/sites/shop.conf:4',
    'location /static/ in server shop.example :8080 nginx/sites/shop.conf:5',
    'server shop.example :8080 nginx/sites/shop.conf:1',
  ])
  expect(await found('static blog')).toEqual(['location /static/ in server blog.example :443 nginx/sites/shop.conf:10'])
  expect(await found('nothing')).toEqual([])
})

test('where a word begins so comes first', async () => {
  const names = await found('s')
  const first = names.findIndex((each) => each.startsWith('location / in'))
  // "location / in server …" has no word of its own that begins with "s".
  expect(names.slice(0, first).every((each) => /(^|[ /])s/.test(each.split(' in ')[0] ?? ''))).toBe(true)
  expect(first).toBe(names.length - 1)
})

test('everything for an empty query, upstream servers left out', async () => {
  expect(await found('')).toHaveLength(8 - 1)
})
