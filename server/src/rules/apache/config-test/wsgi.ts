import { compareApacheVersions } from '../../../catalog/apache/catalog.ts'
import { directivesNamed } from '../../../configuration/placed.ts'
import { isSpace, nextWord } from '../../../syntax/apache/words.ts'
import { areReadTogether } from '../../lib/together.ts'
import { repeatedDaemonFixes } from '../../wsgi/lib/repeated-daemon.ts'
import { nearestWord } from './corrections.ts'
import { patternFault } from './patterns.ts'
import { atoi, type Handler, type Handlers, oneOf, placeAt, type Reading, type Refusal, type Said } from './reading.ts'

const rule = 'wsgi/invalid-definition' as const

/** An option `name=value` and where it stands in the text of the arguments. */
interface Option {
  readonly name: string
  readonly value: string
  readonly start: number
}

/** `mod_wsgi.c: wsgi_parse_option`: the options from `from` on, up to the first thing that is none. */
function readOptions(text: string, from: number): { options: Option[]; broken: number | undefined } {
  const options: Option[] = []
  let at = from
  for (;;) {
    if (at >= text.length) return { options, broken: undefined }
    while (at < text.length && isSpace(text.charCodeAt(at))) at++
    const start = at
    while (at < text.length && text.charAt(at) !== '=' && !isSpace(text.charCodeAt(at))) at++
    if (text.charAt(at) !== '=' || at === start) return { options, broken: start }
    const name = text.slice(start, at)
    const value = nextWord(text, at + 1)
    options.push({ name, value: value?.value ?? '', start })
    at = value?.end ?? text.length
    while (at < text.length && isSpace(text.charCodeAt(at))) at++
  }
}

/** The argument that covers an offset of the text: by its number among those that begin before it. */
function argumentAt(text: string, offset: number): number {
  let count = -1
  for (let word = nextWord(text, 0); word && word.start <= offset; word = nextWord(text, word.end)) count++
  return Math.max(0, count)
}

type Check = (value: string) => boolean

const any: Check = () => true
const given: Check = (value) => value !== ''
const notNegative: Check = (value) => value !== '' && atoi(value) >= 0
const positive: Check = (value) => value !== '' && atoi(value) > 0
const onOff: Check = (value) => /^(on|off)$/i.test(value)

/** The options of a daemon process: what mod_wsgi says of a wrong value, what is right, the versions that know the option. */
export interface DaemonOption {
  readonly what: string
  readonly check: Check
  readonly since?: string
  readonly until?: string
  /** Its words for a number below a limit. */
  readonly least?: readonly [number, string]
}

export const daemonOptions: Readonly<Record<string, DaemonOption>> = {
  user: { what: 'user', check: given },
  group: { what: 'group', check: given },
  'supplementary-groups': { what: '', check: any },
  processes: { what: 'process count', check: positive },
  threads: { what: 'thread count', check: (value) => value !== '' && atoi(value) >= 0 && atoi(value) < 65533 },
  umask: { what: 'umask', check: (value) => /^\s*\+?(0[0-7]*|[0-7]+)$/.test(value) },
  chroot: { what: 'chroot directory', check: (value) => value.startsWith('/') },
  home: { what: 'home directory', check: (value) => value.startsWith('/') },
  lang: { what: '', check: any },
  locale: { what: '', check: any },
  'python-home': { what: '', check: any },
  'python-path': { what: '', check: any },
  'python-eggs': { what: '', check: any },
  'switch-interval': { what: '', check: any, since: '6.0.0' },
  'stack-size': { what: 'stack size', check: positive },
  'maximum-requests': { what: 'request count', check: notNegative },
  'startup-timeout': { what: 'startup timeout', check: notNegative },
  'shutdown-timeout': { what: 'shutdown timeout', check: notNegative },
  'deadlock-timeout': { what: 'deadlock timeout', check: notNegative },
  'inactivity-timeout': { what: 'inactivity timeout', check: notNegative },
  'request-timeout': { what: 'request timeout', check: notNegative },
  'interrupt-timeout': { what: '', check: any, since: '6.0.0' },
  'graceful-timeout': { what: 'graceful timeout', check: notNegative },
  'eviction-timeout': { what: 'eviction timeout', check: notNegative },
  'restart-interval': { what: 'restart interval', check: notNegative },
  'connect-timeout': { what: 'connect timeout', check: notNegative },
  'socket-timeout': { what: 'socket timeout', check: notNegative },
  'queue-timeout': { what: 'queue timeout', check: notNegative },
  'listen-backlog': { what: 'listen backlog', check: notNegative },
  'display-name': { what: '', check: any },
  'send-buffer-size': { what: 'send buffer size', check: given, least: [512, 'Send buffer size must be >= 512 bytes, or 0 for system default.'] },
  'receive-buffer-size': { what: 'receive buffer size', check: given, least: [512, 'Receive buffer size must be >= 512 bytes, or 0 for system default.'] },
  'header-buffer-size': { what: 'header buffer size', check: given, least: [8192, 'Header buffer size must be >= 8192 bytes, or 0 for default.'] },
  'response-buffer-size': { what: 'response buffer size', check: given, least: [65536, 'Response buffer size must be >= 65536 bytes, or 0 for default.'] },
  'response-socket-timeout': { what: 'response socket timeout', check: notNegative },
  'response-flush-delay': { what: '', check: any, since: '6.0.2' },
  'socket-user': { what: 'socket user', check: given },
  'script-user': { what: 'script user', check: given },
  'script-group': { what: 'script group', check: given },
  'cpu-time-limit': { what: 'CPU time limit', check: notNegative },
  'cpu-priority': { what: 'CPU priority', check: given },
  'memory-limit': { what: 'memory limit', check: notNegative },
  'virtual-memory-limit': { what: 'virtual memory limit', check: notNegative },
  'server-metrics': { what: 'server metrics flag', check: onOff },
  'newrelic-config-file': { what: '', check: any, until: '6.0.0' },
  'newrelic-environment': { what: '', check: any, until: '6.0.0' },
}

