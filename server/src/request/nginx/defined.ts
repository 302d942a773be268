import { parseCidr, parseHundredths, parseIpv4 } from '../../catalog/nginx/values.ts'
import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { toByteText } from '../../regex/bytes.ts'
import { isEntry, regexesIn } from '../../site/nginx/regexes.ts'
import { derived } from '../../workspace/derived.ts'
import { choose } from '../choices.ts'
import { isKnown, unknownPart } from '../unknown.ts'
import { forwardedAddress } from './forwarded.ts'
import { makeNameTable, type NameTable } from './names.ts'
import { refererIsInvalid } from './referer.ts'
import { execute, type Run } from './run.ts'
import { evaluate } from './script.ts'
import { argumentAt, argumentsOf } from './settings.ts'

/** Whether the configuration gives a variable of this name, in small letters and without `$`. */
export const isDefined = (run: Run, name: string): boolean => definitions(run.settings.configuration).has(name) || name === 'invalid_referer'

type Definition = { readonly kind: 'set' } | { readonly kind: 'foreign' } | { readonly kind: 'map' | 'geo' | 'split'; readonly directive: PlacedDirective }

const definitions = derived((configuration: Configuration): ReadonlyMap<string, Definition> => {
  const all = new Map<string, Definition>()
  // Empty until a pattern has found it.
  for (const { pattern } of regexesIn(configuration))
    for (const { name } of pattern.groups) if (name !== undefined) all.set(name.toLowerCase(), { kind: 'set' })
  for (const directive of configuration.all) {
    if (directive.presence === 'absent' || isEntry(directive)) continue
    const at = (index: number): string | undefined => argumentAt(directive, index)?.replace(/^\$/, '').toLowerCase()
    const { name, args } = directive
    if (name === 'set') {
      const variable = at(0)
      // `set $args …` writes to the request itself, and a variable of nginx's own has its value until it is set.
      if (variable !== undefined && variable !== 'args' && variable !== 'limit_rate') all.set(variable, { kind: 'set' })
    } else if (name === 'map') all.set(at(1) ?? '', { kind: 'map', directive })
    else if (name === 'geo') all.set(at(args.length - 1) ?? '', { kind: 'geo', directive })
    else if (name === 'split_clients') all.set(at(1) ?? '', { kind: 'split', directive })
    else if (foreign.test(name)) all.set((args.find(({ value }) => value.startsWith('$'))?.value.slice(1) ?? '').toLowerCase(), { kind: 'foreign' })
  }
  return all
})

/** Directives of modules whose variables nothing is known of. */
const foreign = /_set$|^set_|^keyval$|^geoip2$|^(?:js|perl)_|^auth_jwt_claim|^array_|^encrypted_/

/** The value of a variable that the configuration defines. A map is asked once a request, unless it is volatile. */
export function definedValue(run: Run, name: string): string {
  if (name === 'invalid_referer') return remember(run, name, refererIsInvalid(run) ? '1' : '')
  const definition = definitions(run.settings.configuration).get(name)
  if (!definition || definition.kind === 'set') return ''
  if (definition.kind === 'foreign') return unknownPart(`$${name}`)
  // nginx says "cycle while evaluating variable" and goes on with nothing.
  if (run.computing.has(name)) return ''
  run.computing.add(name)
  try {
    switch (definition.kind) {
      case 'map': {
        const value = mapped(run, definition.directive)
        return tableOf(definition.directive).volatile ? value : remember(run, name, value)
      }
      case 'geo':
        return remember(run, name, located(run, definition.directive))
      case 'split':
        return remember(run, name, split(run, definition.directive))
    }
  } finally {
    run.computing.delete(name)
  }
}

function remember(run: Run, name: string, value: string): string {
  run.variables.set(name, value)
  return value
}

interface MapTable {
  readonly names: NameTable<string>
  readonly patterns: readonly { readonly pattern: string; readonly caseless: boolean; readonly value: string }[]
  readonly fallback: string
  readonly hostnames: boolean
  readonly volatile: boolean
}

const tableOf = derived((map: PlacedDirective): MapTable => {
  const entries = map.children.filter((entry) => entry.presence !== 'absent' && entry.name !== 'include')
  const hostnames = entries.some((entry) => entry.name === 'hostnames' && entry.args.length === 0)
  const names = makeNameTable<string>()
  const exact = new Map<string, string>()
  const patterns: { pattern: string; caseless: boolean; value: string }[] = []
  let fallback = ''
  for (const entry of entries) {
    const value = argumentAt(entry, 0)
    if (value === undefined) continue
    const key = entry.source.encoding === 'latin-1' ? entry.name : toByteText(entry.name)
    if (key === 'default') fallback = value
    else if (key.startsWith('~')) patterns.push({ pattern: key.slice(key.startsWith('~*') ? 2 : 1), caseless: key.startsWith('~*'), value })
    else {
      const plain = key.startsWith('\\') ? key.slice(1) : key
      if (hostnames) names.add(plain, value)
      else exact.set(plain.toLowerCase(), value)
    }
  }
  const table: NameTable<string> = hostnames ? names : { add: () => false, find: (name) => exact.get(name.toLowerCase()) }
  return { names: table, patterns, fallback, hostnames, volatile: entries.some((entry) => entry.name === 'volatile' && entry.args.length === 0) }
})

