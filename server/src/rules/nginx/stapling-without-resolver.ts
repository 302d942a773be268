import { type Configuration, enclosing, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { listensSeen, speaksTls } from '../../site/nginx/access.ts'
import { inEffect, mayHoldUnread, outwards, ownOf } from '../../site/nginx/blocks.ts'
import { hostOfTarget, kindOfHost } from '../../site/nginx/hosts.ts'
import { httpServer } from '../../site/nginx/servers.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/stapling-without-resolver',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['ssl_stapling'],
  severity: 'info',
  summary: '`ssl_stapling on` without a `resolver`: nginx asks the authority at the address that it found when it started, and warns each time.',
  explanation: `
To staple the state of a certificate nginx asks the authority that issued it, whose name it has to look up. Without a \`resolver\` it goes on with the address from its start, and logs "no resolver defined to
resolve … while requesting certificate status". With \`ssl_stapling_file\`, or an address in \`ssl_stapling_responder\`, none is needed.
`,
  source: '`ngx_ssl_ocsp_request` in src/event/ngx_event_openssl_stapling.c.',
  examples: {
    failing: [
      {
        title: 'no resolver',
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_stapling on;
#   ^^^^^^^^^^^^^^^^ info[nginx/stapling-without-resolver]: Without a "resolver" nginx asks for the state of the certificate
}
`,
      },
    ],
    passing: [
      {
        title: 'with a resolver, a file, an address; off',
        files: `
#- conf.d/a.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_stapling on;
    resolver 127.0.0.1;
}
server {
    listen 444 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_stapling on;
    ssl_stapling_responder http://10.0.0.1/ocsp;
}
server { listen 80; ssl_stapling off; }
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    if (directive.presence !== 'present' || directive.args[0]?.value.toLowerCase() !== 'on') return
    const block = directive.parent
    if (inEffect(block, configuration, 'resolver') || inEffect(block, configuration, 'ssl_stapling_file')) return
    const responder = inEffect(block, configuration, 'ssl_stapling_responder')?.args[0]?.value
    if (responder !== undefined && kindOfHost(hostOfTarget(responder) ?? '') === 'address') return
    for (const each of outwards(block)) if (mayHoldUnread(each, configuration, 'resolver') && (each !== undefined || !block)) return
    if (!mayUse(directive, configuration)) return
    report({
      at: placeOfDirective(directive),
      message:
        'Without a "resolver" nginx asks for the state of the certificate at the address that it found when it started, and logs a warning each time. Add one.',
      fixes: directive.args[0] ? [{ title: 'Switch stapling off', safe: false, edits: [replaceArgument(directive, directive.args[0], 'off')] }] : [],
    })
  },
})

/** Whether a server with TLS takes it, without a resolver of its own. */
function mayUse(directive: PlacedDirective, configuration: Configuration): boolean {
  const server = enclosing(directive, 'server')
  const servers = server ? [server] : ownOf(directive.parent, configuration, 'server')
  if (servers.length === 0) return true
  return servers.some((each) => {
    const { listens } = httpServer(each)
    const tls = speaksTls(httpServer(each), configuration) || listens.length === 0 || !listensSeen(httpServer(each), configuration)
    return tls && ownOf(each, configuration, 'resolver').length === 0
  })
}
