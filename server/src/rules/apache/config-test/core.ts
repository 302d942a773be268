import { removeDirective } from '../../lib/edits.ts'
import { parseAddress } from './address.ts'
import { lineOfEnd } from './directive-reading.ts'
import { expressionFault } from './expressions.ts'
import { commentToOwnLine } from './faults.ts'
import { atoi, type Detail, type Handler, type Handlers, oneOf, type Reading, type Refusal, type Said, same, wordFix } from './reading.ts'
import { wordsOf } from './sections.ts'
import { knownStatuses } from './status-codes.ts'

/** `server/core.c` */
export const optionWords = ['Indexes', 'Includes', 'IncludesNOEXEC', 'FollowSymLinks', 'SymLinksIfOwnerMatch', 'ExecCGI', 'MultiViews', 'None', 'All'] as const
const isOption = (word: string): boolean => same(word, 'RunScripts') || optionWords.some((each) => same(each, word))

/** `core.c: set_options` */
const options: Handler = (reading, text) => {
  const words = wordsOf(text)
  let first = true
  let merge = false
  let allOrNone = false
  for (const [at, whole] of words.entries()) {
    let word = whole
    if (word.startsWith('+') || word.startsWith('-')) {
      word = word.slice(1)
      if (!merge && !first && !allOrNone) return mixedOptions(reading)
      merge = true
    } else if (!first && merge) return mixedOptions(reading)
    if (!isOption(word)) return unknownWord(reading, at, word, optionWords, `Illegal option ${word}`, whole.slice(0, whole.length - word.length))
    if (same(word, 'None') || same(word, 'All')) {
      const name = same(word, 'None') ? 'None' : 'All'
      if (!first) return { server: name === 'None' ? "'Options None' must be the first Option given." : "'Options All' must be the first option given.", at }
      if (merge) return { server: `You may not use 'Options +${name}' or 'Options -${name}'.`, at, fixes: [replaceWord(reading, at, name)] }
      allOrNone = true
    }
    first = false
  }
  return undefined
}

function mixedOptions(reading: Reading): Refusal {
  const { args } = reading.directive
  const plain = args.filter((argument) => !/^[+-]/.test(argument.value))
  return {
    server: 'Either all Options must start with + or -, or no Option may.',
    rule: 'apache/conflict',
    at: 'all',
    words: 'Options with a sign change what is inherited, Options without one replace it: either all have a sign, or none.',
    fixes: [
      {
        title: 'Put "+" before those that have no sign',
        safe: false,
        edits: plain.map((argument) => ({ path: reading.directive.source.path, start: argument.start, end: argument.start, newText: '+' })),
      },
    ],
  }
}

/** A word that is none of those known; a `#` begins what was meant as a comment. */
export function unknownWord(reading: Reading, at: number, word: string, words: readonly string[], server: string, prefix = ''): Refusal {
  const argument = reading.directive.args[at]
  if (word.startsWith('#') && argument)
    return {
      server,
      at,
      words: `Apache has no comments behind a directive: "${word}" is an argument to it. Put the comment on a line of its own.`,
      fixes: [commentToOwnLine(reading.directive, argument.start)],
    }
  const told = wordFix(reading, word, words, at)
  const meant = told.fixes ?? (argument && /^[\w+-]+,$/.test(argument.value) ? [replaceWord(reading, at, argument.value.slice(0, -1))] : undefined)
  const meantWord = /"([^"]*)"\?$/.exec(told.words ?? '')?.[1]
  return { server, ...told, fixes: prefix !== '' && meantWord ? [replaceWord(reading, at, prefix + meantWord)] : meant }
}

export function replaceWord(reading: Reading, at: number, text: string): NonNullable<Detail['fixes']>[number] {
  const argument = reading.directive.args[at]
  const edits = argument ? [{ path: reading.directive.source.path, start: argument.start, end: argument.end, newText: text }] : []
  return { title: `Write "${text}"`, safe: true, edits }
}

export const overrideWords = ['None', 'All', 'AuthConfig', 'FileInfo', 'Indexes', 'Limit', 'Options', 'Nonfatal'] as const

/** `core.c: set_override` */
const allowOverride: Handler = (reading, text) => {
  uselessOverride(reading, `Useless use of AllowOverride in line ${lineOfEnd(reading.directive)} of ${reading.directive.source.path}.`)
  for (const [at, word] of wordsOf(text).entries()) {
    const equals = word.indexOf('=')
    const key = equals < 0 ? word : word.slice(0, equals)
    if (same(key, 'Nonfatal') && equals < 0) return { server: `=Override, =Unknown or =All expected after ${word}`, at }
    const known = overrideWords.some((each) => same(each, key))
    if (!known) return unknownWord(reading, at, key, overrideWords, `Illegal override option ${key}`)
  }
  return undefined
}

