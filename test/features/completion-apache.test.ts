import { describe, expect, test } from 'vitest'
import { offer, type Wanted } from '../support/completion.ts'

const host = (inside: string): string => `<VirtualHost *:80>\n${inside}\n</VirtualHost>\n`
const folder = (inside: string): string => host(`<Directory /srv/www>\n${inside}\n</Directory>`)

async function check(text: string, { first, has, not, only }: Wanted): Promise<void> {
  const { labels } = await offer(text, 'apache')
  if (first) expect(labels.slice(0, first.length)).toEqual(first)
  if (has) expect(labels).toEqual(expect.arrayContaining([...has]))
  for (const each of not ?? []) expect(labels).not.toContain(each)
  if (only) expect(labels).toEqual(only)
}

describe('directives where they may stand', () => {
  test.each<[string, string, Wanted]>([
    [
      'outside of sections',
      'Listen 80\n‸',
      {
        has: ['<VirtualHost>', '<Directory>', 'Listen', 'ServerName', 'WSGIPythonHome', 'Include'],
        not: ['Require', 'ServerAlias', 'AllowOverride', 'BalancerMember X'],
      },
    ],
    [
      'in a virtual host',
      host('  ‸'),
      {
        has: ['ServerName', 'ServerAlias', 'DocumentRoot', '<Directory>', 'WSGIScriptAlias', 'SSLEngine'],
        not: ['Listen', 'User', '<VirtualHost>', 'Require', 'WSGIPythonHome', 'LoadModule X'],
      },
    ],
    [
      'in a folder',
      folder('  ‸'),
      {
        has: ['Require', 'Options', 'AllowOverride', '<Files>', 'RewriteBase', '<RequireAll>'],
        not: ['ServerName', 'ServerAlias', 'DocumentRoot', '<Directory>', '<VirtualHost>', 'ProxyPass', 'WSGIScriptAlias', 'Listen'],
      },
    ],
    [
      'in a location',
      host('<Location /a>\n ‸\n</Location>'),
      { has: ['Require', 'ProxyPass', 'SetHandler'], not: ['<Location>', '<Directory>', 'ServerName'] },
    ],
    ['in requirements', folder('<RequireAll>\n ‸\n</RequireAll>'), { has: ['Require', '<RequireAny>', '<RequireNone>'], not: ['Options', 'ServerName'] }],
    ['in a condition that is looked through', host('<IfModule mod_ssl.c>\n ‸\n</IfModule>'), { has: ['SSLEngine', 'ServerName'], not: ['Listen'] }],
    ['in proxied URLs', '<Proxy "balancer://a">\n ‸\n</Proxy>', { has: ['BalancerMember', 'ProxySet', 'Require'], not: ['ServerName'] }],
    [
      'in a .htaccess',
      '#- site/.htaccess\n‸\n',
      {
        has: ['RewriteRule', 'Require', 'Options', '<Files>', 'DirectoryIndex'],
        not: ['ServerName', 'AllowOverride', 'DocumentRoot', 'Alias', '<Directory>', 'SSLEngine'],
      },
    ],
    ['half typed', host('  Serv‸'), { first: ['ServerAdmin', 'ServerAlias', 'ServerName'] }],
    ['half typed, without its case', host('  servern‸'), { only: ['ServerName'] }],
    ['sections behind a bracket', host('  <Dir‸'), { first: ['<Directory>'], has: ['<DirectoryMatch>'], not: ['DirectoryIndex'] }],
    ['what the last one counts of is left out', host('  ServerName a\n  ‸'), { has: ['ServerAlias'], not: ['ServerName'] }],
    ['for Windows only', 'Listen 80\n‸', { not: ['ISAPICacheFile', 'AcceptMutex'] }],
    [
      'in a file that a virtual host includes',
      '#- httpd.conf\nListen 80\n<VirtualHost *:80>\nInclude part.conf\n</VirtualHost>\n#- part.conf\nServerName a\n‸\n',
      { has: ['ServerAlias', '<Directory>'], not: ['Listen', '<VirtualHost>'] },
    ],
  ])('%s', (_, text, wanted) => check(text, wanted))

  test('what AllowOverride does not grant is none of a .htaccess', async () => {
    const text = `#- webconf.json
{"paths":{"/srv/www/site":"site"}}
#- httpd.conf
Listen 80
<Directory /srv/www/site>
  AllowOverride FileInfo
</Directory>
DocumentRoot /srv/www/site
#- site/.htaccess
‸
`
    const { labels } = await offer(text, 'apache')
    expect(labels).toEqual(expect.arrayContaining(['RewriteRule', 'Header', 'ErrorDocument']))
    for (const each of ['Options', 'Require', 'AuthType', 'DirectoryIndex']) expect(labels).not.toContain(each)
  })

  test('what needs a module that is not loaded is none', async () => {
    const modules = ['mpm_event', 'authz_core', 'rewrite'].map((name) => `LoadModule ${name}_module modules/mod_${name}.so\n`).join('')
    const { labels } = await offer(`ServerRoot /etc/httpd\nListen 80\n${modules}‸`, 'apache')
    expect(labels).toEqual(expect.arrayContaining(['RewriteEngine', 'Listen']))
    for (const each of ['SSLEngine', 'Header', 'ProxyPass']) expect(labels).not.toContain(each)
  })

  test('those of old access control are marked and come last', async () => {
    const { proposals } = await offer(folder('All‸'), 'apache')
    expect(proposals.find(({ label }) => label === 'Allow')).toMatchObject({ deprecated: true })
    expect(proposals[0]?.label).toBe('AllowOverride')
    expect(proposals.at(-1)?.label).toBe('Allow')
  })

  test.each([
    ['2.4.50', 'ProxyWebsocketFallbackToProxyHttp', true],
    ['2.4.41', 'ProxyWebsocketFallbackToProxyHttp', false],
  ])('with version %s, %s is offered: %s', async (version, name, there) => {
    const { labels } = await offer(`#- webconf.json\n{"apache":{"version":"${version}"}}\n#- httpd.conf\nListen 80\n‸`, 'apache')
    expect(labels.includes(name)).toBe(there)
  })
})

