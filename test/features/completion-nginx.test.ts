import { describe, expect, test } from 'vitest'
import { offer, type Wanted } from '../support/completion.ts'

const http = (inside: string): string => `events {}\nhttp {\n${inside}\n}\n`
const server = (inside: string): string => http(`  server {\n${inside}\n  }`)
const location = (inside: string): string => server(`    location / {\n${inside}\n    }`)

async function check(text: string, { first, has, not, only }: Wanted): Promise<void> {
  const { labels } = await offer(text)
  if (first) expect(labels.slice(0, first.length)).toEqual(first)
  if (has) expect(labels).toEqual(expect.arrayContaining([...has]))
  for (const each of not ?? []) expect(labels).not.toContain(each)
  if (only) expect(labels).toEqual(only)
}

describe('directives where they may stand', () => {
  test.each<[string, string, Wanted]>([
    ['at the top', 'events {}\n‸', { has: ['http', 'stream', 'worker_processes', 'include'], not: ['server', 'location', 'listen', 'events', 'proxy_pass'] }],
    ['in http', http('  ‸'), { has: ['server', 'upstream', 'map', 'log_format', 'gzip'], not: ['location', 'events', 'worker_processes', 'return'] }],
    ['in a server', server('    ‸'), { has: ['listen', 'server_name', 'location', 'return', 'if'], not: ['server', 'upstream', 'map', 'alias', 'http'] }],
    [
      'in a location',
      location('      ‸'),
      { has: ['proxy_pass', 'alias', 'try_files', 'location', 'limit_except'], not: ['listen', 'server_name', 'server', 'upstream'] },
    ],
    [
      'in an if of a location',
      location('if ($a) {\n ‸\n}'),
      { has: ['return', 'proxy_pass', 'add_header'], not: ['if', 'location', 'alias', 'proxy_set_header'] },
    ],
    ['in an if of a server', server('if ($host = a) {\n ‸\n}'), { has: ['return', 'rewrite', 'set', 'break'], not: ['proxy_pass', 'if', 'add_header'] }],
    [
      'in an upstream',
      http('upstream a {\n ‸\n}'),
      { has: ['server', 'keepalive', 'least_conn', 'zone'], not: ['listen', 'location', 'proxy_pass', 'health_check'] },
    ],
    ['in limit_except', location('limit_except GET {\n ‸\n}'), { has: ['allow', 'deny'], not: ['return', 'limit_except'] }],
    [
      'in stream',
      'events {}\nstream {\n server {\n  ‸\n }\n}',
      { has: ['listen', 'proxy_pass', 'ssl_preread'], not: ['location', 'server_name_in_redirect', 'root'] },
    ],
    ['half typed', server('    li‸'), { first: ['listen'], not: ['server_name'] }],
    ['half typed, with a directive behind', server('    li‸\n    root /srv;'), { first: ['listen'] }],
    ['behind a line without its end', server('    listen 80\n    ro‸'), { first: ['root'] }],
    ['what stands there already is left out', server('root /srv;\n ‸'), { has: ['listen', 'add_header'], not: ['root'] }],
    ['deprecated ones last', server('    ss‸'), { has: ['ssl_certificate'], not: ['spdy_headers_comp'] }],
    [
      'in a piece of http',
      '#- nginx.conf\nevents {}\nhttp { include conf.d/*.conf; }\n#- conf.d/site.conf\n‸\n',
      { has: ['server', 'upstream', 'map'], not: ['location', 'events', 'http'] },
    ],
    [
      'in a piece of a server',
      '#- nginx.conf\nevents {}\nhttp { server { include part.conf; } }\n#- part.conf\nroot /srv;\n‸\n',
      { has: ['location', 'listen'], not: ['server', 'upstream'] },
    ],
    ['in a piece whose place is not known', '#- conf.d/site.conf\nserver { listen 80; }\n‸', { has: ['server', 'upstream'], not: ['http', 'location'] }],
    ['modules that are not used are none', server('‸'), { not: ['modsecurity', 'js_content', 'vod', 'api', 'health_check'] }],
    ['those of a module in use are', server('    modsecurity on;\n    ‸'), { has: ['modsecurity_rules_file'] }],
  ])('%s', (_, text, wanted) => check(text, wanted))

  test('deprecated ones are marked and come last', async () => {
    const { proposals } = await offer(server('    http2_p‸'))
    const push = proposals.find(({ label }) => label === 'http2_push')
    expect(push).toMatchObject({ deprecated: true })
    expect(proposals.at(-1)?.deprecated).toBe(true)
  })

  test.each([
    ['1.22.1', 'http2', false],
    ['1.26.0', 'http2', true],
    ['1.22.1', 'ssl', true],
    ['1.26.0', 'ssl', false],
  ])('with version %s, %s is offered: %s', async (version, name, there) => {
    const { labels } = await offer(`#- webconf.json\n{"nginx":{"version":"${version}"}}\n#- nginx.conf\n${server('    ‸')}`)
    expect(labels.includes(name)).toBe(there)
  })
})

