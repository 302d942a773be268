import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rewriteRulesOf } from '../../../server/src/rules/apache/lib/path-patterns.ts'
import { rewriteParts, substitutionParts } from '../../../server/src/site/apache/expansion.ts'
import { expanded, groupsFor, type Request } from '../../../server/src/site/apache/values.ts'
import { configurationOf } from '../../configuration/show-configuration.ts'
import { apacheBinary, makeServerFolder, mustHaveServers, type RunningServer, startApache } from '../../support/real-server.ts'

const request = (path: string, query = '', headers: Readonly<Record<string, string>> = {}): Request => ({
  path,
  query,
  headers: new Map(Object.entries(headers)),
})

/** [what it shows, conditions and rule, request, what the target becomes; undefined where the rule does not get the request] */
const cases: readonly (readonly [string, string, Request, string | undefined])[] = [
  ['a group of the pattern', '^/a/(.*)$ $1', request('/a/b/c'), 'b/c'],
  ['the whole match', '^/a[0-9] $0', request('/a1b'), '/a1'],
  ['a group that takes no part', '^/b(x)?(y)? [$1][$2]', request('/by'), '[][y]'],
  ['a group that the pattern does not have', '^/c(.) $1-$2', request('/cx'), 'x-'],
  ['a backslash', '^/d(.) \\$1$1\\%', request('/dx'), '$1x%'],
  ['the path and the query', '^/e %{REQUEST_URI}~%{QUERY_STRING}', request('/e/f', 'g=%20h'), '/e/f~g=%20h'],
  ['a name that there is not', '^/f %{REQUEST_URL}.', request('/f'), '.'],
  ['a name in small letters', '^/g %{request_method}', request('/g'), 'GET'],
  ['a header with a name of its own, and one without', '^/h %{HTTP_USER_AGENT}~%{HTTP:x-y}', request('/h', '', { 'user-agent': 'me', 'x-y': 'z' }), 'me~z'],
  ['the condition that has matched last', '%{QUERY_STRING} ^a=(.)\nRewriteCond %{QUERY_STRING} b=(.)\n^/i %1', request('/i', 'a=1&b=2'), '2'],
  ['one that has no group', '%{QUERY_STRING} ^a=(.)\nRewriteCond %{QUERY_STRING} b\n^/j %1.', request('/j', 'a=1&b=2'), '.'],
  ['one that has not matched leaves the others be', '%{QUERY_STRING} ^a=(.)\nRewriteCond %{QUERY_STRING} !c=(.)\n^/k %1', request('/k', 'a=1'), '1'],
  ['a comparison leaves them too', '%{QUERY_STRING} ^a=(.)\nRewriteCond %{REQUEST_METHOD} =GET\n^/l %1', request('/l', 'a=1'), '1'],
  ['the first of two that holds', '%{QUERY_STRING} a=(.) [OR]\nRewriteCond %{QUERY_STRING} b=(.)\n^/m %1', request('/m', 'a=1&b=2'), '1'],
  ['the second, where the first does not', '%{QUERY_STRING} a=(.) [OR]\nRewriteCond %{QUERY_STRING} b=(.)\n^/n %1', request('/n', 'b=2'), '2'],
  ['none of two', '%{QUERY_STRING} a=(.) [OR]\nRewriteCond %{QUERY_STRING} b=(.)\n^/o %1', request('/o', 'c=3'), undefined],
  ['an OR with nothing behind it', '%{QUERY_STRING} a=(.) [OR]\n^/p %1.', request('/p', 'c=3'), '.'],
  ['a condition on a group', '$1 ^x(.)$\n^/q/(.*)$ %1', request('/q/xy'), 'y'],
  ['a condition on the group of another', '%{QUERY_STRING} a=(.+)\nRewriteCond %1 ^(.)\n^/r %1', request('/r', 'a=12'), '1'],
  ['a pattern that has not matched', '!^/s/ [$0]', request('/S/'), '[]'],
  ['without regard to case', '^/t(X) $1 NC', request('/tx'), 'x'],
  ['a file that is not there', '%{REQUEST_FILENAME} !-f\n^/u(.) $1', request('/uv'), 'v'],
]

/** The rule on its own in a virtual host, with a redirection that shows what the target is. */
const configurationFor = (text: string): string => {
  const lines = text.split('\n')
  const [pattern = '', target = '', flag] = (lines.pop() ?? '').split(' ')
  const conditions = lines.map((line) => (line.startsWith('RewriteCond') ? line : `RewriteCond ${line}`))
  return ['RewriteEngine On', ...conditions, `RewriteRule ${pattern} http://o.example/=${target} [R=302,NE,QSD,L${flag ? `,${flag}` : ''}]`].join('\n')
}

describe('what the references of mod_rewrite stand for', () => {
  it.each(cases)('%s', async (_, text, asked, target) => {
    const written = `ServerRoot /srv\nListen 80\n<VirtualHost *:80>\n${configurationFor(text)}\n</VirtualHost>\n`
    const configuration = await configurationOf(`#- httpd.conf\n${written}`, 'apache')
    const [rule] = rewriteRulesOf(configuration)
    if (!rule) throw new Error('no rule')
    const groups = groupsFor(rule, asked)
    const made = typeof groups === 'string' ? groups : expanded(rule.target, groups, asked, rule.subject)
    expect(made).toBe(target === undefined ? 'no' : `http://o.example/=${target}`)
  })

  it('says nothing of what it cannot know', () => {
    const groups = { rule: [], condition: [] } as const
    const becomes = (text: string): string | undefined => expanded(rewriteParts(text), groups, request('/'), 'relative')
    for (const text of ['%{REMOTE_USER}', '%{ENV:A}', '${map:a|b}', '%{HTTP_HOST}', '%{REQUEST_URI}', '%{LA-U:REMOTE_USER}'])
      expect(becomes(text), text).toBe(undefined)
    for (const [text, value] of [
      ['%{ENV:REDIRECT_STATUS}', ''],
      ['%{HTTP_COOKIE}', ''],
      ['a%{b', 'a%{b'],
      ['$', '$'],
    ] as const)
      expect(becomes(text), text).toBe(value)
  })

  it('other modules know groups of the pattern alone', () => {
    const groups = { rule: ['all', 'one'], condition: [] } as const
    expect(expanded(substitutionParts('$0 $1$2 \\$1 %1 %{REQUEST_URI}'), groups, request('/'), 'whole')).toBe('all one $1 %1 %{REQUEST_URI}')
  })
})

describe.skipIf(!apacheBinary && !mustHaveServers)(`the installed Apache says the same${apacheBinary ? '' : ' (not installed)'}`, () => {
  const folder = makeServerFolder()
  let server: RunningServer
  beforeAll(async () => {
    const hosts = cases.map(([, text], i) => `<VirtualHost *:80>\nServerName c${i}.example\n${configurationFor(text)}\n</VirtualHost>`)
    server = await startApache(folder, hosts.join('\n'), true)
  }, 60_000)
  afterAll(async () => {
    await server.stop()
    folder.remove()
  })

  it.each(cases.map((each, i) => [...each, i] as const))('%s', async (_, __, { path, query, headers }, target, i) => {
    const answer = await server.get(`${path}${query === '' ? '' : `?${query}`}`, `c${i}.example`, Object.fromEntries(headers))
    expect(answer.location).toBe(target === undefined ? undefined : `http://o.example/=${target}`)
  })
})
