import { placeOfName } from '../../configuration/placed.ts'
import { mayHoldUnread } from '../../site/nginx/blocks.ts'
import { insertBefore } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/error-log-unset',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['http'],
  severity: 'hint',
  profile: 'strict',
  summary: 'No `error_log` anywhere: where errors are written depends on how nginx was built.',
  explanation: `
Without the directive errors go to the file that nginx was built with, at the level \`error\`. Say the file and the level, so that whoever looks for them finds them. On in the profile \`strict\` only.
`,
  source: 'nginx documentation, error_log.',
  examples: {
    failing: [
      {
        title: 'nothing is said',
        files: `
#- webconf.json
{ "profile": "strict" }
#- nginx.conf
worker_processes auto;
events {}
http {
# <- hint[nginx/error-log-unset]: Where errors are written depends on how nginx was built
    server_tokens off;
    client_max_body_size 1m;
    gzip on;
    server { listen 80; }
}
`,
      },
    ],
    passing: [
      {
        title: 'said at the top',
        files: `
#- webconf.json
{ "profile": "strict" }
#- nginx.conf
worker_processes auto;
error_log /var/log/nginx/error.log warn;
events {}
http {
    server_tokens off;
    client_max_body_size 1m;
    gzip on;
    server { listen 80; }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    if (directive.presence !== 'present' || directive.parent) return
    if (configuration.all.some(({ name }) => name === 'error_log') || mayHoldUnread(directive, configuration, 'error_log')) return
    if (mayHoldUnread(undefined, configuration, 'error_log')) return
    report({
      at: placeOfName(directive),
      message: 'Where errors are written depends on how nginx was built, as no "error_log" is set. Name the file and the level.',
      fixes: [{ title: 'Add "error_log"', safe: false, edits: [insertBefore(directive, ['error_log /var/log/nginx/error.log warn;', ''])] }],
    })
  },
})
