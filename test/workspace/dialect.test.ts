import { describe, expect, it } from 'vitest'
import { dialectOf, dialectOfPath, isTemplatePath } from '../../server/src/workspace/dialect.ts'

describe('a path that speaks clearly', () => {
  it.each([
    '/etc/nginx/nginx.conf',
    'nginx.conf',
    'deploy/NGINX.CONF',
    'C:\\nginx\\conf\\nginx.conf',
    'deploy/site.nginx',
    'conf/nginx.vhost.tpl',
    'nginx/shop.vhost',
    'site.nginxconf',
    '/etc/nginx/mime.types',
    '/etc/nginx/fastcgi_params',
    'conf/uwsgi_params',
    'scgi_params',
    'proxy_params',
    '/etc/nginx/sites-available/example.com',
    '/etc/nginx/sites-enabled/default',
    'docker/nginx/conf.d/app.conf',
    '/etc/nginx/snippets/ssl.conf',
    '.platform/nginx/conf.d/elasticbeanstalk/00_application.conf',
    '.platform/nginx/nginx.conf',
    'roles/web/templates/nginx.conf.j2',
    'templates/nginx/conf.d/default.conf.template',
    'nginx.conf.erb',
    'nginx.conf.sample',
    '/home/me/supervisor/deploy/nginx/nginx.conf',
  ])('of nginx: %s', (path) => {
    expect(dialectOfPath(path)).toBe('nginx')
  })

  it.each([
    '/etc/apache2/apache2.conf',
    '/etc/httpd/conf/httpd.conf',
    'Apache24/conf/extra/httpd-ssl.conf',
    'public/.htaccess',
    'old.htaccess',
    'dist.htaccess.dist',
    'sites/example.vhost',
    '/etc/apache2/sites-available/example.com',
    '/etc/apache2/sites-enabled/000-default.conf',
    '/etc/apache2/conf-available/security.conf',
    '/etc/apache2/mods-enabled/wsgi.conf',
    '/etc/apache2/ports.conf',
    'mods-available/wsgi.load',
    '/etc/httpd/conf.d/site.conf',
    '/etc/httpd/conf.modules.d/00-base.conf',
    '.platform/httpd/conf.d/ssl_rewrite.conf',
    'docs/conf/httpd.conf.in',
    'templates/httpd.conf.j2',
  ])('of Apache: %s', (path) => {
    expect(dialectOfPath(path)).toBe('apache')
  })

  it.each([
    'site.conf',
    'etc/redis/redis.conf',
    'src/main.py',
    'nginx/supervisord.conf',
    'sites-available/example.com',
    'default',
    'mime.types',
    'apache2/mime.types',
    '/etc/apache2/envvars',
    '/etc/apache2/magic',
    'nginx/sites-available/README.md',
    'nginx/snippets/deploy.sh',
    'nginx/conf.d/default.conf.orig',
    'nginx.conf.orig',
    'nginx/Dockerfile',
    'Dockerfile.nginx',
    '.env.nginx',
    'src/org/apache/conf.d/rules.conf',
    'lighttpd/conf-available/10-ssl.conf',
    '/etc/supervisor/conf.d/nginx.conf',
    '/etc/fail2ban/filter.d/nginx.conf',
    '/usr/lib/tmpfiles.d/httpd.conf',
    '/etc/init/nginx.conf',
    '/etc/logrotate.d/nginx',
  ])('of neither, as far as the path tells: %s', (path) => {
    expect(dialectOfPath(path)).toBeUndefined()
  })
})

describe('a template or sample', () => {
  it.each(['nginx.conf.j2', 'site.conf.template', 'a.tmpl', 'httpd.conf.erb', 'httpd.conf.in', 'site.conf.dist', 'site.conf.sample', 'site.conf.default'])(
    '%s',
    (path) => {
      expect(isTemplatePath(path)).toBe(true)
    },
  )

  it.each(['nginx.conf', 'default', 'sites-available/in', 'site.conf.orig', '.template', 'templates.d/site.conf'])('not: %s', (path) => {
    expect(isTemplatePath(path)).toBe(false)
  })
})

