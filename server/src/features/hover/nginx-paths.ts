import type { UnderstoodConfiguration } from '../../application/understand.ts'
import type { PlacedDirective } from '../../configuration/placed.ts'
import { locationOf } from '../../site/nginx/locations.ts'
import { isAbsolute, normalize } from '../../workspace/path.ts'
import { filesReadBy } from '../lib/includes.ts'
import { code, counted, listed, paragraphs, shownPath } from '../lib/markdown.ts'
import { inWorkspace } from '../lib/paths.ts'
import type { DocumentView } from '../lib/view.ts'
import { examplePath } from './nginx-blocks.ts'

/** What a path resolves to, what it maps URLs to, and whether it is there; undefined where the argument is no path or variables decide. */
export function pathInWords(view: DocumentView, directive: PlacedDirective, index: number, understood: UnderstoodConfiguration): string | undefined {
  const argument = directive.args[index]
  if (!argument?.known || argument.value.includes('$') || !isPathArgument(directive.name, index, argument.value)) return undefined
  const { value } = argument
  if (directive.name === 'include') return includedInWords(view, directive, understood)
  const relative = isAbsolute(value) ? undefined : relativeTo(directive.name)
  return paragraphs(
    relative,
    mappingInWords(directive, value),
    isAbsolute(value) && !/[*?[]/.test(value) ? inWorkspace(view, understood.paths, normalize(value)) : undefined,
  )
}

/** The files that an include reads. */
export function includedInWords(view: DocumentView, directive: PlacedDirective, { configuration }: UnderstoodConfiguration): string | undefined {
  const files = filesReadBy(directive, configuration)
  if (files.length === 0) return undefined
  return `**Here:** reads ${counted(files.length, 'file')}: ${listed(
    files.map((path) => code(shownPath(view, path))),
    6,
  )}.`
}

/** `ngx_conf_full_name`: some names count from the folder of the main file, the others from nginx's prefix. */
const relativeTo = (name: string): string =>
  fromConfiguration.has(name) ? 'Counted from the folder of the main configuration file.' : "Counted from nginx's prefix (`nginx -V` shows `--prefix`)."

const fromConfiguration: ReadonlySet<string> = new Set(
  'include ssl_certificate ssl_certificate_key ssl_client_certificate ssl_trusted_certificate ssl_crl ssl_dhparam ssl_password_file ssl_stapling_file ssl_session_ticket_key auth_basic_user_file geoip_country geoip_city geoip_org proxy_ssl_certificate proxy_ssl_certificate_key proxy_ssl_trusted_certificate proxy_ssl_crl'.split(
    ' ',
  ),
)
const fromPrefix: ReadonlySet<string> = new Set(
  'root alias access_log error_log pid load_module proxy_cache_path fastcgi_cache_path uwsgi_cache_path scgi_cache_path client_body_temp_path proxy_temp_path'.split(
    ' ',
  ),
)

function isPathArgument(name: string, index: number, value: string): boolean {
  if (index !== 0 || value === '' || (!fromConfiguration.has(name) && !fromPrefix.has(name))) return false
  return !/^(?:off|stderr|syslog:|memory:|engine:|data:|store:)/.test(value)
}

/** What `root` and `alias` make of a path below the location. */
function mappingInWords(directive: PlacedDirective, value: string): string | undefined {
  if (directive.name !== 'root' && directive.name !== 'alias') return undefined
  const block = directive.parent
  const location = block && locationOf(block)
  if (location && !location.argument.known) return undefined
  if (directive.name === 'root') {
    const example = location ? examplePath(location) : '/app.css'
    return example === undefined ? undefined : `${code(example)} → ${code(value.replace(/\/$/, '') + example)}`
  }
  const example = location && examplePath(location)
  return example === undefined || !location ? undefined : `${code(example)} → ${code(value + example.slice(location.path.length))}`
}
