import fc from 'fast-check'
import type { Asked } from './requests.ts'

/** A small configuration and requests to it, made by chance from parts that have to do with each other. */
export interface MadeRequests {
  readonly config: string
  readonly files: Readonly<Record<string, string>>
  readonly requests: readonly Asked[]
}

/** What is there for all of them. */
const tree: Readonly<Record<string, string>> = Object.fromEntries(
  `www/index.html www/a/index.html www/a/b/x.txt www/a/b/c/y.html www/b/x.txt www/b/z.cgi.txt www/c.html www/a.b/x.txt www/a/x y.txt|www/d/e/f
   srv/x.txt srv/a/x.txt srv/b/index.html srv/b/c.html`
    .split(/[|\n]/)
    .flatMap((line) => line.trim().split(/ (?=www|srv)/))
    .filter((name) => name !== '')
    .map((name) => [name, '']),
)

const segment = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'x.txt', 'c.html', 'index.html', 'a.b', 'x%20y.txt', 'y.html', 'none', '..', '.', '', '%61', 'A')
const target = fc
  .tuple(fc.array(segment, { minLength: 0, maxLength: 4 }), fc.constantFrom('', '', '', '?q', '?a=b&c', '?x=%20'))
  .map(([segments, query]) => `/${segments.join('/')}${query}`)
const asked: fc.Arbitrary<Asked> = fc.record({
  target,
  method: fc.constantFrom('GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'OPTIONS'),
  host: fc.constantFrom('example.test', 'example.test', 'second.test', 'www.second.test', 'other.test:81'),
  client: fc.constantFrom('127.0.0.1', '127.0.0.1', '127.0.0.2'),
})

const path = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'a.b'), { minLength: 0, maxLength: 2 }).map((segments) => `/${segments.join('/')}`)
const prefix = fc.tuple(path, fc.constantFrom('', '', '/')).map(([text, slash]) => (text.endsWith('/') ? text : text + slash))
const place = fc.tuple(fc.constantFrom('@ROOT@/www', '@ROOT@/srv'), path).map(([root, rest]) => root + (rest === '/' ? '' : rest))
const pattern = fc.constantFrom('^/a/(.*)$', '^/(.)/(.*)$', '(.*)\\.txt$', '^/b', '^/c$', '^(.*)/x', '.', '^/none(/.*)?$')
const inFolder = fc.constantFrom('^a/(.*)$', '^(.)/(.*)$', '(.*)\\.txt$', '^b', '^$', '^x\\.txt$', '.', 'none', '^(.*)$')
const replacement = fc.constantFrom(
  '/$1',
  '/b/$1',
  '/c.html',
  '-',
  'http://new.test/$1',
  '/a/b/$2',
  '/c.html?r=$1',
  '/$1?',
  'index.html',
  '$1',
  'x.txt',
  '@ROOT@/srv/$1',
  '/none',
)
const flags = fc
  .subarray(['L', 'R', 'R=301', 'QSA', 'NC', 'PT', 'F', 'G', 'NE', 'END', 'C', 'S=1', 'R=404', 'B', 'QSD', 'NS', 'DPI', 'N=4'], { maxLength: 3 })
  .map((chosen) => (chosen.length > 0 ? ` [${chosen.join(',')}]` : ''))
const condition = fc.constantFrom(
  'RewriteCond %{REQUEST_FILENAME} !-f',
  'RewriteCond %{REQUEST_FILENAME} -d',
  'RewriteCond %{REQUEST_URI} ^/(.)',
  'RewriteCond %{QUERY_STRING} q [OR]',
  'RewriteCond %{HTTP_HOST} !^second [NC]',
  'RewriteCond %{DOCUMENT_ROOT}%{REQUEST_URI} -f [OR]',
  'RewriteCond %{REQUEST_METHOD} =POST',
  'RewriteCond %{THE_REQUEST} \\.txt',
)
const rules = (patterns: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.array(condition, { maxLength: 2 }), patterns, replacement, flags), { minLength: 1, maxLength: 3 })
    .map(
      (made) => `RewriteEngine On\n${made.map(([conditions, from, to, with_]) => [...conditions, `RewriteRule ${from} ${to}${with_}`].join('\n')).join('\n')}`,
    )

