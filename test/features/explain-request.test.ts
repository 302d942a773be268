import { describe, expect, test } from 'vitest'
import { type ExplainedAnswer, explainRequest, type Question } from '../../server/src/features/explain-request.ts'
import { requestExampleAt, requestLensesIn } from '../../server/src/features/requests/example.ts'
import { makeWorkspaceState } from '../../server/src/lsp/workspace-state.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { readExample, workspace } from '../support/example.ts'
import { marked } from '../support/features.ts'
import { memoryFileSystem } from '../support/memory-file-system.ts'

/** The URL that is proposed at the cursor; with `?` where it is not known to get there. */
async function proposed(text: string, dialect?: Dialect): Promise<string | undefined> {
  const found = await marked(text, dialect).ask(requestExampleAt)
  return found && `${found.url}${found.reaches ? '' : ' ?'}`
}

const nginx = (server: string): string => `events {}\nhttp {\n${server}\n}\n`
const inServer = (locations: string): string => nginx(`server { listen 80; server_name shop.example; ${locations} }`)

describe('the request proposed in nginx', () => {
  test.each([
    ['its own name and port', nginx('server { lis‸ten 80; server_name shop.example www.shop.example; }'), 'http://shop.example/'],
    ['another port', nginx('server { listen 127.0.0.1:8080; server_name shop.example;‸ }'), 'http://shop.example:8080/'],
    ['TLS, where it has that', nginx('ser‸ver { listen 80; listen 443 ssl; server_name shop.example; }'), 'https://shop.example/'],
    ['TLS on a port of its own', nginx('ser‸ver { listen 8443 ssl; server_name shop.example; }'), 'https://shop.example:8443/'],
    ['an address of its own', nginx('server { listen 10.0.0.5:80; server_name _; loc‸ation /a { return 200 a; } }'), 'http://10.0.0.5/a'],
    ['the second server of a port by its name', nginx('server { server_name a.example; } ser‸ver { server_name b.example; }'), 'http://b.example/'],
    ['a name that fits a wildcard', nginx('server { server_name a.example; } ser‸ver { server_name *.b.example; }'), 'http://www.b.example/'],
    ['a name that fits a pattern', nginx('server { server_name a.example; } ser‸ver { server_name ~^shop\\d+\\.example$; }'), 'http://shop0.example/'],
    ['no claim where another server takes all', nginx('server { server_name a.example; } ser‸ver { server_name a.example; }'), 'http://a.example/ ?'],
    ['the first server where the cursor is in none', nginx('‸server { server_name a.example; }'), 'http://a.example/'],
  ])('%s', async (_, text, url) => expect(await proposed(text)).toBe(url))

  test.each([
    ['a prefix', 'location /sta‸tic/ { root /srv; }', 'http://shop.example/static/'],
    ['an exact path', 'location = /ping { retu‸rn 204; } location / { root /srv; }', 'http://shop.example/ping'],
    ['a prefix beside an exact path of the same name', 'location = /a { return 204; } loc‸ation /a { return 200 a; }', 'http://shop.example/a/a'],
    ['a pattern', 'location ~ \\.php$ { retu‸rn 200 a; }', 'http://shop.example/a.php'],
    ['a pattern with more to it', 'location ~* ^/user/(\\d+)/edit$ { retu‸rn 200 a; }', 'http://shop.example/user/0/edit'],
    ['a pattern behind another', 'location ~ ^/a { return 200 a; } location ~ \\.js$ { retu‸rn 200 b; }', 'http://shop.example/b.js'],
    ['a pattern behind a prefix that excludes it', 'location ^~ /a { return 200 a; } location ~ ^/[ab]\\.js$ { retu‸rn 200 b; }', 'http://shop.example/b.js'],
    ['no claim for a pattern that is never asked', 'location ~ ^/ { return 200 a; } location ~ \\.js$ { retu‸rn 200 b; }', 'http://shop.example/a.js ?'],
    ['a location in a location', 'location /a/ { location ~ \\.js$ { retu‸rn 200 b; } }', 'http://shop.example/a/a.js'],
    ['a named location, by what leads there', 'location /a/ { try_files $uri @app; } location @app { retu‸rn 200 b; }', 'http://shop.example/a/'],
    ['no claim for an internal location', 'location /files/ { inter‸nal; root /srv; }', 'http://shop.example/ ?'],
    ['a path with a blank in it', 'location "/a b" { retu‸rn 200 b; }', 'http://shop.example/a%20b'],
  ])('%s', async (_, locations, url) => expect(await proposed(inServer(locations))).toBe(url))

  test('in a file that the server includes', async () => {
    const text = `
#- nginx.conf
events {}
http { server { listen 8080; server_name shop.example; include snippets/*.conf; } }
#- snippets/static.nginx.conf
location /static/ { ro‸ot /srv; }
`
    expect(await proposed(text)).toBe('http://shop.example:8080/static/')
  })

  test('nothing in a piece without a server', async () => {
    expect(await proposed('#- nginx/snippets/static.conf\nlocation /static/ { ro‸ot /srv; }')).toBeUndefined()
  })
})

