import { nextWord } from '../../../syntax/apache/words.ts'
import { replaceWord } from './core.ts'
import { nearestWord } from './corrections.ts'
import { expressionFault } from './expressions.ts'
import { commentToOwnLine } from './faults.ts'
import type { Handler, Handlers, Reading, Refusal, Said } from './reading.ts'
import { findSection } from './section.ts'
import { subnetFault } from './subnet.ts'

const rule = 'apache/invalid-access' as const

/** Access by requirement (`mod_authz_core.c`) and by host (`mod_access_compat.c`). */
export const authzHandlers: Handlers = {
  require: (reading, text) => require(reading, text),
  authmerging: (_, value) =>
    /^(off|and|or)$/i.test(value)
      ? undefined
      : { server: 'AuthMerging must be one of: Off | And | Or', words: `AuthMerging takes Off, And or Or, not "${value}".` },
  order: (reading, value) => {
    if (/^(allow,deny|deny,allow|mutual-failure)$/i.test(value)) return undefined
    return { server: 'unknown order', rule, words: `Order takes Deny,Allow or Allow,Deny in one word, not "${value}".`, fixes: orderFix(reading, value) }
  },
  satisfy: (_, value) =>
    /^(all|any)$/i.test(value) ? undefined : { server: "Satisfy either 'any' or 'all'.", rule, words: `Satisfy takes any or all, not "${value}".` },
  allow: (reading, from, where) => hostRule(reading, from, where ?? ''),
  deny: (reading, from, where) => hostRule(reading, from, where ?? ''),
}

const orderFix = (reading: Reading, value: string): Refusal['fixes'] => {
  const meant = nearestWord(value, ['Deny,Allow', 'Allow,Deny'])
  return meant ? [replaceWord(reading, 0, meant)] : undefined
}

/** `mod_authz_core.c: add_authz_provider` */
function require(reading: Reading, text: string): Said {
  const first = nextWord(text, 0)
  const negated = first?.value.toLowerCase() === 'not'
  const provider = negated ? nextWord(text, first.end) : first
  const at = negated ? 1 : 0
  const name = provider?.value ?? ''
  if (name === '')
    return {
      server: 'Unknown Authz provider: ',
      rule,
      at: 'name',
      words: 'Require does not say what it requires: "all granted", "valid-user", "ip 192.0.2.0/24" …',
    }
  const given = text.slice(provider?.end ?? 0).trimStart()
  const parse = Object.hasOwn(authzProviders, name) ? authzProviders[name] : undefined
  const said = parse ? parse(reading, given, at + 1) : unknownProvider(reading, name, at)
  if (said) return said
  const around = findSection(reading.section, 'requireall', 'requireany', 'requirenone')
  const { section } = reading
  if (negated && around?.name !== 'requireall' && !(section.open && !around)) {
    const kind = around?.name === 'requirenone' ? 'None' : 'Any'
    return {
      server: `negative ${reading.entry.name} directive has no effect in <Require${kind}> directive`,
      rule,
      at: 0,
      words: `"Require not" only takes away, and here nothing is granted beside it: put it into a <RequireAll> together with what is required.`,
    }
  }
  section.set.set('require', reading.directive)
  return undefined
}

function unknownProvider(reading: Reading, name: string, at: number): Refusal | undefined {
  if (reading.state.providers.has(`authz ${name}`)) return undefined
  const meant = nearestWord(name, Object.keys(authzProviders))
  // Other modules bring providers of their own.
  if (!meant || reading.state.unknownModule) return undefined
  return {
    server: `Unknown Authz provider: ${name}`,
    rule,
    at,
    words: `Require knows nothing called "${name}"; did you mean "${meant}"?`,
    fixes: [replaceWord(reading, at, meant)],
  }
}

type Provider = (reading: Reading, text: string, at: number) => Said

const inExpression: Provider = (reading, text, at) => expressionFault(reading, text, at, 'Cannot parse expression in require line: ', 'string')
const anything: Provider = () => undefined

