import { parseNumber, parseOffset, parseSize, parseTime } from '../../../catalog/nginx/values.ts'
import { setTwice } from './core.ts'
import type { Reading, Setter } from './reading.ts'
import { rest } from './reading.ts'
import { compileScript, compileValue, hasVariables, noteUse } from './script.ts'
import { replace } from './slots.ts'
import { defineVariable, variableName } from './variables.ts'

/** `ngx_http_core_error_page` */
export const errorPage: Setter = (reading) => {
  const { values } = reading
  const last = values.length - 1
  const invalid = (at: number, words: string): void => reading.emerg('nginx/invalid-value', `invalid value "${values[at]}"`, { at, words })
  let end = last
  const before = values[last - 1] ?? ''
  if (before.startsWith('=')) {
    if (last - 1 === 1) return void invalid(1, 'A status code must stand before the "=".')
    if (before.length > 1 && parseNumber(before.slice(1)) === undefined) return void invalid(last - 1, `"${before}" is no "=" followed by a status code.`)
    end = last - 1
  }
  if (!compileValue(reading, last)) return
  for (let at = 1; at < end; at++) {
    const status = parseNumber(values[at] ?? '')
    if (status === undefined || status === 499) return void invalid(at, `"${values[at]}" is no status code that "error_page" takes.`)
    if (status < 300 || status > 599) {
      reading.emerg('nginx/invalid-value', `value "${values[at]}" must be between 300 and 599`, {
        at,
        words: `"error_page" takes codes from 300 to 599; ${values[at]} is none.`,
      })
      return
    }
  }
  return undefined
}

/** `ngx_http_core_keepalive`: `keepalive_timeout time [time]` */
export const keepaliveTimeout: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const { values } = reading
  if (parseTime(values[1] ?? '', 'milliseconds') === undefined) return 'invalid value'
  if (values.length === 3 && parseTime(values[2] ?? '', 'seconds') === undefined) return 'invalid value'
  return undefined
}

/** `ngx_http_core_directio` */
export const directio: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const value = reading.values[1] ?? ''
  return value === 'off' || parseOffset(value) !== undefined ? undefined : 'invalid value'
}

/** `ngx_http_core_set_aio` */
export const aio: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const value = reading.values[1] ?? ''
  const pool = rest('threads=', value)
  if (pool !== undefined) return void compileValue(reading, 1, pool)
  return value === 'off' || value === 'on' || value === 'threads' ? undefined : 'invalid value'
}

/** `ngx_http_disable_symlinks` */
export const disableSymlinks: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const { values } = reading
  let mode = ''
  let from = false
  for (let at = 1; at < values.length; at++) {
    const value = values[at] ?? ''
    const prefix = rest('from=', value)
    if (value === 'off' || value === 'on' || value === 'if_not_owner') mode = value
    else if (prefix !== undefined) {
      if (!compileValue(reading, at, prefix)) return
      from = true
    } else {
      reading.emerg('nginx/invalid-parameter', `invalid parameter "${value}"`, {
        at,
        words: `"disable_symlinks" takes off, on or if_not_owner, and from=path.`,
      })
      return
    }
  }
  if (mode === '') {
    reading.emerg('nginx/incomplete', '"disable_symlinks" must have "off", "on" or "if_not_owner" parameter', {
      words: '"disable_symlinks" needs off, on or if_not_owner.',
    })
  } else if (values.length > 2 && !from) {
    reading.emerg('nginx/duplicate', `duplicate parameters "${values[1]} ${values[2]}"`, { words: 'Only one of off, on and if_not_owner can be given.' })
  } else if (values.length > 2 && mode === 'off') {
    reading.emerg('nginx/conflict', '"from=" cannot be used with "off" parameter', { words: '"from=" has no meaning with "off".' })
  }
  return undefined
}

/** `ngx_http_headers_expires` */
export const expires: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const { values } = reading
  const modified = values.length === 3
  if (modified && values[1] !== 'modified') return 'invalid value'
  const at = modified ? 2 : 1
  const value = values[at] ?? ''
  if (hasVariables(value)) return void compileValue(reading, at)
  if (!modified && (value === 'epoch' || value === 'max' || value === 'off')) return
  const daily = value.startsWith('@')
  if (daily && modified) return 'daily time cannot be used with "modified" parameter'
  const time = parseTime(value.replace(/^[@+-]/, ''), 'seconds')
  if (time === undefined) return 'invalid value'
  return daily && time > 86_400 ? 'daily time value must be less than 24 hours' : undefined
}

