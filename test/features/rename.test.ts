import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { prepareRename, rename } from '../../server/src/features/rename.ts'
import { rules } from '../../server/src/rules/all.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { applyEdits, type FiledProblem, problemsOf, readExample, workspace } from '../support/example.ts'
import { marked } from '../support/features.ts'
import { renameAll } from '../support/rename-all.ts'

/** The workspace after a rename, as it was written; or why there is none. */
async function renamed(text: string, wanted: string, dialect?: Dialect): Promise<string> {
  const at = marked(text, dialect)
  const answer = await at.ask((view, offset) => rename(view, offset, wanted))
  if ('refused' in answer) return answer.refused
  const files = applyEdits(at.files, answer)
  const all = Object.entries(files).map(([path, content]) => `#- ${path.replace('/workspace/', '')}\n${content}`)
  return /^#- /m.test(text) ? all.join('') : (files[at.path] ?? '')
}

describe('rename in nginx', () => {
  test('across files', async () => {
    expect(
      await renamed(
        `#- nginx.conf
events {}
http {
    include conf.d/*.conf;
    upstream app { server 127.0.0.1:8000; }
}
#- conf.d/a.conf
server { location / { proxy_pass http://app/x; proxy_redirect http://app/ /; } }
#- conf.d/b.conf
server { location / { proxy_pass http://a‸pp; } location /app { proxy_pass http://other; } }
`,
        'shop',
      ),
    ).toBe(`#- nginx.conf
events {}
http {
    include conf.d/*.conf;
    upstream shop { server 127.0.0.1:8000; }
}
#- conf.d/a.conf
server { location / { proxy_pass http://shop/x; proxy_redirect http://shop/ /; } }
#- conf.d/b.conf
server { location / { proxy_pass http://shop; } location /app { proxy_pass http://other; } }
`)
  })

  test.each([
    ['server { set $‸a 1; return 200 "${a}b$a.$ab"; }', 'long', 'server { set $long 1; return 200 "${long}b$long.$ab"; }'],
    ['server { set $‸a 1; return 200 $a; }', '$long', 'server { set $long 1; return 200 $long; }'],
    ['server { location ~ ^/(?<u‸ser>x) { root /home/$user; } }', 'who', 'server { location ~ ^/(?<who>x) { root /home/$who; } }'],
    ['server { location @b‸ack { } error_page 404 @back; }', 'front', 'server { location @front { } error_page 404 @front; }'],
    [
      'http { limit_req_zone $host zone=o‸ne:1m rate=1r/s; limit_req zone=one burst=2; }',
      'two',
      'http { limit_req_zone $host zone=two:1m rate=1r/s; limit_req zone=two burst=2; }',
    ],
    [
      'http { proxy_cache_path /c keys_zone=o‸ne:1m; server { proxy_cache one; proxy_cache_purge one $uri; fastcgi_cache_purge PURGE from all; } }',
      'two',
      'http { proxy_cache_path /c keys_zone=two:1m; server { proxy_cache two; proxy_cache_purge two $uri; fastcgi_cache_purge PURGE from all; } }',
    ],
    ['http { log_format s‸hort x; access_log /l short; access_log /short; }', 'brief', 'http { log_format brief x; access_log /l brief; access_log /short; }'],
  ])('%s to %s', async (text, wanted, expected) => expect(await renamed(text, wanted)).toBe(expected))

  test.each([
    ['server { return 200 $ho‸st; }', 'x', "$host is a variable of nginx's own."],
    ['server { set $‸a 1; }', 'b-c', '"b-c" cannot be the name of a variable.'],
    ['server { set $‸a 1; }', 'uri', '"uri" is a name of the server\'s own.'],
    ['server { set $‸a 1; set $b 2; }', 'B', '"B" is already the name of a variable in nginx.conf.'],
    [
      'http { limit_req_zone $host zone=o‸ne:1m rate=1r/s; proxy_cache_path /c keys_zone=two:1m; }',
      'two',
      '"two" is already the name of a cache in nginx.conf.',
    ],
    [
      'server { location / { proxy_pass http://example‸.org; } }',
      'x',
      'No upstream "example.org" is defined in the files that were read: it is the name of a host.',
    ],
    ['server { location / { limit_req zone=o‸ne; } }', 'x', 'What defines the zone "one" is in none of the files that were read.'],
    [
      'http { map $host $to { default app; } upstream a‸pp { server 127.0.0.1:1; } server { location / { proxy_pass http://$to; } } }',
      'x',
      'The upstream "app" is also chosen by the variable in "proxy_pass http://$to".',
    ],
    ['http { js_import m from x.js; server { set $‸a 1; } }', 'b', '"js_import" runs a script that is not read, and may use it.'],
  ])('%s to %s: %s', async (text, wanted, reason) => expect(await renamed(text, wanted)).toBe(reason))

  test('one server, not the other', async () => {
    const text = 'http { server { location @x { } error_page 404 @‸x; } server { location @x { } error_page 404 @x; } }'
    expect(await renamed(text, '@y')).toBe('http { server { location @y { } error_page 404 @y; } server { location @x { } error_page 404 @x; } }')
  })

  test('there is nothing to rename between names', async () => {
    expect(await marked('server { ro‸ot /x; }').ask(prepareRename)).toBeUndefined()
  })

  test('what is offered is the name alone', async () => {
    expect(await marked('server { set $‸first 1; }').ask(prepareRename)).toMatchObject({ text: 'first' })
  })
})

