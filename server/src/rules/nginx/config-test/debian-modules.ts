import { parseSize, parseTime } from '../../../catalog/nginx/values.ts'
import { setTwice } from './core.ts'
import { type Reading, rest, type Setter } from './reading.ts'
import { listed } from './slots.ts'
import { defineZone, leastZone, useZone } from './zones.ts'

// Modules that Debian's nginx-extras brings beside nginx's own.

/** `ngx_http_dav_ext_lock_zone`: `zone=name:size [timeout=time]` */
export const davLockZone: Setter = (reading) => {
  const { values } = reading
  const fail = (at: number, server: string, words: string): void => reading.emerg('nginx/invalid-parameter', server, { at, words })
  let name = ''
  let size = 0
  for (let at = 1; at < values.length; at++) {
    const value = values[at] ?? ''
    const zone = rest('zone=', value)
    const timeout = rest('timeout=', value)
    if (zone !== undefined) {
      const colon = zone.indexOf(':')
      const parsed = colon < 0 ? undefined : parseSize(zone.slice(colon + 1))
      if (parsed === undefined) return fail(at, `invalid zone size "${value}"`, 'A zone is written zone=name:size.')
      if (parsed < leastZone) return fail(at, `zone "${value}" is too small`, 'A zone has at least 32k.')
      name = zone.slice(0, colon)
      size = parsed
    } else if (timeout === undefined) return fail(at, `invalid parameter "${value}"`, `"${value}" is no parameter of "dav_ext_lock_zone".`)
    else if ((parseTime(timeout, 'seconds') ?? 0) === 0) return fail(at, `invalid timeout value "${value}"`, `"${timeout}" is no time.`)
  }
  if (name === '')
    reading.emerg('nginx/incomplete', '"dav_ext_lock_zone" must have "zone" parameter', { words: '"dav_ext_lock_zone" needs its zone: zone=name:size.' })
  else defineZone(reading, 1, name, size, 'dav_ext_lock http')
}

/** `ngx_http_dav_ext_lock`: `zone=name` */
export const davLock: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  const value = reading.values[1] ?? ''
  const zone = rest('zone=', value)
  if (zone === undefined) reading.emerg('nginx/invalid-parameter', `invalid parameter "${value}"`, { at: 1, words: '"dav_ext_lock" takes zone=name.' })
  else useZone(reading, 1, zone, 'dav_ext_lock http')
  return undefined
}

const progress = 'upload-progress http'

/** `ngx_http_upload_progress`: `name size` */
export const uploadProgress: Setter = (reading) => {
  const [, name = '', text = ''] = reading.values
  const size = parseSize(text)
  if (size === undefined) reading.emerg('nginx/invalid-value', `invalid size of track_uploads "${text}"`, { at: 2, words: `"${text}" is no size.` })
  else if (size < leastZone) reading.emerg('nginx/invalid-value', `track_uploads "${name}" is too small`, { at: 2, words: 'A zone has at least 32k.' })
  else defineZone(reading, 1, name, size, progress)
}

/** `ngx_http_report_uploads` */
export const reportUploads: Setter = (reading) => void useZone(reading, 1, reading.values[1] ?? '', progress)

/** `ngx_http_track_uploads`: `zone timeout`, behind what handles the location */
export const trackUploads: Setter = (reading) => {
  const { values, block, directive } = reading
  const [, name = '', timeout = ''] = values
  useZone(reading, 1, name, progress)
  if (parseTime(timeout, 'seconds') === undefined) {
    reading.emerg('nginx/invalid-value', `track_uploads "${name}" timeout value invalid`, { at: 2, words: `"${timeout}" is no time.` })
    return
  }
  const before = block.directive?.children.filter((child) => child.order < directive.order) ?? []
  const handled = before.some((child) => /_pass$|^echo|by_lua|^(stub_status|empty_gif|flv|mp4|perl|grpc_pass|nchan|push)/.test(child.name))
  return block.directive && !handled ? 'track_upload should be the last directive in the location, after either proxy_pass or fastcgi_pass' : undefined
}

const states = ['starting', 'error', 'done', 'uploading']

/** `ngx_http_upload_progress_template` */
export const uploadTemplate: Setter = (reading) => {
  const state = reading.values[1] ?? ''
  if (!states.includes(state))
    reading.emerg('nginx/invalid-value', `unknown state "${state}"`, { at: 1, words: `"${state}" is no state of an upload: ${listed(states)}.` })
}

/** `ngx_http_upstream_fair` */
export const fair: Setter = (reading: Reading) => {
  for (let at = 1; at < reading.values.length; at++) {
    const value = reading.values[at] ?? ''
    if (/^(no_rr|weight_mode=(peak|idle))$/.test(value)) continue
    reading.emerg('nginx/invalid-parameter', `Invalid \`fair' parameter \`${value}'`, { at, words: '"fair" takes no_rr and weight_mode=peak|idle.' })
    return
  }
}

/** `ngx_http_upstream_fair_set_shm_size` */
export const fairSize: Setter = (reading) => {
  const value = reading.values[1] ?? ''
  if (parseSize(value) === undefined) reading.emerg('nginx/invalid-value', `Invalid memory area size \`${value}'`, { at: 1, words: `"${value}" is no size.` })
}
