import { parseAddress } from '../../../catalog/nginx/address.ts'
import { parseCidr, parseNumber, parseTime } from '../../../catalog/nginx/values.ts'
import { placeOfDirective } from '../../../configuration/placed.ts'
import { nearest } from '../../lib/names.ts'
import { type Reading, rest, type Setter } from './reading.ts'
import { replace } from './slots.ts'
import { belongTogether } from './state.ts'

/** Remembers the directive; true where it stood in this block before. */
export function setTwice(reading: Reading, slot = reading.values[0] ?? ''): boolean {
  const known = reading.block.slots.get(slot)
  if (known === undefined) reading.block.slots.set(slot, reading.directive)
  return known !== undefined && belongTogether(reading.state, known, reading.directive)
}

/** `ngx_set_worker_processes` */
export const workerProcesses: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const value = reading.values[1] ?? ''
  return value === 'auto' || parseNumber(value) !== undefined ? undefined : 'invalid value'
}

/** `ngx_set_priority` */
export const workerPriority: Setter = (reading) => {
  const value = reading.values[1] ?? ''
  const earlier = reading.block.slots.get('worker_priority')
  if (earlier) return 'is duplicate'
  if (parseNumber(value.replace(/^[-+]/, '')) === undefined) return 'invalid number'
  // nginx takes a priority of 0 for one that is not set.
  if (Number(value) !== 0) reading.block.slots.set('worker_priority', reading.directive)
  return undefined
}

/** `ngx_set_cpu_affinity` */
export const workerCpuAffinity: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const { values } = reading
  const auto = values[1] === 'auto'
  if (auto && values.length > 3) {
    reading.emerg('nginx/argument-count', 'invalid number of arguments in "worker_cpu_affinity" directive', {
      words: '"worker_cpu_affinity auto" takes one mask at most.',
    })
    return
  }
  for (let at = auto ? 2 : 1; at < values.length; at++) {
    const wrong = [...(values[at] ?? '')].reverse().find((character) => !'01 '.includes(character))
    if (wrong === undefined) continue
    reading.emerg('nginx/invalid-value', `invalid character "${wrong}" in "worker_cpu_affinity"`, { at, words: 'A mask is made of 0 and 1, a digit a CPU.' })
    return
  }
  return undefined
}

/** `ngx_set_user` */
export const user: Setter = (reading) => (setTwice(reading) ? 'is duplicate' : undefined)

/** `events`, `http`, `stream`, `mail`: once, and no module can be loaded any more (`ngx_count_modules`). */
export const moduleBlock: Setter = (reading) => {
  reading.state.modulesBound = true
  return setTwice(reading) ? 'is duplicate' : undefined
}

/** `ngx_thread_pool` */
export const threadPool: Setter = (reading) => {
  const { values, state, directive } = reading
  const name = values[1] ?? ''
  const known = state.threadPools.get(name)
  if (known && belongTogether(state, known, directive)) {
    reading.emerg('nginx/duplicate', `duplicate thread pool "${name}"`, {
      at: 1,
      words: `There is a thread pool "${name}" already.`,
      related: [{ at: placeOfDirective(known), message: 'the first' }],
    })
    return
  }
  state.threadPools.set(name, directive)
  let threads = 0
  for (let at = 2; at < values.length; at++) {
    const value = values[at] ?? ''
    const count = rest('threads=', value)
    const queue = rest('max_queue=', value)
    if (count !== undefined) threads = parseNumber(count) ?? 0
    if ((count !== undefined && threads === 0) || (queue !== undefined && parseNumber(queue) === undefined)) {
      const key = value.slice(0, value.indexOf('='))
      reading.emerg('nginx/invalid-parameter', `invalid ${key} value "${value}"`, { at, words: `"${key}" takes a number.` })
      return
    }
  }
  if (threads === 0)
    reading.emerg('nginx/incomplete', '"thread_pool" must have "threads" parameter', { words: 'A pool needs its number of threads: threads=32.' })
}

