import { isAddressWithPort } from '../../../catalog/nginx/address.ts'
import { parseCidr, parseTime } from '../../../catalog/nginx/values.ts'
import { checkRegex, compileRegex } from './patterns.ts'
import type { Reading, Setter } from './reading.ts'
import { compileScript, compileValue, hasVariables } from './script.ts'
import { compiledAtEnd } from './slots.ts'
import { useZone } from './zones.ts'

/** `ngx_http_proxy_redirect` */
export const proxyRedirect: Setter = (reading) => {
  const { block, values, directive } = reading
  if (block.slots.has('proxy_redirect off')) return 'is duplicate'
  if (values.length === 2) {
    if (values[1] === 'off') {
      if (block.slots.has('proxy_redirect')) return 'is duplicate'
      block.slots.set('proxy_redirect off', directive)
      return
    }
    if (values[1] !== 'default') {
      reading.emerg('nginx/invalid-parameter', `invalid parameter "${values[1]}"`, {
        at: 1,
        words: '"proxy_redirect" takes "off", "default", or two texts: what to replace and what to write for it.',
      })
      return
    }
    block.slots.set('proxy_redirect', directive)
    if (block.slots.has('proxy_pass variables')) {
      reading.emerg('nginx/conflict', '"proxy_redirect default" cannot be used with "proxy_pass" directive with variables', {
        words: 'With variables in "proxy_pass" nginx does not know the address that "default" stands for.',
      })
    } else if (!block.slots.has('proxy_pass')) {
      reading.emerg('nginx/conflict', '"proxy_redirect default" should be placed after the "proxy_pass" directive', {
        words: '"proxy_redirect default" uses the address of "proxy_pass", which must stand before it in the same block.',
      })
    }
    return
  }
  block.slots.set('proxy_redirect', directive)
  rewritePattern(reading, 1)
}

/** A pattern to be replaced: a text or, after `~`, a regular expression; then its replacement. */
function rewritePattern(reading: Reading, at: number): void {
  const value = reading.values[at] ?? ''
  const compiled = value.startsWith('~') ? compileRegex(reading, at, value.slice(value.charAt(1) === '*' ? 2 : 1)) !== undefined : compileValue(reading, at)
  if (compiled) compileValue(reading, at + 1)
}

/** `ngx_http_proxy_cookie_domain`, `ngx_http_proxy_cookie_path` */
export const proxyCookie: Setter = (reading) => {
  const { block, values, directive } = reading
  const name = values[0] ?? ''
  if (block.slots.has(`${name} off`)) return 'is duplicate'
  if (values.length === 2) {
    if (values[1] !== 'off') {
      reading.emerg('nginx/invalid-parameter', `invalid parameter "${values[1]}"`, {
        at: 1,
        words: `"${name}" takes "off", or two texts: what to replace and what to write for it.`,
      })
      return
    }
    if (block.slots.has(name)) return 'is duplicate'
    block.slots.set(`${name} off`, directive)
    return
  }
  block.slots.set(name, directive)
  rewritePattern(reading, 1)
}

/** `ngx_http_proxy_cookie_flags` */
export const proxyCookieFlags: Setter = (reading) => {
  const { block, values, directive } = reading
  if (block.slots.has('proxy_cookie_flags off')) return 'is duplicate'
  if (values.length === 2) {
    if (values[1] !== 'off') {
      reading.emerg('nginx/invalid-parameter', `invalid parameter "${values[1]}"`, {
        at: 1,
        words: '"proxy_cookie_flags" takes "off", or a cookie and its flags.',
      })
      return
    }
    if (block.slots.has('proxy_cookie_flags')) return 'is duplicate'
    block.slots.set('proxy_cookie_flags off', directive)
    return
  }
  block.slots.set('proxy_cookie_flags', directive)
  const cookie = values[1] ?? ''
  if (cookie.startsWith('~') ? !compileRegex(reading, 1, cookie.slice(1)) : !compileValue(reading, 1)) return
  for (let at = 2; at < values.length; at++) if (!compileValue(reading, at)) return
  return undefined
}