/** `mod_wsgi.c: wsgi_add_daemon_process` */
const daemonProcess: Handler = (reading, text) => {
  const { directive, section, state } = reading
  const first = nextWord(text, 0)
  const name = first?.value ?? ''
  if (name === '')
    return { server: 'Name of WSGI daemon process not supplied.', rule, at: 'name', words: 'WSGIDaemonProcess needs the name of the process group first.' }
  const { options, broken } = readOptions(text, first?.end ?? 0)
  for (const option of options) {
    const said = daemonOptionFault(reading, text, option)
    if (said) return said
  }
  if (broken !== undefined) return brokenOption(reading, text, broken, 'daemon process')
  const both = options.filter((option) => option.name === 'script-user' || option.name === 'script-group')
  if (new Set(both.map((option) => option.name)).size === 2)
    return {
      server: 'Only one of script-user and script-group allowed.',
      rule,
      at: argumentAt(text, both.at(-1)?.start ?? 0),
      words: 'A daemon process takes script-user or script-group, not both.',
    }
  if (section.open || directive.presence !== 'present') return undefined
  const known = state.daemons.get(name)
  // Files that nothing here includes may be each other's alternative.
  if (known && areReadTogether(known, directive))
    return {
      server: 'Name duplicates previous WSGI daemon definition.',
      rule,
      at: 0,
      words: `There is a process group "${name}" already: a name is of the whole server, also over virtual hosts. Keep one WSGIDaemonProcess, and name the group in both.`,
      related: [{ at: placeAt(known, 0), message: 'The first definition is here.' }],
      fixes: repeatedDaemonFixes(known, directive),
    }
  state.daemons.set(name, directive)
  return undefined
}

function daemonOptionFault(reading: Reading, text: string, option: Option): Refusal | undefined {
  const at = argumentAt(text, option.start)
  const known = Object.hasOwn(daemonOptions, option.name) ? daemonOptions[option.name] : undefined
  const version = reading.state.settings.modWsgi.version
  const unknown =
    !known ||
    (version !== undefined &&
      ((known.since !== undefined && compareApacheVersions(version, known.since) < 0) ||
        (known.until !== undefined && compareApacheVersions(version, known.until) >= 0)))
  if (unknown) return unknownOption(reading, option, at, Object.keys(daemonOptions), 'Invalid option to WSGI daemon process definition.', known)
  if (known.check(option.value)) {
    const number = atoi(option.value)
    if (!known.least || number === 0 || number >= known.least[0]) return undefined
    return { server: known.least[1], rule, at, words: `${option.name} must be at least ${known.least[0]}, or 0.` }
  }
  return {
    server: `Invalid ${known.what} for WSGI daemon process.`,
    rule,
    at,
    words:
      option.name === 'home' || option.name === 'chroot'
        ? `${option.name} of a daemon process must be an absolute path, not "${option.value}".`
        : `"${option.value}" is no ${known.what} for a daemon process.`,
  }
}

