import { directivesNamed, placeOfDirective } from '../../configuration/placed.ts'
import { insertInside } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { isClosed } from './lib/known.ts'

export const rule = defineRule({
  id: 'nginx/compression-not-on',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'hint',
  profile: 'strict',
  summary: 'Neither `gzip` nor another compression is switched on.',
  explanation: `
Text is a third as long when it is compressed, and nginx compresses nothing unless told to. Where a proxy in front does it, or pages hold secrets beside what the reader types (BREACH), it is right to leave it off.
`,
  source: 'nginx.org/en/docs/http/ngx_http_gzip_module.html.',
  examples: {
    failing: [
      {
        title: 'off',
        files: `
#- nginx.conf
events {}
http {
# <---- hint[nginx/compression-not-on]: Nothing switches compression on
    server { listen 80; }
}
`,
      },
    ],
    passing: [
      {
        title: 'on somewhere, off on purpose',
        files: `
#- nginx.conf
events {}
http {
    gzip off;
    server { listen 80; }
}
`,
      },
    ],
  },
  check({ configuration, report }) {
    const [http] = directivesNamed(configuration, 'http')
    if (http?.presence !== 'present' || !isClosed(configuration) || directivesNamed(configuration, 'gzip', 'brotli', 'zstd', 'gzip_static').length > 0) return
    report({
      at: placeOfDirective(http),
      message: 'Nothing switches compression on: text is sent three times as long as need be.',
      fixes: [
        {
          title: 'Add gzip on',
          safe: false,
          edits: [insertInside(http, ['gzip on;', 'gzip_types text/css application/javascript application/json image/svg+xml;', 'gzip_vary on;'])],
        },
      ],
    })
  },
})