/** `ngx_http_proxy_store` and those of the other protocols */
export const store: Setter = (reading) => {
  const { block, values, directive } = reading
  const name = values[0] ?? ''
  const cache = name.replace('_store', '_cache')
  if (block.slots.has(name)) return 'is duplicate'
  block.slots.set(name, directive)
  if (values[1] === 'off') return
  if (block.slots.has(`${cache} on`)) return `is incompatible with "${cache}"`
  block.slots.set(`${name} on`, directive)
  if (values[1] !== 'on') compileScript(reading, 1, values[1] ?? '')
  return undefined
}

/** `ngx_http_proxy_cache` and those of the other protocols */
export const cache: Setter = (reading) => {
  const { block, values, directive } = reading
  const name = values[0] ?? ''
  const storeName = name.replace('_cache', '_store')
  if (block.slots.has(name)) return 'is duplicate'
  block.slots.set(name, directive)
  if (values[1] === 'off') return
  if (block.slots.has(`${storeName} on`)) return `is incompatible with "${storeName}"`
  block.slots.set(`${name} on`, directive)
  const value = values[1] ?? ''
  if (hasVariables(value)) return void compileValue(reading, 1)
  useZone(reading, 1, value, `cache ${name.replace('_cache', '')}`)
  return undefined
}

/** `ngx_http_proxy_cache_purge_conf` of ngx_cache_purge, and those of the other protocols: `on|off|method [from all|address…]`, or `zone key` */
export const cachePurge: Setter = (reading) => {
  const { block, values, directive } = reading
  const name = values[0] ?? ''
  if (block.slots.has(name)) return 'is duplicate'
  block.slots.set(name, directive)
  if (values.length === 3) {
    if (block.context === 'http' || block.context === 'server') return '(separate location syntax) is not allowed here'
    const protocol = name.replace('_cache_purge', '')
    for (const [slot, other] of [
      [`${protocol}_cache on`, 'cache'],
      [`${protocol}_pass`, 'pass'],
      [`${protocol}_store on`, 'store'],
    ] as const) {
      if (block.slots.has(slot)) return `is incompatible with "${protocol}_${other}"`
    }
    block.slots.set(`${protocol}_cache on`, directive)
    if (!compileValue(reading, 1)) return
    const zone = values[1] ?? ''
    if (!hasVariables(zone)) useZone(reading, 1, zone, `cache ${protocol}`)
    return void compileValue(reading, 2)
  }
  if (values.length < 4 || values[1] === 'off') return
  if (values[2] !== 'from') {
    reading.emerg('nginx/invalid-parameter', `invalid parameter "${values[2]}", expected "from" keyword`, {
      at: 2,
      words: `Behind the method "${name}" takes "from" and addresses.`,
    })
    return
  }
  if (values[3] === 'all') return
  for (let at = 3; at < values.length; at++) {
    if (parseCidr(values[at] ?? '')) continue
    reading.emerg('nginx/invalid-parameter', `invalid parameter "${values[at]}"`, { at, words: `"${values[at]}" is no address and no network.` })
    return
  }
  return undefined
}

