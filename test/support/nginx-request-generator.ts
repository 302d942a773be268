import * as fc from 'fast-check'
import type { Asked } from './requests.ts'

/** A server made by chance, and requests to it. */
export interface GeneratedSite {
  /** The inside of the `server`. */
  readonly text: string
  readonly requests: readonly Asked[]
}

/** What the servers have in common. */
export const generatedHttp = `
  map $uri $kind { default plain; ~^/d1/(?<tail>.*)$ "d-$tail"; ~*\\.TXT$ txt; /e/ empty; }
  map $arg_a $flag { default 0; 1 1; "" ""; }
  types { text/html html; text/plain txt; }
`

/** The files below the root of each. */
export const generatedFiles: Readonly<Record<string, string>> = {
  'www/index.html': '',
  'www/f1.txt': '',
  'www/x y.txt': '',
  'www/d1/index.html': '',
  'www/d1/f2.html': '',
  'www/d1/d2/f3.txt': '',
  'www/e/': '',
  'www/err.html': '',
  'alt/f1.txt': '',
  'alt/index.html': '',
  'alt/d1/f4.txt': '',
  'alt/d2/index.html': '',
  users: 'ann:{PLAIN}one\n',
}

const oneOf = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts)

const value = fc
  .array(oneOf('$uri', '$args', '$1', '$2', '$v', '$n', '$is_args$args', '$arg_a', '$kind', '$flag', '$request_uri', '$document_uri', '/', 'x', '-', '$host'), {
    minLength: 1,
    maxLength: 3,
  })
  // The map's pattern makes other captures between nginx's reckoning of the length and its writing: it then closes the connection, or worse.
  .map((parts) => (parts.includes('$kind') ? parts.filter((part) => !/^\$\d$/.test(part)) : parts))
  .map((parts) => parts.map((part) => part.replace(/\$([a-z]\w*)/g, '${$1}')).join(''))

const path = oneOf('/', '/d1', '/d1/', '/d1/d2/', '/f1.txt', '/e/', '/n/', '/n', '/x', '/err.html', '/index.html', '/x%20y.txt')
const pattern = oneOf('^/(.*)$', '^/n/(.*)$', '^/d1/(.+)$', '\\.txt$', '^/x$', '^/(\\w+)/(\\w+)?', '^', '/d(\\d)', '^/n(?<n>/.*)$')
const replacement = fc.oneof(
  oneOf(
    '/d1/$1',
    '/n/$1',
    '/x',
    '/f1.txt',
    '/d1/f2.html?',
    '/n/$1?b=c',
    '/d1/$1?',
    '/e/',
    '$1',
    'http://else.test/$1',
    '/$kind',
    '$uri',
    '/n$is_args$args',
    '$scheme://h$request_uri?',
    '/x$1$2?c=$2',
  ),
  value.map((each) => `/${each}`),
)

interface Line {
  /** What nginx takes once in a block. */
  readonly once: string
  readonly text: string
}
const line = (once: string, text: fc.Arbitrary<string>): fc.Arbitrary<Line> => text.map((each) => ({ once: once || each, text: `${each};` }))

const returned = fc.oneof(
  fc.tuple(oneOf('200', '201', '404', '403', '500', '301', '302', '307', '418', '204'), value).map(([status, text]) => `return ${status} "${text}"`),
  oneOf('return 404', 'return 403', 'return 204', 'return 500', 'return 200', 'return 302', 'return http://else.test/x', 'return 418'),
)
const rewrite = fc
  .tuple(pattern, replacement, oneOf('', ' last', ' break', ' redirect', ' permanent'))
  .map(([from, to, flag]) => `rewrite ${from} "${to}"${flag}`)
const set = value.map((text) => `set $v "${text}"`)
const header = fc
  .tuple(oneOf('X-A', 'X-B', 'Cache-Control'), value, oneOf('', ' always'))
  .map(([name, text, always]) => `add_header ${name} "${text}"${always}`)
const errorPage = fc
  .tuple(
    oneOf('404', '403', '405', '500', '404 403', '418', '301', '401'),
    oneOf('', ' =', ' =200', ' =404', ' =301'),
    oneOf('/err.html', '@n1', '@n2', '/x', '/d1/', 'http://else.test/e', '/n/$uri', '/nothing?q=$uri'),
  )
  .map(([statuses, change, to]) => `error_page ${statuses}${change} ${to}`)