/** What the text alone decides, behind a name that either server may use. */
const dialectOfText = (text: string) => dialectOf('site.conf', text)

describe('a text of nginx', () => {
  it.each([
    ['a server', 'server {\n  listen 80;\n  location / { root /srv/site; }\n}\n'],
    ['a fragment of a location', 'proxy_set_header Host $host;\nproxy_pass http://app;\n'],
    ['an upstream', 'upstream app {\n  server unix:/run/gunicorn.sock fail_timeout=0;\n}\n'],
    ['a map', 'map $http_upgrade $connection_upgrade {\n  default upgrade;\n  "" close;\n}\n'],
    ['media types', 'types {\n  text/html html htm;\n  font/woff2 woff2;\n}\n'],
    ['Lua with braces of its own', 'location /x {\n  content_by_lua_block {\n    local t = { "}" } -- }\n    ngx.say(t[1])\n  }\n}\n'],
    ['a template', '{% if tls %}\nssl_certificate {{ certificate }};\n{% endif %}\nserver_name {{ names | join(" ") }};\n'],
    ['a directive that is still being written', 'server {\n  server_name a.example;\n  gzip on;\n  location / {\n    proxy_pass http://app\n  }\n}\n'],
    ['a byte order mark and CRLF', '\uFEFFserver {\r\n  server_name a;\r\n}\r\n'],
  ])('%s', (_, text) => {
    expect(dialectOfText(text)).toBe('nginx')
  })
})

describe('a text of Apache', () => {
  it.each([
    ['a virtual host', '<VirtualHost *:80>\n  ServerName a.example\n  DocumentRoot /srv/site\n</VirtualHost>\n'],
    ['a section that grants', '<Directory "/srv/site">\n  Require all granted\n</Directory>\n'],
    ['mod_wsgi', 'WSGIDaemonProcess site python-home=/srv/venv \\\n  python-path=/srv/site\nWSGIScriptAlias / /srv/site/wsgi.py\n'],
    ['rewriting', 'RewriteEngine On\nRewriteCond %{HTTPS} off\nRewriteRule ^(.*)$ https://%{HTTP_HOST}$1 [L,R=301]\n'],
    ['a module', 'LoadModule wsgi_module modules/mod_wsgi.so\n'],
    ['options', '<IfModule mod_autoindex.c>\n  Options +Indexes -MultiViews\n</IfModule>\n'],
    ['a template', '<VirtualHost *:<%= port %>>\n  ServerName <%= name %>\n<% if tls %>\n  SSLEngine on\n<% end %>\n</VirtualHost>\n'],
  ])('%s', (_, text) => {
    expect(dialectOfText(text)).toBe('apache')
  })
})

