import { placeOfDirective } from '../../configuration/placed.ts'
import { ownOf, valueInEffect } from '../../site/nginx/blocks.ts'
import { removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/stapling-without-effect',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['ssl_stapling'],
  severity: 'info',
  summary: "`ssl_stapling on` with a certificate of Let's Encrypt, which has stopped OCSP: nginx ignores it, with a warning.",
  explanation: `
Let's Encrypt has put no address of an OCSP server into its certificates since May 2025, and switched the servers off in August 2025. nginx says \`"ssl_stapling" ignored, no OCSP responder URL in the certificate\`.
Take the directives out.
`,
  source: 'letsencrypt.org, Ending OCSP Support in 2025; `ngx_ssl_stapling_responder`.',
  examples: {
    failing: [
      {
        title: 'a certificate of certbot',
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/letsencrypt/live/example.org/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/example.org/privkey.pem;
    resolver 127.0.0.1;
    ssl_stapling on;
#   ^^^^^^^^^^^^^^^^ info[nginx/stapling-without-effect]: Let's Encrypt has stopped OCSP
    ssl_stapling_verify on;
}
`,
      },
    ],
    passing: [
      {
        title: 'another authority',
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/example.org.pem;
    ssl_certificate_key /etc/ssl/example.org.key;
    resolver 127.0.0.1;
    ssl_stapling on;
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    if (directive.presence !== 'present' || directive.args[0]?.value.toLowerCase() !== 'on') return
    const block = directive.parent
    const own = valueInEffect(block, configuration, 'ssl_certificate')
    const certificates =
      own !== undefined ? [own] : ownOf(block, configuration, 'server').flatMap((each) => valueInEffect(each, configuration, 'ssl_certificate') ?? [])
    if (certificates.length === 0 || !certificates.every((each) => /\/letsencrypt\//.test(each))) return
    const verify = ownOf(block, configuration, 'ssl_stapling_verify').filter((each) => each.source === directive.source)
    report({
      at: placeOfDirective(directive),
      message: `Let's Encrypt has stopped OCSP: its certificates name no server to ask, and nginx ignores this with a warning. Remove it.`,
      fixes: [{ title: 'Remove it', safe: true, edits: [directive, ...verify].map(removeDirective) }],
    })
  },
})
