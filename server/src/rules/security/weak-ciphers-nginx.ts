import { indentOf, placeOfDirective } from '../../configuration/placed.ts'
import { inEffect } from '../../site/nginx/blocks.ts'
import { replaceArgument } from '../lib/edits.ts'
import { outdatedSuites, recommendedCiphers, weakCiphers } from '../lib/tls-profiles.ts'
import { defineRule } from '../rule.ts'
import { useMozillaBlock } from './lib/tls-block.ts'

export const rule = defineRule({
  id: 'security/weak-ciphers-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['ssl_ciphers'],
  severity: 'warning',
  summary: '`ssl_ciphers` with ciphers that are broken: RC4, 3DES, DES, export ciphers, ciphers without encryption or without a certificate.',
  explanation: `
Visitor and server agree on a cipher that both have, and who stands between them can often choose the worst. RC4, DES, 3DES (Sweet32), export ciphers, MD5 and those without encryption (\`NULL\`) or certificate
(\`aNULL\`, \`ADH\`) are broken. The list is read as OpenSSL reads it: \`!RC4\` takes out for good, \`+RC4\` only moves to the end. \`HIGH:!aNULL:!MD5\`, the default of nginx, is in order.

Suites without forward secrecy or in CBC mode, which Mozilla's profiles no longer have, are a hint. Ciphers of TLS 1.3 are not chosen by this directive.
`,
  source: 'Mozilla, Server Side TLS, guidelines 6.0; RFC 7465, RFC 9325; OpenSSL, ciphers(1).',
  examples: {
    failing: [
      {
        title: 'lists from former times',
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_ciphers "ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA:DES-CBC3-SHA:!aNULL:!MD5";
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/weak-ciphers-nginx]: Broken ciphers are offered: 3DES (Sweet32)
    ssl_protocols TLSv1.2;
}
server {
    listen 444 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_ciphers ALL:!ADH:!EXPORT56:RC4+RSA:+HIGH:+MEDIUM:+LOW:+EXP;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/weak-ciphers-nginx]: Broken ciphers are offered: DES
}
`,
      },
      {
        title: 'no forward secrecy',
        files: `
#- snippets/tls.conf
ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-SHA384:AES256-SHA;
# <------------------------------------------------------------------------ hint[security/weak-ciphers-nginx]: ECDHE-RSA-AES256-SHA384 and AES256-SHA are in none of Mozilla's profiles
`,
      },
    ],
    passing: [
      {
        title: "Mozilla's list, the default, broken ones taken out, TLS 1.3 alone",
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-CHACHA20-POLY1305;
}
server {
    listen 444 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_ciphers HIGH:!aNULL:!MD5:!3DES:!RC4;
}
server {
    listen 445 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_protocols TLSv1.3;
    ssl_ciphers ALL;
}
`,
      },
    ],
  },
  check(directive, { configuration, settings, report }) {
    const list = directive.args[0]
    if (directive.presence !== 'present' || !list?.known || list.value.includes('$')) return
    const protocols = inEffect(directive.parent, configuration, 'ssl_protocols')
    if (protocols && protocols.args.length > 0 && protocols.args.every(({ value }) => value === 'TLSv1.3')) return
    const weak = weakCiphers(list.value)
    const fixes = [
      { title: `Use the ciphers of Mozilla's profile`, safe: false, edits: [replaceArgument(directive, list, recommendedCiphers.join(':'))] },
      ...useMozillaBlock(directive, configuration, settings, indentOf(directive)),
    ]
    if (weak.length > 0) {
      report({ at: placeOfDirective(directive), message: `Broken ciphers are offered: ${weak.join(', ')}. Use those of Mozilla's profile.`, fixes })
      return
    }
    const old = outdatedSuites(list.value)
    const word = /(?:^|[:, ])(DEFAULT|CAMELLIA)(?=$|[:, @])/i.exec(list.value)?.[1]
    if (old.length === 0 && !word) return
    const shown = old.length > 3 ? `${old.slice(0, 2).join(', ')} and ${old.length - 2} more` : old.join(' and ')
    report({
      at: placeOfDirective(directive),
      severity: 'hint',
      message:
        old.length > 0
          ? `${shown} ${old.length === 1 ? 'is' : 'are'} in none of Mozilla's profiles: without forward secrecy, or in the mode CBC.`
          : `${word} stands for ciphers that are in none of Mozilla's profiles, and with an old OpenSSL for broken ones as well. Name the ciphers.`,
      fixes,
    })
  },
})
