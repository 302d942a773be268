import { parseNumber, parseSize, parseTime } from '../../../catalog/nginx/values.ts'
import { type PlacedDirective, placeOfDirective } from '../../../configuration/placed.ts'
import { type Reading, rest, type Setter } from './reading.ts'
import { compileValue } from './script.ts'
import { addPath, replace } from './slots.ts'
import { belongTogether, type TestState, type Zone } from './state.ts'

/** The smallest zone that nginx takes: eight pages. */
export const leastZone = 8 * 4096

/** `ngx_shared_memory_add` with a size: defines a zone; false where nginx refuses it. */
export function defineZone(reading: Reading, at: number, name: string, size: number, use: string, key?: string): boolean {
  const { state, directive } = reading
  const known = knownZone(state, name, directive)
  if (known && known.use !== use) {
    otherUse(reading, at, name, known)
    return false
  }
  if (known && known.size > 0 && size > 0 && known.size !== size) {
    reading.emerg('nginx/conflict', `the size ${size} of shared memory zone "${name}" conflicts with already declared size ${known.size}`, {
      at,
      words: `The zone "${name}" is declared with another size already (${known.size} bytes): a zone has one size.`,
      related: [{ at: placeOfDirective(known.directive), message: 'the first' }],
    })
    return false
  }
  if (known) {
    if (known.size === 0) state.zones.set(name, { ...known, size, directive, ...(key === undefined ? {} : { key }) })
  } else state.zones.set(name, { use, directive, size, ...(key === undefined ? {} : { key }) })
  return true
}

/** `ngx_shared_memory_add` without a size: uses a zone. */
export function useZone(reading: Reading, at: number, name: string, use: string): void {
  const known = knownZone(reading.state, name, reading.directive)
  if (!known) reading.state.zones.set(name, { use, directive: reading.directive, size: 0 })
  else if (known.use !== use) otherUse(reading, at, name, known)
}

function knownZone(state: TestState, name: string, directive: PlacedDirective): Zone | undefined {
  const known = state.zones.get(name)
  return known && belongTogether(state, known.directive, directive) ? known : undefined
}

function otherUse(reading: Reading, at: number, name: string, known: Zone): void {
  reading.emerg('nginx/conflict', `the shared memory zone "${name}" is already declared for a different use`, {
    at,
    words: `The zone "${name}" belongs to another use (${known.use.split(' ')[0]}): zones share one set of names, so choose another.`,
    related: [{ at: placeOfDirective(known.directive), message: 'it is used for something else here' }],
  })
}

/** `ngx_http_limit_req_zone`, `ngx_http_limit_conn_zone` */
export const limitZone: Setter = (reading) => {
  const { values, state, directive } = reading
  if (!compileValue(reading, 1)) return
  const withRate = values[0] === 'limit_req_zone'
  let name = ''
  let size = 0
  let zoneAt = 0
  for (let at = 2; at < values.length; at++) {
    const value = values[at] ?? ''
    const zone = rest('zone=', value)
    if (zone !== undefined) {
      const colon = zone.indexOf(':')
      const parsed = colon < 0 ? undefined : parseSize(zone.slice(colon + 1))
      if (parsed === undefined) {
        reading.emerg('nginx/invalid-parameter', `invalid zone size "${value}"`, {
          at,
          words: `A zone is written zone=name:size, such as zone=${colon < 0 ? zone : zone.slice(0, colon)}:10m.`,
        })
        return
      }
      if (parsed < leastZone) {
        reading.emerg('nginx/invalid-parameter', `zone "${value}" is too small`, {
          at,
          words: 'A zone has at least 32k.',
          fixes: [replace(reading, at, `zone=${zone.slice(0, colon)}:32k`, 'Give it 32k')],
        })
        return
      }
      name = zone.slice(0, colon)
      size = parsed
      zoneAt = at
      continue
    }
    const rate = withRate ? rest('rate=', value) : undefined
    if (rate !== undefined) {
      if ((parseNumber(rate.replace(/r\/[sm]$/, '')) ?? 0) > 0) continue
      reading.emerg('nginx/invalid-parameter', `invalid rate "${value}"`, {
        at,
        words: 'A rate is a whole number of requests a second or a minute: rate=10r/s, rate=30r/m.',
      })
      return
    }
    // NGINX Plus: the zone is shared with other nodes.
    if (value === 'sync' && state.version === undefined) continue
    reading.emerg('nginx/invalid-parameter', `invalid parameter "${value}"`, { at, words: `"${value}" is no parameter of "${values[0]}".` })
    return
  }
  if (name === '') {
    reading.emerg('nginx/incomplete', `"${values[0]}" must have "zone" parameter`, { words: `"${values[0]}" needs a zone: zone=name:10m.` })
    return
  }
  const known = knownZone(state, name, directive)
  if (known?.use === use(reading) && known.key !== undefined) {
    reading.emerg('nginx/duplicate', `${values[0]} "${name}" is already bound to key "${known.key}"`, {
      at: zoneAt,
      words: `The zone "${name}" is defined already, with the key ${known.key}.`,
      related: [{ at: placeOfDirective(known.directive), message: 'the first' }],
    })
    return
  }
  defineZone(reading, zoneAt, name, size, use(reading), values[1])
}

