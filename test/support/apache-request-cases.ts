import type { Asked } from './requests.ts'

/** A configuration and what is asked of it; a text is `/target` or `METHOD /target`. */
export interface ApacheRequestCase {
  readonly title: string
  /** Behind `ServerRoot`, the modules and `Listen`. */
  readonly config: string
  readonly files: Readonly<Record<string, string>>
  readonly requests: readonly (string | Asked)[]
}

const site = (inside = ''): string => `
ServerName example.test
DocumentRoot "@ROOT@/www"
<Directory />
  AllowOverride None
  Require all denied
</Directory>
<Directory "@ROOT@/www">
  Require all granted
</Directory>
${inside}`

const withHtaccess = (inside = '', options = 'AllowOverride All'): string => site(`<Directory "@ROOT@/www">\n${options}\n</Directory>\n${inside}`)

/** Requests with GET, by their targets. */
const targets = (text: string): readonly string[] => text.trim().split(/\s+/)

/** Files without content. */
const empty = (text: string): Readonly<Record<string, string>> => Object.fromEntries(targets(text).map((name) => [name, '']))

const basic = (user: string, password: string): readonly [string, string] => ['Authorization', `Basic ${btoa(`${user}:${password}`)}`]

export const apacheRequestCases: readonly ApacheRequestCase[] = [
  {
    title: 'request lines and headers that are refused, and those that are not',
    config: site('ErrorDocument 400 "no"\nErrorDocument 405 /method.html'),
    files: { 'www/index.html': '', 'www/a b.txt': '', 'www/method.html': '', 'www/sub/x.txt': '' },
    requests: [
      'get /',
      'FOO /',
      'FO-O_ /',
      'TRACE /',
      'OPTIONS *',
      'OPTIONS /',
      'CONNECT /',
      'CONNECT example.test:80',
      'DELETE /',
      'PUT /new.txt',
      'POST /index.html',
      'POST /none.html',
      'PROPFIND /',
      'HEAD /none',
      { target: 'index.html' },
      { target: '*' },
      { target: '/a b.txt' },
      { target: '/a%20b.txt' },
      { target: '/%zz' },
      { target: '/%' },
      { target: '/%00' },
      { target: '/a%00b' },
      { target: '/..' },
      { target: '/x/../../y' },
      { target: '/x/..' },
      { target: '/./index.html' },
      { target: '//index.html' },
      { target: '///sub//x.txt' },
      { target: '/a/%2e%2e/index.html' },
      { target: '/%2e%2e/index.html' },
      { target: '/sub%2fx.txt' },
      { target: '/sub/./../index.html' },
      { target: '/index.html#part' },
      { target: '/index.html?a#b' },
      { target: '/index.html?a=%zz' },
      { target: '/\x01' },
      { target: '/\xe9' },
      { target: '/%c3%a9' },
      { target: '/index.html', version: '1.0' },
      { target: '/index.html', version: '1.0', host: undefined },
      { target: '/index.html', version: '0.9', host: undefined },
      { target: '/nowhere', version: '0.9', host: undefined },
      { method: 'POST', target: '/', version: '0.9', host: undefined },
      { target: '/', version: '2.0' },
      { target: '/', version: '1' },
      { target: '/', version: '1.10' },
      { target: '/', version: '1.2' },
      { target: '/', version: '1.1x' },
      { target: '/', host: undefined },
      { target: '/', host: '' },
      { target: '/', host: 'a b' },
      { target: '/', host: 'example.test:' },
      { target: '/', host: 'example.test:80x' },
      { target: '/', host: 'example.test:0' },
      { target: '/', host: '123' },
      { target: '/', host: '1.2.3' },
      { target: '/', host: '127.0.0.1' },
      { target: '/', host: '01.2.3.4' },
      { target: '/', host: 'a..b' },
      { target: '/', host: 'a/b' },
      { target: '/', host: 'exa_mple.test' },
      { target: '/', host: 'x.1test' },
      { target: '/', host: 'x.test1' },
      { target: '/', host: '[::1]' },
      { target: '/', host: '[::1]:80' },
      { target: '/', host: '[::g]' },
      { target: '/', host: 'é.test' },
      { target: 'http://other.test/index.html' },
      { target: 'http://other.test' },
      { target: 'HTTP://other.test:81/sub' },
      { target: 'https://other.test/sub' },
      { target: 'ftp://other.test/index.html' },
      { target: 'http://user@other.test/index.html' },
      { target: 'http:/index.html' },
      { target: '/', headers: [['Expect', 'x']] },
      { target: '/', headers: [['Expect', '100-continue']] },
      { target: '/', headers: [['Content-Length', '-1']] },
      { target: '/', headers: [['Content-Length', '1x']] },
      { target: '/', headers: [['Transfer-Encoding', 'gzip']] },
      { target: '/', headers: [['Bad Name', 'x']] },
      { target: '/', headers: [['Host', 'second.test']] },
      { target: `/${'a'.repeat(300)}` },
      { target: `/${'a'.repeat(8300)}` },
      { target: '/', headers: [['X-Long', 'b'.repeat(8300)]] },
    ],
  },
  {
    title: 'limits, methods and protocol options',
    config:
      site(`LimitRequestLine 60\nLimitRequestFieldSize 100\nLimitRequestFields 4\nHttpProtocolOptions Strict Require1.0 RegisteredMethods\nTraceEnable off\nRegisterHttpMethod FOO
<Location /some>\n<LimitExcept GET POST>\nRequire all denied\n</LimitExcept>\n</Location>
<Location /get>\nAllowMethods GET\n</Location>
<Location /post>\nAllowMethods POST\n</Location>
<Location /reset>\nAllowMethods GET\n</Location>
<Location /reset/all>\nAllowMethods reset\n</Location>`),
    files: { 'www/index.html': '', 'www/some/x': '', 'www/get/x': '', 'www/post/x': '', 'www/reset/all/x': '' },
    requests: [
      'TRACE /',
      'FOO /',
      'BAR /',
      'GET /index.html',
      { target: `/${'a'.repeat(60)}` },
      { target: '/', version: '0.9', host: undefined },
      { target: '/', headers: [['X', 'y'.repeat(110)]] },
      {
        target: '/',
        headers: [
          ['A', '1'],
          ['B', '2'],
          ['C', '3'],
          ['D', '4'],
        ],
      },
      {
        target: '/',
        headers: [
          ['A', '1'],
          ['B', '2'],
        ],
      },
      '/some/x',
      'DELETE /some/x',
      'OPTIONS /some/x',
      'POST /some/x',
      '/get/x',
      'HEAD /get/x',
      'POST /get/x',
      'OPTIONS /get/x',
      '/post/x',
      'POST /post/x',
      'POST /reset/all/x',
      'DELETE /reset/all/x',
    ],
  },
  {
    title: 'virtual hosts by name, alias, wildcard and port',
    config: `ServerName main.test
<Directory />
Require all granted
</Directory>
<VirtualHost *:@PORT@>
  ServerName first.test
  DocumentRoot "@ROOT@/first"
</VirtualHost>
<VirtualHost *:@PORT@>
  ServerName www.second.test:8080
  ServerAlias second.test *.second.test s?x.test
  DocumentRoot "@ROOT@/second"
  UseCanonicalName On
</VirtualHost>
<VirtualHost 127.0.0.1:@PORT2@>
  ServerName third.test
  DocumentRoot "@ROOT@/third"
  ServerPath /legacy
</VirtualHost>
<VirtualHost 127.0.0.1:@PORT2@>
  ServerAlias fourth.test
  DocumentRoot "@ROOT@/fourth"
  UseCanonicalPhysicalPort On
</VirtualHost>
<VirtualHost *:@PORT2@>
  ServerName never.test
  DocumentRoot "@ROOT@/first"
</VirtualHost>`,
    files: { 'first/d/x': '', 'second/d/x': '', 'third/d/x': '', 'third/legacy': '', 'fourth/d/x': '' },
    requests: [
      { target: '/d', host: 'first.test' },
      { target: '/d', host: 'FIRST.test.' },
      { target: '/d', host: 'second.test' },
      { target: '/d', host: 'a.b.second.test:99' },
      { target: '/d', host: 'sxx.test' },
      { target: '/d', host: 'sx.test' },
      { target: '/d', host: 'other.test' },
      { target: '/d', host: 'main.test' },
      { target: '/d', host: '127.0.0.1' },
      { target: '/d', host: undefined, version: '1.0' },
      { target: 'http://second.test/d', host: 'first.test' },
      { target: 'http://second.test:81/d', host: 'first.test' },
      { target: '/d', host: 'third.test', port: 2 },
      { target: '/d', host: 'third.test:77', port: 2 },
      { target: '/d', host: 'fourth.test', port: 2 },
      { target: '/d', host: '127.0.0.1', port: 2 },
      { target: '/d', host: 'never.test', port: 2 },
      { target: '/legacy/d', host: undefined, version: '1.0', port: 2 },
      { target: '/legacy', host: 'third.test', port: 2 },
      { target: '/d', host: 'localhost', port: 2 },
    ],
  },
  {
    title: 'the main server alone, and names of a URL',
    config: site('UseCanonicalName Off\nRedirect /r /target\n<Location /canon>\nUseCanonicalName On\n</Location>'),
    files: { 'www/d/x': '', 'www/canon/d/x': '' },
    requests: [
      { target: '/d', host: 'any.test' },
      { target: '/d', host: 'any.test:8080' },
      { target: '/d', host: 'any.test:80' },
      { target: '/r/a b?x' },
      { target: '/r/a%20b?x=%20' },
      { target: '/r', host: '[::1]:81' },
      { target: '/canon/d', host: 'any.test:81' },
      { target: '/d', host: undefined, version: '1.0' },
      { target: '/d?a=b' },
      { target: '/d/', host: 'any.test' },
    ],
  },
  {
    title: 'aliases and redirects in their order',
    config: site(`
<Directory "@ROOT@/srv">
Require all granted
</Directory>
Alias /a/b "@ROOT@/srv/ab"
Alias /a "@ROOT@/srv/a"
Alias /t/ "@ROOT@/srv/t/"
Alias /bad "@ROOT@/srv/t/"
AliasMatch "^/m/(.)(.*)" "@ROOT@/srv/$1/$2"
AliasMatch "^/esc/(.*)" "@ROOT@/srv/a/\\$1"
ScriptAlias /cgi "@ROOT@/srv/cgi"
ScriptAliasMatch "^/run/(\\w+)" "@ROOT@/srv/cgi/$1.cgi"
Redirect /old/deep http://other.test/deep
Redirect permanent /old http://other.test/new/
Redirect 307 /rel /a/
Redirect gone /gone
Redirect 404 /hidden
Redirect seeother /see http://see.test/?q=1
RedirectMatch 302 "^/x/([0-9]+)$" "/y?id=$1"
RedirectMatch "^/z(.*)$" "http://z.test$1#part"
RedirectMatch 451 "^/law"
RedirectPermanent /pp http://p.test/
RedirectTemp /tt http://t.test/
<Location /loc>
  Redirect 303 "http://l.test/%{REQUEST_URI}"
</Location>
<Location /locrel>
  RedirectRelative On
  Redirect "/else"
</Location>
<Location /locgone>
  Redirect 410
</Location>
<Location /al>
  Alias "@ROOT@/srv/a"
</Location>
<LocationMatch "^/alm/(?<rest>.*)">
  Alias "@ROOT@/srv/a/%{env:MATCH_REST}"
</LocationMatch>
<Location /keep>
  AliasPreservePath On
  Alias "@ROOT@/srv/a"
</Location>
<Directory "@ROOT@/www/dir">
  Redirect /dir/here http://h.test/
  RedirectMatch "(.*)\\.gif$" "$1.png"
</Directory>`),
    files: {
      ...empty('srv/a/x.txt srv/a/index.html srv/ab/x.txt srv/t/x.txt'),
      'srv/cgi/hello.cgi': "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\n",
      ...empty('srv/cgi/plain.txt www/dir/here/x www/a/never.txt'),
    },
    requests: [
      ...targets(`
        /a/x.txt /a/b/x.txt /a /a//x.txt /ax /t/x.txt /t /bad/x.txt /badx /m/a/x.txt /m/ax.txt /esc/x /cgi/hello.cgi
        /cgi/hello.cgi/more/info /cgi/none.cgi /cgi/plain.txt /cgi /cgi/
      `),
      'POST /cgi/hello.cgi',
      'OPTIONS /cgi/hello.cgi',
      'FOO /cgi/hello.cgi',
      ...targets(`
        /run/hello /run/hello/x /old /old/ /old/deep/x?y /old/a%20b%3fc /rel/x?y=1 /gone /gone/x /hidden /hiddenx /see /see?x=2
        /see/more?x=2 /x/12 /x/12?a=b /x/a
      `),
      '/z/1 2',
      ...targets(`
        /z/1%202?q /law /pp /pp/x /tt/x /loc/x?y /locrel/a?b /locgone/x /al/x.txt /al /alm/x.txt /alm/none /keep/x.txt /keep
        /dir/here/x /dir/a.gif /dir/here /dir
      `),
    ],
  },
  {
    title: 'rules of the server',
    config: site(`
<Directory "@ROOT@/srv">
Require all granted
</Directory>
Alias /alias "@ROOT@/srv"
RewriteEngine On
RewriteMap low int:tolower
RewriteMap esc int:escape
RewriteMap names "txt:@ROOT@/names.txt"
RewriteRule ^/f - [F]
RewriteRule ^/g$ - [G]
RewriteRule ^/s404$ - [R=404]
RewriteRule ^/r301/(.*)$ /target/$1 [R=301,L]
RewriteRule ^/r/(.*)$ http://other.test/$1 [R]
RewriteRule ^/rne/(.*)$ http://other.test/$1#x%20 [R,NE,L]
RewriteRule ^/impl/(.*)$ http://other.test/$1
RewriteRule ^/self/(.*)$ http://example.test:@PORT@/page.html
RewriteRule ^/self2/(.*)$ http://example.test/page.html [L]
RewriteRule ^/page/(\\d+)$ /page.html?id=$1 [L]
RewriteRule ^/qsa/(.*)$ /page.html?p=$1 [QSA,L]
RewriteRule ^/qsd/(.*)$ http://q.test/$1 [QSD,R,L]
RewriteRule ^/noq/(.*)$ http://q.test/$1? [R,L]
RewriteRule ^/keepq/(.*)$ http://q.test/$1 [R,L]
RewriteRule ^/pt/(.*)$ /alias/$1 [PT]
RewriteRule ^/nopt/(.*)$ /alias/$1 [L]
RewriteRule ^/abs/(.*)$ @ROOT@/srv/$1 [L]
RewriteRule ^/etc(.*)$ /etc/passwd$1 [L]
RewriteRule ^/chain1 /chain2 [C]
RewriteRule ^/chain2 /page.html [L]
RewriteRule ^/nochain /other [C]
RewriteRule ^/never /page.html
RewriteRule ^/skip /page.html [S=1]
RewriteRule ^/page.html$ /skipped.html
RewriteRule ^/next/a(.*)$ /next/b$1 [N]
RewriteRule ^/next/(b*)$ /page.html?$1 [L]
RewriteCond %{HTTP_HOST} ^www\\.(.+)$ [NC]
RewriteRule ^/host(.*)$ http://%1/host$1 [R=302,L]
RewriteCond %{QUERY_STRING} (?:^|&)go=([a-z]+)
RewriteRule ^/go$ /%1.html [L]
RewriteCond %{REQUEST_METHOD} !^(GET|HEAD)$
RewriteRule ^/get /page.html [F]
RewriteCond %{HTTP:X-Test} =yes [OR]
RewriteCond %{HTTP:X-Test} =maybe
RewriteRule ^/or$ /page.html [L]
RewriteCond %{REMOTE_ADDR} ^127\\.0\\.0\\.1$
RewriteCond %{REQUEST_URI} !\\.txt$
RewriteRule ^/two /page.html [L]
RewriteCond expr "%{HTTP:X-Test} =~ /^(\\w)(\\w*)$/"
RewriteRule ^/expr$ /%2.html [L]
RewriteCond %{DOCUMENT_ROOT}%{REQUEST_URI} -f
RewriteRule ^/exists - [R=403,L]
RewriteCond %{DOCUMENT_ROOT}%{REQUEST_URI} !-d
RewriteRule ^/nodir /page.html [L]
RewriteCond %{LA-U:REQUEST_FILENAME} -f
RewriteRule ^/la(.*)$ /page.html [L]
RewriteCond /target/x -U
RewriteRule ^/url$ /page.html [L]
RewriteCond 5 -gt3
RewriteCond abc >abb
RewriteRule ^/num$ /page.html [L]
RewriteCond %{HTTPS} =off
RewriteCond %{SERVER_PORT} =80 [OR]
RewriteCond %{SERVER_NAME} ^example
RewriteRule ^/vars$ /page.html [L]
RewriteRule ^/low/(.*)$ /\${low:$1}.html [L]
RewriteRule ^/map/(.*)$ /\${names:$1|page.html} [L]
RewriteRule ^/map2/(.*)$ /\${names:$1} [L]
RewriteRule ^/env$ /page.html [E=seen:yes,L]
RewriteRule ^/type$ /page.html [T=text/x-own,L]
RewriteRule ^/hand$ /page.html [H=server-status,L]
RewriteRule !^/ - [F]
RewriteRule ^/b/(.*)$ /page.html?x=$1 [B,L]
RewriteRule ^/br/(.*)$ http://b.test/?x=$1 [B,R,L]
RewriteRule ^/bs/(.*)$ http://b.test/$1 [B=\\ /,BNP,NE,R,L]
RewriteRule ^/q/(.*)$ $1 [L]
RewriteRule ^/end$ /page.html [END]
RewriteRule ^/esc/(.*)$ http://e.test/\\$1\\%1 [R,L]
RewriteRule ^/nc/ABC$ /page.html [NC,L]
RewriteRule ^/code$ /x [R=permanent,L]
RewriteRule ^/co$ /page.html [CO=name:value:.example.test,L]
RewriteRule ^/ws$ ws://w.test/x
RewriteRule ^/mail$ mailto:a@b.test [R,L]
RewriteRule ^/loop/(.*)$ /loop/x$1 [N=5]
Header set X-Seen "%{seen}e" env=seen
`),
    files: {
      'names.txt': '# names\none page.html\ntwo\tlow.html more\n',
      ...empty('www/page.html www/skipped.html www/target/x www/exists www/low.html www/ab.html www/nodir/x www/lafile srv/x.txt'),
    },
    requests: [
      ...targets('/f /fx /g /s404'),
      '/r301/a b',
      ...targets(`
        /r301/a%20b?x=1 /r301/%3F /r/x?y=1 /r/a%25b /rne/a%20b /rne/x?y /impl/x?y=%20 /self/x /self2/x /page/12 /page/12?x=y
        /qsa/1?x=y /qsa/1 /qsd/1?x=y /noq/1?x=y /keepq/1?x=y%20z /pt/x.txt /nopt/x.txt /abs/x.txt /etc /chain1 /chain2 /nochainx
        /never /skip /next/aab
      `),
      { target: '/host/x', host: 'www.example.test' },
      ...targets('/host/x /go?go=page /go?x=1&go=low /go'),
      'POST /get',
      'GET /get',
      { target: '/or', headers: [['X-Test', 'yes']] },
      { target: '/or', headers: [['X-Test', 'maybe']] },
      { target: '/or', headers: [['X-Test', 'no']] },
      ...targets('/or /two /two.txt'),
      { target: '/two', client: '127.0.0.2' },
      { target: '/expr', headers: [['X-Test', 'xpage']] },
      ...targets(`
        /expr /exists /existsnot /nodir /nodirx /lafile /lanofile /url /num /vars /low/LOW /map/one /map/two /map/none
        /map2/none /env /type /hand
      `),
      '/b/a b&c',
      ...targets(`
        /b/a%20b%26c /br/a%20b%2bc&d /bs/a%20b+c /q/page.html /q/http://evil.test/x /q//evil.test/x /q/a%3fb /page/1%3f /end
        /esc/x /nc/abc /code /co /ws /mail /loop/a /alias/x.txt /
      `),
      'OPTIONS *',
    ],
  },
  {
    title: 'rules of folders',
    config: withHtaccess(`
<Directory "@ROOT@/srv">
AllowOverride All
Require all granted
</Directory>
Alias /al "@ROOT@/srv"
RewriteEngine On
`),
    files: {
      'www/.htaccess': `RewriteEngine On
RewriteRule ^news/(\\d+)$ news.html?id=$1 [L,QSA]
RewriteRule ^old\\.html$ new.html [R=301,L]
RewriteRule ^oldq$ new.html?a=b [R,L]
RewriteRule ^ext$ http://other.test/x [R=302,L]
RewriteRule ^abs$ /news.html [L]
RewriteRule ^forb - [F]
RewriteRule ^gone$ - [G,L]
RewriteRule ^pass/(.*)$ $1 [PT]
RewriteRule ^r404$ - [R=404,L]
RewriteRule ^loop(.*)$ loopx$1 [L]
RewriteRule ^once$ once [L]
RewriteRule ^end1$ end2 [END]
RewriteRule ^end2$ news.html
RewriteRule ^proxy/(.*)$ http://@UP@/p/$1 [P]
RewriteRule ^proxyne/(.*)$ http://@UP@/p/$1 [P,NE,QSA]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule ^app/(.*)$ front.html?u=$1 [QSA,L]
RewriteRule ^pi/news.html/(.*)$ news.html?pi=$1 [L]
RewriteRule ^dpi/(.*) news.html/$1 [DPI,L]
RewriteRule ^phps$ news.html [T=text/own,L]
RewriteRule ^h$ news.html [H=cgi-script,L]
RewriteRule ^e$ - [E=a:b]
RewriteRule ^qs$ ?x=1 [L]
RewriteRule ^empty$ "" [L]
RewriteRule ^up/(.*)$ ../$1 [L]
`,
      ...empty('www/news.html www/new.html www/front.html www/once www/end2 www/app/real.txt www/dpi/x'),
      'www/base/.htaccess': 'RewriteEngine On\nRewriteBase /other/\nRewriteRule ^a$ b [L]\nRewriteRule ^r$ c [R]\nRewriteRule ^abs$ /news.html [L]\n',
      'www/base/x': '',
      'www/other/b': '',
      'www/inh/.htaccess': 'RewriteEngine On\nRewriteOptions Inherit\nRewriteRule ^own$ x.html\n',
      'www/inh/x.html': '',
      'www/inh/news.html': '',
      'www/off/.htaccess': 'RewriteEngine Off\n',
      'www/off/forb': '',
      'www/plain/.htaccess': 'DirectoryIndex forb.html\n',
      'www/plain/forb.html': '',
      'www/nolinks/.htaccess': 'Options -FollowSymLinks\nRewriteEngine On\nRewriteRule x y\n',
      'www/nolinks/x': '',
      'www/bad/.htaccess': 'RewriteEngine On\nRewriteRule ^x$ y [ZZ]\n',
      'www/bad/x': '',
      'www/front/.htaccess':
        'RewriteEngine On\nRewriteBase /front/\nRewriteRule ^index\\.html$ - [L]\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME} !-d\nRewriteRule . /front/index.html [L]\n',
      ...empty('www/front/index.html www/front/real.txt www/front/dir/x'),
      'srv/.htaccess': 'RewriteEngine On\nRewriteRule ^a$ b [L]\nRewriteRule ^r$ b [R]\n',
      'srv/b': '',
    },
    requests: [
      ...targets('/news/12 /news/12?x=y /old.html?q=1 /oldq?x /ext /abs /forb /gone /pass/new.html /r404 /loop /once /end1 /end2'),
      '/proxy/a b?x=1',
      ...targets(`
        /proxy/a%20b?x=1 /proxyne/a%20b?x=1 /app/some/thing?x=1 /app/real.txt /app/ /app /pi/news.html/a /news.html/a/b /dpi/x/y
        /phps /h /e /qs /empty /up/x /base/a /base/r?x /base/abs /base/x /inh/own /inh/news/1 /inh/forb /off/forb /plain/
        /plain/forb.html /nolinks/x /bad/x /bad/ /front/ /front/nice/url?x=1 /front/real.txt /front/dir /front/dir/ /front /al/a
        /al/r /
      `),
    ],
  },
  {
    title: 'passwords, users, groups, and what is required of them',
    config: site(`
<Location /basic>
AuthType Basic
AuthName "Staff only"
AuthUserFile "@ROOT@/users"
Require valid-user
</Location>
<Location /user>
AuthType Basic
AuthName Users
AuthUserFile "@ROOT@/users"
Require user sha apr
</Location>
<Location /group>
AuthType Basic
AuthName Group
AuthUserFile users
AuthGroupFile groups
AuthBasicProvider file
Require group admins
</Location>
<Location /any>
AuthType Basic
AuthName Any
AuthUserFile users
<RequireAny>
Require valid-user
Require ip 127.0.0.2
</RequireAny>
</Location>
<Location /all>
AuthType Basic
AuthName All
AuthUserFile users
<RequireAll>
Require valid-user
Require ip 127.0.0.2
</RequireAll>
</Location>
<Location /satisfy>
AuthType Basic
AuthName Satisfy
AuthUserFile users
Require valid-user
Order deny,allow
Deny from all
Allow from 127.0.0.2
Satisfy any
</Location>
<Location /both>
AuthType Basic
AuthName Both
AuthUserFile users
Require valid-user
Order allow,deny
Allow from 127.0.0.2
</Location>
<Location /noname>
AuthType Basic
AuthUserFile users
Require valid-user
</Location>
<Location /norequire>
AuthType Basic
AuthName x
</Location>
<Location /nofile>
AuthType Basic
AuthName x
AuthUserFile nothing
Require valid-user
</Location>
<Location /notype>
Require valid-user
</Location>
<Location /none>
AuthType None
Require all granted
</Location>
<Location /limit>
AuthType Basic
AuthName Limited
AuthUserFile users
<Limit POST PUT>
Require valid-user
</Limit>
</Location>
<Location /except>
AuthType Basic
AuthName Excepted
AuthUserFile users
<LimitExcept GET>
Require valid-user
</LimitExcept>
</Location>
<Location /forbid>
AuthType Basic
AuthName Forbidding
AuthUserFile users
AuthzSendForbiddenOnFailure On
Require user nobody
</Location>
<Location /page>
AuthType Basic
AuthName Page
AuthUserFile users
Require valid-user
ErrorDocument 401 /sorry.html
ErrorDocument 403 "no"
</Location>
<Location /expr>
AuthType Basic
AuthName Expr
AuthUserFile users
Require expr %{REMOTE_USER} == 'sha'
</Location>
<Location /digest>
AuthType Digest
AuthName d
Require valid-user
</Location>
`),
    files: {
      users: [
        '# users',
        'sha:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=',
        'apr:$apr1$17w8B5Dm$PvnA5zTf3L4OrTBKuQgrw/',
        'bc:$2y$05$.uXajB/jmfa9s3NijXE6IOae84R5w17PTBiFxD7UNenufOxLGO856',
        'des:Hyx4rhb7Qdvpk',
        'md5:$1$Ip5SwfL6$1X9sOTOGaVbbMvjOtkxch.',
        'plain:secret',
        'empty:',
        '',
      ].join('\n'),
      groups: 'admins: apr bc\nothers: sha\n',
      ...Object.fromEntries(
        [
          'basic',
          'user',
          'group',
          'any',
          'all',
          'satisfy',
          'both',
          'noname',
          'norequire',
          'nofile',
          'notype',
          'none',
          'limit',
          'except',
          'forbid',
          'page',
          'expr',
          'digest',
        ].map((name) => [`www/${name}/x`, '']),
      ),
      'www/sorry.html': '',
    },
    requests: [
      ...targets('/basic/x /basic/none /basic'),
      ...['sha', 'apr', 'bc', 'des', 'md5', 'plain', 'empty', 'nobody'].map((user): Asked => ({ target: '/basic/x', headers: [basic(user, 'secret')] })),
      { target: '/basic/x', headers: [basic('sha', 'wrong')] },
      { target: '/basic/x', headers: [['Authorization', 'Bearer x']] },
      { target: '/basic/x', headers: [['Authorization', 'Basic']] },
      { target: '/basic/x', headers: [['Authorization', 'basic   c2hhOnNlY3JldA==']] },
      { target: '/basic', headers: [basic('sha', 'secret')] },
      '/user/x',
      { target: '/user/x', headers: [basic('sha', 'secret')] },
      { target: '/user/x', headers: [basic('bc', 'secret')] },
      { target: '/group/x', headers: [basic('apr', 'secret')] },
      { target: '/group/x', headers: [basic('sha', 'secret')] },
      { target: '/group/x', headers: [basic('des', 'secret')] },
      '/any/x',
      { target: '/any/x', client: '127.0.0.2' },
      { target: '/any/x', headers: [basic('sha', 'secret')] },
      '/all/x',
      { target: '/all/x', client: '127.0.0.2' },
      { target: '/all/x', client: '127.0.0.2', headers: [basic('sha', 'secret')] },
      { target: '/all/x', headers: [basic('sha', 'secret')] },
      '/satisfy/x',
      { target: '/satisfy/x', client: '127.0.0.2' },
      { target: '/satisfy/x', headers: [basic('sha', 'secret')] },
      '/both/x',
      { target: '/both/x', client: '127.0.0.2' },
      { target: '/both/x', client: '127.0.0.2', headers: [basic('sha', 'secret')] },
      ...targets('/noname/x /norequire/x /nofile/x'),
      { target: '/nofile/x', headers: [basic('sha', 'secret')] },
      ...targets('/notype/x /none/x /limit/x'),
      'POST /limit/x',
      { method: 'POST', target: '/limit/x', headers: [basic('sha', 'secret')] },
      '/except/x',
      'HEAD /except/x',
      'POST /except/x',
      { target: '/forbid/x', headers: [basic('sha', 'secret')] },
      '/forbid/x',
      '/page/x',
      { target: '/page/x', headers: [basic('sha', 'secret')] },
      '/expr/x',
      { target: '/expr/x', headers: [basic('sha', 'secret')] },
      { target: '/expr/x', headers: [basic('bc', 'secret')] },
      '/digest/x',
    ],
  },
  {
    title: 'sections of access, merged in their order',
    config: `ServerName example.test
DocumentRoot "@ROOT@/www"
<Directory />
Require all denied
</Directory>
<Directory "@ROOT@/www">
Require all granted
</Directory>
<Directory "@ROOT@/www/a">
Require all denied
</Directory>
<Directory "@ROOT@/www/a/b">
Require all granted
</Directory>
<Directory "@ROOT@/www/*/w*d">
Require all denied
</Directory>
<DirectoryMatch "/re(?<what>.)/">
Require all denied
</DirectoryMatch>
<Directory ~ "/dm$">
Require all denied
</Directory>
<Files "secret.txt">
Require all denied
</Files>
<Files "*.bak">
Require all denied
</Files>
<FilesMatch "^\\.|~$">
Require all denied
</FilesMatch>
<Directory "@ROOT@/www/open">
<Files "secret.txt">
Require all granted
</Files>
</Directory>
<Location /a/location>
Require all granted
</Location>
<Location /slash/>
Require all denied
</Location>
<Location "/wild*/x">
Require all denied
</Location>
<LocationMatch "^/lm/\\d+$">
Require all denied
</LocationMatch>
<Location ~ "/tilde">
Require all denied
</Location>
<Location /andmerge>
AuthMerging And
Require ip 127.0.0.2
</Location>
<Location /andmerge/or>
AuthMerging Or
Require ip 127.0.0.3
</Location>
<If "%{QUERY_STRING} == 'no'">
Require all denied
</If>
<ElseIf "%{QUERY_STRING} =~ /^maybe=(.)/ && $1 == 'n'">
Require all denied
</ElseIf>
<Else>
Header set X-Else yes
</Else>
<Location /iff>
<If "%{REQUEST_METHOD} in { 'POST', 'PUT' }">
Require all denied
<If "-n %{HTTP:X-Let}">
Require all granted
</If>
</If>
</Location>
<Location /old>
Order deny,allow
Deny from all
Allow from 127.0.0.2 env=letin
</Location>
<Location /old/inner>
Order allow,deny
Allow from all
Deny from 127.0.0.3
</Location>
<Location /mutual>
Order mutual-failure
Allow from 127.0.0
Deny from 127.0.0.3
</Location>
SetEnvIf X-Let in letin=1
SetEnvIfNoCase ^X-re.* (.*)y$ rematch=$1
BrowserMatch Bot bot !nobot
SetEnvIfExpr "req('X-Let') =~ /^o(.)t/" exprd=$1
<Location /env>
<RequireAny>
Require env letin
Require env bot
Require env rematch
</RequireAny>
</Location>
<Location /envx>
Require expr "reqenv('rematch') == 'hon' || reqenv('exprd') == 'u'"
</Location>
<Location /method>
Require method GET
</Location>
<Location /notip>
<RequireAll>
Require all granted
Require not ip 127.0.0.2 127.0.0.3
<RequireNone>
Require env bot
</RequireNone>
</RequireAll>
</Location>
<Location /net>
Require ip 127.0.0.0/30 10 192.168.0.0/255.255.0.0
</Location>
<Location /host>
Require host localhost
</Location>
<Location /local>
Require local
</Location>
`,
    files: Object.fromEntries(
      [
        'x',
        'a/x',
        'a/b/x',
        'a/location/x',
        'q/word/x',
        'q/word/y/z',
        'rex/x',
        'rex/in/x',
        'dm/x',
        'secret.txt',
        'y.bak',
        '.hidden',
        'y~',
        'open/secret.txt',
        'open/y.bak',
        'slash/x',
        'wildly/x',
        'lm/12',
        'tilde/x',
        'andmerge/x',
        'andmerge/or/x',
        'iff/x',
        'old/x',
        'old/inner/x',
        'mutual/x',
        'env/x',
        'envx/x',
        'method/x',
        'notip/x',
        'net/x',
        'host/x',
        'local/x',
        'sub/secret.txt/x',
      ].map((name) => [`www/${name}`, '']),
    ),
    requests: [
      ...targets(`
        /x /a/x /a/b/x /a /a/ /a/b /a/location/x /q/word/x /q/word/y/z /q/word /rex/x /rex/in/x /rex/ /dm/x /dm/ /dm /secret.txt
        /y.bak /.hidden /y~ /open/secret.txt /open/y.bak /slash /slash/x /slash/ /wildly/x /wildly/ /lm/12 /lm/1x /tilde/x
        /tildexx /sub/secret.txt/x /none.bak /nodir/none.bak /none.bak/more
      `),
      { target: '/andmerge/x' },
      { target: '/andmerge/x', client: '127.0.0.2' },
      { target: '/andmerge/or/x', client: '127.0.0.3' },
      { target: '/andmerge/or/x' },
      ...targets('/x?no /x?maybe=n /x?maybe=y /iff/x'),
      'POST /iff/x',
      { method: 'POST', target: '/iff/x', headers: [['X-Let', 'in']] },
      '/old/x',
      { target: '/old/x', client: '127.0.0.2' },
      { target: '/old/x', headers: [['X-Let', 'in']] },
      '/old/inner/x',
      { target: '/old/inner/x', client: '127.0.0.3' },
      '/mutual/x',
      { target: '/mutual/x', client: '127.0.0.3' },
      '/env/x',
      { target: '/env/x', headers: [['User-Agent', 'a Bot']] },
      { target: '/env/x', headers: [['X-Remote', 'HONY']] },
      { target: '/envx/x', headers: [['x-REal', 'hony']] },
      { target: '/envx/x', headers: [['X-Let', 'out']] },
      '/envx/x',
      '/method/x',
      'POST /method/x',
      'HEAD /method/x',
      '/notip/x',
      { target: '/notip/x', client: '127.0.0.2' },
      { target: '/notip/x', headers: [['User-Agent', 'Bot']] },
      '/net/x',
      { target: '/net/x', client: '127.0.0.3' },
      { target: '/net/x', client: '127.0.0.4' },
      '/host/x',
      { target: '/host/x', client: '127.0.0.2' },
      '/local/x',
      { target: '/local/x', client: '127.0.0.9' },
      ...targets('/X //a//b//x /a/./b/x /a/b/../x /%61/x'),
    ],
  },
  {
    title: 'links, and folders on the way to a file',
    config: `ServerName example.test
DocumentRoot "@ROOT@/www"
<Directory />
Options None
Require all granted
</Directory>
<Directory "@ROOT@/www/follow">
Options +FollowSymLinks
</Directory>
<Directory "@ROOT@/www/owner">
Options SymLinksIfOwnerMatch
</Directory>
<Directory "@ROOT@/www/list">
Options Indexes FollowSymLinks
</Directory>
<Directory "@ROOT@/www/file.txt">
Require all denied
</Directory>
<Directory "@ROOT@/www/follow/file.txt">
Require all denied
</Directory>
AcceptPathInfo Off
<Location /accept>
AcceptPathInfo On
</Location>`,
    files: {
      'www/file.txt': '',
      'www/link.txt': '->file.txt',
      'www/linkdir': '->real',
      'www/real/x': '',
      'www/broken': '->nowhere',
      'www/follow/file.txt': '',
      'www/follow/link.txt': '->file.txt',
      'www/follow/dir': '->../real',
      'www/follow/broken': '->nowhere',
      'www/owner/link.txt': '->../file.txt',
      'www/owner/dir': '->../real',
      'www/list/a/x': '',
      'www/list/link': '->a',
      'www/accept/file.txt': '',
      'www/index.html': '->file.txt',
      'www/follow/index.html': '->file.txt',
    },
    requests: [
      ...targets(`
        /file.txt /link.txt /linkdir/x /linkdir /linkdir/ /broken /broken/x /real/x /file.txt/ /file.txt/more
        /accept/file.txt/more /accept/file.txt/ /accept/none/more /follow/file.txt /follow/link.txt /follow/dir/x /follow/dir
        /follow/broken /owner/link.txt /owner/dir/x /list/ /list/link /list/link/ /list /list/none /real/ / /follow/ /real/x/y/z
        /follow/dir/none/x
      `),
    ],
  },
  {
    title: 'what a .htaccess may say, and its mistakes',
    config: site(`
${['All', 'None', 'FileInfo', 'AuthConfig', 'Limit', 'Indexes', 'Options', 'Options=Indexes,MultiViews', 'Nonfatal=All', 'Nonfatal=Override'].map((value, i) => `<Directory "@ROOT@/www/o${i}">\nAllowOverride ${value}\n</Directory>`).join('\n')}
<Directory "@ROOT@/www/list">
AllowOverride None
AllowOverrideList Redirect DirectoryIndex
</Directory>
<Directory "@ROOT@/www/named">
AllowOverride All
</Directory>
AccessFileName .access .htaccess
`),
    files: {
      ...Object.fromEntries(
        Array.from({ length: 10 }, (_, i) => i).flatMap((i) => [
          [`www/o${i}/redirect/.htaccess`, `Redirect /o${i}/redirect/x http://r.test/\n`],
          [`www/o${i}/redirect/x`, ''],
          [`www/o${i}/require/.htaccess`, 'Require all denied\n'],
          [`www/o${i}/require/x`, ''],
          [`www/o${i}/order/.htaccess`, 'Order allow,deny\nDeny from all\n'],
          [`www/o${i}/order/x`, ''],
          [`www/o${i}/index/.htaccess`, 'DirectoryIndex x\n'],
          [`www/o${i}/index/x`, ''],
          [`www/o${i}/options/.htaccess`, 'Options +Indexes\n'],
          [`www/o${i}/options/x`, ''],
          [`www/o${i}/cgi/.htaccess`, 'Options +ExecCGI\n'],
          [`www/o${i}/cgi/x`, ''],
          [`www/o${i}/bad/.htaccess`, 'NoSuchDirective on\n'],
          [`www/o${i}/bad/x`, ''],
          [`www/o${i}/doc/.htaccess`, 'DocumentRoot /tmp\n'],
          [`www/o${i}/doc/x`, ''],
        ]),
      ),
      'www/list/.htaccess': 'Redirect /list/x http://l.test/\nDirectoryIndex y\n',
      'www/list/x': '',
      'www/list/y': '',
      'www/list/no/.htaccess': 'Options +Indexes\n',
      'www/list/no/x': '',
      'www/named/a/.access': 'Require all denied\n',
      'www/named/a/.htaccess': 'Require all granted\n',
      'www/named/a/x': '',
      'www/named/open/.htaccess': '<Files x>\nRequire all denied\n',
      'www/named/open/x': '',
      'www/named/ifm/.htaccess':
        '<IfModule mod_rewrite.c>\nRedirect /named/ifm/x http://yes.test/\n</IfModule>\n<IfModule mod_nothere.c>\nNoSuch\n</IfModule>\n<IfModule !mod_ssl.c>\nDirectoryIndex z\n</IfModule>\n',
      'www/named/ifm/x': '',
      'www/named/ifm/z': '',
      'www/named/arg/.htaccess': 'DirectorySlash Maybe\n',
      'www/named/arg/x': '',
      'www/named/files/.htaccess':
        '<Files "*.txt">\nForceType text/x-own\n</Files>\n<FilesMatch "^p">\nRequire all denied\n</FilesMatch>\nErrorDocument 403 "no"\nErrorDocument 404 /named/files/a.txt\n',
      'www/named/files/a.txt': '',
      'www/named/files/p.txt': '',
      'www/named/files/sub/.htaccess': 'ErrorDocument 404 default\n',
      'www/named/files/sub/x': '',
    },
    requests: [
      ...Array.from({ length: 10 }, (_, i) => i).flatMap((i) =>
        ['redirect/x', 'require/x', 'order/x', 'index/', 'options/', 'cgi/', 'bad/x', 'doc/x'].map((path) => `/o${i}/${path}`),
      ),
      ...targets(`
        /list/x /list/ /list/no/x /named/a/x /named/open/x /named/ifm/x /named/ifm/ /named/arg/x /named/arg /named/files/a.txt
        /named/files/p.txt /named/files/none /named/files/sub/none /named/files/sub/x
      `),
    ],
  },
  {
    title: 'no AllowOverride anywhere',
    config: 'ServerName example.test\nDocumentRoot "@ROOT@/www"',
    files: {
      'www/x': '',
      'www/index.html': '',
      'www/empty/.htaccess': '# nothing\n',
      'www/empty/x': '',
      'www/some/.htaccess': 'DirectoryIndex x\n',
      'www/some/x': '',
    },
    requests: ['/x', '/', '/empty/x', '/some/x', '/some/', '/none'],
  },
  {
    title: 'folders: index, slash, listing, fallback',
    config: site(`
<Directory "@ROOT@/www/noslash">
DirectorySlash Off
Options +Indexes
</Directory>
<Directory "@ROOT@/www/index">
DirectoryIndex first.html sub/second.html /shared.html
</Directory>
<Directory "@ROOT@/www/off">
DirectoryIndex disabled
Options +Indexes
IndexOptions Charset=UTF-8
</Directory>
<Directory "@ROOT@/www/redir">
DirectoryIndexRedirect permanent
DirectoryIndex here.html
</Directory>
<Directory "@ROOT@/www/forbidden">
DirectoryIndex closed.html other.html
<Files closed.html>
Require all denied
</Files>
Options +Indexes
</Directory>
<Directory "@ROOT@/www/fallback">
FallbackResource /fallback/app.html
</Directory>
<Directory "@ROOT@/www/fallback/not">
FallbackResource disabled
</Directory>
<Directory "@ROOT@/www/lost">
FallbackResource /nothing.html
</Directory>
<Directory "@ROOT@/www/cgiindex">
DirectoryIndex run.cgi
Options +ExecCGI
AddHandler cgi-script .cgi
</Directory>
<Directory "@ROOT@/www/check">
DirectoryCheckHandler On
SetHandler server-status
</Directory>
<Location /handler>
SetHandler cgi-script
</Location>
ProxyPass /px/index.html http://@UP@/idx
`),
    files: {
      ...empty(`
        www/noslash/x www/noslash/with/index.html www/index/a/first.html www/index/b/sub/second.html www/index/c/x
        www/shared.html www/off/index.html www/redir/here.html www/forbidden/closed.html www/forbidden/both/x
        www/fallback/app.html www/fallback/real.txt www/fallback/dir/x www/fallback/not/x www/lost/x
      `),
      'www/cgiindex/run.cgi': "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\n",
      ...empty('www/check/x www/check/index.html www/handler/x www/px/x www/dot.d/x'),
      'www/sp ace/x': '',
    },
    requests: [
      ...targets(`
        /noslash /noslash/ /noslash/with /noslash/with/ /index/a/ /index/b/?q=1 /index/c/ /index/a /off/ /redir/ /redir/?x=1
        /forbidden/ /forbidden/both/ /fallback/x/y?z /fallback/real.txt /fallback/real.txt/x /fallback/ /fallback/dir
        /fallback/dir/ /fallback/dir/none /fallback/not/none /lost/none
      `),
      'POST /fallback/none',
      ...targets('/cgiindex/ /cgiindex/run.cgi/x /check/ /check/x /handler/ /handler /handler/x /px/ /px'),
      'POST /index/a/',
      'POST /index/a',
      'PUT /index/a/',
      'OPTIONS /index/a/',
      'DELETE /off/',
      'HEAD /off/',
      'POST /off/',
      ...targets('/dot.d /sp%20ace /sp%20ace?a%20b /index//a /shared.html/'),
    ],
  },
  {
    title: 'error pages',
    config: site(`
ErrorDocument 404 /missing.html
ErrorDocument 403 "Forbidden here"
ErrorDocument 410 http://gone.test/page?x
ErrorDocument 500 /nothing/there.html
ErrorDocument 405 /method.cgi
ErrorDocument 401 /missing.html
ErrorDocument 400 /bad.html
Redirect 410 /gone
Redirect 500 /broken
Redirect 404 /hidden
Redirect 403 /forb
<Directory "@ROOT@/www/own">
ErrorDocument 404 /own/none.html
ErrorDocument 403 /closed/x
</Directory>
<Directory "@ROOT@/www/closed">
Require all denied
</Directory>
<Directory "@ROOT@/www/default">
ErrorDocument 404 default
</Directory>
<Directory "@ROOT@/www/expr">
ErrorDocument 404 "%{REQUEST_URI} is lost"
ErrorDocument 403 /%{tolower:PAGE}.html
</Directory>
<Location /redirected>
ErrorDocument 404 /own/none.html
</Location>
<Location /viarule>
ErrorDocument 403 /rewritten
</Location>
RewriteEngine On
RewriteRule ^/rewritten$ /missing.html
RewriteRule ^/viarule/x - [F]
Header set X-Ok "yes"
Header always set X-Always "yes"
Header always set X-Cond "yes" "expr=%{REQUEST_STATUS} == 404"
<Files closed.txt>
Require all denied
</Files>
`),
    files: {
      ...empty(`
        www/missing.html www/bad.html www/own/x www/own/closed.txt www/closed/x www/default/x www/expr/closed.txt www/page.html
        www/index.html
      `),
    },
    requests: [
      '/none',
      '/none?x=1',
      'POST /none',
      'HEAD /none',
      ...targets(`
        /gone /broken /hidden /forb /closed/x /own/none /own/closed.txt /default/none /expr/none /expr/closed.txt /redirected/x
        /viarule/x
      `),
      'PUT /',
      '/%',
      '/..',
      'DELETE /none',
      ...targets('/index.html /missing.html /closed/ /closed'),
      { target: '/', host: undefined },
    ],
  },
  {
    title: 'types, handlers, charsets, encodings, MultiViews',
    config: site(`
AddDefaultCharset utf-8
AddType application/x-one .one
AddEncoding x-gzip .gz
AddLanguage en .en
AddLanguage de .de
AddCharset iso-8859-2 .l2
<Directory "@ROOT@/www/mv">
Options +MultiViews
DirectoryIndex index
LanguagePriority de en
</Directory>
<Directory "@ROOT@/www/types">
AddType text/x-inner .one
RemoveType .txt
RemoveEncoding .gz
ForceType None
</Directory>
<Directory "@ROOT@/www/force">
ForceType image/x-forced
AddHandler cgi-script .pl
DefaultType none
</Directory>
<Directory "@ROOT@/www/set">
SetHandler default-handler
</Directory>
<Directory "@ROOT@/www/act">
AddHandler my-handler .my
Action my-handler /act/handler.cgi
Action virt /act/handler.cgi virtual
AddHandler virt .virt
Options +ExecCGI
<Files handler.cgi>
SetHandler cgi-script
</Files>
</Directory>
<Directory "@ROOT@/www/status">
SetHandler server-status
</Directory>
<FilesMatch "\\.php$">
SetHandler "proxy:fcgi://@FCGI@"
</FilesMatch>
<Location /unknown>
SetHandler no-such-handler
</Location>
ExpiresActive On
ExpiresDefault "access plus 1 hour"
ExpiresByType text/css "access plus 1 month 2 days"
ExpiresByType image/* A60
`),
    files: {
      ...empty(`
        www/a.one www/a.txt www/a.html www/a.css www/a.png www/a.html.gz www/a.en.html www/a.html.l2 www/a.unknown www/noext
        www/.png www/a.txt.html www/A.HTML
      `),
      'www/mv/page.html.en': 'en',
      'www/mv/page.html.de': 'de de',
      ...empty('www/mv/index.html www/mv/data.json www/mv/only.foo'),
      'www/mv/both.txt': 'x',
      'www/mv/both.html': 'yy',
      ...empty(`
        www/types/a.one www/types/a.txt www/types/a.html.gz www/force/a.txt www/force/dir/x www/force/a.pl www/set/a.cgi
        www/act/a.my
      `),
      'www/act/handler.cgi': "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\n",
      'www/status/x': '',
      'www/app.php': '',
      'www/p q.php': '',
      'www/unknown/x': '',
    },
    requests: [
      ...targets(`
        /a.one /a.txt /a.html /a.css /a.png /a.html.gz /a.en.html /a.html.l2 /a.unknown /noext /.png /a.txt.html /A.HTML
        /mv/page /mv/page.html /mv/data /mv/only /mv/both /mv/ /mv/none /mv/page/info /mv/page?q
      `),
      { target: '/mv/page', headers: [['Accept-Language', 'en']] },
      { target: '/mv/page', headers: [['Accept-Language', 'de;q=0.5, en;q=0.9']] },
      { target: '/mv/page', headers: [['Accept-Language', 'fr']] },
      { target: '/mv/both', headers: [['Accept', 'text/plain']] },
      { target: '/mv/both', headers: [['Accept', 'image/png']] },
      ...targets(`
        /types/a.one /types/a.txt /types/a.html.gz /force/a.txt /force/dir /force/dir/ /force/a.pl /set/a.cgi /act/a.my
        /act/a.my/x?y /act/none.my /act/none.virt /act/handler.cgi /status/x /status/none /status/
      `),
      'POST /status/x',
      ...targets('/app.php /app.php/info?x=1 /p%20q.php /none.php'),
      'POST /app.php',
      ...targets('/unknown/x /unknown/none /unknown/'),
      'PUT /a.txt',
      'OPTIONS /app.php',
    ],
  },
  {
    title: 'requests handed on',
    config: site(`
ProxyPass /no/static !
ProxyPass /no http://@UP@/base
ProxyPass /slash/ http://@UP@/s/
ProxyPass /plain http://@UP@
ProxyPass /deep/path http://@UP@/dp/
ProxyPass /raw http://@UP@/r nocanon
ProxyPass /enc http://@UP@/e mapping=encoded
ProxyPassMatch "^/m/(.*)\\.json$" "http://@UP@/j/$1"
ProxyPassMatch "^/all/.*$" http://@UP@
ProxyPass /bal balancer://pool/in
<Proxy balancer://pool>
BalancerMember http://@UP@/one
</Proxy>
ProxyPass /fcgi fcgi://@FCGI@/srv/app
ProxyPass /noname http://nowhere.test/x
<Location /loc>
ProxyPass http://@UP@/inloc
</Location>
<Location /loc/denied>
Require all denied
</Location>
<Location /hidden>
ProxyPass !
</Location>
<LocationMatch "^/lm/(?<name>[^/]+)">
ProxyPassMatch "http://@UP@/lm2"
</LocationMatch>
<Proxy "http://@UP@/base/secret*">
Require all denied
</Proxy>
Alias /no "@ROOT@/other"
AllowEncodedSlashes NoDecode
RewriteEngine On
RewriteRule ^/rw/(.*)$ http://@UP@/rw/$1 [P]
RewriteRule ^/rwq/(.*)$ http://@UP@/rw/$1?x=1 [P,QSA]
RewriteRule ^/rwne/(.*)$ http://@UP@/rw/$1 [P,NE]
RewriteRule ^/rwrel/(.*)$ /plain/$1 [P]
RewriteRule ^/rwpt/(.*)$ /plain/$1 [PT]
ProxyErrorOverride Off
SetEnvIf X-Direct . no-proxy
`),
    files: { 'www/no/static/x': '', 'www/hidden/x': '', 'www/loc/x': '', 'other/static/x': '' },
    requests: [
      ...targets(`
        /no /no/ /no/x?y=1 /no/static/x /nox /no/a%20b /no/a%2fb /no/a%25b /no/ä /no/%C3%A4 /no/a;b=c /no/[x] /no/a?b?c
        /no/a?b%20c
      `),
      "/no/it's~(ok)!$&*,=:@",
      ...targets(`
        /no//x /no/../plain/x /slash /slash/ /slash/x /plain/x /plain /deep/path /deep/path/x /deep /raw/a%2fb%20c?x
        /raw//a/../b /raw /enc/a%2fb%3bc /m/a/b.json?q /m/x.xml /all/x?y /bal/x?y /bal /fcgi/x.php?y /noname/x /loc/x?y /loc
        /loc/denied/x /hidden/x /lm/a/b /no/secret/x
      `),
      'POST /no/x',
      'OPTIONS /no/x',
      'TRACE /no/x',
      'FOO /no/x',
      'HEAD /no/x',
      'DELETE /no/x',
      '/rw/a b',
      ...targets('/rw/a%20b?x=%20 /rw/a%3fb /rwq/x?y=2 /rwne/a%25b?z /rwpt/x /no/x#y'),
      { target: '/no/x', headers: [['X-Direct', '1']] },
      { target: '/no/static/x', headers: [['X-Direct', '1']] },
      { target: '/no/x', version: '1.0', host: undefined },
      { target: '/no/x', headers: [['Max-Forwards', '0']] },
      { target: '/no/x', headers: [['Max-Forwards', '3']] },
    ],
  },
  {
    title: 'a WSGI application',
    config: `ServerName example.test
<Directory />
Require all denied
</Directory>
<VirtualHost *:@PORT@>
ServerName example.test
DocumentRoot "@ROOT@/www"
WSGIScriptAlias /app/deep "@ROOT@/app/deep.py"
WSGIScriptAlias /app "@ROOT@/app/wsgi.py" application-group=%{GLOBAL}
WSGIScriptAliasMatch "^/v([0-9])" "@ROOT@/app/v$1.py"
WSGIScriptAlias /dir/ "@ROOT@/app/"
WSGIScriptAlias / "@ROOT@/app/wsgi.py"
Alias /static "@ROOT@/static"
<Directory "@ROOT@/app">
<Files wsgi.py>
Require all granted
</Files>
<Files v1.py>
Require all granted
AcceptPathInfo Off
</Files>
</Directory>
<Directory "@ROOT@/static">
Require all granted
</Directory>
<Location /server-status>
SetHandler server-status
</Location>
<Directory "@ROOT@/www">
Require all granted
Options +ExecCGI
AddHandler wsgi-script .wsgi
</Directory>
Alias /files "@ROOT@/www"
<Location /app/closed>
Require ip 127.0.0.2
</Location>
RewriteEngine On
RewriteRule ^/old/(.*)$ /app/$1 [PT]
RewriteRule ^/older/(.*)$ http://example.test/app/$1 [R=301,L]
</VirtualHost>`,
    files: {
      'app/wsgi.py': "def application(environ, start_response):\n    start_response('200 OK', [('Content-Type', 'text/plain')])\n    return [b'']\n",
      'app/v1.py': "def application(environ, start_response):\n    start_response('200 OK', [('Content-Type', 'text/plain')])\n    return [b'']\n",
      ...empty('app/other.py static/a.css www/index.html'),
      'www/x.wsgi': "def application(environ, start_response):\n    start_response('200 OK', [('Content-Type', 'text/plain')])\n    return [b'']\n",
    },
    requests: [
      ...targets(`
        / /anything/at/all?x /app /app/ /app/x /app/deep /app/deep/x /appx /v1 /v1/x /v2 /dir/wsgi.py/x /dir/other.py /dir/ /dir
        /static/a.css /static /static/none /staticx /server-status /files/x.wsgi/y /files/ /app/closed/x /old/x /older/x
      `),
      'POST /app/x',
      'DELETE /app/x',
      'FOO /app',
      'OPTIONS /app',
      ...targets('/app//x /index.html /%2e%2e/x /app/a%2fb'),
    ],
  },
  {
    title: 'hosts of a name pattern, macros, and defines',
    config: `ServerName example.test
Define where "@ROOT@/hosts"
<Macro Host $name $folder>
<VirtualHost *:@PORT@>
ServerName $name
DocumentRoot "\${where}/$folder"
Redirect /macro http://$name/done
</VirtualHost>
</Macro>
<Directory />
Require all granted
</Directory>
Use Host one.test one
Use Host two.test two
<VirtualHost *:@PORT@>
ServerName many.test
ServerAlias *.many.test
UseCanonicalName Off
VirtualDocumentRoot "@ROOT@/hosts/%1/%2.1/%0"
VirtualScriptAlias "@ROOT@/hosts/cgi"
</VirtualHost>
<IfDefine where>
<VirtualHost *:@PORT@>
ServerName defined.test
DocumentRoot "@ROOT@/hosts/defined"
</VirtualHost>
</IfDefine>
<IfDefine nowhere>
<VirtualHost *:@PORT@>
ServerName undefined.test
</VirtualHost>
</IfDefine>
<IfModule ssl_module>
<VirtualHost *:@PORT@>
ServerName ssl.test
</VirtualHost>
</IfModule>
<IfVersion >= 2.4>
<VirtualHost *:@PORT@>
ServerName version.test
DocumentRoot "@ROOT@/hosts/defined"
</VirtualHost>
</IfVersion>
<IfFile "@ROOT@/hosts/flag">
<VirtualHost *:@PORT@>
ServerName file.test
DocumentRoot "@ROOT@/hosts/defined"
</VirtualHost>
</IfFile>
<IfDirective NoSuch>
<VirtualHost *:@PORT@>
ServerName directive.test
</VirtualHost>
</IfDirective>`,
    files: { 'hosts/one/x': '', 'hosts/two/y': '', 'hosts/defined/z': '', 'hosts/flag': '', 'hosts/a/m/a.many.test/x': '' },
    requests: [
      { target: '/x', host: 'one.test' },
      { target: '/y', host: 'two.test' },
      { target: '/macro/x', host: 'two.test' },
      { target: '/x', host: 'a.many.test' },
      { target: '/x', host: 'many.test' },
      { target: '/cgi-bin/x', host: 'a.many.test' },
      { target: '/z', host: 'defined.test' },
      { target: '/z', host: 'undefined.test' },
      { target: '/z', host: 'ssl.test' },
      { target: '/z', host: 'version.test' },
      { target: '/z', host: 'file.test' },
      { target: '/z', host: 'directive.test' },
    ],
  },
  {
    title: 'rules handed down, and from one server to the next',
    config: `ServerName main.test
DocumentRoot "@ROOT@/www"
RewriteEngine On
RewriteRule ^/main$ http://main-rule.test/ [R,L]
RewriteRule ^/both$ http://main-rule.test/ [R,L]
Redirect /redir http://main-redirect.test/
Alias /alias "@ROOT@/main-alias"
ErrorDocument 404 "main"
DirectoryIndex main.html
<Directory />
Require all granted
</Directory>
<VirtualHost *:@PORT@>
ServerName plain.test
</VirtualHost>
<VirtualHost *:@PORT@>
ServerName off.test
RewriteEngine Off
</VirtualHost>
<VirtualHost *:@PORT@>
ServerName own.test
RewriteEngine On
RewriteRule ^/both$ http://own-rule.test/ [R,L]
Redirect /redir http://own-redirect.test/
Alias /alias "@ROOT@/own-alias"
DirectoryIndex own.html
</VirtualHost>
<VirtualHost *:@PORT@>
ServerName inherit.test
RewriteEngine On
RewriteOptions Inherit
RewriteRule ^/both$ http://own-rule.test/ [R,L]
</VirtualHost>
<VirtualHost *:@PORT@>
ServerName before.test
RewriteEngine On
RewriteOptions InheritBefore
RewriteRule ^/both$ http://own-rule.test/ [R,L]
</VirtualHost>
<VirtualHost *:@PORT@>
ServerName location.test
RewriteEngine On
RewriteRule ^/off/x - [F]
<Location /off>
RewriteEngine Off
</Location>
<Location /rule>
RewriteEngine On
RewriteRule .* http://location-rule.test/ [R]
</Location>
</VirtualHost>`,
    files: { 'www/main.html': '', 'www/own.html': '', 'main-alias/x': '', 'own-alias/x': '', 'www/off/x': '', 'www/rule/x': '' },
    requests: [
      ...['plain', 'off', 'own', 'inherit', 'before'].flatMap((name) =>
        ['/main', '/both', '/redir', '/alias/x', '/'].map((target): Asked => ({ target, host: `${name}.test` })),
      ),
      { target: '/off/x', host: 'location.test' },
      { target: '/rule/x', host: 'location.test' },
    ],
  },
  {
    title: 'FastCGI, balancers, sockets, and what comes before a proxy',
    config: site(`
ProxyPass /f fcgi://@FCGI@/srv/x
ProxyPassMatch "^/(.*\\.php)(/.*)?$" "fcgi://@FCGI@@ROOT@/www/$1"
<Proxy balancer://pool>
BalancerMember http://@UP@/a route=one
BalancerMember http://@UP@/b route=two status=+H
ProxySet stickysession=ROUTE|route
</Proxy>
<Location /pool>
ProxyPass balancer://pool
</Location>
RewriteEngine On
RewriteRule ^/bal/(.*)$ balancer://pool/$1 [P,L]
RewriteRule ^/nobal/(.*)$ balancer://none/$1 [P,L]
RewriteRule ^/fc/(.*)$ fcgi://@FCGI@/srv/$1 [P,L]
<Directory "@ROOT@/www/h">
<FilesMatch "\\.do$">
SetHandler "proxy:http://@UP@"
</FilesMatch>
<FilesMatch "\\.fc$">
SetHandler "proxy:fcgi://@FCGI@/"
</FilesMatch>
DirectoryIndex index.fc
</Directory>
ProxyPass /twice http://@UP@/first
ProxyPass /twice/more http://@UP@/second
ProxyPassReverse /twice http://@UP@/first
ProxyPreserveHost On
ProxyPass /quoted "http://@UP@/with space"
<Location /auth>
AuthType Basic
AuthName x
AuthUserFile users
Require valid-user
ProxyPass http://@UP@/auth
</Location>
<Location /files>
ProxyPass http://@UP@/f
<If "%{REQUEST_METHOD} == 'POST'">
Require all denied
</If>
</Location>
Redirect /redirect http://r.test/
ProxyPass /redirect http://@UP@/never
Alias /al "@ROOT@/www/h"
ProxyPass /al http://@UP@/al
DirectoryIndex index.php
`),
    files: {
      users: 'u:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n',
      ...empty('www/index.php www/h/a.do www/h/index.fc'),
      'www/h/a b.fc': '',
      'www/app/index.php': '',
    },
    requests: [
      ...targets('/f/x /f/a%20b?q /f/a%2bb /f /index.php /index.php/info?q=1 /app/x.php/%C3%A4 /a%20b.php / /app/ /pool/x?y /pool'),
      { target: '/pool/x', headers: [['Cookie', 'ROUTE=abc.two']] },
      ...targets(`
        /bal/x%20y?z /bal/ /nobal/x /fc/x.php?q /h/a.do?x /h/none.do /h/a.do/info /h/a%20b.fc /h/ /h/none.fc /twice/more/x
        /twice /quoted/x /auth/x
      `),
      { target: '/auth/x', headers: [basic('u', 'secret')] },
      '/files/x',
      'POST /files/x',
      '/redirect/x',
      '/al/x',
      'OPTIONS /f/x',
      'POST /index.php',
    ],
  },
  {
    title: 'escaped slashes, merged slashes, and ports in names',
    config: `ServerName http://example.test:8000
<Directory />
Require all granted
</Directory>
DocumentRoot "@ROOT@/www"
AllowEncodedSlashes On
MergeSlashes Off
<Location /a/b>
Header set X-Where loc
</Location>
<LocationMatch "^/a//b">
Header set X-Where match
</LocationMatch>
Alias /al "@ROOT@/www/a"
<VirtualHost *:@PORT2@>
ServerName v.test
DocumentRoot "@ROOT@/www"
UseCanonicalName On
UseCanonicalPhysicalPort On
</VirtualHost>`,
    files: { 'www/a/b/x': '', 'www/d/x': '' },
    requests: [
      ...targets('/a%2fb/x /a/b/x /a//b/x //a/b/x /a/%2e%2e%2fd/x /al//b/x /al%2fb/x /d //d /d// /a//../d/x'),
      { target: '/a%2fb/x', port: 2 },
      { target: '/d', port: 2, host: 'other.test:9' },
      { target: '/a//b/x', port: 2 },
    ],
  },
  {
    title: 'environment, request headers, and conditions on them',
    config: withHtaccess(`
SetEnv plain yes
PassEnv HOME
SetEnvIf Request_URI "^/go" go=1
SetEnvIf Request_URI "^/go/stop" !go
SetEnvIf Remote_Addr "127\\.0\\.0\\.2" two
SetEnvIf Request_Method POST posted=yes
SetEnvIf Host "^(.*)\\.test" name=$1
SetEnvIf name example again=$0
RequestHeader set X-Added "value" env=go
RequestHeader set X-Early "early" early
RequestHeader edit X-Edit "a(.)" "b$1"
RequestHeader unset X-Gone
Header set X-Go "%{name}e" env=go
Header set X-Two two "expr=-R '127.0.0.2'"
Header append X-List one
Header append X-List two
Header merge X-List one
Header edit Location "^http:" "https:"
Header always edit* Location "test" "TEST"
Header unset X-Powered
Header setifempty X-Go none
Redirect /r http://r.test/test
<Location /env>
<RequireAny>
Require env go
Require env plain
Require env two
</RequireAny>
</Location>
<Location /go>
Require env go
</Location>
<If "req('X-Early') == 'early' && %{REQUEST_URI} == '/early'">
Redirect 302 /early http://early.test/
</If>
<IfModule mod_rewrite.c>
RewriteEngine On
RewriteCond %{ENV:go} 1
RewriteRule ^/go/rw - [F]
RewriteCond %{HTTP:X-Edit} ^b
RewriteRule ^/edit - [F]
RewriteRule ^/set - [E=made:up]
RewriteCond %{ENV:made} up
RewriteRule ^/set2 - [F]
</IfModule>
`),
    files: {
      ...empty('www/env/x www/go/x www/go/rw www/edit www/early www/index.html'),
      'www/ht/.htaccess': 'SetEnvIf X-In (.+) inner=$1\nRewriteEngine On\nRewriteCond %{ENV:inner} ^a\nRewriteRule ^x$ - [F]\nRequire env inner\n',
      'www/ht/x': '',
    },
    requests: [
      ...targets('/env/x /go/x /go/stop/x /go/rw /edit'),
      { target: '/edit', headers: [['X-Edit', 'ax']] },
      '/early',
      '/r/x',
      { target: '/', client: '127.0.0.2' },
      '/set2',
      '/ht/x',
      { target: '/ht/x', headers: [['X-In', 'abc']] },
      { target: '/ht/x', headers: [['X-In', 'b']] },
      { target: '/env/x', client: '127.0.0.2' },
      'POST /index.html',
    ],
  },
  {
    title: 'conditions and functions of expressions',
    config: site(
      `${[
        `%{REQUEST_METHOD} == 'GET'`,
        `%{REQUEST_URI} =~ m#^/e/\\d+$#i`,
        `%{QUERY_STRING} -in { 'a', 'b' }`,
        `5 -gt 3 && 10 -lt 9`,
        `'abc' < 'abd'`,
        `! -z %{QUERY_STRING}`,
        `-f '@ROOT@/www/index.html'`,
        `-d %{DOCUMENT_ROOT}`,
        `-e '@ROOT@/nothing'`,
        `%{HTTP_HOST} -strmatch '*.test'`,
        `%{HTTP_HOST} -strcmatch '*.TEST'`,
        `%{REQUEST_URI} -fnmatch '/e/*'`,
        `%{REMOTE_ADDR} -ipmatch '127.0.0.0/8'`,
        `-R '127.0.0.1'`,
        `tolower(%{QUERY_STRING}) == 'abc'`,
        `md5('a') == '0cc175b9c0f1b6a831c399e269772661'`,
        `sha1('a') =~ /^86f7/`,
        `base64('ab') == 'YWI='`,
        `unescape('%41') == 'A'`,
        `escape('a b') == 'a%20b'`,
        `file('@ROOT@/www/text') =~ /hello/`,
        `filesize('@ROOT@/www/text') -eq 6`,
        `-T 'on'`,
        `-T 'off'`,
        `%{SERVER_NAME} == 'example.test' || false`,
        `%{HTTPS} == 'off'`,
        `%{SERVER_PROTOCOL} == 'HTTP/1.1'`,
        `%{THE_REQUEST} =~ /^GET/`,
        `%{REQUEST_SCHEME} == 'http'`,
        `req_novary('Host') =~ /^(ex)/ && $1 == 'ex'`,
        `%{REQUEST_FILENAME} =~ /www/`,
        `%{HANDLER} == ''`,
        `%{CONTENT_TYPE} == ''`,
        `%{IS_SUBREQ} == 'false'`,
        `%{PATH_INFO} == ''`,
        `'a' . 'b' == 'ab'`,
        `%{REMOTE_USER} == ''`,
        `'10' == 10`,
        `-n osenv('NOPE')`,
        `%{HTTP_USER_AGENT} != ''`,
        `%{HTTP_COOKIE} =~ /x=(\\d)/`,
      ]
        .map((text, i) => `<If "${text.replaceAll('"', '\\"')}">\nHeader set X-E${i} yes\n</If>`)
        .join('\n')}\n<Location /lookup>\n<If "-U '/e/1'">\nHeader set X-U yes\n</If>\n</Location>`,
    ),
    files: { 'www/index.html': '', 'www/lookup': '', 'www/text': 'hello\n', 'www/e/1': '' },
    requests: [
      ...targets('/e/1 /lookup / /?a /?ABC'),
      'POST /?b',
      {
        target: '/',
        headers: [
          ['Cookie', 'x=1'],
          ['User-Agent', 'y'],
        ],
      },
      { target: '/', client: '127.0.0.5', version: '1.0' },
    ],
  },
  {
    title: 'rules in sections of locations, files and conditions',
    config: site(`
<Directory "@ROOT@/www/d">
RewriteEngine On
RewriteRule ^a$ /d/b
RewriteRule ^(.*)/c$ /d/b?x=$1 [QSD]
<Files "f.txt">
RewriteEngine On
RewriteRule . /d/b
</Files>
</Directory>
<DirectoryMatch "/dm\\d">
RewriteEngine On
RewriteRule ^(.*)x$ http://dm.test/$1 [R,L]
</DirectoryMatch>
<Location /loc>
RewriteEngine On
RewriteRule ^(.*)x$ http://loc.test/$1 [R,L]
</Location>
<Location /loc2>
RewriteEngine On
RewriteRule /x$ /d/b [L]
</Location>
<If "%{QUERY_STRING} == 'if'">
RewriteEngine On
RewriteRule ^.*$ http://if.test/$0 [R,L]
</If>
<Directory "@ROOT@/www/deep">
RewriteEngine On
RewriteRule ^one/two$ three [L]
RewriteRule ^one/three$ - [F]
<IfModule mod_rewrite.c>
RewriteCond %{REQUEST_FILENAME}/index.html -f
RewriteRule ^dir$ dir/index.html
</IfModule>
</Directory>
<Directory "@ROOT@/www/pathinfo">
RewriteEngine On
RewriteRule ^script/(.*)$ run/$1 [L]
AcceptPathInfo On
</Directory>
`),
    files: {
      ...empty(`
        www/d/b www/d/f.txt www/d/x/c www/dm1/ax www/loc/ax www/loc2/x www/index.html www/deep/three www/deep/one/two
        www/deep/one/three www/deep/dir/index.html www/pathinfo/run
      `),
    },
    requests: [
      ...targets(`
        /d/a /d/a?q /d/x/c?q /d/f.txt /dm1/ax /loc/ax /loc2/x /index.html?if /?if /deep/one/two /deep/one/three /deep/dir
        /deep/dir/ /pathinfo/script/a/b /pathinfo/run/x /d/b/a /d/none/c
      `),
    ],
  },
  {
    title: 'a front controller, as frameworks have it',
    config: `ServerName example.test
DocumentRoot "@ROOT@/public"
<Directory />
AllowOverride none
Require all denied
</Directory>
<Directory "@ROOT@/public">
Options Indexes FollowSymLinks MultiViews
AllowOverride All
Require all granted
</Directory>
<FilesMatch "^\\.ht">
Require all denied
</FilesMatch>
Alias /storage "@ROOT@/storage"
<Directory "@ROOT@/storage">
Options -Indexes
AllowOverride None
Require all granted
</Directory>`,
    files: {
      'public/.htaccess': `<IfModule mod_rewrite.c>
    <IfModule mod_negotiation.c>
        Options -MultiViews -Indexes
    </IfModule>
    RewriteEngine On
    RewriteCond %{HTTP:Authorization} .
    RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]
    RewriteCond %{REQUEST_FILENAME} !-d
    RewriteCond %{REQUEST_URI} (.+)/$
    RewriteRule ^ %1 [L,R=301]
    RewriteCond %{HTTP_HOST} ^www\\.(.+)$ [NC]
    RewriteRule ^ http://%1%{REQUEST_URI} [L,R=301]
    RewriteCond %{REQUEST_FILENAME} !-d
    RewriteCond %{REQUEST_FILENAME} !-f
    RewriteRule ^ index.html [L]
