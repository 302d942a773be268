import type { ProxiedApplication } from '../../application/application.ts'
import { isCertainlyDjango } from '../../application/behind.ts'
import { headerSent, type SentHeader, speaksTls } from '../../application/proxy-headers.ts'
import { placeOfDirective } from '../../configuration/placed.ts'
import type { DjangoSettings } from '../../deployment/django/settings.ts'
import { isSequence, knownText, type Place, truthOf } from '../../deployment/django/values.ts'
import { insertAfter, insertBefore, replaceArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { project, settings } from './lib/example-site.ts'

const unit = (bind: string): string => `#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind ${bind} site1.wsgi:application
`
const redirecting = `${settings}SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
`

export const rule = defineRule({
  id: 'django/forwarded-proto-missing',
  looksAt: 'application',
  severity: 'error',
  summary: 'The server ends TLS and does not tell the application: an endless redirect to HTTPS, or forms refused.',
  explanation: `
Between the server and the application there is plain HTTP. That the browser spoke HTTPS the application knows only from a header, and
\`SECURE_PROXY_SSL_HEADER\` names the one that it trusts. Where the server does not set it, every request looks like HTTP: with \`SECURE_SSL_REDIRECT\`
Django redirects to the URL that was asked for, without end; and a client may send the header itself and be believed.

It is reported for servers that end TLS themselves (\`listen 443 ssl\`, \`SSLEngine on\`). A server behind a load balancer, and mod_wsgi, which knows
the scheme by itself, are left alone.
`,
  source:
    'Tried with nginx 1.22.1, gunicorn 20.1 and Django 3.2: 301 to the same URL. django/http/request.py: scheme; gunicorn/http/message.py: secure_scheme_headers.',
  examples: {
    failing: [
      {
        title: 'nginx, an endless redirect',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 443 ssl;
    server_name shop.example;
    location / {
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:8000;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[django/forwarded-proto-missing]: Django redirects to HTTPS without end
    }
}
${unit('127.0.0.1:8000')}${project}#- site1/settings.py
${redirecting}`,
      },
      {
        title: 'the scheme of the wrong side',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 443 ssl;
    server_name shop.example;
    location / {
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Proto http;
        proxy_pass http://unix:/run/shop/shop.sock;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[django/forwarded-proto-missing]: Django redirects to HTTPS without end
    }
}
${unit('unix:/run/shop/shop.sock').replace('[Service]', '[Service]\nRuntimeDirectory=shop')}${project}#- site1/settings.py
${redirecting}`,
      },
      {
        title: 'Apache, trusted and not sent',
        files: `
#- deploy/apache/shop.conf
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    ProxyPreserveHost On
    ProxyPass / http://127.0.0.1:8000/
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[django/forwarded-proto-missing]: SECURE_PROXY_SSL_HEADER has Django trust X-Forwarded-Proto, which the server does not set
</VirtualHost>
${unit('127.0.0.1:8000')}${project}#- site1/settings.py
${settings}SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
`,
      },
    ],
    passing: [
      {
        title: 'sent by the location, by the server, by a snippet of Debian, by a file that is not here',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 443 ssl;
    server_name shop.example;
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-Proto $scheme;
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
    location /a/ {
        include proxy_params;
        proxy_pass http://127.0.0.1:8000;
    }
    location /b/ {
        include /etc/nginx/headers.inc;
        proxy_pass http://127.0.0.1:8000;
    }
}
server {
    listen 80;
    server_name shop.example;
    location / {
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit('127.0.0.1:8000')}${project}#- site1/settings.py
${redirecting}`,
      },
      {
        title: 'Apache sends it',
        files: `
#- deploy/apache/shop.conf
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    ProxyPreserveHost On
    RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}
    ProxyPass / http://127.0.0.1:8000/
</VirtualHost>
${unit('127.0.0.1:8000')}${project}#- site1/settings.py
${redirecting}`,
      },
      {
        title: 'gunicorn believes a header of its own where Django trusts none',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 443 ssl;
    server_name shop.example;
    location / {
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Ssl on;
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit('127.0.0.1:8000')}${project}#- site1/settings.py
${settings}SECURE_SSL_REDIRECT = True
`,
      },
    ],
  },
  check(application, context) {
    const { configuration, report } = context
    if (application.kind !== 'proxied' || application.protocol !== 'http' || application.directive.presence !== 'present') return
    const { settings } = application
    if (settings?.state !== 'read' || !isCertainlyDjango(application, context) || speaksTls(application.directive) !== true) return
    const trusted = trustedHeader(settings)
    if (trusted === 'unknown') return
    const redirects = truthOf(settings.get('SECURE_SSL_REDIRECT'))
    if (redirects !== true && !trusted) return
    const wanted = trusted ?? { header: 'X-Forwarded-Proto', value: 'https', at: undefined }
    const headers = [wanted, ...gunicornHeaders].map(({ header, value }) => ({ value, sent: headerSent(application, configuration, header) }))
    if (headers.some(({ sent, value }) => sent.state === 'unknown' || (sent.state === 'sent' && mayBe(sent.value, value)))) return
    const own = headers[0]?.sent
    const loops = redirects === true
    const source = settings.get('SECURE_SSL_REDIRECT')
    report({
      at: placeOfDirective(application.directive),
      severity: loops ? 'error' : 'warning',
      message: loops
        ? `Django redirects to HTTPS without end: the server ends TLS and does not say so in ${wanted.header}, so each request looks like plain HTTP to SECURE_SSL_REDIRECT.`
        : `SECURE_PROXY_SSL_HEADER has Django trust ${wanted.header}, which the server does not set: each request looks like plain HTTP, and a client may set it as it likes.`,
      related: [
        ...(loops && source.state === 'known' && source.at ? [{ at: source.at, message: 'SECURE_SSL_REDIRECT is on' }] : []),
        ...(trusted?.at ? [{ at: trusted.at, message: `${wanted.header} is trusted here` }] : []),
      ],
      fixes: own ? send(wanted, own, application, context) : [],
    })
  },
})

