import { parseNumber, parseTimeout } from './c-numbers.ts'
import { isLoaded, loadIt } from './module-loaded.ts'
import { badValue } from './numbers.ts'
import { type Handler, type Handlers, type Reading, type Refusal, wordFix } from './reading.ts'

/** The caches that the modules of httpd bring, by the module that brings them; `shmcb` is the default one too. */
const caches = ['shmcb', 'dbm', 'memcache', 'redis', 'dc']

const moduleOf = (name: string): string => `socache_${name === 'default' ? 'shmcb' : name}_module`

/** What is wrong with the name and arguments of a shared cache, `NAME:ARGUMENTS`; `unknown` is what Apache says of a name that no module brings. */
export function cacheFault(reading: Reading, value: string, unknown: (name: string, known: string) => string, prefix: string): Refusal | undefined {
  const colon = value.indexOf(':')
  const name = colon < 0 ? value : value.slice(0, colon)
  const argument = colon < 0 ? undefined : value.slice(colon + 1)
  const isKnown = caches.includes(name) || name === 'default'
  if (!isKnown || isLoaded(reading, moduleOf(name)) === false) {
    // A module that is not known may bring a cache of its own.
    if (reading.state.unknownModule) return undefined
    const server = `${prefix}${unknown(name, knownNames(reading))}`
    return isKnown ? { server, words: loadIt(name, moduleOf(name)) } : { server, ...wordFix(reading, name, caches.slice(0, 4)) }
  }
  const fault = argumentFault(name, argument)
  return fault === undefined ? undefined : { server: `${prefix}${fault}`, words: `"${value}" is wrong: ${wordsFor[fault] ?? fault.replace(/\.$/, '')}.` }
}

/** Apache lists them in no certain order. */
const knownNames = (reading: Reading): string =>
  ['shmcb', 'dbm', 'memcache', 'default', 'redis'].filter((name) => isLoaded(reading, moduleOf(name)) !== false).join(',')

/** `mod_socache_*.c`: each module's `create` */
function argumentFault(name: string, argument: string | undefined): string | undefined {
  if (name === 'memcache' || name === 'redis') return argument ? undefined : `List of server names required to create ${name} socache.`
  if ((name !== 'shmcb' && name !== 'default') || !argument) return undefined
  const open = argument.lastIndexOf('(')
  if (open < 0) return argument.endsWith(')') ? 'Invalid argument: no opening parenthesis' : undefined
  if (!argument.endsWith(')')) return 'Invalid argument: no closing parenthesis or cache size missing after pathname with parenthesis'
  const { value, rest } = parseNumber(argument.slice(open + 1, -1))
  if (rest !== '') return 'Invalid argument: cache size not numerical'
  if (value < 8192) return 'Invalid argument: size has to be >= 8192 bytes'
  return value >= 4294967295 ? 'Invalid argument: size has to be < 4294967295 bytes on this platform' : undefined
}

const wordsFor: Readonly<Record<string, string>> = {
  'Invalid argument: no opening parenthesis': 'the size of the cache stands in parentheses behind the path',
  'Invalid argument: no closing parenthesis or cache size missing after pathname with parenthesis':
    'behind the path stands a size in parentheses, and nothing else',
  'Invalid argument: cache size not numerical': 'the size is in bytes, without a unit',
  'Invalid argument: size has to be >= 8192 bytes': 'the size must be at least 8192 bytes',
}

/** `mod_socache_memcache.c: socache_mc_set_ttl`, `mod_socache_redis.c` */
const upToOneHour: Handler = ({ entry }, value) => {
  const time = parseTimeout(value, 's')
  if (time === undefined) return badValue(`${entry.name} has wrong format`, entry.name, value, 'a time, as 15s or 500ms')
  return time > 3600e6 ? badValue(`${entry.name} can only be 0 or up to one hour.`, entry.name, value, 'an hour at most') : undefined
}

export const socacheHandlers: Handlers = {
  memcacheconnttl: upToOneHour,
  redisconnpoolttl: upToOneHour,
  redistimeout: upToOneHour,
}
