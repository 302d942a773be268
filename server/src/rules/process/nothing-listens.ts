import { isHere, type Sending, sendingsOf } from '../../application/processes.ts'
import { type ContainerSetup, containersWith } from '../../deployment/platforms/containers.ts'
import { type Address, reaches, showAddress } from '../../deployment/processes/address.ts'
import { programName } from '../../deployment/processes/command-line.ts'
import type { ApplicationProcess, Listener } from '../../deployment/processes/process.ts'
import { basename } from '../../workspace/path.ts'
import { isPlaceholderPath } from '../lib/placeholder.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { project, site, unit } from './lib/example-site.ts'
import { listenAt, sendTo } from './lib/rewrite-address.ts'

export const rule = defineRule({
  id: 'process/nothing-listens',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'Requests are sent to a socket or port where nobody listens, while the application listens elsewhere.',
  explanation: `
The server hands requests to one address and the application listens at another: every request is answered with 502 (nginx) or 503 (Apache).
Neither side can see it: each is right by itself.

It is reported where a unit, a supervisor program or a uWSGI file of the workspace says where the application listens, nothing is sent there,
and exactly one address is left over on each side. A socket that systemd opens (\`site.socket\`) takes the place of gunicorn's \`--bind\`, and
\`--bind\` that of \`gunicorn.conf.py\`. Addresses in variables and on other machines are left alone.
`,
  source: 'Tried with nginx 1.22.1, Apache 2.4.71 and gunicorn 20.1: 502 and 503; gunicorn/systemd.py for sockets that are handed over.',
  examples: {
    failing: [
      {
        title: 'another port',
        files: `
${site(
  'proxy_pass http://127.0.0.1:8001;',
  `#                         ^^^^^^^^^^^^^^ error[process/nothing-listens]: Nothing listens at 127.0.0.1:8001: shop.service starts gunicorn at 127.0.0.1:8000
`,
)}${unit('gunicorn --bind 127.0.0.1:8000 shop.wsgi')}${project}`,
        proof: {
          config: 'deploy/nginx/shop.conf',
          deployedAt: '/srv/shop',
          processes: ['deploy/shop.service'],
          get: '/',
          before: { status: 502 },
          after: { status: 200, body: /hello/ },
        },
      },
      {
        title: 'another socket, by way of an upstream',
        files: `
#- deploy/nginx/shop.conf
upstream shop {
    server unix:/run/shop/shop.sock fail_timeout=0;
#               ^^^^^^^^^^^^^^^^^^^ error[process/nothing-listens]: Nothing listens at /run/shop/shop.sock: shop.service starts gunicorn at /run/shop/gunicorn.sock
}
server {
    listen 80;
    location / {
        proxy_pass http://shop;
        proxy_set_header Host $host;
    }
}
${unit('gunicorn --bind unix:/run/shop/gunicorn.sock shop.wsgi', 'RuntimeDirectory=shop\n')}${project}`,
        proof: {
          config: 'deploy/nginx/shop.conf',
          deployedAt: '/srv/shop',
          processes: ['deploy/shop.service'],
          get: '/',
          before: { status: 502 },
          after: { status: 200, body: /hello/ },
        },
      },
      {
        title: 'a port where there is a socket, behind Apache',
        files: `
#- deploy/apache/shop.conf
<VirtualHost *:80>
    ServerName shop.example
    ProxyPreserveHost On
    ProxyPass / http://127.0.0.1:8000/
#                      ^^^^^^^^^^^^^^ error[process/nothing-listens]: Nothing listens at 127.0.0.1:8000: shop.service starts gunicorn at /run/shop/gunicorn.sock
</VirtualHost>
${unit('gunicorn -b unix:/run/shop/gunicorn.sock shop.wsgi', 'RuntimeDirectory=shop\n')}${project}`,
      },
      {
        title: "the socket of systemd's own unit counts, not --bind",
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_pass http://unix:/run/shop/gunicorn.sock;
#                              ^^^^^^^^^^^^^^^^^^^^^^^ error[process/nothing-listens]: Nothing listens at /run/shop/gunicorn.sock: shop.socket opens /run/shop.sock for gunicorn, which then ignores its --bind
        proxy_set_header Host $host;
    }
}
#- deploy/shop.socket
[Socket]
ListenStream=/run/shop.sock
${unit('gunicorn -b unix:/run/shop/gunicorn.sock shop.wsgi', 'RuntimeDirectory=shop\n')}${project}`,
      },
      {
        title: 'uWSGI, by the file that its unit names',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        include uwsgi_params;
        uwsgi_pass 127.0.0.1:3031;
#                  ^^^^^^^^^^^^^^ error[process/nothing-listens]: Nothing listens at 127.0.0.1:3031: shop.service starts uWSGI at 127.0.0.1:3032
    }
}
#- deploy/uwsgi.ini
[uwsgi]
module = shop.wsgi
port = 3032
socket = 127.0.0.1:%(port)
${unit('uwsgi --ini /srv/shop/deploy/uwsgi.ini')}${project}`,
      },
    ],
    passing: [
      {
        title: 'a variable says where to, and a rewrite rule hands on',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    set $backend 127.0.0.1:8000;
    location /api/ {
        proxy_pass http://$backend;
    }
    location / {
        proxy_pass http://127.0.0.1:3000;
    }
}
#- deploy/apache/shop.conf
<VirtualHost *:80>
    ServerName shop.example
    RewriteEngine On
    RewriteRule ^/api/(.*)$ http://127.0.0.1:8000/api/$1 [P]
    ProxyPass / http://127.0.0.1:3000/
</VirtualHost>
${unit('gunicorn --bind 127.0.0.1:8000 shop.wsgi')}${project}`,
      },
      {
        title: 'the command line wins over gunicorn.conf.py',
        files: `
${site('proxy_pass http://127.0.0.1:8100;')}#- gunicorn.conf.py
bind = "127.0.0.1:8000"
${unit('gunicorn -c /srv/shop/gunicorn.conf.py --bind 127.0.0.1:8100 shop.wsgi')}${project}`,
      },
      {
        title: 'an address from the environment, and other services beside it',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_pass http://127.0.0.1:8001;
        proxy_set_header Host $host;
    }
    location /grafana/ {
        proxy_pass http://127.0.0.1:3000;
    }
}
#- deploy/shop.service
[Service]
EnvironmentFile=/etc/default/shop
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind $BIND shop.wsgi
${project}`,
      },
      {
        title: 'a template, from which another deployment is made',
        files: `
#- roles/web/templates/shop.conf.j2
upstream shop {
    server unix:/srv/shop-live/shop.sock;
}
server {
    listen 80;
    server_name {{ server_name }};
    location / {
        proxy_pass http://shop;
        proxy_set_header Host $host;
    }
}
${unit('gunicorn --bind unix:/srv/shop/shop.sock shop.wsgi')}${project}`,
      },
      {
        title: 'a sample with a path to fill in',
        files: `
${site('proxy_pass http://unix:/path/to/shop/shop.sock;')}${unit('gunicorn --bind unix:/srv/shop/shop.sock shop.wsgi')}${project}`,
      },
      {
        title: 'a sample for a server, and the file of an image',
        files: `
#- docs/samples/nginx.conf
server {
    listen 80;
    location / {
        include uwsgi_params;
        uwsgi_pass 127.0.0.1:3031;
    }
}
#- docker/uwsgi.ini
[uwsgi]
module = shop.wsgi
socket = 0.0.0.0:3000
#- docker/Dockerfile
FROM python:3.12
COPY . /srv/shop
CMD ["uwsgi", "--ini", "/srv/shop/docker/uwsgi.ini"]
${project}`,
      },
      {
        title: 'a socket named from another folder, /var/run, and a relative one',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_pass http://unix:/var/run/shop/a.sock:/;
        proxy_set_header Host $host;
    }
    location /admin/ {
        proxy_pass http://unix:/srv/shop/b.sock:/admin/;
        proxy_set_header Host $host;
    }
}
${unit('gunicorn --bind unix:/run/shop/a.sock --bind unix:b.sock shop.wsgi', 'RuntimeDirectory=shop\n')}${project}`,
      },
    ],
  },
  check({ applications, deployment, report }) {
    const { processes } = deployment
    if (processes.length === 0 || processes.some((each) => !each.listenersKnown)) return
    // What is sent to a variable may go anywhere.
    if (applications.some((each) => each.kind === 'proxied' && each.targets.length === 0)) return
    const sendings = sendingsOf(applications)
    const texts = [...new Set(applications.map((each) => each.directive.source))].map((source) => source.text)
    const heard = (address: Address): boolean => processes.some((each) => each.listeners.some((listener) => reaches(address, listener.address)))
    const unheard = sendings.filter(
      ({ application, target }) => isHere(target) && mayBePython(target.protocol) && isCertain(application, target) && !heard(target.address),
    )
    const unasked = processes.flatMap((process) =>
      process.listeners
        .filter((listener) => !sendings.some(({ target }) => reaches(target.address, listener.address)) && !texts.some((text) => names(text, listener.address)))
        .map((listener) => ({ process, listener })),
    )
    const places = new Set(unheard.map(({ target }) => showAddress(target.address)))
    const [only, ...others] = unasked
    if (!only || others.length > 0 || places.size !== 1) return
    if (isPlaceholder(only.listener.address)) return
    for (const sending of unheard) {
      if (isPlaceholder(sending.target.address)) continue
      if (sending.target.address.kind === 'tcp' && !takesAll(sending)) continue
      // What an image starts is no process of a server outside of it.
      const { path } = sending.target.named.source
      if (isOfContainer(only.process, deployment.containerSetup) && containersWith(deployment.containerSetup, path).length === 0) continue
      report({
        at: sending.target.at,
        message: `Nothing listens at ${showAddress(sending.target.address)}: ${whereInstead(only.process, only.listener)}. Every request that is sent there is answered with ${sending.application.directive.source.tree.dialect === 'nginx' ? '502' : '503'}.`,
        related: [{ at: only.listener.at, message: `${only.process.name} listens at ${showAddress(only.listener.address)}` }],
        fixes: fixesFor(sending, only.process, only.listener),
      })
    }
  },
})

/** Whether the file that starts a process is named by what makes or starts a container. */
const isOfContainer = ({ path, configFiles }: ApplicationProcess, { dockerfiles, compose }: ContainerSetup): boolean => {
  const names = [path, ...configFiles].map(basename)
  const texts = [...dockerfiles.map(({ text }) => text), ...compose.map(({ yaml }) => yaml.text)]
  return texts.some((text) => names.some((name) => text.includes(name)))
}

/** Whether a text has an address in it, as a rewrite rule or a handler may. */
const names = (text: string, address: Address): boolean => text.includes(address.kind === 'unix' ? address.path : `:${address.port}`)

/** Python is asked by these; what speaks FastCGI is PHP more often than not. */
const mayBePython = (protocol: string): boolean => protocol === 'http' || protocol === 'uwsgi' || protocol === 'ws'

/** What a template engine leaves out or fills in is another deployment's than what stands in other files as it is. */
const isCertain = ({ directive }: Sending['application'], { named }: Sending['target']): boolean =>
  [directive, named].every((each) => each.presence === 'present' && !each.source.templated)

/** A path that everyone is to replace by their own may be replaced by the right one. */
const isPlaceholder = (address: Address): boolean => address.kind === 'unix' && isPlaceholderPath(address.path)

/** What is sent on for a part of the site only may be another program's. */
const takesAll = ({ application }: Sending): boolean => application.mount === '/' || application.mount.startsWith('@')

function whereInstead({ name, server, socketUnit }: ApplicationProcess, { address, from, isDefault }: Listener): string {
  const program = programName(server)
  if (from === 'socket-unit' && socketUnit) return `${basename(socketUnit.path)} opens ${showAddress(address)} for ${program}, which then ignores its --bind`
  if (isDefault) return `${name} starts ${program} without a word on where to listen, which means ${showAddress(address)}`
  return `${name} starts ${program} at ${showAddress(address)}`
}

function fixesFor({ target }: Sending, process: ApplicationProcess, listener: Listener): FindingFix[] {
  const sent = sendTo(target, listener.address)
  // Only root may open a socket in /run itself.
  const forbidden = target.address.kind === 'unix' && /^\/run\/[^/]+$/.test(target.address.path) && process.user !== undefined && process.user.value !== 'root'
  const heard = forbidden ? undefined : listenAt(process, listener, target.address)
  return [
    ...(sent ? [{ title: `Send requests to ${showAddress(listener.address)}`, safe: false, edits: [sent] }] : []),
    ...(heard ? [{ title: `Have ${process.server} listen at ${showAddress(target.address)}`, safe: false, edits: [heard] }] : []),
  ]
}
