import { programName } from '../../deployment/processes/command-line.ts'
import type { ApplicationProcess, Listener } from '../../deployment/processes/process.ts'
import { runtimeDirectories, type Unit } from '../../deployment/processes/unit-file.ts'
import { basename } from '../../workspace/path.ts'
import { type DeploymentContext, defineRule } from '../rule.ts'
import { project, site, unit } from './lib/example-site.ts'
import { moveToRuntimeDirectory } from './lib/move-socket.ts'
import { addToService } from './lib/unit-edits.ts'

export const rule = defineRule({
  id: 'process/runtime-directory-missing',
  looksAt: 'deployment',
  severity: 'warning',
  summary: 'A socket in a folder below /run that nothing makes, or in /run itself for a user who may not write there.',
  explanation: `
\`/run\` is empty after each start of the machine, and only root may write in it. A socket in \`/run/site/\` needs something that makes the folder, each
time and for the right user: \`RuntimeDirectory=site\` in the unit, a file for systemd-tmpfiles, or a \`.socket\` unit. A folder made by hand works until the
next boot; then gunicorn ends with "Can't connect to /run/site/…".

It is reported where no unit, drop-in or tmpfiles.d file of the workspace makes the folder. Folders that packages make (nginx, uwsgi, supervisor …) are left alone.
`,
  source:
    'systemd.exec(5), RuntimeDirectory=; gunicorn 20.1 and uWSGI 2.0.21 tried as another user in a folder of root: neither starts; file-hierarchy(7) on /run.',
  examples: {
    failing: [
      {
        title: 'a folder that nothing makes',
        files: `
${site('proxy_pass http://unix:/run/shop/gunicorn.sock;')}${unit('gunicorn --bind unix:/run/shop/gunicorn.sock shop.wsgi')}#                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[process/runtime-directory-missing]: Nothing makes /run/shop, where gunicorn is to open its socket
${project}`,
      },
      {
        title: '/run itself, as another user than root',
        files: `
${site('proxy_pass http://unix:/run/shop.sock;')}${unit('gunicorn --bind unix:/run/shop.sock shop.wsgi')}#                                            ^^^^^^^^^^^^^^^^^^^ error[process/runtime-directory-missing]: www-data may not open a socket in /run
${project}`,
      },
      {
        title: 'uWSGI gives up its rights before it opens the socket',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        include uwsgi_params;
        uwsgi_pass unix:/run/shop.sock;
    }
}
#- deploy/uwsgi.ini
[uwsgi]
module = shop.wsgi
uid = www-data
chmod-socket = 666
socket = /run/shop.sock
#        ^^^^^^^^^^^^^^ error[process/runtime-directory-missing]: www-data may not open a socket in /run
#- deploy/shop.service
[Service]
ExecStart=/usr/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
${project}`,
      },
      {
        title: "a folder of root's for uWSGI that becomes another user",
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        include uwsgi_params;
        uwsgi_pass unix:/run/shop/shop.sock;
    }
}
#- deploy/uwsgi.ini
[uwsgi]
module = shop.wsgi
uid = www-data
chmod-socket = 666
socket = /run/shop/shop.sock
#        ^^^^^^^^^^^^^^^^^^^ error[process/runtime-directory-missing]: www-data may not open a socket in /run/shop, which systemd makes for root
#- deploy/shop.service
[Service]
RuntimeDirectory=shop
ExecStart=/usr/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
${project}`,
      },
    ],
    passing: [
      {
        title: 'a socket unit that has the name under which the unit is installed',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_pass http://unix:/run/gunicorn.sock;
        proxy_set_header Host $host;
    }
}
#- deploy/gunicorn.socket
[Socket]
ListenStream=/run/gunicorn.sock
#- deploy/gunicorn-shop.service
[Unit]
Requires=gunicorn.socket
[Service]
User=www-data
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/gunicorn.sock shop.wsgi
${project}`,
      },
      {
        title: 'made by the unit, by a drop-in, by tmpfiles.d, by a socket unit, before the start',
        files: `
#- deploy/nginx/shop.conf
upstream shop {
    server unix:/run/shop/a.sock;
    server unix:/run/shop-b/b.sock;
    server unix:/run/shop-c/c.sock;
    server unix:/run/shop-d/d.sock;
    server unix:/run/shop-e/e.sock;
}
server {
    listen 80;
    location / {
        proxy_pass http://shop;
        proxy_set_header Host $host;
    }
}
#- deploy/b.service
[Service]
User=www-data
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn -b unix:/run/shop-b/b.sock shop.wsgi
#- deploy/b.service.d/folder.conf
[Service]
RuntimeDirectory=shop-b
#- deploy/c.service
[Service]
User=www-data
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn -b unix:/run/shop-c/c.sock shop.wsgi
#- deploy/tmpfiles.d/shop.conf
d /run/shop-c 0755 www-data www-data
#- deploy/d.socket
[Socket]
ListenStream=/run/shop-d/d.sock
#- deploy/d.service
[Service]
User=www-data
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
#- deploy/e.service
[Service]
User=www-data
ExecStartPre=+/bin/mkdir -p /run/shop-e
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn -b unix:/run/shop-e/e.sock shop.wsgi
${unit('gunicorn --bind unix:/run/shop/a.sock shop.wsgi', 'RuntimeDirectory=%N\n')}${project}`,
      },
    ],
  },
  check(context) {
    for (const process of context.deployment.processes) {
      if (process.manager !== 'systemd' || !process.unit || wantsSocket(process.unit)) continue
      for (const listener of process.listeners) checkListener(process, process.unit, listener, context)
    }
  },
})

/** Whether a unit asks for a socket of systemd's, whose own unit bears another name here than it may have on the server. */
const wantsSocket = (unit: Unit): boolean =>
  [
    ['Unit', 'Requires'],
    ['Unit', 'Wants'],
    ['Unit', 'BindsTo'],
    ['Service', 'Sockets'],
  ].some(([section = '', key = '']) => unit.values(section, key).some((each) => /\.socket\b/.test(each.value)))

function checkListener(process: ApplicationProcess, service: Unit, listener: Listener, context: DeploymentContext): void {
  if (listener.address.kind !== 'unix' || listener.from === 'socket-unit') return
  const [, folder] = /^\/run\/([^/]+)\/[^/]/.exec(listener.address.path) ?? []
  const { user, server } = process
  const program = programName(server)
  const before = [...service.values('Service', 'ExecStartPre'), ...service.values('Service', 'PermissionsStartOnly')]
  if (folder === undefined) {
    if (!/^\/run\/[^/]+$/.test(listener.address.path) || !user || /^(?:root|0)$/.test(user.value) || before.length > 0) return
    // gunicorn that root starts opens its socket before it becomes another.
    if (server === 'gunicorn' && service.value('Service', 'User') === undefined) return
    context.report({
      at: listener.at,
      severity: 'error',
      message: `${user.value} may not open a socket in /run, where only root may write: ${program} does not start. Put it into a folder of its own that RuntimeDirectory= makes.`,
      related: [{ at: user.at, message: `${process.name} runs it as ${user.value}` }],
      fixes: moveToRuntimeDirectory(process, service, listener, context),
    })
    return
  }
  const own = service.value('Service', 'User')
  if (server === 'uwsgi' && user && !/^(?:root|0)$/.test(user.value) && (own === undefined || own.value === 'root') && before.length === 0) {
    if (runtimeDirectories(service).includes(folder) && !/^0?777$/.test(service.value('Service', 'RuntimeDirectoryMode')?.value ?? '')) {
      const edit = own ? { path: own.path, start: own.start, end: own.end, newText: user.value } : addToService(service, `User=${user.value}`, context.snapshot)
      context.report({
        at: listener.at,
        severity: 'error',
        message: `${user.value} may not open a socket in /run/${folder}, which systemd makes for root: uWSGI gives up its rights first, and does not start. Have the unit run it as ${user.value}.`,
        related: [{ at: user.at, message: `uWSGI becomes ${user.value}` }],
        fixes: edit ? [{ title: `Run the unit as ${user.value}`, safe: true, edits: [edit] }] : [],
      })
      return
    }
  }
  if (isMadeByPackage.test(folder) || before.some((each) => each.value.includes(folder)) || isMade(folder, context)) return
  const made = addToService(service, `RuntimeDirectory=${folder}`, context.snapshot)
  context.report({
    at: listener.at,
    message: `Nothing makes /run/${folder}, where ${program} is to open its socket: /run is empty after each start of the machine. Add RuntimeDirectory=${folder} to ${basename(service.path)}.`,
    fixes: made ? [{ title: `Add RuntimeDirectory=${folder}`, safe: true, edits: [made] }] : [],
  })
}

/** Folders below /run of programs, made by their own units or packages. */
const isMadeByPackage = /^(?:nginx|apache2|httpd|uwsgi|supervisor|php|php-fpm|user|lock|systemd|shm|postgresql|redis|docker|screen)$/

/** Whether a unit or a tmpfiles.d file of the workspace makes a folder below /run. */
function isMade(folder: string, { deployment, files, snapshot }: DeploymentContext): boolean {
  if (deployment.processes.some((each) => runtimeDirectories(each.unit).includes(folder))) return true
  return files.some((path) => {
    if (!/tmpfiles|\.(?:service|socket)$|(?:^|\/)(?:[^/]*\.(?:sh|ya?ml|j2)|Makefile|fabfile\.py)$/.test(path)) return false
    const content = snapshot.content(path)
    if (content.state !== 'content') return content.state === 'not asked'
    const { text } = content.value
    const named = folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    if (/\.(?:service|socket)$/.test(path)) return new RegExp(`RuntimeDirectory=.*\\b${named}\\b`).test(text)
    return new RegExp(`/run/${named}\\b`).test(text) && /mkdir|install|^[dD]!?[ \t]|tmpfiles|directory/m.test(text)
  })
}