function uselessOverride(reading: Reading, server: string): void {
  const scope = reading.section
  for (let at: typeof scope | undefined = scope; at; at = at.outer) {
    if (/^(location|files)(match)?$|^(if|elseif|else)$/.test(at.name)) {
      reading.warn(server, {
        at: 'all',
        words: `${reading.entry.name} has no effect in <${at.title}>: which .htaccess files are read is decided by folder. Put it into a <Directory>.`,
      })
      return
    }
  }
}

/** `core.c: server_hostname_port` */
const serverName: Handler = (_, name) => {
  if (/[*?]|\[.*\]/.test(name))
    return {
      server: `Invalid ServerName "${name}" use ServerAlias to set multiple server names.`,
      words: `ServerName takes one name without wildcards; "${name}" belongs into ServerAlias.`,
    }
  const scheme = name.indexOf('://')
  const host = scheme < 0 ? name : name.slice(scheme + 3)
  const colon = host.indexOf(':')
  if (colon < 0) return undefined
  const port = atoi(host.slice(colon + 1))
  if (port > 0 && port < 65536) return undefined
  return {
    server: `The port number "${name}" is outside the appropriate range (i.e., 1..65535).`,
    words: `"${host.slice(colon + 1)}" in "${name}" is no port.`,
  }
}

