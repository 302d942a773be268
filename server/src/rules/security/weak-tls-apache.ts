import { type Argument, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { type TlsProfile, tlsProfile } from '../lib/tls-profiles.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/weak-tls-apache',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['sslprotocol', 'sslproxyprotocol'],
  severity: 'warning',
  summary: 'An `SSLProtocol` with TLS 1.0 or TLS 1.1, which are withdrawn.',
  explanation: `
TLS 1.0 and 1.1 were withdrawn by RFC 8996 and are spoken by no browser since 2020 (SSLv3 is gone from Apache's builds: see \`apache/invalid-value\`). Mozilla's intermediate profile has TLS 1.2 and 1.3.

\`all\` stands for all that the library knows. The default \`all -SSLv3\`, which distributions write into their own files too, therefore has TLS 1.0 and 1.1; many libraries refuse these by
themselves today. As only these know, it is told as information.
`,
  source: '`modules/ssl/ssl_engine_config.c`: `ssl_cmd_protocol_parse`; RFC 8996; Mozilla, Server Side TLS 6.0.',
  examples: {
    failing: [
      {
        title: 'named, or left in',
        files: `
#- site.conf
<VirtualHost *:443>
    SSLEngine on
    SSLCertificateFile /etc/ssl/site.pem
    SSLProtocol +TLSv1 +TLSv1.1 +TLSv1.2
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/weak-tls-apache]: TLSv1 and TLSv1.1 are allowed here and withdrawn since 2021 (RFC 8996). Allow TLSv1.2 and
</VirtualHost>
<VirtualHost *:443>
    ServerName two.example.org
    SSLProtocol -all +TLSv1.1 +TLSv1.2
#                    ^^^^^^^^ warning[security/weak-tls-apache]: TLSv1.1 is allowed here and withdrawn since 2021 (RFC 8996). Allow TLSv1.2 and TLSv1.3
</VirtualHost>
<VirtualHost *:443>
    ServerName three.example.org
    SSLProtocol all -SSLv3
#   ^^^^^^^^^^^^^^^^^^^^^^ info[security/weak-tls-apache]: TLSv1 and TLSv1.1 are allowed here, where the library still has them, and withdrawn since
</VirtualHost>
<VirtualHost *:443>
    ServerName four.example.org
    SSLProtocol TLSv1
#               ^^^^^ warning[security/weak-tls-apache]: TLSv1 is allowed here and withdrawn since 2021 (RFC 8996). Allow TLSv1.2 and TLSv1.3
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'TLS 1.2 and 1.3, however they are written',
        files: `
#- site.conf
<VirtualHost *:443>
    SSLProtocol -all +TLSv1.2 +TLSv1.3
</VirtualHost>
<VirtualHost *:443>
    ServerName two.example.org
    SSLProtocol all -SSLv2 -SSLv3 -TLSv1 -TLSv1.1
</VirtualHost>
<VirtualHost *:443>
    ServerName three.example.org
    SSLProtocol TLSv1.2
    SSLProxyProtocol +TLSv1.2 +TLSv1.3
</VirtualHost>
`,
      },
    ],
  },
  check(directive, { report, settings }) {
    if (!isRead(directive) || directive.args.length === 0 || directive.args.some((argument) => !argument.known)) return
    const { named, left } = weakIn(directive.args)
    const weak = [...named.keys(), ...left]
    if (weak.length === 0) return
    const [first] = named.values()
    const { protocols } = tlsProfile(settings)
    report({
      at: first && named.size === 1 && left.length === 0 ? placeOfArgument(directive, first) : placeOfDirective(directive),
      ...(named.size > 0 ? {} : { severity: 'info' }),
      message: `${list(weak.map((each) => titles[each] ?? each))} ${weak.length === 1 ? 'is' : 'are'} allowed here${named.size === 0 ? ', where the library still has them,' : ''} and withdrawn since 2021 (RFC 8996). Allow ${list(protocols)} only.`,
      fixes: [protocolsFix(directive, protocols)],
    })
  },
})

const titles: Readonly<Record<string, string>> = { tlsv1: 'TLSv1', 'tlsv1.1': 'TLSv1.1' }

/** As Apache goes through the words: a bare one begins anew. */
function weakIn(words: readonly Argument[]): { named: ReadonlyMap<string, Argument>; left: readonly string[] } {
  const on = new Map<string, Argument | undefined>()
  for (const argument of words) {
    const match = /^([+-]?)(all|sslv3|tlsv1(?:\.[123])?)$/i.exec(argument.value)
    if (!match) continue
    const [, sign, word = ''] = match
    const name = word.toLowerCase()
    const meant = name === 'all' ? ['tlsv1', 'tlsv1.1', 'tlsv1.2', 'tlsv1.3'] : [name]
    // A word without a sign takes the place of all before it.
    if (sign === '') on.clear()
    for (const each of meant) {
      if (sign === '-') on.delete(each)
      else on.set(each, name === 'all' ? undefined : argument)
    }
  }
  const named = new Map<string, Argument>()
  const left: string[] = []
  // SSLv3 is refused by the test of the configuration (`apache/invalid-value`).
  for (const each of ['tlsv1', 'tlsv1.1']) {
    const argument = on.get(each)
    if (argument) named.set(each, argument)
    else if (on.has(each)) left.push(each)
  }
  return { named, left }
}

function protocolsFix(directive: PlacedDirective, protocols: TlsProfile['protocols']) {
  const from = directive.args[0]?.start ?? 0
  const to = directive.args.at(-1)?.end ?? 0
  const newText = `-all ${protocols.map((each) => `+${each}`).join(' ')}`
  return { title: `Allow ${list(protocols)} only`, safe: false, edits: [{ path: directive.source.path, start: from, end: to, newText }] }
}

const list = (words: readonly string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`)