const apache = (text: string): string =>
  `ServerRoot /etc/httpd\nListen 80\nListen 443\nLoadModule alias_module modules/mod_alias.so\nLoadModule wsgi_module modules/mod_wsgi.so\n${text}\n`

describe('the request proposed in Apache', () => {
  test.each([
    ['a virtual host', '<Virtual‸Host *:80>\nServerName shop.example\n</VirtualHost>', 'http://shop.example/'],
    ['a virtual host with TLS', '<VirtualHost *:443>\nServerName shop.example\nSSLEngine on‸\n</VirtualHost>', 'https://shop.example/'],
    [
      'the second of a port',
      '<VirtualHost *:80>\nServerName a.example\n</VirtualHost>\n<Virtual‸Host *:80>\nServerName b.example\n</VirtualHost>',
      'http://b.example/',
    ],
    ['an alias', '<VirtualHost *:80>\nServerName shop.example\nAl‸ias /static/ /srv/static/\n</VirtualHost>', 'http://shop.example/static/'],
    ['a pattern', '<VirtualHost *:80>\nServerName shop.example\nAlias‸Match ^/u/(\\d+)\\.png$ /srv/u/$1.png\n</VirtualHost>', 'http://shop.example/u/0.png'],
    [
      'a WSGI script',
      '<VirtualHost *:80>\nServerName shop.example\nAlias /static/ /srv/static/\nWSGIScript‸Alias / /srv/shop/wsgi.py\n</VirtualHost>',
      'http://shop.example/',
    ],
    [
      'a section',
      '<VirtualHost *:80>\nServerName shop.example\n<Location /admin>\nRequire all‸ denied\n</Location>\n</VirtualHost>',
      'http://shop.example/admin',
    ],
    ['the main server', 'ServerName main.example\nDocumentRoot‸ /srv', 'http://main.example/'],
    [
      'no claim for an alias behind one that takes all',
      '<VirtualHost *:80>\nServerName shop.example\nAlias / /srv/\nAl‸ias /a /srv/a\n</VirtualHost>',
      'http://shop.example/a ?',
    ],
  ])('%s', async (_, text, url) => expect(await proposed(apache(text), 'apache')).toBe(url))
})

test('lenses stand above servers and locations, as the setting says', async () => {
  const text = inServer('location / { alias /srv/; } location @b { return 200 b; }')
  const lenses = async (settings: string): Promise<number> => {
    const at = marked(`#- webconf.json\n${settings}\n#- nginx.conf\n‸${text}`)
    return at.ask((view) => requestLensesIn(view).length)
  }
  expect(await lenses('{}')).toBe(3)
  expect(await lenses('{ "requestLens": "servers" }')).toBe(1)
  expect(await lenses('{ "requestLens": "off" }')).toBe(0)
})

/** What is said of a request to a workspace. */
async function explained(text: string, question: Partial<Question> & { readonly url: string }) {
  const { files } = readExample(text)
  const state = makeWorkspaceState(memoryFileSystem(files))
  state.setFolders([workspace])
  return state.askAll((parts, snapshot) =>
    explainRequest(parts, { method: 'GET', headers: [], client: '', document: undefined, configuration: undefined, ...question }, snapshot),
  )
}