</IfModule>
ErrorDocument 403 /error.html
`,
      ...empty('public/index.html public/error.html public/css/app.css'),
      'public/css/.htaccess': '<IfModule mod_expires.c>\nExpiresActive on\n</IfModule>\n',
      'public/admin/index.html': '',
      'public/admin/.htaccess': 'AuthType Basic\nAuthName Admin\nAuthUserFile "@ROOT@/users"\nRequire valid-user\n',
      'storage/a.txt': '',
      users: 'u:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n',
    },
    requests: [
      ...targets('/ /users/1 /users/1/ /users?x=1 /css/app.css /css /css/ /css/none.css /.htaccess /admin /admin/'),
      { target: '/admin/', headers: [basic('u', 'secret')] },
      { target: '/admin/none', headers: [basic('u', 'secret')] },
      '/admin/none',
      { target: '/a?b', host: 'www.example.test' },
      ...targets('/storage/a.txt /storage/ /index.html /index.html/ /index.html/x /index /a%20b/ /%E2%82%AC/'),
      'POST /users',
      'DELETE /users/1',
    ],
  },
  {
    title: 'a status behind a rule that has made a path',
    config: `
ServerName example.test
DocumentRoot @ROOT@/www
RewriteEngine on
RewriteRule ^/a/(.*)$ @ROOT@/srv/$1
RewriteRule ^/b/(.*)$ /$1
RewriteRule gone - [R=410]
RewriteRule none - [F]
`,
    files: empty('www/index.html srv/x'),
    requests: targets('/a/gone /a/none /b/gone /b/none /gone'),
  },
  {
    title: 'error pages that come from elsewhere',
    config: `
