import { placeOfDirective } from '../../../configuration/placed.ts'
import { removeDirective } from '../../lib/edits.ts'
import { areReadTogether } from '../../lib/together.ts'
import { parseAddress } from './address.ts'
import { parseTimeout } from './c-numbers.ts'
import { replaceWord, unknownWord } from './core.ts'
import { expressionFault } from './expressions.ts'
import { atoi, type Handler, type Handlers, oneOf, type Reading, type Said, wordFix } from './reading.ts'
import { wordsOf } from './sections.ts'
import { subnetFault } from './subnet.ts'

/** `mod_env.c: add_env_module_vars_set` */
const setEnv: Handler = (reading, name) => {
  const match = /^=*([^=]+)=?(.*)$/s.exec(name)
  if (!name.includes('=') || !match) return undefined
  const [, variable = '', value = ''] = match
  const meant = `${reading.entry.name} ${variable} ${value}`
  const argument = reading.directive.args[0]
  const edits = argument
    ? [{ path: reading.directive.source.path, start: argument.start, end: argument.end, newText: `${variable} ${/\s/.test(value) ? `"${value}"` : value}` }]
    : []
  reading.warn(`Spurious usage of '=' in an environment variable name. '${meant}' expected instead?`, {
    at: 0,
    words: `This sets a variable of the name "${name}": the name and the value are two words, as in "${meant}".`,
    fixes:
      value !== '' && argument?.quote === undefined && reading.directive.args.length === 1
        ? [{ title: `Write "${variable} ${value}"`, safe: true, edits }]
        : [],
  })
  return undefined
}

/** `mod_userdir.c: set_user_dir` */
const userDir: Handler = (_, text) =>
  (wordsOf(text)[0] ?? '') === ''
    ? { server: 'UserDir requires an argument.', rule: 'apache/argument-count', at: 'name', words: 'UserDir takes a folder, disabled, or enabled, and users.' }
    : undefined

/** `mod_include.c: set_default_start_tag` */
const withoutSpace: Handler = ({ entry }, tag) =>
  /\s/.test(tag) ? { server: `${entry.name} may not contain any whitespaces`, words: `${entry.name} takes a tag without spaces, not "${tag}".` } : undefined

const timeout: Handler = ({ entry }, value) =>
  parseTimeout(value, 's') === undefined
    ? { server: `${entry.name} has wrong format`, words: `${entry.name} takes a time, as 30, 30s, 500ms or 2min, not "${value}".` }
    : undefined

/** `mod_actions.c: add_action` */
const action: Handler = (reading, _type, _script, option) =>
  option === undefined || /^virtual$/i.test(option) ? undefined : unknownWord(reading, 2, option, ['virtual'], `unrecognized option '${option}'`)

/** `mod_actions.c: set_script` */
const script: Handler = (_, method) =>
  method === 'TRACE' ? { server: 'TRACE not allowed for Script', at: 0, words: 'A script cannot answer TRACE: see TraceEnable.' } : undefined

/** `mod_usertrack.c: set_cookie_domain` */
const cookieDomain: Handler = (_, name) => {
  const about = (server: string): Said => ({
    server,
    words: `"${name}" is no domain for cookies: write one that begins with a dot and has another, as ".example.com".`,
  })
  if (name === '') return about('CookieDomain values may not be null')
  if (!name.startsWith('.')) return about('CookieDomain values must begin with a dot')
  return name.includes('.', 1) ? undefined : about('CookieDomain values must contain at least one embedded dot')
}

/** `mod_usertrack.c: set_cookie_style` */
const cookieStyle: Handler = (reading, value) => {
  const words = ['Netscape', 'Cookie', 'RFC2109', 'Cookie2', 'RFC2965']
  return words.some((each) => each.toLowerCase() === value.toLowerCase())
    ? undefined
    : { server: `Invalid ${reading.entry.name} keyword: '${value}'`, ...wordFix(reading, value, words) }
}