/** `ngx_event_connections` */
export const workerConnections: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const value = reading.values[1] ?? ''
  if (parseNumber(value) === undefined) reading.emerg('nginx/invalid-value', `invalid number "${value}"`, { at: 1, words: `"${value}" is no number.` })
  return undefined
}

const eventMethods = ['select', 'poll', 'kqueue', 'epoll', '/dev/poll', 'eventport', 'iocp', 'rtsig', 'devpoll']

/** `ngx_event_use`: which methods there are depends on the system. */
export const use: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const value = reading.values[1] ?? ''
  if (eventMethods.includes(value)) return
  const meant = nearest(value, eventMethods)
  reading.emerg('nginx/invalid-value', `invalid event type "${value}"`, {
    at: 1,
    words: `"${value}" is no method of handling events: epoll on Linux, kqueue on BSD.`,
    fixes: meant ? [replace(reading, 1, meant)] : [],
  })
  return undefined
}

/** `ngx_load_module`: modules are loaded before any other module has spoken. */
export const loadModule: Setter = (reading) => (reading.state.modulesBound ? 'is specified too late' : undefined)

/** `ngx_http_core_resolver` and those of upstream, stream and mail */
export const resolver: Setter = (reading) => {
  if (setTwice(reading, `resolver ${reading.entry.setter}`)) return 'is duplicate'
  let servers = 0
  for (let at = 1; at < reading.values.length; at++) {
    const value = reading.values[at] ?? ''
    const valid = rest('valid=', value)
    const family = rest('ipv4=', value) ?? rest('ipv6=', value)
    if (valid !== undefined || family !== undefined) {
      if (valid !== undefined ? parseTime(valid, 'seconds') !== undefined : family === 'on' || family === 'off') continue
      reading.emerg('nginx/invalid-parameter', `invalid parameter: ${value}`, {
        at,
        words: `"${value}" is no parameter of "resolver": those are valid=time, ipv4=on|off and ipv6=on|off.`,
      })
      return
    }
    if (value.startsWith('status_zone=') && reading.state.version === undefined) continue
    const address = parseAddress(value, { defaultPort: 53 })
    if (typeof address === 'string') {
      reading.emerg('nginx/invalid-address', `${address} in resolver "${value}"`, { at, words: `"${value}" is no address of a name server (${address}).` })
      return
    }
    servers++
  }
  if (servers === 0) reading.emerg('nginx/incomplete', 'no name servers defined', { words: '"resolver" needs the address of a name server.' })
  return undefined
}

/** `ngx_http_access_rule`, `ngx_stream_access_rule`: `allow` and `deny` */
export const accessRule: Setter = (reading) => {
  const value = reading.values[1] ?? ''
  if (value === 'all' || value === 'unix:') return
  const cidr = parseCidr(value)
  if (!cidr) {
    const host = parseAddress(value)
    const withPort = typeof host !== 'string' && host.numeric && !host.noPort
    reading.emerg('nginx/invalid-parameter', `invalid parameter "${value}"`, {
      at: 1,
      words: `"${reading.values[0]}" takes an address, a network (10.0.0.0/8), "unix:" or "all"${withPort ? ', without a port' : /[a-z]/i.test(value) ? ', no names' : ''}.`,
    })
    return
  }
  if (cidr.meaningless) lowBits(reading, value)
}

/** `ngx_http_realip_from`, `ngx_event_debug_connection`: an address, a network or a name */
export const fromAddress: Setter = (reading) => {
  const value = reading.values[1] ?? ''
  if (value === 'unix:') return
  if (parseCidr(value)?.meaningless) lowBits(reading, value)
}

function lowBits(reading: Reading, value: string): void {
  reading.warn('nginx/ignored', `low address bits of ${value} are meaningless`, {
    at: 1,
    words: `Bits of ${value} behind the prefix do nothing: did you mean another prefix?`,
  })
}
