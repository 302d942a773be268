import type { ProxiedApplication } from '../../application/application.ts'
import { directivesNamed, enclosing, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import type { Place } from '../../problem/place.ts'
import { insertBefore, replaceArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { project, unit } from './lib/example-site.ts'

export const rule = defineRule({
  id: 'process/timeout-order',
  looksAt: 'application',
  severity: 'warning',
  summary: 'The server gives up on a request before the application does.',
  explanation: `
gunicorn's sync workers may take \`--timeout\` seconds for a request, uWSGI's \`harakiri\` seconds. Where the server waits less (\`proxy_read_timeout\`,
\`uwsgi_read_timeout\`, \`ProxyTimeout\`; 60 seconds where nothing is said) it answers 504 while the worker goes on with a request that nobody waits for.
The one who waits should wait longest.

Workers of other kinds (gevent, threads, uvicorn) use \`--timeout\` for something else: they are left alone. Where the server's time is not written
anywhere it is advice only.
`,
  source:
    'Tried with nginx 1.22.1 and gunicorn 20.1: 504 after proxy_read_timeout. Documentation of gunicorn (timeout), uWSGI (harakiri), nginx and mod_proxy.',
  examples: {
    failing: [
      {
        title: 'nginx waits thirty seconds, gunicorn two minutes',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_read_timeout 30s;
#                          ^^^ warning[process/timeout-order]: nginx gives up after 30 s, and gunicorn's workers may take 120 s
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit('gunicorn --timeout 120 --bind 127.0.0.1:8000 shop.wsgi')}${project}`,
      },
      {
        title: 'nothing said, where the configuration is whole',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 80;
        location / {
            proxy_set_header Host $host;
            proxy_pass http://127.0.0.1:8000;
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[process/timeout-order]: nginx gives up after 60 s, and gunicorn's workers may take 300 s
        }
    }
}
#- gunicorn.conf.py
bind = "127.0.0.1:8000"
timeout = 300
${unit('gunicorn -c gunicorn.conf.py shop.wsgi')}${project}`,
      },
      {
        title: 'Apache',
        files: `
#- deploy/apache/shop.conf
<VirtualHost *:80>
    ServerName shop.example
    ProxyPreserveHost On
    ProxyTimeout 20
#                ^^ warning[process/timeout-order]: Apache gives up after 20 s, and gunicorn's workers may take 90 s
    ProxyPass / http://127.0.0.1:8000/
</VirtualHost>
${unit('gunicorn -t 90 --bind 127.0.0.1:8000 shop.wsgi')}${project}`,
      },
    ],
    passing: [
      {
        title: 'the server waits longest, or nobody says for how long',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    proxy_read_timeout 2m;
    location / {
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:8000;
    }
    location /b/ {
        proxy_read_timeout 10s;
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:8001;
    }
    location /c/ {
        proxy_read_timeout 10s;
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:8002;
    }
}
#- deploy/b.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8001 shop.wsgi
#- deploy/c.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn -k gevent -t 100 --bind 127.0.0.1:8002 shop.wsgi
${unit('gunicorn --timeout 120 --bind 127.0.0.1:8000 shop.wsgi')}${project}`,
      },
    ],
  },
  check(application, context) {
    if (application.kind !== 'proxied' || application.directive.presence !== 'present') return
    const [process, ...others] = application.processes
    if (!process?.timeout || others.length > 0) return
    if (process.server === 'gunicorn' && process.workerClass?.value !== 'sync') return
    const waits = waitOf(application, context)
    // Zero means without end.
    if (!waits || process.timeout.seconds <= waits.seconds || waits.seconds === 0) return
    const server = context.configuration.dialect === 'nginx' ? 'nginx' : 'Apache'
    const program = process.server === 'uwsgi' ? "uWSGI's" : "gunicorn's"
    context.report({
      at: waits.at ?? placeOfDirective(application.directive),
      ...(waits.at || context.configuration.whole ? {} : { severity: 'info' }),
      message: `${server} gives up after ${waits.seconds} s, and ${program} workers may take ${process.timeout.seconds} s: a request in between is answered with 504 while the worker goes on.`,
      related: [{ at: process.timeout.at, message: `${process.timeout.seconds} s are allowed here` }],
      fixes: waitLonger(application, waits, process.timeout.seconds, context),
    })
  },
})

interface Wait {
  readonly seconds: number
  readonly by: PlacedDirective | undefined
  /** Where it is written. */
  readonly at: Place | undefined
}

/** How long a server waits for an answer; undefined where that is not certain. */
function waitOf({ directive, protocol, host }: ProxiedApplication, { configuration }: ConfigurationContext): Wait | undefined {
  if (configuration.dialect === 'nginx') {
    const name = `${protocol === 'http' ? 'proxy' : protocol}_read_timeout`
    for (let at = directive.parent; at; at = at.parent) {
      const own = at.children.findLast((each) => each.name === name)
      if (!own) continue
      const seconds = own.presence === 'present' && own.args[0]?.known ? secondsOf(own.args[0].value) : undefined
      return seconds === undefined ? undefined : { seconds, by: own, at: placeOfValue(own) }
    }
    return configuration.unread ? undefined : { seconds: 60, by: undefined, at: undefined }
  }
  if (directive.args.some((each) => /^timeout=/i.test(each.value))) return undefined
  const said = directivesNamed(configuration, 'proxytimeout').filter(
    (each) => each.presence !== 'absent' && [undefined, host].includes(enclosing(each, 'virtualhost')),
  )
  const last = said.findLast((each) => enclosing(each, 'virtualhost') === host) ?? said.at(-1)
  if (!last || said.some((each) => each.presence !== 'present')) return undefined
  const value = last.args[0]
  return value?.known && /^\d+$/.test(value.value) ? { seconds: Number(value.value), by: last, at: placeOfValue(last) } : undefined
}

const placeOfValue = (directive: PlacedDirective): Place | undefined => {
  const value = directive.args[0]
  return value && { path: directive.source.path, start: value.start, end: value.end }
}

/** Seconds of a time of nginx (`1m 30s`, `90`), whole ones only. */
function secondsOf(text: string): number | undefined {
  if (!/^(?:\d+[hms]?\s*)+$/.test(text)) return undefined
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, '': 1 }
  return [...text.matchAll(/(\d+)([hms]?)/g)].reduce((sum, [, count = '0', unit = '']) => sum + Number(count) * (units[unit] ?? 1), 0)
}

function waitLonger({ directive, protocol }: ProxiedApplication, { by }: Wait, seconds: number, { configuration }: ConfigurationContext): FindingFix[] {
  // A little longer than the worker, so that its own answer comes through.
  const longer = seconds + 5
  const value = by?.args[0]
  if (by && value)
    return [{ title: `Wait ${longer} s`, safe: false, edits: [replaceArgument(by, value, configuration.dialect === 'nginx' ? `${longer}s` : `${longer}`)] }]
  if (configuration.dialect !== 'nginx') return []
  const name = `${protocol === 'http' ? 'proxy' : protocol}_read_timeout`
  return [{ title: `Wait ${longer} s: ${name}`, safe: false, edits: [insertBefore(directive, [`${name} ${longer}s;`])] }]
}