interface TrustedHeader {
  /** As servers write it: `X-Forwarded-Proto`. */
  readonly header: string
  readonly value: string
  readonly at: Place | undefined
}

/** The header that SECURE_PROXY_SSL_HEADER names; undefined where it is certainly not set. */
function trustedHeader(settings: DjangoSettings): TrustedHeader | undefined | 'unknown' {
  const setting = settings.get('SECURE_PROXY_SSL_HEADER')
  if (setting.state !== 'known') return 'unknown'
  if (setting.value.kind === 'none') return undefined
  if (!isSequence(setting.value) || setting.value.items.length !== 2) return 'unknown'
  const [name, value] = setting.value.items.map(knownText)
  // A name in another form is a mistake of its own.
  if (name === undefined || value === undefined || !name.startsWith('HTTP_')) return 'unknown'
  const words = name.slice('HTTP_'.length).split('_')
  return { header: words.map((word) => word.charAt(0) + word.slice(1).toLowerCase()).join('-'), value, at: setting.at }
}

/** Headers from which gunicorn itself takes the scheme (`gunicorn/config.py: SecureSchemeHeader`), and uvicorn the last. */
const gunicornHeaders = [
  { header: 'X-Forwarded-Protocol', value: 'ssl' },
  { header: 'X-Forwarded-Ssl', value: 'on' },
  { header: 'X-Forwarded-Proto', value: 'https' },
]

/** Whether what is sent may be the value that means HTTPS: `$scheme` is `https` then, `$https` is `on`, and of other variables it is not known. */
function mayBe(sent: string, value: string): boolean {
  const https = /^\$\{?(scheme|https)\}?$/.exec(sent)?.[1]
  if (https !== undefined) return value.toLowerCase() === (https === 'scheme' ? 'https' : 'on')
  return /[$%]/.test(sent) || sent.toLowerCase() === value.toLowerCase()
}

function send({ header, value }: TrustedHeader, own: SentHeader, application: ProxiedApplication, { configuration }: ConfigurationContext): FindingFix[] {
  if (own.state === 'unknown') return []
  const { directive } = application
  if (configuration.dialect === 'apache') {
    if (own.state === 'sent') return []
    return [{ title: `Set ${header} for the application`, safe: true, edits: [insertBefore(directive, [`RequestHeader set ${header} "${value}"`])] }]
  }
  const written = value === 'https' ? '$scheme' : value
  const title = `Send ${header}: ${written}`
  if (own.state === 'sent') {
    const argument = own.by?.args[1]
    return own.by?.name === 'proxy_set_header' && argument ? [{ title, safe: true, edits: [replaceArgument(own.by, argument, written)] }] : []
  }
  const line = `proxy_set_header ${header} ${written};`
  return [{ title, safe: true, edits: [own.beside ? insertAfter(own.beside, [line]) : insertBefore(directive, [line])] }]
}
