import { placeOfDirective } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/proxy-buffering-off',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['proxy_buffering', 'fastcgi_buffering', 'uwsgi_buffering', 'scgi_buffering'],
  severity: 'hint',
  summary: '`proxy_buffering off`: a visitor on a slow line keeps a worker of the application busy; caching and rate limits do not work.',
  explanation: `
With buffering nginx takes the whole answer of the application, which is then free for the next request. Without it the application waits for the slowest visitor, and \`proxy_cache\` and
\`proxy_limit_rate\` do nothing. It is right for answers that come bit by bit (server-sent events, logs): the application can ask for it there by the header \`X-Accel-Buffering: no\`.
`,
  source: 'nginx documentation, proxy_buffering, proxy_limit_rate.',
  examples: {
    failing: [
      {
        title: 'for everything',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_buffering off;
#       ^^^^^^^^^^^^^^^^^^^^ hint[nginx/proxy-buffering-off]: The application waits for the slowest visitor
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'on',
        files: `
#- conf.d/site.conf
server { listen 80; location / { proxy_pass http://127.0.0.1:8000; proxy_buffering on; } }
`,
      },
    ],
  },
  check(directive, { report }) {
    const value = directive.args[0]
    if (directive.presence !== 'present' || value?.value.toLowerCase() !== 'off') return
    report({
      at: placeOfDirective(directive),
      message:
        'The application waits for the slowest visitor, as nginx keeps nothing of its answer. Leave it on, and have the application send "X-Accel-Buffering: no" where an answer comes bit by bit.',
      fixes: [{ title: 'Write "on"', safe: false, edits: [replaceArgument(directive, value, 'on')] }],
    })
  },
})
