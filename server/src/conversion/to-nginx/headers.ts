import type { PlacedDirective } from '../../configuration/placed.ts'
import type { Ledger } from '../ledger.ts'
import { type FilesSection, known, type Scope, words } from './host.ts'
import { fileNamePattern } from './patterns.ts'
import { block, type Line, quoted, simple } from './text.ts'

/** What answers have beside their content, for a part of the site. */
export interface HeaderLines {
  readonly lines: readonly Line[]
  /** What keeps headers of the application away. */
  readonly hidden: readonly Line[]
  /** `map` blocks for the level of `http`. */
  readonly maps: readonly Line[]
}

interface Effect {
  readonly name: string
  readonly value: string
  readonly always: boolean
  /** Of a `<Files>` section: which files have it. */
  readonly pattern: string | undefined
}

/** How a name for a variable is found that no other map has. */
export type Namer = (stem: string) => string

/** `Header` in some scopes and in their `<Files>` sections. `isPassed`: the answer comes from elsewhere, with headers of its own. */
export function headersOf(
  scopes: readonly Scope[],
  files: readonly FilesSection[],
  isPassed: 'proxy' | 'fastcgi' | undefined,
  nameFor: Namer,
  ledger: Ledger,
): HeaderLines {
  const effects: Effect[] = []
  const hidden = new Set<string>()
  let etag = true
  const apply = (directive: PlacedDirective, pattern: string | undefined): void => {
    const given = words(directive)
    const always = /^(?:always)$/i.test(given[0] ?? '')
    const [action = '', name = '', value = '', ...more] = /^(?:always|onsuccess)$/i.test(given[0] ?? '') ? given.slice(1) : given
    if (!known(directive)) {
      ledger.left(directive, 'What it says is not known: a part of it is filled in elsewhere.')
      return
    }
    const isUnset = /^unset$/i.test(action)
    const conditional = (isUnset ? [value, ...more] : more).some((each) => each !== '')
    const same = (each: Effect): boolean => each.name.toLowerCase() === name.toLowerCase() && (pattern === undefined || each.pattern === pattern)
    const text = isUnset ? '' : headerText(value)
    if (conditional || text === undefined || (isUnset && pattern !== undefined)) {
      ledger.left(
        directive,
        conditional
          ? 'Its condition has no counterpart: use a map and add_header with the map’s variable.'
          : 'Its value is filled in by Apache; nginx has no such variable.',
      )
      return
    }
    switch (action.toLowerCase()) {
      case 'unset': {
        for (let i = effects.length - 1; i >= 0; i--) if (effects[i] && same(effects[i] as Effect)) effects.splice(i, 1)
        if (/^etag$/i.test(name)) etag = false
        else if (isPassed) hidden.add(name)
        else if (/^last-modified$/i.test(name)) {
          ledger.left(directive, 'nginx sends Last-Modified with each file.')
          return
        }
        ledger.done(directive)
        return
      }
      case 'set': {
        if (/^content-type$/i.test(name)) {
          ledger.left(directive, 'nginx would send a second Content-Type: say it with types or default_type.')
          return
        }
        for (let i = effects.length - 1; i >= 0; i--) if (effects[i] && same(effects[i] as Effect)) effects.splice(i, 1)
        if (isPassed && pattern === undefined) hidden.add(name)
        effects.push({ name, value: text, always, pattern })
        break
      }
      case 'setifempty':
      case 'add':
        if (isPassed && action.toLowerCase() !== 'add') {
          ledger.left(directive, 'What the application sends is not looked at before a header is added.')
          return
        }
        effects.push({ name, value: text, always, pattern })
        break
      case 'append':
      case 'merge': {
        const at = effects.findIndex(same)
        const before = effects[at]
        if (before) effects[at] = { ...before, value: `${before.value}, ${text}` }
        else effects.push({ name, value: text, always, pattern })
        break
      }
      default:
        ledger.left(directive, `nginx does not ${action} headers.`)
        return
    }
    if (always) ledger.done(directive)
    else ledger.differs(directive, 'Apache adds it to successful answers only; nginx’s add_header without "always" adds it to redirects too.')
  }
  for (const { directives } of scopes) for (const each of directives) if (each.name === 'header') apply(each, undefined)
  for (const { section, pattern } of files) for (const each of section.children) if (each.name === 'header' && each.presence !== 'absent') apply(each, pattern)
  const maps: Line[] = []
  const lines: Line[] = []
  if (!etag) lines.push(simple('etag', 'off'))
  const done = new Set<string>()
  for (const effect of effects) {
    const group = effects.filter((each) => each.name.toLowerCase() === effect.name.toLowerCase() && each.always === effect.always)
    if (group.every((each) => each.pattern === undefined)) {
      lines.push(headerLine(effect.name, effect.value, effect.always))
      continue
    }
    const key = `${effect.name.toLowerCase()} ${effect.always}`
    if (done.has(key)) continue
    done.add(key)
    // The last section that fits wins in Apache, the first pattern in nginx; what holds for all files is the rest.
    const general = group.findLast((each) => each.pattern === undefined)
    const variable = nameFor(`header_${effect.name.toLowerCase().replace(/\W/g, '_')}`)
    const rows = group
      .filter((each) => each.pattern !== undefined)
      .reverse()
      .map((each): Line => ({ words: [quoted(`~${fileNamePattern(each.pattern ?? '') ?? each.pattern}`), quoted(each.value)] }))
    maps.push(block(['map', '$uri', `$${variable}`], [{ words: ['default', quoted(general?.value ?? '')] }, ...rows]))
    lines.push(headerLine(effect.name, `$${variable}`, effect.always))
  }
  return { lines, hidden: [...hidden].map((name) => simple(`${isPassed ?? 'proxy'}_hide_header`, name)), maps }
}