const requirement = fc.constantFrom(
  'Require all granted',
  'Require all denied',
  'Require ip 127.0.0.2',
  'Require method GET',
  'Require not ip 127.0.0.2\nRequire all granted',
)
const access = requirement.map((text) => (text.includes(' not ') ? `<RequireAll>\n${text}\n</RequireAll>` : text))
const folderLine = fc.oneof(
  access,
  fc.constantFrom('Options Indexes', 'Options +Indexes -FollowSymLinks', 'Options None', 'Options +FollowSymLinks', 'Options +MultiViews'),
  fc.constantFrom(
    'DirectoryIndex x.txt c.html',
    'DirectoryIndex disabled',
    'DirectorySlash Off',
    'FallbackResource /c.html',
    'AcceptPathInfo On',
    'AcceptPathInfo Off',
  ),
  fc.constantFrom('ErrorDocument 404 /c.html', 'ErrorDocument 403 "no"', 'ErrorDocument 403 /a/b/x.txt', 'ErrorDocument 404 http://err.test/'),
  fc.constantFrom('AllowMethods GET', 'SetHandler none', 'Order deny,allow\nDeny from 127.0.0.2', 'Order allow,deny\nAllow from 127.0.0.1'),
  fc.constantFrom(
    '<Files "x.txt">\nRequire all denied\n</Files>',
    '<Files "*.html">\nRequire all granted\n</Files>',
    '<FilesMatch "^[ac]">\nRequire ip 127.0.0.1\n</FilesMatch>',
  ),
  fc.constantFrom(
    '<Limit POST>\nRequire all denied\n</Limit>',
    '<If "%{QUERY_STRING} == \'q\'">\nRequire all denied\n</If>',
    'AuthMerging And\nRequire ip 127.0.0.1',
  ),
  rules(inFolder),
  fc.tuple(prefix, fc.constantFrom('http://r.test/', '/moved')).map(([from, to]) => `Redirect ${from} ${to}`),
)
const lines = fc.array(folderLine, { minLength: 1, maxLength: 3 }).map((made) => [...new Set(made)].join('\n'))
const locationLines = fc.array(
  fc.oneof(
    access,
    fc.constantFrom(
      'SetHandler server-status',
      'DirectorySlash Off',
      'Redirect 303 http://l.test/%{REQUEST_URI}',
      'RewriteEngine Off',
      'ProxyPass http://@UP@/loc',
      'Options Indexes',
    ),
  ),
  {
    minLength: 1,
    maxLength: 2,
  },
)
const serverLine = fc.oneof(
  fc.tuple(place, lines).map(([folder, inside]) => `<Directory "${folder}">\n${inside}\n</Directory>`),
  fc.tuple(prefix, locationLines).map(([url, inside]) => `<Location "${url}">\n${[...new Set(inside)].join('\n')}\n</Location>`),
  fc.tuple(pattern, access).map(([url, inside]) => `<LocationMatch "${url}">\n${inside}\n</LocationMatch>`),
  fc.tuple(prefix, place).map(([url, folder]) => `Alias "${url}" "${folder}"`),
  fc.tuple(prefix, place).map(([url, folder]) => `Alias "${url}" "${folder}/"`),
  fc
    .tuple(fc.constantFrom('', 'permanent ', '307 ', 'gone '), prefix)
    .map(([status, url]) => `Redirect ${status}${url}${status === 'gone ' ? '' : ' http://new.test/n'}`),
  fc.tuple(pattern, fc.constantFrom('http://m.test/$1', '/m$1')).map(([from, to]) => `RedirectMatch "${from}" "${to}"`),
  fc.tuple(pattern, place).map(([from, folder]) => `AliasMatch "${from}" "${folder}/$1"`),
  fc.tuple(prefix, fc.constantFrom('http://@UP@', 'http://@UP@/', 'http://@UP@/up', '!')).map(([url, to]) => `ProxyPass "${url}" ${to}`),
  rules(pattern),
  fc.constantFrom(
    'ErrorDocument 404 /c.html',
    'ErrorDocument 403 /none',
    'UseCanonicalName On',
    'AllowEncodedSlashes On',
    'DirectoryIndex c.html index.html',
    'Options Indexes',
  ),
)
const server = fc.array(serverLine, { minLength: 1, maxLength: 4 }).map((made) => made.join('\n'))

export const madeRequests: fc.Arbitrary<MadeRequests> = fc
  .record({
    main: server,
    host: fc.option(server, { nil: undefined }),
    override: fc.constantFrom('None', 'All', 'All', 'FileInfo Indexes'),
    htaccess: fc.dictionary(fc.constantFrom('www', 'www/a', 'www/a/b', 'srv/b', 'www/b'), lines, { maxKeys: 2 }),
    requests: fc.array(asked, { minLength: 1, maxLength: 12 }),
  })
  .map(({ main, host, override, htaccess, requests }) => ({
    config: `ServerName example.test
DocumentRoot "@ROOT@/www"
<Directory />
AllowOverride ${override}
Require all denied
</Directory>
<Directory "@ROOT@/www">
Require all granted
</Directory>
<Directory "@ROOT@/srv">
Require all granted
</Directory>
${host === undefined ? '' : '<VirtualHost *:@PORT@>\nServerName example.test\nDocumentRoot "@ROOT@/www"\n'}${main}
${host === undefined ? '' : `</VirtualHost>\n<VirtualHost *:@PORT@>\nServerName second.test\nServerAlias *.second.test\nDocumentRoot "@ROOT@/srv"\n${host}\n</VirtualHost>`}`,
    files: { ...tree, ...Object.fromEntries(Object.entries(htaccess).map(([folder, text]) => [`${folder}/.htaccess`, `${text}\n`])) },
    requests,
  }))
