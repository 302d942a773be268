import type { PlacedDirective } from '../../configuration/placed.ts'
import type { Ledger } from '../ledger.ts'
import { type Host, known, serverSetting, serverSettings, virtualHostSections, word, words } from './host.ts'
import type { HostFacts } from './rewrite-conditions.ts'
import { type Line, simple } from './text.ts'

/** What is said of a host before its parts: where it listens, its names, TLS, logs, times. */
export function headLines(host: Host, isWholeSite: boolean, ledger: Ledger): readonly Line[] {
  return [
    ...listenLines(host, isWholeSite, ledger),
    ...nameLines(host, ledger),
    ...tlsLines(host, ledger),
    ...logLines(host, ledger),
    ...timeLines(host, ledger),
  ]
}

const isTls = (host: Host): boolean => {
  const engine = serverSetting(host, 'sslengine')
  return engine !== undefined && /^(?:on|optional)$/i.test(word(engine, 0))
}

export function factsOf(host: Host, documentRoot: string | undefined): HostFacts {
  const ports = new Set(addressesOf(host).map(({ port }) => port))
  return { tls: isTls(host), port: ports.size === 1 ? [...ports][0] : undefined, documentRoot }
}

/** Where a host listens: addresses of the section, else every `Listen`. */
function addressesOf(host: Host): { address: string; port: string }[] {
  const ports = [...new Set([...host.main, ...host.own].filter((each) => each.name === 'listen').map((each) => /(\d+)$/.exec(word(each, 0))?.[1] ?? '80'))]
  const written = host.section ? words(host.section) : [...host.main, ...host.own].filter((each) => each.name === 'listen').map((each) => word(each, 0))
  const found = (written.length > 0 ? written : [isTls(host) ? '443' : '80']).flatMap((text) => {
    if (/^\d+$/.test(text)) return [{ address: '*', port: text }]
    const [, address = '*', port] = /^(.*?|\[.*\])(?::(\d+|\*))?$/.exec(text) ?? []
    const host2 = /^_default_$/i.test(address) || address === '*' ? '*' : address
    if (port !== undefined && port !== '*') return [{ address: host2, port }]
    return (ports.length > 0 ? ports : [isTls(host) ? '443' : '80']).map((each) => ({ address: host2, port: each }))
  })
  return found.filter((each, i) => found.findIndex((other) => other.address === each.address && other.port === each.port) === i)
}

function listenLines(host: Host, isWholeSite: boolean, ledger: Ledger): Line[] {
  const protocols = serverSettings(host, 'protocols').at(0)
  const http2 = protocols !== undefined && words(protocols).some((each) => /^h2$/i.test(each))
  ledger.done(...serverSettings(host, 'protocols'))
  const earlier = new Set<string>()
  if (isWholeSite && host.section) {
    for (const section of virtualHostSections(host.configuration)) {
      if (section === host.section) break
      for (const each of addressesOf({ ...host, section, own: section.children })) earlier.add(`${each.address}:${each.port}`)
    }
  }
  if (host.section && words(host.section).some((each) => !known(host.section as PlacedDirective) && each.includes('${')))
    ledger.left(host.section, 'Its address is filled in elsewhere.')
  else if (host.section && addressesOf(host).some(({ address }) => address === '*'))
    ledger.differs(host.section, 'Apache listens on IPv4 and IPv6 alike; where IPv6 is spoken, add a line "listen [::]:PORT".')
  return addressesOf(host).map(({ address, port }) => {
    const isFirst = isWholeSite && !earlier.has(`${address}:${port}`)
    return simple(
      'listen',
      address === '*' ? port : `${address}:${port}`,
      ...(isTls(host) ? ['ssl', ...(http2 ? ['http2'] : [])] : []),
      ...(isFirst ? ['default_server'] : []),
    )
  })
}