describe('blocks of data', () => {
  test.each<[string, string, Wanted]>([
    ['map, a key', http('map $a $b {\n ‸\n}'), { only: ['default', 'hostnames', 'volatile', 'include'] }],
    ['map, a second default', http('map $a $b {\n default 0;\n ‸\n}'), { only: ['hostnames', 'volatile', 'include'] }],
    ['map, a value', http('map $a $b {\n default keep;\n x k‸;\n}'), { first: ['keep'] }],
    ['map, a variable', http('map $a $b {\n default $ur‸;\n}'), { first: ['$uri'] }],
    ['geo', http('geo $b {\n ‸\n}'), { only: ['default', 'include', 'delete', 'proxy', 'proxy_recursive', 'ranges'] }],
    ['types', http('types {\n image/w‸\n}'), { only: ['image/webp'] }],
    ['split_clients', http('split_clients $a $b {\n ‸\n}'), { only: ['50%', '10%', '*'] }],
    ['an entry has no directives', http('map $a $b {\n ser‸\n}'), { only: [] }],
  ])('%s', (_, text, wanted) => check(text, wanted))
})

describe('arguments', () => {
  const named = `log_format main '$remote_addr'; upstream app { server 127.0.0.1:1; } upstream api { server 127.0.0.1:2; }
limit_req_zone $binary_remote_addr zone=slow:1m rate=1r/s; limit_conn_zone $server_name zone=per:1m; proxy_cache_path /c keys_zone=pages:1m;
map $http_upgrade $connection_upgrade { default upgrade; }`
  const inLocation = (inside: string): string => http(`${named}\nserver {\nlocation @app { return 200; }\nlocation / {\n${inside}\n}\n}`)
  test.each<[string, string, Wanted]>([
    ['a flag, what is not the default first', inLocation('sendfile ‸;'), { only: ['on', 'off'] }],
    ['a flag that is on', inLocation('proxy_buffering ‸;'), { only: ['off', 'on'] }],
    ['an enum', inLocation('satisfy ‸;'), { only: ['all', 'any'] }],
    ['a set of words, those not given', inLocation('proxy_next_upstream error ‸;'), { has: ['timeout', 'http_502', 'off'], not: ['error'] }],
    ['an enum half typed', inLocation('if_modified_since e‸'), { only: ['exact'] }],
    ['a flag below a line without its end', server('root /srv\n    gzip o‸'), { only: ['on', 'off'] }],
    ['a second line of words', http('gzip_types text/css\n    text/pl‸;'), { only: ['text/plain'] }],
    ['a second argument of one that takes one', inLocation('sendfile on ‸;'), { only: [] }],
    ['listen, ports', server('listen ‸;'), { first: ['80', '443'], not: ['on'] }],
    ['listen, parameters', server('listen 443 ‸;'), { has: ['ssl', 'default_server', 'reuseport', 'backlog='], not: ['80'] }],
    ['listen, parameters not yet given', server('listen 443 ssl ‸;'), { has: ['default_server'], not: ['ssl'] }],
    ['listen, in any order', server('listen 443 reuseport ‸ ssl;'), { has: ['default_server', 'backlog='], not: ['ssl', 'reuseport'] }],
    ['listen, the value of a parameter', server('listen [::]:80 ipv6only=‸;'), { only: ['on', 'off'] }],
    ['upstreams in proxy_pass', inLocation('proxy_pass ‸;'), { first: ['api', 'app'], has: ['http://'] }],
    ['upstreams behind the scheme', inLocation('proxy_pass http://a‸;'), { only: ['api', 'app'] }],
    ['zones of limit_req', inLocation('limit_req zone=‸;'), { only: ['slow'] }],
    ['limit_req, parameters', inLocation('limit_req zone=slow ‸;'), { only: ['nodelay', 'burst=', 'delay='] }],
    ['zones of limit_conn', inLocation('limit_conn ‸;'), { first: ['per'], not: ['slow', 'pages'] }],
    ['caches', inLocation('proxy_cache ‸;'), { first: ['pages'], has: ['off'], not: ['slow'] }],
    ['log formats', inLocation('access_log /l ‸;'), { first: ['main'], has: ['combined'] }],
    ['log parameters', inLocation('access_log /l main ‸;'), { has: ['buffer=', 'gzip', 'flush=', 'if='], not: ['main'] }],
    ['named locations', inLocation('error_page 404 ‸;'), { first: ['@app'] }],
    ['statuses', inLocation('error_page 5‸;'), { first: ['500', '501'] }],
    ['return', inLocation('return 30‸;'), { only: ['301', '302', '303', '304', '307', '308'] }],
    ['try_files', inLocation('try_files ‸;'), { first: ['@app'], has: ['$uri', '=404'] }],
    ['media types', inLocation('gzip_types text/c‸;'), { only: ['text/css', 'text/csv', 'text/calendar'] }],
    ['fields of a request', inLocation('proxy_set_header X-F‸;'), { has: ['X-Forwarded-For', 'X-Forwarded-Proto'] }],
    ['the usual value of a field', inLocation('proxy_set_header Host ‸;'), { first: ['$host', '$http_host'] }],
    ['what is not defined is no usual value', http('server { location / { proxy_set_header Connection ‸; } }'), { not: ['$connection_upgrade'] }],
    ['what is defined is', inLocation('proxy_set_header Connection $con‸;'), { first: ['$connection_upgrade'] }],
    ['fields of a response', inLocation('add_header X-F‸;'), { only: ['X-Frame-Options'] }],
    ['values of a field', inLocation('add_header X-Frame-Options ‸;'), { first: ['DENY', 'SAMEORIGIN'] }],
    ['rewrite flags', inLocation('rewrite ^/a /b ‸;'), { only: ['last', 'break', 'redirect', 'permanent'] }],
    ['methods', inLocation('limit_except GET ‸ {}'), { has: ['POST'], not: ['GET'] }],
    ['levels of a log', inLocation('error_log /l ‸;'), { first: ['debug', 'info', 'notice', 'warn'] }],
    [
      'parameters of a server',
      http('upstream a { server 127.0.0.1:1 weight=2 ‸; }'),
      { has: ['max_fails=', 'backup', 'down'], not: ['weight=', '127.0.0.1:'] },
    ],
    ['parameters of a cache path', http('proxy_cache_path /c levels=1:2 ‸;'), { has: ['keys_zone=', 'max_size=', 'inactive='], not: ['levels='] }],
    ['how events are waited for, no methods of HTTP', 'events { use ‸; }', { has: ['epoll', 'poll'], not: ['GET', 'POST'] }],
    ['how random chooses, no methods of HTTP', http('upstream a { random two ‸; }'), { not: ['GET', 'POST'] }],
    ['types of gzip, without the one that is always among them', inLocation('gzip_types ‸;'), { has: ['text/css'], not: ['text/html'] }],
    ['versions of TLS, the newest first', server('ssl_protocols ‸;'), { first: ['TLSv1.3', 'TLSv1.2'] }],
    ['what a condition begins with', server('if (‸) {}'), { has: ['$host', '$request_method', '-f', '!-e'] }],
    ['operators of an if', server('if ($host ‸) {}'), { has: ['=', '~*', '!='] }],
    ['modifiers of a location', server('location ‸ {}'), { has: ['=', '~', '^~', '/'] }],
  ])('%s', (_, text, wanted) => check(text, wanted))
})