describe('a text of another program is claimed for neither server', () => {
  it.each([
    ['systemd', '[Unit]\nDescription=site\n\n[Service]\nUser=www-data\nExecStart=/usr/bin/gunicorn site.wsgi\n'],
    ['ini', '[server]\nlisten = 80\nalias = /srv\n'],
    ['supervisor', '[program:nginx]\ncommand=/usr/sbin/nginx -g "daemon off;"\nuser=root\n'],
    ['Redis', 'bind 127.0.0.1\nport 6379\ntimeout 0\nloglevel notice\npidfile /run/redis.pid\ninclude /etc/redis/local.conf\n'],
    ['PostgreSQL', "listen_addresses = 'localhost'\nport = 5432\nssl = on\nssl_cert_file = '/etc/ssl/server.crt'\n"],
    [
      'HAProxy',
      'global\n  daemon\n  user haproxy\ndefaults\n  timeout connect 5s\nfrontend web\n  bind *:80\n  default_backend app\nbackend app\n  server a 10.0.0.1:80 check\n',
    ],
    [
      'rsyslog',
      'module(load="imuxsock")\n$FileOwner syslog\nif $programname == "nginx" then {\n  action(type="omfile" file="/var/log/nginx.log")\n  stop\n}\n*.* /var/log/syslog\n',
    ],
    [
      'logrotate',
      '/var/log/nginx/*.log {\n  daily\n  rotate 14\n  sharedscripts\n  postrotate\n    invoke-rc.d nginx rotate >/dev/null 2>&1\n  endscript\n}\n',
    ],
    ['lighttpd', 'server.port = 80\nserver.document-root = "/srv"\n$HTTP["host"] == "a.example" {\n  alias.url = ( "/static/" => "/srv/static/" )\n}\n'],
    ['Caddy', 'example.com {\n  root * /srv\n  reverse_proxy /api/* localhost:8000\n  file_server\n}\n'],
    [
      'Varnish',
      'vcl 4.1;\nbackend default { .host = "127.0.0.1"; .port = "8080"; }\nsub vcl_recv {\n  if (req.url ~ "^/static") { return (hash); }\n  set req.http.X = "1";\n}\n',
    ],
    ['dnsmasq', 'port=53\ndomain-needed\nserver=/local/10.0.0.1\nlisten-address=127.0.0.1\n'],
    ['MySQL', '[mysqld]\nuser = mysql\nbind-address = 127.0.0.1\n!includedir /etc/mysql/conf.d/\n'],
    [
      'sshd',
      'Include /etc/ssh/sshd_config.d/*.conf\nPort 22\nLogLevel INFO\nPermitRootLogin no\nAllowUsers deploy\nMatch User backup\n  ForceCommand internal-sftp\n',
    ],
    ['ssh', 'Host web\n  HostName web.example\n  User deploy\n  Port 22\n'],
    ['fontconfig', '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n  <dir>/usr/share/fonts</dir>\n</fontconfig>\n'],
    ['D-Bus', '<busconfig>\n  <policy user="root">\n    <allow own="org.example"/>\n  </policy>\n</busconfig>\n'],
    ['HOCON', 'http {\n  server {\n    listen = "0.0.0.0"\n    port = 8080\n  }\n  include "common.conf"\n}\n'],
    ['HOCON without equals signs', 'http {\n  server {\n    root : "/srv"\n    ssl { enabled : true }\n  }\n}\n'],
    ['Unbound', 'server:\n  interface: 0.0.0.0\n  access-control: 10.0.0.0/8 allow\n  include: "/etc/unbound/local.conf"\n'],
    [
      'BIND',
      'options {\n  directory "/var/cache/bind";\n  listen-on port 53 { any; };\n  allow-query { localhost; };\n};\nzone "example.com" {\n  type master;\n  file "db.example";\n};\n',
    ],
    ['a zone of BIND alone', 'include "/etc/bind/keys";\nserver 10.0.0.1 {\n  keys { "k"; };\n};\n'],
    ['dhcpd', 'option domain-name "example.com";\ndefault-lease-time 600;\nsubnet 10.0.0.0 netmask 255.0.0.0 {\n  range 10.0.0.10 10.0.0.20;\n}\n'],
    ['nftables', 'table inet filter {\n  chain input {\n    type filter hook input priority 0; policy drop;\n    tcp dport { 80, 443 } accept\n  }\n}\n'],
    ['syslog-ng', '@version: 3.38\nsource s_src { system(); internal(); };\ndestination d { file("/var/log/x"); };\nlog { source(s_src); destination(d); };\n'],
    [
      'ProFTPD',
      'ServerName "ftp"\nServerType standalone\nDefaultServer on\nPort 21\nUser proftpd\nGroup nogroup\n<Directory /srv/ftp/*>\n  AllowOverwrite on\n</Directory>\n<Limit LOGIN>\n  DenyAll\n</Limit>\n',
    ],
    [
      'CUPS',
      'LogLevel warn\nListen localhost:631\nBrowsing Off\nDefaultAuthType Basic\n<Location />\n  Order allow,deny\n</Location>\n<Policy default>\n  <Limit Create-Job>\n    Order deny,allow\n  </Limit>\n</Policy>\n',
    ],
    ['tinyproxy', 'User tinyproxy\nGroup tinyproxy\nPort 8888\nTimeout 600\nLogLevel Info\nMaxClients 100\nStartServers 10\nAllow 127.0.0.1\n'],
    ['collectd', 'Hostname "web"\nInterval 10\nLoadPlugin nginx\n<Plugin nginx>\n  URL "http://localhost/status"\n</Plugin>\n'],
    ['Fluentd', '<source>\n  @type tail\n  path /var/log/nginx/access.log\n</source>\n<match **>\n  @type stdout\n</match>\n'],
    ['PAM', 'auth required pam_unix.so\nsession required pam_limits.so\ninclude common-auth\n'],
    ['csh', 'setenv PATH /usr/bin\nalias ll "ls -l"\nsetenv EDITOR vi\n'],
    ['Docker', 'FROM nginx\nENV A b\nCOPY nginx.conf /etc/nginx/\nUSER www-data\n'],
    ['JSON', '{ "server": { "listen": 80 } }\n'],
    ['YAML', 'server:\n  listen: 80\n  location: /srv\n'],
    ['PHP', '<?php\nif ($x) { return 404; }\nset_time_limit(0);\n'],
    ['Perl', 'use strict;\nmy $root = shift;\nif ($root) { return 1; }\n'],
    ['C', 'int main(void) {\n  if (x) { return 200; }\n  struct server s = { 0 };\n};\n'],
    ['prose', 'The server listens on port 80.\nDirectoryIndex is a directive; location is another.\n'],
    ['nothing', ''],
    ['comments', '# server { listen 80; }\n#<VirtualHost *:80>\n'],
    ['a binary file', 'server {\n  server_name a;\n}\n\0\0\u0001'],
  ])('%s', (_, text) => {
    expect(dialectOfText(text)).toBeUndefined()
  })
})

