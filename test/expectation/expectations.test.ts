import { describe, expect, it } from 'vitest'
import { problemsOf, readExample, show } from '../support/example.ts'

/** What is marked is found, and of the rules on expectations nothing else. */
async function check(text: string): Promise<void> {
  const { files, expected } = readExample(text)
  const found = (await problemsOf(files)).filter(({ rule }) => rule.startsWith('request/'))
  const left = [...found]
  for (const each of expected) {
    const at = left.findIndex(
      ({ path, range, severity, rule, message }) =>
        path === each.path && range.start.line === each.line && severity === each.severity && rule === each.rule && message.startsWith(each.message),
    )
    expect(at, `not found: ${each.message}\nfound: ${found.map(show).join('\n')}`).toBeGreaterThanOrEqual(0)
    left.splice(at, 1)
  }
  expect(left.map(show)).toEqual([])
}

const failed = 'error[request/expectation-failed]:'

describe('where a comment stands says who is asked', () => {
  it('nginx: the first real name and the first listen of the server block', () =>
    check(`#- nginx.conf
events {}
http {
    # webconf: expect / -> 201
    server {
        listen 8080 default_server;
        server_name _ *.first.example;
        # webconf: expect / -> 201 server=_
        return 201;
    }
    server {
        listen 127.0.0.1:8443 ssl;
        listen 80;
        server_name second.example;
        location / {
            # webconf: expect / -> 302 location=https://second.example:8443/there
            return 302 $scheme://$http_host/there;
        }
        location = /plain {
            # webconf: expect http://second.example/plain -> 200 header.X-Scheme=http
            # webconf: expect /plain -> 200 header.X-Scheme=http
# <---- ${failed} GET /plain gets header.x-scheme https and not http
            add_header X-Scheme $scheme;
            return 200;
        }
    }
}
`))

  it('Apache: ServerName and the address of the virtual host, also within sections', () =>
    check(`#- apache2.conf
ServerRoot /etc/apache2
Listen 80
Listen 443
<VirtualHost *:80>
    ServerName a.example
    # webconf: expect /x -> 301 location=https://a.example/x
    Redirect permanent / https://a.example/
</VirtualHost>
<VirtualHost *:443>
    ServerName a.example
    SSLEngine on
    DocumentRoot /srv/a
    <Directory /srv/a/private>
        # webconf: expect /private/x -> 403 authz=denied
        # webconf: expect /private/x -> 200
# <---- ${failed} GET /private/x gets 404 and not 200: /srv/a/private/x is not there
        # webconf: expect /private -> 403 authz=denied
        Require all denied
    </Directory>
    <IfDefine NEVER>
        # webconf: expect /nothing -> 418
    </IfDefine>
</VirtualHost>
`))

  it('a file that several places include is asked about in each, and a failure names the one', () =>
    check(`#- nginx.conf
events {}
http {
    server { listen 80; server_name a.example; include parts/common.conf; }
    server { listen 80; server_name b.example; include parts/common.conf; }
}
#- parts/common.conf
# webconf: expect /who -> 200 server=a.example
# <---- ${failed} GET http://b.example/who gets server b.example and not a.example
location = /who { return 200; }
`))

  it('two configurations that include a file are told apart', () =>
    check(`#- one/nginx.conf
events {}
http { server { listen 80; server_name one.example; return 404; } include ../common/*.conf; }
#- two/nginx.conf
events {}
http { include ../common/*.conf; }
#- common/shop.conf
server {
    listen 80;
    server_name shop.example;
    # webconf: expect /a -> 204
    # webconf: expect /b -> 404
# <---- ${failed} GET http://shop.example/b gets 204 and not 404: return 204 (in one/nginx.conf)
# <---- ${failed} GET http://shop.example/b gets 204 and not 404: return 204 (in two/nginx.conf)
    return 204;
}
`))

  it('a piece by itself', () =>
    check(`#- sites-available/shop.conf
server {
    listen 80;
    server_name shop.example;
    # webconf: expect /a -> 404
    # webconf: expect /b -> 200
# <---- ${failed} GET /b gets 404 and not 200: return 404
    return 404;
}
`))

  it('a .htaccess is asked about in the virtual host that serves its folder', () =>
    check(`#- apache2.conf
ServerRoot /etc/apache2
Listen 80
<VirtualHost *:80>
    ServerName shop.example
    DocumentRoot /srv/shop/public
    <Directory /srv/shop/public>
        AllowOverride All
        Require all granted
    </Directory>
</VirtualHost>
#- shop/public/.htaccess
Options -Indexes
#- shop/public/old/.htaccess
# webconf: expect /old/x -> 410
# webconf: expect /old/x -> 200
# <---- ${failed} GET /old/x gets 410 and not 200
Redirect gone /old
`))

  it('a comment that is ignored, and one that is not', () =>
    check(`#- nginx.conf
events {}
http {
    server {
        listen 80;
        server_name a.example;
        # webconf: ignore request/expectation-failed -- later
        # webconf: expect / -> 200
        return 404;
        # webconf: expect / -> 201
# <---- ${failed} GET / gets 404 and not 201
    }
    server {
        listen 80;
        server_name b.example;
        return 404;
        # webconf: ignore request/expectation-failed -- below the last directive
        # webconf: expect / -> 200
    }
}
`))
})