function mapped(run: Run, map: PlacedDirective): string {
  const table = tableOf(map)
  let key = evaluate(run, argumentAt(map, 0) ?? '')
  if (table.hostnames && key.endsWith('.')) key = key.slice(0, -1)
  if (!isKnown(key)) {
    const values = [...new Set([table.fallback, ...map.children.map((entry) => argumentAt(entry, 0) ?? '')])].slice(0, mostPossibilities)
    const name = argumentAt(map, 1) ?? ''
    return evaluate(
      run,
      choose(
        run.choices,
        values.map((value) => ({ condition: `${name} is "${value}"`, value })),
      ),
    )
  }
  return evaluate(run, lookUp(run, table, key))
}

const mostPossibilities = 6

function lookUp(run: Run, table: MapTable, key: string): string {
  const found = table.names.find(key)
  if (found !== undefined) return found
  if (key !== '') {
    for (const { pattern, caseless, value } of table.patterns) {
      const matches = execute(run, pattern, caseless, key)
      if (matches === 'failed') break
      if (matches) return value
    }
  }
  return table.fallback
}

function located(run: Run, geo: PlacedDirective): string {
  const [first] = argumentsOf(geo)
  let address = geo.args.length > 1 && first !== undefined ? evaluate(run, first) : run.client
  const entries = geo.children.filter((entry) => entry.presence !== 'absent')
  const proxies = entries.filter(({ name }) => name === 'proxy').flatMap((entry) => argumentAt(entry, 0) ?? [])
  if (proxies.length > 0)
    address = forwardedAddress(
      run,
      address,
      proxies,
      entries.some(({ name }) => name === 'proxy_recursive'),
    )
  if (!isKnown(address)) return unknownPart(argumentAt(geo, geo.args.length - 1) ?? '')
  const ranges = entries.some(({ name }) => name === 'ranges')
  let best: { width: number; value: string } | undefined
  let fallback = ''
  for (const entry of entries) {
    const value = argumentAt(entry, 0)
    if (value === undefined || ['proxy', 'include', 'ranges', 'proxy_recursive', 'delete'].includes(entry.name)) continue
    if (entry.name === 'default') {
      fallback = value
      continue
    }
    if (ranges) {
      const [low, high] = entry.name.split('-').map(numberOf)
      const own = numberOf(address)
      // A later range takes the place of what it overlaps.
      if (low !== undefined && high !== undefined && own !== undefined && own >= low && own <= high) best = { width: 0, value }
      continue
    }
    const cidr = parseCidr(entry.name)
    const width = cidr ? Number(cidr.key.slice(cidr.key.lastIndexOf('/') + 1)) : -1
    // nginx asks for 255.255.255.255 where there is no address.
    if (cidr && parseCidr(`${parseCidr(address) ? address : '255.255.255.255'}/${width}`)?.key === cidr.key && (!best || width >= best.width))
      best = { width, value }
  }
  return best?.value ?? fallback
}

const numberOf = (address: string): number | undefined => parseIpv4(address)?.reduce((number, byte) => number * 256 + byte, 0)

function split(run: Run, directive: PlacedDirective): string {
  const text = evaluate(run, argumentAt(directive, 0) ?? '')
  const parts = directive.children.flatMap((entry) => {
    const value = argumentAt(entry, 0)
    return value === undefined || entry.presence === 'absent' ? [] : [{ share: entry.name, value }]
  })
  if (!isKnown(text)) {
    const name = argumentAt(directive, 1) ?? ''
    if (parts.length === 0) return ''
    return choose(
      run.choices,
      parts.slice(0, mostPossibilities).map(({ value }) => ({ condition: `${name} is "${value}"`, value })),
    )
  }
  const hash = murmurHash(text)
  let last = 0
  for (const { share, value } of parts) {
    if (share === '*') return value
    last += Math.floor(((parseHundredths(share.replace(/%$/, '')) ?? 0) * 0xffffffff) / 10000)
    if (hash < last) return value
  }
  return ''
}

/** MurmurHash2 with nginx's seed (`ngx_murmur_hash2`). */
function murmurHash(text: string): number {
  const factor = 0x5bd1e995
  let hash = text.length
  let at = 0
  const byte = (offset: number): number => text.charCodeAt(at + offset)
  for (; at + 4 <= text.length; at += 4) {
    let word = byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)
    word = Math.imul(word, factor)
    word ^= word >>> 24
    word = Math.imul(word, factor)
    hash = Math.imul(hash, factor) ^ word
  }
  const left = text.length - at
  if (left >= 3) hash ^= byte(2) << 16
  if (left >= 2) hash ^= byte(1) << 8
  if (left >= 1) {
    hash ^= byte(0)
    hash = Math.imul(hash, factor)
  }
  hash ^= hash >>> 13
  hash = Math.imul(hash, factor)
  hash ^= hash >>> 15
  return hash >>> 0
}