const headerLine = (name: string, value: string, always: boolean): Line => simple('add_header', name, value, ...(always ? ['always'] : []))

/** A header's value without Apache's formats; undefined where it has one that is filled in, or a sign that nginx takes for a variable. */
function headerText(value: string): string | undefined {
  if (value.startsWith('expr=') || value.includes('$')) return undefined
  if (/%(?!%)/.test(value.replaceAll('%%', ''))) return undefined
  return value.replaceAll('%%', '%')
}

/** `RequestHeader` as `proxy_set_header` (or a parameter of FastCGI). */
export function requestHeadersOf(scopes: readonly Scope[], passed: 'proxy' | 'fastcgi' | undefined, ledger: Ledger): readonly Line[] {
  const set = new Map<string, { readonly name: string; readonly value: string }>()
  for (const { directives } of scopes) {
    for (const directive of directives) {
      if (directive.name !== 'requestheader') continue
      const given = words(directive).filter((each, i) => !(i === 0 && /^early$/i.test(each)))
      const [action = '', name = '', value = '', ...more] = given
      if (!passed) {
        ledger.done(directive)
        continue
      }
      const text = /^unset$/i.test(action) ? '' : requestText(value)
      if (!/^(?:set|unset)$/i.test(action) || more.length > 0 || text === undefined || !known(directive)) {
        ledger.left(directive, 'Set the header with proxy_set_header by hand: its value or its condition has no counterpart.')
        continue
      }
      ledger.done(directive)
      set.set(name.toLowerCase(), { name, value: text })
    }
  }
  return [...set.values()].map(({ name, value }) =>
    passed === 'fastcgi' ? simple('fastcgi_param', `HTTP_${name.toUpperCase().replaceAll('-', '_')}`, value) : simple('proxy_set_header', name, value),
  )
}

const variables: Readonly<Record<string, string>> = {
  REQUEST_SCHEME: '$scheme',
  REMOTE_ADDR: '$remote_addr',
  HTTP_HOST: '$http_host',
  REMOTE_USER: '$remote_user',
  SERVER_PORT: '$server_port',
  REQUEST_URI: '$uri',
}

function requestText(value: string): string | undefined {
  const expression = /^expr=(.*)$/s.exec(value)?.[1]
  if (expression !== undefined) {
    const text = expression.replace(/%\{(\w+)\}/g, (all, name: string) => variables[name] ?? all)
    return /%\{/.test(text) ? undefined : text
  }
  if (value.includes('$')) return undefined
  const text = value.replace(/%\{(\w+)\}e/g, (all, name: string) => (name === 'REMOTE_USER' || name === 'REMOTE_ADDR' ? (variables[name] ?? all) : all))
  return /%(?!%)/.test(text.replaceAll('%%', '')) ? undefined : text.replaceAll('%%', '%')
}