describe('which files are asked for their text', () => {
  const nginx = 'server {\n  server_name a;\n}\n'

  it('the path decides before the text', () => {
    expect(dialectOf('/etc/apache2/sites-enabled/a', nginx)).toBe('apache')
  })

  it.each(['a.conf', 'sites-enabled/a.example', 'sites-available/default', 'default', 'a.conf.j2', 'snippets/a.inc', 'supervisor/conf.d/nginx.conf'])(
    '%s is asked',
    (path) => {
      expect(dialectOf(path, nginx)).toBe('nginx')
    },
  )

  it.each(['notes.md', 'a.py', 'a.yaml', 'sites-enabled/a.sh', 'a.conf.orig'])('%s is not', (path) => {
    expect(dialectOf(path, nginx)).toBeUndefined()
  })

  it('where the path leans to a server, less text is enough', () => {
    expect(dialectOf('listen.conf', 'listen 80;\n')).toBeUndefined()
    expect(dialectOf('docker/nginx/listen.conf', 'listen 80;\n')).toBe('nginx')
    expect(dialectOf('nginx-listen.conf', 'listen 80;\n')).toBe('nginx')
    expect(dialectOf('docker/apache/listen.conf', 'Listen 80\n')).toBe('apache')
    expect(dialectOf('httpd-listen.conf', 'Listen 80\n')).toBe('apache')
  })

  it.each([
    ['docker/nginx/supervisord.conf', '[program:nginx]\ncommand=nginx\n'],
    ['docker/nginx/www.conf', '[www]\nuser = www-data\nlisten = 9000\n'],
    ['docker/nginx/rotate.conf', '/var/log/nginx/*.log {\n  daily\n}\n'],
    ['docker/nginx/notes.conf', 'the server of this folder\n'],
    ['docker/apache/site.env.conf', 'PORT=80\n'],
    ['collectd.d/nginx.conf', '<Plugin nginx>\n  URL "http://localhost/"\n</Plugin>\n'],
  ])('but not another program beside it: %s', (path, text) => {
    expect(dialectOf(path, text)).toBeUndefined()
  })

  it('only the beginning of a long file is read', () => {
    const start = `${nginx}\n`.repeat(3000)
    expect(dialectOf('a.conf', `${start}<this is nothing that nginx takes`)).toBe('nginx')
  })
})
