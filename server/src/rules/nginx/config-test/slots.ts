import type { NginxEntry } from '../../../catalog/nginx/catalog.ts'
import { parseNumber, parseOffset, parseSize, parseTime } from '../../../catalog/nginx/values.ts'
import type { PlacedDirective } from '../../../configuration/placed.ts'
import type { Detail, NginxTestRule, Reading, Setter } from './reading.ts'
import { compileValue, hasVariables, variablesIn } from './script.ts'
import type { Block } from './state.ts'

/** The setters of nginx's own for whole kinds of directives (`ngx_conf_set_*_slot`), by the catalog's kind of value. */
export const slotSetters: Partial<Record<NginxEntry['value'], Setter>> = {
  flag(reading) {
    const value = reading.values[1] ?? ''
    if (/^(on|off)$/i.test(value)) return
    const written = replacementFlag(value)
    reading.emerg('nginx/invalid-value', `invalid value "${value}" in "${reading.values[0]}" directive, it must be "on" or "off"`, {
      at: 1,
      words: `"${reading.values[0]}" is switched "on" or "off"; nginx refuses "${value}".`,
      fixes: written ? [replace(reading, 1, written)] : [],
    })
  },
  size: (reading) => {
    if (parseSize(reading.values[1] ?? '') !== undefined) return undefined
    return invalidSize(reading, 1)
  },
  off: (reading) => (parseOffset(reading.values[1] ?? '') !== undefined ? undefined : invalidSize(reading, 1)),
  msec: (reading) => (parseTime(reading.values[1] ?? '', 'milliseconds') !== undefined ? undefined : 'invalid value'),
  sec: (reading) => (parseTime(reading.values[1] ?? '', 'seconds') !== undefined ? undefined : 'invalid value'),
  num(reading) {
    const number = parseNumber(reading.values[1] ?? '')
    if (number === undefined) return 'invalid number'
    return outOfBounds(reading, number)
  },
  enum(reading) {
    const value = reading.values[1] ?? ''
    const { values } = reading.entry
    if (!values || values.some((each) => each.toLowerCase() === value.toLowerCase())) return
    reading.emerg('nginx/invalid-value', `invalid value "${value}"`, {
      at: 1,
      words: `"${value}" is no value of "${reading.values[0]}": it takes ${listed(values)}.`,
    })
  },
  bitmask(reading) {
    const { values } = reading.entry
    if (!values) return
    const seen = new Set<string>()
    for (let at = 1; at < reading.values.length; at++) {
      const value = reading.values[at] ?? ''
      const lower = value.toLowerCase()
      if (!values.some((each) => each.toLowerCase() === lower)) {
        reading.emerg('nginx/invalid-value', `invalid value "${value}"`, {
          at,
          words: `"${value}" is no value of "${reading.values[0]}": it takes ${listed(values)}.`,
        })
        return
      }
      if (seen.has(lower)) reading.warn('nginx/ignored', `duplicate value "${value}"`, { at, words: `"${value}" is named twice; the second does nothing.` })
      seen.add(lower)
    }
  },
  bufs(reading) {
    const number = parseNumber(reading.values[1] ?? '')
    const size = parseSize(reading.values[2] ?? '')
    return number === undefined || number === 0 || size === undefined || size === 0 ? 'invalid value' : undefined
  },
  access(reading) {
    for (let at = 1; at < reading.values.length; at++) {
      if (/^(user|group|all):(rw|r)$/.test(reading.values[at] ?? '')) continue
      reading.emerg('nginx/invalid-value', `invalid value "${reading.values[at]}"`, {
        at,
        words: `Rights are written as user:rw, group:rw or all:r; nginx refuses "${reading.values[at]}".`,
      })
      return
    }
  },
  path: setPath,
  complex: (reading) => void compileValue(reading, 1),
  'complex-size'(reading) {
    const value = reading.values[1] ?? ''
    if (hasVariables(value)) return void compileValue(reading, 1)
    return parseSize(value) === undefined ? 'invalid value' : undefined
  },
  predicate: (reading) => {
    for (let at = 1; at < reading.values.length; at++) if (!compileValue(reading, at)) return
  },
  keyval: compiledAtEnd,
  types(reading) {
    const seen = new Set<string>()
    for (let at = 1; at < reading.values.length; at++) {
      const type = (reading.values[at] ?? '').toLowerCase()
      // text/html is there from the start for the filters that have it as their default.
      const isDefault = type === 'text/html' && !/^(charset|xslt)_types$/.test(reading.values[0] ?? '')
      if (type !== '*' && (seen.has(type) || isDefault)) {
        const words = isDefault
          ? `text/html is always among the types of "${reading.values[0]}"; naming it does nothing.`
          : `"${type}" is named twice; the second does nothing.`
        reading.warn('nginx/ignored', `duplicate MIME type "${reading.values[at]}"`, { at, words, fixes: [removeArgument(reading, at)] })
      }
      seen.add(type)
    }
  },
}

