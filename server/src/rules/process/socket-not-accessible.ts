import { type Meeting, meetingsOf } from '../../application/processes.ts'
import type { Unit } from '../../deployment/processes/unit-file.ts'
import { dirname } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { project, unit } from './lib/example-site.ts'

const uwsgiSite = `#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        include uwsgi_params;
        uwsgi_pass unix:/run/shop/shop.sock;
`

export const rule = defineRule({
  id: 'process/socket-not-accessible',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A Unix socket that the server may not connect to: another user, and no right for it.',
  explanation: `
To connect to a Unix socket a process needs the right to write to it, and to pass through the folders above it. uWSGI makes its socket with the
rights that its umask leaves, which is none for others (\`chmod-socket\` says otherwise), gunicorn with \`--umask\`. Where the server runs as
another user (\`www-data\`, \`nginx\`) that is in no common group, every request is answered with 502: "13: Permission denied".

It is reported where the application's user is known, it is none under which servers run, and neither group nor rights let the server in.
`,
  source: 'unix(7); tried with nginx 1.22.1 as www-data against uWSGI 2.0.21 and gunicorn 20.1 as another user: 502, (13: Permission denied).',
  examples: {
    failing: [
      {
        title: 'uWSGI without chmod-socket',
        files: `
${uwsgiSite}#                       ^^^^^^^^^^^^^^^^^^^ error[process/socket-not-accessible]: The server may not connect to /run/shop/shop.sock
    }
}
#- deploy/uwsgi.ini
[uwsgi]
module = shop.wsgi
socket = /run/shop/shop.sock
#- deploy/shop.service
[Service]
User=shop
Group=shop
RuntimeDirectory=shop
ExecStart=/usr/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
${project}`,
      },
      {
        title: 'gunicorn that shuts all others out',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_pass http://unix:/run/shop/shop.sock;
#                              ^^^^^^^^^^^^^^^^^^^ error[process/socket-not-accessible]: The server may not connect to /run/shop/shop.sock
        proxy_set_header Host $host;
    }
}
#- deploy/shop.service
[Service]
User=shop
Group=shop
RuntimeDirectory=shop
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --umask 0077 --bind unix:/run/shop/shop.sock shop.wsgi
${project}`,
      },
      {
        title: 'a folder that is closed to others',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_pass http://unix:/run/shop/shop.sock;
#                              ^^^^^^^^^^^^^^^^^^^ error[process/socket-not-accessible]: The server may not pass through /run/shop
        proxy_set_header Host $host;
    }
}
#- deploy/shop.service
[Service]
User=shop
Group=shop
RuntimeDirectory=shop
RuntimeDirectoryMode=0750
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/shop/shop.sock shop.wsgi
${project}`,
      },
    ],
    passing: [
      {
        title: "the server's group, and rights for it",
        files: `
${uwsgiSite}    }
}
#- deploy/uwsgi.ini
[uwsgi]
module = shop.wsgi
uid = shop
gid = www-data
chmod-socket = 660
socket = /run/shop/shop.sock
#- deploy/shop.service
[Service]
User=shop
Group=www-data
RuntimeDirectory=shop
RuntimeDirectoryMode=0750
ExecStart=/usr/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
${project}`,
      },
      {
        title: 'a socket of the service that Debian has for uWSGI, which gives it rights of its own',
        files: `
${uwsgiSite.replace('/run/shop/shop.sock', '/var/run/uwsgi/app/shop/socket')}    }
}
#- deploy/uwsgi.ini
[uwsgi]
module = shop.wsgi
uid = shop
gid = www-data
socket = /run/uwsgi/app/shop/socket
${project}`,
      },
      {
        title: 'rights for all, or the same user',
        files: `
${uwsgiSite}    }
    location /api/ {
        proxy_pass http://unix:/run/api/api.sock;
        proxy_set_header Host $host;
    }
}
#- deploy/uwsgi.ini
[uwsgi]
module = shop.wsgi
chmod-socket = 666
socket = /run/shop/shop.sock
#- deploy/shop.service
[Service]
User=shop
RuntimeDirectory=shop
ExecStart=/usr/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
#- deploy/api.service
[Service]
User=shop
RuntimeDirectory=api
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/api/api.sock shop.wsgi
${project}${unit('gunicorn --umask 0077 -b 127.0.0.1:9000 shop.wsgi').replace('shop.service', 'own.service')}`,
      },
    ],
  },
  check({ applications, deployment, files, report, snapshot }) {
    const users = usersSaid(files, snapshot)
    for (const meeting of meetingsOf(applications, deployment.processes)) {
      const { application, listener, process, target } = meeting
      const { user } = process
      if (listener.address.kind !== 'unix' || listener.from === 'socket-unit' || !user || application.directive.presence !== 'present') continue
      if (isServerUser(user.value) || user.value === 'root' || users.has(user.value) || users.has('root')) continue
      const group = process.group?.value ?? user.value
      // Groups that the server's user was put in are not known: one named like the application's own is taken for what it is without a word.
      const sharesGroup = isServerUser(group)
      if (!sharesGroup && process.group !== undefined && process.group.value !== user.value) continue
      const folder = folderMode(process.unit, listener.address.path)
      const lacking = (mode: number, bit: number): boolean => (mode & (bit | (sharesGroup ? bit << 3 : 0))) === 0
      if (folder && lacking(folder.mode, 0o1)) {
        const { at, mode } = folder
        report({
          at: target.at,
          message: `The server may not pass through ${dirname(listener.address.path)}, whose rights are ${octal(mode)} and which belongs to ${user.value}: every request is answered with 502 (13: Permission denied).`,
          related: [{ at, message: 'the rights are set here' }],
          fixes: [{ title: 'Let others pass: 0755', safe: false, edits: [{ ...at, newText: '0755' }] }],
        })
        continue
      }
      // Debian's service of uWSGI starts what is in apps-enabled with its own default.ini: chmod-socket = 660, and www-data.
      const isOfDebian = /^(?:\/var)?\/run\/uwsgi\/app\//.test(listener.address.path)
      const mode = process.socketMode?.mode ?? (process.server === 'uwsgi' && !isOfDebian ? 0o755 : undefined)
      if (mode === undefined || !lacking(mode, 0o2)) continue
      report({
        at: target.at,
        message: `The server may not connect to ${listener.address.path}: ${user.value} makes it with the rights ${octal(mode)}, and no other may write to it. Every request is answered with 502 (13: Permission denied).`,
        related: [{ at: process.socketMode?.at ?? listener.at, message: process.socketMode ? 'the rights are set here' : 'the socket is made here' }],
        fixes: rightsFixes(meeting, sharesGroup, (path) => {
          const content = snapshot.content(path)
          return content.state === 'content' ? content.value.text : undefined
        }),
      })
    }
  },
})

