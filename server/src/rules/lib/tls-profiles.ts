import type { Settings } from '../../workspace/settings.ts'

/** What one of Mozilla's profiles says (Server Side TLS, guidelines 6.0 of 2026: ssl-config.mozilla.org/guidelines/6.0.json). */
export interface TlsProfile {
  readonly protocols: readonly string[]
  /** For TLS 1.2, by OpenSSL's names; those of TLS 1.3 need no choice. */
  readonly ciphers: readonly string[]
  readonly serverChoosesCipher: boolean
  readonly hstsSeconds: number
}

const profiles: Readonly<Record<Settings['tls'], TlsProfile>> = {
  modern: { protocols: ['TLSv1.3'], ciphers: [], serverChoosesCipher: false, hstsSeconds: 63072000 },
  intermediate: {
    protocols: ['TLSv1.2', 'TLSv1.3'],
    ciphers: [
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDHE-RSA-AES128-GCM-SHA256',
      'ECDHE-ECDSA-AES256-GCM-SHA384',
      'ECDHE-RSA-AES256-GCM-SHA384',
      'ECDHE-ECDSA-CHACHA20-POLY1305',
      'ECDHE-RSA-CHACHA20-POLY1305',
    ],
    serverChoosesCipher: false,
    hstsSeconds: 63072000,
  },
}

export const tlsProfile = ({ tls }: Settings): TlsProfile => profiles[tls]

/** The ciphers for TLS 1.2 of the intermediate profile, which are also what a server of the modern one gets where it still speaks it. */
export const recommendedCiphers = profiles.intermediate.ciphers

/** Protocols that RFC 6176, 7568 and 8996 forbid. */
export const forbiddenProtocols: ReadonlySet<string> = new Set(['sslv2', 'sslv3', 'tlsv1', 'tlsv1.0', 'tlsv1.1'])

/** Kinds of ciphers that are broken, each with what breaks them. */
const weaknesses = {
  NULL: 'nothing is encrypted',
  anonymous: 'nobody shows a certificate',
  EXPORT: 'keys of 40 bits',
  DES: 'keys of 56 bits',
  RC4: 'RFC 7465',
  RC2: 'keys of 40 bits',
  '3DES': 'Sweet32',
  MD5: 'MD5 is broken',
  SEED: 'in no profile',
  IDEA: 'in no profile',
} as const

type Weakness = keyof typeof weaknesses

/** Words of OpenSSL's cipher lists that stand for kinds of ciphers. */
const words: Readonly<Record<string, readonly Weakness[]>> = {
  NULL: ['NULL'],
  ENULL: ['NULL'],
  COMPLEMENTOFALL: ['NULL'],
  ANULL: ['anonymous'],
  ADH: ['anonymous'],
  AECDH: ['anonymous'],
  EXP: ['EXPORT'],
  EXPORT: ['EXPORT'],
  EXPORT40: ['EXPORT'],
  EXPORT56: ['EXPORT'],
  LOW: ['DES'],
  DES: ['DES'],
  RC4: ['RC4'],
  RC2: ['RC2'],
  '3DES': ['3DES'],
  MD5: ['MD5'],
  SEED: ['SEED'],
  IDEA: ['IDEA'],
  MEDIUM: ['RC4', 'SEED', 'IDEA', '3DES'],
  ALL: ['anonymous', 'EXPORT', 'DES', 'RC4', '3DES', 'MD5'],
}

/** What of a cipher list is broken: \`3DES (Sweet32)\`. Lists are read as OpenSSL's ciphers(1) has them, as far as broken ones are concerned. */
export function weakCiphers(list: string): string[] {
  const present = new Set<Weakness>()
  const banned = new Set<Weakness>()
  for (const token of list.split(/[:, ]+/)) {
    const operator = /^[!+-]/.exec(token)?.[0] ?? ''
    const kinds = kindsOf(operator === '' ? token : token.slice(1))
    // A leading "+" only moves what is there already to the end.
    if (operator === '+') continue
    for (const kind of kinds) {
      if (operator === '') {
        if (!banned.has(kind)) present.add(kind)
      } else if (!token.includes('-', 1) || operator === '-') {
        present.delete(kind)
        if (operator === '!') banned.add(kind)
      }
    }
  }
  return [...present].map((kind) => `${kind === 'anonymous' ? 'ciphers without certificate' : kind} (${weaknesses[kind]})`)
}

function kindsOf(token: string): readonly Weakness[] {
  if (token.includes('+')) return token.split('+').flatMap((part) => (part.toUpperCase() === 'ALL' ? [] : kindsOf(part)))
  const word = words[token.toUpperCase()]
  if (word) return word
  const name = token.toUpperCase()
  const kinds: Weakness[] = []
  if (/(?:^|-)NULL(?:-|$)/.test(name)) kinds.push('NULL')
  if (/^(?:ADH|AECDH)-/.test(name)) kinds.push('anonymous')
  if (/^EXP-/.test(name)) kinds.push('EXPORT')
  if (/(?:^|-)RC4(?:-|$)/.test(name)) kinds.push('RC4')
  if (/(?:^|-)RC2(?:-|$)/.test(name)) kinds.push('RC2')
  if (/DES-CBC3|3DES/.test(name)) kinds.push('3DES')
  if (/(?:^|-)DES-CBC-/.test(name)) kinds.push('DES')
  if (/-MD5$/.test(name)) kinds.push('MD5')
  if (/(?:^|-)SEED(?:-|$)/.test(name)) kinds.push('SEED')
  if (/(?:^|-)IDEA(?:-|$)/.test(name)) kinds.push('IDEA')
  return kinds
}

/** Suites of a list, written out, that have no forward secrecy or an old mode, and are in no profile. */
export const outdatedSuites = (list: string): string[] =>
  list
    .split(/[:, ]+/)
    .filter(
      (token) => /^[A-Z0-9]+(?:-[A-Z0-9]+)+$/.test(token) && /SHA(?:256|384)?$/.test(token) && !/GCM|CHACHA20|CCM/.test(token) && kindsOf(token).length === 0,
    )