describe('variables', () => {
  test.each<[string, string, Wanted]>([
    ['behind a dollar sign', location('return 301 https://$ho‸;'), { first: ['$host', '$hostname'] }],
    ['in a text', location('add_header A "a $req‸ b";'), { has: ['$request_uri', '$request_method'] }],
    ['in braces', location('return 301 "${ho‸}";'), { first: ['${host}'] }],
    [
      'those of the configuration',
      http('map $a $mine { default 1; }\nserver { set $own 1; location / { return 200 $‸; } }'),
      { has: ['$mine', '$own', '$uri'] },
    ],
    ['captures of the location', server('location ~ ^/(\\d+)/(?<page>\\w+)$ { return 200 $‸; }'), { first: ['$1', '$2', '$page'] }],
    ['captures of a rewrite', location('rewrite ^/(a)/(b)$ /$‸;'), { first: ['$1', '$2'] }],
    ['captures of the server name', http('server { server_name ~^(?<sub>\\w+)\\.example\\.com$; location / { return 200 $su‸; } }'), { first: ['$sub'] }],
    ['a family of variables', location('return 200 $http_x_f‸;'), { has: ['$http_x_forwarded_for'] }],
    ['of stream', 'events {}\nstream { server { listen 1; proxy_pass $ssl_p‸; } }', { has: ['$ssl_preread_server_name'], not: ['$uri'] }],
    ['none where nginx sees none', server('listen $‸;'), { only: [] }],
    ['none in a time', location('proxy_read_timeout $‸;'), { only: [] }],
  ])('%s', (_, text, wanted) => check(text, wanted))
})

