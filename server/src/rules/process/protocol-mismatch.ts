import { meetingsOf } from '../../application/processes.ts'
import type { Target } from '../../application/targets.ts'
import { indentOf } from '../../configuration/placed.ts'
import { reaches, showAddress } from '../../deployment/processes/address.ts'
import { programName } from '../../deployment/processes/command-line.ts'
import type { ApplicationProcess, Listener } from '../../deployment/processes/process.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { defineRule, type FindingEdit, type FindingFix } from '../rule.ts'
import { project, site, unit } from './lib/example-site.ts'

const uwsgiUnit = unit('uwsgi --ini /srv/shop/deploy/uwsgi.ini')

export const rule = defineRule({
  id: 'process/protocol-mismatch',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'The server speaks one protocol and the application at that address another.',
  explanation: `
uWSGI has sockets of several kinds: \`socket\` speaks the uwsgi protocol, for \`uwsgi_pass\` of nginx and \`uwsgi://\` of Apache; \`http-socket\` and
\`http\` speak HTTP, for \`proxy_pass\`. gunicorn, uvicorn, daphne, hypercorn and waitress speak HTTP only. Where the two ends differ, every
request is answered with 502, or hangs until someone gives up.
`,
  source: 'Tried with nginx 1.22.1 and uWSGI 2.0.21: 502 both ways; uWSGI logs "invalid request block size"; uwsgi_pass to gunicorn 20.1 hangs.',
  examples: {
    failing: [
      {
        title: 'proxy_pass to the socket of uWSGI',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_pass http://127.0.0.1:3031;
#       ^^^^^^^^^^ error[process/protocol-mismatch]: proxy_pass speaks HTTP, and uWSGI's socket at 127.0.0.1:3031 the uwsgi protocol
        proxy_set_header Host $host;
    }
}
#- deploy/uwsgi.ini
[uwsgi]
plugin = python3
module = shop.wsgi
socket = 127.0.0.1:3031
${uwsgiUnit}${project}`,
        proof: {
          config: 'deploy/nginx/shop.conf',
          deployedAt: '/srv/shop',
          tree: { '/etc/nginx/uwsgi_params': 'x' },
          processes: ['deploy/shop.service'],
          get: '/',
          before: { status: 502 },
          after: { status: 200, body: /hello/ },
          fix: 1,
        },
      },
      {
        title: 'uwsgi_pass to gunicorn',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        uwsgi_pass unix:/run/shop/gunicorn.sock;
#       ^^^^^^^^^^ error[process/protocol-mismatch]: uwsgi_pass speaks the uwsgi protocol, and gunicorn's socket at /run/shop/gunicorn.sock HTTP
    }
}
${unit('gunicorn --bind unix:/run/shop/gunicorn.sock shop.wsgi', 'RuntimeDirectory=shop\n')}${project}`,
        proof: {
          config: 'deploy/nginx/shop.conf',
          deployedAt: '/srv/shop',
          processes: ['deploy/shop.service'],
          get: '/',
          // gunicorn waits for a request line that never ends.
          before: { status: 0 },
          after: { status: 200, body: /hello/ },
        },
      },
      {
        title: 'uwsgi_pass to an http-socket, by way of an upstream',
        files: `
#- deploy/nginx/shop.conf
upstream app {
    server 127.0.0.1:9090;
}
server {
    listen 80;
    location / {
        include uwsgi_params;
        uwsgi_pass app;
#       ^^^^^^^^^^ error[process/protocol-mismatch]: uwsgi_pass speaks the uwsgi protocol, and uWSGI's socket at 127.0.0.1:9090 HTTP
    }
}
#- deploy/uwsgi.ini
[uwsgi]
module = shop.wsgi
http-socket = 127.0.0.1:9090
${uwsgiUnit}${project}`,
      },
      {
        title: 'Apache',
        files: `
#- deploy/apache/shop.conf
<VirtualHost *:80>
    ServerName shop.example
    ProxyPass / http://127.0.0.1:3031/
#   ^^^^^^^^^ error[process/protocol-mismatch]: ProxyPass speaks HTTP, and uWSGI's socket at 0.0.0.0:3031 the uwsgi protocol
</VirtualHost>
#- deploy/uwsgi.ini
[uwsgi]
module = shop.wsgi
socket = :3031
${uwsgiUnit}${project}`,
      },
    ],
    passing: [
      {
        title: 'each as it should be, one with protocol = http',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        include uwsgi_params;
        uwsgi_pass unix:/srv/shop/shop.sock;
    }
    location /api/ {
        proxy_pass http://127.0.0.1:9090;
        proxy_set_header Host $host;
    }
}
#- deploy/api.ini
[uwsgi]
module = shop.wsgi
socket = 127.0.0.1:9090
protocol = http
#- deploy/uwsgi.ini
[uwsgi]
module = shop.wsgi
socket = /srv/shop/shop.sock
chmod-socket = 666
${uwsgiUnit}${project}`,
      },
      {
        title: 'gunicorn is started, and a file for those who would rather have uWSGI lies beside it',
        files: `
${site('proxy_pass http://127.0.0.1:8001;')}#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --config /etc/shop/gunicorn.py shop.wsgi
# or: ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
#- deploy/uwsgi.ini
[uwsgi]
module = shop.wsgi
socket = 127.0.0.1:8001
${project}`,
      },
    ],
  },
  check({ applications, deployment, snapshot, report }) {
    for (const { application, target, process, listener } of meetingsOf(applications, deployment.processes)) {
      const { directive } = application
      const speaks = spoken[target.protocol]
      if (!speaks || speaks === listener.protocol || directive.presence !== 'present' || target.named.presence !== 'present') continue
      const head = directive.node.words[0]
      if (!head || mayBeAnothers(target, process, speaks, deployment.processes)) continue
      const program = programName(process.server)
      report({
        at: { path: directive.source.path, start: directive.start + head.start, end: directive.start + head.end },
        message: `${head.value} speaks ${names[speaks]}, and ${program}'s socket at ${showAddress(listener.address)} ${names[listener.protocol]}: every request hangs or is answered with ${directive.source.tree.dialect === 'nginx' ? '502' : '502 or 503'}.`,
        related: [{ at: listener.at, message: `${process.name} opens it here` }],
        fixes: [...otherDirective(target, listener, directive), ...otherSocket(listener, speaks, snapshot)],
      })
    }
  },
})