/** `mod_vhost_alias.c: vhost_alias_set` */
const virtualRoot: Handler = ({ entry }, map) => {
  if (!map.startsWith('/')) {
    if (/^none$/i.test(map)) return undefined
    return { server: "format string must be an absolute path, or 'none'", words: `${entry.name} takes a path from the root on, or none, not "${map}".` }
  }
  for (let i = map.indexOf('%'); i >= 0; i = map.indexOf('%', i)) {
    const piece = /%(?:[p%]|-?\d\+?(?:\.-?\d\+?|(?!\.)))/y
    piece.lastIndex = i
    const match = piece.exec(map)
    if (!match)
      return {
        server: 'syntax error in format string',
        words: `"${map.slice(i, i + 4)}" is no format: write %0, %1, %-1, %2+, %1.1 or %p; a percent sign is written "%%".`,
      }
    i += match[0].length
  }
  return undefined
}

/** `modules/http/http_protocol.c: ap_method_registry_init`, with those of mod_dav. */
const methods: ReadonlySet<string> = new Set(
  `GET HEAD PUT POST DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK VERSION-CONTROL CHECKOUT UNCHECKOUT CHECKIN UPDATE
   LABEL REPORT MKWORKSPACE MKACTIVITY BASELINE-CONTROL MERGE BIND SEARCH`.split(/\s+/),
)

/** `mod_allowmethods.c: am_allowmethods`: other directives make methods known. */
const allowMethods: Handler = (reading, ...words) => {
  if (words.length === 0)
    return {
      server: "AllowMethods: No method or 'reset' keyword given",
      rule: 'apache/argument-count',
      at: 'name',
      words: 'AllowMethods takes the methods that are allowed, or reset.',
    }
  if (words.length === 1 && /^reset$/i.test(words[0] ?? '')) return undefined
  for (const [at, word] of words.entries()) {
    if (methods.has(word) || reading.state.unknownModule || isRegistered(reading, word)) continue
    const server = `AllowMethods: Invalid Method '${word}'`
    if (methods.has(word.toUpperCase()))
      return { server, at, words: `Methods are written in capitals: "${word.toUpperCase()}".`, fixes: [replaceWord(reading, at, word.toUpperCase())] }
    return { server, at, words: `Apache knows no method "${word}": RegisterHttpMethod makes one known.` }
  }
  return undefined
}

const isRegistered = ({ state }: Reading, method: string): boolean =>
  state.configuration.all.some(
    ({ name, args }) => /^(limit|limitexcept|script|registerhttpmethod)$/.test(name) && args.some(({ value, known }) => !known || value === method),
  )

const hooks = `log_transaction quick_handler handler translate_name map_to_storage fixups type_checker check_access check_access_ex check_authn check_authz
  insert_filter pre_translate_name all`.split(/\s+/)

/** `mod_log_debug.c: cmd_log_message` */
const logMessage: Handler = (reading, message, ...options) => {
  const bad = expressionFault(reading, message, 0, `Could not parse message expression '${message}': `, 'string')
  if (bad) return bad
  for (const [i, option] of options.entries()) {
    if (option === undefined) break
    const value = option.slice(5)
    if (/^hook=/i.test(option)) {
      if (value !== '*' && !hooks.includes(value.toLowerCase()))
        return unknownWord(reading, i + 1, value, hooks, `Invalid hook name: ${value}`, option.slice(0, 5))
    } else if (/^expr=/i.test(option)) {
      const fault = expressionFault(reading, value, i + 1, `Could not parse expression '${value}': `)
      if (fault) return fault
    } else
      return {
        server: `Invalid argument ${option}`,
        at: i + 1,
        words: `"${option}" stands where only hook=… or expr=… can: a message with spaces needs quotes.`,
      }
  }
  return undefined
}

/** `mod_heartbeat.c: cmd_hb_address`, `mod_heartmonitor.c: cmd_hm_listen` */
const heartbeatAddress: Handler = ({ entry, directive, state }, address) => {
  const key = entry.name.toLowerCase()
  const again = state.names.has(key) && directive.presence === 'present'
  if (directive.presence === 'present') state.names.set(key, directive)
  if (again)
    return { server: `${entry.name}: May only be specified once.`, rule: 'apache/conflict', at: 'name', words: `${entry.name} stands here a second time.` }
  const where = key === 'heartbeatlisten' ? 'multicast address' : 'address'
  const words = `"${address}" is no address with a port: write for example 239.0.0.1:27999.`
  const parsed = parseAddress(address)
  if (!parsed) return { server: `${entry.name}: Unable to parse ${where}.`, words }
  if (parsed.host === undefined) return { server: `${entry.name}: No host provided in ${where}`, words }
  return parsed.port === undefined ? { server: `${entry.name}: No port provided in ${where}`, words } : undefined
}

