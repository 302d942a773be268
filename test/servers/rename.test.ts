import { afterAll, describe, expect, it } from 'vitest'
import { rules } from '../../server/src/rules/all.ts'
import { relativeTo } from '../../server/src/workspace/path.ts'
import { canAskApache, makeApacheTest } from '../support/apache-test.ts'
import { readExample, workspace } from '../support/example.ts'
import { installedNginx } from '../support/nginx-test.ts'
import { mustHaveServers } from '../support/real-server.ts'
import { renameAll } from '../support/rename-all.ts'

// What the real servers accept they accept with other names too.
const nginx = installedNginx()
const apache = canAskApache ? makeApacheTest() : undefined
afterAll(() => {
  nginx?.remove()
  apache?.remove()
})

const examples = rules.flatMap((rule) =>
  [...rule.examples.passing, ...rule.examples.failing].map(({ title, files }) => ({ title: `${rule.id}, ${title}`, files: readExample(files).files })),
)

describe.skipIf(!nginx && !mustHaveServers)('nginx -t', () => {
  const wanted = /^\s*(upstream|map|set|log_format|limit_\w+_zone|proxy_cache_path) |\(\?<\w|location @/m
  const whole = examples.flatMap(({ title, files }) => {
    const root = Object.keys(files).find((path) => /^\s*events\b/m.test(files[path] ?? ''))
    return root !== undefined && Object.values(files).some((text) => wanted.test(text)) ? [{ title, files, root }] : []
  })

  it('takes examples with every name renamed', async () => {
    const wrong: string[] = []
    let taken = 0
    const accepts = async (files: Readonly<Record<string, string>>, root: string): Promise<string | undefined> => {
      const relative = Object.fromEntries(Object.entries(files).map(([path, text]) => [relativeTo(path, workspace), text]))
      const verdict = await nginx?.test(relative, relativeTo(root, workspace))
      return verdict?.accepted ? undefined : (verdict?.message ?? 'no answer')
    }
    for (const { title, files, root } of whole) {
      const { files: other, names } = await renameAll(files)
      if (names.size === 0 || (await accepts(files, root)) !== undefined) continue
      taken++
      const refused = await accepts(other, root)
      if (refused !== undefined) wrong.push(`${title}: ${refused}\n${other[root]}`)
    }
    expect(wrong.join('\n\n')).toBe('')
    expect(taken).toBeGreaterThan(15)
  }, 300_000)
})

/** Of everything that has a name in Apache. */
const named = [
  'Define BASE /srv\nDefine LIVE\n<IfDefine LIVE>\nAlias /x "${BASE}/x"\n</IfDefine>',
  '<Macro Host $name $port>\n<VirtualHost *:$port>\nServerName $name.example.org\nDocumentRoot "/srv/$name"\nWSGIProcessGroup app\n</VirtualHost>\n</Macro>\nWSGIDaemonProcess app\nUse Host shop 8123\nUse host blog 8123',
  'WSGIDaemonProcess site threads=2\nWSGIScriptAlias / /srv/site/wsgi.py process-group=site\nWSGIImportScript /srv/site/wsgi.py process-group="site" application-group=%{GLOBAL}',
  '<AuthnProviderAlias file staff>\nAuthUserFile /etc/staff\n</AuthnProviderAlias>\n<AuthzProviderAlias ip office 192.0.2.0/24>\n</AuthzProviderAlias>\n<Location /in>\nAuthType Basic\nAuthName in\nAuthBasicProvider staff file\n<RequireAny>\nRequire office\nRequire valid-user\n</RequireAny>\n</Location>',
  'LogFormat "%h %{kind}e" brief\nSetEnvIf Request_URI "^/health" kind=probe\nCustomLog logs/access.log brief env=!kind\nHeader set X-Kind "%{kind}e" env=kind\n<Location />\nRequire env kind\n</Location>',
  'RewriteEngine On\nRewriteMap low int:tolower\nRewriteRule ^/(.*)$ /${low:$1} [E=part:$1]\nRewriteCond %{ENV:part} x\nRewriteRule ^ - [F]',
  '<Proxy balancer://pool>\nBalancerMember http://127.0.0.1:8001\n</Proxy>\nProxyPass /app balancer://pool/app\nProxyPassReverse /app balancer://POOL/app',
  '<LocationMatch "^/home/(?<user>\\w+)/">\nAuthType Basic\nAuthName home\nAuthUserFile /etc/users\nRequire user %{env:MATCH_USER}\n</LocationMatch>',
]

describe.skipIf(!apache && !mustHaveServers)('apache2 -t', () => {
  it.each(named)('takes what is renamed in %j', async (text) => {
    expect(await apache?.says(text)).toMatchObject({ ok: true })
    const path = `${workspace}/httpd.conf`
    const { files, names, refused } = await renameAll({ [path]: text })
    expect(refused).toEqual([])
    expect(names.size).toBeGreaterThan(0)
    expect(await apache?.says(files[path] ?? '')).toMatchObject({ ok: true })
  })
})