/** Users under which Apache and nginx run in distributions. */
const isServerUser = (name: string): boolean => /^(?:www-data|nginx|apache|httpd|http|nobody|www|wwwrun|_www)$/.test(name)

/** Users that a server of the workspace is told to run as. */
function usersSaid(files: readonly string[], snapshot: Snapshot): ReadonlySet<string> {
  const users = new Set<string>()
  for (const path of files) {
    if (!/\/(?:nginx\.conf|apache2\.conf|httpd\.conf|envvars)$/.test(path)) continue
    const content = snapshot.content(path)
    if (content.state !== 'content') continue
    for (const [, name = ''] of content.value.text.matchAll(/^\s*(?:user|User|export APACHE_RUN_USER=)\s*"?([\w-]+)/gm)) users.add(name)
  }
  return users
}

/** The rights of the folder that RuntimeDirectory= makes for a socket, where they are set. */
function folderMode(unit: Unit | undefined, socket: string): { mode: number; at: { path: string; start: number; end: number } } | undefined {
  const set = unit?.value('Service', 'RuntimeDirectoryMode')
  const folders = unit?.values('Service', 'RuntimeDirectory').flatMap((each) => each.value.split(/\s+/)) ?? []
  if (!set || !/^0?[0-7]{3}$/.test(set.value) || !folders.some((each) => socket.startsWith(`/run/${each}/`))) return undefined
  return { mode: Number.parseInt(set.value, 8), at: { path: set.path, start: set.start, end: set.end } }
}

const octal = (mode: number): string => `0${mode.toString(8).padStart(3, '0')}`

function rightsFixes({ process, listener }: Meeting, sharesGroup: boolean, textOf: (path: string) => string | undefined): FindingFix[] {
  const wanted = sharesGroup ? '660' : '666'
  if (process.socketMode) {
    const newText = process.server === 'uwsgi' ? wanted : sharesGroup ? '0007' : '0'
    return [
      {
        title: process.server === 'uwsgi' ? `Set chmod-socket to ${wanted}` : `Set umask to ${newText}`,
        safe: false,
        edits: [{ ...process.socketMode.at, newText }],
      },
    ]
  }
  const text = textOf(listener.at.path)
  if (text === undefined || listener.from !== 'config' || !listener.at.path.endsWith('.ini')) return []
  const end = text.indexOf('\n', listener.at.end)
  const at = end < 0 ? text.length : end
  return [
    { title: `Add chmod-socket = ${wanted}`, safe: false, edits: [{ path: listener.at.path, start: at, end: at, newText: `\nchmod-socket = ${wanted}` }] },
  ]
}
