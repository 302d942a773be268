import { describe, expect, test } from 'vitest'
import { includedBy, includeNodesAt, includersOf } from '../../server/src/features/call-hierarchy.ts'
import { lensesIn } from '../../server/src/features/code-lens.ts'
import { definitionAt } from '../../server/src/features/definition.ts'
import { highlightsAt } from '../../server/src/features/highlight.ts'
import { linksIn } from '../../server/src/features/links.ts'
import { referencesAt } from '../../server/src/features/references.ts'
import { workspaceNames } from '../../server/src/features/workspace-names.ts'
import type { Place } from '../../server/src/problem/place.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { type Marked, marked } from '../support/features.ts'

/** `conf.d/a.conf:3 upstream app`: the line of a place, and the place's own text in brackets. */
function show({ path, start, end }: Place, { files }: Marked): string {
  const text = files[path] ?? ''
  const line = text.slice(0, start).split('\n').length
  const from = text.lastIndexOf('\n', start - 1) + 1
  const to = text.indexOf('\n', end)
  const own = start === end ? '' : ` ${text.slice(from, start).trimStart()}[${text.slice(start, end)}]${text.slice(end, to < 0 ? undefined : to)}`
  return `${path.replace('/workspace/', '')}:${line}${own}`
}

async function definitions(text: string, dialect?: Dialect): Promise<string[]> {
  const at = marked(text, dialect)
  const found = await at.ask(definitionAt)
  return found?.to.map((place) => show(place, at)) ?? []
}

async function references(text: string, dialect?: Dialect): Promise<string[]> {
  const at = marked(text, dialect)
  return (await at.ask((view, offset) => referencesAt(view, offset, true))).map((place) => show(place, at)).sort()
}

const site = (server: string, http = ''): string => `
#- nginx.conf
events {}
http {
    include conf.d/*.conf;
    ${http}
}
#- conf.d/a.conf
upstream app { server 127.0.0.1:8000; }
map $uri $kind { ~^/(?<part>\\w+) $part; default page; }
log_format short '$remote_addr $kind';
limit_req_zone $binary_remote_addr zone=one:10m rate=1r/s;
proxy_cache_path /var/cache keys_zone=pages:10m;
#- conf.d/b.conf
server {
    ${server}
}
`

