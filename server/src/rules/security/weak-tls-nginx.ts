import { indentOf, placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { forbiddenProtocols, tlsProfile } from '../lib/tls-profiles.ts'
import { defineRule } from '../rule.ts'
import { useMozillaBlock } from './lib/tls-block.ts'

export const rule = defineRule({
  id: 'security/weak-tls-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['ssl_protocols'],
  severity: 'warning',
  summary: '`ssl_protocols` with SSLv2, SSLv3, TLSv1 or TLSv1.1, which are forbidden for their holes; under `"tls": "modern"` also TLSv1.2.',
  explanation: `
SSLv2, SSLv3 (POODLE), TLS 1.0 and 1.1 (BEAST, SHA-1) may not be used any more. All browsers since 2014 speak TLS 1.2. Mozilla's profiles allow TLSv1.2 and TLSv1.3 (intermediate, the default here) or TLSv1.3 alone
(modern: set \`"tls": "modern"\`). Where very old devices have to be served, ignore the rule for that server.
`,
  source: 'RFC 6176, RFC 7568, RFC 8996; Mozilla, Server Side TLS, guidelines 6.0.',
  examples: {
    failing: [
      {
        title: 'the default of former times',
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_protocols SSLv3 TLSv1 TLSv1.1 TLSv1.2;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/weak-tls-nginx]: SSLv3, TLSv1 and TLSv1.1 are offered
    ssl_ciphers HIGH:!aNULL:!MD5;
}
`,
      },
      {
        title: 'nothing but old ones, in a lone line',
        files: `
#- snippets/tls.conf
ssl_protocols TLSv1;
# <---------------- warning[security/weak-tls-nginx]: TLSv1 is offered
`,
      },
      {
        title: 'the modern profile',
        files: `
#- webconf.json
{ "tls": "modern" }
#- snippets/tls.conf
ssl_protocols TLSv1.2 TLSv1.3;
# <--------------------------- warning[security/weak-tls-nginx]: TLSv1.2 is offered, which Mozilla's modern profile does not have
`,
      },
    ],
    passing: [
      {
        title: 'TLS 1.2 and 1.3',
        files: `
#- snippets/tls.conf
ssl_protocols TLSv1.2 TLSv1.3;
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    ssl_protocols TLSv1.3;
}
`,
      },
    ],
  },
  check(directive, { configuration, settings, report }) {
    if (directive.presence !== 'present' || directive.args.some(({ known }) => !known)) return
    const values = directive.args.map(({ value }) => value)
    const allowed = tlsProfile(settings).protocols
    const forbidden = values.filter((value) => forbiddenProtocols.has(value.toLowerCase()))
    const weak = forbidden.length > 0 ? forbidden : values.filter((value) => value === 'TLSv1.2' && !allowed.includes(value))
    if (weak.length === 0) return
    const kept = values.filter((value) => allowed.includes(value))
    const text = (kept.length > 0 ? kept : allowed).join(' ')
    const names = weak.length < 2 ? weak[0] : `${weak.slice(0, -1).join(', ')} and ${weak.at(-1)}`
    const { start, end } = placeOfWhole(directive)
    report({
      at: placeOfDirective(directive),
      message: `${names} ${weak.length === 1 ? 'is' : 'are'} offered, which ${
        forbidden.length > 0 ? `${weak.length === 1 ? 'has' : 'have'} known holes and may not be used any more` : `Mozilla's modern profile does not have`
      }. Allow ${allowed.join(' and ')} alone.`,
      fixes: [
        { title: `Allow ${text} alone`, safe: false, edits: [{ path: directive.source.path, start, end, newText: `ssl_protocols ${text};` }] },
        ...useMozillaBlock(directive, configuration, settings, indentOf(directive)),
      ],
    })
  },
})
