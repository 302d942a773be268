import { parseCidr, parseHundredths, parseIpv4 } from '../../../catalog/nginx/values.ts'
import { type PlacedDirective, placeOfDirective } from '../../../configuration/placed.ts'
import { compileRegex } from './patterns.ts'
import type { Reading, Setter } from './reading.ts'
import { compileValue, noteUse } from './script.ts'
import { isHostOrWildcard } from './server.ts'
import { belongTogether } from './state.ts'
import { defineVariable, variableName } from './variables.ts'

/**
 * Blocks whose lines go to a handler of their own (`cf->handler`): the head of the block, then each entry. An entry's
 * `values[0]` is its first word.
 */
export interface EntryBlock {
  /** The head; false where nginx refuses it, and does not read on. */
  head(reading: Reading): boolean
  /** A reader of the entries, in their order. */
  entries(head: Reading): (entry: Reading) => void
  /** What nginx says when the block ends. */
  end?(head: Reading): void
}

/** `ngx_http_map_block` */
export const map: EntryBlock = {
  head(reading) {
    if (!compileValue(reading, 1)) return false
    const name = variableName(reading, 2)
    return name !== undefined && defineVariable(reading, name, 2)
  },
  entries() {
    let hostnames = false
    let fallback: PlacedDirective | undefined
    const keys = new Map<string, PlacedDirective>()
    return (entry) => {
      const { values, directive } = entry
      const key = values[0] ?? ''
      if (values.length === 1 && key === 'hostnames') {
        hostnames = true
        return
      }
      if (values.length === 1 && key === 'volatile') return
      if (values.length !== 2) {
        entry.emerg('nginx/invalid-entry', 'invalid number of the map parameters', {
          words: `A line of "map" is a value and what it becomes, each one word: this has ${values.length}. A text with spaces needs quotes.`,
        })
        return
      }
      if (key === 'include') return
      if (!compileValue(entry, 1)) return
      if (key === 'default') {
        if (fallback) {
          entry.emerg('nginx/duplicate', 'duplicate default map parameter', {
            words: 'This map has a "default" already.',
            related: [{ at: placeOfDirective(fallback), message: 'the first' }],
          })
          return
        }
        fallback = directive
        return
      }
      if (key.startsWith('~')) {
        compileRegex(entry, 0, key.slice(key.charAt(1) === '*' ? 2 : 1))
        return
      }
      const plain = key.startsWith('\\') ? key.slice(1) : key
      if (hostnames && !isHostOrWildcard(plain)) {
        entry.emerg('nginx/invalid-entry', `invalid hostname or wildcard "${plain}"`, {
          at: 0,
          words: `With "hostnames" a value is a host or a wildcard; "${plain}" is neither.`,
        })
        return
      }
      // Keys are compared in lower case: those of a hash always, wildcards as they are.
      const lower = plain.toLowerCase()
      const known = keys.get(lower)
      if (known) {
        entry.emerg('nginx/duplicate', `conflicting parameter "${plain}"`, {
          at: 0,
          words: `The value "${plain}" stands in this map twice (case does not count).`,
          related: [{ at: placeOfDirective(known), message: 'the first' }],
        })
        return
      }
      keys.set(lower, directive)
    }
  },
}

/** `ngx_http_geo_block` */
export const geo: EntryBlock = {
  head(reading) {
    const first = variableName(reading, 1)
    if (first === undefined) return false
    if (reading.values.length < 3) return defineVariable(reading, first, 1)
    noteUse(reading.protocol, first, reading.directive, 1)
    const name = variableName(reading, 2)
    return name !== undefined && defineVariable(reading, name, 2)
  },
  entries() {
    let ranges = false
    let networks = false
    const known = new Map<string, string>()
    const spans: Ranges = new Map()
    return (entry) => {
      const { values } = entry
      const key = values[0] ?? ''
      if (values.length === 1 && key === 'ranges') {
        if (networks)
          entry.emerg('nginx/invalid-entry', 'the "ranges" directive must be the first directive inside "geo" block', {
            words: '"ranges" must stand before the first network.',
          })
        ranges = true
        return
      }
      if (values.length === 1 && key === 'proxy_recursive') return
      if (values.length !== 2) {
        entry.emerg('nginx/invalid-entry', 'invalid number of the geo parameters', {
          words: `A line of "geo" is a network and a value, each one word: this has ${values.length}.`,
        })
        return
      }
      if (key === 'include') return
      const at = key === 'delete' || key === 'proxy' ? 1 : 0
      const network = values[at] ?? ''
      if (ranges && key !== 'proxy') {
        if (key === 'default') return
        readRange(entry, at, network, key === 'delete' ? undefined : spans)
        return
      }
      if (key !== 'proxy') networks = true
      if (key === 'default') return
      if (key === 'delete') deleteNetwork(entry, network, known)
      else readNetwork(entry, at, network, values[1] ?? '', at === 0 ? known : undefined)
    }
  },
}

