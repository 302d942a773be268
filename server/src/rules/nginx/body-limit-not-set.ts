import { directivesNamed, placeOfDirective } from '../../configuration/placed.ts'
import { insertInside } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { isClosed } from './lib/known.ts'

export const rule = defineRule({
  id: 'nginx/body-limit-not-set',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'info',
  profile: 'strict',
  summary: 'No `client_max_body_size` anywhere: uploads of more than 1 MB are refused.',
  explanation: `
Unset, \`client_max_body_size\` is \`1m\`: larger requests are answered with 413. That is right for a site without uploads, and a surprise for one with them. Say what is meant.
`,
  source: 'nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size.',
  examples: {
    failing: [
      {
        title: 'unset',
        files: `
#- nginx.conf
events {}
http {
# <---- info[nginx/body-limit-not-set]: Nothing sets "client_max_body_size"
    server { listen 80; }
}
`,
      },
    ],
    passing: [
      {
        title: 'set anywhere',
        files: `
#- nginx.conf
events {}
http {
    server { listen 80; location /upload { client_max_body_size 20m; } }
}
`,
      },
    ],
  },
  check({ configuration, report }) {
    const [http] = directivesNamed(configuration, 'http')
    if (http?.presence !== 'present' || !isClosed(configuration) || directivesNamed(configuration, 'client_max_body_size').length > 0) return
    report({
      at: placeOfDirective(http),
      message: 'Nothing sets "client_max_body_size": requests of more than 1 MB are refused with 413.',
      fixes: [{ title: 'Add client_max_body_size 10m', safe: false, edits: [insertInside(http, ['client_max_body_size 10m;'])] }],
    })
  },
})
