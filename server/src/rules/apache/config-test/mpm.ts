import { parseNumber, parseTimeout } from './c-numbers.ts'
import { unknownWord } from './core.ts'
import { isLoaded } from './module-loaded.ts'
import { badValue, intWhere, toDouble } from './numbers.ts'
import { type Handler, type Handlers, type Reading, same } from './reading.ts'
import { wordsOf } from './sections.ts'

/** `server/listen.c: ap_set_send_buffer_size` */
const bufferSize = (name: string): Handler =>
  intWhere((value) => value >= 512 || value === 0, `${name} must be >= 512 bytes, or 0 for system default.`, 'at least 512 bytes, or 0 for what the system has')

const positive = (name: string): Handler => intWhere((value) => value >= 1, `${name} must be > 0`, 'a number above 0')

/** `server/mpm_common.c: ap_mpm_set_max_mem_free`, `ap_mpm_set_thread_stacksize` */
const memory: Handler = ({ entry }, value) => {
  const number = parseNumber(value)
  return number.value < 0 || number.overflow ? badValue(`Invalid ${entry.name} value: ${value}`, entry.name, value, '0 or more') : undefined
}

/** `server/mpm/event/event.c: set_worker_factor` */
const workerFactor: Handler = ({ entry }, value) => {
  const { value: number, rest } = toDouble(value)
  // C reads further forms of numbers, such as hexadecimal ones: of those nothing is said.
  if (/^\s*[+-]?(0x|inf|nan)/i.test(value)) return undefined
  if (rest !== '' || value === '') return badValue('error parsing value', entry.name, value, 'a number')
  return number <= 0 ? badValue('AsyncRequestWorkerFactor argument must be a positive number', entry.name, value, 'above 0') : undefined
}

const mechanisms =
  "Mutex mechanisms are: 'none', 'default', 'flock:/path/to/file', 'fcntl:/path/to/file', 'file:/path/to/file', 'pthread', 'sysvsem', 'posixsem', 'sem'"

const plainMechanisms = ['none', 'default', 'pthread', 'sysvsem', 'posixsem', 'sem', 'flock', 'fcntl', 'file']

/** What the modules of httpd register (`ap_mutex_register`); none of these does without a mutex. */
const mutexTypes = [
  'default',
  'authdigest-client',
  'authn-socache',
  'cache-socache',
  'ldap-cache',
  'lua-ivm-shm',
  'mpm-accept',
  'proxy',
  'proxy-balancer-shm',
  'rewrite-map',
  'ssl-cache',
  'ssl-stapling',
  'ssl-stapling-refresh',
  'watchdog-callback',
]

/** `server/util_mutex.c: ap_set_mutex`, `server/util.c: ap_parse_mutex`; the types of other modules are not known, and paths are not looked at. */
const mutex: Handler = (reading, text) => {
  const [mechanism, ...others] = wordsOf(text)
  if (!mechanism)
    return {
      server: `Mutex requires at least a mechanism argument (${mechanisms})`,
      at: 'name',
      words: 'Mutex does not say how to lock: the usual word is "default".',
    }
  const [word = ''] = mechanism.split(':')
  if (!plainMechanisms.some((each) => same(each, word)))
    return unknownWord(reading, 0, mechanism, plainMechanisms, `Invalid Mutex argument ${mechanism} (${mechanisms})`)
  const types = others.filter((type) => !same(type, 'OmitPID'))
  // Apache takes them from the end.
  for (const type of types.length === 0 ? ['default'] : types.toReversed()) {
    const at = others.indexOf(type) + 1
    if (!mutexTypes.includes(type) || (type === 'mpm-accept' && hasThreads(reading))) {
      const told = unknownWord(reading, at, type, mutexTypes, `Mutex type ${type} is not valid`)
      return (told.fixes?.length ?? 0) > 0 || type === 'mpm-accept' ? told : undefined
    }
    if (same(word, 'none'))
      return { server: `None is not allowed for mutex type ${type}`, at, words: `"${type}" does not do without a mutex: "none" is not possible for it.` }
  }
  return undefined
}

/** Only processes without threads take turns in accepting connections. */
const hasThreads = (reading: Reading): boolean => isLoaded(reading, 'mpm_prefork_module') === false

const keepAliveTimeout: Handler = ({ entry }, value) =>
  parseTimeout(value, 's') === undefined ? badValue('KeepAliveTimeout has wrong format', entry.name, value, 'a time, as 5 or 500ms') : undefined

/** The tabs and line ends are shown as two characters each in the log of `-t`. */
const asRoot = [
  'Error:\tApache has not been designed to serve pages while',
  '\trunning as root.  There are known race conditions that',
  '\twill allow any local user to read any file on the system.',
  '\tIf you still desire to serve pages as root then',
  '\tadd -DBIG_SECURITY_HOLE to the CFLAGS env variable',
  '\tand then rebuild the server.',
  '\tIt is strongly suggested that you instead modify the User',
  '\tdirective in your httpd.conf file to list a non-root',
  '\tuser.\n',
].join('\n')

/** `mod_unixd.c: unixd_set_user`; which users there are is not known. */
const user: Handler = (_, value) =>
  value === 'root' || /^#0+$/.test(value)
    ? {
        server: asRoot.replaceAll('\t', '\\t').replaceAll('\n', '\\n'),
        words: `Apache does not serve requests as "${value}": name a user without rights, such as www-data.`,
      }
    : undefined

/** How many processes and threads, how they listen and lock, and as whom they run. */
export const mpmHandlers: Handlers = {
  listenbacklog: positive('ListenBacklog'),
  listencoresbucketsratio: positive('ListenCoresBucketsRatio'),
  sendbuffersize: bufferSize('SendBufferSize'),
  receivebuffersize: bufferSize('ReceiveBufferSize'),
  maxmemfree: memory,
  threadstacksize: memory,
  asyncrequestworkerfactor: workerFactor,
  mutex,
  keepalivetimeout: keepAliveTimeout,
  user,
  watchdoginterval: ({ entry }, value) => {
    const time = parseTimeout(value, 's')
    if (time === undefined) return badValue('Unparse-able WatchdogInterval setting', entry.name, value, 'a time, as 1 or 500ms')
    return time < 100_000 ? badValue('Invalid WatchdogInterval: minimal value 100ms', entry.name, value, 'at least 100ms') : undefined
  },
  listentcpdeferaccept: positive('ListenTCPDeferAccept'),
}