describe('what cannot be known is no failure', () => {
  it('files that are on the server only', () =>
    check(`#- nginx.conf
events {}
http {
    server {
        listen 80;
        server_name a.example;
        root /srv/elsewhere;
        # webconf: expect /a.css -> 200
        # webconf: expect /a.css -> 404
        # webconf: expect /a.css -> 200 file=/srv/elsewhere/a.css
        # webconf: expect /a.css -> 200 file=/srv/other/a.css
# <---- ${failed} GET /a.css gets file /srv/elsewhere/a.css and not /srv/other/a.css
    }
}
#- apache2.conf
ServerRoot /etc/apache2
Listen 80
<VirtualHost *:80>
    ServerName a.example
    DocumentRoot /srv/elsewhere
    RewriteEngine on
    RewriteCond %{DOCUMENT_ROOT}%{REQUEST_URI} !-f
    RewriteRule ^/(.*)$ /index.php [L]
    # webconf: expect /a.css -> 200 file=/srv/elsewhere/a.css
    # webconf: expect /a.css -> 418
# <---- ${failed} GET /a.css gets 404 and not 418
</VirtualHost>
`))

  it('a file in a folder that is made at deployment; but one in a folder that is there is not there', () =>
    check(`#- webconf.json
{ "paths": { "/srv/site": "." } }
#- site/pages/index.html
#- nginx.conf
events {}
http {
    server {
        listen 80;
        server_name a.example;
        root /srv/site/site;
        # webconf: expect /built/app.css -> 200
        # webconf: expect /pages/index.html -> 200 file=/srv/site/site/pages/index.html
        # webconf: expect /pages/other.html -> 200
# <---- ${failed} GET /pages/other.html gets 404 and not 200
    }
}
`))

  it('what an application answers', () =>
    check(`#- nginx.conf
events {}
http {
    server {
        listen 80;
        server_name a.example;
        # webconf: expect /login -> 302 location=/accounts/login/ upstream=127.0.0.1:8000 header.X-Django=yes
        # webconf: expect /login -> 302 upstream=127.0.0.1:9000
# <---- ${failed} GET /login gets upstream 127.0.0.1:8000 and not 127.0.0.1:9000
        location / { proxy_pass http://127.0.0.1:8000; }
    }
}
`))

  it('templates, includes that are not here, addresses that nobody listens on', () =>
    check(`#- nginx.conf.j2
events {}
http {
    server { listen 80; server_name {{ host }}; location / { return {{ code }}; } # webconf: expect / -> 200
    }
}
#- nginx.conf
events {}
http {
    server {
        listen 80;
        server_name a.example;
        include /elsewhere/locations.conf;
        # webconf: expect /a -> 200
        # webconf: expect http://a.example:81/a -> 200
        return 404;
    }
}
`))

  it('headers whose values are not known', () =>
    check(`#- nginx.conf
events {}
http {
    server {
        listen 80;
        server_name a.example;
        add_header X-Id $request_id;
        add_header X-Known a;
        # webconf: expect / -> 200 header.X-Id=1234 header.X-Known=a
        # webconf: expect / -> 200 header.X-Known=b
# <---- ${failed} GET / gets header.x-known a and not b
        # webconf: expect / -> 200 header.X-Missing=b
# <---- ${failed} GET / gets header.x-missing none and not b
        return 200;
    }
}
`))
})

