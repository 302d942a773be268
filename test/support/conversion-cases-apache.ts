import type { ConversionCase } from './conversion.ts'

/** Files without content. */
const empty = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .trim()
      .split(/\s+/)
      .map((name) => [name, '']),
  )

const denied = '<Directory />\n    AllowOverride None\n    Require all denied\n</Directory>\n<FilesMatch "^\\.ht">\n    Require all denied\n</FilesMatch>\n'
const granted = (folder: string, more = ''): string => `<Directory "@ROOT@/${folder}">\n    Require all granted\n    ${more}\n</Directory>\n`

const host = (inside: string, name = 'example.test'): string =>
  `${denied}<VirtualHost *:@PORT@>\nServerName ${name}\nDocumentRoot "@ROOT@/www"\n${granted('www')}${inside}\n</VirtualHost>\n`

const withHtaccess = (more = ''): string =>
  `${denied}<VirtualHost *:@PORT@>\nServerName example.test\nDocumentRoot "@ROOT@/www"\n${granted('www', 'AllowOverride All')}${more}\n</VirtualHost>\n`

const php = '<FilesMatch "\\.php$">\n    SetHandler "proxy:fcgi://@FCGI@"\n</FilesMatch>\n'

export const apacheCases: readonly ConversionCase[] = [
  {
    title: 'a static site: folders, indexes, listings, files that are hidden',
    config: host('DirectoryIndex index.html home.html\n<Directory "@ROOT@/www/open">\nOptions +Indexes\n</Directory>'),
    files: empty('www/index.html www/a.txt www/sub/home.html www/none/x.txt www/open/y.txt www/.htaccess www/.hidden www/.htpasswd'),
    differing: { 'GET /open/': 'listing' },
    requests: [
      '/',
      '/a.txt',
      '/sub',
      '/sub/',
      '/none',
      '/none/',
      '/open/',
      '/open',
      '/nowhere',
      '/.htaccess',
      '/.htpasswd',
      '/.hidden',
      '/a.txt/more',
      '/sub/../a.txt',
      'HEAD /a.txt',
      '/a.txt?q=1',
      '/sub?q=1',
    ],
  },
  {
    title: 'canonical host and HTTPS by virtual hosts of their own',
    config: `${denied}<VirtualHost *:@PORT@>
    ServerName example.test
    ServerAlias *.example.test
    Redirect permanent / https://www.example.test/
</VirtualHost>
<VirtualHost *:@PORT@>
    ServerName shop.test
    DocumentRoot "@ROOT@/www"
    ${granted('www')}
</VirtualHost>`,
    files: empty('www/index.html'),
    requests: ['example.test/', 'example.test/a/b?c=d', 'sub.example.test/x', 'shop.test/', 'other.test/a', 'example.test/a%20b'],
  },
  {
    title: 'canonical host by rewriting',
    config: host(
      'RewriteEngine On\nRewriteCond %{HTTP_HOST} !^www\\. [NC]\nRewriteRule ^(.*)$ http://www.example.test$1 [R=301,L]\nRewriteRule ^/old/(.*)$ /new/$1 [R=302,L]\nRewriteRule ^/gone - [G]\nRewriteRule ^/secret - [F]\nRewriteRule ^/pages/([0-9]+)$ /page.html?id=$1 [L,QSA]\nServerAlias www.example.test',
    ),
    files: empty('www/index.html www/page.html www/new/a.txt'),
    requests: [
      'example.test/',
      'example.test/a?b',
      'www.example.test/',
      'www.example.test/old/a.txt',
      'www.example.test/old/a.txt?x=1',
      'www.example.test/gone',
      'www.example.test/secret/x',
      'www.example.test/pages/12?b=2',
      'WWW.example.test/',
    ],
  },
  {
    title: 'a Django site behind mod_wsgi',
    config: host(`Alias /static "@ROOT@/static"
Alias /media/ "@ROOT@/media/"
Alias /robots.txt "@ROOT@/static/robots.txt"
${granted('static', 'ExpiresActive On\nExpiresByType text/css "access plus 1 month"')}${granted('media', '<FilesMatch "\\.(php|py)$">\nRequire all denied\n</FilesMatch>')}
WSGIScriptAlias / "@ROOT@/app/site/wsgi.py"
<Directory "@ROOT@/app/site">
    <Files wsgi.py>
        Require all granted
    </Files>
</Directory>
<Location /admin>
    Require ip 10.0.0.0/8
</Location>
Header always set X-Frame-Options DENY`),
    files: {
      ...empty('www/index.html static/a.css static/robots.txt static/sub/x.txt media/a.png media/evil.py'),
      'app/site/wsgi.py':
        "def application(environ, start_response):\n    start_response('200 OK', [('Content-Type', 'text/plain'), ('Content-Length', '0')])\n    return [b'']\n",
    },
    requests: [
      '/',
      '/x/y',
      '/static/a.css',
      '/static',
      '/static/',
      '/static/sub',
      '/staticx',
      '/media/a.png',
      '/media/evil.py',
      '/media',
      '/robots.txt',
      '/robots.txtx',
      '/admin',
      '/admin/x',
      '/administration',
      '/static/none',
    ],
    patch: [['http://unix:/run/app/app.sock', 'http://@UP@']],
  },
  {
    title: 'a proxy with headers',
    config: host(`ProxyPreserveHost On
ProxyPass /static !
ProxyPass /api http://@UP@/v1
ProxyPass /slash/ http://@UP@/s/
ProxyPass / http://@UP@/
ProxyPassReverse / http://@UP@/
RequestHeader set X-Forwarded-Proto "https"
Header always set Strict-Transport-Security "max-age=31536000"
Header always set X-Site "one two"
Alias /static "@ROOT@/static"
${granted('static')}`),
    files: empty('www/index.html static/a.css'),
    requests: ['/', '/a/b?c=d', '/api', '/api/x?y', '/apix', '/static/a.css', '/static/none', '/slash', '/slash/x', '/a%20b', '/api/a%20b'],
  },
  {
    title: 'a proxy for a part of the site, and a closed part in it',
    config: host(
      `ProxyPass /app http://@UP@/app
<Location /app/private>
    Require all denied
</Location>
<Location /status>
    Require local
</Location>`,
    ),
    files: empty('www/index.html www/status/index.html www/app/x.txt'),
    requests: [
      '/',
      '/app',
      '/app/',
      '/app/x?y=1',
      '/app/private',
      '/app/private/x',
      '/app/privately',
      '/status/',
      '/status',
      { target: '/status/', client: '127.0.0.2' },
    ],
  },
  {
    title: 'areas that ask for a password or an address',
    config: host(`<Directory "@ROOT@/www/private">
    AuthType Basic
    AuthName "Members only"
    AuthUserFile "@ROOT@/passwords"
    Require valid-user
</Directory>
<Directory "@ROOT@/www/inside">
    Require ip 127.0.0.2 10
</Directory>
<Directory "@ROOT@/www/either">
    AuthType Basic
    AuthName either
    AuthUserFile "@ROOT@/passwords"
    <RequireAny>
        Require valid-user
        Require ip 127.0.0.2
    </RequireAny>
</Directory>
<Directory "@ROOT@/www/but">
    <RequireAll>
        Require all granted
        Require not ip 127.0.0.2
    </RequireAll>
</Directory>
<Directory "@ROOT@/www/old">
    Order deny,allow
    Deny from all
    Allow from 127.0.0.2
</Directory>
<Directory "@ROOT@/www/closed">
    Require all denied
</Directory>`),
    files: {
      ...empty('www/index.html www/private/a.txt www/inside/a.txt www/either/a.txt www/but/a.txt www/old/a.txt www/closed/a.txt'),
      passwords: 'ann:{SHA}fEqNCco3Yq9h5ZUglD3CZJT4lBs=\n',
    },
    requests: [
      ...['private', 'inside', 'either', 'but', 'old', 'closed'].flatMap((name) => [`/${name}/a.txt`, { target: `/${name}/a.txt`, client: '127.0.0.2' }]),
      '/private',
      '/closed',
      '/closed/none',
      { target: '/private/a.txt', headers: [['Authorization', `Basic ${btoa('ann:123456')}`]] },
      { target: '/private/a.txt', headers: [['Authorization', `Basic ${btoa('ann:wrong')}`]] },
      { target: '/either/a.txt', headers: [['Authorization', `Basic ${btoa('ann:123456')}`]] },
      { target: '/private/', headers: [['Authorization', `Basic ${btoa('ann:123456')}`]] },
    ],
  },
  {
    title: 'a front controller of PHP',
    config: host(`DirectoryIndex index.php index.html
${php}<Directory "@ROOT@/www">
    RewriteEngine On
    RewriteCond %{REQUEST_FILENAME} !-f
    RewriteCond %{REQUEST_FILENAME} !-d
    RewriteRule ^ index.php [L]
</Directory>`),
    files: empty('www/index.php www/a.txt www/sub/b.php www/plain/index.html www/bare/x.txt'),
    requests: ['/', '/a.txt', '/posts/1', '/posts/1?x=y', '/sub/b.php', '/sub/none.php', '/plain/', '/plain', '/index.php?x=1', '/bare', '/sub/none.txt'],
  },
  {
    title: 'WordPress by its .htaccess',
    config: withHtaccess(`DirectoryIndex index.php\n${php}`),
    files: {
      ...empty('www/index.php www/wp-login.php www/wp-config.php www/wp-content/uploads/a.png www/readme.html www/xmlrpc.php'),
      'www/.htaccess': `# BEGIN WordPress
<IfModule mod_rewrite.c>
RewriteEngine On
RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]
RewriteBase /
RewriteRule ^index\\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /index.php [L]
</IfModule>
# END WordPress
<Files wp-config.php>
Require all denied
</Files>
<Files "xmlrpc.php">
Order allow,deny
Deny from all
</Files>
`,
    },
    requests: [
      '/',
      '/2024/01/hello/?p=1',
      '/wp-login.php',
      '/wp-config.php',
      '/xmlrpc.php',
      '/wp-content/uploads/a.png',
      '/readme.html',
      '/wp-content',
      '/.htaccess',
      '/none.php',
    ],
  },
  {
    title: 'Laravel by its .htaccess',
    config: withHtaccess(`DirectoryIndex index.php\n${php}`),
    files: {
      ...empty('www/index.php www/css/app.css www/favicon.ico www/build/x.txt'),
      'www/.htaccess': `<IfModule mod_rewrite.c>
    <IfModule mod_negotiation.c>
        Options -MultiViews -Indexes
    </IfModule>
    RewriteEngine On
    # Handle Authorization Header
    RewriteCond %{HTTP:Authorization} .
    RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]
    # Redirect Trailing Slashes If Not A Folder...
    RewriteCond %{REQUEST_FILENAME} !-d
    RewriteCond %{REQUEST_URI} (.+)/$
    RewriteRule ^ %1 [L,R=301]
    # Send Requests To Front Controller...
    RewriteCond %{REQUEST_FILENAME} !-d
    RewriteCond %{REQUEST_FILENAME} !-f
    RewriteRule ^ index.php [L]
</IfModule>
`,
    },
    requests: ['/', '/users/1', '/users/', '/users/?a=b', '/css/app.css', '/css/', '/css', '/favicon.ico', '/users/1?x=1'],
  },
  {
    title: 'Drupal by its .htaccess',
    config: withHtaccess(php),
    files: {
      ...empty('www/index.php www/core/install.php www/sites/default/settings.php www/modules/x.module www/robots.txt www/core/lib.php www/composer.json'),
      'www/.htaccess': `<FilesMatch "\\.(engine|inc|install|make|module|profile|po|sh|.*sql|theme|twig|tpl(\\.php)?|xtmpl|yml)(~|\\.sw[op]|\\.bak|\\.orig|\\.save)?$|^(\\.(?!well-known).*|Entries.*|Repository|Root|Tag|Template|composer\\.(json|lock)|web\\.config)$">
  <IfModule mod_authz_core.c>
    Require all denied
  </IfModule>
</FilesMatch>
Options -Indexes
ErrorDocument 404 /index.php
DirectoryIndex index.php index.html index.htm
RewriteEngine on
RewriteRule "/\\.|^\\.(?!well-known/)" - [F]
RewriteCond %{REQUEST_URI} ^(.*)?/(install\\.php) [OR]
RewriteCond %{REQUEST_URI} ^(.*)?/(rebuild\\.php)
RewriteCond %{REQUEST_URI} !core
RewriteRule ^ %1/core/%2 [L,QSA,R=301]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteCond %{REQUEST_URI} !=/favicon.ico
RewriteRule ^ index.php [L]
`,
    },
    differing: { 'GET /favicon.ico': 'error page' },
    requests: ['/', '/node/1', '/node/1?a=b', '/modules/x.module', '/robots.txt', '/.git/config', '/composer.json', '/core/lib.php', '/favicon.ico', '/sites'],
    left: [
      'RewriteRule ^ %1/core/%2',
      'RewriteCond %{REQUEST_URI} ^(.*)?/(install',
      'RewriteCond %{REQUEST_URI} ^(.*)?/(rebuild',
      'RewriteCond %{REQUEST_URI} !core',
    ],
  },
  {
    title: 'a .htaccess in a folder, with rules that are relative to it',
    config: withHtaccess(),
    files: {
      ...empty('www/index.html www/docs/new.txt www/docs/index.html www/docs/v2/a.txt www/new.txt'),
      'www/docs/.htaccess':
        'RewriteEngine On\nRewriteRule ^old\\.txt$ new.txt [L]\nRewriteRule ^v1/(.*)$ v2/$1 [R=301,L]\nRewriteRule \\.bak$ - [F]\nHeader always set X-Docs yes\nErrorDocument 404 /index.html\n',
    },
    differing: { 'GET /docs/v1/a.txt': 'RewriteBase', 'GET /docs/v1/a.txt?q': 'RewriteBase' },
    requests: [
      '/docs/old.txt',
      '/docs/v1/a.txt',
      '/docs/v1/a.txt?q',
      '/docs/x.bak',
      '/x.bak',
      '/docs/',
      '/docs',
      '/docs/none',
      '/none',
      '/old.txt',
      '/docs/new.txt',
    ],
  },
  {
    title: 'times, headers by the names of files, and pages for errors',
    config: host(`ExpiresActive On
ExpiresDefault "access plus 1 day"
ExpiresByType text/css "access plus 1 year"
ExpiresByType image/png A3600
ErrorDocument 404 /404.html
ErrorDocument 403 "closed"
ErrorDocument 410 https://example.test/gone
Redirect gone /lost
<FilesMatch "\\.(css|png)$">
    Header always set X-Kind asset
</FilesMatch>
<FilesMatch "^main\\.css$">
    Header always set X-Kind main
</FilesMatch>
<Directory "@ROOT@/www/closed">
    Require all denied
</Directory>`),
    files: empty('www/index.html www/404.html www/a.css www/main.css www/a.png www/closed/x.txt www/b.txt'),
    requests: ['/', '/a.css', '/main.css', '/sub/main.css', '/a.png', '/b.txt', '/none', '/closed/x.txt', '/lost'],
  },
  {
    title: 'aliases, redirects and their order',
    config: host(`Redirect /old /new
Redirect 301 /moved/ https://other.test/x/
RedirectMatch 301 ^/user/([0-9]+)$ /people/$1
RedirectMatch 404 /\\.git
Redirect seeother /see /saw
AliasMatch ^/photo/(.*)$ "@ROOT@/pictures/$1"
Alias /icons/ "@ROOT@/icons/"
Alias /icons/deep "@ROOT@/deep"
${granted('pictures')}${granted('icons')}${granted('deep')}`),
    files: empty('www/index.html www/new/a.txt pictures/p.png icons/i.png icons/deep/x.txt deep/x.txt www/icons.txt www/x.git'),
    requests: [
      '/old',
      '/old/a.txt',
      '/older',
      '/old/a.txt?q=1',
      '/moved/a',
      '/moved',
      '/user/12',
      '/user/x',
      '/.git/config',
      '/see/x',
      '/photo/p.png',
      '/icons/i.png',
      '/icons',
      '/icons/deep/x.txt',
      '/old/a%20b',
    ],
    left: ['Alias /icons/deep'],
  },
  {
    title: 'several virtual hosts on two ports',
    config: `${denied}<VirtualHost *:@PORT@>
    ServerName one.test
    DocumentRoot "@ROOT@/one"
    ${granted('one')}
</VirtualHost>
<VirtualHost *:@PORT@>
    ServerName two.test
    ServerAlias www.two.test *.two.example
    DocumentRoot "@ROOT@/two"
    ${granted('two', 'Options -FollowSymLinks')}
</VirtualHost>
<VirtualHost *:@PORT2@>
    ServerName three.test
    DocumentRoot "@ROOT@/three"
    ${granted('three')}
    Header always set X-Host three
</VirtualHost>`,
    files: { ...empty('one/index.html two/index.html three/index.html'), 'two/link.html': '->index.html' },
    requests: [
      'one.test/',
      'two.test/',
      'www.two.test/',
      'a.two.example/',
      'unknown.test/',
      'two.test/link.html',
      { target: '/', host: 'three.test', port: 2 },
      { target: '/', host: 'one.test', port: 2 },
    ],
  },
  {
    title: 'a main server without virtual hosts, a fallback and a default charset',
    config: `${denied}ServerName example.test
DocumentRoot "@ROOT@/www"
${granted('www', 'FallbackResource /index.html')}
AddDefaultCharset utf-8
AddType text/x-note .note
LimitRequestBody 1048576`,
    files: empty('www/index.html www/a.txt www/b.note www/sub/index.html www/c.json'),
    requests: ['/', '/a.txt', '/b.note', '/some/route', '/some/route?q=1', '/sub/', '/sub', '/c.json'],
  },
  {
    title: 'what cannot be carried over stays closed',
    config: host(`<Directory "@ROOT@/www/group">
    AuthType Basic
    AuthName g
    AuthUserFile "@ROOT@/passwords"
    Require group admins
</Directory>
<Directory "@ROOT@/www/digest">
    AuthType Digest
    AuthName d
    AuthUserFile "@ROOT@/passwords"
    Require valid-user
</Directory>
<If "%{QUERY_STRING} == 'x'">
    Header always set X-If yes
</If>
RewriteEngine On
RewriteMap names "txt:@ROOT@/names"
RewriteRule ^/n/(.*)$ /\${names:$1} [L]`),
    files: { ...empty('www/index.html www/group/a.txt www/digest/a.txt'), passwords: '', names: 'a b\n' },
    requests: ['/'],
    left: ['Require group admins', 'AuthType Digest', 'RewriteMap names', 'RewriteRule ^/n/(.*)$', 'Header always set X-If yes'],
  },
]