/** Whether another process may be the one that is asked: files for gunicorn and for uWSGI lie side by side where either may be used. */
const mayBeAnothers = (target: Target, process: ApplicationProcess, speaks: Listener['protocol'], processes: readonly ApplicationProcess[]): boolean =>
  processes.some(
    (each) =>
      each !== process &&
      (!each.listenersKnown || each.listeners.some((listener) => listener.protocol === speaks && reaches(target.address, listener.address))),
  )

const spoken: Readonly<Partial<Record<Target['protocol'], Listener['protocol']>>> = { http: 'http', uwsgi: 'uwsgi', fastcgi: 'fastcgi', scgi: 'scgi' }
const names: Readonly<Record<Listener['protocol'], string>> = { http: 'HTTP', uwsgi: 'the uwsgi protocol', fastcgi: 'FastCGI', scgi: 'SCGI' }

/** The directive that speaks what the listener speaks, where it is a plain exchange. */
function otherDirective(target: Target, listener: Listener, directive: Target['named']): FindingFix[] {
  const { source, start, node, name } = directive
  const [head, word] = node.words
  if (!head || !word) return []
  const whole = { path: source.path, start: start + head.start, end: start + word.end }
  const written = source.text.slice(start + word.start, start + word.end)
  if (source.tree.dialect === 'apache') {
    const [from, to] = listener.protocol === 'uwsgi' ? ['http://', 'uwsgi://'] : ['uwsgi://', 'http://']
    const at = source.text.slice(target.word.start, target.word.end).indexOf(from)
    if (at < 0) return []
    const edit = { path: target.word.path, start: target.word.start + at, end: target.word.start + at + from.length, newText: to }
    return [{ title: `Write ${to}`, safe: false, edits: [edit] }]
  }
  if (name === 'proxy_pass' && listener.protocol === 'uwsgi') {
    // uwsgi_pass takes no URI behind the address.
    const address = /^http:\/\/((?:unix:[^:]+)|[^/]+?)(?::?\/)?$/.exec(written)?.[1]
    if (address === undefined) return []
    const includes = directive.parent?.children.some((each) => each.name === 'include' && /uwsgi_params/.test(each.args[0]?.value ?? ''))
    return [
      {
        title: 'Use uwsgi_pass',
        safe: false,
        edits: [{ ...whole, newText: `${includes ? '' : `include uwsgi_params;\n${indentOf(directive)}`}uwsgi_pass ${address}` }],
      },
    ]
  }
  if (name === 'uwsgi_pass' && listener.protocol === 'http') {
    const address = written.replace(/^s?uwsgi:\/\//, '')
    const host = directive.parent?.children.some((each) => each.name === 'proxy_set_header')
    return [
      {
        title: 'Use proxy_pass',
        safe: false,
        edits: [{ ...whole, newText: `${host ? '' : `proxy_set_header Host $host;\n${indentOf(directive)}`}proxy_pass http://${address}` }],
      },
    ]
  }
  return []
}

/** uWSGI's own option for the other protocol, where the socket is an option of a line. */
function otherSocket(listener: Listener, speaks: Listener['protocol'], snapshot: Snapshot): FindingFix[] {
  const content = snapshot.content(listener.at.path)
  if (content.state !== 'content') return []
  const wanted = speaks === 'http' ? 'http-socket' : speaks === 'uwsgi' ? 'socket' : undefined
  const lineStart = content.value.text.lastIndexOf('\n', listener.at.start - 1) + 1
  const key = /(?:^|[\s<]|--)(socket|uwsgi-socket|http-socket|http)(?:\s*[=:>]\s*|\s+)["']?$/.exec(content.value.text.slice(lineStart, listener.at.start))
  if (!key?.[1] || wanted === undefined || key[0].startsWith('<')) return []
  const at = lineStart + key.index + key[0].indexOf(key[1])
  const edit: FindingEdit = { path: listener.at.path, start: at, end: at + key[1].length, newText: wanted }
  return [{ title: `Have uWSGI speak ${names[speaks]}: ${wanted}`, safe: false, edits: [edit] }]
}