/** `ngx_http_headers_add`: `add_header name value [always]` */
export const addHeader: Setter = (reading) => {
  const { values } = reading
  if (!compileValue(reading, 2)) return
  if (values.length === 3 || values[3] === 'always') return
  // The value of a header has spaces: without quotes each word is an argument.
  const semantic = /[;,:=]$|-/.test(values[2] ?? '')
  reading.emerg('nginx/invalid-parameter', `invalid parameter "${values[3]}"`, {
    at: 3,
    words: `Behind name and value "${values[0]}" takes only "always"${semantic ? ': a value with spaces needs quotes' : ''}.`,
    fixes: quoteFix(reading),
  })
}

function quoteFix(reading: Reading) {
  const { args, source } = reading.directive
  const first = args[1]
  const last = args[2]
  if (!first || !last || first.quote || last.quote || source.text.slice(first.start, last.end).includes('"')) return []
  return [
    {
      title: 'Quote the value',
      safe: false,
      edits: [{ path: source.path, start: first.start, end: last.end, newText: `"${source.text.slice(first.start, last.end)}"` }],
    },
  ]
}

/** `ngx_http_index_set_index` */
export const index: Setter = (reading) => {
  const { values } = reading
  for (let at = 1; at < values.length; at++) {
    const value = values[at] ?? ''
    if (value.startsWith('/') && at !== values.length - 1) {
      reading.warn('nginx/ignored', 'only the last index in "index" directive should be absolute', {
        at,
        words: `An index that begins with "/" always fits: what follows "${value}" is never tried.`,
      })
    }
    if (value === '') {
      reading.emerg('nginx/invalid-value', `index "${values[1]}" in "index" directive is invalid`, { at, words: 'An index needs a name.' })
      return
    }
    if (value.includes('$') && !compileScript(reading, at, value)) return
  }
}

/** `ngx_http_try_files` */
export const tryFiles: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const { values } = reading
  const last = values.length - 1
  for (let at = 1; at <= last; at++) {
    const value = values[at] ?? ''
    if (value.includes('$') && !compileScript(reading, at, value.endsWith('/') && at < last ? value.slice(0, -1) : value)) return
  }
  const code = rest('=', values[last] ?? '')
  const number = code === undefined ? 0 : parseNumber(code)
  if (number === undefined || number > 999) {
    reading.emerg('nginx/invalid-value', `invalid code "${values[last]}"`, { at: last, words: `"${values[last]}" is no "=" followed by a status code.` })
  }
  return undefined
}

/** `ngx_http_auth_basic_user_file` */
export const valueOnce: Setter = (reading) => (setTwice(reading) ? 'is duplicate' : void compileValue(reading, 1))

/** `ngx_http_auth_request` */
export const once: Setter = (reading) => (setTwice(reading) ? 'is duplicate' : undefined)

/** `ngx_http_auth_request_set` */
export const authRequestSet: Setter = (reading) => {
  const name = variableName(reading, 1)
  if (name === undefined || !defineVariable(reading, name, 1)) return
  noteUse(reading.protocol, name, reading.directive, 1)
  compileValue(reading, 2)
}

/** `ngx_http_sub_filter` */
export const subFilter: Setter = (reading) => {
  if (reading.values[1] === '') {
    reading.emerg('nginx/invalid-value', 'empty search pattern', { at: 1, words: 'An empty text cannot be searched for.' })
    return
  }
  if (compileValue(reading, 1)) compileValue(reading, 2)
}

/** `ngx_http_mirror` */
export const mirror: Setter = (reading) => {
  const { block, values, directive } = reading
  if (values[1] === 'off') {
    if (block.slots.has('mirror')) return 'is duplicate'
    block.slots.set('mirror off', directive)
    return
  }
  if (block.slots.has('mirror off')) return 'is duplicate'
  block.slots.set('mirror', directive)
  return undefined
}

/** `ngx_http_set_charset_slot` */
export const charset: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const value = reading.values[1] ?? ''
  if (value.startsWith('$')) noteUse(reading.protocol, value.slice(1), reading.directive, 1)
  return undefined
}

/** `ngx_http_v2_push` */
export const http2Push: Setter = (reading) => {
  const { block, values, directive } = reading
  const off = block.slots.has('http2_push off')
  if (values[1] === 'off') {
    if (block.slots.has('http2_push')) return '"off" parameter cannot be used with URI'
    if (off) return 'is duplicate'
    block.slots.set('http2_push off', directive)
    return
  }
  if (off) return 'URI cannot be used with "off" parameter'
  block.slots.set('http2_push', directive)
  return void compileValue(reading, 1)
}

/** `ngx_http_perl` */
export const perl: Setter = (reading) => {
  if (setTwice(reading)) reading.emerg('nginx/duplicate', `duplicate perl handler "${reading.values[1]}"`, { words: 'A location has one Perl handler.' })
}

