import { parseAddress } from '../../../catalog/nginx/address.ts'
import { parseNumber, parseSize, parseTime } from '../../../catalog/nginx/values.ts'
import { placeOfDirective } from '../../../configuration/placed.ts'
import { nearest } from '../../lib/names.ts'
import { type Reading, rest, type Setter } from './reading.ts'
import { compileScript, compileValue, hasVariables, noteUse, variablesIn } from './script.ts'
import { listed, replace } from './slots.ts'
import { belongTogether } from './state.ts'

const levels = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug']
const debugLevels = ['debug_core', 'debug_alloc', 'debug_mutex', 'debug_event', 'debug_http', 'debug_mail', 'debug_stream']

/** `ngx_log_set_log`, for `error_log` of every context */
export const errorLog: Setter = (reading) => {
  const { values } = reading
  const target = values[1] ?? ''
  const memory = rest('memory:', target)
  if (memory !== undefined && (parseSize(memory) ?? 0) === 0) {
    reading.emerg('nginx/invalid-value', `invalid buffer size "${memory}"`, { at: 1, words: `"${memory}" is no size.` })
    return
  }
  if (target.startsWith('syslog:') && !readSyslog(reading)) return
  let level: string | undefined
  let debug = false
  for (let at = 2; at < values.length; at++) {
    const value = values[at] ?? ''
    if (levels.includes(value)) {
      if (level !== undefined || debug) {
        reading.emerg('nginx/invalid-value', `duplicate log level "${value}"`, { at, words: 'A log has one level.' })
        return
      }
      level = value
    } else if (debugLevels.includes(value) && level === undefined) debug = true
    else {
      const meant = nearest(value, levels)
      reading.emerg('nginx/invalid-value', `invalid log level "${value}"`, {
        at,
        words:
          value === 'on' || value === 'off'
            ? `"error_log" takes a file and a level (${levels.join(', ')}): it cannot be switched "${value}".`
            : `"${value}" is no level: those are ${levels.join(', ')}.`,
        fixes: meant ? [replace(reading, at, meant)] : [],
      })
      return
    }
  }
}

const facilities = ['kern', 'user', 'mail', 'daemon', 'auth', 'intern', 'lpr', 'news', 'uucp', 'clock', 'authpriv', 'ftp', 'ntp', 'audit', 'alert', 'cron']
const allFacilities = [...facilities, ...Array.from({ length: 8 }, (_, i) => `local${i}`)]
const severities = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug']

/** `ngx_syslog_process_conf` */
function readSyslog(reading: Reading): boolean {
  const seen = new Set<string>()
  const fail = (server: string, words: string): false => {
    reading.emerg('nginx/invalid-value', server, { at: 1, words })
    return false
  }
  const parts = (reading.values[1] ?? '').slice('syslog:'.length).split(',')
  for (const part of parts) {
    const key = /^(server|facility|severity|tag)=/.exec(part)?.[1]
    if (key === undefined) {
      if (part === 'nohostname') continue
      return fail(`unknown syslog parameter "${part}"`, `"${part}" is no parameter of a syslog target: server=, facility=, severity=, tag= or nohostname.`)
    }
    if (seen.has(key)) return fail(`duplicate syslog "${key}"`, `"${key}" is given twice.`)
    seen.add(key)
    const value = part.slice(key.length + 1)
    if (key === 'server') {
      const address = parseAddress(value, { defaultPort: 514 })
      if (typeof address === 'string') return fail(`${address} in syslog server "${value}"`, `"${value}" is no address of a syslog server.`)
    } else if (key === 'facility' && !allFacilities.includes(value))
      return fail(`unknown syslog facility "${value}"`, `"${value}" is no facility: ${listed(allFacilities)}.`)
    else if (key === 'severity' && !severities.includes(value))
      return fail(`unknown syslog severity "${value}"`, `"${value}" is no severity: ${listed(severities)}.`)
    else if (key === 'tag' && value.length > 32) return fail('syslog tag length exceeds 32', 'A tag has at most 32 characters.')
    else if (key === 'tag' && !/^\w*$/.test(value))
      return fail('syslog "tag" only allows alphanumeric characters and underscore', 'A tag has letters, digits and underscores only.')
  }
  return seen.has('server') ? true : fail('no syslog server specified', 'A syslog target needs its server: syslog:server=unix:/dev/log.')
}

