import { directivesNamed, placeOfDirective } from '../../configuration/placed.ts'
import { mayHoldUnread, ownOf, valueInEffect } from '../../site/nginx/blocks.ts'
import { httpServersOf } from '../../site/nginx/servers.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/misdirected-request',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'info',
  summary: 'A default server that refuses TLS handshakes, with HTTP/2, and no `return 421` for requests on connections that another server let in.',
  explanation: `
Browsers use an HTTP/2 connection for other names that its certificate covers. \`ssl_reject_handshake on;\` refuses new connections only: a request for an unknown name on a connection made for another server
reaches the default server all the same, which then answers with the files of its default root. \`location / { return 421; }\` says that the request came to the wrong server; the browser tries again.
`,
  source: 'RFC 9110, section 15.5.20; RFC 9113, section 9.1.1; nginx documentation, ssl_reject_handshake.',
  examples: {
    failing: [
      {
        title: 'handshakes refused, requests not',
        files: `
#- conf.d/default.conf
server {
    listen 443 ssl default_server;
    http2 on;
    ssl_reject_handshake on;
#   ^^^^^^^^^^^^^^^^^^^^^^^^ info[nginx/misdirected-request]: Over HTTP/2 requests for unknown names still reach this server
}
`,
      },
    ],
    passing: [
      {
        title: '421, no HTTP/2, or not the default server',
        files: `
#- conf.d/default.conf
server {
    listen 443 ssl default_server;
    http2 on;
    ssl_reject_handshake on;
    location / { return 421; }
}
server { listen 444 ssl default_server; ssl_reject_handshake on; return 421; }
server { listen 445 ssl default_server; ssl_reject_handshake on; }
server { listen 446 ssl; http2 on; ssl_reject_handshake on; server_name a.example.org; }
`,
      },
    ],
  },
  check({ configuration, report }) {
    if (directivesNamed(configuration, 'ssl_reject_handshake').length === 0) return
    for (const { directive, listens } of httpServersOf(configuration)) {
      const reject = ownOf(directive, configuration, 'ssl_reject_handshake').at(-1)
      if (
        reject?.args[0]?.value.toLowerCase() !== 'on' ||
        !listens.some(({ parameters }) => parameters.includes('default_server') || parameters.includes('default'))
      )
        continue
      if (valueInEffect(directive, configuration, 'http2') !== 'on' && !listens.some(({ parameters }) => parameters.includes('http2'))) continue
      const answers = [
        directive,
        ...ownOf(directive, configuration, 'location').filter((each) => each.args.at(-1)?.value === '/' && each.args[0]?.value !== '='),
      ]
      if (answers.some((each) => ownOf(each, configuration, 'return').some(({ args }) => args[0]?.value === '421'))) continue
      if (ownOf(directive, configuration, 'return').length > 0 || mayHoldUnread(directive, configuration, 'location')) continue
      const taken = answers.length > 1
      report({
        at: placeOfDirective(reject),
        message:
          'Over HTTP/2 requests for unknown names still reach this server, on connections that another server let in. Answer them with "location / { return 421; }".',
        fixes: taken ? [] : [{ title: 'Add "location / { return 421; }"', safe: false, edits: [insertAfter(reject, ['location / { return 421; }'])] }],
      })
    }
  },
})
