import { placeOfName } from '../../configuration/placed.ts'
import { mayHoldUnread, ownOf } from '../../site/nginx/blocks.ts'
import { insertInside } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/body-limit-unset',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['http'],
  severity: 'hint',
  profile: 'strict',
  summary: 'No `client_max_body_size` anywhere: uploads of more than 1 MB are answered 413.',
  explanation: `
The default is 1m. Say how much a request may bring, so that uploads work where they are meant, and are refused where they are not. On in the profile \`strict\` only.
`,
  source: 'nginx documentation, client_max_body_size (default: 1m).',
  examples: {
    failing: [
      {
        title: 'the default',
        files: `
#- webconf.json
{ "profile": "strict" }
#- nginx.conf
worker_processes auto;
events {}
http {
# <- hint[nginx/body-limit-unset]: Uploads of more than 1 MB are answered 413
    server_tokens off;
    server { listen 80; }
}
`,
      },
    ],
    passing: [
      {
        title: 'said in a server',
        files: `
#- webconf.json
{ "profile": "strict" }
#- nginx.conf
worker_processes auto;
events {}
http {
    server_tokens off;
    server { listen 80; client_max_body_size 10m; }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    if (directive.presence !== 'present' || directive.parent || ownOf(directive, configuration, 'server').length === 0) return
    if (configuration.all.some(({ name }) => name === 'client_max_body_size') || mayHoldUnread(directive, configuration, 'client_max_body_size')) return
    report({
      at: placeOfName(directive),
      message: 'Uploads of more than 1 MB are answered 413, as no "client_max_body_size" is set. Say how much a request may bring.',
      fixes: [{ title: 'Add "client_max_body_size 1m"', safe: true, edits: [insertInside(directive, ['client_max_body_size 1m;'])] }],
    })
  },
})
