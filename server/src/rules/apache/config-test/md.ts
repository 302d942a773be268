import { parseNumber } from './c-numbers.ts'
import { badValue, intWhere, toInt } from './numbers.ts'
import { parseUrl } from './proxy-url.ts'
import { type Handler, type Handlers, oneOf, type Reading, type Refusal, type Said, same, wordFix } from './reading.ts'
import { findSection } from './section.ts'

/** Whether a directive stands in a managed domain, as far as that can be known. */
const insideDomain = ({ section }: Reading): boolean => findSection(section, 'mdomainset', 'mdomain') !== undefined

/** `mod_md_config.c: md_conf_check_location` with MD_LOC_NOT_MD: what may not stand inside a managed domain. */
const outside =
  (handler: Handler = () => undefined): Handler =>
  (reading, ...args) => {
    const { name } = reading.entry
    if (!insideDomain(reading)) return handler(reading, ...args)
    return {
      server: `${name} is not allowed inside an '<MDomainSet' context`,
      rule: 'apache/not-allowed-here',
      at: 'name',
      words: `${name} holds for the whole server: it stands outside of <MDomainSet>.`,
    }
  }

/** `mod_md_config.c: md_section_check` */
const onlyInside = (reading: Reading): Refusal | undefined => {
  const {
    section,
    entry: { name },
  } = reading
  return section.open || insideDomain(reading)
    ? undefined
    : {
        server: `${name} is only valid inside a '<MDomainSet' context, not here`,
        rule: 'apache/not-allowed-here',
        at: 'name',
        words: `${name} is about one managed domain: it stands inside <MDomainSet>.`,
      }
}

/** `mod_md_config.c: set_on_off` */
const onOff: Handler = (reading, value) =>
  /^(on|off)$/i.test(value)
    ? undefined
    : { server: `unknown '${value}', supported parameter values are 'on' and 'off'`, ...wordFix(reading, value, ['on', 'off']) }

const day = 86_400e6

/** A duration in microseconds, as `md_time.c: md_duration_parse` reads it: a number may be left out only with its unit. */
function parseDuration(text: string, unit: 's' | 'd'): number | undefined {
  const { value, rest, overflow } = parseNumber(text)
  if (overflow || (rest === text && text !== '')) return undefined
  const written = (rest === '' ? unit : rest).toLowerCase()
  const factor = written.startsWith('d')
    ? day
    : written.startsWith('s')
      ? 1e6
      : written.startsWith('h')
        ? 3600e6
        : written.startsWith('ms')
          ? 1e3
          : written.startsWith('mi')
            ? 60e6
            : undefined
  return factor === undefined ? undefined : value * factor
}

const duration =
  (unit: 's' | 'd', least = Number.NEGATIVE_INFINITY, tooShort = ''): Handler =>
  ({ entry }, value) => {
    const time = parseDuration(value, unit)
    if (time === undefined) return badValue('unrecognized duration format', entry.name, value, 'a time, as 10s, 5mi, 1h or 2d')
    return time < least ? badValue(tooShort, entry.name, value, 'longer') : undefined
  }

/** `md_time.c: md_timeslice_parse`: a time, or a part of a certificate's life; all of it where `whole` is undefined. */
const timeSlice =
  (whole: string | undefined): Handler =>
  ({ entry }, value) => {
    const { name } = entry
    const needs = 'a time such as 30d, or a part such as 33%'
    if (parseDuration(value, 'd') !== undefined) return undefined
    const { value: percent, rest, overflow } = parseNumber(value)
    if (!rest.startsWith('%') || overflow) return badValue(`${name} has unrecognized format`, name, value, needs)
    if (percent < 0) return badValue(`${name} percent must be less than 100`, name, value, needs)
    return percent >= 100 && whole !== undefined ? badValue(`${name} ${whole}`, name, value, 'less than 100%') : undefined
  }

const isMode = (word: string): boolean => /^(auto|manual)$/i.test(word)