const condition = oneOf(
  '$arg_a',
  '$arg_a = 1',
  '$arg_a != 1',
  '$uri ~ ^/d1/(.*)$',
  '$uri !~ ^/n',
  '$uri ~* (TXT)$',
  '-f $request_filename',
  '!-e $request_filename',
  '-d $request_filename',
  '$flag',
  '$kind = plain',
  '$request_method = POST',
  '$args ~ a=(\\d)',
  '$v',
)
const inIf = fc.oneof(returned, rewrite, set, header, oneOf('break', 'root @ROOT@/alt', 'proxy_pass http://@UP@', 'expires 5m', 'charset utf-8'), errorPage)
const ifOf = (inside: fc.Arbitrary<string>): fc.Arbitrary<Line> =>
  fc
    .tuple(condition, fc.uniqueArray(inside, { maxLength: 2, selector: (each) => each.split(' ')[0] }))
    .map(([test, lines]) => ({ once: `if ${test} ${lines.join()}`, text: `if (${test}) { ${lines.map((each) => `${each};`).join(' ')} }` }))
const ifBlock = ifOf(inIf)

const shared: readonly fc.Arbitrary<Line>[] = [
  line('', returned),
  line('', rewrite),
  line('', rewrite),
  line('', set),
  line('', header),
  line('', errorPage),
  line('index', oneOf('index index.html', 'index f1.txt index.html', 'index nothing', 'index /d1/f2.html', 'index $arg_i index.html')),
  line('autoindex', oneOf('autoindex on')),
  line(
    'try_files',
    oneOf(
      'try_files $uri =404',
      'try_files $uri $uri/ =404',
      'try_files $uri $uri/ /index.html',
      'try_files $uri @n1',
      'try_files /f1.txt =403',
      'try_files $uri/ /x?a=$uri',
      'try_files $uri.txt $uri /d1/',
      'try_files $kind $uri @n2',
      'try_files index.html /d1/f2.html',
    ),
  ),
  line('satisfy', oneOf('satisfy any', 'satisfy all')),
  line('rule', oneOf('deny all', 'allow all', 'deny 127.0.0.1; allow all', 'allow 127.0.0.2; deny all')),
  line('expires', oneOf('expires 1h', 'expires epoch', 'expires off')),
  line('default_type', oneOf('default_type text/own')),
  line('recursive_error_pages', oneOf('recursive_error_pages on')),
  line('auth_basic', oneOf('auth_basic place; auth_basic_user_file users', 'auth_basic off')),
  line('absolute_redirect', oneOf('absolute_redirect off')),
  line('charset', oneOf('charset utf-8')),
  line('', oneOf('break')),
]

const common = [...shared, ifBlock, ifBlock]
const inServer = fc.oneof(...shared.slice(1), ifOf(fc.oneof(returned, rewrite, set)))

const inLocation = (kind: 'prefix' | 'pattern' | 'named'): fc.Arbitrary<Line> =>
  fc.oneof(
    ...common,
    line(
      'root',
      oneOf(
        'root @ROOT@/alt',
        'root @ROOT@/www/',
        'root www',
        'root @ROOT@/$arg_r',
        ...(kind === 'named'
          ? []
          : ['alias @ROOT@/alt/', 'alias @ROOT@/alt', ...(kind === 'pattern' ? ['alias @ROOT@/alt/$1'] : ['alias @ROOT@/www/$arg_r/'])]),
      ),
    ),
    line(
      'pass',
      oneOf(
        'proxy_pass http://@UP@',
        'proxy_pass http://@UP@$uri',
        'proxy_pass http://@UP@/v/$1$is_args$args',
        'proxy_pass http://@UP@$request_uri',
        ...(kind === 'prefix' ? ['proxy_pass http://@UP@/', 'proxy_pass http://@UP@/base', 'proxy_pass http://@UP@/b?q=1'] : []),
      ),
    ),
    line(
      'pass',
      oneOf(
        'fastcgi_pass @FCGI@; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_index i.php',
        'fastcgi_pass @FCGI@; fastcgi_param SCRIPT_FILENAME $request_filename; fastcgi_split_path_info ^(/\\w+)(.*)$',
      ),
    ),
    line('internal', oneOf('internal')),
    line(
      'limit_except',
      oneOf('limit_except GET { deny all; }', 'limit_except POST { deny all; }').map((each) => each),
    ).map(({ once, text }) => ({ once, text: text.replace(/;$/, '') })),
    line('client_max_body_size', oneOf('client_max_body_size 10')),
  )