/** Options under the names that they had (`mod_wsgi` release notes, 4.4.0). */
const renamed: ReadonlyMap<string, string> = new Map([['proxy-buffer-size', 'response-buffer-size']])

function unknownOption(reading: Reading, option: Option, at: number, names: readonly string[], server: string, known?: DaemonOption): Refusal {
  const meant = renamed.get(option.name) ?? nearestWord(option.name, names)
  const argument = reading.directive.args[at]
  const start = argument?.start ?? 0
  const name = reading.entry.name
  const why = known?.since ? ` (it came with mod_wsgi ${known.since})` : known?.until ? ` (mod_wsgi ${known.until} took it away)` : ''
  return {
    server,
    rule,
    at,
    words: `${name} knows no option "${option.name}"${why}${meant && !known ? `; did you mean "${meant}"?` : '.'}`,
    fixes:
      meant && !known && argument && reading.directive.source.text.startsWith(option.name, start)
        ? [{ title: `Write "${meant}"`, safe: true, edits: [{ path: reading.directive.source.path, start, end: start + option.name.length, newText: meant }] }]
        : [],
  }
}

function brokenOption(reading: Reading, text: string, offset: number, kind: string): Refusal {
  const at = argumentAt(text, offset)
  const word = reading.directive.args[at]?.value ?? ''
  return {
    server: `Invalid option to WSGI ${kind} definition.`,
    rule,
    at,
    words: `Options are name=value in one word, without spaces around the "=": "${word}" is none.`,
  }
}

export const scriptOptions: Readonly<Record<string, readonly [Check, string]>> = {
  'application-group': [given, 'Invalid name for WSGI application group.'],
  'process-group': [given, 'Invalid name for WSGI process group.'],
  'callable-object': [given, 'Invalid name for WSGI callable object.'],
  'pass-authorization': [onOff, 'Invalid value for authorization flag.'],
}

/** The options behind a script, of those that its directive knows. */
function scriptOptionsFault(reading: Reading, text: string, from: number, names: readonly string[], kind: string): { said: Said; options: readonly Option[] } {
  const { options, broken } = readOptions(text, from)
  for (const option of options) {
    const at = argumentAt(text, option.start)
    if (!names.includes(option.name)) return { said: unknownOption(reading, option, at, names, `Invalid option to WSGI ${kind} definition.`), options }
    const check = scriptOptions[option.name]
    if (check && !check[0](option.value)) return { said: { server: check[1], rule, at, words: `"${option.value}" is no value for ${option.name}.` }, options }
  }
  return { said: broken === undefined ? undefined : brokenOption(reading, text, broken, kind), options }
}

/** `mod_wsgi.c: wsgi_add_script_alias` */
const scriptAlias =
  (match: boolean): Handler =>
  (reading, text) => {
    const url = nextWord(text, 0)
    const script = url && nextWord(text, url.end)
    if (!url || url.value === '' || !script || script.value === '') {
      const { name, help } = reading.entry
      return {
        server: `${name} requires at least two arguments${help === undefined ? '' : `, ${help}`}`,
        rule: 'apache/argument-count',
        at: 'name',
        words: `${name} takes a URL path and a script.`,
      }
    }
    const { said, options } = scriptOptionsFault(
      reading,
      text,
      script.end,
      ['application-group', 'process-group', 'callable-object', 'pass-authorization'],
      'script alias',
    )
    if (said) return said
    const fault = match ? patternFault(url.value, 0) : undefined
    if (fault) return { server: 'Regular expression could not be compiled.', ...fault }
    return groupFault(reading, text, options, match && script.value.includes('$'))
  }

/** A script that is loaded when its process starts needs the group before it in the file. */
function groupFault(reading: Reading, text: string, options: readonly Option[], substituted = false): Said {
  const process = options.findLast((option) => option.name === 'process-group')
  const application = options.findLast((option) => option.name === 'application-group')
  if (!process || !application || substituted || process.value.includes('%{')) return undefined
  if (application.value.includes('%{') && application.value !== '%{GLOBAL}') return undefined
  const { state } = reading
  if (state.daemons.has(process.value)) return undefined
  const later = directivesNamed(state.configuration, 'wsgidaemonprocess').find(
    (each) => each.presence === 'present' && each.args[0]?.value === process.value && each.order > reading.directive.order,
  )
  if (!later) return undefined
  return {
    server: 'WSGI process group not yet configured.',
    rule,
    at: argumentAt(text, process.start),
    words: `The process group "${process.value}" is defined only further down: with an application-group beside it, mod_wsgi needs the WSGIDaemonProcess before this line.`,
    related: [{ at: placeAt(later, 0), message: 'The process group is defined here.' }],
  }
}