/** `mod_md_config.c: md_config_sec_add_members` */
const members: Handler = (reading, ...args) => {
  if (insideDomain(reading) || reading.section.open) return undefined
  if (args.length !== 1) return onlyInside(reading)
  return isMode(args[0] ?? '')
    ? undefined
    : { server: 'unknown value, use "auto|manual"', at: 0, words: `Outside of <MDomainSet> ${reading.entry.name} is "auto" or "manual", not "${args[0]}".` }
}

const caNames = ['LetsEncrypt', 'LetsEncrypt-Test', 'Buypass', 'Buypass-Test']

/** `md_util.c: md_get_ca_url_from_name`; which names there are depends on the version, for others nothing is said of a name that is no slip. */
const authority: Handler = (reading, ...args) => {
  for (const [at, value] of args.entries()) {
    if (caNames.some((name) => same(name, value))) continue
    const url = parseUrl(value)
    if (!url || url.scheme !== undefined) continue
    const told = wordFix(reading, value, caNames, at)
    const isAddress = /[./]/.test(value)
    if ((told.fixes?.length ?? 0) === 0 && !isAddress) continue
    const server = `The CA name '${value}' is not known and it is not a URL either (missing uri scheme). Known CA names are: ${caNames.join(' ')}.`
    return isAddress ? { server, at, words: `"${value}" has no scheme: write https://${value}.` } : { server, ...told }
  }
  return undefined
}

/** `mod_md_config.c: set_port_map` */
const portMap: Handler = (_, ...args) => {
  for (const [at, value] of args.entries()) {
    if (value === undefined) continue
    const fault = portFault(value)
    if (fault) return { server: fault, at, words: `"${value}" maps no port: write 80:PORT or 443:PORT, with "-" for a port that is not reachable.` }
  }
  return undefined
}

function portFault(value: string): string | undefined {
  const named = /^(http|https):/.exec(value)?.[1]
  const first = named === undefined ? parseNumber(value) : undefined
  if (first?.overflow) return 'unable to parse first port number'
  const behind = first ? first.rest : value.slice((named ?? '').length)
  if (!behind.startsWith(':')) return "no ':' after first port number"
  if (!behind.startsWith(':-')) {
    const second = parseNumber(behind.slice(1))
    if (second.overflow) return 'unable to parse second port number'
    if (second.value <= 0 || second.value > 65535) return 'invalid number for port map, must be in ]0,65535]'
  }
  return named !== undefined || first?.value === 80 || first?.value === 443 ? undefined : 'mapped port number must be 80 or 443'
}

/** `mod_md_config.c: md_config_set_pkeys` */
const privateKeys: Handler = (_, ...args): Said => {
  const say = (server: string, at: number, words: string): Refusal => ({ server, at, words })
  if (args.length === 0) return { server: 'needs to specify the private key type', at: 'name', words: 'MDPrivateKeys does not say which kind of key.' }
  const seen = new Set<string>()
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? ''
    if (same(word, 'Default')) {
      if (args.length > 1) return say("'Default' allows no other parameter", at, '"Default" stands alone.')
      continue
    }
    const isRsa = /^rsa(\d|$)/i.test(word)
    if (isRsa) {
      const next = args[at + 1]
      const bits = word.length > 3 ? word.slice(3) : next !== undefined && /^\d/.test(next) ? next : undefined
      if (word.length === 3 && bits !== undefined) at++
      if (bits !== undefined && toInt(bits) < 2048)
        return say('must be 2048 or higher in order to be considered safe.', at, `An RSA key of ${bits} bits is too short: 2048 are the least.`)
    }
    const key = isRsa ? 'RSA' : word
    if (seen.has(key.toLowerCase())) return say(`two keys of type '${key}' are not possible.`, at, `"${key}" is there twice.`)
    seen.add(key.toLowerCase())
  }
  return undefined
}