const listening = (text: string): string => `Listen 80\n${text}`

describe('rename in Apache', () => {
  test.each([
    [
      'Define R‸OOT /srv\nDocumentRoot ${ROOT}/www\n<IfDefine ROOT>\n</IfDefine>',
      'BASE',
      'Define BASE /srv\nDocumentRoot ${BASE}/www\n<IfDefine BASE>\n</IfDefine>',
    ],
    ['<Macro Host $n‸ame>\nServerName $name.example\n</Macro>\nUse Host a', 'site', '<Macro Host $site>\nServerName $site.example\n</Macro>\nUse Host a'],
    ['<Macro H‸ost $name>\nServerName $name\n</Macro>\nUse host a', 'Site', '<Macro Site $name>\nServerName $name\n</Macro>\nUse Site a'],
    [
      '<LocationMatch "^/(?<us‸er>x)">\nRequire user %{env:MATCH_USER}\n</LocationMatch>',
      'who',
      '<LocationMatch "^/(?<who>x)">\nRequire user %{env:MATCH_WHO}\n</LocationMatch>',
    ],
    ['SetEnvIf Remote_Addr x q‸uiet\nCustomLog l "%h" env=!quiet', 'silent', 'SetEnvIf Remote_Addr x silent\nCustomLog l "%h" env=!silent'],
    [
      '<Proxy balancer://ap‸p>\nBalancerMember http://127.0.0.1:1\n</Proxy>\nRewriteRule ^ balancer://app%{REQUEST_URI} [P]\nProxyPassMatch ^/a(/.*)$ balancer://app$1',
      'pool',
      '<Proxy balancer://pool>\nBalancerMember http://127.0.0.1:1\n</Proxy>\nRewriteRule ^ balancer://pool%{REQUEST_URI} [P]\nProxyPassMatch ^/a(/.*)$ balancer://pool$1',
    ],
    ['WSGIDaemonProcess s‸ite\nWSGIScriptAlias / /w process-group=site', 'shop', 'WSGIDaemonProcess shop\nWSGIScriptAlias / /w process-group=shop'],
  ])('%s to %s', async (text, wanted, expected) => expect(await renamed(listening(text), wanted, 'apache')).toBe(listening(expected)))

  test.each([
    ['LoadModule wsgi_mod‸ule m.so', 'x_module', '"wsgi_module" is what the module calls itself.'],
    ['CustomLog logs/a comb‸ined', 'x', 'The log format "combined" is the server\'s own.'],
    ['SetEnv DJANGO_SET‸TINGS_MODULE x', 'X', 'The environment variable django_settings_module means something to the server or to applications.'],
    ['SetEnv CO‸LOUR red', 'X', 'Nothing in the configuration looks at colour: it is set for the application.'],
    ['Define G site\nWSGIDaemonProcess si‸te\nWSGIProcessGroup ${G}', 'x', 'The name "site" is also made by "${G}" in httpd.conf: rename it there by hand.'],
    ['<Macro H $a‸ $bc>\nServerName $a$bc\n</Macro>', '$b', '"$b" and the parameter "$bc" begin alike: mod_macro would take one for the other.'],
    ['<Macro H $‸a>\nServerName $a-$host\n</Macro>', '$host', '"$host" already stands in the macro.'],
  ])('%s to %s: %s', async (text, wanted, reason) => expect(await renamed(listening(text), wanted, 'apache')).toBe(reason))
})