const lines = (answer: ExplainedAnswer | undefined): readonly string[] | undefined =>
  answer?.steps.map(({ phase, outcome, message, at }) => `${phase} ${outcome}: ${message}${at ? ` (${at.name})` : ''}`)

const shop = `
#- nginx/nginx.conf
events {}
http {
    include conf.d/*.conf;
}
#- nginx/conf.d/shop.conf
server {
    listen 10.0.0.5:80;
    server_name shop.example;
    location / { proxy_pass http://127.0.0.1:8000; }
    location /admin/ { allow 10.0.0.0/8; deny all; root /srv; }
}
#- staging/nginx.conf
events {}
http {
    server { listen 80; server_name shop.example; return 200 staging; }
}
`

describe('an explanation', () => {
  test('goes to the address where the name is served, step by step through the files', async () => {
    const { answer, configuration, others } = await explained(shop, { url: 'http://shop.example/cart?a=1' })
    expect(configuration).toMatchObject({ name: 'nginx/nginx.conf', dialect: 'nginx', whole: true })
    expect(others.map(({ name }) => name)).toEqual(['staging/nginx.conf'])
    expect(answer).toMatchObject({ upstream: '127.0.0.1:8000', upstreamUri: '/cart?a=1', matched: '/' })
    expect(lines(answer)).toContain('location decided: / for /cart (nginx/conf.d/shop.conf)')
  })

  test('comes from the configuration of the document, or the one that was chosen', async () => {
    const ofDocument = await explained(shop, { url: 'http://shop.example/', document: `${workspace}/staging/nginx.conf` })
    expect(ofDocument.configuration?.name).toBe('staging/nginx.conf')
    const chosen = await explained(shop, {
      url: 'http://shop.example/',
      document: `${workspace}/staging/nginx.conf`,
      configuration: `${workspace}/nginx/nginx.conf`,
    })
    expect(chosen.configuration?.name).toBe('nginx/nginx.conf')
  })

  test('takes the method, headers and address of the client', async () => {
    const denied = await explained(shop, { url: 'http://shop.example/admin/' })
    expect(denied.answer).toMatchObject({ status: 403, authz: 'denied' })
    const granted = await explained(shop, { url: 'http://shop.example/admin/', client: '10.1.2.3' })
    expect(granted.answer).toMatchObject({ authz: 'granted', file: '/srv/admin/index.html' })
    const byHeader = await explained(shop, { url: 'http://10.0.0.5/x', headers: ['Host: shop.example'], method: 'POST' })
    expect(lines(byHeader.answer)?.join('\n')).toMatch(/request passed: POST \/x\nserver decided: .*"?shop\.example/)
  })

  test.each([
    ['ftp://shop.example/', /"ftp:\/\/shop\.example\/" is no URL that begins with http:\/\/ or https:\/\/\./],
    ['shop.example', /is no URL/],
  ])('says why %s is not asked', async (url, why) => expect((await explained(shop, { url })).why).toMatch(why))

  test('says so where there is no server at all', async () => {
    expect(await explained('#- a.txt\nnothing', { url: 'http://shop.example/' })).toMatchObject({
      answer: undefined,
      why: 'No server or virtual host was found in this workspace.',
    })
  })

  test('knows the file of the workspace that is deployed, and tells apart what cannot be known', async () => {
    const text = `
#- webconf.json
{ "paths": { "/srv/shop": "." } }
#- static/a.css
a {}
#- nginx.conf
events {}
http { server { server_name shop.example; root /srv/other; location /static/ { root /srv/shop; } } }
`
    const known = await explained(text, { url: 'http://shop.example/static/a.css' })
    expect(known.answer).toMatchObject({ status: 200, file: '/srv/shop/static/a.css', workspaceFile: `${workspace}/static/a.css`, branches: [] })
    const missing = await explained(text, { url: 'http://shop.example/static/b.css' })
    expect(missing.answer).toMatchObject({ status: 404, workspaceFile: undefined, branches: [] })
    const elsewhere = await explained(text, { url: 'http://shop.example/b.css' })
    expect(elsewhere.answer?.workspaceFile).toBeUndefined()
    expect(elsewhere.answer?.branches.map(({ condition }) => condition).join()).toMatch(/\/srv\/other\/b\.css/)
  })
})