describe('nothing', () => {
  test.each([
    ['in a comment', http('# ser‸')],
    ['in a comment behind a directive', http('gzip on; # ser‸')],
    ['in Lua', location('content_by_lua_block { local ‸ }')],
    ['in a pattern', server('location ~ ^/st‸ {}')],
    ['in the pattern of a rewrite', location('rewrite ^/st‸ /a;')],
    ['for a number', http('worker_rlimit_nofile ‸;')],
    ['for a size', http('client_max_body_size ‸;')],
  ])('%s', async (_, text) => expect((await offer(text)).labels).toEqual([]))

  test('for the spaces that indent a line', async () => expect((await offer(server('    ‸'), 'nginx', ' ')).labels).toEqual([]))
})

describe('what is put', () => {
  test.each([
    ['a block with its end', server('    loc‸'), 'location', server('    location / {\n\t\n}')],
    ['a directive with its end', server('    roo‸'), 'root', server('    root ;')],
    ['a flag with a value', server('    gzip_st‸'), 'gzip_static', server('    gzip_static off;')],
    ['only the name where arguments follow', server('    ro‸ /srv;'), 'root', server('    root /srv;')],
    ['a directive without arguments', location('inter‸'), 'internal', location('internal;')],
    ['the whole name in place of its part', location('pro‸xy_passs http://a;'), 'proxy_pass', location('proxy_pass http://a;')],
    ['a variable in place of its part', location('return 200 $ho‸sx;'), '$host', location('return 200 $host;')],
    [
      'an upstream behind the scheme',
      http('upstream app { server a; }\nserver { location / { proxy_pass http://a‸; } }'),
      'app',
      http('upstream app { server a; }\nserver { location / { proxy_pass http://app; } }'),
    ],
    [
      'an upstream with its scheme',
      http('upstream app { server a; }\nserver { location / { proxy_pass ‸; } }'),
      'app',
      http('upstream app { server a; }\nserver { location / { proxy_pass http://app; } }'),
    ],
    ['a word before what stands behind', server('listen 443 ss‸ default_server;'), 'ssl', server('listen 443 ssl default_server;')],
    [
      'a value with spaces in quotes',
      location('add_header Cache-Control ‸;'),
      'public, max-age=3600',
      location('add_header Cache-Control "public, max-age=3600";'),
    ],
    [
      'the same inside of quotes',
      location('add_header Cache-Control "‸";'),
      'public, max-age=3600',
      location('add_header Cache-Control "public, max-age=3600";'),
    ],
  ])('%s', async (_, text, label, expected) => expect((await offer(text)).taking(label)).toBe(expected))
})

describe('paths', () => {
  const files = `#- deploy/nginx.conf
events {}
http { include snippets/‸; }
#- deploy/snippets/tls.conf
ssl_protocols TLSv1.3;
#- deploy/snippets/proxy.conf
proxy_set_header Host $host;
`
  test('beside the main file', async () => expect((await offer(files)).labels).toEqual(['proxy.conf', 'tls.conf']))
  test('through the path map', async () => {
    const text = `#- webconf.json
{"paths":{"/srv/www/site":"site"}}
#- nginx.conf
${location('alias /srv/www/site/‸;')}
#- site/static/a.css
#- site/manage.py
`
    expect((await offer(text)).labels).toEqual(['manage.py', 'static/'])
    expect((await offer(text.replace('site/‸', 'site/st‸'))).taking('static/')).toContain('alias /srv/www/site/static/;')
  })
})