describe('definitions in nginx', () => {
  test.each([
    ['location / { proxy_pass http://ap‸p; }', ['conf.d/a.conf:1 upstream [app] { server 127.0.0.1:8000; }']],
    ['location / { proxy_pass http://APP‸/x; }', ['conf.d/a.conf:1 upstream [app] { server 127.0.0.1:8000; }']],
    ['location / { proxy_pass http://ap‸p$request_uri; }', ['conf.d/a.conf:1 upstream [app] { server 127.0.0.1:8000; }']],
    ['location / { fastcgi_pass ap‸p; }', ['conf.d/a.conf:1 upstream [app] { server 127.0.0.1:8000; }']],
    ['location / { proxy_pass http://ap‸p$suffix; }', []],
    ['location / { proxy_pass http://other.exam‸ple; }', []],
    ['add_header X-Kind "is ${ki‸nd}";', ['conf.d/a.conf:2 map $uri $[kind] { ~^/(?<part>\\w+) $part; default page; }']],
    ['if ($ki‸nd = page) { return 404; }', ['conf.d/a.conf:2 map $uri $[kind] { ~^/(?<part>\\w+) $part; default page; }']],
    ['access_log /var/log/a.log sh‸ort;', ["conf.d/a.conf:3 log_format [short] '$remote_addr $kind';"]],
    ['limit_req zone=o‸ne burst=2;', ['conf.d/a.conf:4 limit_req_zone $binary_remote_addr zone=[one]:10m rate=1r/s;']],
    ['proxy_cache pag‸es;', ['conf.d/a.conf:5 proxy_cache_path /var/cache keys_zone=[pages]:10m;']],
    [
      'location @back { return 200; } location / { try_files $uri @ba‸ck; }',
      ['conf.d/b.conf:2 location [@back] { return 200; } location / { try_files $uri @back; }'],
    ],
    ['add_header X "$remote_ad‸dr";', []],
    ['location ~ \\.(php$ki‸nd)$ { }', []],
  ])('%s', async (server, expected) => expect(await definitions(site(server))).toEqual(expected))

  test('a variable of several lines has them all', async () => {
    expect(await definitions('server { set $a 1; if ($arg_x) { set $a 2; } return 200 "$‸a"; }')).toEqual([
      'nginx.conf:1 server { set $[a] 1; if ($arg_x) { set $a 2; } return 200 "$a"; }',
      'nginx.conf:1 server { set $a 1; if ($arg_x) { set $[a] 2; } return 200 "$a"; }',
    ])
  })

  test('a group of a pattern is a variable', async () => {
    expect(await definitions('server { location ~ ^/(?<user>\\w+)/ { root /home/$us‸er; } }')).toEqual([
      'nginx.conf:1 server { location ~ ^/(?<[user]>\\w+)/ { root /home/$user; } }',
    ])
  })

  test('names of http and of stream are two', async () => {
    const text =
      'events {}\nhttp { upstream app { server 127.0.0.1:1; } }\nstream {\n upstream app { server 127.0.0.1:2; }\n server { listen 9; proxy_pass ap‸p; } }'
    expect(await definitions(text)).toEqual(['nginx.conf:4 upstream [app] { server 127.0.0.1:2; }'])
  })

  test('a named location counts in its own server', async () => {
    const text = 'http {\nserver { location @x { return 200; } }\nserver {\nlocation @x { return 201; }\nerror_page 404 = @‸x; }\n}'
    expect(await definitions(text)).toEqual(['nginx.conf:4 location [@x] { return 201; }'])
  })

  test('of an include: every file that it reads', async () => {
    expect(await definitions(site('').replace('include conf.d/*.conf', 'include conf.d/*.‸conf'))).toEqual(['conf.d/a.conf:1', 'conf.d/b.conf:1'])
  })

  test('what a template fills in is no name', async () => {
    expect(
      await definitions('#- nginx.conf.j2\nhttp { upstream app { server 127.0.0.1:1; }\nserver { location / { proxy_pass http://ap‸p{{ suffix }}; } } }'),
    ).toEqual([])
  })
})

describe('references in nginx', () => {
  test('of a variable, across files, in texts, conditions and formats', async () => {
    expect(await references(site('if ($ki‸nd) { return 404; }\n    add_header X "a${kind}b$kind";'))).toEqual([
      'conf.d/a.conf:2 map $uri $[kind] { ~^/(?<part>\\w+) $part; default page; }',
      "conf.d/a.conf:3 log_format short '$remote_addr $[kind]';",
      'conf.d/b.conf:2 if ($[kind]) { return 404; }',
      'conf.d/b.conf:3 add_header X "a${[kind]}b$kind";',
      'conf.d/b.conf:3 add_header X "a${kind}b$[kind]";',
    ])
  })

  test('a snippet that two servers share makes their named locations one', async () => {
    const text = `
#- nginx.conf
events {}
http {
server { include parts/errors.conf; location @fail { return 500; } }
server { include parts/errors.conf; location @fail { return 501; } }
server { location @fail { return 502; } }
}
#- parts/errors.conf
error_page 500 @fa‸il;
`
    expect(await references(text)).toEqual([
      'nginx.conf:3 server { include parts/errors.conf; location [@fail] { return 500; } }',
      'nginx.conf:4 server { include parts/errors.conf; location [@fail] { return 501; } }',
      'parts/errors.conf:1 error_page 500 [@fail];',
    ])
  })

  test('from two configurations that share a file', async () => {
    const text = `
#- one/nginx.conf
events {}
http { include ../shared.conf; server { location / { proxy_pass http://app; } } }
#- two/nginx.conf
events {}
http { include ../shared.conf; server { location / { proxy_pass http://ap‸p; } } }
#- shared.conf
upstream app { server 127.0.0.1:1; }
`
    expect((await references(text)).map((each) => each.split(':')[0])).toEqual(['one/nginx.conf', 'shared.conf', 'two/nginx.conf'])
  })

  test('in Lua', async () => {
    expect(await references('http { server { set $to‸ken x; content_by_lua_block { ngx.say(ngx.var.token) } } }')).toHaveLength(2)
  })
})