const linesOf = (each: fc.Arbitrary<Line>, most: number): fc.Arbitrary<string> =>
  fc.uniqueArray(each, { maxLength: most, selector: ({ once }) => once }).map((lines) => lines.map(({ text }) => text).join(' '))

interface Block {
  readonly key: string
  readonly text: string
}

const prefix = fc
  .tuple(
    oneOf('', '=', '^~'),
    path,
    linesOf(inLocation('prefix'), 4),
    fc.option(fc.tuple(oneOf('d2/', 'f1.txt', 'deep'), linesOf(inLocation('prefix'), 3)), { freq: 6 }),
    fc.option(linesOf(inLocation('pattern'), 3), { freq: 6 }),
  )
  .map(([modifier, name, inside, deeper, inner]): Block => {
    const written = name.replace('%20', ' ')
    const nested =
      modifier === '='
        ? ''
        : `${deeper ? `location "${written}${deeper[0]}" { ${deeper[1]} } ` : ''}${inner === null ? '' : `location ~ \\.(txt|html)$ { ${inner} } `}`
    return { key: `${modifier === '=' ? '=' : ''}${name}`, text: `location ${modifier} "${written}" { ${inside} ${nested}}` }
  })
const byPattern = fc
  .tuple(oneOf('~ \\.txt$', '~* \\.HTML$', '~ ^/(\\w+)/(.*)$', '~ ^/d1', '~ (?<n>[a-z]\\d)', '~ ^/n(/.*)?$'), linesOf(inLocation('pattern'), 4))
  .map(([name, inside]): Block => ({ key: name, text: `location ${name} { ${inside} }` }))
const named = fc
  .tuple(oneOf('@n1', '@n2'), linesOf(inLocation('named'), 4))
  .map(([name, inside]): Block => ({ key: name, text: `location ${name} { ${inside} }` }))

const target = fc
  .tuple(
    fc.array(
      oneOf(
        '/',
        '/d1',
        '/d1/',
        '/d1/d2/',
        '/f1.txt',
        '/f2.html',
        '/e',
        '/e/',
        '/n',
        '/n/',
        '/x',
        '/x%20y.txt',
        '/index.html',
        '/..',
        '/.',
        '//',
        '/a%2Fb',
        '/%3F',
        '/a+b',
        '/err.html',
        '/d2',
        '/nothing',
      ),
      { minLength: 1, maxLength: 3 },
    ),
    oneOf('', '', '', '?', '?a=1', '?a=1&b=2', '?a=0', '?r=alt', '?a=%20x', '?i=f1.txt'),
  )
  .map(([parts, query]) => parts.join('').replace(/\/\//g, '/') + query)

const asked: fc.Arbitrary<Asked> = fc.record({
  method: oneOf('GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'FOO'),
  target,
  client: oneOf('127.0.0.1', '127.0.0.1', '127.0.0.2'),
  headers: fc.constantFrom<NonNullable<Asked['headers']>>(
    [],
    [],
    [],
    [['Authorization', 'Basic YW5uOm9uZQ==']],
    [['Authorization', 'Basic YW5uOnR3bw==']],
    [['Content-Length', '11']],
  ),
})

/** A small server and some requests; everything in it is what nginx takes. */
export const generatedSite: fc.Arbitrary<GeneratedSite> = fc
  .record({
    lines: fc.uniqueArray(inServer, { maxLength: 2, selector: ({ once }) => once }),
    blocks: fc.uniqueArray(fc.oneof({ arbitrary: prefix, weight: 4 }, { arbitrary: byPattern, weight: 2 }, { arbitrary: named, weight: 1 }), {
      maxLength: 5,
      selector: ({ key }) => key,
    }),
    requests: fc.array(asked, { minLength: 4, maxLength: 8 }),
  })
  .map(({ lines, blocks, requests }) => ({
    text: [
      ...lines.map(({ text }) => text),
      ...blocks.map(({ text }) => text),
      // What a request is sent to inside is there, and each name has a location.
      ...['@n1', '@n2'].filter((name) => !blocks.some(({ key }) => key === name)).map((name) => `location ${name} { return 200 "${name} $uri"; }`),
    ].join('\n    '),
    requests,
  }))
