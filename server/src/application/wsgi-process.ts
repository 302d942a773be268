import { type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../configuration/placed.ts'
import { isInside, normalize } from '../workspace/path.ts'
import type { WsgiProcess } from './application.ts'

/** An option of a mod_wsgi directive: `process-group=site`. */
export interface WsgiOption {
  readonly name: string
  readonly value: string
  readonly known: boolean
  /** The word with name and value, as offsets in the directive's source. */
  readonly start: number
  readonly end: number
}

/** The options behind the first `skip` arguments (`mod_wsgi.c: wsgi_parse_option`): the value behind the `=` may be in quotes, and then hold spaces. */
export function wsgiOptions(directive: PlacedDirective, skip: number): WsgiOption[] {
  const options: WsgiOption[] = []
  const words = directive.args.slice(skip)
  for (let i = 0; i < words.length; i++) {
    const first = words[i]
    const at = first?.value.indexOf('=') ?? -1
    if (!first || at < 0) continue
    const name = first.value.slice(0, at)
    const text = first.value.slice(at + 1)
    const quote = text.charAt(0)
    let last = first
    let value = text
    if (first.quote === undefined && (quote === '"' || quote === "'")) {
      const parts = [text]
      while (!closes(parts, quote) && i + 1 < words.length) {
        last = words[++i] ?? last
        parts.push(last.value)
      }
      value = parts
        .join(' ')
        .slice(1)
        .replace(new RegExp(`${quote}$`), '')
    }
    const known = words.slice(words.indexOf(first), i + 1).every((word) => word.known)
    options.push({ name, value, known, start: first.start, end: last.end })
  }
  return options
}

/** Whether a quote that was opened at the beginning of the first part ends with the last. */
const closes = (parts: readonly string[], quote: string): boolean => {
  const last = parts.at(-1) ?? ''
  return last.endsWith(quote) && (parts.length > 1 || last.length > 1)
}

/** The options of a `WSGIDaemonProcess`, whose quoted values may hold spaces (`python-path="/a b"`). */
export const daemonOptions = (daemon: PlacedDirective): WsgiOption[] => wsgiOptions(daemon, 1)

/** All daemon processes of a configuration. */
export const daemonsOf = (configuration: Configuration): PlacedDirective[] =>
  directivesNamed(configuration, 'wsgidaemonprocess').filter((directive) => directive.presence !== 'absent' && directive.args[0] !== undefined)

/** Where mod_wsgi runs what a `WSGIScriptAlias` names: by its own option, or by the `WSGIProcessGroup` that applies to it. */
export function processOf(alias: PlacedDirective, configuration: Configuration): WsgiProcess {
  const option = wsgiOptions(alias, 2).find((each) => each.name === 'process-group')
  if (option) return named(option.known ? option.value : undefined, alias, configuration)
  const group = groupFor(alias, configuration)
  if (!group) return configuration.open && !configuration.whole && hasUnreadAbove(configuration) ? { mode: 'unknown' } : { mode: 'embedded' }
  if (group.presence === 'unknown') return { mode: 'unknown' }
  const name = group.args[0]
  return named(name?.known ? name.value : undefined, group, configuration)
}

/** Whether a file that could set the group was not read. */
const hasUnreadAbove = (configuration: Configuration): boolean => configuration.includeFaults.length > 0

function named(name: string | undefined, namedBy: PlacedDirective, configuration: Configuration): WsgiProcess {
  if (name === undefined) return { mode: 'unknown' }
  if (name === '%{GLOBAL}' || name === '') return { mode: 'embedded' }
  if (name.startsWith('%{')) return { mode: 'unknown' }
  return { mode: 'daemon', name, namedBy, definition: daemonsOf(configuration).find((daemon) => daemon.args[0]?.value === name) }
}

/** The group that applies to the script: sections that hold it come after the virtual host's and the server's own. */
function groupFor(alias: PlacedDirective, configuration: Configuration): PlacedDirective | undefined {
  const host = enclosing(alias, 'virtualhost')
  const url = alias.args[0]?.value ?? '/'
  const script = normalize(alias.args[1]?.value ?? '')
  let best: { rank: number; directive: PlacedDirective } | undefined
  for (const directive of directivesNamed(configuration, 'wsgiprocessgroup')) {
    if (directive.presence === 'absent') continue
    const own = enclosing(directive, 'virtualhost')
    if (own && own !== host) continue
    const section = enclosing(directive, 'directory', 'location', 'files', 'directorymatch', 'locationmatch', 'filesmatch')
    if (section && !mayHold(section, url, script)) continue
    const rank = (own ? 2 : 0) + (section ? 4 : 0)
    if (!best || rank >= best.rank) best = { rank, directive }
  }
  return best?.directive
}

function mayHold(section: PlacedDirective, url: string, script: string): boolean {
  const path = section.args[0]?.value ?? ''
  if (section.name === 'directory') return isInside(script, normalize(path))
  if (section.name === 'location') return path === '/' || isInside(normalize(url), normalize(path))
  // A pattern could hold it.
  return true
}
