import { placeOfDirective } from '../../configuration/placed.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

const options: Readonly<Record<string, { readonly value: RegExp; readonly better: string; readonly why: string; readonly severity?: 'info' | 'hint' }>> = {
  sslcompression: { value: /^on$/i, better: 'off', why: 'Compressed TLS gives away the session cookie by the length of what is sent (CRIME)' },
  sslinsecurerenegotiation: {
    value: /^on$/i,
    better: 'off',
    why: 'With the old renegotiation an attacker puts requests of his own before those of a visitor (CVE-2009-3555)',
  },
  sslverifyclient: {
    value: /^optional_no_ca$/i,
    better: 'optional',
    why: 'Certificates of clients are asked for and not verified: anyone can make one with the name of someone else. It is of use where the application verifies them itself',
    severity: 'info',
  },
  sslproxyverify: {
    value: /^(?:none|optional_no_ca)$/i,
    better: 'require',
    why: 'The certificate of the backend is not looked at: whoever stands between reads and changes what is passed on. Within one machine that is fine',
    severity: 'hint',
  },
}

export const rule = defineRule({
  id: 'security/tls-option-unsafe-apache',
  looksAt: 'directive',
  dialect: 'apache',
  directives: Object.keys(options),
  severity: 'warning',
  summary: 'Options of mod_ssl that open what TLS closes: compression, old renegotiation, certificates that nobody verifies.',
  explanation: `
\`SSLCompression on\` lets an attacker guess cookies by the length of answers (CRIME). \`SSLInsecureRenegotiation on\` lets him put requests before those of a visitor. Both are off unless turned
on. \`SSLVerifyClient optional_no_ca\` takes any certificate, also one that its owner has signed himself; what \`SSL_CLIENT_S_DN\` says then proves nothing. \`SSLProxyVerify none\` passes requests
on to whoever answers.
`,
  source: 'Apache documentation of mod_ssl: SSLCompression, SSLInsecureRenegotiation, SSLVerifyClient, SSLProxyVerify.',
  examples: {
    failing: [
      {
        title: 'turned on',
        files: `
#- ssl.conf
SSLCompression on
# <-------------- warning[security/tls-option-unsafe-apache]: Compressed TLS gives away the session cookie by the length of what is sent (CRIME). Write
<VirtualHost *:443>
    SSLInsecureRenegotiation on
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/tls-option-unsafe-apache]: With the old renegotiation an attacker puts requests of his own before those of a visitor
    SSLVerifyClient optional_no_ca
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[security/tls-option-unsafe-apache]: Certificates of clients are asked for and not verified: anyone can make one with the name
    SSLProxyVerify none
#   ^^^^^^^^^^^^^^^^^^^ hint[security/tls-option-unsafe-apache]: The certificate of the backend is not looked at: whoever stands between reads and changes
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'off',
        files: `
#- ssl.conf
SSLCompression off
<VirtualHost *:443>
    SSLInsecureRenegotiation off
    SSLVerifyClient require
    SSLProxyVerify require
</VirtualHost>
`,
      },
    ],
  },
  check(directive, { report }) {
    const option = options[directive.name]
    const [value] = directive.args
    if (!option || !isRead(directive) || !value?.known || !option.value.test(value.value)) return
    report({
      at: placeOfDirective(directive),
      ...(option.severity ? { severity: option.severity } : {}),
      message: `${option.why}. Write "${directive.node.words[0]?.value} ${option.better}".`,
      fixes: [{ title: `Write ${option.better}`, safe: option.better === 'off', edits: [replaceArgument(directive, value, option.better)] }],
    })
  },
})