const heartbeatMaxServers: Handler = (_, value) => {
  const number = atoi(value)
  return number !== 0 && number < 10
    ? {
        server: 'HeartbeatMaxServers: Should be 0 for file storage, or greater or equal than 10 for slotmem',
        words: `HeartbeatMaxServers takes 0, or a number from 10 on, not "${value}".`,
      }
    : undefined
}

/** `mod_remoteip.c: proxies_set`; names are looked up, of which nothing is known here. */
const remoteIpProxy: Handler = ({ entry }, value) => {
  const slash = value.indexOf('/')
  const address = slash < 0 ? value : value.slice(0, slash)
  const mask = slash < 0 ? undefined : value.slice(slash + 1)
  const words = `"${value}" is no address or network: write 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32.`
  if (!address.includes(':') && !/^[\d.]*$/.test(address))
    return mask === undefined ? undefined : { server: `RemoteIP: Error parsing IP ${value} the subnet /${mask} is invalid for ${entry.name}`, words }
  const fault = subnetFault(address, mask)
  return fault && { server: `RemoteIP: Error parsing IP ${value} (${fault === 'name' ? 'Invalid argument' : fault} error) for ${entry.name}`, words }
}

/** `mod_remoteip.c: remoteip_disable_networks` */
const remoteIpExceptions: Handler = ({ entry }, ...words) => {
  if (words.length === 0)
    return { server: `${entry.name} requires an argument`, rule: 'apache/argument-count', at: 'name', words: `${entry.name} takes addresses and networks.` }
  for (const [at, value] of words.entries()) {
    const slash = value.indexOf('/')
    const address = slash < 0 ? value : value.slice(0, slash)
    const fault = subnetFault(address, slash < 0 ? undefined : value.slice(slash + 1))
    if (fault)
      return {
        server: `ip address '${address}' appears to be invalid${fault === 'name' ? '' : `: ${fault}`}`,
        at,
        words: `"${value}" is no address or network.`,
      }
  }
  return undefined
}

/** `mod_so.c: load_module`; what the file is, is not asked. */
const loadModule: Handler = (reading, name) => {
  const { directive, state } = reading
  if (directive.presence !== 'present') return undefined
  const key = `module ${name}`
  const earlier = state.names.get(key)
  if (earlier && areReadTogether(earlier, directive))
    reading.warn(`module ${name} is already loaded, skipping`, {
      at: 0,
      words: `${name} is loaded already: this line has no effect.`,
      related: [{ at: placeOfDirective(earlier), message: 'Loaded here' }],
      // A file that is included twice has the line once.
      fixes: earlier.node === directive.node ? [] : [{ title: 'Remove this line', safe: true, edits: [removeDirective(directive)] }],
    })
  else if (!earlier) state.names.set(key, directive)
  return undefined
}

/** Modules with a directive or two each, of `modules/mappers`, `modules/generators`, `modules/metadata` and others. */
export const requestHandlers: Handlers = {
  loadmodule: loadModule,
  setenv: setEnv,
  userdir: userDir,
  xbithack: oneOf(['Off', 'On', 'Full'], 'XBitHack must be set to Off, On, or Full'),
  ssistarttag: withoutSpace,
  ssiendtag: withoutSpace,
  cgiscripttimeout: timeout,
  cgidscripttimeout: timeout,
  action,
  script,
  cookiedomain: cookieDomain,
  cookiestyle: cookieStyle,
  cookiesamesite: oneOf(['Strict', 'Lax', 'None'], "CookieSameSite accepts 'Strict', 'Lax', or 'None'"),
  virtualdocumentroot: virtualRoot,
  virtualdocumentrootip: virtualRoot,
  virtualscriptalias: virtualRoot,
  virtualscriptaliasip: virtualRoot,
  allowmethods: allowMethods,
  logmessage: logMessage,
  heartbeataddress: heartbeatAddress,
  heartbeatlisten: heartbeatAddress,
  heartbeatmaxservers: heartbeatMaxServers,
  remoteiptrustedproxy: remoteIpProxy,
  remoteipinternalproxy: remoteIpProxy,
  remoteipproxyprotocolexceptions: remoteIpExceptions,
}