const apache = (text: string): string => `#- httpd.conf\nServerRoot /etc/httpd\nListen 80\n${text}\n`

describe('definitions in Apache', () => {
  test.each([
    ['Define ROOT /srv\nDocumentRoot ${RO‸OT}/www', ['httpd.conf:3 Define [ROOT] /srv']],
    ['Define LIVE\n<IfDefine !LI‸VE>\n</IfDefine>', ['httpd.conf:3 Define [LIVE]']],
    ['<Macro Host $name>\nServerName $na‸me.example\n</Macro>\nUse Host a', ['httpd.conf:3 <Macro Host $[name]>'.replace('$[name]', '[$name]')]],
    ['<Macro Host $name>\nServerName $name.example\n</Macro>\nUse ho‸st a', ['httpd.conf:3 <Macro [Host] $name>']],
    ['WSGIDaemonProcess site threads=5\nWSGIProcessGroup si‸te', ['httpd.conf:3 WSGIDaemonProcess [site] threads=5']],
    ['WSGIDaemonProcess site\nWSGIScriptAlias / /srv/wsgi.py process-group=si‸te', ['httpd.conf:3 WSGIDaemonProcess [site]']],
    ['WSGIProcessGroup %{GLO‸BAL}', []],
    [
      '<AuthnProviderAlias file staff>\nAuthUserFile /etc/staff\n</AuthnProviderAlias>\nAuthBasicProvider st‸aff file',
      ['httpd.conf:3 <AuthnProviderAlias file [staff]>'],
    ],
    [
      '<AuthzProviderAlias ip office 192.0.2.0/24>\n</AuthzProviderAlias>\n<Location />\nRequire off‸ice\n</Location>',
      ['httpd.conf:3 <AuthzProviderAlias ip [office] 192.0.2.0/24>'],
    ],
    ['LoadModule wsgi_module modules/mod_wsgi.so\n<IfModule mod_ws‸gi.c>\n</IfModule>', ['httpd.conf:3 LoadModule [wsgi_module] modules/mod_wsgi.so']],
    ['LogFormat "%h" short\nCustomLog logs/access sho‸rt env=!quiet', ['httpd.conf:3 LogFormat "%h" [short]']],
    ['SetEnvIf Remote_Addr "127\\.0" quiet=1 !loud\nCustomLog logs/access "%h" env=!qui‸et', ['httpd.conf:3 SetEnvIf Remote_Addr "127\\.0" [quiet]=1 !loud']],
    ['RewriteRule ^/x - [E=part:1,L]\nRewriteCond %{ENV:pa‸rt} 1', ['httpd.conf:3 RewriteRule ^/x - [E=[part]:1,L]']],
    ['RewriteMap hosts txt:/etc/hosts.map\nRewriteRule ^ ${ho‸sts:%1|x} [L]', ['httpd.conf:3 RewriteMap [hosts] txt:/etc/hosts.map']],
    ['<Proxy balancer://app>\nBalancerMember http://127.0.0.1:1\n</Proxy>\nProxyPass / balancer://AP‸P/', ['httpd.conf:3 <Proxy balancer://[app]>']],
    ['<LocationMatch "^/(?<user>\\w+)/">\nRequire user %{env:MATCH_US‸ER}\n</LocationMatch>', ['httpd.conf:3 <LocationMatch "^/(?<[user]>\\w+)/">']],
  ])('%s', async (text, expected) => expect(await definitions(apache(text), 'apache')).toEqual(expected))

  test('what Debian’s envvars define', async () => {
    expect(
      await definitions('#- envvars\nexport APACHE_LOG_DIR=/var/log/apache2$SUFFIX\n#- httpd.conf\nListen 80\nErrorLog ${APACHE_LOG‸_DIR}/error.log', 'apache'),
    ).toEqual(['envvars:1 export [APACHE_LOG_DIR]=/var/log/apache2$SUFFIX'])
  })
})