/** Checks that follow the value's own (`cmd->post`). */
export const postChecks: Readonly<Record<string, Setter>> = {
  ngx_http_gzip_window: (reading) => (isPowerOfTwo(parseSize(reading.values[1] ?? ''), 512, 32768) ? undefined : 'must be 512, 1k, 2k, 4k, 8k, 16k, or 32k'),
  ngx_http_gzip_hash: (reading) =>
    isPowerOfTwo(parseSize(reading.values[1] ?? ''), 512, 131072) ? undefined : 'must be 512, 1k, 2k, 4k, 8k, 16k, 32k, 64k, or 128k',
  ngx_http_core_pool_size: poolSize,
  ngx_http_v2_pool_size: poolSize,
  ngx_http_v2_recv_buffer_size: (reading) => ((parseSize(reading.values[1] ?? '') ?? 0) <= 2 * 16 ? 'value is too small' : undefined),
  ngx_http_v2_streams_index_mask: (reading) => (isPowerOfTwo(parseNumber(reading.values[1] ?? ''), 1, 2 ** 31) ? undefined : 'must be a power of two'),
  ngx_http_v2_preread_size(reading) {
    if ((parseSize(reading.values[1] ?? '') ?? 0) > 2 ** 31 - 1)
      reading.emerg('nginx/invalid-value', 'the maximum body preread buffer size is 2147483647', { at: 1 })
  },
  ngx_http_v2_chunk_size(reading) {
    if (parseSize(reading.values[1] ?? '') === 0) reading.emerg('nginx/invalid-value', 'the http2 chunk size cannot be zero', { at: 1 })
  },
}

/** Headers and parameters to pass on are compiled when the configurations are merged: in servers, and named with the line where `http` ends. */
export function compiledAtEnd(reading: Reading): undefined {
  const value = reading.values[2] ?? ''
  if (!value.includes('$')) return
  const faulty = variablesIn(value).some((variable) => variable.fault !== undefined)
  if (!faulty) return void compileValue(reading, 2)
  let http: PlacedDirective | undefined
  let server = false
  for (let at: Block | undefined = reading.block; at; at = at.outer) {
    server ||= at.context === 'server' || at.context === 'location'
    if (at.directive?.name === 'http') http = at.directive
  }
  if (!server) return
  const where = http?.source === reading.directive.source ? { line: http.source.lines.lineAt(http.start + http.node.width - 1) + 1 } : { noLine: true }
  compileValue(
    Object.assign(Object.create(reading), {
      emerg: (rule: NginxTestRule, said: string, detail: Detail) => reading.emerg(rule, said, { ...detail, ...where }),
    }) as Reading,
    2,
  )
}

/** `ngx_conf_check_num_bounds`. */
export function outOfBounds(reading: Reading, number: number): undefined {
  const { bounds } = reading.entry
  if (!bounds) return
  const { min, max } = bounds
  if (number >= min && (max === undefined || number <= max)) return
  const server = max === undefined ? `value must be equal to or greater than ${min}` : `value must be between ${min} and ${max}`
  reading.emerg('nginx/invalid-value', server, {
    at: 1,
    words: `"${reading.values[0]}" must be ${max === undefined ? `${min} or more` : `between ${min} and ${max}`}; nginx refuses ${number}.`,
  })
}