/** mod_md */
export const mdHandlers: Handlers = {
  mdomain: outside((_, ...args) =>
    args.every(isMode) ? { server: 'needs at least one domain name', at: 'name', words: 'MDomain does not name a domain.' } : undefined,
  ),
  mdmember: members,
  mdmembers: members,
  mdcertificateauthority: authority,
  mdcertificatefile: onlyInside,
  mdcertificatekeyfile: onlyInside,
  mdrenewmode: renewMode,
  mddrivemode: renewMode,
  mdmuststaple: onOff,
  mdstapling: onOff,
  mdstapleothers: onOff,
  mdserverstatus: onOff,
  mdcertificatestatus: onOff,
  mdbaseserver: outside(onOff),
  mdprofilemandatory: onOff,
  mdrenewviaari: onOff,
  mdrequirehttps: requireHttps,
  mdportmap: outside(portMap),
  mdprivatekeys: privateKeys,
  mdrenewwindow: timeSlice('a length of 100% or more is not allowed.'),
  mdwarnwindow: timeSlice('a length of 100% or more is not allowed.'),
  mdstaplingrenewwindow: timeSlice('with a length of 100% or more is not allowed.'),
  mdstaplingkeepresponse: timeSlice(undefined),
  mdactivationdelay: outside(duration('d')),
  mdcheckinterval: outside(duration('s', 1e6, 'check interval cannot be less than one second')),
  mdretrydelay: outside(duration('s', 1, 'minimum delay must be greater than 0')),
  mdinitialdelay: outside(duration('s')),
  mdretryfailover: outside(intWhere((value) => value > 0, 'invalid argument, must be a number > 0', 'at least 1')),
  mdstorelocks: outside(({ entry }, value) =>
    /^(on|off)$/i.test(value) || parseDuration(value, 's') !== undefined
      ? undefined
      : badValue("neither 'on', 'off' or a duration specified", entry.name, value, 'on, off or a time'),
  ),
  mdmatchnames: outside(oneOf(['all', 'servernames'], "invalid argument, must be a 'all' or 'servernames'")),
  mdchallengedns01version: outside((reading, value) =>
    value === '1' || value === '2' ? undefined : badValue('Only versions `1` and `2` are supported', reading.entry.name, value, '1 or 2'),
  ),
  mdhttpproxy: outside(httpProxy),
  mdstoredir: outside(),
  mdnotifycmd: outside(),
  mdmessagecmd: outside(),
}

/** `mod_md_config.c: md_config_set_require_https` */
function requireHttps(reading: Reading, value: string): Said {
  const around = findSection(reading.section, 'directory', 'directorymatch') ?? findSection(reading.section, 'location', 'locationmatch')
  if (around && !insideDomain(reading))
    return {
      server: `MDRequireHttps cannot occur within <${around.title}> section`,
      rule: 'apache/not-allowed-here',
      at: 'name',
      words: `MDRequireHttps may not stand in <${around.title}>: it holds for a whole virtual host or managed domain.`,
    }
  return /^(off|temporary|permanent)$/i.test(value)
    ? undefined
    : {
        server: `unknown '${value}', supported parameter values are 'temporary' and 'permanent'`,
        ...wordFix(reading, value, ['off', 'temporary', 'permanent']),
      }
}

/** `md_util.c: md_util_abs_http_uri_check`, but for the names of hosts. */
function httpProxy(_: Reading, value: string): Said {
  const url = parseUrl(value)
  const say = (server: string): Refusal => ({ server, words: `"${value}" is no URL of a proxy: write http://HOST:PORT.` })
  if (/[ \t]/.test(value)) return say('whitespace in uri')
  if (!url) return say('not an uri')
  if (url.scheme === undefined) return say('missing uri scheme')
  if (url.scheme.length + 1 >= value.length) return say('missing uri identifier')
  if (!/^https?$/i.test(url.scheme)) return say('uri scheme must be http or https')
  return url.host ? undefined : say('missing hostname')
}

function renewMode(reading: Reading, value: string): Said {
  return /^(auto|automatic|always|manual|stick)$/i.test(value)
    ? undefined
    : { server: `unknown MDDriveMode ${value}`, ...wordFix(reading, value, ['auto', 'always', 'manual']) }
}
