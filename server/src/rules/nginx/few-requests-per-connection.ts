import { placeOfDirective } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/few-requests-per-connection',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['keepalive_requests'],
  severity: 'hint',
  summary: '`keepalive_requests` below 1000, the default since nginx 1.19.10: connections are closed sooner, which costs handshakes, and requests over HTTP/2.',
  explanation: `
After so many requests nginx closes a connection, and the visitor (or nginx, to a server behind) makes a new one, with its TLS handshake. The default was 100, and is 1000 since nginx 1.19.10. Some browsers
show an error when an HTTP/2 connection is closed with requests under way.
`,
  source: 'nginx documentation, keepalive_requests.',
  examples: {
    failing: [
      {
        title: 'the default of former times, and none at all',
        files: `
#- conf.d/site.conf
keepalive_requests 100;
# <------------------- hint[nginx/few-requests-per-connection]: After 100 requests the connection is closed
server {
    listen 80;
    keepalive_requests 0;
#   ^^^^^^^^^^^^^^^^^^^^^ hint[nginx/few-requests-per-connection]: Every connection is closed after one request
}
`,
      },
    ],
    passing: [
      {
        title: 'the default, and more',
        files: `
#- conf.d/site.conf
keepalive_requests 1000;
server { listen 80; keepalive_requests 100000; }
`,
      },
    ],
  },
  check(directive, { report }) {
    const value = directive.args[0]
    if (directive.presence !== 'present' || !value?.known || !/^\d+$/.test(value.value) || Number(value.value) >= 1000) return
    report({
      at: placeOfDirective(directive),
      message: `${Number(value.value) === 0 ? 'Every connection is closed after one request' : `After ${Number(value.value)} requests the connection is closed`}, and the next needs a new handshake. The default is 1000.`,
      fixes: [{ title: 'Write 1000', safe: false, edits: [replaceArgument(directive, value, '1000')] }],
    })
  },
})