/** `ngx_conf_set_path_slot`: a folder with up to three levels below it. */
function setPath(reading: Reading): string | undefined {
  const levels = reading.values.slice(2)
  let width = 0
  for (const value of levels) {
    const level = parseNumber(value)
    if (level === undefined || level === 0) return 'invalid value'
    width += level + 1
  }
  if (width > 10 + levels.length) return 'invalid value'
  return addPath(reading, reading.values[1] ?? '', levels)
}

/** `ngx_add_path`: a folder may be named again only for the same use and with the same levels. */
export function addPath(reading: Reading, path: string, levels: readonly string[]): undefined {
  const name = path.replace(/\/$/, '')
  const known = reading.state.paths.get(name)
  const use = reading.entry.setter ?? ''
  if (!known) {
    reading.state.paths.set(name, { levels: levels.join(), use, directive: reading.directive })
    return
  }
  // Another use of the same folder: nginx names the earlier place, so its words cannot be told without the deployed paths.
  if (known.levels !== levels.join() && known.use === use && use === '') {
    const line = known.directive.source.lines.lineAt(known.directive.start + known.directive.node.text.length - 1) + 1
    reading.emerg('nginx/conflict', `the same path name "${name}" in ${known.directive.source.path}:${line} has the different levels than`, {
      at: 1,
      words: `${name} is already used with other levels (line ${line}): a folder has one layout.`,
    })
  }
}

export const replace = (reading: Reading, at: number, text: string, title = `Write "${text}"`, safe = true) => {
  const argument = reading.directive.args[at - 1]
  const start = argument?.start ?? reading.directive.start
  return { title, safe, edits: [{ path: reading.directive.source.path, start, end: argument?.end ?? start, newText: text }] }
}

/** Takes an argument away with the white space before it. */
export function removeArgument(reading: Reading, at: number, title = `Remove "${reading.values[at]}"`, safe = true) {
  const argument = reading.directive.args[at - 1]
  const { text, path } = reading.directive.source
  const end = argument?.end ?? reading.directive.start
  let start = argument?.start ?? end
  while (/\s/.test(text.charAt(start - 1))) start--
  return { title, safe, edits: [{ path, start, end, newText: '' }] }
}

/** `"a", "b" or "c"`. */
export function listed(values: readonly string[]): string {
  const quoted = values.map((value) => `"${value}"`)
  return quoted.length < 2 ? quoted.join() : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

function replacementFlag(value: string): string | undefined {
  if (/^(true|yes|1|enabled?|y)$/i.test(value)) return 'on'
  return /^(false|no|0|disabled?|n|none)$/i.test(value) ? 'off' : undefined
}

/** A size that nginx refuses: `10mb`, `1g` where only kilobytes and megabytes are read. */
function invalidSize(reading: Reading, at: number): string | undefined {
  const value = reading.values[at] ?? ''
  const match = /^(\d+)\s*([kmg])i?b?$/i.exec(value)
  const gigabytes = match?.[2]?.toLowerCase() === 'g' && reading.entry.value === 'size'
  const plain = match ? (gigabytes ? `${Number(match[1]) * 1024}m` : `${match[1]}${match[2]?.toLowerCase()}`) : undefined
  reading.emerg('nginx/invalid-value', `"${reading.values[0]}" directive invalid value`, {
    at,
    words: `"${value}" is no size for nginx: it takes a number of bytes, or one with "k" or "m"${reading.entry.value === 'off' ? ' or "g"' : ''} behind it.`,
    fixes: plain && plain !== value ? [replace(reading, at, plain)] : [],
  })
  return undefined
}

function poolSize(reading: Reading): undefined {
  const size = parseSize(reading.values[1] ?? '') ?? 0
  if (size < 112) reading.emerg('nginx/invalid-value', 'the pool size must be no less than 112', { at: 1 })
  else if (size % 16 !== 0) reading.emerg('nginx/invalid-value', 'the pool size must be a multiple of 16', { at: 1 })
}

function isPowerOfTwo(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && value >= least && value <= most && Number.isInteger(Math.log2(value))
}
