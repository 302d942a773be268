import type { ProxiedApplication } from '../../application/application.ts'
import { isCertainlyDjango } from '../../application/behind.ts'
import { headerSent } from '../../application/proxy-headers.ts'
import { checksEveryHost } from '../../application/reached-hosts.ts'
import { type Configuration, directivesNamed, enclosing, placeOfDirective } from '../../configuration/placed.ts'
import { allowedHostsOf, effectiveEntries, isAllowedHost } from '../../deployment/django/allowed-hosts.ts'
import { truthOf } from '../../deployment/django/values.ts'
import { insertAfter, insertBefore } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { project, settings, unit } from './lib/example-site.ts'

const common = `${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "site1.urls"
SECRET_KEY = "x"
`

export const rule = defineRule({
  id: 'django/host-not-passed',
  looksAt: 'application',
  severity: 'error',
  summary: 'The server gives the application the address of the backend for a host, which ALLOWED_HOSTS does not have.',
  explanation: `
nginx sends \`$proxy_host\`, the name behind \`proxy_pass\`, as the Host header unless \`proxy_set_header Host\` says otherwise, and a
\`proxy_set_header\` of any other name in the same block takes away what was set outside. Apache sends the host of \`ProxyPass\` unless
\`ProxyPreserveHost On\`. Django then looks for \`127.0.0.1:8000\` or the upstream's name in \`ALLOWED_HOSTS\` and answers 400 Bad Request.

It is reported where \`ALLOWED_HOSTS\` is known and does not have that name, and CommonMiddleware looks at the host of each request.
`,
  source:
    'Tried with nginx 1.22.1, Apache 2.4.71, gunicorn 20.1 and Django 3.2: 400. ngx_http_proxy_module.c: ngx_http_proxy_headers; django/http/request.py: get_host.',
  examples: {
    failing: [
      {
        title: 'no header at all',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    server_name shop.example;
    location / {
        proxy_pass http://127.0.0.1:8000;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[django/host-not-passed]: nginx gives Django 127.0.0.1:8000 for the host, which ALLOWED_HOSTS does not have
    }
}
${unit}${project}#- site1/settings.py
${common}ALLOWED_HOSTS = ["shop.example"]
`,
      },
      {
        title: 'another header in the location takes away what the server set',
        files: `
#- deploy/nginx/shop.conf
upstream shop_app {
    server 127.0.0.1:8000;
}
server {
    listen 80;
    server_name shop.example;
    proxy_set_header Host $host;
    location / {
        proxy_set_header X-Real-IP $remote_addr;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/proxy-headers-not-inherited]: "Host" is not passed on from here
        proxy_pass http://shop_app;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[django/host-not-passed]: nginx gives Django shop_app for the host, which ALLOWED_HOSTS does not have
    }
}
${unit}${project}#- site1/settings.py
${common}ALLOWED_HOSTS = ["shop.example"]
`,
      },
      {
        title: 'Apache',
        files: `
#- deploy/apache/shop.conf
<VirtualHost *:80>
    ServerName shop.example
    ProxyPass / http://127.0.0.1:8000/
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[django/host-not-passed]: Apache gives Django 127.0.0.1:8000 for the host, which ALLOWED_HOSTS does not have
</VirtualHost>
${unit}${project}#- site1/settings.py
${common}ALLOWED_HOSTS = ["shop.example"]
`,
      },
    ],
    passing: [
      {
        title: 'the name of the backend is allowed, or X-Forwarded-Host is taken',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    server_name localhost;
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
#- deploy/apache/shop.conf
<VirtualHost *:80>
    ServerName shop.example
    ProxyPass / http://localhost:8000/
</VirtualHost>
${unit}${project}#- site1/settings.py
${common}ALLOWED_HOSTS = ["shop.example", "localhost", "127.0.0.1"]
`,
      },
      {
        title: 'ProxyPreserveHost, and hosts that the environment gives',
        files: `
#- deploy/apache/shop.conf
ProxyPreserveHost On
<VirtualHost *:80>
    ServerName shop.example
    ProxyPass / http://127.0.0.1:8000/
</VirtualHost>
#- deploy/nginx/shop.conf
server {
    listen 80;
    server_name shop.example;
    location / {
        include proxy_params;
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${common}ALLOWED_HOSTS = ["shop.example"]
`,
      },
    ],
  },
  check(application, context) {
    const { configuration, report } = context
    if (application.kind !== 'proxied' || application.protocol !== 'http' || application.directive.presence !== 'present') return
    const { settings } = application
    if (!settings || !isCertainlyDjango(application, context) || !checksEveryHost(application)) return
    const lists = allowedHostsOf(settings.get('ALLOWED_HOSTS'))
    const debug = settings.get('DEBUG')
    const sent = hostGiven(application, configuration)
    // Without an entry no host is taken, whichever is passed on.
    if (!lists?.some(({ entries }) => entries.length > 0) || sent === undefined || truthOf(settings.get('USE_X_FORWARDED_HOST')) !== false) return
    if (lists.some((list) => isAllowedHost(sent, effectiveEntries(list, debug)))) return
    const server = configuration.dialect === 'nginx' ? 'nginx' : 'Apache'
    const at = lists[0]?.at
    report({
      at: placeOfDirective(application.directive),
      message: `${server} gives Django ${sent} for the host, which ALLOWED_HOSTS does not have: every request is answered with 400 Bad Request. Pass on the host that was asked for.`,
      related: at ? [{ at, message: 'ALLOWED_HOSTS' }] : [],
      fixes: pass(application, context),
    })
  },
})

/** What stands in the Host header where nobody sets it; undefined where it is set, or not known. */
function hostGiven(application: ProxiedApplication, configuration: Configuration): string | undefined {
  const { directive } = application
  if (headerSent(application, configuration, 'host').state !== 'not set') return undefined
  if (configuration.dialect === 'nginx') {
    const url = directive.args[0]
    if (!url?.known || url.value.includes('$')) return undefined
    const rest = url.value.replace(/^https?:\/\//, '')
    return rest.startsWith('unix:') ? 'localhost' : rest.split('/')[0]
  }
  const preserve = directivesNamed(configuration, 'proxypreservehost').filter((each) => {
    const host = enclosing(each, 'virtualhost')
    return each.presence !== 'absent' && (!host || host === application.host)
  })
  // A piece leaves open what the main server says.
  if (preserve.some((each) => each.presence !== 'present' || each.args[0]?.value.toLowerCase() !== 'off')) return undefined
  const inLocation = enclosing(directive, 'location', 'locationmatch') !== undefined
  const url = directive.args[inLocation ? 0 : 1]
  return url?.known ? /^(?:unix:[^|]*\|)?https?:\/\/([^/]+)/i.exec(url.value)?.[1] : undefined
}

function pass(application: ProxiedApplication, { configuration }: ConfigurationContext): FindingFix[] {
  const { directive } = application
  if (configuration.dialect === 'apache')
    return [{ title: 'Pass on the host: ProxyPreserveHost On', safe: true, edits: [insertBefore(directive, ['ProxyPreserveHost On'])] }]
  const sent = headerSent(application, configuration, 'host')
  const line = 'proxy_set_header Host $host;'
  const beside = sent.state === 'not set' ? sent.beside : undefined
  return [{ title: 'Pass on the host that was asked for', safe: true, edits: [beside ? insertAfter(beside, [line]) : insertBefore(directive, [line])] }]
}
