import { placeOfName } from '../../configuration/placed.ts'
import { inEffect, mayComeUnseen, ownOf } from '../../site/nginx/blocks.ts'
import { httpServersOf, isTls } from '../../site/nginx/servers.ts'
import { insertAfter, insertInside } from '../lib/edits.ts'
import { isAtLeast } from '../nginx/lib/version.ts'
import { defineRule } from '../rule.ts'
import { mozillaLines } from './lib/tls-block.ts'

export const rule = defineRule({
  id: 'security/tls-left-to-defaults-nginx',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'A server with TLS and no `ssl_protocols`: before nginx 1.27.3 that offers TLS 1.0 and 1.1, where OpenSSL still has them.',
  explanation: `
The default of \`ssl_protocols\` was \`TLSv1 TLSv1.1 TLSv1.2\` (with TLSv1.3 since 1.23.4), and is \`TLSv1.2 TLSv1.3\` since nginx 1.27.3. That of \`ssl_ciphers\` is \`HIGH:!aNULL:!MD5\`, with suites without forward
secrecy. Say both, as Mozilla's profile has them. With \`nginx.version\` set to 1.27.3 or later it is silent.
`,
  source: 'nginx documentation, ssl_protocols, ssl_ciphers; Mozilla, Server Side TLS, guidelines 6.0.',
  examples: {
    failing: [
      {
        title: 'nothing is said',
        files: `
#- nginx.conf
events {}
http {
    server_tokens off;
    server {
#   ^^^^^^ hint[security/tls-left-to-defaults-nginx]: Protocols and ciphers of TLS are left to nginx
        listen 443 ssl;
        ssl_certificate /etc/ssl/a.pem;
        ssl_certificate_key /etc/ssl/a.key;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'said further out, no TLS, or perhaps elsewhere',
        files: `
#- a/nginx.conf
events {}
http {
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;
    server { listen 443 ssl; }
    server { listen 80; }
}
#- b/conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
}
`,
      },
    ],
  },
  check({ configuration, settings, report }) {
    if (isAtLeast(settings, '1.27.3')) return
    for (const { directive, listens } of httpServersOf(configuration)) {
      if (directive.presence !== 'present' || !listens.some(isTls)) continue
      const protocols = inEffect(directive, configuration, 'ssl_protocols')
      const ciphers = inEffect(directive, configuration, 'ssl_ciphers')
      if (protocols && (ciphers || protocols.args.every(({ value }) => value === 'TLSv1.3'))) continue
      if (mayComeUnseen(directive, configuration, 'ssl_protocols')) continue
      if (ownOf(directive, configuration, 'ssl_reject_handshake').some(({ args }) => args[0]?.value === 'on')) continue
      const last = ownOf(directive, configuration, 'ssl_certificate_key').at(-1)
      const lines = mozillaLines(settings).filter(
        (line) => !line.startsWith(protocols ? 'ssl_protocols' : 'ssl_none') && (!ciphers || line.startsWith('ssl_protocols')),
      )
      report({
        at: placeOfName(directive),
        message: protocols
          ? 'Ciphers of TLS 1.2 are left to nginx (HIGH:!aNULL:!MD5), with some that have no forward secrecy. Say "ssl_ciphers".'
          : `Protocols${ciphers ? '' : ' and ciphers'} of TLS are left to nginx, which offers TLS 1.0 and 1.1 before version 1.27.3 where OpenSSL has them. Say "ssl_protocols".`,
        fixes: [
          {
            title: `Insert Mozilla's TLS settings (${settings.tls})`,
            safe: false,
            edits: [last && last.source === directive.source ? insertAfter(last, lines) : insertInside(directive, lines)],
          },
        ],
      })
    }
  },
})