/** The tag of limit zones: one for each module and protocol. */
const use = (reading: Reading): string => `${(reading.values[0] ?? '').replace('_zone', '')} ${reading.entry.kind}`

/** `ngx_http_limit_req` */
export const limitReq: Setter = (reading) => {
  const { values, block, directive } = reading
  let name: string | undefined
  let zoneAt = 0
  for (let at = 1; at < values.length; at++) {
    const value = values[at] ?? ''
    const zone = rest('zone=', value)
    if (zone !== undefined) {
      name = zone
      zoneAt = at
      continue
    }
    if (value === 'nodelay') continue
    const count = rest('burst=', value) ?? rest('delay=', value)
    if (count === undefined) {
      reading.emerg('nginx/invalid-parameter', `invalid parameter "${value}"`, {
        at,
        words: `"${value}" is no parameter of "limit_req": it takes zone=name, burst=number, delay=number and nodelay.`,
      })
      return
    }
    if ((parseNumber(count) ?? 0) > 0) continue
    reading.emerg('nginx/invalid-parameter', `invalid ${value.slice(0, 5)} value "${value}"`, {
      at,
      words: `"${value.slice(0, 5)}" takes a number of requests, at least 1.`,
    })
    return
  }
  if (name === undefined) {
    reading.emerg('nginx/incomplete', '"limit_req" must have "zone" parameter', { words: '"limit_req" needs to name its zone: zone=name.' })
    return
  }
  useZone(reading, zoneAt, name, use(reading))
  if (block.slots.has(`limit_req ${name}`)) return 'is duplicate'
  block.slots.set(`limit_req ${name}`, directive)
  return undefined
}

/** `ngx_http_limit_conn` */
export const limitConn: Setter = (reading) => {
  const { values, block, directive } = reading
  const name = values[1] ?? ''
  useZone(reading, 1, name, use(reading))
  if (block.slots.has(`limit_conn ${name}`)) return 'is duplicate'
  block.slots.set(`limit_conn ${name}`, directive)
  const count = parseNumber(values[2] ?? '')
  if (count === undefined || count === 0) {
    reading.emerg('nginx/invalid-value', `invalid number of connections "${values[2]}"`, {
      at: 2,
      words: '"limit_conn" takes a zone and a number of connections, at least 1.',
    })
  } else if (count > 65535)
    reading.emerg('nginx/invalid-value', 'connection limit must be less 65536', { at: 2, words: 'The number of connections must be below 65536.' })
  return undefined
}

/** `ngx_http_file_cache_set_slot`: `proxy_cache_path` and those of the other protocols */
export const cachePath: Setter = (reading) => {
  const { values, directive, state } = reading
  let name: string | undefined
  let size = 0
  let zoneAt = 0
  let levels = ''
  const checks: Readonly<Record<string, (text: string) => boolean>> = {
    inactive: (text) => parseTime(text, 'seconds') !== undefined,
    max_size: (text) => parseOffsetLike(text),
    min_free: (text) => parseOffsetLike(text),
    loader_files: (text) => parseNumber(text) !== undefined,
    loader_sleep: (text) => parseTime(text, 'milliseconds') !== undefined,
    loader_threshold: (text) => parseTime(text, 'milliseconds') !== undefined,
    manager_files: (text) => parseNumber(text) !== undefined,
    manager_sleep: (text) => parseTime(text, 'milliseconds') !== undefined,
    manager_threshold: (text) => parseTime(text, 'milliseconds') !== undefined,
  }
  for (let at = 2; at < values.length; at++) {
    const value = values[at] ?? ''
    const equals = value.indexOf('=')
    const key = equals < 0 ? '' : value.slice(0, equals)
    const text = value.slice(equals + 1)
    const fail = (server: string, words: string): void => reading.emerg('nginx/invalid-parameter', server, { at, words })
    if (key === 'levels') {
      if (!/^[12](:[12]){0,2}$/.test(text) && text !== '')
        return fail(`invalid "levels" "${value}"`, 'Levels are up to three numbers of 1 or 2, with colons between: levels=1:2.')
      levels = text
    } else if (key === 'use_temp_path') {
      if (text !== 'on' && text !== 'off') return fail(`invalid use_temp_path value "${value}", it must be "on" or "off"`, '"use_temp_path" is "on" or "off".')
    } else if (key === 'keys_zone') {
      const colon = text.indexOf(':')
      const parsed = colon < 0 ? undefined : parseSize(text.slice(colon + 1))
      if (parsed === undefined)
        return fail(`invalid keys zone size "${value}"`, 'The zone of keys is written keys_zone=name:size, such as keys_zone=pages:10m.')
      if (parsed < 2 * 4096) return fail(`keys zone "${value}" is too small`, 'The zone of keys has at least 8k.')
      name = text.slice(0, colon)
      size = parsed
      zoneAt = at
    } else if (Object.hasOwn(checks, key)) {
      if (!checks[key]?.(text)) return fail(`invalid ${key} value "${value}"`, `"${text}" is no value of "${key}".`)
    } else if (/^purger(_\w+)?$/.test(key) && state.version === undefined) {
      // NGINX Plus.
    } else return fail(`invalid parameter "${value}"`, `"${value}" is no parameter of "${values[0]}".`)
  }
  if (name === undefined) {
    reading.emerg('nginx/incomplete', `"${values[0]}" must have "keys_zone" parameter`, {
      words: `"${values[0]}" needs a zone for its keys: keys_zone=name:10m.`,
    })
    return
  }
  addPath(reading, values[1] ?? '', levels.split(':'))
  const known = knownZone(state, name, directive)
  const tag = `cache ${(values[0] ?? '').replace('_cache_path', '')}`
  if (known?.use === tag && known.size > 0) {
    if (known.size !== size) return void defineZone(reading, zoneAt, name, size, tag)
    reading.emerg('nginx/duplicate', `duplicate zone "${name}"`, {
      at: zoneAt,
      words: `The zone "${name}" is defined already.`,
      related: [{ at: placeOfDirective(known.directive), message: 'the first' }],
    })
    return
  }
  defineZone(reading, zoneAt, name, size, tag)
}