/** `ngx_http_perl_set` */
export const perlSet: Setter = (reading) => {
  const name = variableName(reading, 1)
  if (name !== undefined) defineVariable(reading, name, 1)
}

/** `ngx_http_userid_expires` */
export const useridExpires: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const value = reading.values[1] ?? ''
  return value === 'max' || value === 'off' || parseTime(value, 'seconds') !== undefined ? undefined : 'invalid value'
}

/** `ngx_http_userid_mark` */
export const useridMark: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const value = reading.values[1] ?? ''
  return value === 'off' || /^[0-9A-Za-z=]$/.test(value) ? undefined : 'value must be "off" or a single letter, digit or "="'
}

const browsers = ['gecko', 'konqueror', 'msie', 'opera', 'safari']

/** `ngx_http_modern_browser` */
export const modernBrowser: Setter = (reading) => {
  const { values } = reading
  if (values.length === 2) {
    // nginx fails here without a word of its own.
    if (values[1] !== 'unlisted')
      reading.emerg('nginx/invalid-parameter', 'configuration file test failed', {
        at: 1,
        noLine: true,
        words: '"modern_browser" takes a browser and a version, or "unlisted".',
      })
    return
  }
  if (!browsers.includes((values[1] ?? '').toLowerCase())) {
    reading.emerg('nginx/invalid-value', `unknown browser name "${values[1]}"`, { at: 1, words: `Browsers are ${browsers.join(', ')}.` })
  } else if (!/^[\d.]*$/.test(values[2] ?? '')) {
    reading.emerg('nginx/invalid-value', `invalid browser version "${values[2]}"`, { at: 2, words: 'A version is made of digits and dots.' })
  }
}

/** `ngx_http_image_filter` */
export const imageFilter: Setter = (reading) => {
  const { values } = reading
  const invalid = (at: number): void =>
    reading.emerg('nginx/invalid-parameter', `invalid parameter "${values[at]}"`, {
      at,
      words: '"image_filter" takes off, test, size, rotate 90|180|270, resize width height or crop width height.',
    })
  const [, kind = ''] = values
  if (values.length === 2) return /^(off|test|size)$/.test(kind) ? undefined : void invalid(1)
  if (values.length === 3) {
    if (kind !== 'rotate') return void invalid(1)
    const angle = values[2] ?? ''
    if (!compileValue(reading, 2)) return
    return hasVariables(angle) || /^(90|180|270)$/.test(angle) ? undefined : void invalid(2)
  }
  if (kind !== 'resize' && kind !== 'crop') return void invalid(1)
  for (const at of [2, 3]) {
    const size = values[at] ?? ''
    if (!compileValue(reading, at)) return
    if (!hasVariables(size) && size !== '-' && (parseNumber(size) ?? 0) === 0) return void invalid(at)
  }
  return undefined
}

/** `ngx_http_image_filter_jpeg_quality` and its kin */
export const imageNumber: Setter = (reading) => {
  const value = reading.values[1] ?? ''
  if (!compileValue(reading, 1) || hasVariables(value)) return
  // `ngx_http_image_filter_value`: what is no number counts as 0, which sharpening takes.
  const refused = reading.values[0] === 'image_filter_sharpen' ? value === '-' : (parseNumber(value) ?? 0) === 0
  if (refused) reading.emerg('nginx/invalid-value', `invalid value "${value}"`, { at: 1, words: `"${value}" is no number.` })
}

/** `ngx_http_degradation` */
export const degradation: Setter = (reading) => {
  const value = reading.values[1] ?? ''
  const size = rest('sbrk=', value)
  if (size === undefined) reading.emerg('nginx/invalid-parameter', `invalid parameter "${value}"`, { at: 1, words: '"degradation" takes sbrk=size.' })
  else if (parseSize(size) === undefined) reading.emerg('nginx/invalid-parameter', `invalid sbrk size "${value}"`, { at: 1, words: `"${size}" is no size.` })
}

/** `ngx_http_geoip_country` and its kin */
export const geoip: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const { values } = reading
  if (values.length === 3 && values[2] !== 'utf8') {
    reading.emerg('nginx/invalid-parameter', `invalid parameter "${values[2]}"`, {
      at: 2,
      words: 'Behind the file only "utf8" may stand.',
      fixes: [replace(reading, 2, 'utf8', undefined, false)],
    })
  }
  return undefined
}

/** Every argument is a value with variables; nothing else is known of the directive. */
export const values: Setter = (reading) => {
  for (let at = 1; at < reading.values.length; at++) if (!compileValue(reading, at)) return
}

/** Directives that take any number of plain words. */
export const anything: Setter = () => undefined
