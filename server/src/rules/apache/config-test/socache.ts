import { parseNumber, parseTimeout } from './c-numbers.ts'
import { nearestWord } from './corrections.ts'
import { badValue } from './numbers.ts'
import { type Handler, type Handlers, type Reading, type Refusal, wordFix } from './reading.ts'

/** The caches that the modules of httpd bring, and the name that the default one has beside. */
const known = ['shmcb', 'dbm', 'memcache', 'redis', 'dc', 'default']

/**
 * What is wrong with the name and arguments of a shared cache, `NAME:ARGUMENTS`; `unknown` is what Apache says of a name that no module brings. A cache
 * of another module may be loaded from elsewhere: only a slip of a known name is told.
 */
export function cacheFault(reading: Reading, value: string, unknown: (name: string, known: string) => string, prefix: string): Refusal | undefined {
  const colon = value.indexOf(':')
  const name = colon < 0 ? value : value.slice(0, colon)
  const argument = colon < 0 ? undefined : value.slice(colon + 1)
  if (!known.includes(name)) {
    const meant = nearestWord(name, known)
    if (reading.state.unknownModule || (meant === undefined && !/^[a-z]{0,3}$|^shm|^\//i.test(name))) return undefined
    return { server: `${prefix}${unknown(name, 'shmcb,dbm,memcache,default,redis')}`, ...wordFix(reading, name, known.slice(0, 4)) }
  }
  const fault = argumentFault(name, argument)
  return fault === undefined ? undefined : { server: `${prefix}${fault}`, words: `"${value}" is wrong: ${wordsFor[fault] ?? fault.replace(/\.$/, '')}.` }
}

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