const parseOffsetLike = (text: string): boolean => /^\d+[kKmMgG]?$/.test(text)

/** `ngx_http_upstream_zone`: `zone name [size]` */
export const upstreamZone: Setter = (reading) => {
  const { values } = reading
  const name = values[1] ?? ''
  if (name === '') {
    reading.emerg('nginx/invalid-value', `invalid zone name "${name}"`, { at: 1, words: 'A zone needs a name.' })
    return
  }
  let size = 0
  if (values.length === 3) {
    const parsed = parseSize(values[2] ?? '')
    if (parsed === undefined) {
      reading.emerg('nginx/invalid-value', `invalid zone size "${values[2]}"`, { at: 2, words: `"${values[2]}" is no size.` })
      return
    }
    if (parsed < leastZone) {
      reading.emerg('nginx/invalid-value', `zone "${name}" is too small`, {
        at: 2,
        words: 'A zone has at least 32k.',
        fixes: [replace(reading, 2, '32k', 'Give it 32k')],
      })
      return
    }
    size = parsed
  }
  if (size === 0) useZone(reading, 1, name, `upstream ${reading.entry.kind}`)
  else defineZone(reading, 1, name, size, `upstream ${reading.entry.kind}`)
}

/** `ngx_http_ssl_session_cache` and those of stream and mail */
export const sessionCache: Setter = (reading) => {
  for (let at = 1; at < reading.values.length; at++) {
    const value = reading.values[at] ?? ''
    if (value === 'off' || value === 'none' || value === 'builtin') continue
    const invalid = (): void =>
      reading.emerg('nginx/invalid-value', `invalid session cache "${value}"`, {
        at,
        words: `"${value}" is no session cache: off, none, builtin[:size] or shared:name:size, such as shared:SSL:10m.`,
      })
    const builtin = rest('builtin:', value)
    if (builtin !== undefined) {
      if (parseNumber(builtin) === undefined) return invalid()
      continue
    }
    const shared = rest('shared:', value)
    if (shared === undefined || shared === '') return invalid()
    if (!readSharedCache(reading, at, value, shared, invalid, 'session cache')) return
  }
}

/** `ngx_http_ssl_ocsp_cache` */
export const ocspCache: Setter = (reading) => {
  const { block, values, directive } = reading
  if (block.slots.has('ssl_ocsp_cache')) return 'is duplicate'
  block.slots.set('ssl_ocsp_cache', directive)
  const value = values[1] ?? ''
  if (value === 'off') return
  const invalid = (): void =>
    reading.emerg('nginx/invalid-value', `invalid OCSP cache "${value}"`, { at: 1, words: `"${value}" is no OCSP cache: off or shared:name:size.` })
  const shared = rest('shared:', value)
  if (shared === undefined) return void invalid()
  readSharedCache(reading, 1, value, shared, invalid, 'OCSP cache')
  return undefined
}

function readSharedCache(reading: Reading, at: number, value: string, text: string, invalid: () => void, what: string): boolean {
  const colon = text.indexOf(':')
  const name = colon < 0 ? text : text.slice(0, colon)
  const size = colon < 0 ? undefined : parseSize(text.slice(colon + 1))
  if (name === '' || size === undefined) {
    invalid()
    return false
  }
  if (size < leastZone) {
    reading.emerg('nginx/invalid-value', `${what} "${value}" is too small`, { at, words: 'A shared cache has at least 32k.' })
    return false
  }
  return defineZone(reading, at, name, size, `ssl ${reading.entry.kind}`)
}

export interface EmptyZone {
  readonly name: string
  readonly zone: Zone
}

/** The zones that are used and nowhere defined (`ngx_init_cycle`). */
export function* emptyZones(state: TestState): Generator<EmptyZone> {
  for (const [name, zone] of state.zones) if (zone.size === 0) yield { name, zone }
}