function deleteNetwork(entry: Reading, network: string, known: Map<string, string>): void {
  readNetwork(entry, 1, network, '', undefined)
  const cidr = parseCidr(network)
  // What an include that was not read may define is not known.
  if (!cidr || known.delete(cidr.key) || entry.state.configuration.unread) return
  entry.warn('nginx/ignored', `no network "${network}" to delete`, { at: 1, words: `${network} is not among the networks above: there is nothing to delete.` })
}

function readNetwork(entry: Reading, at: number, network: string, value: string, known: Map<string, string> | undefined): void {
  const cidr = parseCidr(network)
  if (!cidr) {
    const host = network.startsWith('"') || /[a-z]/i.test(network)
    entry.emerg('nginx/invalid-entry', `invalid network "${network}"`, {
      at,
      words: `"${network}" is no address and no network in CIDR form${host ? '' : ' (10.0.0.0/8)'}.`,
    })
    return
  }
  if (cidr.meaningless)
    entry.warn('nginx/ignored', `low address bits of ${network} are meaningless`, {
      at,
      words: `Bits of ${network} behind the prefix do nothing: the network is written with zeros there.`,
    })
  const old = known?.get(cidr.key)
  if (old !== undefined) {
    entry.warn('nginx/ignored', `duplicate network "${network}", value: "${value}", old value: "${old}"`, {
      at,
      words: `${network} has the value "${old}" already; this line replaces it.`,
    })
  }
  known?.set(cidr.key, value)
}

/** Ranges by the high halves of their addresses, each list in rising order. */
type Ranges = Map<number, { start: number; end: number }[]>

/** `ngx_http_geo_range`, `ngx_http_geo_add_range` */
function readRange(entry: Reading, at: number, text: string, ranges: Ranges | undefined): void {
  const dash = text.indexOf('-')
  const toNumber = (address: string): number | undefined => parseIpv4(address)?.reduce((sum, byte) => sum * 256 + byte, 0)
  const start = dash < 0 ? undefined : toNumber(text.slice(0, dash))
  const end = dash < 0 ? undefined : toNumber(text.slice(dash + 1))
  if (start === undefined || end === undefined || start > end) {
    entry.emerg('nginx/invalid-entry', `invalid range "${text}"`, {
      at,
      words: `With "ranges" a network is written as a range: 10.0.0.0-10.255.255.255. "${text}" is none.`,
    })
    return
  }
  if (!ranges) return
  const [first, last] = [Math.floor(start / 65536), Math.floor(end / 65536)]
  for (let high = first; high <= last; high++) {
    const list = ranges.get(high) ?? []
    ranges.set(high, list)
    const overlapped = insertRange(list, high === first ? start % 65536 : 0, high === last ? end % 65536 : 65535)
    if (!overlapped) continue
    const address = (low: number): string => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
    const other = `${address(overlapped.start)}-${address(overlapped.end)}`
    entry.emerg('nginx/invalid-entry', `range "${text}" overlaps "${other}"`, { at, words: `This range overlaps ${other} above without lying inside it.` })
    return
  }
}

/** Puts a range into its place, splitting the one that it lies in; the one that it overlaps otherwise is returned. */
function insertRange(list: { start: number; end: number }[], start: number, end: number): { start: number; end: number } | undefined {
  for (let i = list.length - 1; i >= 0; i--) {
    const range = list[i]
    if (!range || end < range.start) continue
    if (start > range.end) {
      list.splice(i + 1, 0, { start, end })
      return undefined
    }
    if (start < range.start || end > range.end) return range
    const before = start > range.start ? [{ start: range.start, end: start - 1 }] : []
    const after = end < range.end ? [{ start: end + 1, end: range.end }] : []
    list.splice(i, 1, ...before, { start, end }, ...after)
    return undefined
  }
  list.unshift({ start, end })
  return undefined
}