function nameLines(host: Host, ledger: Ledger): Line[] {
  const own = host.section ? host.own : [...host.main, ...host.own]
  const given = own.filter((each) => (each.name === 'servername' || each.name === 'serveralias') && known(each))
  ledger.done(...given)
  const last = given.findLast((each) => each.name === 'servername')
  const names = [
    ...(last
      ? [
          word(last, 0)
            .replace(/^.*?:\/\//, '')
            .replace(/:\d+$/, ''),
        ]
      : []),
    ...given.filter((each) => each.name === 'serveralias').flatMap(words),
  ]
  return names.length === 0 ? [] : [simple('server_name', ...new Set(names.map(nginxName)))]
}

/** nginx's wildcards stand for whole labels at an end: others are patterns. */
function nginxName(name: string): string {
  const lower = name.toLowerCase()
  if (!/[*?]/.test(lower) || /^\*\.[^*?]+$/.test(lower) || /^[^*?]+\.\*$/.test(lower)) return lower
  const pattern = lower
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
  return `~^${pattern}$`
}

function tlsLines(host: Host, ledger: Ledger): Line[] {
  const lines: Line[] = []
  const take = (name: string): PlacedDirective | undefined => {
    ledger.done(...serverSettings(host, name))
    const found = serverSetting(host, name)
    if (found && !known(found)) ledger.left(found, 'What it says is filled in elsewhere.')
    return found && known(found) && isTls(host) ? found : undefined
  }
  const engine = take('sslengine')
  const certificate = take('sslcertificatefile')
  if (certificate) lines.push(simple('ssl_certificate', word(certificate, 0)))
  else if (engine) {
    // Without a certificate nginx does not start, except where it refuses all handshakes.
    ledger.left(engine, 'Its certificate is not known: name it with ssl_certificate and ssl_certificate_key in place of ssl_reject_handshake.')
    lines.push(simple('ssl_reject_handshake', 'on'))
  }
  const key = take('sslcertificatekeyfile')
  if (certificate) lines.push(simple('ssl_certificate_key', word(key ?? certificate, 0)))
  const chain = take('sslcertificatechainfile')
  if (chain) ledger.left(chain, 'nginx reads the chain from ssl_certificate: write the certificate and then the chain into one file, and name that.')
  const protocols = take('sslprotocol')
  if (protocols) lines.push(simple('ssl_protocols', ...protocolsOf(words(protocols))))
  const ciphers = take('sslciphersuite')
  if (ciphers) {
    const [first = '', second] = words(ciphers)
    if (second === undefined) lines.push(simple('ssl_ciphers', first))
    else if (/^ssl$/i.test(first)) lines.push(simple('ssl_ciphers', second))
    else ledger.left(ciphers, 'Say ciphers of TLS 1.3 with ssl_conf_command Ciphersuites.')
  }
  const flag = (from: string, to: string): void => {
    const found = take(from)
    if (found) lines.push(simple(to, /^on$/i.test(word(found, 0)) ? 'on' : 'off'))
  }
  flag('sslhonorcipherorder', 'ssl_prefer_server_ciphers')
  flag('sslsessiontickets', 'ssl_session_tickets')
  flag('sslusestapling', 'ssl_stapling')
  const verify = take('sslverifyclient')
  const authority = take('sslcacertificatefile')
  const depth = take('sslverifydepth')
  if (verify && !/^none$/i.test(word(verify, 0))) {
    const how: Readonly<Record<string, string>> = { require: 'on', optional: 'optional', optional_no_ca: 'optional_no_ca' }
    lines.push(simple('ssl_verify_client', how[word(verify, 0).toLowerCase()] ?? 'on'))
    if (authority) lines.push(simple('ssl_client_certificate', word(authority, 0)))
    if (depth) lines.push(simple('ssl_verify_depth', word(depth, 0)))
  }
  return lines
}

/** `SSLProtocol`: `all -SSLv3 -TLSv1` with its signs. */
function protocolsOf(values: readonly string[]): string[] {
  const all = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']
  let found = new Set<string>()
  for (const value of values) {
    const name = value.replace(/^[+-]/, '')
    const named = /^all$/i.test(name) ? all : all.filter((each) => each.toLowerCase() === name.toLowerCase())
    if (value.startsWith('-')) for (const each of named) found.delete(each)
    else if (value.startsWith('+')) for (const each of named) found.add(each)
    else found = new Set(/^all$/i.test(name) ? named : [...found, ...named])
  }
  return all.filter((each) => found.has(each))
}

function logLines(host: Host, ledger: Ledger): Line[] {
  const lines: Line[] = []
  const isFile = (path: string): boolean => path.startsWith('/') && !path.includes('$') && !path.includes('%')
  const logs = host.own.filter((each) => each.name === 'customlog' || each.name === 'transferlog')
  for (const each of logs) {
    const [path = '', format = 'common', ...more] = words(each)
    if (!known(each) || !isFile(path) || more.length > 0)
      ledger.left(each, 'Write access_log by hand: nginx logs to files and syslog, and its if takes a variable.')
    else if (/^(?:combined|common|vhost_combined|vhost_common)$/i.test(format)) {
      if (/^(?:combined)$/i.test(format)) ledger.done(each)
      else ledger.differs(each, `nginx writes its own format "combined" in place of "${format}".`)
      lines.push(simple('access_log', path))
    } else ledger.left(each, 'Write its format with log_format by hand.')
  }
  const errors = host.own.filter((each) => each.name === 'errorlog').at(-1)
  const level = host.own.filter((each) => each.name === 'loglevel').at(-1)
  if (errors && known(errors) && isFile(word(errors, 0))) {
    const first = level ? (/^(\w+)$/.exec(word(level, 0))?.[1]?.toLowerCase() ?? 'warn') : 'warn'
    lines.push(simple('error_log', word(errors, 0), /^trace/.test(first) ? 'debug' : first === 'warning' ? 'warn' : first))
    ledger.done(errors, level)
  } else if (errors) ledger.left(errors, 'Write error_log by hand: its path is filled in elsewhere, or it is no file.')
  else if (level) ledger.done(level)
  return lines
}

function timeLines(host: Host, ledger: Ledger): Line[] {
  const lines: Line[] = []
  const own = (name: string): PlacedDirective | undefined => host.own.findLast((each) => each.name === name)
  const [alive, requests, signature] = [own('keepalivetimeout'), own('maxkeepaliverequests'), own('serversignature')]
  const off = own('keepalive')
  if (off && /^off$/i.test(word(off, 0))) lines.push(simple('keepalive_timeout', '0'))
  else if (alive && /^\d+$/.test(word(alive, 0))) lines.push(simple('keepalive_timeout', `${word(alive, 0)}s`))
  if (requests && /^[1-9]\d*$/.test(word(requests, 0))) lines.push(simple('keepalive_requests', word(requests, 0)))
  const time = own('timeout')
  if (time && /^\d+$/.test(word(time, 0))) lines.push(simple('client_body_timeout', `${word(time, 0)}s`), simple('send_timeout', `${word(time, 0)}s`))
  const tokens = serverSetting(host, 'servertokens')
  if ((tokens && /^(?:prod|productonly)$/i.test(word(tokens, 0))) || (signature && /^off$/i.test(word(signature, 0)) && tokens))
    lines.push(simple('server_tokens', 'off'))
  const canonical = serverSetting(host, 'usecanonicalname')
  if (canonical && /^on$/i.test(word(canonical, 0))) lines.push(simple('server_name_in_redirect', 'on'))
  ledger.done(alive, requests, signature, off, time, tokens, canonical)
  return lines
}
