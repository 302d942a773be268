import { compareNginxVersions } from '../../catalog/nginx/catalog.ts'
import { type Configuration, directivesNamed, type PlacedDirective, placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { levelInEffect } from '../../site/nginx/inheritance.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { isClosed } from './lib/known.ts'

export const rule = defineRule({
  id: 'nginx/keepalive-without-http11',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'info',
  summary: '`keepalive` in an upstream, whose connections are closed all the same: HTTP/1.0, or `Connection: close`.',
  explanation: `
\`keepalive\` keeps connections to backends for the next request. Before version 1.29.7 nginx speaks HTTP/1.0 to backends and sends \`Connection: close\`, so that none is left to be kept:
\`proxy_http_version 1.1;\` and \`proxy_set_header Connection "";\` are needed where requests are passed on.
`,
  source: 'nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'kept, and closed',
        files: `
#- nginx.conf
events {}
http {
    upstream app {
        server 127.0.0.1:8000;
        keepalive 16;
    }
    server {
        listen 80;
        location / {
            proxy_pass http://app;
#           ^^^^^^^^^^^^^^^^^^^^^^ info[nginx/keepalive-without-http11]: The "keepalive" of upstream "app" keeps no connection of these: nginx before 1.29.7 speaks HTTP/1.0 and sends "Connection: close"
        }
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'with both, and an upstream without keepalive',
        files: `
#- nginx.conf
events {}
http {
    upstream app {
        server 127.0.0.1:8000;
        keepalive 16;
    }
    upstream other { server 127.0.0.1:8001; }
    proxy_http_version 1.1;
    server {
        listen 80;
        proxy_set_header Connection "";
        location / { proxy_pass http://app; }
        location /b { proxy_pass http://other; }
        location /ws {
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $http_connection;
            proxy_pass http://app;
        }
    }
}
`,
      },
    ],
  },
  directives: ['keepalive'],
  check(directive, { configuration, settings, report }) {
    const upstream = directive.parent
    const name = upstream?.args[0]?.value
    if (upstream?.name !== 'upstream' || name === undefined || directive.args[0]?.value === '0' || !isClosed(configuration)) return
    if (settings.nginx.version !== undefined && compareNginxVersions(settings.nginx.version, '1.29.7') >= 0) return
    for (const pass of passesTo(name, configuration)) {
      const block = pass.parent
      if (!block) continue
      const version = levelInEffect(block, configuration, 'proxy_http_version')?.directives.some((each) => each.args[0]?.value !== '1.0')
      const connection = levelInEffect(block, configuration, 'proxy_set_header')?.directives.some((each) => each.args[0]?.value.toLowerCase() === 'connection')
      if (version && connection) continue
      const lines = [...(version ? [] : ['proxy_http_version 1.1;']), ...(connection ? [] : ['proxy_set_header Connection "";'])]
      // Headers set here would take the place of those from further out.
      const loses =
        !connection && !block.children.some((each) => each.name === 'proxy_set_header') && levelInEffect(block, configuration, 'proxy_set_header') !== undefined
      const reasons = [...(version ? [] : ['speaks HTTP/1.0']), ...(connection ? [] : ['sends "Connection: close"'])]
      report({
        at: placeOfWhole(pass),
        message: `The "keepalive" of upstream "${name}" keeps no connection of these: nginx before 1.29.7 ${reasons.join(' and ')} to backends.`,
        related: [{ at: placeOfDirective(directive), message: '"keepalive"' }],
        fixes: loses ? [] : [{ title: `Add ${lines.map((line) => line.replace(/;$/, '')).join(' and ')}`, safe: false, edits: [insertAfter(pass, lines)] }],
      })
    }
  },
})

const passesTo = (upstream: string, configuration: Configuration): PlacedDirective[] =>
  directivesNamed(configuration, 'proxy_pass').filter(
    (each) =>
      each.presence === 'present' &&
      each.args[0]?.known &&
      new RegExp(`^https?://${upstream.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(/|$)`).test(each.args[0].value),
  )
