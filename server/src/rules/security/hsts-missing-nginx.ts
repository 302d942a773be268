import { placeOfName } from '../../configuration/placed.ts'
import { mayHoldUnread, outwards, ownOf } from '../../site/nginx/blocks.ts'
import { httpServersOf, isTls } from '../../site/nginx/servers.ts'
import { insertAfter } from '../lib/edits.ts'
import { within } from '../nginx/lib/known.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/hsts-missing-nginx',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'A server with TLS that does not send `Strict-Transport-Security`.',
  explanation: `
Without HSTS a visitor who types the name comes by HTTP first, and whoever is in between can keep them there. Begin with a short \`max-age\`, as there is no way back for so long; and only where everything goes over
HTTPS. The application may send the header itself: then this is nothing.
`,
  source: 'RFC 6797; Mozilla, Server Side TLS, guidelines 6.0.',
  examples: {
    failing: [
      {
        title: 'none',
        files: `
#- conf.d/site.conf
server {
# <---- hint[security/hsts-missing-nginx]: Visitors are not told to come by HTTPS alone
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    root /srv/www;
}
`,
      },
    ],
    passing: [
      {
        title: 'sent, in a location, perhaps by a file that is not here; no TLS; handshakes refused',
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    location / { add_header strict-transport-security max-age=63072000 always; }
}
server {
    listen 444 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    include snippets/headers.conf;
}
server { listen 80; }
server { listen 445 ssl; ssl_reject_handshake on; }
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const { directive, listens } of httpServersOf(configuration)) {
      if (directive.presence !== 'present' || !listens.some(isTls)) continue
      if (ownOf(directive, configuration, 'ssl_reject_handshake').some(({ args }) => args[0]?.value === 'on')) continue
      if (ownOf(directive, configuration, 'return').some(({ args }) => /^4/.test(args[0]?.value ?? ''))) continue
      const levels = [...outwards(directive)]
      if (levels.some((each) => each !== undefined && mayHoldUnread(each, configuration, 'add_header') && each.name === 'server')) continue
      const sets = (name: string, value: string): boolean => /^(?:add_header|more_set_headers)$/.test(name) && /^strict-transport-security\b/i.test(value)
      if (
        levels.some((each) =>
          ['add_header', 'more_set_headers'].some((name) => ownOf(each, configuration, name).some((own) => sets(name, own.args[0]?.value ?? ''))),
        )
      )
        continue
      if (ownOf(directive, configuration, 'security_headers').length > 0 || levels.some((each) => ownOf(each, configuration, 'security_headers').length > 0))
        continue
      let inside = false
      for (const each of within(directive)) {
        if (sets(each.name, each.args[0]?.value ?? '')) {
          inside = true
          break
        }
      }
      if (inside) continue
      const inherits =
        ownOf(directive, configuration, 'add_header').length === 0 &&
        levels.some((each) => each !== directive && ownOf(each, configuration, 'add_header').length > 0)
      const key = ownOf(directive, configuration, 'ssl_certificate_key').at(-1)
      report({
        at: placeOfName(directive),
        message: 'Visitors are not told to come by HTTPS alone: no "Strict-Transport-Security" is sent here. If the application sends it, all is well.',
        fixes:
          key && key.source === directive.source && !inherits
            ? [
                {
                  title: 'Send "Strict-Transport-Security"',
                  safe: false,
                  edits: [insertAfter(key, ['add_header Strict-Transport-Security "max-age=63072000" always;'])],
                },
              ]
            : [],
      })
    }
  },
})
