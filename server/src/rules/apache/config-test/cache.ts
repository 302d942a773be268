import { parseNumber } from './c-numbers.ts'
import { badValue, intWhere, toDouble, toInt } from './numbers.ts'
import { parseUrl } from './proxy-url.ts'
import type { Handler, Handlers, Reading, Refusal } from './reading.ts'
import { serverOf } from './section.ts'
import { pathOf, pathSection } from './section-path.ts'
import { cacheFault } from './socache.ts'

/** `mod_cache.c: add_cache_enable` */
const cacheEnable: Handler = ({ section }, type, url) => {
  if (type.startsWith('/'))
    return {
      server: `provider (${type}) starts with a '/'.  Are url and provider switched?`,
      at: 0,
      words: `CacheEnable takes the kind of cache first, such as "disk", then the path: "${type}" stands in its place.`,
    }
  if (section.open && !section.path) return undefined
  if (!section.path)
    return url === undefined
      ? {
          server: `CacheEnable provider (${type}) is missing an URL.`,
          at: 0,
          words: `CacheEnable ${type} does not say what to cache: outside of <Location> it needs a path, such as "/".`,
        }
      : undefined
  const path = pathOf(section)
  if (url === undefined || path === undefined || url.startsWith(path)) return undefined
  return {
    server: 'When in a Location, CacheEnable must specify a path or an URL below that location.',
    at: 1,
    words: `"${url}" is not below "${path}", the path of the section around it.`,
  }
}

/** `mod_cache.c: add_cache_disable` */
const cacheDisable: Handler = ({ section }, url) => {
  if (section.open && !section.path) return undefined
  if (section.path)
    return /^on$/i.test(url)
      ? undefined
      : {
          server: "CacheDisable must be followed by the word 'on' when in a Location.",
          words: `Inside <${pathSection(section)?.title ?? section.title}> it is "CacheDisable on", not "${url}".`,
        }
  return url.startsWith('/') || url.includes(':')
    ? undefined
    : {
        server: 'CacheDisable must specify a path or an URL.',
        words: `"${url}" is no path: outside of <Location> CacheDisable takes one that begins with "/".`,
      }
}

/** `mod_cache.c: set_cache_key_base_url` */
const cacheKeyBaseUrl: Handler = (_, value) => {
  const url = parseUrl(value)
  if (!url) return { server: `Could not parse '${value}' as an URL.`, words: `"${value}" is no URL.` }
  return url.scheme !== undefined || url.host !== undefined || url.portText !== undefined
    ? undefined
    : { server: `URL '${value}' must contain at least one of a scheme, a hostname or a port.`, words: `"${value}" has neither scheme nor host nor port.` }
}

/** `mod_cache_disk.c: CACHEFILE_LEN`, and the defaults of both. */
const longestName = 20
const defaults = { levels: 2, length: 2 }

/** `mod_cache_disk.c: set_cache_dirlevels`, `set_cache_dirlength`: their product is limited, in the order in which they come. */
const directoryPart =
  (name: 'CacheDirLevels' | 'CacheDirLength'): Handler =>
  (reading, value) => {
    const number = toInt(value)
    if (number < 1) return badValue(`${name} value must be an integer greater than 0`, name, value, 'at least 1')
    const other = name === 'CacheDirLevels' ? valueBefore(reading, 'cachedirlength', defaults.length) : valueBefore(reading, 'cachedirlevels', defaults.levels)
    if (other !== undefined && Math.imul(number, other) > longestName)
      return {
        server: 'CacheDirLevels*CacheDirLength value must not be higher than 20',
        words: `CacheDirLevels times CacheDirLength is ${number} × ${other} here: it must not be above ${longestName}.`,
      }
    serverOf(reading.section).set.set(name.toLowerCase(), reading.directive)
    return undefined
  }

/** What a directive has set before in this server; undefined where it may have. */
function valueBefore({ section }: Reading, name: string, otherwise: number): number | undefined {
  const before = serverOf(section).set.get(name)
  if (!before) return otherwise
  return before.presence === 'present' ? toInt(before.args[0]?.value ?? '') : undefined
}

/** `apr_strtoff` of what may be followed by anything. */
const offset =
  (server: string, needs: string, least = 0, most = Number.POSITIVE_INFINITY): Handler =>
  ({ entry }, value): Refusal | undefined => {
    const number = parseNumber(value)
    return number.overflow || number.value < least || number.value > most ? badValue(server, entry.name, value, needs) : undefined
  }

const amount = (name: string, what: string): Handler => offset(`${name} argument must be a non-negative integer representing the ${what}.`, '0 or more')
const seconds = (name: string, which: string): Handler =>
  offset(`${name} argument must be the ${which} amount of time in seconds to cache an entry.`, '0 or more')

/** mod_cache, mod_cache_disk and mod_cache_socache. */
export const cacheHandlers: Handlers = {
  cacheenable: cacheEnable,
  cachedisable: cacheDisable,
  cachekeybaseurl: cacheKeyBaseUrl,
  cachelastmodifiedfactor: ({ entry }, value) =>
    toDouble(value).rest !== value || /^\s*[+-]?(0x|inf|nan)/i.test(value)
      ? undefined
      : badValue('CacheLastModifiedFactor value must be a float', entry.name, value, 'a number, as 0.1'),
  cachelockmaxage: intWhere((value) => value > 0, 'CacheLockMaxAge value must be a non-zero positive integer', 'at least one second'),
  cachedirlevels: directoryPart('CacheDirLevels'),
  cachedirlength: directoryPart('CacheDirLength'),
  cacheminfilesize: amount('CacheMinFileSize', 'min size of a file to cache in bytes'),
  cachemaxfilesize: amount('CacheMaxFileSize', 'max size of a file to cache in bytes'),
  cachereadsize: amount('CacheReadSize', 'max amount of data to cache in go'),
  cachereadtime: amount('CacheReadTime', 'max amount of time taken to cache in go'),
  cachesocachereadsize: amount('CacheSocacheReadSize', 'max amount of data to cache in go'),
  cachesocachereadtime: amount('CacheSocacheReadTime', 'max amount of time taken to cache in go'),
  cachesocachemaxtime: seconds('CacheSocacheMaxTime', 'maximum'),
  cachesocachemintime: seconds('CacheSocacheMinTime', 'minimum'),
  cachesocachemaxsize: offset(
    'CacheSocacheMaxSize argument must be a integer representing the max size of a cached entry (headers and body), at least 1024 and at most (4294967295U)',
    'from 1024 to 4294967295',
    1024,
    4294967295,
  ),
  // Of the arguments only the name is looked at.
  cachesocache: (reading, value) => {
    const [name = ''] = value.split(':')
    return cacheFault(
      reading,
      `${name}${/^(memcache|redis)$/.test(name) ? ':-' : ''}`,
      (unknown) => `Unknown socache provider '${unknown}'. Maybe you need to load the appropriate socache module (mod_socache_${unknown}?)`,
      '',
    )
  },
}