/** `ngx_http_log_set_log`, `ngx_stream_log_set_log` */
export const accessLog: Setter = (reading) => {
  const { values, protocol, state, directive } = reading
  const target = values[1] ?? ''
  if (target === 'off') {
    if (values.length > 2)
      reading.emerg('nginx/invalid-parameter', `invalid parameter "${values[2]}"`, { at: 2, words: '"access_log off" takes nothing more.' })
    return
  }
  const syslog = target.startsWith('syslog:')
  if (syslog) {
    if (!readSyslog(reading)) return
  } else if (hasVariables(target) && !compileScript(reading, 1, target)) return
  const stream = reading.entry.kind === 'stream'
  const format = values[2] ?? 'combined'
  if (stream && values[2] === undefined) {
    reading.emerg('nginx/incomplete', 'log format is not specified', { words: 'In "stream" there is no default format: name one that a "log_format" defines.' })
    return
  }
  if (stream || format !== 'combined') {
    const defined = [...protocol.logFormats].find(([name]) => name.toLowerCase() === format.toLowerCase())
    const known = defined !== undefined && belongTogether(state, defined[1], directive)
    if (!known && state.configuration.context === 'main' && !state.configuration.unread) {
      const parameter = /^(buffer|flush|gzip|if)(=|$)/.test(format)
      const meant = nearest(format, [...protocol.logFormats.keys(), 'combined'])
      reading.emerg('nginx/undefined-name', `unknown log format "${format}"`, {
        at: 2,
        words: parameter
          ? `The second argument is the format's name: write "combined" before "${format}".`
          : `No "log_format ${format}" stands before this line: nginx needs the format to be defined first.`,
        fixes: parameter ? [replace(reading, 2, `combined ${format}`)] : meant ? [replace(reading, 2, meant, `Write "${meant}"`, false)] : [],
      })
      return
    }
  }
  const buffer = readLogParameters(reading)
  if (!buffer) return
  checkLogBuffer(reading, buffer, syslog)
}

interface LogBuffer {
  size: number
  flush: number
  gzip: number
}

function readLogParameters(reading: Reading): LogBuffer | undefined {
  const { values } = reading
  const buffer: LogBuffer = { size: 0, flush: 0, gzip: 0 }
  const fail = (at: number, server: string, words: string): undefined => {
    reading.emerg('nginx/invalid-parameter', server, { at, words })
    return undefined
  }
  for (let at = 3; at < values.length; at++) {
    const value = values[at] ?? ''
    const size = rest('buffer=', value)
    const flush = rest('flush=', value)
    const condition = rest('if=', value)
    if (size !== undefined) {
      buffer.size = parseSize(size) ?? 0
      if (buffer.size === 0) return fail(at, `invalid buffer size "${size}"`, `"${size}" is no size.`)
    } else if (flush !== undefined) {
      buffer.flush = parseTime(flush, 'milliseconds') ?? 0
      if (buffer.flush === 0) return fail(at, `invalid flush time "${flush}"`, `"${flush}" is no time.`)
    } else if (value === 'gzip' || value.startsWith('gzip=')) {
      buffer.size ||= 65536
      const level = value === 'gzip' ? 1 : (parseNumber(value.slice(5)) ?? 0)
      if (level < 1 || level > 9) return fail(at, `invalid compression level "${value.slice(5)}"`, 'Levels of compression are 1 to 9.')
      buffer.gzip = level
    } else if (condition !== undefined) {
      if (!compileValue(reading, at, condition)) return undefined
    } else return fail(at, `invalid parameter "${value}"`, `"${value}" is no parameter of "access_log": those are buffer=, flush=, gzip and if=.`)
  }
  return buffer
}

function checkLogBuffer(reading: Reading, buffer: LogBuffer, syslog: boolean): void {
  const { values, protocol } = reading
  const target = values[1] ?? ''
  if (buffer.flush > 0 && buffer.size === 0) {
    reading.emerg('nginx/incomplete', `no buffer is defined for access_log "${target}"`, { words: '"flush" needs a "buffer".' })
    return
  }
  if (buffer.size === 0) return
  if (syslog) {
    reading.emerg('nginx/conflict', 'logs to syslog cannot be buffered', { words: 'A log that goes to syslog has no buffer.' })
    return
  }
  if (hasVariables(target)) {
    reading.emerg('nginx/conflict', 'buffered logs cannot have variables in name', { at: 1, words: 'A log with a buffer needs a fixed name.' })
    return
  }
  const parameters = `${buffer.size} ${buffer.flush} ${buffer.gzip}`
  const known = protocol.logBuffers.get(target)
  if (known === undefined) protocol.logBuffers.set(target, parameters)
  else if (known !== parameters) {
    reading.emerg('nginx/conflict', `access_log "${target}" already defined with conflicting parameters`, {
      words: `${target} is written elsewhere with another buffer: a file has one.`,
    })
  }
}