/** What each provider has against its arguments. */
export const authzProviders: Readonly<Record<string, Provider>> = {
  all: (reading, text, at) => {
    if (/^(granted|denied)$/i.test(text)) return undefined
    const server = "Argument for 'Require all' must be 'granted' or 'denied'"
    const comment = /^(?:granted|denied)\s+(#.*)$/is.exec(text)?.[1]
    const argument = reading.directive.args.find((each) => each.value.startsWith('#'))
    if (comment !== undefined && argument)
      return {
        server,
        rule,
        at: reading.directive.args.indexOf(argument),
        words: `Apache has no comments behind a directive: "${comment}" is part of what "Require all" is given. Put the comment on a line of its own.`,
        fixes: [commentToOwnLine(reading.directive, argument.start)],
      }
    const meant = nearestWord(text, ['granted', 'denied']) ?? (text === 'grant' || text === 'allow' ? 'granted' : text === 'deny' ? 'denied' : undefined)
    return { server, rule, at, words: `"Require all" takes granted or denied, not "${text}".`, fixes: meant ? [replaceWord(reading, at, meant)] : [] }
  },
  env: anything,
  method: (_, text, at) => {
    const words = text.split(/\s+/).filter((word) => word !== '')
    const bad = words.findIndex((word) => !httpMethods.has(word.replace(/^(["'])(.*)\1$/, '$2')))
    return bad < 0
      ? undefined
      : { server: `Invalid Method '${words[bad]}'`, rule, at: at + bad, words: `Apache knows no method "${words[bad]}"; names of methods are in capitals.` }
  },
  expr: (reading, text, at) => {
    const inner = text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
    return expressionFault(reading, inner, at, 'Cannot parse expression in require line: ')
  },
  ip: (reading, text, at) => {
    const words = reading.directive.args.slice(at)
    if (text === '' || words.length === 0) return { server: "'require ip' requires an argument", rule, at: 'name', words: '"Require ip" names no address.' }
    for (const [i, { value }] of words.entries()) {
      const fault = addressFault(value)
      if (fault) return { server: fault, rule, at: at + i, words: `"${value}" is no IP address or network: write 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32.` }
    }
    return undefined
  },
  host: inExpression,
  'forward-dns': inExpression,
  local: anything,
  user: inExpression,
  'valid-user': anything,
  group: inExpression,
  'file-group': anything,
  'file-owner': anything,
  'ldap-user': inExpression,
  'ldap-group': inExpression,
  'ldap-dn': inExpression,
  'ldap-attribute': inExpression,
  'ldap-filter': inExpression,
  'ldap-search': inExpression,
  'dbm-group': inExpression,
  'dbm-file-group': anything,
  'dbd-group': inExpression,
  'dbd-login': inExpression,
  'dbd-logout': inExpression,
  ssl: (_, text, at) => (text === '' ? undefined : { server: "'Require ssl' does not take arguments", rule, at, words: '"Require ssl" takes no arguments.' }),
  'ssl-verify-client': (_, text, at) =>
    text === ''
      ? undefined
      : { server: "'Require ssl-verify-client' does not take arguments", rule, at, words: '"Require ssl-verify-client" takes no arguments.' },
}

/** `modules/http/http_protocol.c: ap_method_registry_init` */
const httpMethods: ReadonlySet<string> = new Set(
  `GET HEAD PUT POST DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK VERSION-CONTROL CHECKOUT UNCHECKOUT CHECKIN UPDATE
   LABEL REPORT MKWORKSPACE MKACTIVITY BASELINE-CONTROL MERGE`.split(/\s+/),
)

/** `mod_authz_host.c: ip_parse_config` */
function addressFault(value: string): string | undefined {
  const slash = value.indexOf('/')
  const fault = slash < 0 ? subnetFault(value, undefined) : subnetFault(value.slice(0, slash), value.slice(slash + 1))
  if (fault === undefined) return undefined
  return `ip address '${value}' appears to be invalid${fault === 'name' ? '' : `: ${fault}`}`
}

/** `mod_access_compat.c: allow_cmd` */
const hostRule: Handler = (reading, from, where) => {
  if (from?.toLowerCase() !== 'from')
    return {
      server: "allow and deny must be followed by 'from'",
      rule,
      at: 0,
      words: `Allow and Deny are followed by "from", not "${from}".`,
      fixes: [replaceWord(reading, 0, 'from')],
    }
  if (where === undefined || /^env=/i.test(where) || where.toLowerCase() === 'all') return undefined
  const slash = where.indexOf('/')
  const fault = slash < 0 ? subnetFault(where, undefined) : subnetFault(where.slice(0, slash), where.slice(slash + 1))
  const words = `"${where}" is no IP address, network or host.`
  if (slash >= 0 && fault === 'name') return { server: 'An IP address was expected', rule, words }
  if (fault !== undefined && fault !== 'name') return { server: fault, rule, words }
  const argument = reading.directive.args[reading.at]
  if (fault === 'name' && where.includes('#'))
    return {
      server: 'No comments are allowed here',
      rule,
      words: 'Apache has no comments behind a directive. Put the comment on a line of its own.',
      fixes: argument && where.startsWith('#') ? [commentToOwnLine(reading.directive, argument.start)] : [],
    }
  return undefined
}
