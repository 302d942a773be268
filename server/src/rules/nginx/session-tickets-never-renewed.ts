import { placeOfName } from '../../configuration/placed.ts'
import { inEffect, mayComeUnseen, ownOf } from '../../site/nginx/blocks.ts'
import { httpServersOf, isTls } from '../../site/nginx/servers.ts'
import { insertAfter, replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { isBefore } from './lib/version.ts'

export const rule = defineRule({
  id: 'nginx/session-tickets-never-renewed',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'TLS session tickets with nginx before 1.23.2, which keeps their key until it is started again: whoever gets it reads all sessions since.',
  explanation: `
Tickets are on by default. Before nginx 1.23.2 their key was made at the start and kept, so that forward secrecy lasts no longer than nginx runs without a restart. Switch them off, give keys that are renewed
(\`ssl_session_ticket_key\`), or update: since 1.23.2 they are renewed in a shared session cache. It needs \`nginx.version\` in the settings.
`,
  source: 'Mozilla, ssl-config-generator (ssl_session_tickets off before 1.23.2); CHANGES of nginx 1.23.2.',
  examples: {
    failing: [
      {
        title: 'on by default',
        files: `
#- webconf.json
{ "nginx": { "version": "1.22.1" } }
#- nginx.conf
worker_processes auto;
events {}
http {
    server_tokens off;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;
    server {
#   ^^^^^^ hint[nginx/session-tickets-never-renewed]: nginx 1.22.1 keeps the key of session tickets
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
        title: 'off, or a newer version',
        files: `
#- webconf.json
{ "nginx": { "version": "1.22.1" } }
#- nginx.conf
worker_processes auto;
events {}
http {
    server_tokens off;
    ssl_session_tickets off;
    server {
        listen 443 ssl;
        ssl_certificate /etc/ssl/a.pem;
        ssl_certificate_key /etc/ssl/a.key;
    }
}
`,
      },
    ],
  },
  check({ configuration, settings, report }) {
    if (!isBefore(settings, '1.23.2')) return
    for (const { directive, listens } of httpServersOf(configuration)) {
      if (directive.presence !== 'present' || !listens.some(isTls) || inEffect(directive, configuration, 'ssl_session_ticket_key')) continue
      const tickets = inEffect(directive, configuration, 'ssl_session_tickets')
      const value = tickets?.args[0]
      if (value?.value === 'off' || (!tickets && mayComeUnseen(directive, configuration, 'ssl_session_tickets'))) continue
      const key = ownOf(directive, configuration, 'ssl_certificate_key').at(-1)
      report({
        at: placeOfName(directive),
        message: `nginx ${settings.nginx.version} keeps the key of session tickets until it is started again: whoever gets it reads all sessions since. Switch them off, or update to 1.23.2.`,
        fixes:
          tickets && value
            ? [{ title: 'Write "ssl_session_tickets off"', safe: false, edits: [replaceArgument(tickets, value, 'off')] }]
            : key
              ? [{ title: 'Add "ssl_session_tickets off"', safe: false, edits: [insertAfter(key, ['ssl_session_tickets off;'])] }]
              : [],
      })
    }
  },
})
