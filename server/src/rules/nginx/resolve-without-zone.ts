import { placeOfDirective } from '../../configuration/placed.ts'
import { inEffect, mayComeUnseen, mayHoldUnread, ownOf } from '../../site/nginx/blocks.ts'
import { insertBefore } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/resolve-without-zone',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['server'],
  severity: 'warning',
  summary: 'A `server … resolve` in an upstream without a `zone`, or without a `resolver`: nginx does not start.',
  explanation: `
\`resolve\` (nginx 1.27.3, before that in NGINX Plus) looks up a name again and again. The addresses are kept in memory that all workers share, so that the upstream needs a \`zone\`; and it needs a \`resolver\` to
ask, in the upstream or in the \`http\` block.
`,
  source: 'nginx documentation, ngx_http_upstream_module (resolve); `ngx_http_upstream_init_round_robin`.',
  examples: {
    failing: [
      {
        title: 'neither shared memory nor anyone to ask',
        files: `
#- webconf.json
{ "nginx": { "version": "1.28.0" } }
#- nginx.conf
events {}
http {
    server_tokens off;
    upstream api {
        server api.example.com resolve;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/resolve-without-zone]: nginx does not start: "resolve" needs a "zone" in the upstream "api" and a "resolver"
    }
    server { listen 80; location / { proxy_pass http://api; } }
}
`,
      },
      {
        title: 'a resolver is there',
        files: `
#- webconf.json
{ "nginx": { "version": "1.28.0" } }
#- conf.d/site.conf
resolver 127.0.0.1;
upstream api {
    server api.example.com resolve;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/resolve-without-zone]: nginx does not start: "resolve" needs a "zone" in the upstream "api".
}
server { listen 80; location / { proxy_pass http://api; } }
`,
      },
    ],
    passing: [
      {
        title: 'both are there, or may be elsewhere',
        files: `
#- webconf.json
{ "nginx": { "version": "1.28.0" } }
#- conf.d/site.conf
upstream api {
    zone api 64k;
    server api.example.com resolve;
}
upstream other {
    zone other 64k;
    resolver 127.0.0.1;
    server other.example.com resolve;
}
server { listen 80; location / { proxy_pass http://api; } location /o/ { proxy_pass http://other; } }
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const upstream = directive.parent
    if (directive.presence !== 'present' || upstream?.name !== 'upstream' || !directive.args.some(({ value }) => value === 'resolve')) return
    const zone = ownOf(upstream, configuration, 'zone').length > 0 || mayHoldUnread(upstream, configuration, 'zone')
    const resolver = inEffect(upstream, configuration, 'resolver') !== undefined || mayComeUnseen(upstream, configuration, 'resolver')
    if (zone && resolver) return
    const name = upstream.args[0]?.value ?? ''
    const needs = [...(zone ? [] : [`a "zone" in the upstream "${name}"`]), ...(resolver ? [] : ['a "resolver"'])].join(' and ')
    report({
      at: placeOfDirective(directive),
      message: `nginx does not start: "resolve" needs ${needs}.`,
      fixes: zone ? [] : [{ title: `Add "zone ${name} 64k"`, safe: true, edits: [insertBefore(directive, [`zone ${name} 64k;`])] }],
    })
  },
})
