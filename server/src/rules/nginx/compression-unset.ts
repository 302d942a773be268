import { placeOfName } from '../../configuration/placed.ts'
import { mayHoldUnread, ownOf } from '../../site/nginx/blocks.ts'
import { insertInside } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/compression-unset',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['http'],
  severity: 'hint',
  profile: 'strict',
  summary: 'No `gzip` (or `brotli`, `zstd`) anywhere: texts are sent at their full size.',
  explanation: `
HTML, style sheets, scripts and JSON are a quarter of their size when compressed. Answers with secrets beside what a visitor sends are better left as they are (BREACH): \`gzip off\` there. On in the profile
\`strict\` only.
`,
  source: 'nginx documentation, ngx_http_gzip_module (default: off).',
  examples: {
    failing: [
      {
        title: 'nothing is compressed',
        files: `
#- webconf.json
{ "profile": "strict" }
#- nginx.conf
worker_processes auto;
events {}
http {
# <- hint[nginx/compression-unset]: Texts are sent at their full size
    server_tokens off;
    client_max_body_size 1m;
    server { listen 80; }
}
`,
      },
    ],
    passing: [
      {
        title: 'in a server',
        files: `
#- webconf.json
{ "profile": "strict" }
#- nginx.conf
worker_processes auto;
events {}
http {
    server_tokens off;
    client_max_body_size 1m;
    server { listen 80; gzip on; }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    if (directive.presence !== 'present' || directive.parent || ownOf(directive, configuration, 'server').length === 0) return
    if (configuration.all.some(({ name }) => /^(?:gzip|brotli|zstd)$/.test(name)) || mayHoldUnread(directive, configuration, 'gzip')) return
    report({
      at: placeOfName(directive),
      message: 'Texts are sent at their full size, as nothing is compressed. Switch on "gzip", and name the types beside HTML.',
      fixes: [
        {
          title: 'Add "gzip on"',
          safe: false,
          edits: [insertInside(directive, ['gzip on;', 'gzip_vary on;', 'gzip_types text/css application/javascript application/json image/svg+xml;'])],
        },
      ],
    })
  },
})
