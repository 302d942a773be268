import { describe, expect, test } from 'vitest'
import type { DocumentSymbol } from 'vscode-languageserver-types'
import { documentSymbols } from '../../server/src/features/document-symbols.ts'
import { marked } from '../support/features.ts'

/** The outline as indented lines: `name (detail) lines`. */
const show = (symbols: readonly DocumentSymbol[], indent = ''): string =>
  symbols
    .map(
      ({ name, detail, range, children = [] }) =>
        `${indent}${name}${detail ? ` (${detail})` : ''} ${range.start.line}-${range.end.line}\n${show(children, `${indent}  `)}`,
    )
    .join('')

test('the outline of nginx', async () => {
  const { ask } = marked(`events {}
http {
    log_format main '$remote_addr';
    limit_req_zone $binary_remote_addr zone=one:10m rate=1r/s;
    map $http_upgrade $connection { default upgrade; '' close; }
    upstream app { server 127.0.0.1:8000 weight=5; server unix:/run/app.sock backup; }
    include conf.d/*.conf;
    server {
        listen 80;
        listen [::]:80;
        listen 127.0.0.1:8443 ssl;
        server_name example.com www.example.com *.example.org;
        root /srv/www;
        location / { proxy_pass http://app; }
        location ~ \\.php$ {
            if ($request_method = POST) { return 405; }
            fastcgi_pass unix:/run/php.sock;
        }
        location = /x
        {
        }
    }
    server { }
    {
    }
}‸
`)
  expect(show(await ask(documentSymbols))).toBe(`events 0-0
http 1-25
  log_format main 2-2
  limit_req_zone one 3-3
  map $http_upgrade $connection 4-4
  upstream app (127.0.0.1:8000 unix:/run/app.sock) 5-5
  include conf.d/*.conf 6-6
  server example.com www.example.com … :80 127.0.0.1:8443 (root /srv/www) 7-21
    location / (proxy_pass http://app) 13-13
    location ~ \\.php$ (fastcgi_pass unix:/run/php.sock) 14-17
      if ($request_method = POST) 15-15
    location = /x 18-20
  server 22-22
  { } 23-24
`)
})

test('the outline of Apache', async () => {
  const { ask } = marked(
    `Listen 443
Define ROOT /srv
<IfModule mod_ssl.c>
  <VirtualHost *:443>
    ServerName example.org
    DocumentRoot "/srv/www"
    Alias /static/ /srv/static/
    WSGIScriptAlias / /srv/site/wsgi.py process-group=site
    <Directory "/srv/www">
      Require all granted
    </Directory>
    <FilesMatch "\\.php$">
      SetHandler application/x-httpd-php
    </FilesMatch>
  </VirtualHost>
</IfModule>
IncludeOptional sites/*.conf
<Location
‸`,
    'apache',
  )
  expect(show(await ask(documentSymbols))).toBe(`Listen 443 0-0
Define ROOT (/srv) 1-1
IfModule mod_ssl.c 2-15
  VirtualHost *:443 example.org (DocumentRoot /srv/www) 3-14
    Alias /static/ (/srv/static/) 6-6
    WSGIScriptAlias / (/srv/site/wsgi.py process-group=site) 7-7
    Directory /srv/www (Require all granted) 8-10
    FilesMatch \\.php$ (SetHandler application/x-httpd-php) 11-13
IncludeOptional sites/*.conf 16-16
Location 17-18
`)
})

describe('what the protocol asks of symbols', () => {
  test.each(['nginx', 'apache'] as const)('a name, and a selection inside the range: %s', async (dialect) => {
    const { ask } = marked('‸server {\n\n{ }\n"" { }\n<X\n</Y>\n<>\n</>\n} listen', dialect)
    const all = (symbols: readonly DocumentSymbol[]): DocumentSymbol[] => symbols.flatMap((each) => [each, ...all(each.children ?? [])])
    for (const { name, range, selectionRange } of all(await ask(documentSymbols))) {
      expect(name.trim()).not.toBe('')
      const order = [range.start, selectionRange.start, selectionRange.end, range.end].map(({ line, character }) => line * 1000 + character)
      expect([...order].sort((a, b) => a - b)).toEqual(order)
    }
  })
})
