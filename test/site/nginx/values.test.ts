import { describe, expect, it } from 'vitest'
import { problemsOf, workspace } from '../../support/example.ts'

/** What a header gets of a value: whether a line break can come with it, and by which request. */
async function injected(text: string): Promise<string[]> {
  const problems = await problemsOf({ [`${workspace}/conf.d/site.conf`]: text })
  return problems
    .filter(({ rule }) => rule === 'security/header-injection-nginx')
    .map(({ message }) => /^(?:GET \S+|.*?carriage return)/.exec(message)?.[0] ?? message)
}

const server = (inside: string): string => `server {\n    listen 80;\n${inside}\n}\n`

describe('what a text with variables can be', () => {
  it.each<[string, string, string[]]>([
    ['the last set counts', server('set $a $uri; location / { set $a /x; add_header X $a; }'), []],
    [
      'a set under a condition is one of several',
      server('set $a /x; if ($arg_y) { set $a $uri; } location / { add_header X $a; }'),
      ['GET /%0D%0AX-Injected:1'],
    ],
    ['a set that comes later in the order of the rewrite module', server('location / { set $b $a; set $a $uri; add_header X $b; }'), []],
    ['a set of another location', server('location /a { set $a $uri; } location /b { add_header X $a; }'), []],
    ['a set that goes round in a circle', server('set $a $b; set $b $a; add_header X $a;'), []],
    ['a map in a map', `map $uri $a { default $uri; }\nmap $host $b { default $a; }\n${server('add_header X $b;')}`, ['GET /%0D%0AX-Injected:1']],
    ['the group of a key', `map $uri $a { "~^/([^x]*)$" $1; default ""; }\n${server('add_header X $a;')}`, ['GET /%0D%0AX-Injected:1']],
    ['a source without line breaks', `map $request_uri $a { "~^/([^x]*)$" $1; default ""; }\n${server('add_header X $a;')}`, []],
    ['an exact location', server('location = /a { add_header X $uri; }'), []],
    ['a location whose pattern leaves them out', server('location ~ ^/[a-z]+\\z { add_header X $uri; }'), []],
    ['a variable of another module', server('auth_request_set $a $uri; add_header X $a;'), []],
    ['a test before', server('if ($uri !~ "^[a-z/]*\\z") { return 403; } add_header X $uri;'), []],
    ['greedy groups', server('location ~ ^/([^x]*)/([^/]*)$ { add_header X $2; }'), ['GET //%0D%0AX-Injected:1']],
    [
      'the raw path in place of the decoded one',
      server('location / { rewrite ^ $request_uri; rewrite ^/a(/[^ ]*) $1 break; add_header X $uri; add_header Y $1; }'),
      [],
    ],
  ])('%s', async (_, text, expected) => {
    const found = await injected(text)
    expect(found.length).toBe(expected.length)
    for (const [i, each] of expected.entries()) expect(found[i]?.replace('/a/', '//')).toBe(each)
  })
})
