import { lowerCase } from './bytes.ts'
import { serverNameOf, serverPortOf } from './core.ts'
import { word } from './dir-config.ts'
import { type Exchange, note, type Verdict } from './exchange.ts'
import { serverEntry } from './servers.ts'

/** `modules/mappers/mod_vhost_alias.c`: a document root made of the name or address that is asked for. */
export function translateVirtualRoot(r: Exchange): Verdict {
  if (!r.world.has('vhost_alias_module')) return 'declined'
  const scripts = serverEntry(r.server, 'virtualscriptalias') ?? serverEntry(r.server, 'virtualscriptaliasip')
  const at = scripts ? r.uri.indexOf('cgi-bin/') : -1
  const isScript = at >= 0 && at === (/^\/*/.exec(r.uri)?.[0].length ?? 0)
  const entry = isScript ? scripts : (serverEntry(r.server, 'virtualdocumentroot') ?? serverEntry(r.server, 'virtualdocumentrootip'))
  if (!entry || (!isScript && !r.uri.startsWith('/'))) return 'declined'
  const map = word(entry.directive, 0)
  if (lowerCase(map) === 'none') return 'declined'
  const name = entry.directive.name.endsWith('ip') ? r.world.request.connect.address : serverNameOf(r)
  const root = interpolate(map, name, serverPortOf(r)).replace(/\/$/, '')
  r.filename = root + (isScript ? r.uri.slice(at + 'cgi-bin'.length) : r.uri)
  r.contextRoot = root
  r.documentRoot = root
  if (isScript) {
    r.handler = 'cgi-script'
    r.notes.set('alias-forced-type', 'cgi-script')
    r.contextPrefix = '/cgi-bin'
  }
  note(r, 'translate', 'decided', `for ${name}, ${r.uri} is ${r.filename}`, entry.directive)
  return 'ok'
}

/** `vhost_alias_interpolate`: `%0`, `%1`, `%-2+`, `%2.1` … of a name. */
function interpolate(map: string, name: string, port: number): string {
  const parts = name.split('.')
  return map.replace(
    /%(?:%|p|(-?)(\d)(\+?)(?:\.(-?)(\d)(\+?))?)/g,
    (written, back: string, n: string, more: string, backLetter: string, m: string, moreLetters: string) => {
      if (written === '%%') return '%'
      if (written === '%p') return String(port)
      const part = pick(parts, back === '-', Number(n), more === '+', '.')
      return lowerCase(m === undefined ? part : pick([...part], backLetter === '-', Number(m), moreLetters === '+', ''))
    },
  )
}

/** One of several parts, counted from either end, with what is behind (or before) it where asked for. */
function pick(parts: readonly string[], fromEnd: boolean, n: number, more: boolean, separator: string): string {
  if (n === 0) return parts.join(separator)
  if (n > parts.length) return '_'
  const at = fromEnd ? parts.length - n : n - 1
  if (!more) return parts[at] ?? '_'
  return (fromEnd ? parts.slice(0, at + 1) : parts.slice(at)).join(separator)
}
