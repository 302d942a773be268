import { describe, expect, test } from 'vitest'
import { semanticTokens } from '../../server/src/features/semantic-tokens.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { marked } from '../support/features.ts'

/** `text type.modifier` of each token of the lines that hold a `→`, which is taken out. */
async function tokens(text: string, dialect: Dialect = 'nginx'): Promise<string[]> {
  const found: string[] = []
  await marked(`${text}‸`, dialect).ask((view) => {
    const { text: all } = view.source
    for (const { start, end, type, modifier } of semanticTokens(view)) found.push(`${all.slice(start, end)} ${type}${modifier ? `.${modifier}` : ''}`)
  })
  return found
}

const whole = (inside: string): string => `events {}\nhttp {\nserver {\n${inside}\n}\n}\n`

describe('variables of nginx', () => {
  test("nginx's own, defined ones, and those that nothing defines", async () => {
    expect(await tokens(whole('set $key $uri-$http_x; return 200 "$key ${args} $nothing $1";'))).toEqual([
      '$key variable.declaration',
      '$uri variable.defaultLibrary',
      '$http_x variable.defaultLibrary',
      '$key variable',
      '${args} variable.defaultLibrary',
      '$nothing variable.undefined',
      '$1 parameter',
    ])
  })

  test('captures and maps define', async () => {
    expect(
      (await tokens(`events {}\nhttp { map $host $site { ~^(?<name>\\w+)\\. $name; default x; }\nserver { return 200 $site$name; } }\n`)).filter((each) =>
        each.includes('variable'),
      ),
    ).toEqual([
      '$host variable.defaultLibrary',
      '$site variable.declaration',
      'name variable.declaration',
      '$name variable',
      '$site variable',
      '$name variable',
    ])
  })

  test('nothing is called undefined in a piece, beside an unknown module, or with something unread', async () => {
    expect(await tokens('server { return 200 $nothing; }')).toEqual(['$nothing variable'])
    expect(await tokens(whole('some_module on; return 200 $nothing;'))).toContain('$nothing variable')
    expect(await tokens(whole('include /elsewhere/*.conf; return 200 $nothing;'))).toContain('$nothing variable')
  })

  test('a dollar sign that is no variable', async () => {
    expect(await tokens(whole('location ~ \\.php$ { }'))).toEqual(['\\. characterClass', 'php regexp', '$ operator'])
  })
})

describe('patterns', () => {
  test.each<readonly [string, string[]]>([
    [
      'rewrite ^/(?<id>\\d+)/x*$ /y;',
      [
        '^ operator',
        '/ regexp',
        '(?< operator',
        'id variable.declaration',
        '> operator',
        '\\d characterClass',
        '+ operator',
        ') operator',
        '/x regexp',
        '* operator',
        '$ operator',
      ],
    ],
    ['if ($uri ~* "[^]a\\]b]{2,3}?|.") { }', ['$uri variable.defaultLibrary', '[^]a\\]b] characterClass', '{2,3}? operator', '| operator', '. characterClass']],
    ['if ($uri ~ (a)) { }', ['$uri variable.defaultLibrary', '( operator', 'a regexp', ') operator']],
    ['server_name a.b ~^(?:x|y)$;', ['^ operator', '(?: operator', 'x regexp', '| operator', 'y regexp', ') operator', '$ operator']],
  ])('%s', async (line, expected) => expect(await tokens(whole(line))).toEqual(expected))
})

test('upstreams, zones, parameters and named locations', async () => {
  expect(
    await tokens(`events {}
http {
  limit_req_zone $binary_remote_addr zone=one:10m rate=1r/s;
  upstream app { server 127.0.0.1:8000 weight=5; }
  server {
    limit_req zone=one burst=5;
    location @back { proxy_pass http://app/x; }
    location / { try_files $uri @back; proxy_pass http://other; }
  }
}
`),
  ).toEqual([
    '$binary_remote_addr variable.defaultLibrary',
    'zone parameter',
    'one type.declaration',
    'rate parameter',
    'app namespace.declaration',
    'weight parameter',
    'zone parameter',
    'one type',
    'burst parameter',
    '@back function.declaration',
    'app namespace',
    '$uri variable.defaultLibrary',
    '@back function',
  ])
})

test('Apache', async () => {
  expect(
    await tokens(
      `Define ROOT /srv
DocumentRoot \${ROOT}/www
WSGIDaemonProcess site processes=2
WSGIScriptAlias / /srv/wsgi.py process-group=site
RewriteCond %{HTTP_HOST} !^www\\. [NC]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteRule ^(.*)$ https://%{HTTP_HOST}/$1 [R]
ProxyPass /a balancer://back/a retry=5
<Macro Host $name>
  ServerName $name
</Macro>
<Location ~ "^/x">
</Location>
`,
      'apache',
    ),
  ).toEqual([
    'ROOT variable.declaration',
    '${ROOT} variable',
    'site namespace.declaration',
    'processes parameter',
    'process-group parameter',
    'site namespace',
    '%{HTTP_HOST} variable.defaultLibrary',
    '^ operator',
    'www regexp',
    '\\. characterClass',
    '%{REQUEST_FILENAME} variable.defaultLibrary',
    '^ operator',
    '( operator',
    '. characterClass',
    '* operator',
    ') operator',
    '$ operator',
    '%{HTTP_HOST} variable.defaultLibrary',
    '$1 parameter',
    'back namespace',
    'retry parameter',
    '$name parameter.declaration',
    '$name parameter',
    '^ operator',
    '/x regexp',
  ])
})

test('a range has the same tokens as the whole there', async () => {
  const lines = Array.from({ length: 300 }, (_, i) => `location /${i} { return 200 $arg_${i}; }`)
  await marked(`${whole(lines.join('\n'))}‸`).ask((view) => {
    const all = semanticTokens(view)
    const [start, end] = [view.source.lines.lineStart(100), view.source.lines.lineStart(150)]
    const inside = semanticTokens(view, { start, end })
    expect(inside.filter((token) => token.start >= start && token.end <= end)).toEqual(all.filter((token) => token.start >= start && token.end <= end))
    expect(inside.length).toBeLessThan(60)
  })
})

test('tokens come in order and none spans a line break', async () => {
  await marked(`${whole('return 200 "$a\n$b ${c\n}";\nrewrite "^a\nb(c" x;')}‸`).ask((view) => {
    let end = 0
    for (const token of semanticTokens(view)) {
      expect(token.start).toBeGreaterThanOrEqual(end)
      expect(view.source.text.slice(token.start, token.end)).not.toMatch(/\n/)
      end = token.end
    }
  })
})
