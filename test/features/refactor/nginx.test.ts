import { describe, expect, test } from 'vitest'
import { offered, refactored } from '../../support/refactorings.ts'

const whole = (server: string): string => `events {}\nhttp {\n    server {\n        listen 8081;\n        server_name shop.example;\n${server}    }\n}\n`

describe('extract an upstream', () => {
  test('all that go to the same address, before the server and its comments', async () => {
    expect(
      await refactored(
        'extract-upstream',
        `events {}
http {
    proxy_set_header Host $host;

    # the shop
    server {
        listen 8081;
        server_name www.shop.example shop.example;
        location / { proxy_pass http://127.0.0.1‸:8000; }
        location /api/ { proxy_pass http://127.0.0.1:8000/v1/; }
        location /other/ { proxy_pass http://127.0.0.1:8001; }
    }
}
`,
        { server: 'nginx.conf', title: 'Extract the upstream shop-example-backend' },
      ),
    ).toEqual({
      'nginx.conf': `events {}
http {
    proxy_set_header Host $host;

    upstream shop-example-backend {
        server 127.0.0.1:8000;
    }

    # the shop
    server {
        listen 8081;
        server_name www.shop.example shop.example;
        location / { proxy_pass http://shop-example-backend; }
        location /api/ { proxy_pass http://shop-example-backend/v1/; }
        location /other/ { proxy_pass http://127.0.0.1:8001; }
    }
}
`,
    })
  })

  test.each<readonly [string, string, string, string]>([
    ['a socket', 'proxy_pass http://unix:/run/a.sock:/x/;', 'proxy_pass http://shop-example-backend/x/;', 'server unix:/run/a.sock;'],
    ['port 80', 'proxy_pass http://localhost;', 'proxy_pass http://shop-example-backend;', 'server localhost:80;'],
    ['uwsgi', 'uwsgi_pass 127.0.0.1:9000;', 'uwsgi_pass shop-example-backend;', 'server 127.0.0.1:9000;'],
    ['FastCGI on a socket', 'fastcgi_pass unix:/run/php.sock;', 'fastcgi_pass shop-example-backend;', 'server unix:/run/php.sock;'],
  ])('%s', async (_, pass, after, server) => {
    const text = whole(`        location / { ‸${pass} proxy_set_header Host $host; }\n`)
    const made = (await refactored('extract-upstream', text, { server: 'nginx.conf' }))['nginx.conf']
    expect(made).toContain(after)
    expect(made).toContain(server)
  })

  test('where no Host is set, what is sent changes, and is said', async () => {
    expect(await offered('extract-upstream', whole('        location / { ‸proxy_pass http://127.0.0.1:8000; }\n'))).toEqual([
      'Extract the upstream shop-example-backend (requests then carry "Host: shop-example-backend")',
    ])
  })

  test.each(['proxy_pass http://$backend;', 'proxy_pass https://127.0.0.1:8443;', 'return 204;', 'proxy_pass http://app;'])('not for %s', async (pass) => {
    const text = whole(`        location / { ‸${pass} }\n`).replace('http {', 'http { upstream app { server 127.0.0.1:1; }')
    expect(await offered('extract-upstream', text)).toEqual([])
  })
})

describe('convert a location', () => {
  const titles = (location: string, others = ''): Promise<string[]> =>
    offered('convert-location', whole(`        location ${location} { return 204; }\n${others}`))

  test('what is said of each', async () => {
    expect(await titles('‸/a/')).toEqual(['Convert to "location ^~ /a/"', 'Convert to "location = /a/": for this path alone, not for those below it'])
    expect(await titles('‸/a/', 'location ~ \\.php$ { return 403; }')).toEqual([
      'Convert to "location ^~ /a/": the regular expressions of this server are no longer tried below it',
      'Convert to "location = /a/": for this path alone, not for those below it',
    ])
    expect(await titles('‸^~ /a.b/')).toEqual(['Convert to "location /a.b/"', 'Convert to "location ~ ^/a\\.b/"'])
    expect(await titles('‸~ ^/a\\.b/')).toEqual(['Convert to "location ^~ /a.b/"'])
    expect(await titles('‸~ ^/a$')).toEqual(['Convert to "location = /a"'])
    expect(await titles('‸~ ^/a/', 'location /a/b/ { return 403; }')).toEqual(['Convert to "location ^~ /a/": longer prefixes are then chosen before it'])
    expect(await titles('‸= /a')).toEqual(['Convert to "location /a": for the paths below it too'])
    expect(await titles('‸~* ^/a/')).toEqual([])
    expect(await titles('‸~ ^/(a|b)/')).toEqual([])
    // There is one already.
    expect(await titles('‸~ ^/a$', 'location = /a { return 403; }')).toEqual([])
    expect(await titles('‸@a')).toEqual([])
  })

  test.each<readonly [string, string]>([
    ['/a/', '^~ /a/'],
    ['/a/', '= /a/'],
    ['^~ /a/', '/a/'],
    ['^~ /a.b/', '~ ^/a\\.b/'],
    ['~ ^/a/', '^~ /a/'],
    ['~ ^/a$', '= /a'],
  ])('nginx takes %s as %s', async (from, to) => {
    const after = await refactored('convert-location', whole(`        location ‸${from} { return 204; }\n`), {
      title: `Convert to "location ${to}"`,
      server: 'nginx.conf',
    })
    expect(after['nginx.conf']).toContain(`location ${to} { return 204; }`)
  })
})

describe('sort', () => {
  test('names behind the first', async () => {
    expect(
      (await refactored('sort', 'events {}\nhttp { server { listen 8081; ‸server_name z.example c.example\n  a.example; } }\n', { server: 'nginx.conf' }))[
        'nginx.conf'
      ],
    ).toContain('server_name z.example a.example\n  c.example;')
  })

  test('headers in a row, those of one name in their order', async () => {
    const text = whole(
      '        add_header X-B 1;\n        add_header X-C 2; # c\n        ‸add_header X-A 3;\n        add_header X-B 0;\n\n        add_header X-0 4;\n',
    )
    // A comment that stands behind a line would come to another.
    expect(await offered('sort', text)).toEqual([])
    expect((await refactored('sort', text.replace(' # c', ''), { server: 'nginx.conf' }))['nginx.conf']).toContain(
      'add_header X-A 3;\n        add_header X-B 1;\n        add_header X-B 0;\n        add_header X-C 2;\n\n        add_header X-0 4;',
    )
  })

  test('media types', async () => {
    const text = 'events {}\nhttp {\n    ‸types {\n        text/html html htm;\n        image/png png;\n    }\n}\n'
    expect((await refactored('sort', text, { server: 'nginx.conf' }))['nginx.conf']).toContain('image/png png;\n        text/html html htm;')
    expect(await offered('sort', text.replace('png png', 'png png html'))).toEqual([])
  })

  test.each<readonly [string, string]>([
    ['patterns', 'server { listen 80; ‸server_name z.example ~^b ~^a; }'],
    ['what is in order', 'server { listen 80; ‸server_name z.example a.example b.example; }'],
    ['directives of which the order counts', 'server { ‸rewrite ^/b /c; rewrite ^/a /b; }'],
  ])('not %s', async (_, text) => expect(await offered('sort', text)).toEqual([]))
})