describe('a file of requests', () => {
  const shop = `#- nginx/nginx.conf
events {}
http {
    server { listen 80; server_name shop.example; location / { return 200; } location /in { allow 192.0.2.0/24; deny all; proxy_pass http://127.0.0.1:1; } }
    server { listen 443 ssl; server_name shop.example; if ($http_cookie = "a=b") { return 204; } return 404; }
    server { listen 8080; server_name other.example; return 403; }
}
`
  it('takes its configuration, host, headers and client from its head, and what an entry says goes before', () =>
    check(`${shop}#- test/webconf.requests.yaml
config: nginx/nginx.conf
defaults:
  host: shop.example
  client: 198.51.100.1
  headers:
    Cookie: a=b
requests:
  - request: /
    expect: 200
  - request: HEAD https://shop.example/
    expect: 204
  - name: without the cookie
    request: https://shop.example/
    headers: { cookie: [c=d] }
    expect: { status: 404, location: null }
  - request: GET /in
    expect: { authz: denied, status: 403 }
  - request: GET /in
# <---- ${failed} GET /in gets upstream 127.0.0.1:1 and not none
    client: 192.0.2.9
    expect: { status: 403, upstream: none }
  - request: /
    host: other.example:8080
    expect: { status: 403, server: other.example }
`))

  it('is JSON where it has that name', () =>
    check(`${shop}#- webconf.requests.json
{
	"defaults": { "host": "shop.example" },
	"requests": [
		{ "request": "GET /", "expect": 404 },
# <---- ${failed} GET / gets 200 and not 404
		{ "request": "GET /", "expect": { "status": 200, "headers": { "X-A": null } } }
	]
}
`))

  it.each([
    ['', 'the file is empty'],
    ['- a', 'the file is a list of names'],
    ['config: nginx.conf', '"requests" is missing'],
    ['requests:', '"requests" is a list'],
    ['requests: [5]', 'a request is a list of names'],
    ['requests:\n  - request: /\n  - expect: 200', '"expect" is missing'],
    ['requests:\n  - expect: 200', '"request" is missing'],
    ['requests:\n  - request: /\n    expect:\n      body: x', 'expect has no "body"'],
    ['requests:\n  - request: /\n    expect: {}', 'nothing is expected'],
    ['requests:\n  - request: /\n    expect: [200]', 'expect is a list of names'],
    ['requests:\n  - request: /\n    expect: { headers: 5 }', '"headers" are names with values'],
    ['requests:\n  - request: /\n    expect: { file: [a] }', '"file" is one value'],
    ['requests:\n  - request: /\n    client: nobody\n    expect: 200', 'no address of a client'],
    ['requests:\n  - request: /\n    headers: [a]\n    expect: 200', '"headers" are names with values'],
    ['requests:\n  - request: /\n    connect: here\n    expect: 200', 'no ADDRESS:PORT'],
    ['requests:\n  - request: /\n    version: 2\n    expect: 200', 'no version of HTTP'],
    ['defaults: { port: 5 }\nrequests: []', 'defaults has no "port"'],
    ['config: [a]\nrequests: []', '"config" is a text'],
    ['requests:\n  - request: /\n   expect: 200', ''],
    ['requests: {', ''],
    ['config: other.conf\nrequests:\n  - request: /\n    expect: 200', '"other.conf" is no configuration of this workspace'],
  ])('with a mistake says where it is: %j', async (text, words) => {
    const { files } = readExample(shop)
    const found = await problemsOf({ ...files, '/workspace/webconf.requests.yaml': text })
    const own = found.filter(({ path }) => path === '/workspace/webconf.requests.yaml')
    expect(own.map(({ rule }) => rule)).toContain('request/expectation-unreadable')
    expect(own.map(({ message }) => message).join('\n')).toContain(words)
    const lines = text.split('\n')
    for (const { range } of own) expect(range.end.character).toBeLessThanOrEqual(lines[range.end.line]?.length ?? 0)
  })

  it('asks which configuration where there are several, and says so where there is none', async () => {
    const requests = 'requests:\n  - request: /\n    expect: 200\n'
    const messages = async (files: Record<string, string>): Promise<string> =>
      (await problemsOf({ ...files, '/workspace/webconf.requests.yaml': requests })).map(({ message }) => message).join('\n')
    const one = 'events {}\nhttp { server { listen 80; return 200; } }\n'
    expect(await messages({ '/workspace/a/nginx.conf': one, '/workspace/b/nginx.conf': one })).toContain(
      'more than one configuration: say which with "config:"',
    )
    expect(await messages({})).toContain('no configuration in this workspace')
    expect(await messages({ '/workspace/a/nginx.conf': one })).not.toContain('expectation')
  })

  it.each([new Uint8Array([0, 1, 2]), 'requests:\n'.padEnd(600_000, '#'), `${'['.repeat(5000)}`, `a: &a [${'*a,'.repeat(10)}]`, '\u{feff}requests: []'])(
    'survives what is no such file',
    async (content) => {
      const found = await problemsOf({ '/workspace/webconf.requests.yaml': content })
      expect(found.every(({ rule }) => rule === 'request/expectation-unreadable')).toBe(true)
    },
  )
})