/** headers-more (`ngx_http_headers_more_parse_directive`): headers and the options that each directive has. */
export const moreHeaders: Setter = (reading) => {
  const { values } = reading
  const name = values[0] ?? ''
  const withArgument = name.endsWith('_input_headers') ? ['-t'] : ['-t', '-s']
  const alone = name === 'more_set_input_headers' ? ['-r'] : name === 'more_set_headers' ? ['-a'] : []
  const fail = (at: number, server: string, words: string): void => reading.emerg('nginx/invalid-parameter', `${name}: ${server}`, { at, noLine: true, words })
  for (let at = 1; at < values.length; at++) {
    const value = values[at] ?? ''
    if (withArgument.includes(value) && at < values.length - 1) {
      at++
      const list = values[at] ?? ''
      const wrong = value === '-s' ? /[^\d\s]/.exec(list)?.[0] : undefined
      if (wrong !== undefined)
        return fail(at, `invalid digit "${wrong}" found in the status code list "${list}"`, 'Status codes are numbers with spaces between.')
    } else if (value.startsWith('-') && !alone.includes(value)) {
      const server = withArgument.includes(value) ? `option ${value} takes an argument.` : `invalid option name: "${value}"`
      return fail(at, server, `"${value}" is no option of "${name}": it has ${[...withArgument, ...alone].join(' and ')}, and else headers.`)
    } else {
      const colon = value.indexOf(':')
      const key = (colon < 0 ? value : value.slice(0, colon)).trim()
      if (key === '*') return fail(at, `wildcard key too short: ${value}`, 'A "*" needs the beginning of a header before it.')
      if (colon >= 0 && !name.includes('clear') && !compileValue(reading, at, value.slice(colon + 1))) return
    }
  }
}

/** `ngx_http_file_cache_valid_set_slot` */
export const cacheValid: Setter = (reading) => {
  const { values } = reading
  const last = values.length - 1
  if (parseTime(values[last] ?? '', 'seconds') === undefined) {
    reading.emerg('nginx/invalid-value', `invalid time value "${values[last]}"`, {
      at: last,
      words: `"${values[0]}" ends with a time; "${values[last]}" is none.`,
    })
    return
  }
  for (let at = 1; at < last; at++) {
    const value = values[at] ?? ''
    if (value === 'any') continue
    const status = /^\d+$/.test(value) ? Number(value) : -1
    if (status >= 100 && status <= 599) continue
    reading.emerg('nginx/invalid-value', `invalid status "${value}"`, { at, words: `"${value}" is no status between 100 and 599, nor "any".` })
    return
  }
}

/** `ngx_http_upstream_bind_set_slot`, `ngx_stream_proxy_bind` */
export const bind: Setter = (reading) => {
  const { block, values, directive } = reading
  const name = values[0] ?? ''
  if (block.slots.has(name)) return 'is duplicate'
  block.slots.set(name, directive)
  const value = values[1] ?? ''
  if (values.length === 2 && value === 'off') return
  if (!compileValue(reading, 1)) return
  if (!hasVariables(value) && !isAddressWithPort(value)) {
    reading.emerg('nginx/invalid-address', `invalid address "${value}"`, { at: 1, words: `"${name}" takes an IP address, not a name.` })
    return
  }
  if (values.length > 2 && values[2] !== 'transparent') {
    reading.emerg('nginx/invalid-parameter', `invalid parameter "${values[2]}"`, { at: 2, words: `Behind the address "${name}" takes only "transparent".` })
  }
  return undefined
}

/** `ngx_http_upstream_param_set_slot`: `fastcgi_param name value [if_not_empty]` */
export const param: Setter = (reading) => {
  const { values } = reading
  if (values.length === 4 && values[3] !== 'if_not_empty') {
    reading.emerg('nginx/invalid-parameter', `invalid parameter "${values[3]}"`, {
      at: 3,
      words: `Behind name and value "${values[0]}" takes only "if_not_empty".`,
    })
    return
  }
  compiledAtEnd(reading)
}

/** `ngx_http_fastcgi_split_path_info` */
export const splitPathInfo: Setter = (reading) => {
  const pattern = reading.values[1] ?? ''
  const compiled = checkRegex(reading, 1, pattern)
  if (compiled && compiled.captures !== 2) {
    reading.emerg('nginx/invalid-regex', `pattern "${pattern}" must have 2 captures`, {
      at: 1,
      words: `The pattern has ${compiled.captures} captures and needs two: the script's name and the path behind it.`,
    })
  }
}
