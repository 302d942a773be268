import { unknownWord } from './core.ts'
import { expressionFault } from './expressions.ts'
import { badValue, intWhere, toInt } from './numbers.ts'
import { parseUrl } from './proxy-url.ts'
import { type Handler, type Handlers, type Reading, type Refusal, same, wordFix } from './reading.ts'
import { wordsOf } from './sections.ts'
import { cacheFault } from './socache.ts'

export const sslProtocols = ['all', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

/** `ssl_engine_config.c: ssl_cmd_protocol_parse` */
const protocol: Handler = (reading, text) => {
  const { name } = reading.entry
  const chosen = new Set<string>()
  for (const [at, whole] of wordsOf(text).entries()) {
    const sign = /^[+-]/.exec(whole)?.[0]
    const word = whole.slice(sign?.length ?? 0)
    if (same(word, 'SSLv2')) {
      if (sign === '-') continue
      return oldProtocol(reading, 'SSLProtocol: SSLv2 is no longer supported', at, word)
    }
    if (same(word, 'SSLv3')) {
      if (sign === '-') continue
      return oldProtocol(reading, 'SSLv3 not supported by this version of OpenSSL', at, word)
    }
    if (!sslProtocols.some((each) => same(each, word))) return unknownWord(reading, at, word, sslProtocols, `${name}: Illegal protocol '${word}'`, sign ?? '')
    const these = same(word, 'all') ? sslProtocols.slice(2).map((each) => each.toLowerCase()) : [word.toLowerCase()]
    if (sign === '-') for (const each of these) chosen.delete(each)
    else {
      if (sign === undefined && chosen.size > 0) {
        reading.warn(`${name}: Protocol '${word}' overrides already set parameter(s). Check if a +/- prefix is missing.`, {
          at,
          words: `"${word}" has no sign: it replaces all that stands before it on this line.`,
        })
        chosen.clear()
      }
      for (const each of these) chosen.add(each)
    }
  }
  return undefined
}

function oldProtocol({ directive }: Reading, server: string, at: number, word: string): Refusal {
  const argument = directive.args[at]
  const fixes =
    argument && directive.args.length > 1
      ? [{ title: `Write "-${word}"`, safe: false, edits: [{ path: directive.source.path, start: argument.start, end: argument.end, newText: `-${word}` }] }]
      : []
  return { server, at, words: `${word} is not safe, and is no longer there: it can only be taken away, with "-${word}".`, fixes }
}

export const verifyWords = ['none', 'optional', 'require', 'optional_no_ca']

/** `ssl_engine_config.c: ssl_cmd_verify_parse` */
const verify: Handler = (reading, value) =>
  [...verifyWords, 'on', 'off'].some((word) => same(word, value)) ? undefined : invalidArgument(reading, 0, value, verifyWords)

const invalidArgument = (reading: Reading, at: number, word: string, words: readonly string[]): Refusal =>
  unknownWord(reading, at, word, words, `${reading.entry.name}: Invalid argument '${word}'`)

/** One word, then an option that may follow (`ssl_cmd_crlcheck_parse`, `ssl_cmd_ocspcheck_parse`). */
const checkWords =
  (words: readonly string[], option: string): Handler =>
  (reading, text) => {
    const given = wordsOf(text)
    for (const [at, word] of (given.length === 0 ? [''] : given).entries()) {
      const known = at === 0 ? words : [option]
      if (!known.some((each) => same(each, word))) return invalidArgument(reading, at, word, known)
    }
    return undefined
  }

export const sslOptionWords = ['StdEnvVars', 'ExportCertData', 'FakeBasicAuth', 'StrictRequire', 'OptRenegotiate', 'LegacyDNStringFormat']

/** `ssl_engine_config.c: ssl_cmd_SSLOptions` */
const options: Handler = (reading, text) => {
  for (const [at, whole] of wordsOf(text).entries()) {
    const word = whole.replace(/^[+-]/, '')
    if (!sslOptionWords.some((each) => same(each, word)))
      return unknownWord(reading, at, word, sslOptionWords, `SSLOptions: Illegal option '${word}'`, whole.slice(0, whole.length - word.length))
  }
  return undefined
}

/** `ssl_engine_config.c: ssl_cmd_SSLRandomSeed`, as far as the text goes: files are not looked at. */
const randomSeed: Handler = (reading, when, source, bytes) => {
  if (!same(when, 'startup') && !same(when, 'connect'))
    return unknownWord(reading, 0, when, ['startup', 'connect'], `SSLRandomSeed: invalid context: \`${when}'`)
  if (source.length > 4 && source.startsWith('egd:'))
    return {
      server: `Invalid SSLRandomSeed entropy source \`${source}': This version of OpenSSL does not support the Entropy Gathering Daemon (EGD).`,
      at: 1,
      words: 'The Entropy Gathering Daemon is gone from OpenSSL: use "builtin", or a file such as file:/dev/urandom.',
    }
  if (bytes === undefined) return undefined
  if (same(source, 'builtin'))
    return {
      server: 'SSLRandomSeed: byte specification not allowed for builtin seed source',
      at: 2,
      words: `"builtin" takes no number of bytes: leave out "${bytes}".`,
    }
  return toInt(bytes) < 0 ? { server: 'SSLRandomSeed: invalid number of bytes specified', at: 2, words: `"${bytes}" is no number of bytes.` } : undefined
}

/** `ssl_engine_config.c: ssl_cmd_SSLPassPhraseDialog` */
const passPhraseDialog: Handler = (_, value) =>
  same(value, 'builtin') || /^exec:./.test(value) || /^\|./.test(value)
    ? undefined
    : { server: 'SSLPassPhraseDialog: Invalid argument', words: `SSLPassPhraseDialog is "builtin", "exec:PROGRAM" or "|PROGRAM", not "${value}".` }

/** `ssl_engine_config.c: ssl_cmd_SSLCipherSuite` */
const cipherSuite =
  (perDirectory: boolean): Handler =>
  ({ section }, first, second) => {
    if (second === undefined || first === 'SSL') return undefined
    if (first !== 'TLSv1.3')
      return {
        server: `protocol '${first}' not supported`,
        at: 0,
        words: `Ciphers are set for "SSL" (all up to TLSv1.2) or for "TLSv1.3", not for "${first}". One list of ciphers with spaces needs quotes, or colons.`,
      }
    return perDirectory && section.path
      ? {
          server: 'TLSv1.3 ciphers cannot be set inside a directory context',
          at: 0,
          words: 'Ciphers of TLSv1.3 hold for a whole virtual host: set them outside of sections.',
        }
      : undefined
  }

/** `ssl_engine_config.c: ssl_cmd_SSLSessionCache`, `ssl_cmd_SSLStaplingCache` */
const cache =
  (kind: 'session' | 'stapling'): Handler =>
  (reading, value) => {
    if (kind === 'session' && /^none(notnull)?$/i.test(value)) return undefined
    return cacheFault(
      reading,
      value,
      (name, known) => {
        const end = kind === 'session' ? '.' : ''
        return `'${name}' ${kind} cache not supported (known names: ${known})${end} Maybe you need to load the appropriate socache module (mod_socache_${name}?)${end}`
      },
      `${reading.entry.name}: `,
    )
  }

const notNegative = (server: (value: string) => string): Handler => intWhere((value) => value >= 0, server, '0 or more')

/** `ssl_engine_config.c: ssl_cmd_SSLEngine`; later versions still take `optional`, and do nothing for it. */
const engine: Handler = (reading, value) =>
  /^(on|off|optional)$/i.test(value) ? undefined : { server: 'Argument must be On or Off', ...wordFix(reading, value, ['On', 'Off']) }

const sniPolicies = ['strict', 'secure', 'authonly', 'insecure']

/** `ssl_engine_config.c: ssl_cmd_SSLFIPS` */
const fips: Handler = ({ state, directive }, value) => {
  const before = state.names.get('sslfips')
  if (before?.presence === 'present' && !same(before.args[0]?.value ?? value, value))
    return {
      server: 'Conflicting SSLFIPS options, cannot be both On and Off',
      rule: 'apache/conflict',
      words: 'SSLFIPS holds for the whole server: it says On in one place and Off in another.',
    }
  state.names.set('sslfips', directive)
  return undefined
}

/** What OpenSSL takes in a file for a server (`SSL_CONF_cmd`). */
export const openSslCommands = [
  'CipherString',
  'Ciphersuites',
  'Curves',
  'Groups',
  'ECDHParameters',
  'DHParameters',
  'SignatureAlgorithms',
  'ClientSignatureAlgorithms',
  'RecordPadding',
  'NumTickets',
  'Protocol',
  'MinProtocol',
  'MaxProtocol',
  'Options',
  'VerifyMode',
  'Certificate',
  'PrivateKey',
  'ServerInfoFile',
  'ChainCAPath',
  'ChainCAFile',
  'VerifyCAPath',
  'VerifyCAFile',
  'RequestCAFile',
  'ClientCAFile',
  'RequestCAPath',
  'ClientCAPath',
]

/** `ssl_engine_config.c: ssl_cmd_SSLOpenSSLConfCmd`; which commands there are is OpenSSL's: only a slip is told. */
const openSslCommand: Handler = (reading, command) => {
  if (openSslCommands.some((each) => same(each, command))) return undefined
  const told = wordFix(reading, command, openSslCommands, 0)
  return (told.fixes?.length ?? 0) > 0 ? { server: `'${command}': invalid OpenSSL configuration command`, ...told } : undefined
}

export const sslHandlers: Handlers = {
  sslengine: engine,
  sslvhostsnipolicy: (reading, value) =>
    sniPolicies.some((policy) => same(policy, value))
      ? undefined
      : { server: `Invalid SSLVhostSNIPolicy argument '${value}'`, ...wordFix(reading, value, sniPolicies) },
  sslfips: fips,
  sslopensslconfcmd: openSslCommand,
  sslprotocol: protocol,
  sslproxyprotocol: protocol,
  sslverifyclient: verify,
  sslproxyverify: verify,
  sslverifydepth: (reading, value) =>
    toInt(value) >= 0 ? undefined : badValue(`SSLVerifyDepth: Invalid argument '${value}'`, reading.entry.name, value, '0 or more'),
  sslproxyverifydepth: (reading, value) =>
    toInt(value) >= 0 ? undefined : badValue(`SSLProxyVerifyDepth: Invalid argument '${value}'`, reading.entry.name, value, '0 or more'),
  ssloptions: options,
  sslciphersuite: cipherSuite(true),
  sslproxyciphersuite: cipherSuite(false),
  sslrandomseed: randomSeed,
  sslpassphrasedialog: passPhraseDialog,
  sslsessioncache: cache('session'),
  sslstaplingcache: cache('stapling'),
  sslcarevocationcheck: checkWords(['none', 'leaf', 'chain'], 'no_crl_for_cert_ok'),
  sslproxycarevocationcheck: checkWords(['none', 'leaf', 'chain'], 'no_crl_for_cert_ok'),
  sslocspenable: checkWords(['off', 'leaf', 'on'], 'no_ocsp_for_cert_ok'),
  sslocspproxyurl: (_, value) => (parseUrl(value) ? undefined : { server: `SSLOCSPProxyURL: Cannot parse URL ${value}`, words: `"${value}" is no URL.` }),
  sslrequire: (reading, text) => expressionFault(reading, text, 0, 'SSLRequire: '),
  sslrenegbuffersize: notNegative((value) => `Invalid size for SSLRenegBufferSize: ${value}`),
  sslsessioncachetimeout: notNegative(() => 'SSLSessionCacheTimeout: Invalid argument'),
  ...Object.fromEntries(
    [
      'SSLOCSPResponseTimeSkew',
      'SSLOCSPResponseMaxAge',
      'SSLOCSPResponderTimeout',
      'SSLStaplingResponseTimeSkew',
      'SSLStaplingResponseMaxAge',
      'SSLStaplingStandardCacheTimeout',
      'SSLStaplingErrorCacheTimeout',
      'SSLStaplingResponderTimeout',
    ].map((name) => [name.toLowerCase(), notNegative(() => `${name}: invalid argument`)]),
  ),
}
