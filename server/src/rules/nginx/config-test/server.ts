import { checkRegex, compileRegex } from './patterns.ts'
import type { Reading, Setter } from './reading.ts'
import { removeArgument, replace } from './slots.ts'

/** `ngx_http_core_server_name`, and that of stream, which is the same but for where its names go */
export const serverName: Setter = (reading) => {
  for (let at = 1; at < reading.values.length; at++) {
    const name = reading.values[at] ?? ''
    if ((name.startsWith('*') && (name.length < 3 || name.charAt(1) !== '.')) || name === '.') {
      const whole = name === '*'
      reading.emerg('nginx/invalid-value', `server name "${name}" is invalid`, {
        at,
        words: whole
          ? '"*" is no server name: a server for all other names is the one with "default_server" in its "listen" (and server_name _).'
          : `"${name}" is no server name: a wildcard is "*." before a domain or ".*" behind one.`,
        fixes: whole ? [replace(reading, at, '_', 'Write "_"', false)] : [],
      })
      return
    }
    if (name.includes('/')) {
      const host = /^[a-z]+:\/\/([^/]+)\/?$/i.exec(name)?.[1]
      reading.warn('nginx/ignored', `server name "${name}" has suspicious symbols`, {
        at,
        words: `A server name is a host alone: with "/" in it this one matches no request.`,
        fixes: host ? [replace(reading, at, host)] : [],
      })
    }
    if (!name.startsWith('~')) continue
    if (name === '~') {
      reading.emerg('nginx/invalid-value', `empty regex in server name "${name}"`, { at, words: 'A regular expression must follow the "~".' })
      return
    }
    if (!compileRegex(reading, at, name.slice(1))) return
  }
}

/** `ngx_http_valid_referers` */
export const validReferers: Setter = (reading) => {
  for (let at = 1; at < reading.values.length; at++) {
    const value = reading.values[at] ?? ''
    if (value === '') {
      reading.emerg('nginx/invalid-value', `invalid referer "${value}"`, {
        at,
        words: 'An empty referer is none.',
        fixes: [removeArgument(reading, at, 'Remove the empty text')],
      })
      return
    }
    if (value === 'none' || value === 'blocked' || value === 'server_names') continue
    if (value.startsWith('~')) {
      if (value === '~') {
        reading.emerg('nginx/invalid-value', `empty regex in "${value}"`, { at, words: 'A regular expression must follow the "~".' })
        return
      }
      if (!checkRegex(reading, at, value.slice(1))) return
      continue
    }
    const slash = value.indexOf('/')
    const host = slash < 0 ? value : value.slice(0, slash)
    if (!isHostOrWildcard(host)) {
      reading.emerg('nginx/invalid-value', `invalid hostname or wildcard "${host}"`, { at, words: `"${host}" is neither a host nor a wildcard.` })
      return
    }
    if (!reading.block.slots.has(`referer ${host.toLowerCase()}`)) reading.block.slots.set(`referer ${host.toLowerCase()}`, reading.directive)
    else {
      reading.emerg('nginx/duplicate', `conflicting parameter "${host}"`, {
        at,
        words: `"${host}" is among the referers already.`,
        fixes: [removeArgument(reading, at)],
      })
      return
    }
  }
}

/** `ngx_hash_add_key` with NGX_HASH_WILDCARD_KEY: one star at most, at one end, next to a dot. */
export function isHostOrWildcard(name: string): boolean {
  const stars = name.split('*').length - 1
  if (stars > 1 || name.includes('..') || name.includes('\0')) return false
  if (name.length > 1 && name.startsWith('.')) return true
  if (stars === 0) return true
  return name.length > 2 && (name.startsWith('*.') || name.endsWith('.*'))
}

/** `ngx_http_gzip_disable` */
export const gzipDisable: Setter = (reading: Reading) => {
  for (let at = 1; at < reading.values.length; at++) {
    const value = reading.values[at] ?? ''
    if (value === 'msie6' || value === 'degradation') continue
    if (!checkRegex(reading, at, value)) return
  }
}
