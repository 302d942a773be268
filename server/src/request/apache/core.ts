import type { PlacedDirective } from '../../configuration/placed.ts'
import { leadingInteger, lowerCase } from './bytes.ts'
import { type DirConfig, entriesIn, isOn, lastEntry, merged, word, words } from './dir-config.ts'
import type { Exchange } from './exchange.ts'
import type { Section } from './sections.ts'
import { type Server, serverEntry } from './servers.ts'
import { defaultPortOf, isUrl } from './uri.ts'

/** What `Options` allows. */
export type Option = 'indexes' | 'includes' | 'exec-includes' | 'symlinks' | 'symlinks-if-owner' | 'execcgi' | 'multiviews'

/** What an option's name stands for; undefined for no option. */
export const optionsNamed = (name: string): readonly Option[] | undefined => optionNames[lowerCase(name)]

const optionNames: Readonly<Record<string, readonly Option[]>> = {
  indexes: ['indexes'],
  includes: ['includes', 'exec-includes'],
  includesnoexec: ['includes'],
  followsymlinks: ['symlinks'],
  symlinksifownermatch: ['symlinks-if-owner'],
  execcgi: ['execcgi'],
  multiviews: ['multiviews'],
  none: [],
  all: ['indexes', 'includes', 'exec-includes', 'symlinks', 'execcgi'],
}

/** What `AllowOverride` grants to a `.htaccess`; `unset`: nobody has said it, and no directive is allowed while the file is read. */
export interface Override {
  readonly classes: ReadonlySet<string> | 'unset'
  /** Of `Options=`: those that may be set; undefined for all. */
  readonly options: ReadonlySet<Option> | undefined
  /** `AllowOverrideList`, in lower case; undefined where nobody gave one. */
  readonly list: ReadonlySet<string> | undefined
  /** Which mistakes of the file are overlooked. */
  readonly nonfatal: 'none' | 'override' | 'unknown' | 'all'
  /** What said so. */
  readonly by: PlacedDirective | undefined
}

interface OptionState {
  readonly all: ReadonlySet<Option>
  readonly add: ReadonlySet<Option>
  readonly remove: ReadonlySet<Option>
  /** False where everything was set anew, not added and removed. */
  readonly unset: boolean
}

/** `server/core.c: set_options` of a section's lines. */
function ownOptions(section: Section): OptionState | undefined {
  const entries = entriesIn(section, 'options')
  if (entries.length === 0) return undefined
  const all = new Set<Option>()
  const add = new Set<Option>()
  const remove = new Set<Option>()
  let unset = true
  for (const { directive } of entries) {
    let first = true
    for (const written of words(directive)) {
      const sign = /^[+-]/.exec(written)?.[0]
      const options = optionNames[lowerCase(sign ? written.slice(1) : written)] ?? []
      if (!sign && first) {
        all.clear()
        unset = false
        first = false
      }
      for (const option of options) {
        if (sign === '-') {
          remove.add(option)
          add.delete(option)
          all.delete(option)
        } else {
          if (sign === '+') {
            add.add(option)
            remove.delete(option)
          }
          all.add(option)
        }
      }
    }
  }
  return { all, add, remove, unset }
}

const minus = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): Set<T> => new Set([...a].filter((each) => !b.has(each)))
const plus = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): Set<T> => new Set([...a, ...b])

/** `merge_core_dir_configs`, for `Options`. */
function mergeOptions(base: OptionState, own: OptionState): OptionState {
  if (!own.unset) return own
  const add = plus(minus(base.add, own.remove), own.add)
  const remove = plus(minus(base.remove, own.add), own.remove)
  const all = plus(minus(base.all, remove), add)
  if (base.all.has('exec-includes') && own.all.has('includes') && !own.all.has('exec-includes')) all.delete('exec-includes')
  return { all, add, remove, unset: base.unset }
}

const optionsAtFirst: OptionState = { all: new Set(['symlinks']), add: new Set(), remove: new Set(), unset: true }

/** What `Options` has come to over some sections. */
export const optionsOf = merged((config: DirConfig): ReadonlySet<Option> => {
  let state = optionsAtFirst
  for (const section of config.sections) {
    const own = ownOptions(section)
    if (own) state = mergeOptions(state, own)
  }
  return state.all
})

const overrideClasses: Readonly<Record<string, readonly string[]>> = {
  authconfig: ['authconfig'],
  fileinfo: ['fileinfo'],
  indexes: ['indexes'],
  limit: ['limit'],
  options: ['options'],
  all: ['authconfig', 'fileinfo', 'indexes', 'limit', 'options'],
}

/** What a `.htaccess` may say where these sections hold (`core_opts_merge`). */
export const overrideOf = merged((config: DirConfig): Override => {
  let state: Override = { classes: 'unset', options: undefined, list: undefined, nonfatal: 'none', by: undefined }
  for (const section of config.sections) {
    for (const { directive } of entriesIn(section, 'allowoverride', 'allowoverridelist')) {
      if (directive.name === 'allowoverridelist') {
        const names = words(directive).map(lowerCase)
        state = { ...state, list: new Set(names.includes('none') ? [] : names), by: directive }
      } else state = { ...overrideFrom(directive), list: state.list, by: directive }
    }
  }
  return state
})