/** `core.c: set_error_document` */
const errorDocument: Handler = (reading, status, text) => {
  const code = atoi(status)
  if (!knownStatuses.has(code)) return { server: `Unsupported HTTP response code ${status}`, at: 0, words: `Apache knows no HTTP status ${status}.` }
  if (text !== undefined && !same(text, 'default')) {
    const isMessage = text.includes(' ') || !(text.startsWith('/') || /^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    return expressionFault(reading, isMessage ? `"${text}` : text, 1, 'Cannot parse expression in ErrorDocument: ', 'string')
  }
  return undefined
}

const nonNegative =
  (message: (value: string) => string): Handler =>
  (_, value) =>
    atoi(value) < 0 ? { server: message(value), words: `It must not be negative: "${value}".` } : undefined

/** A whole number within bounds (`apr_strtoff`, nothing behind it). */
const numberWithin =
  (least: number, most: number, message: string): Handler =>
  (_, value) => {
    const number = /^\s*[+-]?\d+$/.test(value) ? Number(value) : Number.NaN
    return number >= least && number <= most
      ? undefined
      : { server: `${message}${value}`, words: `It must be a number from ${least} to ${most}, not "${value}".` }
  }

const maximum =
  (name: string): Handler =>
  (_, value) =>
    /^(none|default|unlimited)$/i.test(value) || atoi(value) > 0
      ? undefined
      : {
          server: `${name} requires 'none', 'default', 'unlimited' or a positive integer`,
          words: `${name} takes none, default, unlimited or a positive number, not "${value}".`,
        }

const recursion: Handler = (_, one, two) => {
  for (const [at, value] of [one, two].entries()) {
    if (value !== undefined && atoi(value) <= 0) return { server: 'The recursion limit must be greater than zero.', at }
  }
  return undefined
}

export const logLevels = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug', ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `trace${n}`)]
const badLevel = 'Log level keyword must be one of emerg/alert/crit/error/warn/notice/info/debug/trace1/.../trace8'

/** `core.c: set_loglevel` */
const logLevel: Handler = (reading, value) => {
  const colon = value.lastIndexOf(':')
  const level = value.slice(colon + 1)
  if (colon >= 0 && level === '') return `Module specifier '${value.slice(0, colon)}' must be followed by a log level keyword`
  if (logLevels.includes(level.toLowerCase())) return undefined
  return { ...unknownWord(reading, reading.at, level, logLevels, ''), server: colon < 0 ? badLevel : `${value.slice(0, colon)}:${level}: ${badLevel}` }
}

export const etagWords = ['None', 'All', 'INode', 'MTime', 'Size', 'Digest']

/** `core.c: set_etag_bits` */
const fileETag: Handler = (reading, text) => {
  for (const [at, whole] of wordsOf(text).entries()) {
    const signed = /^[+-]/.test(whole)
    const word = signed ? whole.slice(1) : whole
    if (!/^(none|all|size|lmtime|mtime|lastmodified|inode|digest)$/i.test(word))
      return unknownWord(reading, at, word, etagWords, `Unknown keyword '${word}' for FileETag directive`)
    if (signed && /^(none|all)$/i.test(word)) return { server: `FileETag keyword '${word}' cannot be used with '+' or '-'`, at }
  }
  return undefined
}

/** `core.c: set_http_protocol_options` */
const httpProtocolOptions: Handler = (reading, value) => {
  const kinds = [
    ['Allow0.9', 'Require1.0'],
    ['Strict', 'Unsafe'],
    ['RegisteredMethods', 'LenientMethods'],
  ] as const
  const pair = kinds.find((words) => words.some((word) => same(word, value)))
  if (!pair)
    return {
      server:
        "HttpProtocolOptions accepts 'Unsafe' or 'Strict' (default), 'RegisteredMethods' or 'LenientMethods' (default), and 'Require1.0' or 'Allow0.9' (default)",
      ...wordFix(reading, value, kinds.flat()),
    }
  const other = same(pair[0], value) ? pair[1] : pair[0]
  const key = `httpprotocoloptions ${other.toLowerCase()}`
  if (reading.section.set.has(key)) return { server: `HttpProtocolOptions '${pair[0]}' and '${pair[1]}' are mutually exclusive`, rule: 'apache/conflict' }
  reading.section.set.set(`httpprotocoloptions ${value.toLowerCase()}`, reading.directive)
  return undefined
}

/** `core.c: set_regex_default_options`, `server/util_pcre.c: ap_regcomp_default_cflag_by_name` */
const regexDefaultOptions: Handler = (_, text) => {
  for (const [at, whole] of wordsOf(text).entries()) {
    const name = whole.replace(/^[+-]/, '')
    if (!/^(none|icase|dotall|dollar_endonly|extended|no_dotall|no_dollar_endonly)$/i.test(name))
      return { server: `RegexDefaultOptions: option '${name}' unknown`, at }
  }
  return undefined
}

const define: Handler = (_, name) => (name.includes(':') ? { server: "Variable name must not contain ':'", at: 0 } : undefined)

/** `core.c: generate_error`: what `Error` says is the error. */
const error: Handler = (_, text) => {
  const quote = text.charAt(0)
  const message = (quote === '"' || quote === "'") && text.endsWith(quote) && text.length > 1 ? text.slice(1, -1) : text
  if (text === '') return 'The Error directive was used with no message.'
  return { server: message, at: 'all', words: `The configuration itself stops Apache here: "${message}".` }
}

const useCanonicalPhysicalPort = oneOf(['on', 'off'], "parameter must be 'on' or 'off'")

/** `server/listen.c: ap_set_listener` */
const listen: Handler = (_, ...args) => {
  if (args.length < 1 || args.length > 2) return { server: 'Listen requires 1 or 2 arguments.', rule: 'apache/argument-count', at: 'name' }
  const [address = ''] = args
  const fault = listenFault(address)
  if (fault) return { server: fault, at: 0, words: `"${address}" is no address to listen on: write a port, an address with a port, or [IPv6]:port.` }
  return undefined
}

/** `server/listen.c: ap_set_listener` */
function listenFault(address: string): string | undefined {
  const parsed = parseAddress(address)
  if (!parsed) return 'Invalid address or port'
  return parsed.port === undefined ? 'Port must be specified' : undefined
}

/** `server/vhost.c: ap_set_name_virtual_host`; Apache says it of the first one only, but all of them are of no use. */
const nameVirtualHost: Handler = (reading) => {
  const { directive } = reading
  reading.warn(`NameVirtualHost has no effect and will be removed in the next release ${directive.source.path}:${lineOfEnd(reading.directive)}`, {
    at: 'all',
    words: 'NameVirtualHost has no effect since Apache 2.4: virtual hosts with one address are told apart by their names anyway. Remove it.',
    fixes: [{ title: 'Remove NameVirtualHost', safe: true, edits: [removeDirective(directive)] }],
  })
}

/** `core.c: set_default_type` */
const defaultType: Handler = (reading, type) => {
  if (same(type, 'none') || same(type, 'off')) return
  const { directive } = reading
  reading.warn(`Ignoring deprecated use of DefaultType in line ${lineOfEnd(reading.directive)} of ${directive.source.path}.`, {
    at: 'all',
    words: `DefaultType has no effect since Apache 2.4: files of an unknown kind are sent without a type. Remove it, or name types with AddType or ForceType.`,
    fixes: [{ title: 'Remove DefaultType', safe: true, edits: [removeDirective(directive)] }],
  })
}

const setHandler: Handler = (reading, text) => expressionFault(reading, text, 0, "Can't parse expression : ", 'string')

export const coreHandlers: Handlers = {
  options,
  allowoverride: allowOverride,
  allowoverridelist: (reading, ...words) => {
    uselessOverride(reading, `Useless use of AllowOverrideList at ${reading.directive.source.path}:${lineOfEnd(reading.directive)}`)
    return words.length > 1 && words.some((word) => same(word, 'None')) ? "'None' not allowed with other directives in AllowOverrideList" : undefined
  },
  servername: serverName,
  serveralias: ({ section }): Said =>
    section.virtual || section.open
      ? undefined
      : {
          server: 'ServerAlias only used in <VirtualHost>',
          rule: 'apache/not-allowed-here',
          at: 'name',
          words: 'ServerAlias stands outside of a <VirtualHost>: only a virtual host has further names.',
        },
  errordocument: errorDocument,
  sethandler: setHandler,
  namevirtualhost: nameVirtualHost,
  defaulttype: defaultType,
  loglevel: logLevel,
  fileetag: fileETag,
  httpprotocoloptions: httpProtocolOptions,
  regexdefaultoptions: regexDefaultOptions,
  define,
  undefine: define,
  error,
  listen,
  enablemmap: oneOf(['on', 'off'], "parameter must be 'on' or 'off'"),
  enablesendfile: oneOf(['on', 'off'], "parameter must be 'on' or 'off'"),
  readbuffersize: numberWithin(0, 4294967295, 'parameter must be a number between 0 and (4294967295U)): '),
  flushmaxthreshold: numberWithin(0, 4294967295, 'parameter must be a number between 0 and (4294967295U)): '),
  flushmaxpipelined: numberWithin(-1, 2147483647, 'parameter must be a number between -1 and 2147483647: '),
  serversignature: oneOf(['On', 'Off', 'EMail'], 'ServerSignature: use one of: off | on | email'),
  allowencodedslashes: oneOf(['On', 'Off', 'NoDecode'], 'AllowEncodedSlashes must be On, Off, or NoDecode'),
  hostnamelookups: oneOf(['on', 'off', 'double'], "parameter must be 'on', 'off', or 'double'"),
  acceptpathinfo: oneOf(['on', 'off', 'default'], 'AcceptPathInfo must be set to on, off or default'),
  usecanonicalname: oneOf(['on', 'off', 'dns'], "parameter must be 'on', 'off', or 'dns'"),
  usecanonicalphysicalport: useCanonicalPhysicalPort,
  servertokens: oneOf(
    ['OS', 'Min', 'Minimal', 'Major', 'Minor', 'Prod', 'ProductOnly', 'Full'],
    "ServerTokens takes 1 argument: 'Prod(uctOnly)', 'Major', 'Minor', 'Min(imal)', 'OS', or 'Full'",
  ),
  traceenable: oneOf(['on', 'off', 'extended'], "TraceEnable must be one of 'on', 'off', or 'extended'"),
  protocolshonororder: oneOf(['on', 'off'], "ProtocolsHonorOrder must be 'on' or 'off'"),
  limitrequestline: nonNegative((value) => `LimitRequestLine "${value}" must be a non-negative integer`),
  limitrequestfieldsize: nonNegative((value) => `LimitRequestFieldsize "${value}" must be a non-negative integer`),
  limitrequestfields: nonNegative((value) => `LimitRequestFields "${value}" must be a non-negative integer (0 = no limit)`),
  limitrequestbody: (_, value) =>
    /^\s*\+?\d+$/.test(value)
      ? undefined
      : { server: 'LimitRequestBody requires a non-negative integer.', words: `LimitRequestBody takes a number of bytes, not "${value}".` },
  limitxmlrequestbody: nonNegative(() => 'LimitXMLRequestBody requires a non-negative integer.'),
  maxranges: maximum('MaxRanges'),
  maxrangeoverlaps: maximum('MaxRangeOverlaps'),
  maxrangereversals: maximum('MaxRangeReversals'),
  limitinternalrecursion: recursion,
  cgivar: (_, name, rule) => {
    if (name !== 'REQUEST_URI') return { server: `Unrecognized CGI variable: "${name}"`, at: 0 }
    return /^(current|original)-uri$/i.test(rule ?? '') ? undefined : { server: "Valid rules for REQUEST_URI are 'current-uri' and 'original-uri'", at: 1 }
  },
}
