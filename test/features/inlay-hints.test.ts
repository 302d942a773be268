import { expect, test } from 'vitest'
import { inlayHintsIn } from '../../server/src/features/inlay-hints.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { cursorMark, marked } from '../support/features.ts'

/** The document with its notes written in, in guillemets. The `‸` tells which file is the document; it is taken out. */
async function noted(text: string, dialect: Dialect = 'nginx'): Promise<string> {
  const fixture = marked(text, dialect)
  const document = fixture.files[fixture.path] ?? ''
  const hints = await fixture.ask((view) =>
    inlayHintsIn(view, { start: { line: 0, character: 0 }, end: { line: view.source.lines.lineCount, character: 0 } }).map((hint) => ({
      at: view.source.lines.offsetAt(hint.position),
      label: `«${String(hint.label)}${hint.tooltip === undefined ? '' : ` | ${String(hint.tooltip)}`}»`,
    })),
  )
  return hints.sort((a, b) => b.at - a.at).reduce((made, { at, label }) => made.slice(0, at) + label + made.slice(at), document)
}

test('nginx: how many files a pattern reads, and the root that a location inherits', async () => {
  expect(
    await noted(
      `
#- nginx.conf
‸events {}
http {
    include conf.d/*.conf;
    include conf.d/a.conf;
    root /srv/www;
    server {
        location / { try_files $uri /index.html; }
        location /own/ { root /srv/own; index a.html; }
        location /app/ { expires 1d; proxy_pass http://127.0.0.1; }
        location /x/ { expires 1d; }
        location /y/ { }
    }
}
#- conf.d/a.conf
server_tokens off;
#- conf.d/b.conf
gzip on;
#- conf.d/comments.conf
# nothing that counts
`.trimStart(),
    ),
  ).toBe(`events {}
http {
    include conf.d/*.conf«3 files»;
    include conf.d/a.conf;
    root /srv/www;
    server {
        location / {«root /srv/www | Inherited: line 5» try_files $uri /index.html; }
        location /own/ { root /srv/own; index a.html; }
        location /app/ { expires 1d; proxy_pass http://127.0.0.1; }
        location /x/ {«root /srv/www | Inherited: line 5» expires 1d; }
        location /y/ { }
    }
}
`)
})

test('nginx: nothing where something unread may say it, or where the places differ', async () => {
  const piece = 'server {\n    include missing.conf;\n    location / { expires 1d; }\n}\n'
  expect(await noted(`${cursorMark}${piece}`)).toBe(piece)
  const part = 'location / { expires 1d; }\n'
  expect(
    await noted(
      `
#- nginx.conf
events {}
http {
    server { listen 80; root /a; include part.conf; }
    server { listen 81; root /b; include part.conf; }
}
#- part.conf
‸${part}`.trimStart(),
    ),
  ).toBe(part)
})

test('Apache: paths from ServerRoot on, values of definitions, how many files a pattern reads', async () => {
  expect(
    await noted(
      `
#- httpd.conf
‸ServerRoot /etc/httpd
Listen 80
Define ROOT /srv/shop
DocumentRoot "\${ROOT}/htdocs"
ErrorLog logs/error_log
CustomLog "|/usr/bin/rotatelogs x" combined
Alias /a /srv/a
IncludeOptional sites/*.conf
#- sites/a.conf
Timeout 10
`.trimStart(),
      'apache',
    ),
  ).toBe(`ServerRoot /etc/httpd
Listen 80
Define ROOT /srv/shop
DocumentRoot "\${ROOT}/htdocs"«/srv/shop/htdocs»
ErrorLog logs/error_log«/etc/httpd/logs/error_log»
CustomLog "|/usr/bin/rotatelogs x" combined
Alias /a /srv/a
IncludeOptional sites/*.conf«1 file»
`)
})

test('they can be turned off', async () => {
  const text = 'events {}\nhttp { root /a; server { location / { expires 1d; } } }\n'
  expect(await noted(`#- webconf.json\n{ "inlayHints": false }\n#- nginx.conf\n‸${text}`)).toBe(text)
})