/** `server/core.c: set_override` */
function overrideFrom(directive: PlacedDirective): Omit<Override, 'list' | 'by'> {
  const classes = new Set<string>()
  let options: Set<Option> | undefined
  let nonfatal: Override['nonfatal'] = 'none'
  for (const written of words(directive)) {
    const [name = '', value] = lowerCase(written).split('=')
    if (name === 'none') classes.clear()
    else if (name === 'nonfatal') nonfatal = value === 'all' || value === 'override' || value === 'unknown' ? value : nonfatal
    else {
      for (const each of overrideClasses[name] ?? []) classes.add(each)
      if (name === 'options' && value !== undefined) options = new Set(value.split(',').flatMap((each) => optionNames[each] ?? []))
    }
  }
  return { classes, options, nonfatal }
}

/** `<Files>` that were merged, in order. */
export const filesOfConfig = (config: DirConfig): readonly Section[] => config.sections.flatMap((section) => section.files)

/** `<If>` and its like. */
export const ifsOfConfig = (sections: readonly Section[]): readonly Section[] => sections.flatMap((section) => section.ifs)

/** Where the last section says nothing of it, an earlier one is forgotten: Apache takes what the last has, set or not. */
export function encodedSlashesOf(config: DirConfig): 'refused' | 'decoded' | 'kept' {
  const last = config.sections.at(-1)
  const entry = last && entriesIn(last, 'allowencodedslashes').at(-1)
  const value = entry && lowerCase(word(entry.directive, 0))
  return value === 'on' ? 'decoded' : value === 'nodecode' ? 'kept' : 'refused'
}

/** `ErrorDocument` for a status: the text of its second argument, and the line; undefined for the server's own page. */
export function errorDocumentOf(
  config: DirConfig,
  status: number,
): { readonly directive: PlacedDirective; readonly text: string; readonly kind: 'text' | 'path' | 'url' } | undefined {
  for (let i = config.sections.length - 1; i >= 0; i--) {
    const section = config.sections[i]
    const entry = section && entriesIn(section, 'errordocument').findLast(({ directive }) => leadingInteger(word(directive, 0)) === status)
    if (!entry) continue
    const text = word(entry.directive, 1)
    if (lowerCase(text) === 'default') return undefined
    const kind = text.startsWith('"') ? 'text' : text.startsWith('/') ? 'path' : isUrl(text) ? 'url' : 'text'
    // A URL elsewhere for 401 would have the browser never asked for a password: it is ignored.
    if (kind === 'url' && status === 401) continue
    return { directive: entry.directive, text: kind === 'text' && text.startsWith('"') ? text.slice(1) : text, kind }
  }
  return undefined
}

export const documentRootEntry = (r: Exchange) => serverEntry(r.server, 'documentroot')

/** `ap_document_root`, without a slash at its end. */
export function documentRootOf(r: Exchange): string {
  if (r.documentRoot !== undefined) return r.documentRoot
  const entry = documentRootEntry(r)
  const root = entry ? serverRootRelative(r, word(entry.directive, 0)) : '/usr/local/apache2/htdocs'
  return root.length > 1 ? root.replace(/\/+$/, '') : root
}

export const serverRootRelative = (r: Exchange, path: string): string =>
  path.startsWith('/') ? path : path === '' ? r.world.serverRoot : `${r.world.serverRoot}/${path}`

/** `ap_get_server_name` */
export function serverNameOf(r: Exchange): string {
  const entry = lastEntry(r.dir, 'usecanonicalname')
  const how = entry ? lowerCase(word(entry.directive, 0)) : 'off'
  const { address } = r.world.request.connect
  const name = how === 'on' ? r.server.name : how === 'dns' ? (address === '127.0.0.1' ? 'localhost' : address) : (r.hostname ?? r.server.name)
  return name.includes(':') ? `[${name}]` : name
}

/** `ap_http_scheme`: where TLS is spoken (`ssl_engine_kernel.c: ssl_hook_http_scheme`), no name can say otherwise. */
export const httpScheme = (r: Exchange): string => (r.world.request.tls ? 'https' : r.server.scheme || 'http')

/** `SSLEngine on`: TLS is spoken on the addresses of the server. */
export const usesTls = (server: Server): boolean => lowerCase(serverEntry(server, 'sslengine')?.directive.args[0]?.value ?? 'off') === 'on'
const defaultPort = (r: Exchange): number => defaultPortOf(httpScheme(r)) || 80

/** `ap_get_server_port` */
export function serverPortOf(r: Exchange): number {
  const canonical = lastEntry(r.dir, 'usecanonicalname')
  const physical = isOn(lastEntry(r.dir, 'usecanonicalphysicalport')) === true ? r.world.request.connect.port : 0
  if (canonical && lowerCase(word(canonical.directive, 0)) === 'on') return r.server.port || physical || defaultPort(r)
  return r.hostPort ?? (physical || r.server.port || defaultPort(r))
}

/** `ap_construct_url`: a path as a URL of this server. */
export function constructUrl(r: Exchange, path: string): string {
  const port = serverPortOf(r)
  return `${httpScheme(r)}://${serverNameOf(r)}${port === defaultPort(r) ? '' : `:${port}`}${path}`
}

/** The directive that gives a URL its name and port, for the steps. */
export const nameDirective = (r: Exchange): PlacedDirective | undefined => r.server.serverName

/** `ap_matches_request_vhost`: whether a name and port are those of the server that answers. */
export const portIsDefault = (r: Exchange, port: number): boolean => port === defaultPort(r)

/** The port that a URL of this server has where it gives none. */
export const schemePort = defaultPort