/** Variables that exist in log formats alone (`ngx_http_log_vars`). */
const logVariables = new Set(['pipe', 'time_local', 'time_iso8601', 'msec', 'request_time', 'status', 'bytes_sent', 'body_bytes_sent', 'request_length'])

/** `ngx_http_log_set_format` */
export const logFormat: Setter = (reading) => {
  const { values, protocol, directive, state } = reading
  const name = values[1] ?? ''
  const known = protocol.logFormats.get(name)
  if (known ? belongTogether(state, known, directive) : reading.entry.kind !== 'stream' && name === 'combined') {
    reading.emerg('nginx/duplicate', `duplicate "log_format" name "${name}"`, {
      at: 1,
      words: known ? `There is a format "${name}" already.` : '"combined" is built in: choose another name.',
      ...(known ? { related: [{ at: placeOfDirective(known), message: 'the first' }] } : {}),
    })
    return
  }
  protocol.logFormats.set(name, directive)
  let from = 2
  const escaping = rest('escape=', values[2] ?? '')
  if (escaping !== undefined) {
    if (!['json', 'none', 'default'].includes(escaping)) {
      reading.emerg('nginx/invalid-parameter', `unknown log format escaping "${escaping}"`, { at: 2, words: 'Escaping is default, json or none.' })
      return
    }
    from = 3
  }
  for (let at = from; at < values.length; at++) {
    const value = values[at] ?? ''
    for (const { name: variable, fault } of variablesIn(value, 'log format')) {
      if (fault === undefined) {
        if (!logVariables.has(variable)) noteUse(protocol, variable, directive, at)
        continue
      }
      const server = fault === 'invalid variable name' ? `invalid parameter "${value.slice(faultAt(value))}"` : fault
      reading.emerg('nginx/invalid-variable', server, {
        at,
        words: 'A "$" is followed by no name: nginx takes every dollar sign as the beginning of a variable.',
      })
      return
    }
  }
}

/** Where the dollar sign stands that no name follows. */
function faultAt(value: string): number {
  const found = /\$(?!\w|\{\w+\})/.exec(value)
  return found?.index ?? 0
}

/** `ngx_http_log_open_file_cache` and `ngx_http_core_open_file_cache` */
export const openFileCache: Setter = (reading) => {
  const { block, values, directive } = reading
  const name = values[0] ?? ''
  const ofLogs = name === 'open_log_file_cache'
  if (block.slots.has(name)) return 'is duplicate'
  block.slots.set(name, directive)
  let max = 0
  let off = false
  for (let at = 1; at < values.length; at++) {
    const value = values[at] ?? ''
    const most = rest('max=', value)
    const inactive = rest('inactive=', value)
    const minUses = ofLogs ? rest('min_uses=', value) : undefined
    const valid = ofLogs ? rest('valid=', value) : undefined
    let fits = true
    if (most !== undefined) {
      max = parseNumber(most) ?? -1
      fits = ofLogs ? max >= 0 : max > 0
    } else if (inactive !== undefined) fits = parseTime(inactive, 'seconds') !== undefined
    else if (minUses !== undefined) fits = parseNumber(minUses) !== undefined
    else if (valid !== undefined) fits = parseTime(valid, 'seconds') !== undefined
    else if (value === 'off') off = true
    else fits = false
    if (fits) continue
    reading.emerg('nginx/invalid-parameter', `invalid "${name}" parameter "${value}"`, {
      at,
      words: `"${value}" is no parameter of "${name}": it takes off, or max=number and inactive=time${ofLogs ? ', min_uses=number, valid=time' : ''}.`,
    })
    return
  }
  if (!off && max === 0) {
    reading.emerg('nginx/incomplete', ofLogs ? `"${name}" must have "max" parameter` : `"${name}" must have the "max" parameter`, {
      words: `"${name}" needs to know how many files to keep: max=1000.`,
    })
  }
  return undefined
}
