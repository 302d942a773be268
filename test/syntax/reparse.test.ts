import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from '../../server/src/syntax/parse.ts'
import { reparse } from '../../server/src/syntax/reparse.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'

const texts: Readonly<Record<Dialect, string>> = {
  nginx: `# main
user www-data;
events { worker_connections 10; }
http {
    map $host $name {
        default a; # b
        "x y" 'z';
    }
    server { # one
        listen 80; listen 81;
        server_name a.example
                    b.example;

        location ~ \\.php$ { fastcgi_pass unix:/run/php.sock; }
        location / {
            # comment
            if ($x ~ "a{2}") { return 403; }
            content_by_lua_block { local t = { 1, "}" } }
            log_format x 'a "b"'
                         '\${c}';
        }
    }
}
# the end`,
  apache: `# main
Listen 80
ServerRoot "/etc/httpd"
<IfModule mod_ssl.c>
    Listen 443
</IfModule>

<VirtualHost *:80>
    ServerName a.example \\
        b
    # comment
    <Directory "/srv/a b">
        Require all granted

        Options -Indexes   
    </Directory>
    RewriteRule ^/(.*)$ \\
        /x/$1 [L]
</VirtualHost>
# the end
`,
}

/** Pieces that a person types, pastes or deletes. */
const pieces: Readonly<Record<Dialect, readonly string[]>> = {
  nginx: [
    '',
    ';',
    '}',
    '{',
    '\n',
    ' ',
    '#',
    '"',
    "'",
    'root /x;',
    '\n  index a b;\n',
    'location /y { }',
    '\\',
    '$',
    '...',
    'x',
    '\r\n',
    '\n# note\n',
    'types { a b; }',
  ],
  apache: [
    '',
    '\n',
    ' ',
    '#',
    '"',
    '<',
    '>',
    '</',
    '\\',
    '\\\n',
    'Listen 81\n',
    '<Files x>\nRequire all denied\n</Files>\n',
    '</Directory>',
    '\n\n',
    'x',
    '\r\n',
    '# note\n',
    '\t',
  ],
}

describe.each(['nginx', 'apache'] as const)('after any edits in %s', (dialect) => {
  const edit = fc.record({ at: fc.nat(800), remove: fc.nat(12), put: fc.constantFrom(...pieces[dialect]) })
  test('the tree is that of the whole text', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
        let text = texts[dialect]
        let tree = parse(text, dialect)
        for (const { at, remove, put } of edits) {
          const start = at % (text.length + 1)
          const next = text.slice(0, start) + put + text.slice(start + remove)
          tree = reparse(tree, text, next)
          text = next
          expect(tree).toEqual(parse(text, dialect))
        }
      }),
      { numRuns: Number(process.env.WEBCONF_RUNS ?? 500) },
    )
  })
  test('what the edit did not touch is the same', () => {
    const text = texts[dialect]
    const before = parse(text, dialect)
    const at = text.indexOf(dialect === 'nginx' ? 'listen 80' : 'Require')
    const after = reparse(before, text, `${text.slice(0, at)}${text.slice(at + 1)}`)
    expect(after.items.leaves[0]).toBe(before.items.leaves[0])
    expect(after.items.leaves[1]).toBe(before.items.leaves[1])
  })
})

test('what is put into the empty line that a directive goes on in belongs to it', () => {
  const before = '<VirtualHost *>\n    ServerName a.example \\\n\n    Listen 81\n</VirtualHost>\n'
  const at = before.indexOf('\\\n') + 2
  const after = `${before.slice(0, at)}# note${before.slice(at)}`
  expect(reparse(parse(before, 'apache'), before, after)).toEqual(parse(after, 'apache'))
})