describe('references in Apache', () => {
  test('with those that a macro makes', async () => {
    const text = apache('<Macro Site $group>\n<VirtualHost *>\nWSGIProcessGroup $group\n</VirtualHost>\n</Macro>\nWSGIDaemonProcess sh‸op\nUse Site shop')
    expect(await references(text, 'apache')).toEqual(['httpd.conf:5 WSGIProcessGroup [$group]', 'httpd.conf:8 WSGIDaemonProcess [shop]'])
  })
})

describe('the application', () => {
  const django = `
#- site/manage.py
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')
#- site/site/wsgi.py
import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')
application = get_wsgi_application()
#- site/site/settings.py
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
STATIC_URL = '/static/'
STATIC_ROOT = BASE_DIR / 'static'
`
  const host = (alias: string, script: string): string => `
#- httpd.conf
Listen 80
Alias /static/ ${alias}
WSGIScriptAlias / ${script}
${django}`

  test('Alias leads to STATIC_ROOT', async () => {
    expect(await definitions(host('/srv/site/sta‸tic/', '/srv/site/site/wsgi.py'), 'apache')).toEqual([
      "site/site/settings.py:4 STATIC_ROOT = [BASE_DIR / 'static']",
    ])
  })
  test('WSGIScriptAlias leads to the script', async () => {
    expect(await definitions(host('/srv/site/static/', '/srv/site/site/ws‸gi.py'), 'apache')).toEqual(['site/site/wsgi.py:1'])
  })
  test('proxy_pass leads to what listens there', async () => {
    const text = `
#- nginx.conf
events {}
http { server { location / { proxy_pass http://127.0.0.1:80‸01; } } }
#- site.service
[Service]
ExecStart=/v/bin/gunicorn --bind 127.0.0.1:8001 site.wsgi
`
    expect(await definitions(text)).toEqual(['site.service:2 ExecStart=/v/bin/gunicorn --bind [127.0.0.1:8001] site.wsgi'])
  })
})

describe('highlights', () => {
  test('are those of the file, with what defines them', async () => {
    const at = marked('server {\nset $a 1;\nreturn 200 "$‸a";\n}')
    expect(await at.ask(highlightsAt)).toMatchObject([
      { range: { start: { line: 1, character: 5 }, end: { line: 1, character: 6 } }, kind: 3 },
      { range: { start: { line: 2, character: 13 }, end: { line: 2, character: 14 } }, kind: 2 },
    ])
  })
})

describe('links', () => {
  test('to what is there, and to nothing else', async () => {
    const at = marked(`
#- nginx.conf
events {}
http {
    include conf.d/site.conf;
    include conf.d/*.conf;
    ‸ssl_certificate tls/site.pem;
    ssl_certificate_key tls/missing.key;
    auth_basic_user_file htpasswd;
    root /srv/$host;
}
#- conf.d/site.conf
server { }
#- conf.d/other.conf
server { }
#- tls/site.pem
x
#- htpasswd
x
`)
    const links = await at.ask(linksIn)
    expect(links.map(({ at: place, target }) => `${show(place, at)} -> ${target}`)).toEqual([
      'nginx.conf:3 include [conf.d/site.conf]; -> /workspace/conf.d/site.conf',
      'nginx.conf:5 ssl_certificate [tls/site.pem]; -> /workspace/tls/site.pem',
      'nginx.conf:7 auth_basic_user_file [htpasswd]; -> /workspace/htpasswd',
    ])
  })

  test('to folders of the application and its settings, through the path map', async () => {
    const at = marked(
      `
#- httpd.conf
Listen 80
Define SITE /srv/shop
‸WSGIScriptAlias / \${SITE}/shop/wsgi.py
SetEnv DJANGO_SETTINGS_MODULE shop.settings
DocumentRoot /srv/shop/public
#- app/shop/wsgi.py
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')
#- app/shop/settings.py
DEBUG = False
#- app/public/index.html
x
`,
      'apache',
    )
    const links = await at.ask(linksIn)
    expect(links.map(({ at: place, target }) => `${show(place, at)} -> ${target}`)).toEqual([
      'httpd.conf:3 WSGIScriptAlias / [${SITE}/shop/wsgi.py] -> /workspace/app/shop/wsgi.py',
      'httpd.conf:4 SetEnv DJANGO_SETTINGS_MODULE [shop.settings] -> /workspace/app/shop/settings.py',
      'httpd.conf:5 DocumentRoot [/srv/shop/public] -> /workspace/app/public',
    ])
  })
})