/** `ngx_conf_split_clients_block` */
export const splitClients: EntryBlock = {
  head(reading) {
    if (!compileValue(reading, 1)) return false
    const name = variableName(reading, 2)
    return name !== undefined && defineVariable(reading, name, 2)
  },
  entries(head) {
    return (entry) => {
      const { values } = entry
      const share = values[0] ?? ''
      if (share === '*') return
      const hundredths = share.endsWith('%') ? parseHundredths(share.slice(0, -1)) : undefined
      if (hundredths === undefined || hundredths === 0) {
        entry.emerg('nginx/invalid-entry', `invalid percent value "${share}"`, {
          at: 0,
          words: `"${share}" is no share: write a percentage such as 50% or 0.5%, or "*" for the rest.`,
        })
        return
      }
      totals.set(head.directive, (totals.get(head.directive) ?? 0) + hundredths)
    }
  },
  end(head) {
    if ((totals.get(head.directive) ?? 0) > 10_000)
      head.emerg('nginx/invalid-entry', 'percent total is greater than 100%', { words: 'The shares are more than 100 % together.' })
  },
}
const totals = new WeakMap<PlacedDirective, number>()

/** `ngx_http_core_types` */
export const types: EntryBlock = {
  head: () => true,
  entries() {
    const known = new Map<string, string>()
    return (entry) => {
      const { values } = entry
      const type = values[0] ?? ''
      if (type === 'include') {
        if (values.length !== 2)
          entry.emerg('nginx/argument-count', 'invalid number of arguments in "include" directive', { words: '"include" takes one file or pattern.' })
        return
      }
      for (let at = 1; at < values.length; at++) {
        const extension = (values[at] ?? '').toLowerCase()
        const old = known.get(extension)
        if (old !== undefined) {
          entry.warn('nginx/ignored', `duplicate extension "${values[at]}", content type: "${type}", previous content type: "${old}"`, {
            at,
            words: `The extension "${extension}" has the type ${old} already; this line makes it ${type}.`,
          })
        }
        known.set(extension, type)
      }
    }
  },
}

/** `ngx_http_charset_map_block` */
export const charsetMap: EntryBlock = {
  head(reading) {
    const { values, protocol, directive, state } = reading
    const [, source = '', target = ''] = values
    if (source.toLowerCase() === target.toLowerCase()) {
      reading.emerg('nginx/invalid-value', `"charset_map" between the same charsets "${source}" and "${target}"`, {
        words: 'A charset needs no map to itself.',
      })
      return false
    }
    const key = [source.toLowerCase(), target.toLowerCase()].sort().join(' ')
    if (protocol.charsetMaps.has(key) && belongTogether(state, directive, directive)) {
      reading.emerg('nginx/duplicate', `duplicate "charset_map" between "${source}" and "${target}"`, {
        words: `There is a map between ${source} and ${target} already.`,
      })
      return false
    }
    protocol.charsetMaps.add(key)
    return true
  },
  entries(head) {
    const utf8 = (head.values[2] ?? '').toLowerCase() === 'utf-8'
    return (entry) => {
      const { values } = entry
      if (values.length !== 2) {
        entry.emerg('nginx/invalid-entry', 'invalid parameters number', { words: `A line of "charset_map" is two codes: this has ${values.length} words.` })
        return
      }
      const isByte = (text: string): boolean => /^[0-9a-f]+$/i.test(text) && Number.parseInt(text, 16) <= 255
      const [source = '', target = ''] = values
      const fits = utf8 ? /^([0-9a-f]{2})+$/i.test(target) : isByte(target)
      if (!isByte(source) || !fits) {
        const at = isByte(source) ? 1 : 0
        entry.emerg('nginx/invalid-value', `invalid value "${values[at]}"`, { at, words: `"${values[at]}" is no code in hexadecimal digits.` })
      }
    }
  },
}

/** `ngx_http_geoip_proxy` */
export const network: Setter = (reading) => readNetwork(reading, 1, reading.values[1] ?? '', '', undefined)

/** Any other block of data: what it defines by its own means is unknown. */
export const opaque: EntryBlock = {
  head(reading) {
    reading.protocol.opaque = true
    return true
  },
  entries: () => () => {},
}

/** `geoip2` defines a variable a line: `$geoip2_data_country source=… country names en`. */
export const geoip2: EntryBlock = {
  head: () => true,
  entries: () => (entry) => {
    const name = entry.values[0] ?? ''
    if (name.startsWith('$')) entry.protocol.variables.set(name.slice(1).toLowerCase(), entry.directive)
  },
}

/** For setters that only define the variable of one argument. */
export const definesVariable =
  (at: number): Setter =>
  (reading) => {
    const name = reading.values[at] ?? ''
    if (name.startsWith('$')) reading.protocol.variables.set(name.slice(1).toLowerCase(), reading.directive)
    return undefined
  }
