import { meetingsOf } from '../../application/processes.ts'
import { defineRule } from '../rule.ts'
import { project, site, unit } from './lib/example-site.ts'
import { moveToRuntimeDirectory } from './lib/move-socket.ts'

export const rule = defineRule({
  id: 'process/socket-in-private-tmp',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A socket in /tmp of a unit with PrivateTmp: the server sees another /tmp.',
  explanation: `
With \`PrivateTmp=\` systemd gives a unit a \`/tmp\` and \`/var/tmp\` of its own. A socket that the application opens there exists for it alone; the
server looks into the machine's \`/tmp\`, finds nothing, and answers 502 with "2: No such file or directory". The place for a socket is a folder
below \`/run\` that \`RuntimeDirectory=\` makes.

Apache is a unit with \`PrivateTmp=true\` itself in Debian and Red Hat, so there a socket in \`/tmp\` is out of reach whatever the application's unit says.
`,
  source:
    'systemd.exec(5), PrivateTmp=; tried with nginx 1.22.1 and gunicorn 20.1 in a mount namespace of its own: 502. Debian 12: apache2.service has PrivateTmp=true.',
  examples: {
    failing: [
      {
        title: 'gunicorn behind nginx',
        files: `
${site(
  'proxy_pass http://unix:/tmp/shop.sock:/;',
  `#                              ^^^^^^^^^^^^^^ error[process/socket-in-private-tmp]: /tmp/shop.sock is in a /tmp that shop.service has for itself (PrivateTmp)
`,
)}${unit('gunicorn --bind unix:/tmp/shop.sock shop.wsgi', 'PrivateTmp=true\n')}${project}`,
      },
      {
        title: 'Apache, whose own /tmp is private',
        files: `
#- deploy/apache/shop.conf
<VirtualHost *:80>
    ServerName shop.example
    ProxyPreserveHost On
    ProxyPass / unix:/tmp/shop.sock|http://localhost/
#                    ^^^^^^^^^^^^^^ warning[process/socket-in-private-tmp]: Apache does not see /tmp/shop.sock: its own unit has PrivateTmp
</VirtualHost>
${unit('gunicorn --bind unix:/tmp/shop.sock shop.wsgi')}${project}`,
      },
    ],
    passing: [
      {
        title: 'nobody has a /tmp for itself, or the socket is elsewhere',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_pass http://unix:/tmp/shop.sock:/;
        proxy_set_header Host $host;
    }
    location /api/ {
        proxy_pass http://unix:/srv/shop/tmp/api.sock:/;
        proxy_set_header Host $host;
    }
}
#- deploy/api.service
[Service]
PrivateTmp=yes
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/srv/shop/tmp/api.sock shop.wsgi
${unit('gunicorn --bind unix:/tmp/shop.sock shop.wsgi', 'PrivateTmp=no\n')}${project}`,
      },
      {
        title: 'systemd opens the socket, outside the unit',
        files: `
${site('proxy_pass http://unix:/tmp/shop.sock:/;')}#- deploy/shop.socket
[Socket]
ListenStream=/tmp/shop.sock
${unit('gunicorn shop.wsgi', 'PrivateTmp=true\n')}${project}`,
      },
    ],
  },
  check(context) {
    const { applications, deployment, report } = context
    for (const { application, target, process, listener } of meetingsOf(applications, deployment.processes)) {
      const { unit: service } = process
      if (listener.address.kind !== 'unix' || !/^\/(?:var\/)?tmp\//.test(listener.address.path) || application.directive.presence !== 'present') continue
      if (listener.from === 'socket-unit' || !service) continue
      const isApache = application.directive.source.tree.dialect === 'apache'
      const isPrivate = service.isOn('Service', 'PrivateTmp')
      if (!isPrivate && !isApache) continue
      const { path } = listener.address
      const why = isPrivate
        ? `${path} is in a /tmp that ${service.name} has for itself (PrivateTmp): the server looks for it in another and answers ${isApache ? '503' : '502'}.`
        : `Apache does not see ${path}: its own unit has PrivateTmp in Debian and Red Hat, and so a /tmp of its own; every request is answered with 503.`
      const setting = service.value('Service', 'PrivateTmp')
      report({
        at: target.at,
        ...(isPrivate ? {} : { severity: 'warning' as const }),
        message: `${why} Put the socket into a folder below /run that RuntimeDirectory= makes.`,
        related: setting && isPrivate ? [{ at: { path: setting.path, start: setting.start, end: setting.end }, message: 'PrivateTmp is set here' }] : [],
        fixes: moveToRuntimeDirectory(process, service, listener, context),
      })
    }
  },
})