describe('who includes a file', () => {
  const files = `
#- nginx.conf
events {}
http {
    include conf.d/*.conf;
}
#- conf.d/a.conf
server { include parts/tls.conf; }
#- conf.d/b.conf
server { include parts/tls.conf; }
#- parts/tls.conf
ssl_protocols TLSv1.3;
`
  test('in the first line: the file, what includes it and what it includes', async () => {
    const at = marked(files.replace('ssl_protocols', 'ssl_‸protocols'))
    expect((await at.ask(includeNodesAt)).map(({ label }) => label)).toEqual(['parts/tls.conf — server'])
    const calls = await at.state.askAll((parts) => includersOf(at.path, parts))
    expect(calls.map(({ node, at: places }) => [node.label, places.map((place) => show(place, at))])).toEqual([
      ['conf.d/a.conf — http', ['conf.d/a.conf:1 server { [include parts/tls.conf]; }']],
      ['conf.d/b.conf — http', ['conf.d/b.conf:1 server { [include parts/tls.conf]; }']],
    ])
    const below = await at.state.askAll((parts) => includedBy('/workspace/nginx.conf', parts))
    expect(below.map(({ node }) => node.label)).toEqual(['conf.d/a.conf — http', 'conf.d/b.conf — http'])
  })
  test('on an include: the files that it reads', async () => {
    expect((await marked(files.replace('conf.d/*', 'conf‸.d/*')).ask(includeNodesAt)).map(({ label }) => label)).toEqual([
      'conf.d/a.conf — http',
      'conf.d/b.conf — http',
    ])
  })
  test('elsewhere nothing', async () => {
    expect(await marked(files.replace('events', 'events').replace('http {', 'ht‸tp {')).ask(includeNodesAt)).toEqual([])
  })
})

describe('code lenses', () => {
  test('say what uses a definition and what includes the file', async () => {
    const at = marked(site('location / { proxy_pass http://app; }\n    return 200 $kind;').replace('upstream app', '‸upstream app'))
    expect((await at.ask(lensesIn)).map(({ at: place, title }) => `${show(place, at)} ${title}`)).toEqual([
      'conf.d/a.conf:1 included from nginx.conf:3',
      'conf.d/a.conf:1 upstream [app] { server 127.0.0.1:8000; } used by 1 server',
      'conf.d/a.conf:2 map $uri $[kind] { ~^/(?<part>\\w+) $part; default page; } 2 references',
      "conf.d/a.conf:3 log_format [short] '$remote_addr $kind'; 0 references",
      'conf.d/a.conf:4 limit_req_zone $binary_remote_addr zone=[one]:10m rate=1r/s; 0 references',
      'conf.d/a.conf:5 proxy_cache_path /var/cache keys_zone=[pages]:10m; 0 references',
    ])
  })
  test('say nothing of what is not used where something may be unread', async () => {
    expect(await marked('‸upstream app { server 127.0.0.1:1; }').ask(lensesIn)).toEqual([])
  })
})

describe('symbols of the workspace', () => {
  test('are the names that are defined, by the letters in their order', async () => {
    const at = marked(site('‸'))
    const names = (query: string): Promise<string[]> => at.state.askAll((parts) => workspaceNames(query, parts).map(({ kind, text }) => `${kind} ${text}`))
    expect(await names('')).toEqual(['upstream app', 'variable kind', 'variable part', 'log format short', 'zone one', 'cache pages'])
    expect(await names('pa')).toEqual(['variable part', 'cache pages'])
    expect(await names('$knd')).toEqual(['variable kind'])
  })
})