/** `mod_wsgi.c: wsgi_add_import_script` */
const importScript: Handler = (reading, text) => {
  const script = nextWord(text, 0)
  if (!script || script.value === '') return { server: 'Location of import script not supplied.', rule, at: 'name' }
  const { said, options } = scriptOptionsFault(reading, text, script.end, ['application-group', 'process-group'], 'import script')
  if (said) return said
  for (const name of ['application-group', 'process-group'] as const) {
    if (options.some((option) => option.name === name)) continue
    return {
      server: `Name of WSGI ${name.replace('-', ' ')} required.`,
      rule,
      at: 'name',
      words: `WSGIImportScript needs process-group= and application-group=: ${name} is missing.`,
    }
  }
  return groupFault(reading, text, options)
}

const script =
  (kind: string, options: readonly string[]): Handler =>
  (reading, text) => {
    const location = nextWord(text, 0)
    if (!location || location.value === '') return { server: `Location of ${kind} not supplied.`, rule, at: 'name' }
    return scriptOptionsFault(reading, text, location.end, options, kind).said
  }

const handlerScript: Handler = (reading, text) => {
  const name = nextWord(text, 0)
  if (!name || name.value === '') return { server: 'Name for handler script not supplied.', rule, at: 'name' }
  const location = nextWord(text, name.end)
  if (!location || location.value === '') return { server: 'Location of handler script not supplied.', rule, at: 'name' }
  return scriptOptionsFault(reading, text, location.end, ['process-group', 'application-group', 'pass-authorization'], 'handler script').said
}

const flag = (name: string): Handler => oneOf(['On', 'Off'], `${name} must be one of: Off | On`)

const flags = [
  'WSGIVerboseDebugging',
  'WSGIDontWriteBytecode',
  'WSGIDestroyInterpreter',
  'WSGIRestrictEmbedded',
  'WSGIRestrictStdin',
  'WSGIRestrictStdout',
  'WSGIRestrictSignal',
  'WSGICaseSensitivity',
  'WSGIPassApacheRequest',
  'WSGIPassAuthorization',
  'WSGIScriptReloading',
  'WSGIErrorOverride',
  'WSGIChunkedRequest',
  'WSGIIgnoreActivity',
  'WSGIEnableSendfile',
  'WSGIServerMetrics',
  'WSGISocketRotation',
  'WSGIGroupAuthoritative',
  'WSGILazyInitialization',
]

const acceptMutexes = ['default', 'flock', 'fcntl', 'sysvsem', 'posixsem', 'pthread']

export const wsgiHandlers: Handlers = {
  ...Object.fromEntries(flags.map((name) => [name.toLowerCase(), flag(name)])),
  wsgimapheadtoget: oneOf(['On', 'Off', 'Auto'], 'WSGIMapHEADToGET must be one of: Off | On | Auto'),
  wsgidaemonprocess: daemonProcess,
  wsgiscriptalias: scriptAlias(false),
  wsgiscriptaliasmatch: scriptAlias(true),
  wsgiimportscript: importScript,
  wsgidispatchscript: script('dispatch script', ['application-group']),
  wsgiaccessscript: script('access script', ['application-group']),
  wsgiauthuserscript: script('auth user script', ['application-group']),
  wsgiauthgroupscript: script('auth group script', ['application-group']),
  wsgihandlerscript: handlerScript,
  wsgipythonhashseed: (_, value) =>
    value === 'random' || (/^\s*\+?\d+$/.test(value) && Number(value) <= 4294967295)
      ? undefined
      : {
          server: 'WSGIPythonHashSeed must be "random" or an integer in range [0; 4294967295]',
          words: `"${value}" is neither random nor a number from 0 to 4294967295.`,
        },
  wsgiacceptmutex: (reading, value) =>
    acceptMutexes.includes(value.toLowerCase())
      ? undefined
      : {
          server: `Accept mutex lock mechanism '${value}' is invalid. Valid accept mutex mechanisms for this platform are: default, flock, fcntl, sysvsem, posixsem, pthread.`,
          ...reading.state.corrections(reading.directive, value, acceptMutexes, 0),
        },
}
