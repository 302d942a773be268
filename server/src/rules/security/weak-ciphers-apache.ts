import { placeOfArgument } from '../../configuration/placed.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { replaceArgument } from '../lib/edits.ts'
import { recommendedCiphers } from '../lib/tls-profiles.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/weak-ciphers-apache',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['sslciphersuite', 'sslproxyciphersuite'],
  severity: 'warning',
  summary: 'An `SSLCipherSuite` with ciphers that are broken (RC4, DES, EXPORT), hide nothing (NULL) or prove nothing (anonymous).',
  explanation: `
A list allows what it names and what it does not take out again with \`!\`. \`NULL\` sends everything in clear, \`aNULL\` (\`ADH\`, \`AECDH\`) lets anyone stand between, \`EXPORT\`, \`LOW\` and
\`DES\` are broken in hours, RC4 is forbidden by RFC 7465. \`ALL\` has the anonymous ones unless \`!aNULL\` stands beside it.

3DES (SWEET32) is told as information: recent libraries do not have it any more. The fix writes the list of Mozilla's intermediate profile.
`,
  source: 'openssl-ciphers(1), tried with OpenSSL 3.0; RFC 7465; Mozilla, Server Side TLS 6.0.',
  examples: {
    failing: [
      {
        title: 'old lists',
        files: `
#- ssl.conf
SSLCipherSuite HIGH:MEDIUM:RC4-SHA:!aNULL
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/weak-ciphers-apache]: RC4-SHA is broken, and forbidden in TLS by RFC 7465. Leave it out, or take Mozilla's
<VirtualHost *:443>
    SSLCipherSuite ALL:!EXPORT:!LOW:!RC4
#                  ^^^^^^^^^^^^^^^^^^^^^ warning[security/weak-ciphers-apache]: ALL has the anonymous ciphers, with which anyone can stand between. Leave it out, or take
</VirtualHost>
<VirtualHost *:443>
    ServerName two.example.org
    SSLCipherSuite "EECDH+AESGCM EDH+AESGCM EECDH+aRSA+RC4 !aNULL !eNULL"
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/weak-ciphers-apache]: EECDH+aRSA+RC4 is broken, and forbidden in TLS by RFC 7465. Leave it out, or take
</VirtualHost>
<VirtualHost *:443>
    ServerName three.example.org
    SSLCipherSuite HIGH:3DES:!aNULL:!MD5
#                  ^^^^^^^^^^^^^^^^^^^^^ info[security/weak-ciphers-apache]: 3DES is 3DES, whose blocks are too short for long connections (SWEET32). Leave it out, or
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'taken out, only put at the end, of the system, TLS 1.3',
        files: `
#- ssl.conf
SSLCipherSuite HIGH:!aNULL:!MD5:!RC4:!3DES
<VirtualHost *:443>
    SSLCipherSuite PROFILE=SYSTEM
</VirtualHost>
<VirtualHost *:443>
    ServerName two.example.org
    SSLCipherSuite ALL:+HIGH:!ADH:!EXP:!SSLv2:!RC4:!aNULL
    SSLCipherSuite TLSv1.3 TLS_AES_256_GCM_SHA384
</VirtualHost>
<VirtualHost *:443>
    ServerName three.example.org
    SSLCipherSuite RC4-SHA:HIGH:!aNULL:!RC4
    SSLCipherSuite ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA:!3DES
</VirtualHost>
`,
      },
    ],
  },
  check(directive, { report }) {
    const value = directive.args.at(-1)
    if (!isRead(directive) || !value?.known || directive.args.length > 2 || (directive.args.length === 2 && !/^SSL$/i.test(directive.args[0]?.value ?? '')))
      return
    const words = value.value.split(/[:, ]+/).filter(Boolean)
    const out = new Set(words.filter((word) => word.startsWith('!')).map((word) => word.slice(1).toUpperCase()))
    const weak = words.filter((word) => /^[A-Za-z0-9]/.test(word) && kindOf(word, out) === 'weak')
    const dated = words.filter((word) => /^[A-Za-z0-9]/.test(word) && kindOf(word, out) === 'dated')
    const [first] = weak.length > 0 ? weak : dated
    if (first === undefined) return
    report({
      at: placeOfArgument(directive, value),
      ...(weak.length > 0 ? {} : { severity: 'info' }),
      message: `${first} ${reasonOf(first)}. Leave it out, or take Mozilla's list.`,
      fixes: [
        { title: "Write the list of Mozilla's intermediate profile", safe: false, edits: [replaceArgument(directive, value, recommendedCiphers.join(':'))] },
      ],
    })
  },
})

interface Kind {
  readonly parts: RegExp
  /** Words that take them out. */
  readonly without: readonly string[]
  readonly reason: string
}

const weakKinds: readonly Kind[] = [
  { parts: /^(?:RC4|ARCFOUR)$/, without: ['RC4'], reason: 'is broken, and forbidden in TLS by RFC 7465' },
  { parts: /^(?:ENULL|NULL)$/, without: ['ENULL', 'NULL'], reason: 'encrypts nothing' },
  { parts: /^(?:ANULL|ADH|AECDH)$/, without: ['ANULL', 'ADH', 'AECDH'], reason: 'asks for no certificate: anyone can stand between' },
  { parts: /^(?:EXP|EXPORT|EXPORT40|EXPORT56|EXP1024)$/, without: ['EXP', 'EXPORT'], reason: 'has keys of 40 or 56 bits, which are broken in minutes (FREAK)' },
  { parts: /^(?:LOW|DES)$/, without: ['LOW', 'DES'], reason: 'has keys of 56 bits, which are broken in hours' },
  { parts: /^RC2$/, without: ['RC2'], reason: 'is broken' },
]

const datedKinds: readonly Kind[] = [
  { parts: /^(?:3DES|CBC3)$/, without: ['3DES'], reason: 'is 3DES, whose blocks are too short for long connections (SWEET32)' },
]

/** `EECDH+aRSA+RC4` is what has all of these; `ECDHE-RSA-RC4-SHA` is one suite. */
const partsOf = (word: string): string[] => word.toUpperCase().split(/[+-]/)

function findKind(word: string, kinds: readonly Kind[], out: ReadonlySet<string>): Kind | undefined {
  if (out.has(word.toUpperCase())) return undefined
  const parts = partsOf(word)
  return kinds.find(
    ({ parts: fits, without }) =>
      parts.some((part) => fits.test(part)) && !without.some((each) => out.has(each)) && !(parts.includes('CBC3') && fits.test('DES')),
  )
}

function kindOf(word: string, out: ReadonlySet<string>): 'weak' | 'dated' | undefined {
  if (/^(?:ALL|COMPLEMENTOFDEFAULT)$/i.test(word)) return out.has('ANULL') || (out.has('ADH') && out.has('AECDH')) || out.has('ADH') ? undefined : 'weak'
  if (findKind(word, weakKinds, out)) return 'weak'
  return findKind(word, datedKinds, out) ? 'dated' : undefined
}

function reasonOf(word: string): string {
  if (/^(?:ALL|COMPLEMENTOFDEFAULT)$/i.test(word)) return 'has the anonymous ciphers, with which anyone can stand between'
  return (findKind(word, weakKinds, new Set()) ?? findKind(word, datedKinds, new Set()))?.reason ?? 'is weak'
}
