import { placeOfDirective } from '../../configuration/placed.ts'
import { inEffect, outwards, ownOf } from '../../site/nginx/blocks.ts'
import { replaceArgument } from '../lib/edits.ts'
import { weakCiphers } from '../lib/tls-profiles.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/server-cipher-order',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['ssl_prefer_server_ciphers'],
  severity: 'hint',
  summary: '`ssl_prefer_server_ciphers on` with ciphers that are all good: the visitor knows better which of them is quick.',
  explanation: `
With a list that has broken ciphers in it, the order of the server protects. With one that has none, phones without AES in hardware are quicker with ChaCha20, and should choose: Mozilla's profiles say \`off\`. To keep the order
and let those have it all the same: \`ssl_conf_command Options PrioritizeChaCha;\`.
`,
  source: 'Mozilla, Server Side TLS, guidelines 6.0: server_preferred_order is false.',
  examples: {
    failing: [
      {
        title: 'a list that needs no order',
        files: `
#- snippets/tls.conf
ssl_protocols TLSv1.2 TLSv1.3;
ssl_prefer_server_ciphers on;
# <------------------------- hint[nginx/server-cipher-order]: The visitor knows better which cipher is quick
`,
      },
    ],
    passing: [
      {
        title: 'off, or ChaCha20 first for who asks for it',
        files: `
#- a/snippets/tls.conf
ssl_prefer_server_ciphers off;
#- b/snippets/tls.conf
ssl_prefer_server_ciphers on;
ssl_conf_command Options PrioritizeChaCha;
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const value = directive.args[0]
    if (directive.presence !== 'present' || value?.value.toLowerCase() !== 'on') return
    for (const each of outwards(directive.parent)) {
      if (ownOf(each, configuration, 'ssl_conf_command').some(({ args }) => args[1]?.value.includes('PrioritizeChaCha'))) return
    }
    const list = inEffect(directive.parent, configuration, 'ssl_ciphers')?.args[0]?.value
    if (list !== undefined && weakCiphers(list).length > 0) return
    report({
      at: placeOfDirective(directive),
      message: "The visitor knows better which cipher is quick for it: with a list of good ones Mozilla's profiles leave the choice to it.",
      fixes: [{ title: 'Write "off"', safe: false, edits: [replaceArgument(directive, value, 'off')] }],
    })
  },
})
