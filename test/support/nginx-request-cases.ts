import type { Asked } from './requests.ts'

/** A configuration and what is asked of it; a text is `/target` or `METHOD /target`. */
export interface RequestCase {
  readonly title: string
  /** The inside of `http`. */
  readonly http: string
  readonly files: Readonly<Record<string, string>>
  readonly requests: readonly (string | Asked)[]
}

const server = (inside: string, names = 'example.test'): string => `server { listen @PORT@; server_name ${names}; root @ROOT@/www; ${inside} }`
const types = 'types { text/html html; text/css css; image/png png; application/javascript js; } '

export const requestCases: readonly RequestCase[] = [
  {
    title: 'request lines that are refused, and those that are not',
    http: `${server('location / { } location /api/ { proxy_pass http://@UP@; } error_page 400 /bad.html; error_page 405 = @method; location @method { return 200 m; }')}
      server { listen @PORT@; server_name other.test; }`,
    files: { 'www/index.html': '', 'www/a b.txt': '', 'www/bad.html': '' },
    requests: [
      'get /',
      'FOO /',
      'FO-O_ /',
      'FOO1 /',
      'TRACE /',
      'CONNECT /',
      'OPTIONS *',
      { target: 'index.html' },
      { target: '*' },
      { target: '/a b.txt' },
      { target: '/a%20b.txt' },
      { target: '/%zz' },
      { target: '/%' },
      { target: '/%00' },
      { target: '/..' },
      { target: '/x/../../y' },
      { target: '/x/..' },
      { target: '/./index.html' },
      { target: '//index.html' },
      { target: '/a/%2e%2e/index.html' },
      { target: '/%2e%2e/index.html' },
      { target: '/index.html#part' },
      { target: '/index.html?a#b' },
      { target: '/\x01' },
      { target: '/\xe9' },
      { target: '/api/\xe9%C3%A9?q=\xe9' },
      { target: '/index.html', version: '1.0' },
      { target: '/index.html', version: '1.0', host: undefined },
      { target: '/index.html', version: '0.9', host: undefined },
      { target: '/nowhere', version: '0.9', host: undefined },
      { method: 'POST', target: '/', version: '0.9', host: undefined },
      { target: '/', version: '2.0' },
      { target: '/', version: '1' },
      { target: '/', version: '1.10' },
      { target: '/', version: '1.1 ' },
      { target: '/', version: '1.1x' },
      { target: '/', version: '10.1' },
      { target: '/', host: undefined },
      { target: 'http://other.test/index.html' },
      { target: 'http://other.test' },
      { target: 'http://other.test?a=b' },
      { target: 'http://other.test:81/x', host: undefined },
      { target: 'http://OTHER.test./x', host: 'example.test' },
      { target: 'http:///x' },
      { target: 'http://a_b/x' },
      { target: 'ftp://other.test/' },
      { target: 'http://[::1]/' },
      { target: 'http:/x' },
      { target: `/${'a'.repeat(8300)}` },
      { target: `/${'a'.repeat(1500)}` },
      { target: `/%2e${'a'.repeat(8150)}`, host: 'a/b' },
      { target: `/index.html?${'a'.repeat(3000)}` },
    ],
  },
  {
    title: 'headers that are refused, ignored or counted',
    http: `${server('location / { return 200 "$http_x_a|$http_x_b|$http_a_b"; } location /big { client_max_body_size 10; return 200 x; } location /any { client_max_body_size 0; return 200 x; } location /px { proxy_pass http://@UP@; }')}
      server { listen @PORT@; server_name under.test; underscores_in_headers on; ignore_invalid_headers off; add_header X-Seen "$http_a_b$http_a.b"; return 200 "$http_a_b"; }`,
    files: { 'www/index.html': '' },
    requests: [
      { target: '/', host: 'example.test', headers: [['Host', 'other.test']] },
      { target: '/', host: '' },
      { target: '/', host: 'a/b' },
      { target: '/', host: 'a..b' },
      { target: '/', host: '.' },
      { target: '/', host: 'EXAMPLE.test.' },
      { target: '/', host: 'under.test:80' },
      { target: '/', host: 'under.test:abc' },
      { target: '/', host: '[::1]:80' },
      { target: '/', host: 'under.test', headers: [['A_b', 'x']] },
      {
        target: '/',
        headers: [
          ['A_b', 'x'],
          ['A.b', 'y'],
        ],
      },
      { target: '/', headers: [['Content-Length', '1x']] },
      {
        target: '/',
        headers: [
          ['Content-Length', '5'],
          ['Content-Length', '5'],
        ],
      },
      { target: '/big', headers: [['Content-Length', '11']] },
      { target: '/big', headers: [['Content-Length', '10']] },
      { target: '/any', headers: [['Content-Length', '99999999']] },
      { method: 'POST', target: '/', headers: [['Content-Length', '2000000']] },
      { target: '/', headers: [['Transfer-Encoding', 'gzip']] },
      {
        target: '/',
        headers: [
          ['Transfer-Encoding', 'chunked'],
          ['Content-Length', '1'],
        ],
      },
      { target: '/', version: '1.0', headers: [['Transfer-Encoding', 'chunked']] },
      {
        target: '/',
        headers: [
          ['Authorization', 'a'],
          ['Authorization', 'b'],
        ],
      },
      { target: '/', headers: [['X-Bad Name', 'a']] },
      {
        target: '/',
        headers: [
          ['X-A', '1'],
          ['X-A', '2'],
          ['x-b', '  3  '],
        ],
      },
      { target: '/', headers: [['X-Long', 'a'.repeat(8300)]] },
      {
        target: '/',
        headers: [
          ['X-Long', 'a'.repeat(8000)],
          ['X-Two', 'a'.repeat(8000)],
          ['X-Three', 'a'.repeat(8000)],
          ['X-Four', 'a'.repeat(8000)],
          ['X-Five', 'a'.repeat(8000)],
        ],
      },
    ],
  },
  {
    title: 'servers by address, name and wildcard',
    http: `server { listen @PORT@; server_name first.test; return 200 "$server_name $host"; }
      server { listen @PORT@ default_server; server_name _; return 200 "$server_name"; }
      server { listen @PORT@; server_name Exact.test .dot.test *.wild.test mail.* ""; return 200 "$server_name"; }
      server { listen @PORT@; server_name *.sub.wild.test www.mail.*; return 200 "$server_name"; }
      server { listen @PORT@; server_name ~^(?<who>\\w+)\\.regex\\.test$ ~^(.+)\\.twice\\.test$; add_header X-Who "$who|$1"; return 301 /$who; }
      server { listen @PORT@; server_name ~^a\\.regex\\.test$ ~^Up\\.test$; return 200 late; }
      server { listen 127.0.0.1:@PORT2@; server_name special.test; return 200 "special"; }
      server { listen @PORT2@; server_name wildcard.test special.test; return 200 "any"; }`,
    files: { 'www/': '' },
    requests: [
      ...[
        'first.test',
        'EXACT.TEST',
        'dot.test',
        'a.dot.test',
        'a.b.dot.test',
        'wild.test',
        'x.wild.test',
        'sub.wild.test',
        'a.sub.wild.test',
        'a.b.sub.wild.test',
      ],
      ...[
        'mail.org',
        'mail.a.b',
        'www.mail.org',
        'mail',
        'a.regex.test',
        'b.regex.test',
        'x-y.regex.test',
        'a.b.twice.test',
        'up.test',
        'UP.test',
        'nobody.test',
        '_',
      ],
    ]
      .map((host): Asked => ({ target: '/', host }))
      .concat([
        { target: '/', version: '1.0', host: undefined },
        { target: '/', port: 2, host: 'wildcard.test' },
        { target: '/', port: 2, host: 'special.test' },
      ]),
  },
  {
    title: 'locations: exact, prefixes, nested, patterns and their captures',
    http: server(`
      location = /x { return 200 1; }
      location /x { return 200 2; }
      location /x/y/ { return 200 3; location ~ \\.css$ { return 200 4; } location = /x/y/z { return 200 5; } location /x/y/w { return 200 w; } }
      location ^~ /up/ { location ~ \\.js$ { return 200 6; } location /up/deep/ { return 200 7; } }
      location ~* \\.JS$ { return 200 8; location ~ ^/q/ { return 200 9; }}
      location ~ ^/(?<a>[a-z]+)/(\\d+)$ { add_header X-C "$a $1 $2 $3"; return 200 x; }
      location "/space here/" { return 200 s; }
      location /caf\u00e9 { return 200 c; }
      location ~ ^/(a)?(b)?c { add_header X-D "[$1][$2]"; return 200 d; }
      location ~ /p(?=ost)\\w++$ { return 200 p; }
    `),
    files: { 'www/up/a.js': '', 'www/q.txt': '' },
    requests: [
      '/x',
      '/x/',
      '/xx',
      '/x/y',
      '/x/y/',
      '/x/y/z',
      '/x/y/z.css',
      '/x/y/z/',
      '/x/y/w.css',
      '/up/a.js',
      '/up/deep/a.js',
      '/up/a',
      '/q/a.js',
      '/a.Js',
      '/a.js',
      '/abc/123',
      '/abc/123/',
      '/space%20here/x',
      '/caf%C3%A9',
      '/caf\xc3\xa9/',
      '/ac',
      '/bc',
      '/abc',
      '/c',
      '/post',
      '/poster',
      '/q',
      '/',
    ],
  },
  {
    title: 'locations that pass requests on want their slash',
    http: server(`
      location /p/ { proxy_pass http://@UP@; }
      location /p/q/ { proxy_pass http://@UP@/; }
      location = /e/ { proxy_pass http://@UP@; }
      location /f/ { fastcgi_pass @FCGI@; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_index index.php; }
      location /n/ { proxy_pass http://@UP@; internal; }
      location "/a b/" { proxy_pass http://@UP@/; }
      location /s { proxy_pass http://@UP@/; }
      location /out/ { location /out/in/ { proxy_pass http://@UP@/x/; } }
      location ~ ^/e$ { return 200 regex; }
    `),
    files: { 'www/out/in.txt': '' },
    requests: [
      '/p',
      '/p?a=b',
      '/p/',
      '/p/q',
      '/p/q/',
      '/p/q/r?x',
      '/e',
      '/e?q',
      '/e/',
      '/f',
      '/f/',
      '/f/x.php',
      '/n',
      '/n/',
      '/a%20b',
      '/a%20b/c%20d',
      '/s',
      '/sx',
      '/s/x',
      '/out/in',
      '/out/in/y',
      'POST /p',
      '/out/',
    ],
  },
  {
    title: 'what address reaches an upstream',
    http: `upstream named { server @UP@; server 127.0.0.1:1 backup; }
      map $uri $mapped { default ""; ~^/var/(.*)$ $1; }
      ${server(`
      merge_slashes off;
      location /plain { proxy_pass http://@UP@; }
      location /cut/ { proxy_pass http://@UP@/; }
      location /named/ { proxy_pass http://named/base?x=1; proxy_set_header Host $host; }
      location /esc/ { proxy_pass http://@UP@/e/; }
      location ~ ^/re/(.*) { proxy_pass http://@UP@; }
      location /var/ { set $back @UP@; proxy_pass http://$back; }
      location /varuri/ { proxy_pass http://@UP@/v$uri; }
      location /varargs/ { proxy_pass http://@UP@/v/$arg_p; }
      location /varq/ { proxy_pass http://@UP@$is_args$args; }
      location /varmap/ { proxy_pass http://@UP@/$mapped; }
      location /varreq { proxy_pass http://@UP@$request_uri; }
      location ~ ^/cap/(.*)$ { proxy_pass http://@UP@/c/$1$is_args$args; }
      location /rw/ { rewrite ^/rw/(.*)$ /w/$1 break; proxy_pass http://@UP@/ignored/; }
      location /rwq/ { rewrite ^/rwq/(.*)$ /w/$1?z=1 break; proxy_pass http://@UP@; }
      location /rwd/ { rewrite ^/rwd/(.*)$ /w/$1? break; proxy_pass http://@UP@; }
      location /try/ { try_files $uri @named; }
      location @named { proxy_pass http://@UP@; }
      location /if/ { if ($arg_a) { proxy_pass http://@UP@; } return 404; }
      location /ifx/ { proxy_pass http://@UP@/sub/; if ($arg_a) { set $x 1; } }
      location /meth/ { proxy_method POST; proxy_pass http://@UP@/; }
      location /lim/ { limit_except GET { deny all; } proxy_pass http://@UP@/l/; }
      location /nohost/ { proxy_pass http://$arg_nothing/; }
      location = /only { proxy_pass http://@UP@/one; }
      location /local/ { proxy_pass http://localhost:1/; }
      `)}`,
    files: { 'www/try/there.txt': '' },
    requests: [
      ...[
        '/plain',
        '/plain/a%20b?c=d%20e',
        '/plain//x',
        '/plain/../plain/x',
        '/plain/%2e%2e/plain/',
        '/cut/',
        '/cut/x/y',
        '/cut//x',
        '/cut/a%2fb',
        '/cut/a%20b',
        '/cut/a+b',
        '/cut/x?',
        '/cut/x?a',
        '/cut/%25',
        '/cut/%3f',
      ],
      ...['/named/', '/named/x?y', '/esc/%7Euser', '/esc/%C3%A9', '/esc/a\xe9', '/esc/"<>', '/esc/a;b=c', '/re/x%20y', '/re/x y'],
      ...[
        '/var/',
        '/var/a%20b',
        '/varuri/a%20b?c',
        '/varargs/x?p=1%2f2',
        '/varq/x?y=z',
        '/varq/x',
        '/varmap/abc',
        '/varreq/a%20b?c',
        '/cap/a%20b?c=d',
        '/cap/',
        '/rw/a%20b?c=d',
        '/rw/',
        '/rwq/x?a=b',
        '/rwd/x?a=b',
      ],
      ...[
        '/try/there.txt',
        '/try/no%20?x',
        '/if/x?a=1',
        '/if/x',
        '/ifx/y?a=1',
        '/ifx/y',
        '/meth/x',
        '/lim/x',
        'POST /lim/x',
        'HEAD /cut/x',
        'DELETE /cut/x',
        '/nohost/',
        '/only',
        '/only?x=%20',
        'http://example.test?q=1',
      ],
    ].map((target) => (target.startsWith('http') ? { target } : target)),
  },
  {
    title: 'rewrites, their flags, arguments and escapes',
    http: `rewrite_log on; ${server(`
      rewrite ^/old/(.*)$ /new/$1;
      rewrite ^/server-last/(.*)$ /b/$1 last;
      rewrite ^/server-break/(.*)$ /new/$1 break;
      if ($arg_r) { rewrite ^ /arg/$arg_r? last; }
      location /new/ { return 200 "$uri?$args"; add_header X-U "$uri?$args"; }
      location /arg/ { add_header X-U "$uri?$args"; return 200 x; }
      location /loop { rewrite ^/loop(.*)$ /loop$1x last; }
      location /two { rewrite ^/two$ /three; rewrite ^/three$ /new/three; rewrite ^/nothing$ /no; }
      location /b/ { rewrite ^/b/(.*)$ /new/$1?from=b last; }
      location /red/ { rewrite ^/red/(.*)$ /to/$1 redirect; }
      location /perm/ { rewrite ^/perm/(.*)$ http://else.test/$1?x=y permanent; }
      location /abs/ { rewrite ^/abs/(.*)$ https://else.test/$1; }
      location /absq/ { rewrite ^/absq/(.*)$ https://else.test/$1?; }
      location /scheme/ { rewrite ^/scheme/(.*)$ $scheme://$host/$1 last; }
      location /sets/ { set $a $1; rewrite ^/sets/(.+)$ /new/x?v=$1; set $b $1; add_header X-B $b; return 200 x; }
      location /setq { set $args "set=1"; add_header X-A "$args|$query_string|$is_args"; return 200 x; }
      location /brk { rewrite ^/brk/(.*)$ /files/$1 break; rewrite ^ /never; }
      location /brk2 { rewrite ^/brk2/(.*)$ /files/$1; break; rewrite ^ /never; }
      location /ifre { if ($uri ~ ^/ifre/(?<n>\\d+)(x)?) { set $m $1; rewrite ^ /new/$n-$m-$2; } return 200 no; }
      location /lost { if ($args ~ v=(\\d+)) { rewrite ^ /new/$1?; } return 200 no; }
      location /drop { rewrite ^/drop(.*)$ /new$1?a=b&c; }
      location /relative { rewrite ^/relative(.*)$ new/$1 last; }
      location /empty { rewrite ^/empty$ $arg_none last; }
      location /neg { if ($uri !~ ^/neg/(a)) { return 200 "neg $1"; } return 201; }
    `)}`,
    files: { 'www/files/a.txt': '', 'www/new/there.txt': '' },
    requests: [
      '/old/a',
      '/old/a%20b?c',
      '/old/%3Fx',
      '/server-last/x?y',
      '/server-break/there.txt',
      '/server-break/x',
      '/new/?r=ab',
      '/?r=a%26b',
      '/loop',
      '/two',
      '/two?q',
      '/b/x',
      '/b/x?a=b',
      '/b/a%26b%20c',
      '/b/a+b',
      '/red/x?a',
      '/red/a%20b',
      '/red/a%2fb%3fc',
      '/red/%C3%A9',
      '/perm/x',
      '/perm/x?a=b',
      '/abs/a b',
      '/abs/a%20b?q',
      '/absq/x?q',
      '/scheme/x',
      '/sets/a%20b',
      '/sets/ab?x',
      '/setq?x=y',
      '/brk/a.txt',
      '/brk/b',
      '/brk2/a.txt',
      '/ifre/12',
      '/ifre/12x',
      '/ifre/',
      '/lost?v=12',
      '/lost',
      '/drop/x',
      '/drop/x?y',
      '/relative',
      '/empty',
      '/neg/a',
      '/neg/b',
      'POST /old/a',
    ],
  },
  {
    title: 'return, in server and locations, with error pages',
    http: `error_page 404 /http404.html; ${server(`
      if ($arg_gone) { return 410; }
      error_page 403 = @denied; error_page 404 =200 /missing.html; error_page 500 502 =503 /oops.html; error_page 410 http://gone.test/$uri; error_page 401 =301 https://login.test/;
      error_page 418 = /tea$is_args$args; error_page 301 /moved.html;
      location /r { return 404; }
      location /t { return 404 "text $uri"; }
      location /d { return 403; }
      location /s500 { return 500; }
      location /s401 { return 401; }
      location /tea { return 418; }
      location /rec { recursive_error_pages on; error_page 404 = /rec2; return 404; }
      location /rec2 { recursive_error_pages on; error_page 404 = /rec; return 404; }
      location /own { error_page 404 /own.html; return 404; }
      location /none { error_page 403 /x; return 404; }
      location = /missing.html { internal; }
      location = /direct.html { internal; }
      location @denied { return 200 "denied $uri $args"; }
      location /m { return 301 /x; }
      location /444 { return 444; }
      location /408 { return 408; }
      location /499 { return 499; }
      location /426 { return 426; }
      location /204 { return 204; add_header X-A a; }
      location /201 { return 201 "x"; }
      location /200 { return 200; default_type text/x; }
      location /600 { return 600 x; }
      location /302 { return 302; }
      location /nameda { error_page 404 @gone; return 404; }
      location @gone { return 404; }
      location /undef { error_page 404 @undef; return 404; }
      location /code { error_page 404 =444 /x; return 404; }
      location /oops.html { return 200 oops; }
      location /chain { error_page 404 = @c1; return 404; }
      location @c1 { rewrite ^ /c2 last; }
      location /c2 { return 403; }
    `)}`,
    files: { 'www/missing.html': '', 'www/moved.html': '' },
    requests: [
      '/r',
      '/t',
      '/d',
      '/d?x',
      'POST /d',
      '/s500',
      '/s401',
      '/tea',
      '/tea?a=b',
      '/rec',
      '/own',
      '/none',
      '/missing.html',
      '/direct.html',
      '/nofile',
      '/m',
      '/444',
      '/408',
      '/499',
      '/426',
      '/204',
      '/201',
      '/200',
      '/600',
      '/302',
      '/nameda',
      '/undef',
      '/code',
      '/chain',
      '/?gone=1',
      'HEAD /r',
      'PUT /nofile',
      '/tea/x.y',
    ],
  },
  {
    title: 'files, folders, indexes and listings',
    http: `${types} default_type application/x-unknown; ${server(`
      index index.html /fallback $arg_i index.php;
      location /list/ { autoindex on; }
      location /json/ { autoindex on; autoindex_format json; }
      location /jsonp/ { autoindex on; autoindex_format jsonp; }
      location /xml/ { autoindex on; autoindex_format xml; charset utf-8; }
      location /noidx/ { index nothing.html; }
      location /two/ { index a.html b.html; }
      location /fallback { return 200 fallback; }
      location /ab/ { alias @ROOT@/other/; index sub.html; }
      location ~ \\.php$ { return 200 php; }
      location /absent/ { root @ROOT@/none; index a.html b.html; }
      location /exp/ { expires 1h; add_header X-E e; add_header X-A a always; }
      location /max { expires max; }
      location /off { expires off; }
      location /neg { expires -1; }
      location /ep { expires epoch; add_header Cache-Control public; }
      location /types/ { types { text/special html; } default_type text/own; }
      location /cs/ { charset utf-8; }
      location /csx/ { charset koi8-r; charset_types text/css; }
    `)}`,
    files: {
      'www/index.html': '',
      'www/a.css': '',
      'www/A.CSS': '',
      'www/noext': '',
      'www/.hidden': '',
      'www/x.': '',
      'www/a.b.html': '',
      'www/dir/': '',
      'www/dir two/': '',
      'www/list/a.txt': '',
      'www/json/a': '',
      'www/jsonp/a': '',
      'www/xml/a': '',
      'www/noidx/x': '',
      'www/two/b.html': '',
      'other/sub.html': '',
      'other/a.txt': '',
      'other/d/': '',
      'www/php/index.php': '',
      'www/exp/a.css': '',
      'www/max': '',
      'www/off': '',
      'www/neg': '',
      'www/ep': '',
      'www/types/a.html': '',
      'www/types/b.css': '',
      'www/cs/a.html': '',
      'www/cs/a.png': '',
      'www/csx/a.css': '',
      'www/csx/a.png': '',
      'www/link': '-> index.html',
      'www/broken': '-> nowhere',
      'www/linkdir': '-> dir',
      'www/file/index.html/': '',
    },
    requests: [
      '/',
      '/index.html',
      '/a.css',
      '/A.CSS',
      '/noext',
      '/.hidden',
      '/x.',
      '/a.b.html',
      '/dir',
      '/dir/',
      '/dir?x=y',
      '/dir%20two',
      '/dir%20two?a',
      '/list/',
      '/list',
      'POST /list/',
      'PUT /list/',
      '/json/',
      '/jsonp/',
      '/jsonp/?callback=a.b',
      '/jsonp/?callback=a-b',
      '/xml/',
      '/noidx/',
      '/two/',
      '/ab/',
      '/ab',
      '/ab/d',
      '/ab/d/',
      '/ab/no',
      '/php/',
      '/php/?i=x',
      '/?i=a.css',
      '/dir/?i=/ab/',
      '/absent/',
      '/absent/x',
      '/index.html/',
      '/index.html/x',
      '/a.css/../noext',
      'POST /a.css',
      'POST /none',
      'POST /dir',
      'PUT /a.css',
      'DELETE /none',
      'HEAD /a.css',
      'OPTIONS /a.css',
      '/exp/a.css',
      '/exp/none',
      '/max',
      '/off',
      '/neg',
      '/ep',
      '/types/a.html',
      '/types/b.css',
      '/cs/a.html',
      '/cs/a.png',
      '/cs/none',
      '/csx/a.css',
      '/csx/a.png',
      '/link',
      '/broken',
      '/linkdir',
      '/linkdir/',
      '/file/',
      `/${'n'.repeat(300)}`,
    ],
  },
  {
    title: 'root and alias',
    http: server(`
      location /a/ { alias @ROOT@/alias/; }
      location /b { alias @ROOT@/alias; }
      location /c { alias @ROOT@/alias/; }
      location /d/ { alias @ROOT@/alias; }
      location = /e { alias @ROOT@/alias/one.txt; }
      location ~ ^/f/(.*)$ { alias @ROOT@/alias/$1; }
      location ~ ^/g/ { alias @ROOT@/alias/; }
      location ~ ^/h/(?<p>.*)$ { root @ROOT@/roots/$p; }
      location /i/ { alias @ROOT@/alias/; location /i/deep/ { } location ~ \\.txt$ { } }
      location /j/ { root rel; }
      location /k/ { alias rel2/; }
      location /l/ { root @ROOT@/www/; }
      location /m/ { alias @ROOT@/$arg_d/; }
      location /n/ { alias @ROOT@/alias/; rewrite ^/n/x$ /n/one.txt break; }
      location /o/ { root ""; }
      location ^~ /q/ { alias @ROOT@/alias/; try_files $uri $uri/index.html /q/one.txt; }
      location ^~ /r/ { alias @ROOT@/alias/; try_files $uri /r/one.txt$is_args; }
      location ^~ /s/ { alias @ROOT@/alias/; try_files one.txt =404; }
      location ~ ^/t/(.*)$ { alias @ROOT@/alias/$1; try_files "" /one.txt =404; }
      location ~ ^/u/(.*)$ { alias @ROOT@/alias; try_files /$1 /$1/ =404; }
      location /v/ { if ($arg_x) { root @ROOT@/alias; } }
      location /disabled/ { disable_symlinks on from=@ROOT@; root @ROOT@/alias; }
    `),
    files: {
      'alias/one.txt': '',
      'alias/deep/two.txt': '',
      'alias/index.html': '',
      'alias/deep/index.html': '',
      'roots/h/x': '',
      'roots/y/h/y': '',
      'rel/j/x': '',
      'rel2/x': '',
      'www/l/x': '',
      'www/index.html': '',
      'alias/v/x': '',
      'www/v/x': '',
      'www/v/y': '',
      'alias/disabled/x': '',
      'alias/disabled/l': '-> x',
      'alias/disabled/d': '-> ../deep',
    },
    requests: [
      '/a/one.txt',
      '/a/',
      '/a',
      '/a/deep',
      '/a/../a/one.txt',
      '/b/one.txt',
      '/b',
      '/b/',
      '/bone.txt',
      '/c/one.txt',
      '/cone.txt',
      '/c',
      '/c/',
      '/d/one.txt',
      '/d/',
      '/e',
      '/e/',
      '/f/one.txt',
      '/f/deep',
      '/f/deep/',
      '/f/',
      '/f/no',
      '/g/x',
      '/g/',
      '/h/x',
      '/h/y',
      '/i/one.txt',
      '/i/deep/two.txt',
      '/i/deep/',
      '/i/deep',
      '/j/x',
      '/k/x',
      '/l/x',
      '/m/one.txt?d=alias',
      '/m/one.txt',
      '/n/x',
      '/n/one.txt',
      '/o/x',
      '/q/one.txt',
      '/q/deep',
      '/q/no',
      '/r/no',
      '/r/no?x',
      '/s/x',
      '/t/one.txt',
      '/t/no',
      '/t/deep',
      '/u/one.txt',
      '/u/deep',
      '/u/no',
      '/v/x?x=1',
      '/v/y?x=1',
      '/v/y',
      '/disabled/x',
      '/disabled/l',
      '/disabled/d/two.txt',
    ],
  },
  {
    title: 'try_files',
    http: server(`
      location / { try_files $uri $uri/ /index.html; }
      location /code/ { try_files $uri =410; }
      location /php/ { try_files $uri $uri/ /index.php?q=$uri&$args; }
      location ~ \\.php$ { add_header X-Q $args; fastcgi_pass @FCGI@; fastcgi_split_path_info ^(.+\\.php)(/.+)$; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_param PATH_INFO $fastcgi_path_info; }
      location /named/ { try_files $uri @back; }
      location @back { return 200 "back $uri"; }
      location /undef/ { try_files $uri @undef; }
      location /loop/ { try_files $uri $uri; }
      location /loop2/ { try_files /nothing /loop2/$uri; }
      location /maint/ { try_files /maintenance.html $uri =404; }
      location /dirs/ { try_files $uri/ =404; }
      location /cond/ { try_files $uri /index.html; if ($arg_x) { set $y 1; } }
      location /200/ { error_page 404 =200 /index.html; try_files $uri =404; }
      location /html/ { try_files $uri.html $uri/index.html =404; default_type text/own; }
      location /abs/ { try_files $uri http://else.test/; }
    `),
    files: {
      'www/index.html': '',
      'www/index.php': '',
      'www/a.txt': '',
      'www/d/index.html': '',
      'www/e/': '',
      'www/code/x': '',
      'www/php/x.php': '',
      'www/maintenance.html': '',
      'www/dirs/d/': '',
      'www/dirs/f': '',
      'www/cond/a': '',
      'www/html/p.html': '',
      'www/html/q/index.html': '',
    },
    requests: [
      '/',
      '/a.txt',
      '/d',
      '/d/',
      '/e',
      '/e/',
      '/no',
      '/no/',
      '/a.txt/',
      '/code/x',
      '/code/y',
      '/php/x.php',
      '/php/nope?z=1',
      '/php/',
      '/x.php',
      '/x.php/info',
      '/named/x',
      '/undef/x',
      '/loop/x',
      '/loop2/x',
      '/maint/x',
      '/dirs/d',
      '/dirs/f',
      '/dirs/d/',
      '/cond/a',
      '/cond/b',
      '/cond/b?x=1',
      '/200/no',
      '/html/p',
      '/html/q',
      '/html/',
      '/abs/x',
      'POST /a.txt',
      'POST /no',
      'PUT /no',
    ],
  },
  {
    title: 'access by address and password, and satisfy',
    http: `deny 127.0.9.9; ${server(`
      location /in { allow 127.0.0.0/24; deny all; }
      location /out { deny 127.0.0.2; allow all; }
      location /six { allow ::1; deny 2001:db8::/32; }
      location /pw { auth_basic "Secret place"; auth_basic_user_file @ROOT@/users; location /pw/open { auth_basic off; } location /pw/other { auth_basic_user_file @ROOT@/nobody; } }
      location /var { auth_basic $arg_realm; auth_basic_user_file @ROOT@/users; }
      location /any { satisfy any; deny 127.0.0.2; allow 127.0.0.3; deny all; auth_basic x; auth_basic_user_file @ROOT@/users; }
      location /all { satisfy all; allow 127.0.0.1; deny all; auth_basic x; auth_basic_user_file @ROOT@/users; }
      location /lim { limit_except GET POST { deny all; } return 200 x; }
      location /lim2 { limit_except GET { allow 127.0.0.1; deny all; } }
      location /lim3 { limit_except PUT { auth_basic z; auth_basic_user_file @ROOT@/users; } }
      location /nest { deny all; location /nest/a { allow all; } location /nest/b { } }
      location /page { deny all; error_page 403 /denied.html; }
      location /denied.html { allow all; }
      location /rel { auth_basic r; auth_basic_user_file users; }
    `)}`,
    files: {
      users:
        'ann:{PLAIN}one\nbob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=:comment\n# eve:{PLAIN}x\ncat:$apr1$xyz12345$hfP0ddGMUOQEkrFFDLBJ11\nbad:plain\nwin:{PLAIN}w\r\n',
      'www/in': '',
      'www/out': '',
      'www/six': '',
      'www/pw/x': '',
      'www/pw/open': '',
      'www/pw/other': '',
      'www/var': '',
      'www/any': '',
      'www/all': '',
      'www/lim2': '',
      'www/lim3': '',
      'www/nest/a': '',
      'www/nest/b': '',
      'www/denied.html': '',
      'www/index.html': '',
      'www/rel': '',
    },
    requests: [
      '/',
      { target: '/', client: '127.0.9.9' },
      { target: '/in', client: '127.0.9.9' },
      '/in',
      { target: '/in', client: '127.0.1.1' },
      '/out',
      { target: '/out', client: '127.0.0.2' },
      '/six',
      '/pw/x',
      ...['ann:one', 'ann:two', 'bob:secret', 'bob:x', 'eve:x', 'none:x', 'bad:plain', 'win:w', ':x', 'ann', 'ann:one:more', 'an:one'].map(
        (pair): Asked => ({ target: '/pw/x', headers: [['Authorization', `Basic ${btoa(pair)}`]] }),
      ),
      { target: '/pw/x', headers: [['Authorization', 'basic  YW5uOm9uZQ==']] },
      { target: '/pw/x', headers: [['Authorization', 'Basic YW5uOm9uZQ']] },
      { target: '/pw/x', headers: [['Authorization', 'Bearer x']] },
      { target: '/pw/x', headers: [['Authorization', 'Basic !!']] },
      '/pw/open',
      '/pw/other',
      { target: '/pw/other', headers: [['Authorization', `Basic ${btoa('ann:one')}`]] },
      '/var?realm=off',
      '/var?realm=a',
      ...['127.0.0.1', '127.0.0.2', '127.0.0.3'].flatMap((client): Asked[] =>
        ['/any', '/all'].flatMap((target): Asked[] => [
          { target, client },
          { target, client, headers: [['Authorization', `Basic ${btoa('ann:one')}`]] },
        ]),
      ),
      'POST /lim',
      'PUT /lim',
      'HEAD /lim',
      'FOO /lim',
      '/lim2',
      'POST /lim2',
      { method: 'POST', target: '/lim2', client: '127.0.0.2' },
      '/lim3',
      'HEAD /lim3',
      'PUT /lim3',
      '/nest/a',
      '/nest/b',
      '/nest/c',
      '/page',
      { target: '/rel', headers: [['Authorization', `Basic ${btoa('ann:one')}`]] },
    ],
  },
  {
    title: 'maps, geo, split_clients, referers and variables',
    http: `map $http_host $short { hostnames; default other; .example.test sub; *.wild.test wild; www.* www; exact.test exact; }
      map $uri $kind { default none; ~^/img/(?<pic>.+)$ pic-$pic; ~*\\.PNG$ png; /exact EXACT; "" empty; \\~tilde tilde; }
      map $arg_a$arg_b $both { volatile; "" nothing; 12 twelve; default $arg_a-$arg_b; }
      map $request_method $write { default 0; POST 1; PUT 1; }
      geo $net { default out; 127.0.0.0/8 loop; 127.0.1.0/24 one; 127.0.1.7 seven; }
      geo $arg_ip $where { default unknown; 10.0.0.0/8 ten; 192.168.1.1 one; }
      geo $rng { ranges; default none; 127.0.0.2-127.0.0.5 low; 127.0.0.6-127.0.0.6 six; }
      split_clients $arg_u $bucket { 30% a; 20.5% b; * c; }
      server { listen @PORT@; server_name example.test *.example.test x.wild.test www.other.test exact.test; root @ROOT@/www;
        add_header X-Short $short; add_header X-Kind $kind; add_header X-Both $both; add_header X-Net "$net $where $rng"; add_header X-Bucket $bucket;
        add_header X-Vars "$uri|$request_uri|$args|$arg_A|$arg_a|$is_args|$host|$http_host|$server_name|$scheme|$server_protocol|$remote_addr|$cookie_c|$http_user_agent|$http_x_y|$request_method|$document_root|$request_filename|$content_length|$https|$remote_user|$document_uri";
        add_header X-Empty ""; add_header X-None "$undefined_here"; add_header X-Braces "\${arg_a}b"; add_header X-Status $status always;
        set $undefined_here "";
        location /img/ { return 200 x; }
        location /rw { rewrite ^ /img/after.png?new=1; }
        location /ref { valid_referers none blocked server_names *.good.test good.test/path ~friend\\.; if ($invalid_referer) { return 403; } return 200 ok; }
        location /ref2 { valid_referers good.test; if ($invalid_referer = 1) { return 403; } return 200 ok; }
        location /w { if ($write) { return 405; } return 200 x; }
        location /eq { if ($arg_a = 1) { return 201; } if ($arg_a != 2) { return 202 x; } if ($arg_b) { return 204; } return 404; }
        location /f { if (-f $request_filename) { return 201 f; } if (-d $request_filename) { return 201 d; } if (!-e $request_filename) { return 201 n; } return 200 x; }
        location /many { if ($arg_a) { add_header X-One 1; } if ($arg_b) { add_header X-Two 2; } }
        location /ck { if ($http_cookie ~* "id=(\\w+)") { add_header X-Id $1; return 200 "$1"; } return 200 none; }
        location / { return 200 x; } }`,
    files: { 'www/f/file': '', 'www/f/dir/': '', 'www/many': '' },
    requests: [
      ...['example.test', 'a.example.test', 'x.wild.test', 'www.other.test', 'exact.test', 'EXACT.test', 'example.test:80'].map(
        (host): Asked => ({ target: '/', host }),
      ),
      '/img/a.jpg',
      '/x.png',
      '/exact',
      '/EXACT',
      '/img/a%20b?x',
      '/?a=1&b=2',
      '/?a=1',
      '/?A=x&a=y',
      '/?ba=1&a=2',
      '/?a',
      '/?a=',
      '/?b=&a=%20',
      '/rw?old=1',
      '/w',
      'POST /w',
      ...['127.0.1.1', '127.0.1.7', '127.0.2.1', '127.0.0.3', '127.0.0.6'].map((client): Asked => ({ target: '/', client })),
      '/?ip=10.1.2.3',
      '/?ip=192.168.1.1',
      '/?ip=x',
      ...['u1', 'u2', 'u3', 'hello world', '', 'abcdefghij', 'zz'].map((u) => `/?u=${encodeURIComponent(u)}`),
      ...[
        'http://good.test/',
        'http://a.good.test/x',
        'http://good.test/path/x',
        'https://bad.test/',
        'http://example.test/',
        'http://www.friend.org/',
        'xyz',
        'http://x',
        '',
      ].flatMap((value): Asked[] => ['/ref', '/ref2'].map((target) => ({ target, headers: [['Referer', value]] as const }))),
      '/ref',
      '/ref2',
      '/eq?a=1',
      '/eq?a=3',
      '/eq?a=2&b=0',
      '/eq?a=2&b=1',
      '/f/file',
      '/f/dir',
      '/f/no',
      '/many?a=1',
      '/many?a=1&b=1',
      '/many',
      { target: '/ck', headers: [['Cookie', 'a=b; ID=xy; c=d']] },
      {
        target: '/',
        headers: [
          ['Cookie', 'x=1; c=2'],
          ['User-Agent', 'me'],
          ['X-Y', 'z'],
        ],
      },
      {
        target: '/',
        headers: [
          ['Cookie', 'xc=1'],
          ['Cookie', 'C = 3 ; d'],
        ],
      },
    ],
  },
  {
    title: 'where redirects point to',
    http: `${server('location /d { } location /abs { absolute_redirect off; return 301 /x; } location /name { server_name_in_redirect on; return 301 /x; } location /port { port_in_redirect off; return 301 /x; } location /rel { return 302 x; } location /full { return 302 http://a.test:8/x; } location /empty { return 302 ""; } location /var { return 302 $scheme://$http_host$request_uri; } location /u { return 302 $uri; }', '.named.test example.test')}
      server { listen @PORT2@; server_name ~^re; location / { return 301 /to; } location /n { server_name_in_redirect on; return 301 /to; } }`,
    files: { 'www/d/d/': '' },
    requests: [
      '/d',
      '/d/d?x',
      '/abs',
      '/name',
      '/port',
      '/rel',
      '/full',
      '/empty',
      '/var/%20?x',
      '/u/a%20b',
      { target: '/d', host: 'Named.test:99' },
      { target: '/name', host: 'x.named.test' },
      { target: '/d', version: '1.0', host: undefined },
      { target: '/d', version: '0.9', host: undefined },
      { target: '/', port: 2, host: 're.test' },
      { target: '/n', port: 2, host: 're.test' },
      { target: 'http://abs.test:5/d' },
    ],
  },
  {
    title: 'headers that are added, inherited and lost',
    http: `add_header X-Http h; charset utf-8; ${types} ${server(`
      add_header X-Server s always;
      location /own { add_header X-Own o; }
      location /inh { }
      location /cc { add_header Cache-Control a; add_header Cache-Control b; add_header Link l; }
      location /exp { expires 10; add_header Cache-Control c; }
      location /if { if ($arg_a) { add_header X-If i; } }
      location /map { expires $exp; }
      location /px { proxy_pass http://@UP@; add_header X-P p; add_header X-St $upstream_status; expires 5m; }
      location /err { add_header X-E e; add_header X-F f always; return 404; }
      location /page { add_header X-E e always; error_page 404 /page.html; return 404; }
      location = /page.html { add_header X-Page p; }
      location /etag { add_header ETag x; add_header Last-Modified ""; }
    `)} map $sent_http_content_type $exp { default off; text/html 2m; ~css max; }`,
    files: {
      'www/own': '',
      'www/inh': '',
      'www/cc': '',
      'www/exp': '',
      'www/if': '',
      'www/map.html': '',
      'www/map.css': '',
      'www/map.png': '',
      'www/page.html': '',
      'www/etag': '',
    },
    requests: [
      '/own',
      '/own/no',
      '/inh',
      '/inh/no',
      '/cc',
      '/exp',
      '/exp/no',
      '/if',
      '/if?a=1',
      '/map.html',
      '/map.css',
      '/map.png',
      '/px',
      '/err',
      '/page',
      '/etag',
      '/',
      'POST /own',
    ],
  },
  {
    title: 'if in a location is a location of its own',
    http: server(`
      location /a/ { if ($arg_x) { return 402; } try_files $uri /fallback; }
      location /b/ { set $y 0; if ($arg_x) { set $y 1; } if ($y) { root @ROOT@/other; } if ($y = 1) { } }
      location /c/ { deny all; if ($arg_x) { break; } }
      location /d/ { if ($request_method = POST) { proxy_pass http://@UP@; } }
      location /e/ { proxy_pass http://@UP@/base/; if ($arg_x) { add_header X-If 1; } if ($arg_y) { proxy_pass http://@UP@; } }
      location /f/ { if ($arg_x) { rewrite ^/f/(.*)$ /b/$1 last; } if ($arg_x) { return 500; } }
      location /g/ { error_page 404 /err; if ($arg_x) { error_page 404 /err2; } }
      location /h/ { limit_except GET { deny all; } if ($arg_x) { return 201; } }
      location /err { return 200 err; }
      location /err2 { return 200 err2; }
      location /fallback { return 200 fb; }
      location /i/ { alias @ROOT@/other/; if ($arg_x) { set $z 1; } }
      location /j/ { fastcgi_pass @FCGI@; fastcgi_param SCRIPT_FILENAME /one; if ($arg_x) { set $q 1; } if ($arg_y) { fastcgi_pass @FCGI@; } }
    `),
    files: { 'www/a/x': '', 'www/b/x': '', 'other/b/y': '', 'www/c/x': '', 'www/d/x': '', 'other/k': '', 'www/h/x': '' },
    requests: [
      '/a/x',
      '/a/no',
      '/a/no?x=1',
      '/b/x',
      '/b/y',
      '/b/y?x=1',
      '/b/x?x=1',
      '/c/x',
      '/c/x?x=1',
      '/d/x',
      'POST /d/x',
      '/e/x',
      '/e/x?x=1',
      '/e/x?y=1',
      '/f/y?x=1',
      '/f/y',
      '/g/no',
      '/g/no?x=1',
      '/h/x',
      '/h/x?x=1',
      'POST /h/x?x=1',
      '/i/k',
      '/i/k?x=1',
      '/j/',
      '/j/?x=1',
      '/j/?y=1',
    ],
  },
  {
    title: 'addresses of clients behind proxies',
    http: `set_real_ip_from 127.0.0.0/24; real_ip_header X-Forwarded-For; ${server(`
      location / { add_header X-Ip $remote_addr; return 200 x; }
      location /in { allow 10.0.0.0/8; deny all; }
      location /rec { real_ip_recursive on; set_real_ip_from 10.0.0.0/8; set_real_ip_from 127.0.0.0/24; add_header X-Ip $remote_addr; allow all; }
    `)} server { listen @PORT@; server_name real.test; real_ip_header X-Real-IP; real_ip_recursive on; add_header X-Ip $remote_addr; return 200 x; }`,
    files: { 'www/in': '', 'www/rec': '' },
    requests: [
      '/',
      { target: '/', headers: [['X-Forwarded-For', '10.1.1.1']] },
      { target: '/', headers: [['X-Forwarded-For', '1.1.1.1, 10.1.1.1']] },
      { target: '/', client: '127.0.1.1', headers: [['X-Forwarded-For', '10.1.1.1']] },
      { target: '/in', headers: [['X-Forwarded-For', '10.1.1.1']] },
      '/in',
      { target: '/rec', headers: [['X-Forwarded-For', '1.1.1.1, 10.1.1.1']] },
      { target: '/', headers: [['X-Forwarded-For', 'junk']] },
      { target: '/', host: 'real.test', headers: [['X-Real-IP', '9.9.9.9']] },
      {
        target: '/',
        headers: [
          ['X-Forwarded-For', '1.1.1.1'],
          ['X-Forwarded-For', '2.2.2.2'],
        ],
      },
    ],
  },
  {
    title: 'other handlers, and locations that are internal',
    http: server(`
      location /status { stub_status; }
      location /gif { empty_gif; }
      location /gz { gzip_static on; }
      location /gzalways { gzip_static always; }
      location /int { internal; }
      location /to-int { rewrite ^ /int last; }
      location /to-int2 { try_files /no /int; }
      location /status/x { }
    `),
    files: { 'www/gz': '', 'www/gz.gz': '', 'www/gzalways.gz': '', 'www/int': '', 'www/status/x': '' },
    requests: [
      '/status',
      'POST /status',
      '/gif',
      'HEAD /gif',
      'PUT /gif',
      '/gz',
      { target: '/gz', headers: [['Accept-Encoding', 'gzip']] },
      '/gzalways',
      '/int',
      '/to-int',
      '/to-int2',
      '/status/x',
      '/status/',
    ],
  },
  {
    title: 'a server that says nothing',
    http: 'server { listen @PORT@; }',
    files: { 'html/index.html': '', 'html/a.html': '', 'html/a.jpg': '', 'html/a.txt': '', 'html/d/': '' },
    requests: ['/', '/a.html', '/a.jpg', '/a.txt', '/d', '/d/', '/no', { target: '/', version: '1.0', host: undefined }, { target: '/d', host: 'any.test:1' }],
  },
  {
    title: 'constructs of PCRE2 in every place',
    http: `map $uri $m { default none; "~^/(?i)ab\\hc$" blank; ~^/(?>a|ab)x atomic; "~^/\\Qa.b\\E$" quoted; "~^/(?<y>\\d{4})-(?:\\d{2})$" year-$y; ~[[:upper:]] upper; }
      ${server(`add_header X-M $m;
      location ~ "^/r/(?P<all>(?:a|b)++)(?!c)" { return 200 x; add_header X-All $all; }
      location ~ "^/back/(\\w)\\1$" { return 200 x; add_header X-B $1; }
      location ~ "^/opt(?:/(a))?(?:/(b))?$" { return 200 x; add_header X-O "[$1][$2]"; }
      location ~ "^/rec(\\((?:[^()]|(?1))*\\))$" { return 200 x; }
      location ~ "(?i)^/case/.+\\.TXT$" { return 200 x; }
      location ~ "^/end$" { return 200 end; }
      location ~ "^/dot.x$" { return 200 dot; }
      location ~ "^/\\xc3\\xa9" { return 200 bytes; }
      location ~* "^/É" { return 200 caseless; }
      location /rw { rewrite "^/rw/(?<a>[^/]+)/(?<b>.+)$" /r/$b/$a last; rewrite "^/rw(?=/x)" /end last; return 404; }
      location / { return 200 x; }`)}`,
    files: { 'www/': '' },
    requests: [
      '/aB%20C',
      '/ax',
      '/abx',
      '/a.b',
      '/axb',
      '/2024-05',
      '/Upper',
      '/r/ab',
      '/r/abc',
      '/r/aab',
      '/back/aa',
      '/back/ab',
      '/opt',
      '/opt/a',
      '/opt/b',
      '/opt/a/b',
      '/rec(a(b)c)',
      '/rec(a',
      '/case/a.txt',
      '/end',
      '/end%0a',
      '/end%0a%0a',
      '/dot%0ax',
      '/dot-x',
      '/%c3%a9t',
      '/%c3%89t',
      '/rw/ab/aab',
      '/rw/x',
      '/rw',
    ],
  },
  {
    title: 'how often a request may be redirected inside',
    http: `${server(`
      location /r/ { rewrite ^/r/(\\d)(.*)$ /r/$2 last; return 200 "$uri"; }
      location /i/ { index /i/; }
      location /n { try_files /none @n; }
      location @n { try_files /none @n; }
      location /e { recursive_error_pages on; error_page 404 /e; return 404; }
      location /e2 { recursive_error_pages on; error_page 404 /e2b; error_page 500 /last; return 404; }
      location /e2b { recursive_error_pages on; error_page 404 /e2; error_page 500 /last; return 404; }
      location /last { return 200 last; }
      location /once { error_page 404 /once2; return 404; }
      location /once2 { error_page 404 /last; return 404; }
      rewrite ^/s/(\\d)(.*)$ /s/$2 last;
      location /s/ { rewrite ^/s/x(.*)$ /s/1$1 last; return 200 $uri; }`)}`,
    files: { 'www/': '' },
    requests: [
      '/r/12345678',
      '/r/123456789',
      '/r/1234567890',
      '/r/12345678901',
      '/r/123456789012',
      '/i/',
      '/n',
      '/e',
      '/e2',
      '/once',
      '/s/111',
      '/s/xxx',
      '/s/xxxxxxxxxxxx',
    ],
  },
  {
    title: 'locations that only nginx itself may enter',
    http: server(`
      location /int/ { internal; location /int/open { } }
      location = /exact { internal; return 200 in; }
      location ~ \\.secret$ { internal; return 200 secret; }
      location /go { rewrite ^/go/(.*)$ /$1 last; }
      location /try { try_files /no /int/open; }
      location /page { error_page 403 /int/x; return 403; }
      error_page 404 /int/missing;
      location / { index a.secret; }
    `),
    files: { 'www/int/open': '', 'www/int/x': '', 'www/int/missing': '', 'www/a.secret': '' },
    requests: [
      '/int/x',
      '/int/open',
      '/exact',
      '/a.secret',
      '/go/exact',
      '/go/int/x',
      '/go/a.secret',
      '/try',
      '/page',
      '/nothing',
      '/',
      'POST /int/x',
      'PUT /nothing',
    ],
  },
  {
    title: 'groups of upstream servers',
    http: `upstream one { server @UP@ down; server @UP@; } upstream none { server @UP@ down; } upstream back { server 127.0.0.1:1 down; server @UP@ backup; } upstream Mixed { server @UP@ weight=3; server 127.0.0.1:1; }
      ${server('location /one { proxy_pass http://one; } location /none { proxy_pass http://none; error_page 502 =503 /sorry; } location /back/ { proxy_pass http://back/b/; } location /mixed { proxy_pass http://mixed; } location /sorry { return 200 sorry; } location /v { set $u one; proxy_pass http://$u/v$uri; } location /vn { set $u nothing.test; proxy_pass http://$u; } location /vl { set $u localhost; proxy_pass http://$u:1/; }')}`,
    files: { 'www/': '' },
    requests: ['/one', '/none', '/back/x', '/mixed', '/v', '/vn', '/vl', 'POST /one', 'HEAD /one'],
  },
  {
    title: 'scripts of FastCGI',
    http: `fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; ${server(`
      index index.php index.html;
      location / { try_files $uri $uri/ /index.php?$args; }
      location ~ [^/]\\.php(/|$) { fastcgi_split_path_info ^(.+?\\.php)(/.*)$; if (!-f $document_root$fastcgi_script_name) { return 404; } fastcgi_pass @FCGI@; fastcgi_index index.php; }
      location /app/ { fastcgi_pass @FCGI@; fastcgi_param SCRIPT_FILENAME @ROOT@/app.php; }
      location /dir/ { fastcgi_pass @FCGI@; fastcgi_index start.php; }
      location /al/ { alias @ROOT@/other/; location ~ \\.php$ { fastcgi_pass @FCGI@; fastcgi_param SCRIPT_FILENAME $request_filename; } }
      location /none/ { fastcgi_pass @FCGI@; fastcgi_param QUERY_STRING $query_string; }`)}`,
    files: { 'www/index.php': '', 'www/a.php': '', 'www/d/index.php': '', 'www/x.txt': '', 'other/b.php': '' },
    requests: [
      '/',
      '/a.php',
      '/a.php/info/more',
      '/no.php',
      '/no.php/x',
      '/d/',
      '/d',
      '/x.txt',
      '/missing?q=1',
      '/app/anything',
      '/app',
      '/dir/',
      '/dir/x',
      '/al/b.php',
      '/al/c.php',
      '/none/x',
      'POST /a.php',
      'HEAD /a.php',
      'PUT /x.txt',
    ],
  },
  {
    title: 'bodies that are too large, level by level',
    http: `client_max_body_size 100; ${server('location /small { client_max_body_size 10; location /small/big { client_max_body_size 1k; return 200 x; } return 200 x; } location /off { client_max_body_size 0; return 200 x; } location /page { client_max_body_size 1; error_page 413 /too; } location /too { return 200 too; } location /to { rewrite ^ /small last; } location / { return 200 x; }')}`,
    files: { 'www/': '' },
    requests: [
      ['/', '100'],
      ['/', '101'],
      ['/small', '11'],
      ['/small/big', '1024'],
      ['/small/big', '1025'],
      ['/off', '999999999999'],
      ['/page', '2'],
      ['/to', '50'],
      ['/', '-1'],
      ['/', ''],
      ['/', '99999999999999999999'],
    ].map(([target = '', length = '']): Asked => ({ method: 'POST', target, headers: [['Content-Length', length]] })),
  },
  {
    title: 'slashes and dots, merged and not',
    http: `${server('location / { return 200 "$uri"; add_header X-U "$uri $request_uri"; } location /a/b { return 201 x; }')} server { listen @PORT@; server_name keep.test; merge_slashes off; location / { return 200 x; add_header X-U $uri; } location //a { return 201 x; } }`,
    files: { 'www/': '' },
    requests: [
      '//a//b',
      '/a/./b',
      '/a/c/../b',
      '/a//c/../b',
      '/a%2f%2fb',
      '/%2e/a/b',
      '/a/b/..%2f',
      '/a/b/%2e%2e/',
      '/a/b/...',
      '/a/.b',
      '/a/b.',
      '/a/b/.',
      '/a/b/..',
      '/./',
      '/.',
      '/..a',
      '/a%5cb',
      '/a\\b',
      '/?x=//..',
      '/a/b;x=y',
      '/a%23b',
      '/a%3fb?c%23d',
      '/a/%2E%2E%2f%2e%2e/x',
    ].flatMap((target): Asked[] => [{ target }, { target, host: 'keep.test' }]),
  },
  {
    title: 'TLS, and ports that speak it or not',
    http: `${types}
      add_header X-How "$scheme $https $server_port $host";
      server { listen @PORT@; server_name example.test; location / { return 301 https://$host$request_uri; } location /.well-known/ { root @ROOT@/www; } }
      server { listen @PORT2@ ssl; server_name example.test; ssl_certificate @CERT@; ssl_certificate_key @KEY@; root @ROOT@/www;
        error_page 497 =307 https://$host:$server_port$request_uri;
        location /api/ { proxy_pass http://@UP@; proxy_set_header X-Forwarded-Proto $scheme; }
        location /old { return 302 /new; } location /full { return 302 $scheme://$host/new; }
        location /bare { port_in_redirect off; return 302 /new; }
        if ($scheme = http) { return 301 https://$host$request_uri; } }
      server { listen @PORT2@ ssl; server_name asks.test; ssl_certificate @CERT@; ssl_certificate_key @KEY@; ssl_client_certificate @CERT@; ssl_verify_client on; return 200 x; }
      server { listen @PORT2@ ssl; server_name may.test; ssl_certificate @CERT@; ssl_certificate_key @KEY@; ssl_client_certificate @CERT@; ssl_verify_client optional; return 200 $ssl_client_verify; }
      server { listen @PORT2@ ssl; server_name plain.test; ssl_certificate @CERT@; ssl_certificate_key @KEY@; return 200 x; }`,
    files: { 'www/index.html': '', 'www/docs/index.html': '', 'www/.well-known/a': '' },
    requests: ['/', '/.well-known/a', '/docs', '/api/x', '/old', '/full', '/bare'].flatMap((target): Asked[] => [
      { target },
      { target, port: 2 },
      { target, port: 2, tls: true },
      { target, port: 2, tls: true, host: 'example.test:8443' },
      { target, port: 2, tls: true, host: 'asks.test' },
      { target, port: 2, tls: true, host: 'may.test' },
      { target, port: 2, host: 'plain.test' },
      { target, port: 2, tls: true, version: '1.0', host: undefined },
    ]),
  },
]
