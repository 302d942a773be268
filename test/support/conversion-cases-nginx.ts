import type { ConversionCase } from './conversion.ts'

/** Files without content. */
const empty = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .trim()
      .split(/\s+/)
      .map((name) => [name, '']),
  )

const server = (inside: string, name = 'example.test', listen = '@PORT@'): string =>
  `server {\nlisten ${listen};\nserver_name ${name};\nroot @ROOT@/www;\n${inside}\n}\n`

const php =
  'location ~ \\.php$ {\ntry_files $uri =404;\ninclude fastcgi_params;\nfastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\nfastcgi_pass @FCGI@;\n}'

export const nginxCases: readonly ConversionCase[] = [
  {
    title: 'a static site',
    config: server('index index.html home.html;\nlocation /open/ { autoindex on; }'),
    files: empty('www/index.html www/a.txt www/sub/home.html www/none/x.txt www/open/y.txt'),
    differing: { 'GET /open/': 'listing' },
    requests: ['/', '/a.txt', '/sub', '/sub/', '/none/', '/none', '/nowhere', '/open/', '/a.txt?q', 'HEAD /a.txt', '/a.txt/'],
  },
  {
    title: 'canonical host and HTTPS by servers of their own',
    config: `server { listen @PORT@ default_server; server_name _; return 444; }
server { listen @PORT@; server_name example.test *.example.test; return 301 https://www.example.test$request_uri; }
${server('', 'shop.test')}`,
    files: empty('www/index.html'),
    differing: { 'GET unknown.test/': 'closes the connection' },
    requests: ['example.test/', 'example.test/a/b?c=d', 'sub.example.test/x', 'shop.test/', 'unknown.test/'],
  },
  {
    title: 'a Django site behind gunicorn',
    config: `upstream app { server @UP@; }
${server(`client_max_body_size 20m;
location /static/ { alias @ROOT@/static/; expires 30d; add_header Cache-Control public always; }
location /media/ { alias @ROOT@/media/; }
location = /favicon.ico { access_log off; log_not_found off; alias @ROOT@/static/favicon.ico; }
location / {
proxy_pass http://app;
proxy_set_header Host $host;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
}
location /admin/ { allow 10.0.0.0/8; deny all; proxy_pass http://app; }`)}`,
    files: empty('www/x static/a.css static/favicon.ico media/b.png'),
    requests: ['/', '/a/b?c=d', '/static/a.css', '/static/none', '/media/b.png', '/favicon.ico', '/admin/', '/admin/x', '/administration', '/a%20b'],
  },
  {
    title: 'a front controller of PHP',
    config: server(`index index.php index.html;\nlocation / { try_files $uri $uri/ /index.php?$args; }\n${php}\nlocation ~ /\\.ht { deny all; }`),
    files: empty('www/index.php www/a.txt www/sub/b.php www/plain/index.html www/.htaccess2 www/bare/x.txt'),
    requests: ['/', '/a.txt', '/posts/1', '/posts/1?x=y', '/sub/b.php', '/none.php', '/plain/', '/.htaccess2', '/index.php?x=1', '/bare/'],
  },
  {
    title: 'kinds of locations and which of them wins',
    config: server(`add_header X-Where server always;
location / { add_header X-Where root always; }
location /a/ { add_header X-Where a always; }
location /a/b/ { add_header X-Where ab always; }
location ^~ /images/ { add_header X-Where images always; }
location ~ \\.png$ { add_header X-Where png always; }
location ~* \\.(png|txt)$ { add_header X-Where text always; }
location = /a/exact.txt { add_header X-Where exact always; }`),
    files: empty('www/index.html www/a/x.html www/a/b/y.html www/images/p.png www/p.png www/a/q.txt www/a/exact.txt www/Z.TXT www/a/index.html'),
    requests: ['/', '/a/x.html', '/a/b/y.html', '/images/p.png', '/p.png', '/a/q.txt', '/a/exact.txt', '/Z.TXT', '/a/'],
  },
  {
    title: 'access by address and password',
    config: server(`location /private/ { auth_basic "Members only"; auth_basic_user_file @ROOT@/passwords; }
location /inside/ { allow 127.0.0.2; deny all; }
location /but/ { deny 127.0.0.2; allow all; }
location /mixed/ { deny 127.0.0.3; allow 127.0.0.0/8; deny all; }
location /either/ { satisfy any; allow 127.0.0.2; deny all; auth_basic either; auth_basic_user_file @ROOT@/passwords; }
location /closed/ { deny all; }`),
    files: {
      ...empty('www/index.html www/private/a.txt www/inside/a.txt www/but/a.txt www/mixed/a.txt www/either/a.txt www/closed/a.txt'),
      passwords: 'ann:{SHA}fEqNCco3Yq9h5ZUglD3CZJT4lBs=\n',
    },
    requests: [
      '/',
      ...['private', 'inside', 'but', 'mixed', 'either', 'closed'].flatMap((name) => [
        `/${name}/a.txt`,
        { target: `/${name}/a.txt`, client: '127.0.0.2' },
        { target: `/${name}/a.txt`, client: '127.0.0.3' },
      ]),
      { target: '/private/a.txt', headers: [['Authorization', `Basic ${btoa('ann:123456')}`]] as const },
      { target: '/either/a.txt', headers: [['Authorization', `Basic ${btoa('ann:wrong')}`]] as const },
    ],
  },
  {
    title: 'redirects and rewriting',
    config: server(`rewrite ^/old/(.*)$ /new/$1 permanent;
rewrite ^/temp$ /new/a.txt redirect;
if ($http_user_agent ~* "badbot") { return 403; }
if ($request_method = DELETE) { return 405; }
location /gone/ { return 410; }
location = /moved { return 301 /new/a.txt; }
location /other/ { return 302 https://other.test$request_uri; }
location /page/ { rewrite ^/page/([0-9]+)$ /page.html?id=$1 last; }
location /forbidden/ { return 403; }
if ($http_x_plain = yes) { return 410; }
if ($http_x_group ~ (a|b)) { return 404; }`),
    files: empty('www/index.html www/new/a.txt www/page.html'),
    requests: [
      '/',
      '/old/a.txt',
      '/old/a.txt?q=1',
      '/temp',
      '/gone/x',
      '/moved',
      '/moved?q=1',
      '/other/x?y=1',
      '/page/12',
      '/page/x',
      '/forbidden/',
      { target: '/', headers: [['User-Agent', 'BadBot/1']] },
      { target: '/', headers: [['X-Plain', 'yes']] },
      { target: '/', headers: [['X-Group', 'b']] },
      { target: '/', headers: [['X-Group', 'c']] },
      'DELETE /',
    ],
  },
  {
    title: 'a rewriting into a location with rules of its own',
    config: server(`rewrite ^/early/(.*)$ /shut/$1 last;
error_page 404 /errors/404.html;
location /shut/ { return 403; }
location /errors/ { internal; }
location /to-shut/ { rewrite ^/to-shut/(.*)$ /shut/$1 last; }
location /to-any/ { rewrite ^/to-any/(.*)$ /$1 last; }
location /on/ { rewrite ^/on/(.*)$ /open/$1; return 410; }
location /gone/ { return 410; }
location /to-gone/ { rewrite ^/to-gone/(.*)$ /gone/$1 last; }
location /moved/ { return 301 /open/a.txt; }
location /to-moved/ { rewrite ^/to-moved/(.*)$ /moved/$1 last; }
location /try/ { try_files $uri /shut/a.txt; }
location /members/ { deny all; rewrite ^/members/(.*)$ /open/$1 break; }
location /stays/ { rewrite ^/stays/(.*)$ /open/$1 break; }
location /spare/ { try_files $uri /open/a.txt; }
location /to-spare/ { rewrite ^/to-spare/(.*)$ /spare/$1 last; }
location /open/ { add_header X-Where open always; }`),
    files: empty('www/index.html www/shut/a.txt www/open/a.txt www/spare/b.txt www/errors/404.html'),
    differing: { 'GET /to-moved/x': 'location /moved/', 'GET /to-spare/none': 'location /spare/', 'GET /stays/a.txt': 'what is said of location /open/' },
    left: ['rewrite ^/to-any/', 'rewrite ^/members/', 'rewrite ^/to-moved/'],
    requests: [
      '/early/a.txt',
      '/shut/a.txt',
      '/to-shut/a.txt',
      '/to-gone/x',
      '/to-moved/x',
      '/to-any/shut/a.txt',
      '/to-any/open/a.txt',
      '/on/a.txt',
      '/try/none',
      '/members/a.txt',
      '/stays/a.txt',
      '/spare/b.txt',
      '/spare/none',
      '/to-spare/b.txt',
      '/to-spare/none',
      '/errors/404.html',
      '/none',
    ],
  },
  {
    title: 'proxies with and without a path',
    config: server(`location /plain/ { proxy_pass http://@UP@; }
location /moved/ { proxy_pass http://@UP@/v1/; }
location = /exact { proxy_pass http://@UP@; }
location /cut/ { rewrite ^/cut/(.*)$ /$1 break; proxy_pass http://@UP@; }
location ~ ^/re/[0-9]+$ { proxy_pass http://@UP@; }
location /plain/files/ { }
location /app { proxy_pass http://@UP@; proxy_read_timeout 5s; proxy_set_header X-Kind app; }`),
    files: empty('www/index.html www/plain/files/a.txt'),
    requests: ['/', '/plain/x?y=1', '/moved/x?y', '/exact', '/exact/x', '/cut/a/b?c', '/re/12', '/re/x', '/plain/files/a.txt', '/app', '/app/x'],
  },
  {
    title: 'files first, then the application',
    config: server(`location / { try_files $uri @app; }
location @app { proxy_pass http://@UP@; proxy_set_header Host $host; }`),
    files: empty('www/index.html www/a.txt www/sub/x.txt'),
    requests: ['/a.txt', '/none', '/none?x=1', '/sub/x.txt', '/a/b/c'],
  },
  {
    title: 'error pages, times and headers',
    config: server(`error_page 404 /404.html;
error_page 500 502 /50x.html;
expires 1h;
add_header X-Frame-Options DENY always;
location ~* \\.(css|png)$ { expires 30d; add_header X-Kind asset always; }
location /nocache/ { expires off; }`),
    files: empty('www/index.html www/404.html www/a.css www/a.png www/nocache/x.txt www/b.txt'),
    requests: ['/', '/a.css', '/a.png', '/nocache/x.txt', '/b.txt', '/none', '/none.css'],
  },
  {
    title: 'roots and aliases of locations',
    config: server(`location /docs/ { root @ROOT@/other; }
location /pics/ { alias @ROOT@/pictures/; }
location ~ ^/photo/(.+)$ { alias @ROOT@/pictures/$1; }
location ~ \\.css$ { root @ROOT@/styles; }`),
    files: empty('www/index.html other/docs/a.txt other/docs/index.html pictures/p.png styles/x.css www/y.css styles/pics/z.css pictures/z.css'),
    requests: ['/', '/docs/a.txt', '/docs/', '/docs', '/pics/p.png', '/photo/p.png', '/x.css', '/y.css', '/pics/z.css', '/pics/none'],
  },
  {
    title: 'several servers on two ports',
    config: `${server('add_header X-Host second always;', 'two.test *.two.test')}${server('add_header X-Host one always;', 'one.test', '@PORT@ default_server')}${server('add_header X-Host exact always;', 'www.two.test')}${server('add_header X-Host three always;', 'three.test', '@PORT2@')}`,
    files: empty('www/index.html'),
    requests: [
      'one.test/',
      'two.test/',
      'www.two.test/',
      'a.two.test/',
      'unknown.test/',
      { target: '/', host: 'three.test', port: 2 },
      { target: '/', host: 'one.test', port: 2 },
    ],
  },
  {
    title: 'a single-page application with an API',
    config: server(`location / { try_files $uri /index.html; }
location /api/ { proxy_pass http://@UP@/; }
location /assets/ { try_files $uri =404; expires 7d; }`),
    files: empty('www/index.html www/assets/a.css www/b.txt'),
    requests: ['/', '/route/x', '/route/x?y', '/api/x?y', '/assets/a.css', '/assets/none.css', '/b.txt'],
  },
  {
    title: 'a balancer, and an address for the health of the site',
    config: `upstream back_end { server @UP@ weight=2; server @UP@ backup; }
${server('location / { proxy_pass http://back_end; }\nlocation = /health { return 204; }\nlocation /deny/ { deny all; proxy_pass http://back_end; }')}`,
    files: empty('www/index.html'),
    requests: ['/x', '/x/y?z', '/deny/x', '/health'],
  },
  {
    title: 'what cannot be carried over stays closed',
    config: `map $http_upgrade $upgrade_to { default upgrade; "" close; }
limit_req_zone $binary_remote_addr zone=one:1m rate=1r/s;
${server('location /dyn/ { proxy_pass http://$host$request_uri; }\nlocation /limited/ { limit_req zone=one; }\nset $x 1;\nlocation /text { return 200 ok; }\nlocation /v/ { add_header X-V $uri; }')}`,
    files: empty('www/index.html www/limited/a.txt www/v/a.txt'),
    requests: ['/', '/limited/a.txt'],
    left: ['map $http_upgrade', 'limit_req_zone', 'proxy_pass http://$host', 'limit_req zone', 'set $x', 'return 200 ok', 'add_header X-V'],
  },
]