ServerName example.test
DocumentRoot @ROOT@/www
<Directory @ROOT@/www>
Require all granted
</Directory>
ProxyPass /a http://@UP@
ProxyPass /f/ fcgi://@FCGI@/www/
Redirect 403 /403
Redirect 410 /410
Redirect 500 /500
ErrorDocument 403 /a/b/x.txt
ErrorDocument 404 /a/x.txt
ErrorDocument 410 /f/x
ErrorDocument 500 /a/500
`,
    files: empty('www/index.html'),
    requests: targets('/none /403 /410 /500 /a/x /f/x'),
  },
  {
    title: 'TLS, and ports that speak it or not',
    config: `
DocumentRoot @ROOT@/www
<Directory @ROOT@/www>
Require all granted
</Directory>
Header always set X-How "%{REQUEST_SCHEME}s"
Header set X-Expr "expr=%{HTTPS} %{REQUEST_SCHEME} %{SERVER_PORT}"
<VirtualHost *:@PORT@>
ServerName example.test
RewriteEngine On
RewriteCond %{HTTPS} off
RewriteCond %{REQUEST_URI} !^/\\.well-known/
RewriteCond %{REQUEST_URI} !^/private
RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]
<Location /private>
SSLRequireSSL
</Location>
<Location /private/any>
SSLRequireSSL
Satisfy Any
Require all granted
</Location>
</VirtualHost>
<VirtualHost *:@PORT2@>
ServerName example.test
SSLEngine on
SSLCertificateFile @CERT@
SSLCertificateKeyFile @KEY@
RewriteEngine On
RewriteCond %{HTTPS} =on
RewriteRule ^/tls$ /docs [R=302]
RewriteRule ^/scheme$ %{REQUEST_SCHEME}://%{SERVER_NAME}:%{SERVER_PORT}/x [R=302]
RewriteRule ^/made$ http://example.test:@PORT2@/docs/index.html
Redirect /old /new
ProxyPass /api/ http://@UP@/
RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}
<Location /private>
SSLRequireSSL
</Location>
</VirtualHost>
<VirtualHost *:@PORT2@>
ServerName https://second.test
SSLEngine on
SSLCertificateFile @CERT@
SSLCertificateKeyFile @KEY@
UseCanonicalName On
</VirtualHost>
`,
    files: empty('www/index.html www/docs/index.html www/.well-known/a www/private/index.html www/private/any/index.html'),
    requests: targets('/ /.well-known/a /docs /tls /scheme /made /old /api/x /private/ /private/any/ /none').flatMap((target): Asked[] => [
      { target },
      { target, port: 2 },
      { target, port: 2, tls: true },
      { target, port: 2, tls: true, host: 'example.test:8443' },
      { target, port: 2, tls: true, host: 'second.test' },
    ]),
  },
]
