import { describe, expect, it } from 'vitest'
import { requestExampleAt, requestLensesIn } from '../../server/src/features/requests/example.ts'
import { makeWorkspaceState } from '../../server/src/lsp/workspace-state.ts'
import { memoryFileSystem } from '../support/memory-file-system.ts'
import { apacheBinary, makeServerFolder, mustHaveServers, nginxBinary, type RunningServer, startApache, startNginx } from '../support/real-server.ts'

/** The requests that are said to get to the lines of a configuration with a mark (`mark 3`), by their marks. */
async function proposals(path: string, text: string, mark: RegExp): Promise<ReadonlyMap<string, URL>> {
  const state = makeWorkspaceState(memoryFileSystem({ [path]: text }))
  state.setFolders(['/workspace'])
  const found = await state.ask(path, (view) => requestLensesIn(view).map(({ start }) => ({ start, example: requestExampleAt(view, start) })))
  return new Map(
    (found ?? []).flatMap(({ start, example }): [string, URL][] => {
      const own = mark.exec(text.slice(start, text.indexOf('\n', start)))?.[1]
      return own !== undefined && example?.reaches ? [[own, new URL(example.url)]] : []
    }),
  )
}

/** What the server answers to each of them. */
async function answers(server: RunningServer, all: ReadonlyMap<string, URL>): Promise<Record<string, string>> {
  const bodies: Record<string, string> = {}
  for (const [mark, url] of all) bodies[mark] = (await server.get(`${url.pathname}${url.search}`, url.hostname)).body
  return bodies
}

const locations = [
  '= /exact',
  '/exact',
  '/prefix/',
  '^~ /closed/',
  '"/with blank/"',
  '/ümlaut',
  '"~ ^/users/(?<id>[0-9]{2,4})/(?:edit|delete)$"',
  '~* \\.(?:GIF|jpe?g)$',
  '~ [^/]\\.php(?:/|$)',
  '~ ^/(?!admin)[a-z]+-[A-Z]$',
  '~ ^/closed/.*\\.txt|^/open/.*\\.txt$',
  '~ ^/\\xc3\\xa4',
]
const unreachable = '~ \\.jpeg$'

const nginx = `events {}
http {
    server {
        listen 127.0.0.1:8080;
        server_name shop.example;
${[...locations, unreachable].map((head, i) => `        location ${head.replace(/^"(~) /, '$1 "')} { return 200 "${i}"; }`).join('\n')}
        location /outer/ {
            location ~ \\.inner$ { return 200 "inner"; }
        }
    }
    server {
        listen 127.0.0.1:8080;
        server_name *.wild.example;
        location / { return 200 "wild"; }
    }
    server {
        listen 127.0.0.1:8080;
        server_name "~^user[0-9]+[.]example$";
        location /pattern { return 200 "named"; }
    }
}
`

describe.runIf(nginxBinary || mustHaveServers)('the requests that are proposed, on the real nginx', () => {
  it('come to their locations', async () => {
    const all = await proposals('/workspace/nginx.conf', nginx, /return 200 "(\w+)"/)
    const marks = [...locations.map((_, i) => String(i)), 'inner', 'wild', 'named']
    expect([...all.keys()]).toEqual(marks)
    const folder = makeServerFolder()
    const server = await startNginx(folder, nginx, false)
    try {
      expect(await answers(server, all)).toEqual(Object.fromEntries(marks.map((mark) => [mark, mark])))
    } finally {
      await server.stop()
      folder.remove()
    }
  })
})

const apache = `<Directory /srv/>
    Require all granted
</Directory>
<VirtualHost *:8080>
    ServerName shop.example
    Alias /static /srv/static
    Alias /static/below /srv/below
    AliasMatch ^/u/([0-9]+)[.]txt$ /srv/match
    AliasMatch "^/(?:x|y)/[a-c]+$" /srv/letters
    Alias "/with blank" /srv/blank
</VirtualHost>
<VirtualHost *:8080>
    ServerName other.example
    ServerAlias *.other.example
    Alias /other /srv/other
</VirtualHost>
`

describe.runIf(apacheBinary || mustHaveServers)('the requests that are proposed, on the real Apache', () => {
  it('come to their aliases', async () => {
    const all = await proposals('/workspace/httpd.conf', `ServerRoot /etc/httpd\nListen 8080\n${apache}`, /\/srv\/(\w+)/)
    // What is below an alias that stands before it never gets a request.
    const marks = ['static', 'match', 'letters', 'blank', 'other']
    expect([...all.keys()]).toEqual(marks)
    const folder = makeServerFolder()
    for (const mark of [...marks, 'below']) folder.put(`/srv/${mark}`, mark)
    const server = await startApache(folder, apache, true)
    try {
      expect(await answers(server, all)).toEqual(Object.fromEntries(marks.map((mark) => [mark, mark])))
    } finally {
      await server.stop()
      folder.remove()
    }
  })
})
