import { placeOfDirective } from '../../../configuration/placed.ts'
import { removeDirective } from '../../lib/edits.ts'
import type { Location } from './locations.ts'
import { methods } from './methods.ts'
import { compileRegex } from './patterns.ts'
import type { Reading, Setter } from './reading.ts'
import { compileScript } from './script.ts'
import { listed, replace } from './slots.ts'
import { belongTogether } from './state.ts'

/** `ngx_http_core_location`: what it matches, and whether it may stand here. Undefined where nginx refuses it. */
export function readLocation(reading: Reading): Location | undefined {
  const location = locationOf(reading)
  if (!location) return undefined
  const around = reading.block.location
  if (reading.block.context === 'location' && around && !mayStandIn(reading, location, around)) return undefined
  return location
}

function locationOf(reading: Reading): Location | undefined {
  const { directive, values } = reading
  const make = (name: string, kind: Location['kind'], noRegex = false): Location => ({ directive, name, kind, noRegex })
  if (values.length === 3) {
    const name = values[2] ?? ''
    switch (values[1]) {
      case '=':
        return make(name, 'exact')
      case '^~':
        return make(name, 'prefix', true)
      case '~':
      case '~*':
        return compileRegex(reading, 2, name) ? make(name, 'regex') : undefined
      default:
        reading.emerg('nginx/invalid-location', `invalid location modifier "${values[1]}"`, {
          at: 1,
          words: `"${values[1]}" is no modifier of a location: those are ${listed(['=', '^~', '~', '~*'])}, followed by one path or pattern.`,
          fixes: /^(\*~|~\*)$/.test(values[1] ?? '') ? [replace(reading, 1, '~*')] : [],
        })
        return undefined
    }
  }
  const value = values[1] ?? ''
  if (value.startsWith('=')) return make(value.slice(1), 'exact')
  if (value.startsWith('^~')) return make(value.slice(2), 'prefix', true)
  if (value.startsWith('~')) {
    const pattern = value.slice(value.charAt(1) === '*' ? 2 : 1)
    return compileRegex(reading, 1, pattern) ? make(pattern, 'regex') : undefined
  }
  return make(value, value.startsWith('@') ? 'named' : 'prefix')
}

function mayStandIn(reading: Reading, location: Location, around: Location): boolean {
  const refuse = (server: string, words: string): boolean => {
    reading.emerg('nginx/invalid-location', server, { words, related: [{ at: placeOfDirective(around.directive), message: 'the location around it' }] })
    return false
  }
  if (around.kind === 'exact')
    return refuse(
      `location "${location.name}" cannot be inside the exact location "${around.name}"`,
      'An exact location ("=") matches one URI and can hold no other location.',
    )
  if (around.kind === 'named')
    return refuse(`location "${location.name}" cannot be inside the named location "${around.name}"`, 'A named location ("@…") can hold no other location.')
  if (location.kind === 'named')
    return refuse(`named location "${location.name}" can be on the server level only`, 'A named location stands directly in its server: move it there.')
  if (location.kind !== 'regex' && !location.name.startsWith(around.name)) {
    return refuse(
      `location "${location.name}" is outside location "${around.name}"`,
      `A location inside "${around.name}" must begin with "${around.name}": requests for "${location.name}" never come here. Write "${around.name.replace(/\/$/, '')}${location.name}" or move it out.`,
    )
  }
  return true
}

/** Remembers a location of its block; two of one name and kind on one level are refused (`ngx_http_join_exact_locations`). */
export function addLocation(reading: Reading, location: Location): void {
  if (location.kind !== 'prefix' && location.kind !== 'exact') return
  const { directive, block, state } = reading
  const key = `${location.kind} ${location.name}`
  const same = block.locations.get(key)
  if (!same) {
    block.locations.set(key, location)
    return
  }
  if (!belongTogether(state, same.directive, directive)) return
  reading.emerg('nginx/duplicate', `duplicate location "${location.name}"`, {
    words: `This server has a location "${location.name}" already: nginx refuses the second.`,
    related: [{ at: placeOfDirective(same.directive), message: 'the first' }],
    fixes: [{ title: 'Remove this location', safe: false, edits: [removeDirective(directive)] }],
  })
}

/** `ngx_http_core_limit_except` */
export const limitExcept: Setter = (reading) => {
  for (let at = 1; at < reading.values.length; at++) {
    const method = reading.values[at] ?? ''
    if (methods.includes(method.toUpperCase())) continue
    reading.emerg('nginx/invalid-value', `invalid method "${method}"`, {
      at,
      words: `"${method}" is no method that nginx knows: those are ${methods.join(', ')}.`,
    })
    return
  }
}

/** `ngx_http_core_root`, for `root` and `alias` */
export const rootOrAlias: Setter = (reading) => {
  const { block, directive, values } = reading
  const name = values[0] ?? ''
  for (const each of ['root', 'alias']) {
    const earlier = block.slots.get(each)
    if (!earlier) continue
    if (each === name) return 'is duplicate'
    reading.emerg('nginx/duplicate', `"${name}" directive is duplicate, "${each}" directive was specified earlier`, {
      words: `This block has "${each}" already: "root" and "alias" exclude each other.`,
      related: [{ at: placeOfDirective(earlier), message: `"${each}"` }],
    })
    return
  }
  block.slots.set(name, directive)
  if (name === 'alias' && block.location?.kind === 'named') {
    reading.emerg('nginx/invalid-location', 'the "alias" directive cannot be used inside the named location', {
      words: 'A named location has no path that an alias could replace: use "root".',
    })
    return
  }
  const value = values[1] ?? ''
  for (const variable of ['document_root', 'realpath_root']) {
    if (value.includes(`$${variable}`) || value.includes(`\${${variable}}`)) {
      reading.emerg('nginx/invalid-value', `the $${variable} variable cannot be used in the "${name}" directive`, {
        at: 1,
        words: `$${variable} is made from "${name}" and cannot stand in it.`,
      })
      return
    }
  }
  if (value.includes('$') || (name === 'alias' && block.location?.kind === 'regex')) compileScript(reading, 1, value)
  return undefined
}