describe('arguments', () => {
  const named = `Listen 8080
Define SITE /srv/site
LogFormat "%h" plain
WSGIDaemonProcess app python-home=/v
WSGIDaemonProcess api
SetEnvIf User-Agent x is_x=1
RewriteMap users txt:/u
<Macro Site $name>
</Macro>
<Proxy "balancer://pool">
</Proxy>
`
  test.each<[string, string, Wanted]>([
    ['a flag', host('SSLHonorCipherOrder ‸'), { only: ['On', 'Off'] }],
    ['words of the documentation', 'HostnameLookups ‸', { only: ['On', 'Off', 'Double'].sort() }],
    ['Options', folder('Options ‸'), { has: ['Indexes', 'FollowSymLinks', 'None'] }],
    ['Options behind a sign', folder('Options +Fo‸'), { only: ['FollowSymLinks'] }],
    ['Options not yet given', folder('Options Indexes ‸'), { has: ['FollowSymLinks'], not: ['Indexes'] }],
    ['AllowOverride', folder('AllowOverride ‸'), { first: ['None', 'All', 'AuthConfig'] }],
    ['Require', folder('Require ‸'), { first: ['all', 'ip', 'host', 'local'], has: ['ldap-group'], not: ['not'] }],
    ['Require in RequireAll', folder('<RequireAll>\nRequire ‸\n</RequireAll>'), { has: ['not', 'all'] }],
    ['Require all', folder('Require all ‸'), { only: ['granted', 'denied'] }],
    ['AuthType', folder('AuthType B‸'), { only: ['Basic'] }],
    ['providers', folder('AuthBasicProvider ‸'), { has: ['file', 'ldap'] }],
    ['flags of a rule', host('RewriteRule ^/a /b [‸'), { first: ['L'], has: ['R=', 'NC', 'QSA'] }],
    ['flags not yet given', host('RewriteRule ^/a /b [R,‸]'), { has: ['L'], not: ['R'] }],
    ['statuses of a redirect', host('RewriteRule ^/a /b [R=30‸'), { has: ['301', '308'] }],
    ['flags of a condition', host('RewriteCond %{HTTPS} off [‸'), { only: ['NC', 'OR', 'NV'] }],
    ['variables of mod_rewrite', host('RewriteCond %{REQ‸'), { has: ['%{REQUEST_URI}', '%{REQUEST_FILENAME}'] }],
    ['tests of a condition', host('RewriteCond %{REQUEST_FILENAME} !-‸'), { only: ['!-f', '!-d'] }],
    ['actions of Header', host('Header ‸'), { first: ['set'], has: ['unset', 'append', 'always', 'edit'] }],
    ['actions behind always', host('Header always ‸'), { first: ['set'], not: ['always'] }],
    ['fields', host('Header always set Str‸'), { only: ['Strict-Transport-Security'] }],
    ['values of a field', host('Header always set X-Frame-Options ‸'), { first: ['DENY', 'SAMEORIGIN'] }],
    ['conditions of Header', host('Header set A b ‸'), { only: ['env=', 'expr=', 'early'] }],
    ['variables of the environment', `${named}${host('Header set A b env=‸')}`, { only: ['is_x'] }],
    ['fields of a request', host('RequestHeader set X-Forwarded-P‸'), { has: ['X-Forwarded-Proto', 'X-Forwarded-Port'] }],
    ['options of a daemon process', host('WSGIDaemonProcess a ‸'), { first: ['python-home=', 'python-path=', 'processes='], has: ['cpu-priority='] }],
    ['options not yet given', host('WSGIDaemonProcess a threads=2 ‸'), { has: ['processes='], not: ['threads='] }],
    ['options of a script', host('WSGIScriptAlias / /a.py ‸'), { has: ['process-group=', 'application-group='] }],
    ['daemon processes', `${named}${host('WSGIProcessGroup ‸')}`, { first: ['api', 'app'], has: ['%{GLOBAL}'] }],
    ['daemon processes in an option', `${named}${host('WSGIScriptAlias / /a.py process-group=‸')}`, { first: ['api', 'app'] }],
    ['nicknames of logs', `${named}${host('CustomLog /l ‸')}`, { first: ['plain'] }],
    ['balancers', `${named}${host('ProxyPass / ‸')}`, { first: ['balancer://pool'], has: ['http://', '!'] }],
    ['parameters of a proxy', host('ProxyPass / http://a/ ‸'), { has: ['timeout=', 'retry=', 'nocanon'] }],
    ['values of a parameter', host('ProxyPass / http://a/ keepalive=‸'), { only: ['On', 'Off'] }],
    ['macros', `${named}Use ‸`, { only: ['Site'] }],
    ['defines', `${named}DocumentRoot \${‸`, { only: ['${SITE}'] }],
    ['addresses of hosts, those that are listened on first', `${named}<VirtualHost ‸>\n</VirtualHost>`, { first: ['*:8080'], has: ['*:80', '*:443'] }],
    ['names of files, wherever they lie', folder('<Files ‸>\n</Files>'), { only: ['wsgi.py', '.ht*'] }],
    [
      'folders that are served',
      '#- httpd.conf\nListen 80\nDocumentRoot /srv/www/site\n<Directory ‸>\n</Directory>\n#- conf.d/a.conf\n',
      { only: ['/srv/www/site'] },
    ],
    ['modules to load', 'LoadModule ss‸', { has: ['ssl_module'] }],
    ['the file of a module', 'LoadModule ssl_module ‸', { has: ['modules/mod_ssl.so', '/usr/lib/apache2/modules/mod_ssl.so'] }],
    ['modules of a condition', '<IfModule mod_ss‸>\n</IfModule>', { has: ['mod_ssl.c'] }],
    ['statuses', host('ErrorDocument 5‸'), { first: ['500', '501'] }],
    ['kinds of redirect', host('Redirect ‸'), { has: ['permanent', '301'] }],
    ['methods', folder('<LimitExcept ‸>\n</LimitExcept>'), { has: ['GET', 'POST'] }],
    ['levels of the log', host('LogLevel ‸'), { first: ['emerg', 'alert'], has: ['ssl:'] }],
    ['the level of a module', host('LogLevel warn ssl:in‸'), { only: ['info'] }],
    ['items of a log format', 'LogFormat "%h %>‸" a', { first: ['%>s'] }],
    ['variables of an expression', host('<If "%{HTTP_H‸">\n</If>'), { first: ['%{HTTP_HOST}'] }],
    ['operators of an expression', host('<If "%{HTTP_HOST} ‸">\n</If>'), { first: ['==', '!=', '=~'] }],
    ['functions of an expression', host('<If "tol‸">\n</If>'), { only: ['tolower()'] }],
    ['an expression of Require', folder('Require expr %{REQUEST_M‸'), { only: ['%{REQUEST_METHOD}'] }],
    ['attributes of SetEnvIf', host('SetEnvIf Request_‸'), { has: ['Request_URI', 'Request_Method'] }],
    ['protocols', host('SSLProtocol all -‸'), { has: ['TLSv1.1'], not: ['all'] }],
    ['media types', host('AddType text/c‸'), { has: ['text/css'] }],
  ])('%s', (_, text, wanted) => check(text, wanted))
})

