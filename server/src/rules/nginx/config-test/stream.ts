import { setTwice } from './core.ts'
import type { Setter } from './reading.ts'
import { compileValue, hasVariables, noteUse } from './script.ts'
import { listed, slotSetters } from './slots.ts'
import { passTo } from './upstream.ts'
import { defineVariable, variableName } from './variables.ts'

/** `ngx_stream_proxy_pass`, `ngx_stream_pass` */
export const streamPass: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  reading.block.slots.set('handler', reading.directive)
  const value = reading.values[1] ?? ''
  if (hasVariables(value)) return void compileValue(reading, 1)
  passTo(reading, 1, value, {})
  return undefined
}

/** `ngx_stream_return` */
export const streamReturn: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  reading.block.slots.set('handler', reading.directive)
  return void compileValue(reading, 1)
}

/** `ngx_stream_set` */
export const streamSet: Setter = (reading) => {
  const name = variableName(reading, 1)
  if (name === undefined || !defineVariable(reading, name, 1)) return
  noteUse(reading.protocol, name, reading.directive, 1)
  compileValue(reading, 2)
}

/** `ngx_stream_ssl_alpn` */
export const alpn: Setter = (reading) => {
  if (setTwice(reading)) return 'is duplicate'
  return reading.values.slice(1).some((value) => value.length > 255) ? 'protocol too long' : undefined
}

const protocols = ['imap', 'pop3', 'smtp']

/** `ngx_mail_core_protocol` */
export const mailProtocol: Setter = (reading) => {
  reading.block.slots.set('protocol', reading.directive)
  const value = reading.values[1] ?? ''
  if (!protocols.includes(value))
    reading.emerg('nginx/invalid-value', `unknown protocol "${value}"`, { at: 1, words: `"${value}" is no protocol of mail: ${listed(protocols)}.` })
}

/** `ngx_mail_ssl_enable`, `ngx_mail_ssl_starttls` */
export const mailSsl: Setter = (reading) => {
  const [name = '', value = ''] = reading.values
  if (name === 'ssl' && !/^(on|off)$/i.test(value)) return slotSetters.flag?.(reading)
  if (name === 'starttls' && !reading.entry.values?.some((each) => each.toLowerCase() === value.toLowerCase())) return slotSetters.enum?.(reading)
  if (value.toLowerCase() === 'off') return
  const other = name === 'ssl' ? 'starttls' : 'ssl'
  reading.block.slots.set(`${name} used`, reading.directive)
  if (!reading.block.slots.has(`${other} used`)) return
  const server = name === 'ssl' ? '"starttls" directive conflicts with "ssl on"' : '"ssl" directive conflicts with "starttls"'
  reading.emerg('nginx/conflict', server, { words: '"ssl on" begins with TLS, "starttls" without: a server has one of them.' })
}
