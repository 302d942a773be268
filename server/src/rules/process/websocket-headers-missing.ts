import type { ProxiedApplication } from '../../application/application.ts'
import { isCertainlyDjango } from '../../application/behind.ts'
import { headerSent } from '../../application/proxy-headers.ts'
import { placeOfDirective } from '../../configuration/placed.ts'
import { knownItems } from '../../deployment/django/values.ts'
import { insertAfter, insertBefore } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { project } from './lib/example-site.ts'

const channels = `${project.replace('ROOT_URLCONF', 'INSTALLED_APPS = ["channels"]\nASGI_APPLICATION = "shop.asgi.application"\nROOT_URLCONF')}#- shop/asgi.py
import os
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = ProtocolTypeRouter({"http": get_asgi_application(), "websocket": URLRouter([])})
`
const daphne = `#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/daphne -b 127.0.0.1 -p 8000 shop.asgi:application
`

export const rule = defineRule({
  id: 'process/websocket-headers-missing',
  looksAt: 'application',
  severity: 'warning',
  summary: 'An application with WebSockets behind a proxy that does not let them through.',
  explanation: `
A WebSocket begins as a request with \`Upgrade: websocket\` and \`Connection: upgrade\`. These two headers are meant for the next machine only: nginx does
not hand them on unless \`proxy_set_header\` says so, and needs \`proxy_http_version 1.1\` (the default since 1.29.7). Without them the application
sees a plain request and answers 404; pages work, and what is live in them does not.

It is reported where the project uses Channels with a \`websocket\` route, an ASGI server runs it, and nothing in the nginx server that passes
requests to it sets the headers.
`,
  source: 'nginx documentation, "WebSocket proxying"; RFC 6455; tried with nginx 1.22.1: the upgrade does not reach the application.',
  examples: {
    failing: [
      {
        title: 'plain proxy_pass',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:8000;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[process/websocket-headers-missing]: WebSockets do not get through
    }
}
${daphne}${channels}`,
      },
    ],
    passing: [
      {
        title: 'a location of their own',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:8000;
    }
    location /ws/ {
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_pass http://127.0.0.1:8000;
    }
}
${daphne}${channels}`,
      },
      {
        title: 'ASGI without WebSockets',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:8000;
    }
}
${daphne}${project}#- shop/asgi.py
import os
from django.core.asgi import get_asgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_asgi_application()
`,
      },
    ],
  },
  check(application, context) {
    const { applications, configuration, report } = context
    if (configuration.dialect !== 'nginx' || application.kind !== 'proxied' || application.protocol !== 'http' || application.mount !== '/') return
    if (application.directive.presence !== 'present' || !isCertainlyDjango(application, context) || !hasWebSockets(application, context)) return
    const beside = applications.filter((each): each is ProxiedApplication => each.kind === 'proxied' && each.host === application.host)
    if (beside.some((each) => headerSent(each, configuration, 'upgrade').state !== 'not set')) return
    report({
      at: placeOfDirective(application.directive),
      message: `WebSockets do not get through: nginx hands on neither Upgrade nor Connection, so ${application.processes[0]?.name ?? 'the application'} sees plain requests where the project has routes for WebSockets.`,
      fixes: letThrough(application, context),
    })
  },
})

/** Whether the project answers WebSockets, and a server that can runs it. */
function hasWebSockets({ processes, project: served, settings }: ProxiedApplication, { snapshot }: ConfigurationContext): boolean {
  const runs = processes.some(
    ({ server, workerClass }) => server === 'daphne' || server === 'uvicorn' || server === 'hypercorn' || /uvicorn/.test(workerClass?.value ?? ''),
  )
  if (!runs || !settings || !knownItems(settings.get('INSTALLED_APPS'))?.items.some(({ text }) => text === 'channels')) return false
  return (
    served?.asgi.some(({ path }) => {
      const content = snapshot.content(path)
      return content.state === 'content' && /["']websocket["']\s*:/.test(content.value.text)
    }) ?? false
  )
}

function letThrough(application: ProxiedApplication, { configuration }: ConfigurationContext): FindingFix[] {
  const sent = headerSent(application, configuration, 'upgrade')
  if (sent.state !== 'not set') return []
  const { beside } = sent
  const version = beside?.parent?.children.some((each) => each.name === 'proxy_http_version') ? [] : ['proxy_http_version 1.1;']
  const lines = [...version, 'proxy_set_header Upgrade $http_upgrade;', 'proxy_set_header Connection "upgrade";']
  return [{ title: 'Let WebSockets through', safe: false, edits: [beside ? insertAfter(beside, lines) : insertBefore(application.directive, lines)] }]
}