describe('nothing', () => {
  test.each([
    ['in a comment', '# Serv‸'],
    ['in a pattern', host('RewriteRule ^/st‸ /b')],
    ['in the pattern of a section', '<LocationMatch "^/st‸">\n</LocationMatch>'],
    ['for a number', 'LimitRequestFields ‸'],
    ['for a free text', host('ServerAdmin ‸')],
    ['behind the last argument', host('SSLEngine on ‸')],
  ])('%s', async (_, text) => expect((await offer(text, 'apache')).labels).toEqual([]))

  test('for the spaces that indent a line', async () => expect((await offer(host('  ‸'), 'apache', ' ')).labels).toEqual([]))
})

describe('what is put', () => {
  test.each([
    ['a section with its end', host('  Direc‸'), '<Directory>', host('  <Directory /srv/www/site>\n\t\n</Directory>')],
    ['a section behind its bracket', host('  <Direc‸'), '<Directory>', host('  <Directory /srv/www/site>\n\t\n</Directory>')],
    ['a section whose bracket the editor has closed', host('  <Direc‸>'), '<Directory>', host('  <Directory /srv/www/site>\n\t\n</Directory>')],
    ['only the name where arguments follow', host('  <Direc‸ /srv>\n  </Directory>'), '<Directory>', host('  <Directory /srv>\n  </Directory>')],
    ['a directive', host('  ServerN‸'), 'ServerName', host('  ServerName ')],
    ['a flag with a value', host('  RewriteEn‸'), 'RewriteEngine', host('  RewriteEngine On')],
    ['the end of a section', '<Directory /srv>\n</‸', 'Directory>', '<Directory /srv>\n</Directory>'],
    ['a variable with the brace behind it', host('RewriteCond %{HTTP_H‸} a'), '%{HTTP_HOST}', host('RewriteCond %{HTTP_HOST} a')],
    ['a flag between others', host('RewriteRule ^ /a [Q‸,L]'), 'QSA', host('RewriteRule ^ /a [QSA,L]')],
    ['a value with spaces in quotes', host('Header set Cache-Control ‸'), 'public, max-age=3600', host('Header set Cache-Control "public, max-age=3600"')],
  ])('%s', async (_, text, label, expected) => expect((await offer(text, 'apache')).taking(label)).toBe(expected))
})

describe('the application behind', () => {
  const project = `#- apache/site.conf
<VirtualHost *:80>
  ServerName example.com
  WSGIScriptAlias / /srv/www/site/config/wsgi.py
  ‸
</VirtualHost>
#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
#- config/__init__.py
#- config/wsgi.py
import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
#- config/settings.py
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "collected"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "uploads"
`
  test.each<[string, Wanted]>([
    ['Alias ‸', { first: ['/media/', '/static/'] }],
    ['Alias /static/ ‸', { first: ['/srv/www/site/collected/', '/srv/www/site/uploads/'] }],
    ['<Directory ‸>', { has: ['/srv/www/site/collected', '/srv/www/site/uploads'] }],
    ['Alias /x /srv/www/site/‸', { has: ['config/', 'manage.py'] }],
  ])('%s', (line, wanted) => check(project.replace('‸', line), wanted))
})