/** Problems as they are with any names: rule, line and words without the names. */
function shape(problems: readonly FiledProblem[], names: ReadonlyMap<string, string>): string[] {
  const plain = (message: string): string => [...names].reduce((text, [made, old]) => text.replaceAll(made, old), message).toLowerCase()
  return problems.map(({ rule, path, range, message }) => `${path}:${range.start.line + 1} ${rule} ${plain(message)}`).sort()
}

/** What a rename changes that it must not: the problems that are found, and the text when all is renamed back. */
async function faults(files: Record<string, string>): Promise<{ readonly found: string[]; readonly renamed: number }> {
  const all = await renameAll(files)
  if (all.names.size === 0) return { found: [], renamed: 0 }
  const before = shape(await problemsOf(files), all.names)
  const after = shape(await problemsOf(all.files), all.names)
  const found = [
    ...before.filter((each) => !after.includes(each)).map((each) => `gone: ${each}`),
    ...after.filter((each) => !before.includes(each)).map((each) => `new: ${each}`),
  ]
  const back = await all.back()
  // A name in other letters becomes one with the rest.
  for (const [path, text] of Object.entries(back)) if (text.toLowerCase() !== files[path]?.toLowerCase()) found.push(`${path} is not as before`)
  return { found, renamed: all.names.size }
}

/** Rules whose words say which name is spelled alike. */
const aboutNames = /nginx\/(upstream-misspelt|variable-in-mixed-case|undefined-named-location)|wsgi\/process-group-undefined/

async function expectSame(workspaces: readonly { readonly title: string; readonly files: Record<string, string> }[]): Promise<number> {
  const wrong: string[] = []
  let names = 0
  for (const { title, files } of workspaces) {
    const { found, renamed: count } = await faults(files)
    names += count
    const others = found.filter((each) => !aboutNames.test(each))
    if (others.length > 0) wrong.push(`${title}:\n  ${others.join('\n  ')}`)
  }
  expect(wrong.join('\n')).toBe('')
  return names
}

/** Texts that define names at all. */
const mayDefine =
  /^\s*(upstream|map|geo|set|split_clients|log_format|\w+_zone|\w+_cache_path|Define|<?Macro|WSGIDaemonProcess|LogFormat|SetEnvIf|RewriteMap)\s|\(\?P?<\w|location @|<Auth[nz]Provider|balancer:/m

describe('every name', () => {
  test('of half of the rules’ examples is renamed and back, and the same is found', async () => {
    const all = rules.flatMap((rule) =>
      [...rule.examples.failing, ...rule.examples.passing].map((example) => ({
        title: `${rule.id}, ${example.title}`,
        files: readExample(example.files).files,
      })),
    )
    const defining = all.filter(({ files }) => Object.values(files).some((text) => mayDefine.test(text)))
    expect(await expectSame(defining.filter((_, i) => i % 2 === 0))).toBeGreaterThan(100)
  }, 300_000)

  const corpora = new URL('../../../shared/corpora/', import.meta.url).pathname
  test.skipIf(!existsSync(corpora))(
    'of files that the real servers accept (only where ../shared/corpora is there)',
    async () => {
      const accepted = ['nginx', 'apache'].flatMap((server) =>
        readFileSync(`${corpora}labels/${server}.jsonl`, 'utf8')
          .split('\n')
          .flatMap((line): { use: string; path: string }[] => (line === '' ? [] : [JSON.parse(line)]))
          .filter(({ use }) => use === 'clean')
          .map(({ path }) => ({ path, text: readFileSync(`${corpora}${path}`, 'latin1') }))
          // Files with many names take longest, and what a source has is much alike.
          .filter(({ text }) => text.length < 10_000 && mayDefine.test(text))
          .filter((_, i, own) => i % Math.ceil(own.length / 100) === 0)
          .map(({ path, text }) => ({ title: path, files: { [`${workspace}/${server === 'nginx' ? 'nginx.conf' : 'httpd.conf'}`]: text } })),
      )
      expect(await expectSame(accepted)).toBeGreaterThan(150)
    },
    300_000,
  )
})
